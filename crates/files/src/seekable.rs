//! A blob as archives are read: from anywhere, again and again.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use object_store::{GetOptions, GetResultPayload};
use tokio::runtime::Handle;

use crate::blob::Key;
use crate::{Body, Error, Files, Result};

/// How many bytes are fetched at once where the store is not a disk.
const WINDOW: u64 = 256 * 1024;

/// An open blob that can be read from anywhere. Reading waits for the disk or the network, so it belongs on a thread
/// where that is allowed, such as those of `spawn_blocking`.
pub struct Seekable(Source);

enum Source {
    /// The file itself; it stays open, so the blob may be deleted meanwhile.
    File(File),
    /// A window on a blob that lies elsewhere.
    Remote(Box<Remote>),
}

struct Remote {
    files: Files,
    sha256: String,
    size: u64,
    position: u64,
    /// What was fetched last, and where it begins.
    window: Bytes,
    start: u64,
    handle: Handle,
}

impl Files {
    /// Opens a blob of which the size is known, to be read from anywhere.
    ///
    /// A blob that has another size is [`Error::Damaged`] before the first byte.
    pub async fn open_seekable(&self, sha256: &str, size: u64) -> Result<Seekable> {
        let key = Key::parse(sha256)?;
        self.refuse(sha256)?;
        // The head alone would do for a remote store, but only the whole request gives a disk's file.
        let found = self.0.store.get_opts(&key.place(), GetOptions::default()).await?;
        if found.meta.size != size {
            return Err(Error::Damaged);
        }
        Ok(Seekable(match found.payload {
            GetResultPayload::File(file, _) => Source::File(file),
            GetResultPayload::Stream(_) => Source::Remote(Box::new(Remote {
                files: self.clone(),
                sha256: sha256.to_owned(),
                size,
                position: 0,
                window: Bytes::new(),
                start: 0,
                handle: Handle::current(),
            })),
        }))
    }
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Source::File(file) => file.read(buffer),
            Source::Remote(remote) => remote.read(buffer),
        }
    }
}

impl Seek for Seekable {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.0 {
            Source::File(file) => file.seek(to),
            Source::Remote(remote) => remote.seek(to),
        }
    }
}

impl Remote {
    /// The bytes from the position on that are at hand.
    fn at_hand(&self) -> Option<&[u8]> {
        let offset = usize::try_from(self.position.checked_sub(self.start)?).ok()?;
        self.window.get(offset..).filter(|rest| !rest.is_empty())
    }

    fn fetch(&mut self) -> io::Result<()> {
        // Windows begin at multiples of their length: whoever goes backwards, as readers of archives do from the end,
        // finds what he passes in few of them.
        let start = self.position - self.position % WINDOW;
        let range = start..self.size.min(start + WINDOW);
        let fetched = self.handle.block_on(self.files.part(&self.sha256, self.size, range.clone()));
        self.window = fetched.map_err(io::Error::other)?;
        self.start = range.start;
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.size || buffer.is_empty() {
            return Ok(0);
        }
        if self.at_hand().is_none() {
            self.fetch()?;
        }
        let rest = self.at_hand().ok_or(io::ErrorKind::UnexpectedEof)?;
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.position += count as u64;
        Ok(count)
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl Files {
    /// A part of a blob, in memory.
    async fn part(&self, sha256: &str, size: u64, range: Range<u64>) -> Result<Bytes> {
        use futures::TryStreamExt;
        match self.read(sha256, size, Some(range)).await? {
            Body::Whole(bytes) => Ok(bytes),
            Body::Stream(stream) => {
                let parts: Vec<Bytes> = stream.try_collect().await?;
                Ok(parts.concat().into())
            }
        }
    }
}
