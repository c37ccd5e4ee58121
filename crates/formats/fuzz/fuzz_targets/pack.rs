//! What the tests try with mutants of packs, tried with whatever a fuzzer finds.
#![no_main]

#[path = "../../tests/import/attempts.rs"]
mod attempts;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    attempts::pack(bytes);
    // As each document of each kind of pack, too.
    let (&which, text) = bytes.split_first().unwrap_or((&0, bytes));
    let packs = kleister_samples::packs();
    let places: Vec<_> = packs.iter().flat_map(|pack| (0..pack.len()).map(move |at| (pack, at))).collect();
    let (pack, at) = places[usize::from(which) % places.len()];
    attempts::document(pack, at, text);
});
