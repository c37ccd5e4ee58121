//! Zips that are not kept but laid out anew whenever they are asked for, always with the same bytes.
//!
//! Entries are stored, not compressed, so all but the files' own bytes follows from their names, sizes and checksums:
//! length, tag and every part of a zip are known before any file is read. The layout is that of PKWARE's APPNOTE 6.3.10
//! (4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3), zip64 only where a number does not fit, and without data descriptors, which
//! Java's streaming reader refuses for stored entries. It must never change: players' launchers know these zips by their
//! MD5.

use sha2::{Digest, Sha256};

use crate::listings::Held;
use crate::{File, InstancePath, Stored};

/// Version 1.0 of the format; 2.0 would be for folders and compression.
const VERSION: u16 = 10;
/// The version that is needed for zip64.
const VERSION_64: u16 = 45;
/// Names are UTF-8 (general purpose bit 11).
const UTF8: u16 = 1 << 11;
/// The first day that the format knows: 1980-01-01.
const DAY: u16 = 0x21;
/// What stands in a field of 32 bits whose number is in the zip64 field.
const ELSEWHERE: u32 = u32::MAX;

/// A file of a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    name: String,
    content: Part,
    crc32: u32,
}

/// A piece of a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Bytes that were made: of the layout itself, or of a text in the zip.
    Bytes(Vec<u8>),
    /// The bytes of a stored file.
    File {
        /// Their SHA-256.
        sha256: String,
        /// How many they are.
        size: u64,
        /// Their CRC-32.
        crc32: u32,
    },
}

/// The layout of a zip with these files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The pieces, one behind the other.
    pub parts: Vec<Part>,
    /// The size of the whole in bytes.
    pub size: u64,
    /// What no two plans of different bytes share: a SHA-256.
    pub key: String,
    /// What lies in it.
    pub holds: Vec<Held>,
}

impl Entry {
    /// A stored file at a path of the instance.
    pub fn stored(path: &InstancePath, (sha256, size): (&str, u64), crc32: u32) -> Self {
        Self { name: path.to_string(), content: Part::File { sha256: sha256.to_owned(), size, crc32 }, crc32 }
    }

    /// A text that was made. Its name is ours.
    pub(crate) fn text(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), crc32: crc32fast::hash(text.as_bytes()), content: Part::Bytes(text.into_bytes()) }
    }

    /// Something stored that is no file of the game. Its name is ours.
    pub(crate) fn kept(name: impl Into<String>, Stored { sha256, size, crc32 }: &Stored) -> Self {
        let content = Part::File { sha256: sha256.clone(), size: *size, crc32: *crc32 };
        Self { name: name.into(), content, crc32: *crc32 }
    }

    /// A file of a release at its path; none if its bytes are not known here.
    pub(crate) fn of(file: &File) -> Option<Self> {
        Some(Self::stored(&file.path, (file.hashes.sha256.as_ref()?, file.size), file.hashes.crc32?))
    }

    /// The same file in a folder of the zip, such as `overrides/`.
    pub(crate) fn within(mut self, folder: &'static str) -> Self {
        self.name.insert_str(0, folder);
        self
    }
}

impl Part {
    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { size, .. } => *size,
        }
    }
}

impl Plan {
    /// Lays out a zip of these files, in the order of their names.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        let count = entries.len() as u64;
        let (mut parts, mut directory, mut at) = (Vec::new(), Vec::new(), 0_u64);
        let mut holds = Vec::with_capacity(entries.len());
        for entry in entries {
            let local = local(&entry);
            directory.extend(central(&entry, at));
            at += local.len() as u64 + entry.content.size();
            parts.push(Part::Bytes(local));
            holds.push(Held { path: entry.name, size: entry.content.size(), crc32: entry.crc32 });
            parts.push(entry.content);
        }
        directory.extend(end(count, directory.len() as u64, at));
        let size = at + directory.len() as u64;
        parts.push(Part::Bytes(directory));
        let key = key(&parts);
        Self { parts, size, key, holds }
    }
}

/// The number in 32 bits; none where it does not fit or would be taken for a sign.
fn short(number: u64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number != ELSEWHERE)
}

/// What both headers of a file share: from the version to the length of the further fields.
fn shared(entry: &Entry, further: usize) -> Vec<u8> {
    let size = short(entry.content.size()).unwrap_or(ELSEWHERE);
    let version = if further == 0 { VERSION } else { VERSION_64 };
    let mut shared = Vec::with_capacity(26);
    for word in [version, UTF8, 0, 0, DAY] {
        shared.extend(word.to_le_bytes());
    }
    for word in [entry.crc32, size, size] {
        shared.extend(word.to_le_bytes());
    }
    for length in [entry.name.len(), further] {
        let length = u16::try_from(length).expect("paths of instances and our own names are short");
        shared.extend(length.to_le_bytes());
    }
    shared
}

/// The zip64 field with those of the numbers that do not fit elsewhere.
fn further(numbers: &[u64]) -> Vec<u8> {
    let numbers: Vec<u8> =
        numbers.iter().filter(|number| short(**number).is_none()).flat_map(|number| number.to_le_bytes()).collect();
    let length = u16::try_from(numbers.len()).expect("there are three numbers at most");
    if numbers.is_empty() { numbers } else { [&[1, 0], &length.to_le_bytes()[..], &*numbers].concat() }
}

/// The header before a file.
fn local(entry: &Entry) -> Vec<u8> {
    let size = entry.content.size();
    let further = further(&[size, size]);
    [&[0x50, 0x4b, 3, 4], &*shared(entry, further.len()), entry.name.as_bytes(), &*further].concat()
}

/// A file's entry in the directory at the end.
fn central(entry: &Entry, at: u64) -> Vec<u8> {
    let size = entry.content.size();
    let further = further(&[size, size, at]);
    let shared = shared(entry, further.len());
    let mut central = [&[0x50, 0x4b, 1, 2], &shared[..2], &*shared].concat();
    // No comment, the first disk, no attributes.
    central.extend([0; 10]);
    central.extend(short(at).unwrap_or(ELSEWHERE).to_le_bytes());
    central.extend(entry.name.as_bytes());
    central.extend(further);
    central
}

/// What comes behind the directory: where it is, and how many files it has.
fn end(count: u64, length: u64, offset: u64) -> Vec<u8> {
    let few = u16::try_from(count).ok().filter(|count| *count != u16::MAX);
    let mut end = Vec::new();
    if few.is_none() || short(length).is_none() || short(offset).is_none() {
        end.extend([0x50, 0x4b, 6, 6]);
        // The size of what follows of this record, then the versions, then both disks.
        end.extend(44_u64.to_le_bytes());
        end.extend([VERSION_64.to_le_bytes(), VERSION_64.to_le_bytes()].concat());
        end.extend([0; 8]);
        end.extend([count, count, length, offset].map(u64::to_le_bytes).concat());
        end.extend([0x50, 0x4b, 6, 7, 0, 0, 0, 0]);
        end.extend((offset + length).to_le_bytes());
        end.extend(1_u32.to_le_bytes());
    }
    let count = few.unwrap_or(u16::MAX);
    end.extend([0x50, 0x4b, 5, 6, 0, 0, 0, 0]);
    end.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    end.extend([length, offset].map(|number| short(number).unwrap_or(ELSEWHERE).to_le_bytes()).concat());
    end.extend([0, 0]);
    end
}

fn key(parts: &[Part]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        match part {
            Part::Bytes(bytes) => digest.update([&(bytes.len() as u64).to_le_bytes()[..], bytes].concat()),
            Part::File { sha256, .. } => digest.update(sha256.as_bytes()),
        }
    }
    hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Seek, Write};

    use super::*;
    use crate::archive::{Archive, Rules};

    fn entry(path: &str, bytes: &[u8]) -> Entry {
        let sha256 = hex::encode(Sha256::digest(bytes));
        Entry::stored(&path.parse().unwrap(), (&sha256, bytes.len() as u64), zip_crc32(bytes))
    }

    /// The checksum of a zip, bit by bit (APPNOTE 4.4.7).
    fn zip_crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    fn laid_out(files: &[(&str, &[u8])]) -> Vec<u8> {
        let plan = Plan::new(files.iter().map(|(path, bytes)| entry(path, bytes)).collect());
        let mut zip = Vec::new();
        for part in &plan.parts {
            match part {
                Part::Bytes(bytes) => zip.extend(bytes),
                Part::File { sha256, .. } => {
                    let file = files.iter().find(|(_, bytes)| hex::encode(Sha256::digest(bytes)) == *sha256);
                    zip.extend(file.unwrap().1);
                }
            }
        }
        assert_eq!(zip.len() as u64, plan.size);
        zip
    }

    #[test]
    fn layout_never_changes() {
        let zip = laid_out(&[("mods/a.jar", b"PK jar")]);
        let file = "504b03040a000008000000002100326bf0b506000000060000000a0000006d6f64732f612e6a6172504b206a6172";
        let directory = "504b01020a000a000008000000002100326bf0b506000000060000000a000000\
                         00000000000000000000000000006d6f64732f612e6a6172504b05060000000001000100380000002e0000000000";
        assert_eq!(hex::encode(&zip), format!("{file}{directory}"));
    }

    #[test]
    fn archive_is_read_back() {
        let files: [(&str, &[u8]); 3] = [("mods/ä b.jar", b"one"), ("config/a.cfg", b""), ("mods/1.7.10/c.jar", b"2")];
        let mut archive = Archive::open(Cursor::new(laid_out(&files)), Rules::Pack).unwrap();
        let names: Vec<_> = archive.entries().map(|entry| entry.path.to_owned()).collect();
        assert_eq!(names, ["config/a.cfg", "mods/1.7.10/c.jar", "mods/ä b.jar"]);
        for (name, bytes) in files {
            let index = archive.find(name).unwrap().index;
            assert_eq!(archive.read(index, 100).unwrap(), bytes);
        }
    }

    #[test]
    fn key_tells_plans_apart() {
        let key =
            |files: &[(&str, &[u8])]| Plan::new(files.iter().map(|(path, bytes)| entry(path, bytes)).collect()).key;
        let one = key(&[("mods/a.jar", b"1"), ("mods/b.jar", b"2")]);
        assert_eq!(one, key(&[("mods/b.jar", b"2"), ("mods/a.jar", b"1")]));
        for other in [vec![("mods/a.jar", &b"2"[..]), ("mods/b.jar", b"1")], vec![("mods/a.jar", b"1")]] {
            assert_ne!(one, key(&other));
        }
    }

    #[test]
    fn text_lies_beside_files_with_its_own_checksum() {
        let plan = Plan::new(vec![entry("mods/a.jar", b"jar").within("game/"), Entry::text("a.json", "{}".to_owned())]);
        let zip: Vec<u8> = plan
            .parts
            .iter()
            .flat_map(|part| match part {
                Part::Bytes(bytes) => bytes.clone(),
                Part::File { .. } => b"jar".to_vec(),
            })
            .collect();
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        for (name, text) in [("a.json", "{}"), ("game/mods/a.jar", "jar")] {
            // The reader compares the checksum at the end.
            assert_eq!(std::io::read_to_string(archive.by_name(name).unwrap()).unwrap(), text);
        }
    }

    /// Reads what a zip says of its files, where the files are zeros that nobody needs to keep.
    fn sizes_and_places(plan: &Plan) -> Vec<(String, u64, u64)> {
        let mut file = tempfile::tempfile().unwrap();
        for part in &plan.parts {
            match part {
                Part::Bytes(bytes) => file.write_all(bytes).unwrap(),
                Part::File { size, .. } => {
                    file.seek_relative(i64::try_from(*size).unwrap()).unwrap();
                }
            }
        }
        assert_eq!(file.stream_position().unwrap(), plan.size);
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let indices = 0..archive.len();
        indices
            .map(|index| {
                let file = archive.by_index_raw(index).unwrap();
                (file.name().unwrap().into_owned(), file.size(), file.header_start())
            })
            .collect()
    }

    #[test]
    fn large_files_and_far_places_are_read_back() {
        let large = |path: &str, size| Entry::stored(&path.parse().unwrap(), ("00", size), 0);
        let limit = u64::from(u32::MAX);
        for size in [limit - 1, limit, limit + 1, 5 << 30] {
            let found = sizes_and_places(&Plan::new(vec![large("a", size), large("b", 7)]));
            let local = 31 + if size < limit { 0 } else { 20 };
            assert_eq!(found, [("a".to_owned(), size, 0), ("b".to_owned(), 7, local + size)]);
        }
    }

    #[test]
    fn more_files_than_two_bytes_count_are_read_back() {
        for count in [65_534_usize, 65_535] {
            let name = |at: usize| format!("config/{at}");
            let plan = Plan::new((0..count).map(|at| entry(&name(at), b"")).collect());
            let zip = plan.parts.iter().filter_map(|part| match part {
                Part::Bytes(bytes) => Some(&**bytes),
                Part::File { .. } => None,
            });
            let mut archive = zip::ZipArchive::new(Cursor::new(zip.collect::<Vec<_>>().concat())).unwrap();
            assert_eq!(archive.len(), count);
            assert!(archive.by_name(&name(count - 1)).is_ok());
        }
    }
}
