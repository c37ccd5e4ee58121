//! The headers before each entry: what readers from the front go by. They must say what the directory says.

use std::io::{Read, Seek};

use super::bytes::{extras, u16_at, u32_at, u64_at};
use super::directory::{Directory, Record};
use super::end::LOCAL;
use super::window::Window;
use super::{Refused, Rule};

const HEADER_SIZE: usize = 30;
/// Sizes and checksum are not in the header, but in a descriptor behind the entry's bytes.
const HAS_DESCRIPTOR: u16 = 1 << 3;
const WIDE: u16 = 0x0001;

/// Compares each header with the directory, and checks that entries lie one behind the other from the first byte on.
pub(super) fn check<R: Read + Seek>(window: &mut Window<'_, R>, directory: &mut Directory) -> Result<(), Refused> {
    let mut order: Vec<usize> = (0..directory.records.len()).collect();
    order.sort_by_key(|&index| directory.records[index].header);
    let mut behind = 0;
    for index in order {
        let header = directory.records[index].header;
        if header < behind {
            return Err(directory.refuse(index, Rule::Overlap));
        }
        if header > behind && begins_with_header(window, behind, header)? {
            return Err(directory.refuse(index, Rule::Hidden));
        }
        let data = compare(window, directory, index)?;
        directory.records[index].data = data;
        let end = data.checked_add(directory.records[index].packed);
        behind = end.filter(|&end| end <= directory.start).ok_or_else(|| directory.refuse(index, Rule::Overlap))?;
    }
    if behind < directory.start && begins_with_header(window, behind, directory.start)? {
        return Err(Refused::whole(Rule::Trailing));
    }
    Ok(())
}

/// Whether a gap between entries begins with another entry's header, as readers from the front would find it.
///
/// A descriptor may stand first in the gap, with or without its own signature, in one of two widths.
fn begins_with_header<R: Read + Seek>(window: &mut Window<'_, R>, from: u64, to: u64) -> Result<bool, Refused> {
    let size = usize::try_from((to - from).min(28)).unwrap_or(28);
    let gap = window.bytes(from, size)?;
    Ok([0, 12, 16, 20, 24].iter().any(|&at| gap.get(at..at + LOCAL.len()) == Some(LOCAL)))
}

/// Compares one header with the directory, and tells where the entry's bytes begin.
fn compare<R: Read + Seek>(window: &mut Window<'_, R>, directory: &Directory, index: usize) -> Result<u64, Refused> {
    let record = &directory.records[index];
    let name = directory.name(record);
    if record.header.checked_add(HEADER_SIZE as u64).is_none_or(|end| end > directory.start) {
        return Err(directory.refuse(index, Rule::NoHeader));
    }
    let head = window.bytes(record.header, HEADER_SIZE)?;
    if !head.starts_with(LOCAL) {
        return Err(directory.refuse(index, Rule::NoHeader));
    }
    let name_size = usize::from(u16_at(head, 26));
    let size = HEADER_SIZE + name_size + usize::from(u16_at(head, 28));
    let data = record.header + size as u64;
    if name_size != name.len() {
        return Err(directory.refuse(index, Rule::TwoNames));
    }
    if data > directory.start {
        return Err(directory.refuse(index, Rule::NoHeader));
    }
    let header = window.bytes(record.header, size)?;
    if &header[HEADER_SIZE..HEADER_SIZE + name_size] != name {
        return Err(directory.refuse(index, Rule::TwoNames));
    }
    if agrees(record, header, HEADER_SIZE + name_size) {
        Ok(data)
    } else {
        Err(directory.refuse(index, Rule::TwoHeaders))
    }
}

/// Whether a header describes the same entry as the directory, as far as it does.
fn agrees(record: &Record, header: &[u8], extra_at: usize) -> bool {
    let flags = u16_at(header, 6);
    let (size, packed) = (u32_at(header, 22), u32_at(header, 18));
    let wide = extras(&header[extra_at..]).find(|(kind, _)| *kind == WIDE).map(|(_, field)| field);
    let (size, packed) = match wide {
        Some(field) if size == u32::MAX && packed == u32::MAX => (u64_at(field, 0), u64_at(field, 8)),
        Some(field) if size == u32::MAX => (u64_at(field, 0), u64::from(packed)),
        Some(field) if packed == u32::MAX => (u64::from(size), u64_at(field, 0)),
        _ => (u64::from(size), u64::from(packed)),
    };
    let later = flags & HAS_DESCRIPTOR != 0;
    let same = |here: u64, there: u64| here == there || (later && here == 0);
    flags & 1 == 0
        && u16_at(header, 8) == record.method
        && same(u64::from(u32_at(header, 14)), u64::from(record.crc32))
        && same(size, record.size)
        && same(packed, record.packed)
}
