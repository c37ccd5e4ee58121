//! An S3 service for tests of the whole system: `s3_service FOLDER` keeps its buckets there, has the bucket `packs`, key
//! `access` and secret `secret`, prints its address, and ends with whoever started it.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a part of tests, where what cannot go on fails")]

use std::io::{Read, stdin};
use std::path::PathBuf;

#[path = "../tests/blobs/s3.rs"]
mod s3;

#[tokio::main]
async fn main() {
    let folder: PathBuf = std::env::args_os().nth(1).unwrap().into();
    println!("{}", s3::serve(&folder).await);
    // The other end of the pipe is closed when its process ends, in whatever way.
    tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
    // Not waiting for threads: some may be reading what a test has made unreadable.
    std::process::exit(0);
}
