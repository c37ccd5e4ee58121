//! Comparing a blob's bytes with what they should be, while they are handed out.

use std::io;

use bytes::Bytes;
use crc32fast::Hasher;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::blob::Key;
use crate::{Error, Result};

/// What the bytes of a blob are so far, and what they should be at the end.
pub(crate) enum Meter {
    /// By the checksum that was noted when they came.
    Crc32 { so_far: Hasher, expected: u32 },
    /// By their key.
    Sha256 { so_far: Sha256, expected: String },
}

impl Meter {
    /// The meter for a blob: by its CRC-32 if the caller knows that, which costs a tenth of its SHA-256.
    pub(crate) fn new(key: Key<'_>, crc32: Option<u32>) -> Self {
        match crc32 {
            Some(expected) => Self::Crc32 { so_far: Hasher::new(), expected },
            None => Self::Sha256 { so_far: Sha256::new(), expected: key.text().to_owned() },
        }
    }

    /// Takes in the next bytes; on a thread of its own if that takes long.
    async fn update(mut self, bytes: &Bytes) -> io::Result<Self> {
        match self {
            Self::Crc32 { ref mut so_far, .. } => so_far.update(bytes),
            Self::Sha256 { mut so_far, expected } => {
                let bytes = bytes.clone();
                let so_far = spawn_blocking(move || {
                    so_far.update(&bytes);
                    so_far
                });
                self = Self::Sha256 { so_far: so_far.await?, expected };
            }
        }
        Ok(self)
    }

    /// Whether the bytes are the right ones, now that there are no more of them.
    fn judge(self) -> bool {
        match self {
            Self::Crc32 { so_far, expected } => so_far.finalize() == expected,
            Self::Sha256 { so_far, expected } => hex::encode(so_far.finalize()) == expected,
        }
    }
}

/// Bytes that are in memory, if they are the right ones.
pub(crate) async fn known(bytes: Bytes, meter: Meter) -> Result<Bytes> {
    if meter.update(&bytes).await?.judge() { Ok(bytes) } else { Err(Error::Damaged) }
}

/// The same chunks, all of a blob. Instead of its last one comes an error that is made of [`Error::Damaged`], if the
/// bytes are not the right ones or too few, so that nobody who counts takes them for whole.
pub(crate) fn checked(
    chunks: BoxStream<'static, io::Result<Bytes>>,
    size: u64,
    meter: Meter,
) -> BoxStream<'static, io::Result<Bytes>> {
    stream::try_unfold((chunks, size, Some(meter)), async |(mut chunks, left, meter)| {
        let Some(meter) = meter else { return Ok(None) };
        let chunk = match chunks.try_next().await? {
            None if left == 0 => Bytes::new(),
            read => read.ok_or_else(damaged)?,
        };
        let left = left.checked_sub(chunk.len() as u64).ok_or_else(damaged)?;
        let meter = meter.update(&chunk).await?;
        if left > 0 {
            return Ok(Some((chunk, (chunks, left, Some(meter)))));
        }
        if meter.judge() { Ok(Some((chunk, (chunks, 0, None)))) } else { Err(damaged()) }
    })
    .boxed()
}

fn damaged() -> io::Error {
    io::Error::other(Error::Damaged)
}
