//! Where an archive ends, and where its directory lies. There must be one answer to that.

use std::io::{Read, Seek};

use super::bytes::{u16_at, u32_at, u64_at};
use super::window::Window;
use super::{Refused, Rule};

/// The first bytes of an entry's header.
pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
/// The first bytes of a record in the directory.
pub(super) const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_SIZE: u64 = 20;
const END64: &[u8] = b"PK\x06\x06";
const END64_SIZE: usize = 56;
/// How far before the end of a file its end record can begin: a comment has at most 64 KiB.
const REACH: u64 = END_SIZE as u64 + 65_535;

/// What the end of an archive says.
pub(super) struct End {
    /// How many records the directory has.
    pub(super) entries: u64,
    /// Where the directory begins.
    pub(super) start: u64,
    /// How many bytes it takes.
    pub(super) size: u64,
}

/// Finds the end, which must be the only one and reach to the last byte.
pub(super) fn find<R: Read + Seek>(window: &mut Window<'_, R>) -> Result<End, Refused> {
    let first = window.bytes(0, usize::try_from(window.length.min(4)).unwrap_or(4))?.to_vec();
    let tail_size = window.length.min(REACH);
    let tail_start = window.length - tail_size;
    let tail = window.bytes(tail_start, usize::try_from(tail_size).unwrap_or_default())?;
    let found = locate(tail);
    if first != LOCAL {
        return Err(Refused::whole(match found {
            Ok(at) if first == END => empty_or(tail, at),
            Ok(_) => Rule::Prefix,
            Err(_) => Rule::NoArchive,
        }));
    }
    let at = found.map_err(Refused::whole)?;
    let record = tail[at..at + END_SIZE].to_vec();
    let position = tail_start + at as u64;
    let (end, position) = match locator(window, position)? {
        Some(there) => widen(window, &record, there, position - LOCATOR_SIZE)?,
        None => (plain(&record)?, position),
    };
    if end.entries == 0 {
        return Err(Refused::whole(Rule::Empty));
    }
    check_neighbours(window, end, position)
}

/// An end record at the very start of the file is that of an archive without entries.
fn empty_or(tail: &[u8], at: usize) -> Rule {
    if u16_at(tail, at + 10) == 0 { Rule::Empty } else { Rule::Prefix }
}

/// Where in the file's last bytes its end record begins.
///
/// Readers look for it from behind, some without a look at whether its comment reaches the end of the file: so the last
/// one must be the one that does, and no other may.
fn locate(tail: &[u8]) -> Result<usize, Rule> {
    let mut reaching = 0;
    let mut last = None;
    for at in memchr::memmem::find_iter(tail, END) {
        let end = at + END_SIZE + usize::from(u16_at(tail, at + 20));
        let reaches = at + END_SIZE <= tail.len() && end == tail.len();
        reaching += usize::from(reaches);
        last = Some((at, reaches, end < tail.len()));
    }
    match (last, reaching) {
        (None, _) => Err(Rule::Cut),
        (Some((at, true, _)), 1) => Ok(at),
        (Some(_), 1..) => Err(Rule::TwoEnds),
        (Some((_, _, more)), 0) => Err(if more { Rule::Trailing } else { Rule::Cut }),
    }
}

/// The end record of an archive without 64-bit fields.
fn plain(record: &[u8]) -> Result<End, Refused> {
    let volumes = [u16_at(record, 4), u16_at(record, 6)];
    if volumes != [0, 0] || u16_at(record, 8) != u16_at(record, 10) {
        return Err(Refused::whole(Rule::Volumes));
    }
    let (size, start) = (u32_at(record, 12), u32_at(record, 16));
    if size == u32::MAX || start == u32::MAX {
        return Err(Refused::whole(Rule::Zip64));
    }
    Ok(End { entries: u64::from(u16_at(record, 10)), start: u64::from(start), size: u64::from(size) })
}

/// Where the 64-bit end record lies, if something before the end record says that there is one.
fn locator<R: Read + Seek>(window: &mut Window<'_, R>, end: u64) -> Result<Option<u64>, Refused> {
    let Some(at) = end.checked_sub(LOCATOR_SIZE) else { return Ok(None) };
    let bytes = window.bytes(at, 20)?;
    if !bytes.starts_with(LOCATOR) {
        return Ok(None);
    }
    if u32_at(bytes, 4) != 0 || u32_at(bytes, 16) > 1 {
        return Err(Refused::whole(Rule::Volumes));
    }
    Ok(Some(u64_at(bytes, 8)))
}

/// The 64-bit end record, which must lie between the directory and its locator, and agree with the other.
fn widen<R: Read + Seek>(
    window: &mut Window<'_, R>,
    record: &[u8],
    at: u64,
    locator: u64,
) -> Result<(End, u64), Refused> {
    let wrong = || Refused::whole(Rule::Zip64);
    if at.checked_add(END64_SIZE as u64).is_none_or(|end| end > locator) {
        return Err(wrong());
    }
    let wide = window.bytes(at, END64_SIZE)?;
    let reaches = at.checked_add(12).and_then(|from| from.checked_add(u64_at(wide, 4))) == Some(locator);
    if !wide.starts_with(END64) || !reaches {
        return Err(wrong());
    }
    if u32_at(wide, 16) != 0 || u32_at(wide, 20) != 0 || u64_at(wide, 24) != u64_at(wide, 32) {
        return Err(Refused::whole(Rule::Volumes));
    }
    let end = End { entries: u64_at(wide, 32), size: u64_at(wide, 40), start: u64_at(wide, 48) };
    let agrees = |narrow: u64, top: u64, wide: u64| narrow == top || narrow == wide;
    let agree = agrees(u64::from(u16_at(record, 10)), 0xffff, end.entries)
        && agrees(u64::from(u16_at(record, 8)), 0xffff, end.entries)
        && agrees(u64::from(u32_at(record, 12)), 0xffff_ffff, end.size)
        && agrees(u64::from(u32_at(record, 16)), 0xffff_ffff, end.start);
    if agree { Ok((end, at)) } else { Err(wrong()) }
}

/// Checks that the directory ends where the end begins, so that there is nothing between the two.
fn check_neighbours<R: Read + Seek>(window: &mut Window<'_, R>, end: End, position: u64) -> Result<End, Refused> {
    match end.start.checked_add(end.size) {
        Some(behind) if behind == position => Ok(end),
        Some(behind) if behind < position => {
            let is_there = window.bytes(end.start, CENTRAL.len())? == CENTRAL;
            Err(Refused::whole(if is_there { Rule::Trailing } else { Rule::Prefix }))
        }
        _ => Err(Refused::whole(Rule::Directory)),
    }
}
