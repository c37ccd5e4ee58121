//! Reading here and there in a file, with few reads where the places are near each other.

use std::io::{Read, Seek, SeekFrom};

use super::{Refused, Rule};

/// How much is read at once, in bytes: small entries lie nearer than that.
const STEP: usize = 4096;

/// A part of a file that is in memory, and moves to where it is needed.
pub(super) struct Window<'a, R> {
    source: &'a mut R,
    /// How long the file is.
    pub(super) length: u64,
    start: u64,
    held: Vec<u8>,
}

impl<'a, R: Read + Seek> Window<'a, R> {
    pub(super) fn new(source: &'a mut R, length: u64) -> Self {
        Self { source, length, start: 0, held: Vec::new() }
    }

    /// The bytes from `at` on, `count` of them, which the caller has bounded.
    pub(super) fn bytes(&mut self, at: u64, count: usize) -> Result<&[u8], Refused> {
        let end = at.checked_add(count as u64).filter(|&end| end <= self.length);
        let end = end.ok_or_else(|| Refused::whole(Rule::Cut))?;
        if at < self.start || end > self.start + self.held.len() as u64 {
            let wanted = (self.length - at).min(count.max(STEP) as u64);
            self.source.seek(SeekFrom::Start(at))?;
            self.held.resize(usize::try_from(wanted).unwrap_or(count), 0);
            self.start = at;
            if let Err(error) = self.source.read_exact(&mut self.held) {
                self.held.clear();
                return Err(error.into());
            }
        }
        let from = usize::try_from(at - self.start).unwrap_or_default();
        Ok(&self.held[from..from + count])
    }

    /// A copy of the bytes from `at` on, `count` of them, which the caller has bounded.
    pub(super) fn copy(&mut self, at: u64, count: usize) -> Result<Vec<u8>, Refused> {
        let held_end = self.start + self.held.len() as u64;
        let end = at.checked_add(count as u64).filter(|&end| end <= self.length);
        let end = end.ok_or_else(|| Refused::whole(Rule::Cut))?;
        if at >= self.start && end <= held_end {
            return Ok(self.bytes(at, count)?.to_vec());
        }
        let mut bytes = vec![0; count];
        self.source.seek(SeekFrom::Start(at))?;
        self.source.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
