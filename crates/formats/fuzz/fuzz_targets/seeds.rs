//! Writes what the fuzzers begin with, which is what the tests mutate: `cargo run --bin seeds`, in this folder. Then
//! `cargo +nightly fuzz run archive`, and `jar`, and `lenient`.

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
    Ok(())
}

fn write(target: &str, number: usize, seed: &[u8]) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{number:03}")), seed)
}
