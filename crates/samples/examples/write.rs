//! Writes the samples into a folder, for tests that are not written in Rust: jars into `zoo/`, archives made by enemies into
//! `hostile/`, and what to expect of these into `hostile.tsv`: the file, the rule that it breaks as a jar, the one as a pack.

use std::path::Path;
use std::{env, fs, io};

use kleister_samples::{hostile, zoo};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).ok_or_else(|| io::Error::other("name a folder to write into"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("zoo"))?;
    fs::create_dir_all(folder.join("hostile"))?;
    for sample in zoo() {
        fs::write(folder.join("zoo").join(sample.file), sample.bytes)?;
    }
    let mut table = String::new();
    for (number, archive) in hostile().into_iter().enumerate() {
        let name = format!("{number:03}.zip");
        fs::write(folder.join("hostile").join(&name), archive.bytes)?;
        let rules = [archive.as_jar, archive.as_pack].map(Option::unwrap_or_default);
        table.extend([format!("{name}\t{}\t{}\t{}\n", rules[0], rules[1], archive.name.escape_debug())]);
    }
    fs::write(folder.join("hostile.tsv"), table)
}
