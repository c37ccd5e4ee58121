//! Mutants of all samples: the same each time, so that a failure can be looked at.

use kleister_samples::mutants::Mutants;
use kleister_samples::{seeds, stored, texts};

use crate::attempts;

#[test]
fn mutants_of_archives_do_no_harm() {
    let seeds = seeds();
    assert!(seeds.len() > 150, "{}", seeds.len());
    for (number, seed) in seeds.iter().enumerate() {
        attempts::archive(seed);
        attempts::jar(seed);
        let mut mutants = Mutants::new(number as u64);
        for _ in 0..25 {
            let mutant = mutants.next(seed, &seeds);
            attempts::archive(&mutant);
            attempts::jar(&mutant);
        }
    }
}

#[test]
fn mutants_of_documents_do_no_harm() {
    let texts = texts();
    assert!(texts.len() > 60, "{}", texts.len());
    let bytes: Vec<Vec<u8>> = texts.iter().map(|(_, text)| text.clone()).collect();
    let files: Vec<&str> = texts.iter().map(|(file, _)| file.as_str()).collect();
    let mut mutants = Mutants::new(7);
    for (number, seed) in bytes.iter().enumerate() {
        for round in 0..25 {
            let mutant = mutants.next(seed, &bytes);
            attempts::lenient(&String::from_utf8_lossy(&mutant));
            // Also under the name of another file.
            let other = files[(number + round) % files.len()];
            attempts::jar(&stored(&[(files[number], &mutant)]));
            attempts::jar(&stored(&[(other, &mutant)]));
        }
    }
}
