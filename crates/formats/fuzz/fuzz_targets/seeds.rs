//! Writes what the fuzzers begin with, which is what the tests mutate: `cargo run --bin seeds`, in this folder. Then
//! `cargo +nightly fuzz run archive`, and `jar`, `lenient`, `pack` and `overrides`.

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    for (number, seed) in kleister_samples::seeds().iter().enumerate() {
        write("archive", number, seed)?;
        write("jar", number, seed)?;
    }
    for (number, (_, text)) in kleister_samples::texts().iter().enumerate() {
        write("lenient", number, text)?;
    }
    for (number, seed) in kleister_samples::pack_archives().iter().enumerate() {
        write("pack", number, seed)?;
    }
    let documents = kleister_samples::packs().into_iter().flatten().enumerate();
    for (number, (_, text)) in documents {
        // The first byte says which document it is.
        let which = u8::try_from(number).unwrap_or_default();
        write("pack", 100 + number, &[&[which], text.as_slice()].concat())?;
    }
    for (number, (_, text)) in kleister_samples::overrides().iter().enumerate() {
        write("overrides", number, text)?;
    }
    Ok(())
}

fn write(target: &str, number: usize, seed: &[u8]) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{number:03}")), seed)
}
