//! Numbers in a zip archive: little-endian, at fixed places.

/// The 16-bit number at a place; 0 behind the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

/// The 32-bit number at a place; 0 behind the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// The 64-bit number at a place; 0 behind the end.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The extra fields of a header: kind and bytes of each. What is cut off at the end is left out.
pub(super) fn extras(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let kind = (bytes.len() >= 4).then(|| u16_at(bytes, 0))?;
        let field = bytes.get(4..4 + usize::from(u16_at(bytes, 2)))?;
        bytes = &bytes[4 + field.len()..];
        Some((kind, field))
    })
}
