//! What an upload costs beside the work that it cannot avoid: hashing the bytes once and writing them durably.
//!
//! `cargo run --release -p kleister-files --example upload_cost [MEGABYTES] [ROUNDS] [FOLDER]`

#![expect(clippy::print_stdout, reason = "printing the figures is all that it does")]

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;
use kleister_files::Files;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What one read from a network connection may bring.
const CHUNK: usize = 64 * 1024;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let megabytes: usize = arguments.first().map_or(Ok(500), |text| text.parse())?;
    let rounds: usize = arguments.get(1).map_or(Ok(5), |text| text.parse())?;
    let folder = arguments.get(2).map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder)?;
    let files = Files::open(folder.path(), Some(0))?;
    let chunks = megabytes * 1_000_000 / CHUNK;

    let (mut hashing, mut writing, mut uploading) = (Vec::new(), Vec::new(), Vec::new());
    let before = memory("VmRSS:")?;
    for _ in 0..rounds {
        uploading.push(upload(&files, chunks).await?);
        hashing.push(hash(chunks));
        writing.push(write(&folder.path().join("plain"), chunks)?);
    }
    let grown = memory("VmHWM:")?.saturating_sub(before);

    let (hashing, writing, uploading) = (median(hashing), median(writing), median(uploading));
    let share = uploading.as_secs_f64() / (hashing + writing).as_secs_f64();
    println!("{megabytes} MB, median of {rounds}");
    println!("hashing in one pass, one thread   {hashing:>9.3?}");
    println!("writing with fsync                {writing:>9.3?}");
    println!("upload                            {uploading:>9.3?}   {share:.2} of both together");
    println!("memory grown by                   {grown:>5} KiB");
    Ok(())
}

/// The time of an upload to its durable end. The blob is deleted, so that the next round writes it again.
async fn upload(files: &Files, chunks: usize) -> Result<Duration> {
    let start = Instant::now();
    let mut upload = files.upload(Some((chunks * CHUNK) as u64), u64::MAX).await?;
    for number in 0..chunks {
        upload.write(Bytes::from(chunk(number))).await?;
    }
    let blob = upload.finish().await?;
    let took = start.elapsed();
    files.delete(&blob.sha256).await?;
    Ok(took)
}

fn hash(chunks: usize) -> Duration {
    let start = Instant::now();
    let (mut md5, mut sha1, mut sha256, mut sha512) = (Md5::new(), Sha1::new(), Sha256::new(), Sha512::new());
    let mut crc32 = crc32fast::Hasher::new();
    for number in 0..chunks {
        let bytes = chunk(number);
        md5.update(&bytes);
        sha1.update(&bytes);
        sha256.update(&bytes);
        sha512.update(&bytes);
        crc32.update(&bytes);
    }
    black_box((md5.finalize(), sha1.finalize(), sha256.finalize(), sha512.finalize(), crc32.finalize()));
    start.elapsed()
}

fn write(path: &Path, chunks: usize) -> Result<Duration> {
    let start = Instant::now();
    let mut file = File::create_new(path)?;
    for number in 0..chunks {
        file.write_all(&chunk(number))?;
    }
    file.sync_all()?;
    let took = start.elapsed();
    fs::remove_file(path)?;
    Ok(took)
}

/// Fresh bytes, as if they had just arrived.
fn chunk(number: usize) -> Vec<u8> {
    vec![u8::try_from(number % 251).unwrap_or(0); CHUNK]
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A figure of this process's memory in KiB, where Linux tells it.
fn memory(figure: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(figure)).ok_or("no such figure")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
}
