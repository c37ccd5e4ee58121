//! The routes of delivery, and the way from answer to answer along the addresses in them.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::Path;

use crate::test_app::{Answer, Caller};

const HOST: &str = "https://mc.example.org";

/// A route of delivery with addresses on it, which begin with `/packs` or `/solder`, or with a token before that.
pub(super) struct Walked {
    /// The route as the sources have it.
    pub(super) route: &'static str,
    /// Addresses on it that answer with 200 to the holder of a token; none where the route is for nobody who has one.
    pub(super) addresses: &'static [&'static str],
}

const fn walked(route: &'static str, addresses: &'static [&'static str]) -> Walked {
    Walked { route, addresses }
}

/// All routes of delivery. A new one is added here, with addresses of the private pack on it.
pub(super) const WALKED: &[Walked] = &[
    walked(
        "/packs/{pack}/{release}/pack.mrpack",
        &[
            "/packs/secret/1.0/pack.mrpack",
            "/packs/secret/latest/pack.mrpack",
            "/packs/secret/recommended/pack.mrpack",
            "/packs/secret/1.0/pack.mrpack?source=own",
            "/packs/secret/1.0/pack.mrpack?for=modrinth",
        ],
    ),
    walked(
        "/packs/{pack}/{release}/packwiz/{*path}",
        &[
            "/packs/secret/1.0/packwiz/pack.toml",
            "/packs/secret/latest/packwiz/pack.toml",
            "/packs/secret/1.0/packwiz/unsup.sig",
            "/packs/secret/latest/packwiz/unsup.pub",
        ],
    ),
    walked(
        "/packs/{pack}/{release}/files/{*path}",
        &["/packs/secret/1.0/files/mods/secretmod-1.0.jar", "/packs/secret/latest/files/config/secret.toml"],
    ),
    walked("/packs/{pack}/{release}/index.json", &["/packs/secret/1.0/index.json", "/packs/secret/latest/index.json"]),
    walked("/packs/{pack}/{release}/prism.zip", &["/packs/secret/1.0/prism.zip", "/packs/secret/latest/prism.zip"]),
    walked(
        "/packs/{pack}/{release}/curseforge.zip",
        &["/packs/secret/1.0/curseforge.zip", "/packs/secret/latest/curseforge.zip"],
    ),
    walked(
        "/packs/{pack}/{release}/technic.zip",
        &["/packs/secret/1.0/technic.zip", "/packs/secret/latest/technic.zip"],
    ),
    walked(
        "/packs/{pack}/{release}/mcupdater.xml",
        &["/packs/secret/1.0/mcupdater.xml", "/packs/secret/latest/mcupdater.xml"],
    ),
    walked(
        "/packs/{pack}/{release}/sbom.cdx.json",
        &["/packs/secret/1.0/sbom.cdx.json", "/packs/secret/latest/sbom.cdx.json"],
    ),
    walked(
        "/packs/{pack}/{release}/status.json",
        &["/packs/secret/1.0/status.json", "/packs/secret/latest/status.json"],
    ),
    walked(
        "/packs/{pack}/{release}/update-preview",
        &[
            "/packs/secret/latest/update-preview?from=1.0&client=packwiz",
            "/packs/secret/latest/update-preview?from=1.0&client=prism",
            "/packs/secret/latest/update-preview?from=1.0&client=technic",
            "/packs/secret/1.0/update-preview?from=latest&client=mrpack",
        ],
    ),
    walked("/packs/{pack}", &["/packs/secret"]),
    walked("/packs/{pack}/technic", &["/packs/secret/technic"]),
    walked("/packs/{pack}/feed.atom", &["/packs/secret/feed.atom"]),
    walked("/solder/api", &["/solder/api"]),
    // Keys are for the Technic Platform, which has no token.
    walked("/solder/api/verify", &[]),
    walked("/solder/api/verify/{key}", &[]),
    walked("/solder/api/modpack", &["/solder/api/modpack", "/solder/api/modpack?include=full"]),
    walked("/solder/api/modpack/{pack}", &["/solder/api/modpack/secret"]),
    walked(
        "/solder/api/modpack/{pack}/{build}",
        &["/solder/api/modpack/secret/1.0", "/solder/api/modpack/secret/1.0?include=mods"],
    ),
    walked("/solder/api/mod", &["/solder/api/mod"]),
    walked("/solder/api/mod/{module}", &["/solder/api/mod/secretmod"]),
    walked("/solder/api/mod/{module}/{version}", &["/solder/api/mod/secretmod/1.0"]),
    walked("/solder/mods/{module}/{version}", &["/solder/mods/secretmod/secretmod-1.0.zip"]),
    walked("/solder/pictures/{pack}/{kind}", &["/solder/pictures/secret/icon"]),
    walked("/solder/packs/{pack}/{build}/{name}/{file}", &["/solder/packs/secret/1.0/secretmod/secretmod-1.0.zip"]),
];

/// The routes of delivery, as its sources have them.
pub(super) fn routes() -> Vec<String> {
    let sources = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut routes = BTreeSet::new();
    for file in [vec![sources.join("delivery.rs")], files(&sources.join("delivery"))].concat() {
        let tree = if file.strip_prefix(sources).unwrap().starts_with("delivery/solder")
            || file.ends_with("delivery/solder.rs")
        {
            "/solder"
        } else {
            "/packs"
        };
        let text = std::fs::read_to_string(&file).unwrap();
        let text: String = text.split_whitespace().collect();
        let found = text.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        routes.extend(found.map(|route| format!("{tree}{route}")));
        let not_read = text.matches(".route(").count() - text.matches(".route(\"").count();
        assert_eq!(not_read, 0, "{} has a route that this test cannot read", file.display());
    }
    routes.into_iter().collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What the holder of a token comes to from all that is walked, along the addresses in the answers.
pub(super) struct Walk {
    /// The addresses that were asked for, without the host.
    pub(super) visited: BTreeSet<String>,
}

impl Walk {
    /// Asks for everything; fails where an answer is not 200, may be kept by others, or names an address of this server
    /// without the token.
    pub(super) async fn of(caller: &Caller, token: &str) -> Self {
        let all = WALKED.iter().flat_map(|walked| walked.addresses).copied();
        Self::from(caller, token, &all.collect::<Vec<_>>()).await
    }

    /// The same from some of it on.
    pub(super) async fn from(caller: &Caller, token: &str, seeds: &[&str]) -> Self {
        let tree = format!("/t/{token}");
        let mut open: Vec<_> = seeds.iter().map(|address| format!("{tree}{address}")).collect();
        let mut visited = BTreeSet::new();
        while let Some(address) = open.pop() {
            if !visited.insert(address.clone()) {
                continue;
            }
            let answer = caller.fetch(&address).await;
            assert_eq!(answer.status, 200, "{address}");
            is_for_nobody_else(&address, &answer);
            for text in texts(&answer.bytes) {
                for rooted in ["\"/packs/", "\"/solder/", "'/packs/", "'/solder/"] {
                    assert!(!text.contains(rooted), "{address} names {rooted} without the token");
                }
                // The base of Solder's files is a field that launchers want, and ask nothing of.
                let named = addresses(&text).filter(|named| *named != format!("{tree}/solder/"));
                for named in named.chain(neighbours(&address, &text)) {
                    assert!(named.starts_with(&format!("{tree}/")), "{address} names {named} without the token");
                    open.push(named);
                }
            }
        }
        Self { visited }
    }
}

/// Asserts that only its receiver may keep an answer, and that no page of another server reads it.
fn is_for_nobody_else(address: &str, answer: &Answer) {
    let control = answer.headers.get("cache-control").map(|control| control.to_str().unwrap());
    assert!(control.is_some_and(|control| control == "private, no-cache" || control == "no-store"), "{address}");
    assert!(!answer.headers.contains_key("access-control-allow-origin"), "{address}");
}

/// The texts of an answer: its own, or those of the files in it, if it is a zip.
fn texts(bytes: &[u8]) -> Vec<String> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return vec![String::from_utf8_lossy(bytes).into_owned()];
    };
    let mut all = Vec::new();
    for at in 0..archive.len() {
        let mut inner = Vec::new();
        archive.by_index(at).unwrap().read_to_end(&mut inner).unwrap();
        all.extend(texts(&inner));
    }
    all
}

/// The addresses of this server in a text, without the host.
fn addresses(text: &str) -> impl Iterator<Item = String> {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'<>()\\`".contains(c);
    text.split(HOST).skip(1).map(move |rest| rest.split(ends).next().unwrap_or_default().replace("&amp;", "&"))
}

/// The files that packwiz's lists name by their place beside the list.
fn neighbours(address: &str, text: &str) -> Vec<String> {
    let Some((folder, file)) = address.rsplit_once('/') else { return Vec::new() };
    if !address.contains("/packwiz/") || !(file == "pack.toml" || file.starts_with("index")) {
        return Vec::new();
    }
    let named = text.lines().filter_map(|line| line.trim().strip_prefix("file = \"")?.strip_suffix('"'));
    named.map(|named| format!("{folder}/{named}")).collect()
}
