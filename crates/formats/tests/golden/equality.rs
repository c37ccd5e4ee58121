//! Every format has the same files with the same bytes, or says which it has not, or how it has them otherwise.
//!
//! One table of formats over one list of packs. Formats for clients are compared with the client's files by path and bytes;
//! those that know of sides and choices, by these too.

mod archives;

use std::collections::{BTreeMap, BTreeSet};

use kleister_formats::{
    Addresses, Bundle, Choice, File, InstancePath, Loss, Place, Release, Support, index, losses, mcupdater, mrpack, packwiz,
};
use sha1::{Digest, Sha1};

use crate::mcupdater::ServerPack;
use crate::{packs, releases};

/// What a format says of the file at a path; what it cannot say is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    /// The SHA-1 of the bytes that a client ends up with.
    sha1: Option<String>,
    client: Option<Support>,
    server: Option<Support>,
    /// Whether the player is asked, and what is so until he answers.
    asked: Option<(bool, Option<bool>)>,
}

type Files = BTreeMap<String, Told>;

/// The bytes that a client has fetched and found to match the hash: those of the test's packs are known by their paths.
fn fetched(path: &str) -> String {
    let path: InstancePath = path.parse().unwrap();
    hex::encode(Sha1::digest(packs::bytes(&path)))
}

/// The file of the release with these bytes; a hash that no file has fails the test.
fn by_hash<'a>(release: &'a Release, format: &str, hash: &str) -> &'a File {
    let has = |file: &&File| {
        let hashes = &file.hashes;
        let known = match format {
            "md5" => &hashes.md5,
            "sha1" => &hashes.sha1,
            "sha256" => &hashes.sha256,
            "sha512" => &hashes.sha512,
            other => panic!("{other} is no hash"),
        };
        known.as_deref() == Some(hash)
    };
    release.files.iter().find(has).unwrap_or_else(|| panic!("nothing has the {format} {hash}"))
}

fn support(word: &serde_json::Value) -> Support {
    serde_json::from_value(word.clone()).unwrap()
}

/// Whether a side is there, for a word that means one side or both.
fn sides(word: &str) -> (bool, bool) {
    match word.to_lowercase().as_str() {
        "both" => (true, true),
        "client" => (true, false),
        "server" => (false, true),
        other => panic!("{other} is no side"),
    }
}

/// The two sides of a format that has one word on what is optional: it holds for each side that is there.
fn one_word(side: &str, optional: bool) -> (Option<Support>, Option<Support>) {
    let on = if optional { Support::Optional } else { Support::Required };
    let (client, server) = sides(side);
    let told = |is_there| Some(if is_there { on } else { Support::Unsupported });
    (told(client), told(server))
}

fn of_index(release: &Release, addresses: &Addresses) -> Files {
    let index: serde_json::Value = serde_json::from_str(&index::write(release, addresses)).unwrap();
    let told = |file: &serde_json::Value| {
        let choice: Option<Choice> = serde_json::from_value(file["choice"].clone()).unwrap();
        let environment = &file["environment"];
        let (client, server) = (support(&environment["client"]), support(&environment["server"]));
        let told = Told {
            sha1: file["hashes"]["sha1"].as_str().map(str::to_owned),
            client: Some(client),
            server: Some(server),
            asked: Some((is_asked(client, server, choice.as_ref()), choice.map(|choice| choice.default))),
        };
        (file["path"].as_str().unwrap().to_owned(), told)
    };
    index["files"].as_array().unwrap().iter().map(told).collect()
}

fn of_mrpack(release: &Release, addresses: &Addresses) -> Files {
    of_archive(release, &mrpack::write(release, addresses))
}

/// The pack for Modrinth.
fn of_upload(release: &Release, addresses: &Addresses) -> Files {
    of_archive(release, &mrpack::write_upload(release, addresses))
}

/// What an `.mrpack` has fetched, and what lies in the archive itself, by its side's folder.
fn of_archive(release: &Release, bundle: &Bundle) -> Files {
    let mut files = Files::new();
    for (name, content) in archives::entries(&bundle.plan, release) {
        if name == "modrinth.index.json" {
            files.extend(fetched_by_mrpack(release, std::str::from_utf8(&content).unwrap()));
            continue;
        }
        let (folder, path) = name.split_once('/').unwrap();
        let side = if folder == "overrides" { "both" } else { folder.strip_suffix("-overrides").unwrap() };
        let (client, server) = one_word(side, false);
        let sha1 = Some(hex::encode(Sha1::digest(&content)));
        files.insert(path.to_owned(), Told { sha1, client, server, asked: Some((false, None)) });
    }
    files
}

/// The files that the index of an `.mrpack` has fetched.
fn fetched_by_mrpack(release: &Release, text: &str) -> Files {
    let index: serde_json::Value = serde_json::from_str(text).unwrap();
    let told = |file: &serde_json::Value| {
        let (client, server) = (support(&file["env"]["client"]), support(&file["env"]["server"]));
        let sha1 = file["hashes"]["sha1"].as_str().unwrap();
        assert_eq!(
            by_hash(release, "sha512", file["hashes"]["sha512"].as_str().unwrap()).hashes.sha1.as_deref(),
            Some(sha1)
        );
        let told = Told {
            sha1: Some(sha1.to_owned()),
            client: Some(client),
            server: Some(server),
            asked: Some((is_asked(client, server, None), None)),
        };
        (file["path"].as_str().unwrap().to_owned(), told)
    };
    index["files"].as_array().unwrap().iter().map(told).collect()
}

/// The tree as packwiz-installer reads it: from `pack.toml` to the index to the metafiles, each by its hash.
fn of_packwiz(release: &Release, addresses: &Addresses) -> Files {
    let tree = packwiz::tree(release, addresses);
    let text = |path: &str| match tree.get(path) {
        Some(packwiz::Entry::Text(text)) => text.parse::<toml::Table>().unwrap(),
        other => panic!("{path} is no text but {other:?}"),
    };
    let pack = text("pack.toml");
    let index = text(pack["index"]["file"].as_str().unwrap());
    let mut files = Files::new();
    for line in index.get("files").and_then(|files| files.as_array()).into_iter().flatten() {
        let name = line["file"].as_str().unwrap();
        let hash = line["hash"].as_str().unwrap();
        if line.get("metafile").and_then(toml::Value::as_bool) != Some(true) {
            assert_eq!(by_hash(release, "sha256", hash).path.as_str(), name);
            let both = Some(Support::Required);
            let told = Told { sha1: Some(fetched(name)), client: both, server: both, asked: Some((false, None)) };
            files.insert(name.to_owned(), told);
            continue;
        }
        let metafile = text(name);
        let folder = name.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        let path = format!("{folder}{}", metafile["filename"].as_str().unwrap());
        let download = &metafile["download"];
        let by = (download["hash-format"].as_str().unwrap(), download["hash"].as_str().unwrap());
        assert_eq!(by_hash(release, by.0, by.1).path.as_str(), path);
        let option = metafile.get("option");
        let is_optional = option.is_some_and(|option| option["optional"].as_bool().unwrap());
        let default = option.and_then(|option| option["default"].as_bool());
        let (client, server) = one_word(metafile["side"].as_str().unwrap(), is_optional);
        files.insert(
            path.clone(),
            Told { sha1: Some(fetched(&path)), client, server, asked: Some((is_optional, default)) },
        );
    }
    files
}

/// The document as `MCUpdater` reads it; nothing where there is none.
fn of_mcupdater(release: &Release, addresses: &Addresses) -> Files {
    let Ok(export) = mcupdater::write(release, addresses) else { return Files::new() };
    let document = ServerPack::of(&export.bytes);
    let mut files = Files::new();
    for module in document.server.modules {
        let (client, server) = one_word(&module.side, !module.required.required);
        if let Some(md5) = &module.md5 {
            assert_eq!(by_hash(release, "md5", md5).path.as_str(), module.path);
        }
        let asked = Some((!module.required.required, Some(module.required.default)));
        files.insert(module.path.clone(), Told { sha1: Some(fetched(&module.path)), client, server, asked });
        for config in module.configs {
            assert_eq!(by_hash(release, "md5", &config.md5).path.as_str(), config.path);
            let told = Told { sha1: Some(fetched(&config.path)), client, server, asked: Some((false, None)) };
            files.insert(config.path, told);
        }
    }
    files
}

fn is_asked(client: Support, server: Support, choice: Option<&Choice>) -> bool {
    choice.is_some() || [client, server].contains(&Support::Optional)
}

/// What the release itself says of a file.
fn expected(file: &File) -> Told {
    let (client, server) = (file.environment.client, file.environment.server);
    let choice = file.choice.as_ref();
    Told {
        sha1: file.hashes.sha1.clone(),
        client: Some(client),
        server: Some(server),
        asked: Some((is_asked(client, server, choice), choice.map(|choice| choice.default))),
    }
}

/// Whether the format says of the file what the release says; of a default only if it says anything.
fn is_equal(told: &Told, expected: &Told) -> bool {
    let default = |told: &Told| told.asked.filter(|(asked, _)| *asked).and_then(|(_, default)| default);
    let asked = |told: &Told| told.asked.map(|(asked, _)| asked);
    let same_default = default(told).is_none() || default(told) == default(expected);
    (&told.sha1, told.client, told.server, asked(told))
        == (&expected.sha1, expected.client, expected.server, asked(expected))
        && same_default
}

type Reader = fn(&Release, &Addresses) -> Files;

/// What a format is compared by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// All files with their bytes, sides and choices.
    Everything,
    /// The files of clients with their bytes.
    Client,
}

/// Each format by its place below a release, what it is compared by, and its reader.
const FORMATS: [(&str, Scope, Reader); 8] = [
    ("curseforge.zip", Scope::Client, archives::of_curseforge),
    ("mcupdater.xml", Scope::Everything, of_mcupdater),
    ("pack.mrpack", Scope::Everything, of_mrpack),
    ("pack.mrpack?for=modrinth", Scope::Everything, of_upload),
    ("packwiz/pack.toml", Scope::Everything, of_packwiz),
    ("prism.zip", Scope::Client, archives::of_prism),
    ("solder/api", Scope::Client, archives::of_solder),
    ("technic.zip", Scope::Client, archives::of_technic),
];

/// The paths at which a format differs from the release.
fn differences(release: &Release, told: &Files, scope: Scope) -> BTreeSet<String> {
    let is_in = |file: &&File| scope == Scope::Everything || file.environment.client != Support::Unsupported;
    let expected: Files =
        release.files.iter().filter(is_in).map(|file| (file.path.to_string(), expected(file))).collect();
    let paths: BTreeSet<_> = expected.keys().chain(told.keys()).cloned().collect();
    let is_same = |path: &String| match (told.get(path), expected.get(path)) {
        (Some(told), Some(expected)) if scope == Scope::Client => told.sha1 == expected.sha1,
        (Some(told), Some(expected)) => is_equal(told, expected),
        _ => false,
    };
    paths.into_iter().filter(|path| !is_same(path)).collect()
}

fn named(losses: &[Loss]) -> BTreeSet<&str> {
    losses.iter().map(|loss| loss.what.as_str()).collect()
}

#[test]
fn index_says_of_every_pack_exactly_what_it_is() {
    for (name, release) in packs::all() {
        let told = of_index(&release, &releases::addresses());
        assert_eq!(differences(&release, &told, Scope::Everything), BTreeSet::new(), "{name}");
    }
}

#[test]
fn every_format_has_the_files_of_every_pack_or_names_the_loss() {
    let addresses = releases::addresses();
    for (name, release) in packs::all() {
        let all = losses::all(&release, &addresses);
        assert_eq!(all.keys().collect::<Vec<_>>(), FORMATS.map(|(format, ..)| format));
        for (format, scope, read) in FORMATS {
            let named = named(&all[format]);
            let is_refused = ["mcupdater.xml", "technic.zip"].contains(&format) && named.contains("loader");
            let different = differences(&release, &read(&release, &addresses), scope);
            let silent: Vec<_> = different.iter().filter(|path| !named.contains(path.as_str())).collect();
            assert!(is_refused || silent.is_empty(), "{format} of {name} is silent on {silent:?}");
        }
    }
}

#[test]
fn holder_of_a_token_gets_what_everybody_gets_of_a_public_pack() {
    let (token, public) = ("/t/klc_0123456789", "https://mc.example.org/packs/golden/1.0");
    let private = Addresses::new(public.replacen("/packs", &format!("{token}/packs"), 1));
    let public = Addresses::new(public);
    for (name, release) in packs::all() {
        for (format, _, read) in FORMATS {
            assert_eq!(read(&release, &private), read(&release, &public), "{format} of {name}");
        }
        let index = index::write(&release, &private);
        assert!(index.contains(token), "{name}");
        assert_eq!(index.replace(token, ""), index::write(&release, &public), "{name}");
    }
}

#[test]
fn what_is_lost_of_the_packs_is_little() {
    let addresses = releases::addresses();
    let mut lost = Vec::new();
    for (name, release) in packs::all() {
        for (format, scope, read) in FORMATS {
            let told = read(&release, &addresses);
            if told.is_empty() {
                lost.push(format!("{name}: no {format}"));
                continue;
            }
            let different = differences(&release, &told, scope);
            lost.extend(different.into_iter().map(|path| format!("{name}: {path} in {format}")));
        }
    }
    insta::assert_snapshot!("differences", lost.join("\n"));
}

#[test]
fn packs_have_everything_that_formats_stumble_over() {
    let all = packs::all();
    let files = || all.iter().flat_map(|(_, release)| &release.files);
    for place in [Place::Modrinth, Place::Curseforge] {
        assert!(files().any(|file| file.origins.iter().any(|origin| origin.place == place)));
    }
    assert!(files().any(|file| file.path.as_str().starts_with("mods/1.7.10/")));
    assert!(files().any(|file| file.path.as_str().starts_with("shaderpacks/") && file.choice.is_some()));
    assert!(files().any(|file| file.environment.server == Support::Unsupported && file.content.is_some()));
}
