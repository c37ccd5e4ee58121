//! What enemies send, and what it does: nothing.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use kleister_formats::archive::{Archive, Refused, Rule, Rules};
use kleister_samples::raw::{Entry, Raw};
use kleister_samples::{hostile, rotten};

fn rule_of(bytes: &[u8], rules: Rules) -> Option<String> {
    let opened = Archive::open(Cursor::new(bytes), rules);
    opened.err().map(|refused| format!("{:?}", refused.rule().expect("a fault of the file")))
}

#[test]
fn hostile_archives_are_refused_for_what_they_do() {
    let all = hostile();
    assert!(all.len() > 90, "{}", all.len());
    for sample in &all {
        assert_eq!(rule_of(&sample.bytes, Rules::Jar).as_deref(), sample.as_jar, "as a jar: {}", sample.name);
        assert_eq!(rule_of(&sample.bytes, Rules::Pack).as_deref(), sample.as_pack, "as a pack: {}", sample.name);
    }
}

#[test]
fn rotten_entries_do_not_end_well() {
    for (name, bytes, rule) in rotten() {
        let mut archive = Archive::open(Cursor::new(&bytes), Rules::Pack).expect("a sound structure");
        let index = archive.find("bad").expect("an entry of that name").index;
        let refused = archive.read(index, 1 << 30).expect_err(name);
        assert_eq!(format!("{:?}", refused.rule().unwrap()), rule, "{name}");
        let declared = archive.entry(index).unwrap().size;
        let mut stream = archive.stream(index).unwrap();
        let error = std::io::copy(&mut stream, &mut std::io::sink()).expect_err(name);
        let given = declared;
        assert!(Refused::from(error).rule().is_some(), "{name}");
        let mut head = Vec::new();
        let _ = archive.stream(index).unwrap().take(1 << 20).read_to_end(&mut head);
        assert!(head.len() as u64 <= given, "{name}: {} bytes, {given} declared", head.len());
    }
}

#[test]
fn refusal_names_entry_rule_and_remedy() {
    let bytes = Raw::of([Entry::new("a", ""), Entry::new("mods/..\\\u{202e}evil\n", "")]).bytes();
    let refused = Archive::open(Cursor::new(bytes), Rules::Pack).err().expect("a refusal");
    insta::assert_snapshot!(refused, @r#"Entry 1 ("mods/..\\\u{202e}evil\n"): The name cannot be that of a file on every player's machine: it has a backslash, which Windows takes for a folder. Rename it and pack again."#);
    let refused = Archive::open(Cursor::new(b"what is this"), Rules::Pack).err().expect("a refusal");
    insta::assert_snapshot!(refused, @"The file is no zip archive. Send a .jar, .zip or .mrpack file.");
    for rule in Rule::ALL {
        assert!(!rule.says().ends_with('.') && rule.remedy().ends_with('.'), "{rule:?}");
    }
}

#[test]
fn opening_reads_little_more_than_the_directory() {
    // Nothing of 8 MB is read, but what lies around the headers.
    let entry = |number: usize| Entry::new(format!("{number}"), vec![7; 1 << 20]);
    let bytes = Raw::of((0..8).map(entry)).bytes();
    let mut source = Counted { inner: Cursor::new(&bytes), read: 0 };
    let mut archive = Archive::open(&mut source, Rules::Pack).unwrap();
    archive.peek(5, 8).unwrap();
    assert!(source.read < 150_000, "{}", source.read);
}

/// A source that counts what is read of it.
struct Counted<'a> {
    inner: Cursor<&'a Vec<u8>>,
    read: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count;
        Ok(count)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[test]
fn directory_of_more_than_32_megabytes_is_refused() {
    let entry = |number: usize| Entry::new(format!("{number}"), "").but(|entry| entry.comment = vec![b' '; 65_000]);
    let bytes = Raw::of((0..600).map(entry)).bytes();
    assert_eq!(rule_of(&bytes, Rules::Jar).as_deref(), Some("DirectorySize"));
}

#[test]
fn honest_archives_of_other_makers_are_taken() {
    let described = |behind: &[u8]| {
        Entry::deflated("a.txt", "abc").but(|entry| (entry.flags, entry.behind) = (1 << 3, behind.to_vec()))
    };
    let next = || Entry::deflated("b.txt", "def");
    for (name, raw) in [
        ("a comment", Raw::of([next()]).but(|raw| raw.comment = b"made by hand".to_vec())),
        ("64-bit end", Raw::of([next()]).but(|raw| raw.wide = true)),
        ("descriptor", Raw::of([described(&[1; 16]), next()])),
        ("wide descriptor", Raw::of([described(&[1; 24]), next()])),
        ("padding", Raw::of([next()]).but(|raw| raw.before_directory = vec![0; 9])),
        ("Unix mode", Raw::of([next().but(|entry| entry.attributes = 0o100_755 << 16)])),
        ("folders twice", Raw::of([Entry::new("a/", ""), Entry::new("A/", ""), Entry::new("a/b", "")])),
    ] {
        assert_eq!(rule_of(&raw.bytes(), Rules::Pack), None, "{name}");
        assert_eq!(rule_of(&raw.bytes(), Rules::Jar), None, "{name}");
    }
}
