//! `CurseForge`'s fingerprint of a file.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// The constants of `MurmurHash2`, and the seed that `CurseForge` takes.
const MULTIPLIER: u32 = 0x5bd1_e995;
const SHIFT: u32 = 24;
const SEED: u32 = 1;

/// `CurseForge`'s fingerprint of a file: `MurmurHash2` with the seed 1 over its bytes, without tabs, line feeds, carriage
/// returns and spaces. It begins with how many bytes that are, so the file is read twice.
pub fn fingerprint<R: Read + Seek>(mut source: R) -> io::Result<u32> {
    source.seek(SeekFrom::Start(0))?;
    let mut length = 0u32;
    // The original counts in 32 bits.
    counted(&mut source, |_| length = length.wrapping_add(1))?;
    source.seek(SeekFrom::Start(0))?;
    let mut hash = SEED ^ length;
    let (mut word, mut filled) = (0u32, 0);
    counted(&mut source, |byte| {
        word |= u32::from(byte) << (8 * filled);
        filled += 1;
        if filled == 4 {
            let mut mixed = word.wrapping_mul(MULTIPLIER);
            mixed ^= mixed >> SHIFT;
            hash = hash.wrapping_mul(MULTIPLIER) ^ mixed.wrapping_mul(MULTIPLIER);
            (word, filled) = (0, 0);
        }
    })?;
    if filled > 0 {
        hash = (hash ^ word).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(MULTIPLIER);
    Ok(hash ^ (hash >> 15))
}

/// Hands out every byte that counts.
fn counted(source: impl Read, mut take: impl FnMut(u8)) -> io::Result<()> {
    let mut source = BufReader::with_capacity(1 << 16, source);
    loop {
        let bytes = source.fill_buf()?;
        if bytes.is_empty() {
            return Ok(());
        }
        bytes.iter().filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r' | b' ')).for_each(|byte| take(*byte));
        let length = bytes.len();
        source.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_fingerprint_is_the_hash_of_what_is_no_space() {
        for size in [0u32, 1, 2, 3, 4, 5, 7, 8, 255, 1000, 65_536, 70_001] {
            let bytes: Vec<u8> = (0..size).map(|at| at.wrapping_mul(31).to_le_bytes()[0]).collect();
            let counted: Vec<u8> = bytes.iter().copied().filter(|byte| ![9, 10, 13, 32].contains(byte)).collect();
            assert_eq!(fingerprint(Cursor::new(bytes)).unwrap(), murmur2::murmur2(&counted, 1), "{size}");
        }
        assert_eq!(fingerprint(Cursor::new("a b\tc\r\nd")).unwrap(), fingerprint(Cursor::new("abcd")).unwrap());
    }
}
