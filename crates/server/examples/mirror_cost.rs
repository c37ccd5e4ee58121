//! What fetching files costs at the least: several at a time, each hashed and on disk for good.
//!
//! `mirror_cost FOLDER AT_ONCE < ADDRESSES` fetches every address of standard input, one a line, into a folder, with the two
//! hashes that an `.mrpack` has, and prints the seconds. The yardstick of tests/load/imports.py.

use std::error::Error;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use sha1::Sha1;
use sha2::{Digest, Sha512};
use tokio::io::AsyncWriteExt;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder")?);
    let at_once: usize = arguments.next().ok_or("say how many at a time")?.parse()?;
    let addresses = std::io::stdin().lock().lines().collect::<Result<Vec<String>, _>>()?;
    let (client, began) = (reqwest::Client::builder().no_proxy().build()?, Instant::now());
    let (client, folder) = (&client, &folder);
    let fetched = addresses.iter().enumerate().map(|(number, address)| fetch(client, folder, number, address));
    let fetched: Vec<()> = stream::iter(fetched).buffer_unordered(at_once).try_collect().await?;
    let seconds = began.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "fetching {} files: {seconds:.3}s", fetched.len())?;
    Ok(())
}

async fn fetch(client: &reqwest::Client, folder: &Path, number: usize, address: &str) -> Result<(), Failure> {
    let mut answer = client.get(address).send().await?.error_for_status()?;
    let part = folder.join(format!("{number}.part"));
    let mut file = tokio::fs::File::create(&part).await?;
    let (mut sha1, mut sha512) = (Sha1::new(), Sha512::new());
    while let Some(piece) = answer.chunk().await? {
        sha1.update(&piece);
        sha512.update(&piece);
        file.write_all(&piece).await?;
    }
    file.sync_all().await?;
    let name = format!("{}-{}", hex::encode(sha1.finalize()), hex::encode(sha512.finalize()));
    tokio::fs::rename(&part, folder.join(name)).await?;
    Ok(())
}
