//! What Kleister exports is read as what it was, except for what the export names as lost.

use std::io::Cursor;

use kleister_formats::import::{self, Import, Place};
use kleister_formats::packwiz::{Entry, tree};
use kleister_formats::plan::Part;
use kleister_formats::{
    Choice, Content, Delivery, Environment, File, Hashes, InstancePath, Loader, LoaderKind, Loss, Policy, Release,
    Support, mrpack,
};
use proptest::prelude::*;

use crate::{releases, zip};

/// What must be the same before and after: hash, environment, whether the player is asked, policy.
type Kept = (Option<String>, Environment, bool, Policy);

fn through_mrpack(release: &Release) -> (Import, Vec<Loss>) {
    let bundle = mrpack::write(release, &releases::addresses());
    // The bytes of files in the archive do not matter for what is read; that they are right is proved in `tests/golden`.
    let part = |part: &Part| match part {
        Part::Bytes(bytes) => bytes.clone(),
        Part::File { size, .. } => vec![0; usize::try_from(*size).unwrap()],
    };
    let archive: Vec<u8> = bundle.plan.parts.iter().flat_map(part).collect();
    (import::read(Cursor::new(archive)).unwrap().0, bundle.losses)
}

/// Whether a side or the player may leave the file out.
fn is_asked(environment: Environment, choice: Option<&Choice>) -> bool {
    choice.is_some() || [environment.client, environment.server].contains(&Support::Optional)
}

/// The tree as a folder that was zipped; a file's own bytes do not matter for what is read.
fn through_packwiz(release: &Release) -> (Import, Vec<Loss>) {
    let tree = tree(release, &releases::addresses());
    let bytes = |entry: &Entry| match entry {
        Entry::Text(text) => text.clone().into_bytes(),
        Entry::File(_) => Vec::new(),
    };
    let entries: Vec<_> = tree.iter().map(|(path, entry)| (path, bytes(entry))).collect();
    let entries: Vec<_> = entries.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect();
    (import::read(Cursor::new(zip(&entries))).unwrap().0, tree.losses().to_vec())
}

/// Compares, and returns how many files came back exactly as they were.
fn compare(release: &Release, (import, losses): (Import, Vec<Loss>), hash: fn(&Hashes) -> Option<&String>) -> usize {
    let lost = |what: &str| losses.iter().any(|loss| loss.what == what);
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(import.minecraft.as_ref(), Some(&release.minecraft));
    assert_eq!(import.loader, release.loader);
    assert!(import.name == Some(line(&release.pack.name)) || lost("name"));
    assert!(import.version.as_ref() == Some(&release.version) || lost("version"));
    assert!(import.java == release.java || lost("java"));
    assert!(import.memory == release.memory || lost("memory"));
    assert!(import.left_out.is_empty(), "{:?}", import.left_out);

    let mut exact = 0;
    for file in &release.files {
        let before: Kept = (
            hash(&file.hashes).cloned(),
            file.environment,
            is_asked(file.environment, file.choice.as_ref()),
            file.policy,
        );
        let found = import.files.iter().find(|found| found.path == file.path);
        let after: Option<Kept> = found.map(|found| {
            let hashes = [&found.hashes.sha1, &found.hashes.sha256, &found.hashes.sha512];
            let is_inside = matches!(found.place, Place::Inside(_)).then(|| hash(&file.hashes)).flatten();
            let known = hashes.into_iter().flatten().find(|known| Some(*known) == hash(&file.hashes)).or(is_inside);
            let known = Some(known.unwrap_or_else(|| panic!("{} has no hash", file.path)).clone());
            let environment = found.environment.unwrap();
            (known, environment, is_asked(environment, found.choice.as_ref()), found.policy)
        });
        assert!(after.as_ref() == Some(&before) || lost(file.path.as_str()), "{}: {before:?} {after:?}", file.path);
        exact += usize::from(after == Some(before));
    }
    let known = |path: &InstancePath| release.files.iter().any(|file| file.path == *path);
    assert!(import.files.iter().all(|found| known(&found.path)), "something came from nowhere");
    exact
}

#[test]
fn golden_releases_come_back_as_they_were() {
    let exact = releases::all().map(|(name, release)| {
        let mrpack = compare(&release, through_mrpack(&release), |hashes| hashes.sha1.as_ref());
        let packwiz = compare(&release, through_packwiz(&release), best);
        (name, release.files.len(), mrpack, packwiz)
    });
    // Lost are: in Forge's pack files that players fetch by hand, those without the hashes that a format needs, the one for
    // nobody (packwiz), and texts of choices;
    // in Fabric's what updates spare.
    assert_eq!(exact, [("vanilla", 1, 1, 1), ("forge", 15, 11, 11), ("fabric", 11, 8, 10)]);
}

/// The hash that packwiz's metafiles have.
fn best(hashes: &Hashes) -> Option<&String> {
    [&hashes.sha256, &hashes.sha512, &hashes.sha1].into_iter().find_map(Option::as_ref)
}

fn support() -> impl Strategy<Value = Support> {
    prop_oneof![Just(Support::Required), Just(Support::Optional), Just(Support::Unsupported)]
}

fn files() -> impl Strategy<Value = Vec<File>> {
    let folder =
        prop_oneof![Just("mods"), Just("resourcepacks"), Just("shaderpacks"), Just("config/a"), Just("kubejs")];
    let name = "[a-z0-9 +\\[\\]_ü]{1,12}[a-z]\\.(jar|zip|toml)";
    let policy = prop_oneof![Just(Policy::Force), Just(Policy::Seed), Just(Policy::Keep)];
    let delivery = prop_oneof![4 => Just(Delivery::Stored), 2 => Just(Delivery::Linked), 1 => Just(Delivery::Manual)];
    let file = (folder, name, support(), support(), policy, delivery, any::<(bool, bool)>());
    let file = file.prop_map(|(folder, name, client, server, policy, delivery, (is_mod, default))| {
        let optional = client == Support::Optional || server == Support::Optional;
        let path: InstancePath = format!("{folder}/{}", name.trim()).parse().unwrap();
        let content =
            Content { module: "some".to_owned(), name: "Some".to_owned(), version: "1".to_owned(), licence: None };
        File {
            environment: Environment { client, server },
            choice: optional.then(|| Choice { default, text: Some("why".to_owned()), group: None }),
            policy: if is_mod { Policy::Force } else { policy },
            hashes: hashes(path.as_str()),
            size: 7,
            delivery,
            sources: vec!["https://cdn.example.org/a b.jar".to_owned()],
            source_first: default,
            origins: Vec::new(),
            content: is_mod.then_some(content),
            path,
        }
    });
    proptest::collection::vec(file, 1..12).prop_map(|mut files| {
        let mut keys = std::collections::HashSet::new();
        files.retain(|file| keys.insert(file.path.key()));
        files
    })
}

fn hashes(path: &str) -> Hashes {
    use sha2::{Digest, Sha256, Sha512};
    let (sha256, sha512) = (hex::encode(Sha256::digest(path)), hex::encode(Sha512::digest(path)));
    let part = |length| Some(sha256[..length].to_owned());
    Hashes { md5: part(32), sha1: part(40), sha256: part(64), sha512: Some(sha512), crc32: Some(1) }
}

proptest! {
    #[test]
    fn any_release_comes_back_as_it_was(files in files(), number in "[0-9]\\.[0-9]{1,2}\\.[0-9]", kind in 0usize..5) {
        let mut release = releases::forge();
        release.loader = LoaderKind::ALL.get(kind).map(|kind| Loader { kind: *kind, version: number.clone() });
        release.version = number;
        release.files = files;
        compare(&release, through_mrpack(&release), |hashes| hashes.sha1.as_ref());
        compare(&release, through_packwiz(&release), best);
    }
}
