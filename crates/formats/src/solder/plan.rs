//! Zips that are not kept but laid out anew whenever they are asked for, always with the same bytes.
//!
//! Entries are stored, not compressed, so all but the files' own bytes follows from their paths, sizes and checksums. The
//! layout is that of PKWARE's APPNOTE 6.3.10 (4.3.7, 4.3.12, 4.3.16), without zip64 and without data descriptors,
//! which Java's streaming reader refuses for stored entries. It must never change: players' launchers know these
//! zips by their MD5.

use sha2::{Digest, Sha256};

use crate::InstancePath;

/// Version 1.0 of the format; 2.0 would be for folders and compression.
const VERSION: u16 = 10;
/// Names are UTF-8 (general purpose bit 11).
const UTF8: u16 = 1 << 11;
/// The first day that the format knows: 1980-01-01.
const DAY: u16 = 0x21;

/// A file of a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies in the game folder.
    pub path: InstancePath,
    /// The SHA-256 of its bytes, under which they are stored.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its checksum.
    pub crc32: u32,
}

/// A piece of a zip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Bytes of the layout itself.
    Bytes(Vec<u8>),
    /// The bytes of a stored file.
    File {
        /// Their SHA-256.
        sha256: String,
        /// How many they are.
        size: u64,
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
    /// Lays out a zip of these files, in the order of their paths; none if they are too many or too large for the plain
    /// format (65,534 files, 4 GiB).
    pub fn new(mut entries: Vec<Entry>) -> Option<Self> {
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        let count = u16::try_from(entries.len()).ok().filter(|count| *count < u16::MAX)?;
        let (mut parts, mut directory, mut at) = (Vec::new(), Vec::new(), 0_u64);
        for entry in entries {
            let (local, central) = headers(&entry, u32::try_from(at).ok()?)?;
            at += local.len() as u64 + entry.size;
            parts.push(Part::Bytes(local));
            parts.push(Part::File { sha256: entry.sha256, size: entry.size });
            directory.extend(central);
        }
        let offset = u32::try_from(at).ok()?;
        let length = u32::try_from(directory.len()).ok()?;
        directory.extend([0x50, 0x4b, 5, 6, 0, 0, 0, 0]);
        directory.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
        directory.extend([length.to_le_bytes(), offset.to_le_bytes()].concat());
        directory.extend([0, 0]);
        let size = at + directory.len() as u64;
        parts.push(Part::Bytes(directory));
        let key = key(&parts);
        Some(Self { parts, size, key })
    }
}

/// The header before a file, and its entry in the directory at the end.
fn headers(entry: &Entry, offset: u32) -> Option<(Vec<u8>, Vec<u8>)> {
    let name = entry.path.as_str().as_bytes();
    let size = u32::try_from(entry.size).ok().filter(|size| *size < u32::MAX)?;
    let mut shared = Vec::with_capacity(26);
    for word in [VERSION, UTF8, 0, 0, DAY] {
        shared.extend(word.to_le_bytes());
    }
    for word in [entry.crc32, size, size] {
        shared.extend(word.to_le_bytes());
    }
    shared.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
    shared.extend([0, 0]);
    let local = [&[0x50, 0x4b, 3, 4], &*shared, name].concat();
    let mut central = [&[0x50, 0x4b, 1, 2], &VERSION.to_le_bytes()[..], &*shared].concat();
    // No comment, the first disk, no attributes.
    central.extend([0; 10]);
    central.extend(offset.to_le_bytes());
    central.extend(name);
    Some((local, central))
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
    use std::io::Cursor;

    use super::*;
    use crate::archive::{Archive, Rules};

    fn entry(path: &str, bytes: &[u8]) -> Entry {
        Entry {
            path: path.parse().unwrap(),
            sha256: hex::encode(Sha256::digest(bytes)),
            size: bytes.len() as u64,
            crc32: zip_crc32(bytes),
        }
    }

    /// The checksum of a zip, bit by bit (APPNOTE 4.4.7).
    fn zip_crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        })
    }

    fn laid_out(files: &[(&str, &[u8])]) -> Vec<u8> {
        let plan = Plan::new(files.iter().map(|(path, bytes)| entry(path, bytes)).collect()).unwrap();
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
        let key = |files: &[(&str, &[u8])]| {
            Plan::new(files.iter().map(|(path, bytes)| entry(path, bytes)).collect()).unwrap().key
        };
        let one = key(&[("mods/a.jar", b"1"), ("mods/b.jar", b"2")]);
        assert_eq!(one, key(&[("mods/b.jar", b"2"), ("mods/a.jar", b"1")]));
        for other in [vec![("mods/a.jar", &b"2"[..]), ("mods/b.jar", b"1")], vec![("mods/a.jar", b"1")]] {
            assert_ne!(one, key(&other));
        }
    }

    #[test]
    fn what_the_plain_format_cannot_hold_is_no_plan() {
        let large = |size| Entry { size, ..entry("mods/a.jar", b"") };
        assert!(Plan::new(vec![large(u64::from(u32::MAX))]).is_none());
        assert!(
            Plan::new(vec![large(3 << 30), Entry { path: "mods/b.jar".parse().unwrap(), ..large(3 << 30) }]).is_none()
        );
        assert!(Plan::new(vec![large(3 << 30)]).is_some());
    }
}
