//! Archives as enemies make them, each with what it breaks.

use crate::raw::{DEFLATED, Entry, Raw, deflate, extra};

/// An archive that must not be taken, at least not as a pack.
pub struct Hostile {
    /// What it does.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The rule that it breaks as a jar; none if a jar may be so.
    pub as_jar: Option<&'static str>,
    /// The rule that it breaks as a pack; none if a pack may be so.
    pub as_pack: Option<&'static str>,
}

/// One entry, which is small and honest.
fn honest() -> Entry {
    Entry::deflated("honest.txt", "Nothing to see here. ".repeat(9))
}

/// All of them, but for those that take more than a few megabytes.
pub fn hostile() -> Vec<Hostile> {
    let mut all = Vec::new();
    names(&mut all);
    twins(&mut all);
    counts(&mut all);
    sizes(&mut all);
    places(&mut all);
    ends(&mut all);
    kinds(&mut all);
    all
}

fn both(all: &mut Vec<Hostile>, name: &str, rule: &'static str, bytes: Vec<u8>) {
    all.push(Hostile { name: name.to_owned(), bytes, as_jar: Some(rule), as_pack: Some(rule) });
}

fn pack(all: &mut Vec<Hostile>, name: &str, rule: &'static str, bytes: Vec<u8>) {
    all.push(Hostile { name: name.to_owned(), bytes, as_jar: None, as_pack: Some(rule) });
}

fn names(all: &mut Vec<Hostile>) {
    let paths = [
        "../evil",
        "mods/../../evil",
        "/etc/passwd",
        "C:/Windows/evil",
        "C:evil",
        "mods\\evil.jar",
        "..\\evil",
        "\\\\server\\share\\evil",
        "./evil",
        "mods/./evil",
        "mods//evil",
        "evil.",
        "evil ",
        "mods /evil",
        "CON",
        "nul.txt",
        "mods/COM1.jar",
        "lpt9",
        "config/aux.cfg",
        "evil.txt:stream",
        "evil\n.txt",
        "evil\u{202e}gpj.exe",
        "evil\u{200b}",
        "what?",
        "a*b",
        "..",
        "mods/..",
        "mods/../",
    ];
    for path in paths {
        pack(all, &format!("name {path:?}"), "Path", Raw::of([honest(), Entry::new(path, "evil")]).bytes());
    }
    let long = "x".repeat(200) + "/" + &"y".repeat(200) + "/" + &"z".repeat(200);
    for (what, rule, name) in [
        ("name with NUL", "Name", b"evil\0.txt".to_vec()),
        ("name without characters", "Name", Vec::new()),
        ("name of 602 bytes", "NameLength", long.into_bytes()),
        ("name of 60,000 bytes", "NameLength", vec![b'x'; 60_000]),
        ("name 33 folders deep", "Depth", b"a/".repeat(33)),
    ] {
        both(all, what, rule, Raw::of([honest(), Entry::new(name, "")]).bytes());
    }
    pack(
        all,
        "name in Latin-1",
        "Encoding",
        Raw::of([Entry::new(b"caf\xe9.txt", "evil").but(|entry| entry.flags = 0)]).bytes(),
    );
}

fn twins(all: &mut Vec<Hostile>) {
    for (first, second) in [
        ("a.txt", "a.txt"),
        ("mods/A.jar", "MODS/a.JAR"),
        ("caf\u{e9}.txt", "cafe\u{301}.txt"),
        ("a", "a/b"),
        ("A/b", "a"),
        ("a/", "A"),
    ] {
        let bytes = Raw::of([Entry::new(first, ""), honest(), Entry::new(second, "")]).bytes();
        pack(all, &format!("both {first:?} and {second:?}"), "Twice", bytes);
    }
    for (first, second) in [
        ("fabric.mod.json", "fabric.mod.json"),
        ("META-INF/mods.toml", "META-INF/MODS.toml"),
        ("quilt.mod.json", "Quilt.mod.json"),
        ("mcmod.info", "mcmod.info"),
    ] {
        let bytes = Raw::of([Entry::new(first, "{}"), Entry::new(second, "{}")]).bytes();
        let (as_jar, as_pack) = (Some("TwiceMetadata"), Some("Twice"));
        all.push(Hostile { name: format!("both {first:?} and {second:?}"), bytes, as_jar, as_pack });
    }
}

fn counts(all: &mut Vec<Hostile>) {
    let entry = |number: usize| Entry::new(format!("{number}"), "");
    pack(all, "20,001 entries", "Count", Raw::of((0..20_001).map(entry)).bytes());
    both(all, "65,536 entries", "Count", Raw::of((0..65_536).map(entry)).but(|raw| raw.wide = true).bytes());
    let count =
        |count: u64, wide: bool| Raw::of([honest()]).but(|raw| (raw.count, raw.wide) = (Some(count), wide)).bytes();
    both(all, "says that it has 2^62 entries", "Count", count(1 << 62, true));
    both(all, "says that it has one entry more", "Directory", count(2, false));
    both(all, "says that it has no entries", "Empty", count(0, false));
    let two = Raw::of([honest(), Entry::new("second", "")]);
    both(all, "says that it has one entry less", "Directory", two.but(|raw| raw.count = Some(1)).bytes());
}

fn sizes(all: &mut Vec<Hostile>) {
    let zeros = Entry::deflated("zeros", vec![0; 65 << 20]);
    both(all, "1,000 times its size", "TotalSize", Raw::of([zeros]).bytes());
    let large = |size: u64| Raw::of([honest(), Entry::deflated("large", "x").but(|entry| entry.size = size)]).bytes();
    both(all, "says that an entry has 600 MB", "EntrySize", large(600 << 20));
    both(all, "says that an entry has 4 GB without 64-bit fields", "Zip64", large(1 << 40));
    let wide = Entry::deflated("large", "x").but(|entry| {
        entry.size = u64::MAX;
        (entry.flags, entry.local_size) = (1 << 3, Some(0));
        entry.extra = extra(1, &(1_u64 << 60).to_le_bytes());
    });
    both(all, "says that an entry has 2^60 bytes", "EntrySize", Raw::of([wide]).bytes());
    let stored = Entry::new("a", "abc").but(|entry| entry.size = 2);
    both(all, "stored entry of two sizes", "OtherSize", Raw::of([stored]).bytes());
    // Sixteen archives in each of sixteen, as in 42.zip: nothing here opens them, so nothing happens.
    let mut inner = Raw::of([Entry::deflated("0", vec![0; 1 << 20])]).bytes();
    for _ in 0..4 {
        inner = Raw::of((0..16).map(|number| Entry::deflated(format!("{number}.zip"), &inner))).bytes();
    }
    all.push(Hostile { name: "archives in archives".to_owned(), bytes: inner, as_jar: None, as_pack: None });
}

fn places(all: &mut Vec<Hostile>) {
    let inner = Raw::of([Entry::new("inner", "evil")]).bytes();
    // The inner entry's header lies within the bytes of the outer one, which begin behind 30 bytes and "outer".
    let quoted = Entry::new("inner", "evil").but(|entry| (entry.is_ghost, entry.offset) = (true, Some(35)));
    both(all, "entry within another one", "Overlap", Raw::of([Entry::new("outer", inner), quoted]).bytes());
    // As David Fifield's bomb: many names for the same bytes.
    let again = |number: usize| {
        Entry::new(format!("{number:04}"), "x").but(|entry| (entry.is_ghost, entry.offset) = (number > 0, Some(0)))
    };
    both(all, "1,000 names for the same bytes", "Overlap", Raw::of((0..1000).map(again)).bytes());
    let beyond = Entry::deflated("a", "x").but(|entry| (entry.is_ghost, entry.offset) = (true, Some(0x7fff_ffff)));
    both(all, "entry behind the end", "NoHeader", Raw::of([honest(), beyond]).bytes());
    let nowhere = Entry::deflated("a", "x").but(|entry| (entry.is_ghost, entry.offset) = (true, Some(200)));
    both(
        all,
        "entry where nothing is",
        "NoHeader",
        Raw::of([Entry::new("b", "").but(|entry| entry.behind = vec![7; 400]), nowhere]).bytes(),
    );
    let hidden = Entry::new("fabric.mod.json", "{}").but(|entry| entry.is_hidden = true);
    both(
        all,
        "entry that the directory does not know",
        "Hidden",
        Raw::of([honest(), hidden.clone(), Entry::new("a", "")]).bytes(),
    );
    both(all, "first entry that the directory does not know", "Hidden", Raw::of([hidden.clone(), honest()]).bytes());
    both(all, "last entry that the directory does not know", "Trailing", Raw::of([honest(), hidden.clone()]).bytes());
    let described = honest().but(|entry| (entry.flags, entry.behind) = (1 << 3, b"PK\x07\x08............".to_vec()));
    both(all, "hidden entry behind a descriptor", "Hidden", Raw::of([described, hidden, Entry::new("a", "")]).bytes());
    for (what, rule, change) in [
        ("two names", "TwoNames", (|entry: &mut Entry| entry.local_name = Some(b"evil".to_vec())) as fn(&mut Entry)),
        ("two names of one length", "TwoNames", |entry| {
            entry.local_name = Some(b"hostile.jr".to_vec());
        }),
        ("two sizes", "TwoHeaders", |entry| entry.local_size = Some(7)),
        ("two methods", "TwoHeaders", |entry| entry.local_method = Some(0)),
        ("another name in an extra field", "TwoNames", |entry| entry.extra = extra(0x7075, b"\x01\0\0\0\0evil.exe")),
    ] {
        both(all, &format!("entry with {what}"), rule, Raw::of([Entry::new("a", "b"), honest().but(change)]).bytes());
    }
}

fn ends(all: &mut Vec<Hostile>) {
    let raw = || Raw::of([honest()]);
    let whole = raw().bytes();
    both(all, "nothing", "NoArchive", Vec::new());
    both(all, "a page", "NoArchive", b"<!doctype html><script>alert(1)</script>".to_vec());
    both(all, "no entries", "Empty", Raw::default().bytes());
    both(all, "half of an archive", "Cut", whole[..whole.len() / 2].to_vec());
    both(all, "an archive without its last byte", "Cut", whole[..whole.len() - 1].to_vec());
    let gif = |counts: bool| {
        raw().but(|raw| (raw.prefix, raw.prefix_counts) = (b"GIF89a\x01\0\x01\0".to_vec(), counts)).bytes()
    };
    both(all, "a picture that is an archive", "Prefix", gif(false));
    both(all, "a picture that is an archive, with right offsets", "Prefix", gif(true));
    let entry_first = raw().but(|raw| raw.prefix = Raw::of([honest()]).bytes());
    both(all, "an archive behind an archive", "Trailing", entry_first.bytes());
    both(all, "a page behind the end", "Trailing", raw().but(|raw| raw.trailing = b"<script>".to_vec()).bytes());
    both(all, "something before the end", "Trailing", raw().but(|raw| raw.behind_directory = vec![7; 9]).bytes());
    let second = [&Raw::default().bytes()[..], b"and more"].concat();
    both(all, "another end in the comment", "TwoEnds", raw().but(|raw| raw.comment = second).bytes());
    both(all, "another end that fits", "TwoEnds", raw().but(|raw| raw.comment = Raw::default().bytes()).bytes());
    both(
        all,
        "an archive behind an end",
        "TwoEnds",
        raw().but(|raw| raw.comment = Raw::of([Entry::new("a", "")]).bytes()).bytes(),
    );
    both(all, "volume 2", "Volumes", raw().but(|raw| raw.volume = 1).bytes());
    both(all, "two directories by two ends", "Zip64", raw().but(|raw| (raw.wide, raw.wide_off_by) = (true, 3)).bytes());
}

fn kinds(all: &mut Vec<Hostile>) {
    for (what, mode) in [
        ("link", 0o120_777),
        ("device", 0o060_644),
        ("pipe", 0o010_644),
        ("socket", 0o140_644),
        ("program that runs as its owner", 0o104_755),
        ("folder with a file's name", 0o040_755),
    ] {
        let entry = Entry::new("a", "/etc/passwd").but(|entry| entry.attributes = mode << 16);
        pack(all, what, "Special", Raw::of([honest(), entry]).bytes());
    }
    pack(all, "folder with bytes", "FolderWithContent", Raw::of([Entry::new("a/", "evil")]).bytes());
    for (what, rule, change) in [
        ("encrypted", "Encrypted", (|entry: &mut Entry| entry.flags |= 1) as fn(&mut Entry)),
        ("strongly encrypted", "Encrypted", |entry| entry.flags |= 1 << 6),
        ("compressed by bzip2", "Method", |entry| entry.method = 12),
        ("compressed by LZMA", "Method", |entry| entry.method = 14),
        ("compressed by Zstandard", "Method", |entry| entry.method = 93),
        ("encrypted by AES", "Method", |entry| entry.method = 99),
    ] {
        both(all, what, rule, Raw::of([honest().but(change)]).bytes());
    }
}

/// Archives whose structure is sound, and whose entry `bad` is not: its name, bytes, and the rule that it breaks when
/// it is read.
pub fn rotten() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let bad = || Entry::deflated("bad", "honest words ".repeat(99));
    let of = |entry: Entry| Raw::of([honest(), entry]).bytes();
    vec![
        ("holds more than it says", of(bad().but(|entry| entry.size = 10)), "OtherSize"),
        (
            "holds a megabyte more than it says",
            of(Entry::deflated("bad", vec![0; 1 << 20]).but(|entry| entry.size = 1)),
            "OtherSize",
        ),
        ("holds less than it says", of(bad().but(|entry| entry.size += 1)), "OtherSize"),
        ("has a wrong checksum", of(bad().but(|entry| entry.crc32 ^= 1)), "Checksum"),
        ("has a wrong checksum, stored", of(Entry::new("bad", "abc").but(|entry| entry.crc32 ^= 1)), "Checksum"),
        ("is no deflate", of(bad().but(|entry| entry.packed = vec![0xff; 50])), "Damaged"),
        ("is cut", of(bad().but(|entry| entry.packed.truncate(9))), "Damaged"),
        ("has something behind its stream", of(bad().but(|entry| entry.packed.extend(b"more"))), "Damaged"),
        (
            "is empty deflate",
            of(bad().but(|entry| (entry.packed, entry.method) = (deflate(b""), DEFLATED))),
            "OtherSize",
        ),
    ]
}
