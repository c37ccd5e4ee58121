//! The central directory: what Java and most other readers go by.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use super::bytes::{extras, u16_at, u32_at, u64_at};
use super::end::{CENTRAL, End};
use super::window::Window;
use super::{Refused, Rule, Rules};

/// The method of entries that are not compressed.
pub(super) const STORED: u16 = 0;
/// The method of entries that are compressed by deflate.
pub(super) const DEFLATED: u16 = 8;
/// The extra field with 64-bit numbers.
const WIDE: u16 = 0x0001;
/// The extra field with another name (Info-ZIP Unicode Path).
const OTHER_NAME: u16 = 0x7075;
/// Encrypted, strongly encrypted, or with a masked directory.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
const RECORD_SIZE: usize = 46;
const SIZE_LIMIT: u64 = 32 << 20;
const NAME_LIMIT: usize = 512;
const DEPTH_LIMIT: usize = 32;

/// The directory as it stands in the file, and what its records say.
pub(super) struct Directory {
    bytes: Vec<u8>,
    /// What each record says, in their order.
    pub(super) records: Vec<Record>,
    /// The names that are not UTF-8, by record, as Latin-1.
    odd: BTreeMap<usize, String>,
    /// Where the directory begins, so where entries end.
    pub(super) start: u64,
}

/// What the directory says of one entry.
pub(super) struct Record {
    name: u32,
    name_size: u16,
    /// How it is compressed.
    pub(super) method: u16,
    /// The CRC-32 of what it holds.
    pub(super) crc32: u32,
    /// The attributes of its file: for Unix in the upper half.
    pub(super) attributes: u32,
    /// How many bytes it takes in the archive.
    pub(super) packed: u64,
    /// How many bytes it holds.
    pub(super) size: u64,
    /// Where its own header begins.
    pub(super) header: u64,
    /// Where its bytes begin, which its own header tells.
    pub(super) data: u64,
}

impl Directory {
    /// An entry's name as it stands there.
    pub(super) fn name(&self, record: &Record) -> &[u8] {
        &self.bytes[record.name as usize..][..usize::from(record.name_size)]
    }

    /// An entry's name as text.
    pub(super) fn path(&self, index: usize) -> &str {
        match self.odd.get(&index) {
            Some(name) => name,
            None => std::str::from_utf8(self.name(&self.records[index])).unwrap_or_default(),
        }
    }

    /// Whether an entry's name is UTF-8, so that it reads the same everywhere.
    pub(super) fn is_utf8(&self, index: usize) -> bool {
        !self.odd.contains_key(&index)
    }

    /// A refusal because of one entry.
    pub(super) fn refuse(&self, index: usize, rule: Rule) -> Refused {
        Refused::entry(rule, index, self.name(&self.records[index]))
    }
}

/// Reads the directory that the end tells of.
pub(super) fn read<R: Read + Seek>(window: &mut Window<'_, R>, end: &End, rules: Rules) -> Result<Directory, Refused> {
    let limit = match rules {
        Rules::Jar => 65_535,
        Rules::Pack => 20_000,
    };
    if end.entries > limit {
        return Err(Refused::whole(Rule::Count));
    }
    if end.size > SIZE_LIMIT {
        return Err(Refused::whole(Rule::DirectorySize));
    }
    let bytes = window.copy(end.start, usize::try_from(end.size).unwrap_or_default())?;
    let mut directory = Directory { bytes, records: Vec::new(), odd: BTreeMap::new(), start: end.start };
    let mut at = 0;
    while at < directory.bytes.len() {
        if directory.records.len() as u64 == end.entries {
            return Err(Refused::whole(Rule::Directory));
        }
        let index = directory.records.len();
        let (record, next) = read_record(&directory.bytes, at, index)?;
        directory.records.push(record);
        at = next;
        let name = directory.name(&directory.records[index]);
        if std::str::from_utf8(name).is_err() {
            let text = name.iter().copied().map(char::from).collect();
            directory.odd.insert(index, text);
        }
    }
    if directory.records.len() as u64 != end.entries {
        return Err(Refused::whole(Rule::Directory));
    }
    Ok(directory)
}

/// Reads one record, and tells where the next one begins.
fn read_record(bytes: &[u8], at: usize, index: usize) -> Result<(Record, usize), Refused> {
    let damaged = || Refused::whole(Rule::Directory);
    let head = bytes.get(at..at + RECORD_SIZE).filter(|head| head.starts_with(CENTRAL)).ok_or_else(damaged)?;
    let name_at = at + RECORD_SIZE;
    let extra_at = name_at + usize::from(u16_at(head, 28));
    let comment_at = extra_at + usize::from(u16_at(head, 30));
    let next = comment_at + usize::from(u16_at(head, 32));
    if next > bytes.len() {
        return Err(damaged());
    }
    let (name, extra) = (&bytes[name_at..extra_at], &bytes[extra_at..comment_at]);
    let mut record = Record {
        name: u32::try_from(name_at).map_err(|_| damaged())?,
        name_size: u16_at(head, 28),
        method: u16_at(head, 10),
        crc32: u32_at(head, 16),
        attributes: u32_at(head, 38),
        packed: u64::from(u32_at(head, 20)),
        size: u64::from(u32_at(head, 24)),
        header: u64::from(u32_at(head, 42)),
        data: 0,
    };
    let mut volume = u32::from(u16_at(head, 34));
    let judged = widen(&mut record, &mut volume, extra).and_then(|()| judge(&record, head, volume, name, extra));
    judged.map_err(|rule| Refused::entry(rule, index, name))?;
    Ok((record, next))
}

/// Takes the 64-bit numbers for those that do not fit into 32 bits.
fn widen(record: &mut Record, volume: &mut u32, extra: &[u8]) -> Result<(), Rule> {
    let mut wide = extras(extra).filter(|(kind, _)| *kind == WIDE).map(|(_, field)| field);
    let (first, second) = (wide.next(), wide.next());
    let top = u64::from(u32::MAX);
    let wants = [record.size == top, record.packed == top, record.header == top];
    if second.is_some() || (first.is_none() && wants.contains(&true)) {
        return Err(Rule::Zip64);
    }
    let Some(field) = first else { return Ok(()) };
    let mut at = 0;
    for number in [&mut record.size, &mut record.packed, &mut record.header] {
        if *number == top {
            if field.len() < at + 8 {
                return Err(Rule::Zip64);
            }
            *number = u64_at(field, at);
            at += 8;
        }
    }
    if *volume == 0xffff && field.len() >= at + 4 {
        *volume = u32_at(field, at);
    }
    Ok(())
}

/// Whether a record may be so, by what it says alone.
fn judge(record: &Record, head: &[u8], volume: u32, name: &[u8], extra: &[u8]) -> Result<(), Rule> {
    let is_other =
        |(kind, field): (u16, &[u8])| kind == OTHER_NAME && field.get(5..).is_some_and(|other| other != name);
    match record.method {
        _ if name.len() > NAME_LIMIT => Err(Rule::NameLength),
        _ if name.is_empty() || name.contains(&0) => Err(Rule::Name),
        _ if memchr::memchr_iter(b'/', name).count() > DEPTH_LIMIT => Err(Rule::Depth),
        _ if volume != 0 => Err(Rule::Volumes),
        _ if u16_at(head, 8) & ENCRYPTED != 0 => Err(Rule::Encrypted),
        _ if extras(extra).any(is_other) => Err(Rule::TwoNames),
        STORED if record.packed != record.size => Err(Rule::OtherSize),
        STORED | DEFLATED => Ok(()),
        _ => Err(Rule::Method),
    }
}
