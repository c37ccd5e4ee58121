//! Bytes changed here and there, as a fuzzer does, but the same at each run.

/// Numbers that are on the edge of something in most formats.
const EDGES: [u32; 12] = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff];

/// A source of mutants.
pub struct Mutants {
    state: u64,
}

impl Mutants {
    /// A source whose mutants follow from a number.
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// The bytes with one to four changes, some of which take something from the others.
    pub fn next(&mut self, seed: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, others);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        let at = self.near_an_end(bytes.len());
        let span = at..(at + self.below(24)).min(bytes.len());
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(span)),
            2 => {
                let again = bytes[span].to_vec();
                bytes.splice(at..at, again);
            }
            3 => {
                let other = &others[self.below(others.len())];
                let from = self.near_an_end(other.len());
                let part = other[from..(from + self.below(64)).min(other.len())].to_vec();
                bytes.splice(at..at, part);
            }
            4 | 5 => {
                let edge = EDGES[self.below(EDGES.len())].to_le_bytes();
                let width = [1, 2, 4][self.below(3)];
                for (byte, edge) in bytes.iter_mut().skip(at).zip(edge).take(width) {
                    *byte = edge;
                }
            }
            _ => {
                let flip = 1 << self.below(8);
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= flip);
            }
        }
    }

    /// A place, more often in the last bytes, where archives keep their directory.
    fn near_an_end(&mut self, length: usize) -> usize {
        let place = self.below(length + 1);
        if self.below(2) == 0 { length - place.min(length).min(self.below(200)) } else { place }
    }

    /// A number below another one; 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let high = usize::try_from(self.state >> 33).unwrap_or_default();
        if end == 0 { 0 } else { high % end }
    }
}
