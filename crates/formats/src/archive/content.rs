//! What an entry holds, read as a stream that does not end well unless it is what the entry declares.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

use crc32fast::Hasher;
use flate2::bufread::DeflateDecoder;

use super::directory::{Directory, STORED};
use super::{Refused, Rule};

/// How much of an archive is read at once, in bytes, by who wants all of an entry.
pub(super) const STEP: u64 = 32 << 10;
/// The same by who wants its first bytes.
pub(super) const SMALL_STEP: u64 = 512;

/// What an entry holds; made by [`Archive::stream`](super::Archive::stream).
pub struct Content<'a, R: Read> {
    bytes: Bytes<'a, R>,
    directory: &'a Directory,
    index: usize,
    given: u64,
    hash: Hasher,
    ended: bool,
}

enum Bytes<'a, R: Read> {
    Stored(Take<&'a mut R>),
    Deflated(DeflateDecoder<BufReader<Take<&'a mut R>>>),
}

/// Opens an entry.
pub(super) fn open<'a, R: Read + Seek>(
    source: &'a mut R,
    directory: &'a Directory,
    index: usize,
    step: u64,
) -> Result<Content<'a, R>, Refused> {
    let record = &directory.records[index];
    source.seek(SeekFrom::Start(record.data))?;
    let packed = source.take(record.packed);
    let bytes = if record.method == STORED {
        Bytes::Stored(packed)
    } else {
        let step = usize::try_from(record.packed.clamp(64, step)).unwrap_or_default();
        Bytes::Deflated(DeflateDecoder::new(BufReader::with_capacity(step, packed)))
    };
    Ok(Content { bytes, directory, index, given: 0, hash: Hasher::new(), ended: false })
}

/// What flate2 says of bytes that are not deflate, or not all of it.
fn is_not_deflate(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidInput | InvalidData | UnexpectedEof)
}

impl<R: Read> Content<'_, R> {
    /// Reads all of it, if it is at most `limit` bytes.
    pub fn read_whole(&mut self, limit: u64, bytes: &mut Vec<u8>) -> Result<(), Refused> {
        if self.directory.records[self.index].size > limit {
            return Err(self.refuse(Rule::TooLarge));
        }
        self.read_to_end(bytes)?;
        Ok(())
    }

    fn refuse(&self, rule: Rule) -> Refused {
        self.directory.refuse(self.index, rule)
    }

    /// What is wrong at the end of the stream, if anything.
    fn wrong_end(&self) -> Option<Rule> {
        let record = &self.directory.records[self.index];
        let has_rest = match &self.bytes {
            Bytes::Stored(rest) => rest.limit() > 0,
            Bytes::Deflated(decoder) => {
                decoder.get_ref().get_ref().limit() > 0 || !decoder.get_ref().buffer().is_empty()
            }
        };
        match self.hash.clone().finalize() {
            _ if self.given != record.size => Some(Rule::OtherSize),
            _ if has_rest => Some(Rule::Damaged),
            checksum if checksum != record.crc32 => Some(Rule::Checksum),
            _ => None,
        }
    }
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.ended {
            return Ok(0);
        }
        let count = match &mut self.bytes {
            Bytes::Stored(bytes) => bytes.read(buffer)?,
            Bytes::Deflated(decoder) => match decoder.read(buffer) {
                Err(error) if is_not_deflate(&error) => return Err(self.refuse(Rule::Damaged).into()),
                read => read?,
            },
        };
        self.given += count as u64;
        self.hash.update(&buffer[..count]);
        if self.given > self.directory.records[self.index].size {
            return Err(self.refuse(Rule::OtherSize).into());
        }
        if count == 0 {
            if let Some(rule) = self.wrong_end() {
                return Err(self.refuse(rule).into());
            }
            self.ended = true;
        }
        Ok(count)
    }
}
