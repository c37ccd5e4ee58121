//! What a fuzzer begins with.

use crate::{hostile, rotten, zoo};

/// The largest seed, in bytes: mutants of larger ones are slow and no better.
const LARGEST: usize = 32 << 10;

/// Archives of all kinds, honest and hostile.
pub fn seeds() -> Vec<Vec<u8>> {
    let honest = zoo().into_iter().map(|sample| sample.bytes);
    let hostile = hostile().into_iter().map(|sample| sample.bytes);
    let rotten = rotten().into_iter().map(|(_, bytes, _)| bytes);
    honest.chain(hostile).chain(rotten).filter(|bytes| bytes.len() <= LARGEST).collect()
}

/// The documents in which loaders look for mods, with their paths.
pub fn texts() -> Vec<(String, Vec<u8>)> {
    let documents = zoo().into_iter().flat_map(|sample| sample.documents);
    documents.filter(|(_, bytes)| bytes.len() <= LARGEST).collect()
}
