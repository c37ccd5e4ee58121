//! How fast 300 jars are read, beside the zip crate listing what is in them: `cargo bench -p kleister-formats`.
//!
//! The jars lie in files, as they do in storage; they have 100 KB to 20 MB, most of them little, and every eighth has
//! other jars in it. To reach: at most twice the time of the list.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use kleister_formats::archive::{Archive, Rules};
use kleister_formats::jar;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const JARS: u32 = 300;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the jars");
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    for number in 0..JARS {
        let path = folder.path().join(format!("{number}.jar"));
        write(&path, number, &mut noise).expect("a jar on disk");
    }
    folder
});

fn main() {
    LazyLock::force(&FOLDER);
    divan::main();
}

fn paths() -> Vec<PathBuf> {
    (0..JARS).map(|number| FOLDER.path().join(format!("{number}.jar"))).collect()
}

#[divan::bench(sample_count = 20)]
fn list_with_zip(bencher: Bencher) {
    let paths = paths();
    bencher.bench(|| {
        let list = |path| ZipArchive::new(File::open(path).expect("a jar")).expect("an archive").len();
        black_box(paths.iter().map(list).sum::<usize>())
    });
}

#[divan::bench(sample_count = 20)]
fn open(bencher: Bencher) {
    let paths = paths();
    bencher.bench(|| {
        let open = |path| Archive::open(File::open(path).expect("a jar"), Rules::Jar).expect("an archive").len();
        black_box(paths.iter().map(open).sum::<usize>())
    });
}

#[divan::bench(sample_count = 20)]
fn read(bencher: Bencher) {
    let paths = paths();
    bencher.bench(|| {
        let read = |path| jar::read(File::open(path).expect("a jar"), "any.jar").expect("a jar").all().len();
        black_box(paths.iter().map(read).sum::<usize>())
    });
}

/// A jar of about 100 KB times a power of 200 that grows with its number: half of them have less than 1.5 MB.
fn write(path: &PathBuf, number: u32, noise: &mut Noise) -> zip::result::ZipResult<()> {
    let size = 1e5 * 200_f64.powf(f64::from(number) / f64::from(JARS - 1));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut jar = ZipWriter::new(File::create(path)?);
    let nested = if number.is_multiple_of(8) {
        r#", "jars": [{"file": "META-INF/jars/one.jar"}, {"file": "META-INF/jars/two.jar"}]"#
    } else {
        ""
    };
    let document = format!(
        r#"{{"schemaVersion": 1, "id": "jar{number}", "version": "1.0", "depends": {{"minecraft": ">=1.20"}}{nested}}}"#
    );
    let toml = format!(
        "modLoader=\"javafml\"\nloaderVersion=\"[47,)\"\nlicense=\"MIT\"\n[[mods]]\nmodId=\"jar{number}\"\nversion=\"${{file.jarVersion}}\"\n"
    );
    let (name, text) =
        if number.is_multiple_of(2) { ("fabric.mod.json", document) } else { ("META-INF/mods.toml", toml) };
    for (name, text) in
        [("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Version: 1.0\n"), (name, &text)]
    {
        jar.start_file(name, deflated)?;
        jar.write_all(text.as_bytes())?;
    }
    if number.is_multiple_of(8) {
        for (name, options) in [("META-INF/jars/one.jar", deflated), ("META-INF/jars/two.jar", stored)] {
            jar.start_file(name, options)?;
            jar.write_all(&library(noise)?)?;
        }
    }
    let mut written = 0;
    while f64::from(written) < size {
        let length = 500 + noise.below(6000);
        jar.start_file(format!("org/example/jar{number}/package{}/Class{written}.class", written % 30), deflated)?;
        jar.write_all(&class(length, noise))?;
        // A little more than half remains of it.
        written += length * 6 / 10;
    }
    jar.finish()?;
    Ok(())
}

/// A small library, as mods carry them: 40 classes.
fn library(noise: &mut Noise) -> zip::result::ZipResult<Vec<u8>> {
    let mut jar = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    jar.start_file("fabric.mod.json", SimpleFileOptions::default())?;
    jar.write_all(br#"{"schemaVersion": 1, "id": "library", "version": "1.0"}"#)?;
    for number in 0..40 {
        jar.start_file(format!("org/example/library/Class{number}.class"), SimpleFileOptions::default())?;
        jar.write_all(&class(2000, noise))?;
    }
    Ok(jar.finish()?.into_inner())
}

/// A class of that many bytes, half of them noise.
fn class(length: u32, noise: &mut Noise) -> Vec<u8> {
    let mut bytes = vec![0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61];
    for _ in 0..length / 16 {
        bytes.extend(noise.next().to_le_bytes());
        bytes.extend(b"Code()V;");
    }
    bytes
}

/// Numbers that look random and are the same each time.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() >> 40).unwrap_or_default() % end
    }
}
