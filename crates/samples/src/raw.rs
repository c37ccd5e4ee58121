//! Archives in which every field can be a lie, written byte by byte (APPNOTE 6.3.10 of PKWARE).

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Not compressed.
pub const STORED: u16 = 0;
/// Compressed by deflate.
pub const DEFLATED: u16 = 8;

/// An archive that is yet to be written.
#[derive(Clone, Default)]
pub struct Raw {
    /// What stands before the first entry.
    pub prefix: Vec<u8>,
    /// Whether offsets count from the file's start, prefix included, instead of from behind it.
    pub prefix_counts: bool,
    /// The entries.
    pub entries: Vec<Entry>,
    /// What stands between the last entry and the directory.
    pub before_directory: Vec<u8>,
    /// What stands between the directory and the end.
    pub behind_directory: Vec<u8>,
    /// The comment of the archive.
    pub comment: Vec<u8>,
    /// What stands behind the end.
    pub trailing: Vec<u8>,
    /// How many entries the end says there are.
    pub count: Option<u64>,
    /// Which volume the end says this is.
    pub volume: u16,
    /// Whether there is a 64-bit end.
    pub wide: bool,
    /// What the 64-bit end says of the directory's start, beyond the truth.
    pub wide_off_by: u64,
}

/// One entry: what the directory says of it, and where its own header says something else.
#[derive(Clone)]
pub struct Entry {
    /// Its name.
    pub name: Vec<u8>,
    /// Its name in its own header.
    pub local_name: Option<Vec<u8>>,
    /// Its bytes as they lie in the archive.
    pub packed: Vec<u8>,
    /// How many bytes it says to hold.
    pub size: u64,
    /// The same in its own header.
    pub local_size: Option<u32>,
    /// Its checksum.
    pub crc32: u32,
    /// How it is compressed.
    pub method: u16,
    /// The same in its own header.
    pub local_method: Option<u16>,
    /// Its flags, in both places.
    pub flags: u16,
    /// Its attributes: a Unix mode in the upper half.
    pub attributes: u32,
    /// Extra fields in the directory.
    pub extra: Vec<u8>,
    /// Its comment in the directory.
    pub comment: Vec<u8>,
    /// Where the directory says that its header is.
    pub offset: Option<u32>,
    /// Whether its header and bytes are left out, so that only the directory knows it.
    pub is_ghost: bool,
    /// Whether the directory does not know it.
    pub is_hidden: bool,
    /// What stands behind its bytes, such as a descriptor.
    pub behind: Vec<u8>,
}

impl Entry {
    /// An honest entry that is not compressed.
    pub fn new(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            packed: bytes.to_vec(),
            size: bytes.len() as u64,
            local_size: None,
            crc32: checksum(bytes),
            method: STORED,
            local_method: None,
            flags: 1 << 11,
            attributes: 0,
            extra: Vec::new(),
            comment: Vec::new(),
            offset: None,
            is_ghost: false,
            is_hidden: false,
            behind: Vec::new(),
        }
    }

    /// An honest entry that is compressed.
    pub fn deflated(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        Self { packed: deflate(bytes), method: DEFLATED, ..Self::new(name, bytes) }
    }

    /// The entry with something of it changed.
    #[must_use]
    pub fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn write_local(&self, out: &mut Vec<u8>) {
        let name = self.local_name.as_ref().unwrap_or(&self.name);
        out.extend(b"PK\x03\x04");
        put16(out, &[20, self.flags, self.local_method.unwrap_or(self.method), 0, 0x21]);
        put32(out, &[self.crc32, low(self.packed.len() as u64), self.local_size.unwrap_or(low(self.size))]);
        put16(out, &[short(name.len()), 0]);
        out.extend(name);
        out.extend(&self.packed);
        out.extend(&self.behind);
    }

    fn write_central(&self, out: &mut Vec<u8>, offset: u32) {
        out.extend(b"PK\x01\x02");
        put16(out, &[0x031e, 20, self.flags, self.method, 0, 0x21]);
        put32(out, &[self.crc32, low(self.packed.len() as u64), low(self.size)]);
        put16(out, &[short(self.name.len()), short(self.extra.len()), short(self.comment.len()), 0, 0]);
        put32(out, &[self.attributes, self.offset.unwrap_or(offset)]);
        out.extend(&self.name);
        out.extend(&self.extra);
        out.extend(&self.comment);
    }
}

impl Raw {
    /// An honest archive of these entries.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self { entries: entries.into_iter().collect(), ..Self::default() }
    }

    /// The archive with something of it changed.
    #[must_use]
    pub fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The archive's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let base = if self.prefix_counts { 0 } else { self.prefix.len() };
        let mut directory = Vec::new();
        for entry in &self.entries {
            let offset = low((out.len() - base) as u64);
            if !entry.is_ghost {
                entry.write_local(&mut out);
            }
            if !entry.is_hidden {
                entry.write_central(&mut directory, offset);
            }
        }
        out.extend(&self.before_directory);
        let start = (out.len() - base) as u64;
        let size = directory.len() as u64;
        out.extend(directory);
        out.extend(&self.behind_directory);
        let known = self.entries.iter().filter(|entry| !entry.is_hidden).count() as u64;
        let count = self.count.unwrap_or(known);
        if self.wide {
            write_wide_end(&mut out, count, size, start + self.wide_off_by);
        }
        out.extend(b"PK\x05\x06");
        let narrow = u16::try_from(count).unwrap_or(u16::MAX);
        put16(&mut out, &[self.volume, self.volume, narrow, narrow]);
        put32(&mut out, &[low(size), low(start)]);
        put16(&mut out, &[short(self.comment.len())]);
        out.extend(&self.comment);
        out.extend(&self.trailing);
        out
    }
}

fn write_wide_end(out: &mut Vec<u8>, count: u64, size: u64, start: u64) {
    let at = out.len() as u64;
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    put16(out, &[45, 45]);
    put32(out, &[0, 0]);
    for number in [count, count, size, start] {
        out.extend(number.to_le_bytes());
    }
    out.extend(b"PK\x06\x07");
    put32(out, &[0]);
    out.extend(at.to_le_bytes());
    put32(out, &[1]);
}

/// An extra field.
pub fn extra(kind: u16, field: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put16(&mut out, &[kind, short(field.len())]);
    out.extend(field);
    out
}

/// Bytes compressed by deflate.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all bytes")
}

/// The CRC-32 of bytes.
pub fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn put16(out: &mut Vec<u8>, numbers: &[u16]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn put32(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

/// The number, or the highest that fits, which means "look elsewhere".
fn low(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
