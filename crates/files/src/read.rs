//! Handing bytes out: small blobs whole and from memory, large ones as a stream.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use moka::future::Cache;
use object_store::{GetOptions, GetResult, GetResultPayload};
use tokio::task::spawn_blocking;

use crate::blob::Key;
use crate::checked::{Meter, checked, known};
use crate::{Error, Files, Result};

/// Blobs up to this size are handed out whole, larger ones in chunks of it: smaller chunks cost more hops between
/// threads, larger ones more cache misses.
const CHUNK: u64 = 256 * 1024;

/// How many bytes of small blobs are kept in memory.
const CACHE: u64 = 64 * 1024 * 1024;

/// About what an entry of the cache costs besides its bytes.
const ENTRY: usize = 256;

/// The bytes of a blob, or of a range of it.
pub enum Body {
    /// All of them, at hand.
    Whole(Bytes),
    /// Chunk by chunk, from a file that stays open: the blob may be deleted meanwhile.
    /// A stream that cannot give every promised byte ends in an error.
    Stream(BoxStream<'static, io::Result<Bytes>>),
}

impl Body {
    /// All the bytes, in memory: for blobs that are known to be small.
    pub async fn bytes(self) -> Result<Bytes> {
        match self {
            Self::Whole(bytes) => Ok(bytes),
            Self::Stream(mut chunks) => {
                let mut bytes = BytesMut::new();
                while let Some(chunk) = chunks.try_next().await? {
                    bytes.extend_from_slice(&chunk);
                }
                Ok(bytes.freeze())
            }
        }
    }
}

impl Files {
    /// Opens a blob of which the size is known, all of it or a range.
    ///
    /// A blob that has another size is [`Error::Damaged`] before the first byte. Read as a whole its bytes are compared
    /// with its key on the way, and a stream of others ends in an error before its last chunk; of a range of a large
    /// blob only the size is known to be right. Small blobs may come from memory for a moment after they were deleted:
    /// who may read what is for the rows to say.
    pub async fn read(&self, sha256: &str, size: u64, range: Option<Range<u64>>) -> Result<Body> {
        match range {
            None => self.read_whole(sha256, size, None).await,
            Some(range) => self.read_range(sha256, size, range).await,
        }
    }

    /// Opens all of a blob, as [`Files::read`] does, but compares it with its CRC-32 if that is known.
    ///
    /// That finds damage and nothing else: who can write to the store can also forge a CRC-32. Verifying the storage,
    /// which hashes all of it with SHA-256, finds that too, but a player's download has no time for it.
    pub async fn read_whole(&self, sha256: &str, size: u64, crc32: Option<u32>) -> Result<Body> {
        let key = Key::parse(sha256)?;
        self.refuse(sha256)?;
        if size <= CHUNK {
            return self.whole(key, size, crc32).await.map(Body::Whole);
        }
        let chunks = bytes_of(self.get(key, size, None).await?);
        Ok(Body::Stream(checked(chunks, size, Meter::new(key, crc32))))
    }

    /// The bytes of a whole blob, of any size and past the memory, compared with its key whatever that costs.
    pub async fn read_through(&self, sha256: &str, size: u64) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        let key = Key::parse(sha256)?;
        self.refuse(sha256)?;
        let chunks = bytes_of(self.get(key, size, None).await?);
        Ok(checked(chunks, size, Meter::new(key, None)))
    }

    async fn read_range(&self, sha256: &str, size: u64, range: Range<u64>) -> Result<Body> {
        let key = Key::parse(sha256)?;
        self.refuse(sha256)?;
        if range.is_empty() || range.end > size {
            return Err(Error::Range { size });
        }
        if size > CHUNK {
            return Ok(Body::Stream(bytes_of(self.get(key, size, Some(range)).await?)));
        }
        let whole = self.whole(key, size, None).await?;
        Ok(Body::Whole(whole.slice(index(range.start)..index(range.end))))
    }

    /// A small blob, from memory if it was asked for lately. Otherwise the store opens it in one hop and reads it in
    /// another, which costs some 15 µs more than a single hop past the store would, and it is compared once,
    /// before it gets into memory.
    async fn whole(&self, key: Key<'_>, size: u64, crc32: Option<u32>) -> Result<Bytes> {
        let cached = self.0.small.get(key.text()).await;
        let fresh = cached.is_none();
        let whole = match cached {
            Some(whole) => whole,
            None => known(self.get(key, size, None).await?.bytes().await?, Meter::new(key, crc32)).await?,
        };
        if whole.len() as u64 != size {
            return Err(Error::Damaged);
        }
        if fresh {
            self.0.small.insert(key.text().to_owned(), whole.clone()).await;
        }
        Ok(whole)
    }

    /// Opens a blob and looks at its size, in one hop to another thread.
    async fn get(&self, key: Key<'_>, size: u64, range: Option<Range<u64>>) -> Result<GetResult> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        match self.0.store.get_opts(&key.place(), options).await {
            Ok(found) if found.meta.size == size => Ok(found),
            Ok(_) => Err(Error::Damaged),
            // A file that was cut short may not even have the range: say that rather than what the store says.
            Err(error) => Err(self.check(key.text(), size).await.err().unwrap_or(error.into())),
        }
    }
}

/// The cache of small blobs, limited by what it weighs.
pub(crate) fn cache() -> Cache<String, Bytes> {
    let weigh = |key: &String, whole: &Bytes| u32::try_from(key.len() + whole.len() + ENTRY).unwrap_or(u32::MAX);
    Cache::builder().max_capacity(CACHE).weigher(weigh).build()
}

/// The stream of what was opened. A local file is read in our own chunks; the store's would be 8 KiB.
pub(crate) fn bytes_of(found: GetResult) -> BoxStream<'static, io::Result<Bytes>> {
    match found.payload {
        GetResultPayload::File(file, _) => chunks(file, found.range),
        GetResultPayload::Stream(stream) => stream.map_err(io::Error::from).boxed(),
    }
}

fn chunks(file: File, range: Range<u64>) -> BoxStream<'static, io::Result<Bytes>> {
    stream::try_unfold((file, range), async |(file, range)| {
        if range.is_empty() {
            return Ok(None);
        }
        let end = range.end.min(range.start + CHUNK);
        let (chunk, file) =
            spawn_blocking(move || Ok::<_, io::Error>((chunk(&file, range.start..end)?, file))).await??;
        Ok(Some((chunk, (file, end..range.end))))
    })
    .boxed()
}

fn chunk(mut file: &File, range: Range<u64>) -> io::Result<Bytes> {
    let wanted = range.end - range.start;
    let mut chunk = Vec::with_capacity(index(wanted));
    file.seek(SeekFrom::Start(range.start))?;
    file.take(wanted).read_to_end(&mut chunk)?;
    if chunk.len() == index(wanted) { Ok(chunk.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// A position inside bytes that are in memory, where every one fits a `usize`.
fn index(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
