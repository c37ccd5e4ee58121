//! Kleister's own `index.json`: a release for scripts and tools, with nothing left out.
//!
//! ```json
//! {
//!   "format": 1,
//!   "pack": {"id": "01j…", "slug": "sky", "name": "Sky", "summary": null, "authors": null, "website": null},
//!   "version": "1.0",
//!   "minecraft": "1.20.1",
//!   "loader": {"kind": "forge", "version": "47.2.0"},
//!   "java": 17,
//!   "memory": {"minimum": null, "maximum": 6144},
//!   "jvm_arguments": null,
//!   "files": [{
//!     "path": "mods/jei.jar",
//!     "url": "https://mc.example.org/packs/sky/1.0/files/mods/jei.jar",
//!     "size": 1048576,
//!     "urls": ["https://mc.example.org/packs/sky/1.0/files/mods/jei.jar"],
//!     "hashes": {"md5": "…", "sha1": "…", "sha256": "…", "sha512": "…", "crc32": 305419896},
//!     "environment": {"client": "required", "server": "required"},
//!     "choice": null,
//!     "policy": "force",
//!     "delivery": "stored",
//!     "sources": [],
//!     "origins": [{"place": "modrinth", "project": "u6dRKJwZ", "version": "a1B2c3D4"}],
//!     "mod": {"slug": "jei", "name": "Just Enough Items"},
//!     "version": "15.2.0",
//!     "licence": "MIT"
//!   }],
//!   "losses": {"pack.mrpack": [{"what": "java", "why": "An .mrpack has no place for it: …"}]}
//! }
//! ```
//!
//! Every field is always there but `extras`, and what is not set is `null`. `extras` has what a launcher's instance has
//! besides the files (icon, server, components, updater), and is left out where there is nothing. `urls` has every address from which a client may fetch a file,
//! the best first, which is `url`; there is none for a file that the player must fetch by hand. Of a file that others hand
//! out, hashes and sizes that are not known are `null`. `mod` and `version` are `null` for a config, script or other file of the
//! build itself. Files are sorted by path. Readers should pass over fields that they do not know, and refuse a `format`
//! that they do not know. `losses` has what each other format does not carry, by its place below the release's address, as it
//! was when the build was published.
//! `docs/index.schema.json` is the JSON Schema of all this.

use serde::Serialize;

use crate::{
    Addresses, Choice, Delivery, Environment, Extras, File, Hashes, InstancePath, Loader, Memory, Origin, Pack, Policy,
    Release,
    losses::{self, Losses},
};

/// Grows when a reader of the old one would misunderstand the new one.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    pack: &'a Pack,
    version: &'a str,
    minecraft: &'a str,
    loader: Option<&'a Loader>,
    java: Option<u32>,
    memory: Memory,
    jvm_arguments: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extras: Option<&'a Extras>,
    files: Vec<Entry<'a>>,
    losses: Losses,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: &'a InstancePath,
    url: Option<String>,
    urls: Vec<String>,
    size: Option<u64>,
    hashes: &'a Hashes,
    environment: Environment,
    choice: Option<&'a Choice>,
    policy: Policy,
    delivery: Delivery,
    sources: &'a [String],
    origins: &'a [Origin],
    #[serde(rename = "mod")]
    module: Option<Module<'a>>,
    version: Option<&'a str>,
    licence: Option<&'a str>,
}

#[derive(Serialize)]
struct Module<'a> {
    slug: &'a str,
    name: &'a str,
}

/// The release as `index.json`.
pub fn write(release: &Release, addresses: &Addresses) -> String {
    let document = Document {
        format: FORMAT,
        pack: &release.pack,
        version: &release.version,
        minecraft: &release.minecraft,
        loader: release.loader.as_ref(),
        java: release.java,
        memory: release.memory,
        jvm_arguments: release.jvm_arguments.as_deref(),
        extras: (!release.extras.is_empty()).then_some(&release.extras),
        files: release.sorted_files().into_iter().map(|file| entry(file, addresses)).collect(),
        losses: losses::all(release, addresses),
    };
    serde_json::to_string_pretty(&document).expect("a release has nothing that JSON lacks") + "\n"
}

fn entry<'a>(file: &'a File, addresses: &Addresses) -> Entry<'a> {
    let content = file.content.as_ref();
    let urls = addresses.downloads(file);
    Entry {
        path: &file.path,
        url: urls.first().cloned(),
        urls,
        size: file.known_size(),
        hashes: &file.hashes,
        environment: file.environment,
        choice: file.choice.as_ref(),
        policy: file.policy,
        delivery: file.delivery,
        sources: &file.sources,
        origins: &file.origins,
        module: content.map(|content| Module { slug: &content.module, name: &content.name }),
        version: content.map(|content| content.version.as_str()),
        licence: content.and_then(|content| content.licence.as_deref()),
    }
}
