//! Zip archives: made with the same bytes on every machine and every day, and read as if an enemy had made them.
//!
//! [`Archive::open`] looks at the structure of a whole archive before anything of it is used, and refuses it if two
//! readers could see different things in it, or if it could hurt one. Java reads the central directory at the end,
//! others read the local headers from the front; so both are read, and must agree. What an entry holds is read as a
//! stream that ends with an error, not silently, when it is more than the entry declares or when its checksum is not
//! right. Nothing is ever unpacked to disk, no number in an archive is believed before memory is taken for it, and
//! what is not asked for is not decompressed.
//!
//! The zip crate is not used for reading: it judges headers one at a time, while most of these rules are about how all
//! of them lie together (overlaps, hidden entries, two ends). A test checks that it reads the same from whatever
//! is accepted here. The facts are those of PKWARE's APPNOTE 6.3.10.

mod bytes;
mod content;
mod directory;
mod end;
mod local;
mod names;
mod refused;
mod window;

use std::io::{Read, Seek, SeekFrom};

pub use content::Content;
pub use refused::{Place, Refused, Rule};

use directory::{Directory, Record};

/// The most that one entry may hold, in bytes.
pub const ENTRY_LIMIT: u64 = 512 << 20;
/// The most that all entries may hold together, in bytes.
pub const TOTAL_LIMIT: u64 = 4 << 30;
/// How many times the archive's own size all entries may hold together, if that is less.
const RATIO_LIMIT: u64 = 200;
/// What all entries may hold together however small the archive is, in bytes.
const TOTAL_FLOOR: u64 = 64 << 20;

/// By which rules an archive is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// A jar, which stays what it is and is never unpacked: names may be odd and occur twice, except those of the files
    /// in which loaders look for mods. At most 65,535 entries.
    Jar,
    /// A pack or folder, whose entries become files on players' machines: each name must be one that is safe there,
    /// and no two may be one file when case is ignored. Files and folders only, at most 20,000 of them.
    Pack,
}

/// An archive whose structure was found to be sound.
pub struct Archive<R> {
    source: R,
    directory: Directory,
}

/// One entry of an archive.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its place in the central directory, from 0.
    pub index: usize,
    /// Its path with `/` between the parts; a folder's ends in one.
    ///
    /// Under [`Rules::Pack`] this is a safe path (an [`InstancePath`](crate::InstancePath), once the slash at the end
    /// of a folder is off). Under [`Rules::Jar`] it is whatever stands there, in Latin-1 if it is not UTF-8.
    pub path: &'a str,
    /// How many bytes it holds, as it declares. Reading it never gives more, and fails if it has fewer.
    pub size: u64,
    /// How many bytes it takes in the archive.
    pub packed: u64,
    /// The CRC-32 of what it holds, as it declares. Reading it fails if that is wrong.
    pub crc32: u32,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is not compressed, so that its bytes lie in the archive as they are.
    pub is_stored: bool,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive from its first byte to its last, and checks its structure.
    ///
    /// Reads the directory and each entry's header, and decompresses nothing. The memory it takes is that of
    /// the directory, at most 32 MiB and what the entries' places take.
    pub fn open(mut source: R, rules: Rules) -> Result<Self, Refused> {
        let length = source.seek(SeekFrom::End(0))?;
        let mut window = window::Window::new(&mut source, length);
        let end = end::find(&mut window)?;
        let mut directory = directory::read(&mut window, &end, rules)?;
        local::check(&mut window, &mut directory)?;
        names::check(&directory, rules)?;
        check_sizes(&directory, length)?;
        Ok(Self { source, directory })
    }

    /// How many entries there are, folders included.
    pub fn len(&self) -> usize {
        self.directory.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.directory.records.is_empty()
    }

    /// All entries, in the order of the central directory.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.len()).filter_map(|index| self.entry(index))
    }

    /// The entry at a place in the central directory.
    pub fn entry(&self, index: usize) -> Option<Entry<'_>> {
        let record = self.directory.records.get(index)?;
        Some(Entry {
            index,
            path: self.directory.path(index),
            size: record.size,
            packed: record.packed,
            crc32: record.crc32,
            is_folder: self.directory.name(record).ends_with(b"/"),
            is_stored: record.method == directory::STORED,
        })
    }

    /// The entry of exactly this path; the last one, as in Java, if a jar has several.
    pub fn find(&self, path: &str) -> Option<Entry<'_>> {
        let is_it = |record: &Record| self.directory.name(record) == path.as_bytes();
        self.entry(self.directory.records.iter().rposition(is_it)?)
    }

    /// What an entry holds, as a stream.
    ///
    /// It ends with an error as soon as there is more than the entry declares, at its end if there is less or
    /// if the checksum is wrong: only what was read to the end without an error is what the archive's maker meant. Such an error
    /// is a [`Refused`] within an [`std::io::Error`]; `?` into a `Refused` takes it out again.
    pub fn stream(&mut self, index: usize) -> Result<Content<'_, R>, Refused> {
        content::open(&mut self.source, &self.directory, index, content::STEP)
    }

    /// What an entry holds, if that is at most `limit` bytes.
    pub fn read(&mut self, index: usize, limit: u64) -> Result<Vec<u8>, Refused> {
        let mut bytes = Vec::new();
        self.stream(index)?.read_whole(limit, &mut bytes)?;
        Ok(bytes)
    }

    /// The first bytes of what an entry holds, at most `limit`. They are not checked against the checksum, and nothing
    /// behind them is decompressed.
    pub fn peek(&mut self, index: usize, limit: usize) -> Result<Vec<u8>, Refused> {
        let mut bytes = Vec::new();
        let content = content::open(&mut self.source, &self.directory, index, content::SMALL_STEP)?;
        content.take(limit as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl<R> Archive<R> {
    /// Where an entry's bytes lie in the archive, if they lie there as they are: offset and length.
    pub(crate) fn span(&self, index: usize) -> Option<(u64, u64)> {
        let record = self.directory.records.get(index)?;
        (record.method == directory::STORED).then_some((record.data, record.packed))
    }

    /// What the archive is read from.
    pub(crate) fn source(&mut self) -> &mut R {
        &mut self.source
    }
}

/// Refuses what holds too much, by what the entries declare: reading never gives more than that.
fn check_sizes(directory: &Directory, length: u64) -> Result<(), Refused> {
    let limit = length.saturating_mul(RATIO_LIMIT).clamp(TOTAL_FLOOR, TOTAL_LIMIT);
    let mut total: u64 = 0;
    for (index, record) in directory.records.iter().enumerate() {
        total = total.saturating_add(record.size);
        if record.size > ENTRY_LIMIT {
            return Err(directory.refuse(index, Rule::EntrySize));
        }
        if total > limit {
            return Err(directory.refuse(index, Rule::TotalSize));
        }
    }
    Ok(())
}
