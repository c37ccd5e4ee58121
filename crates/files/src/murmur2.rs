//! The fingerprint by which CurseForge knows files: 32 bits of `MurmurHash2` with the seed 1, over the bytes that are
//! not tab, line feed, carriage return or space. The hash begins with how many those are, so they are counted first.

use std::io::{self, BufRead, BufReader, Read, Seek};

const MULTIPLIER: u32 = 0x5bd1_e995;
const SHIFT: u32 = 24;
const SEED: u32 = 1;
/// How much is read at once, in bytes.
const BUFFER: usize = 256 * 1024;

/// The fingerprint of a file of any size, in two passes over it; in decimal, as CurseForge's API writes it.
pub fn murmur2<R: Read + Seek>(mut source: R) -> io::Result<u32> {
    source.rewind()?;
    let mut counted = 0_u32;
    each(&mut source, |bytes| {
        let kept = bytes.iter().filter(|byte| counts(**byte)).count();
        // As the reference does, a length beyond 32 bits keeps its lowest ones.
        counted = counted.wrapping_add(u32::try_from(kept).unwrap_or(u32::MAX));
    })?;
    source.rewind()?;
    let mut hash = Murmur2 { hash: SEED ^ counted, word: 0, bytes: 0 };
    each(&mut source, |bytes| bytes.iter().copied().filter(|byte| counts(*byte)).for_each(|byte| hash.push(byte)))?;
    Ok(hash.finish())
}

/// Whether a byte counts: white space does not.
const fn counts(byte: u8) -> bool {
    !matches!(byte, 9 | 10 | 13 | 32)
}

fn each(source: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(BUFFER, source);
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(());
        }
        take(bytes);
        let length = bytes.len();
        reader.consume(length);
    }
}

/// The hash so far, and the bytes that are not four yet.
struct Murmur2 {
    hash: u32,
    word: u32,
    bytes: u32,
}

impl Murmur2 {
    fn push(&mut self, byte: u8) {
        self.word |= u32::from(byte) << (8 * self.bytes);
        self.bytes += 1;
        if self.bytes == 4 {
            let mut word = self.word.wrapping_mul(MULTIPLIER);
            word = (word ^ (word >> SHIFT)).wrapping_mul(MULTIPLIER);
            self.hash = self.hash.wrapping_mul(MULTIPLIER) ^ word;
            (self.word, self.bytes) = (0, 0);
        }
    }

    fn finish(mut self) -> u32 {
        if self.bytes > 0 {
            self.hash = (self.hash ^ self.word).wrapping_mul(MULTIPLIER);
        }
        self.hash = (self.hash ^ (self.hash >> 13)).wrapping_mul(MULTIPLIER);
        self.hash ^ (self.hash >> 15)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// The hash as Austin Appleby wrote it, over bytes that are all at hand.
    fn plain(bytes: &[u8]) -> u32 {
        let kept: Vec<u8> = bytes.iter().copied().filter(|byte| counts(*byte)).collect();
        let mut hash = SEED ^ u32::try_from(kept.len()).unwrap();
        let words = kept.chunks_exact(4);
        let rest = words.remainder();
        for word in words {
            let mut k = u32::from_le_bytes(word.try_into().unwrap()).wrapping_mul(MULTIPLIER);
            k ^= k >> SHIFT;
            hash = hash.wrapping_mul(MULTIPLIER) ^ k.wrapping_mul(MULTIPLIER);
        }
        if rest.len() >= 3 {
            hash ^= u32::from(rest[2]) << 16;
        }
        if rest.len() >= 2 {
            hash ^= u32::from(rest[1]) << 8;
        }
        if !rest.is_empty() {
            hash = (hash ^ u32::from(rest[0])).wrapping_mul(MULTIPLIER);
        }
        hash = (hash ^ (hash >> 13)).wrapping_mul(MULTIPLIER);
        hash ^ (hash >> 15)
    }

    #[test]
    fn known_fingerprints_are_found() {
        // By another implementation: nothing at all, white space, which is nothing, and a text.
        assert_eq!(murmur2(Cursor::new(b"")).unwrap(), 1_540_447_798);
        assert_eq!(murmur2(Cursor::new(b" \t\r\n")).unwrap(), 1_540_447_798);
        assert_eq!(murmur2(Cursor::new(b"hello world\n")).unwrap(), 2_824_650_221);
        assert_eq!(murmur2(Cursor::new(b"a b\nc")).unwrap(), murmur2(Cursor::new(b"abc")).unwrap());
    }

    #[test]
    fn any_bytes_hash_as_by_the_reference() {
        let mut bytes = Vec::new();
        let mut dice = 12_345_u32;
        for length in 0..70 {
            assert_eq!(murmur2(Cursor::new(&bytes)).unwrap(), plain(&bytes), "{length} bytes");
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push((dice >> 24).to_le_bytes()[0]);
        }
        let long: Vec<u8> = bytes.iter().cycle().take(3 * BUFFER + 5).copied().collect();
        assert_eq!(murmur2(Cursor::new(&long)).unwrap(), plain(&long));
    }
}
