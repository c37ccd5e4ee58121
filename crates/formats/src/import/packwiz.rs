//! packwiz: `pack.toml`, which vouches for `index.toml`, which vouches for every other file.
//!
//! From a zip [`read`] takes all at once. From an address, somebody else fetches: first `pack.toml` for [`Pack::read`], then
//! the index that it names for [`Pack::index`], then what is [listed](Listed) there, and at the end [`Pack::finish`].
//! Every document is checked against its hash before it is read; what only points to bytes carries their hash along.
//!
//! Facts from packwiz's own reference and from packwiz-installer: paths of the index are relative to it, the `filename` of
//! a metafile to the metafile; `preserve` is a file that no update overwrites; a pack without a format is one of 1.0.0.

mod metafile;
pub(super) mod notes;

use std::collections::HashMap;
use std::io::{Read, Seek};

use serde::Deserialize;

use self::metafile::Metafile;
use super::collection::{Collection, Rank};
use super::root::Root;
use super::{
    DOCUMENT_LIMIT, FILES_LIMIT, Found, INDEX_LIMIT, Import, Kind, Known, Place, Refused, check_hash, loader, text,
};
use crate::archive::Archive;
use crate::{Environment, InstancePath, Policy};

/// Where a pack begins.
const PACK: &str = "pack.toml";

/// A `pack.toml`, and what it says of its index.
#[derive(Debug)]
pub struct Pack {
    import: Import,
    index: Index,
}

/// Where the index lies, and what it hashes to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Index {
    file: String,
    #[serde(default = "sha256")]
    hash_format: String,
    #[serde(default)]
    hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    pack_format: Option<String>,
    index: Index,
    #[serde(default)]
    versions: toml::Table,
}

/// A line of the index.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Where the file lies, relative to the index.
    pub file: InstancePath,
    /// Whether it is a metafile, which tells where the real file is.
    pub is_metafile: bool,
    format: String,
    hash: String,
    alias: Option<InstancePath>,
    policy: Policy,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lines {
    #[serde(default = "sha256")]
    hash_format: String,
    #[serde(default)]
    files: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Line {
    file: InstancePath,
    #[serde(default)]
    hash: String,
    #[serde(default)]
    hash_format: Option<String>,
    #[serde(default)]
    metafile: bool,
    #[serde(default)]
    preserve: bool,
    #[serde(default)]
    alias: Option<InstancePath>,
}

fn sha256() -> String {
    "sha256".to_owned()
}

pub(super) fn read<R: Read + Seek>(archive: &mut Archive<R>, root: &Root) -> Result<Import, Refused> {
    let pack = Pack::read(&root.needed(archive, PACK, DOCUMENT_LIMIT)?)?;
    let path = pack.index_file().to_owned();
    let lines = pack.index(&root.needed(archive, &path, INDEX_LIMIT)?)?;
    let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    let members = root.members(archive);
    let mut unlisted: HashMap<&str, _> = members.iter().map(|member| (member.path.as_str(), member)).collect();
    let mut files = Vec::with_capacity(lines.len());
    for listed in lines {
        let path = format!("{folder}{}", listed.file);
        let missing = || Refused::document(&path, "the index lists it, but it is not in the archive");
        let member = unlisted.remove(path.as_str()).ok_or_else(missing)?;
        let found = if listed.is_metafile {
            listed.metafile(&archive.read(member.index, DOCUMENT_LIMIT)?)?
        } else {
            Found { size: Some(member.size), ..listed.direct(Place::Inside(member.index)) }
        };
        files.push((listed, found));
    }
    let own = [PACK, path.as_str()];
    let rest: Vec<_> = unlisted.into_keys().filter(|path| !own.contains(path)).map(ToOwned::to_owned).collect();
    pack.finish(files, rest)
}

impl Pack {
    /// Reads a `pack.toml`.
    pub fn read(document: &str) -> Result<Self, Refused> {
        let read: Document = toml::from_str(document).map_err(|error| Refused::document(PACK, &error.message()))?;
        let format = read.pack_format.as_deref().unwrap_or("packwiz:1.0.0");
        let is_known = ["packwiz:1.", "unsup-packwiz:1."].iter().any(|known| format.starts_with(known));
        if !is_known {
            let why = format!("its format {:?} is unknown; Kleister reads packwiz:1", text::line(format, 60));
            return Err(Refused::document(PACK, &why));
        }
        if read.index.file.parse::<InstancePath>().is_err() {
            return Err(Refused::document(PACK, "its index lies outside the pack"));
        }
        let mut import = Import::new(Kind::Packwiz);
        import.name = text::given(read.name, 255);
        import.version = text::given(read.version, 255);
        import.authors = text::given(read.author, 1024);
        import.summary = text::given(read.description, 2048);
        versions(&mut import, &read.versions);
        Ok(Self { import, index: read.index })
    }

    /// Where the index lies, relative to `pack.toml`.
    pub fn index_file(&self) -> &str {
        &self.index.file
    }

    /// Reads the index, after checking that it is the one that the pack vouches for.
    pub fn index(&self, document: &str) -> Result<Vec<Listed>, Refused> {
        let Index { file, hash_format, hash } = &self.index;
        check_hash(file, hash_format, hash, document.as_bytes())?;
        let lines: Lines = toml::from_str(document).map_err(|error| Refused::document(file, &error.message()))?;
        if lines.files.len() > FILES_LIMIT {
            return Err(Refused::document(file, &format!("it lists more than {FILES_LIMIT} files")));
        }
        let listed = |line: Line| Listed {
            file: line.file,
            is_metafile: line.metafile,
            format: line.hash_format.unwrap_or_else(|| lines.hash_format.clone()),
            hash: line.hash,
            alias: line.alias,
            policy: if line.preserve { Policy::Seed } else { Policy::Force },
        };
        Ok(lines.files.into_iter().map(listed).collect())
    }

    /// The pack with all that was listed, in the order of the index; `rest` is what lies beside it without being listed.
    pub fn finish(mut self, files: Vec<(Listed, Found)>, rest: Vec<String>) -> Result<Import, Refused> {
        let mut collection = Collection::default();
        for (listed, found) in files {
            let path = found.path.to_string();
            let at = |path| Found { path, ..found };
            collection.add_from_instance(&path, listed.file.as_str(), Rank::First, at);
        }
        for path in rest {
            collection.leave(&path, "The pack's index does not list it.");
        }
        collection.finish(&mut self.import)?;
        Ok(self.import)
    }
}

/// Minecraft and the loader; what else a pack may name there is for other tools.
fn versions(import: &mut Import, versions: &toml::Table) {
    let text = |key: &str| versions.get(key).and_then(toml::Value::as_str);
    import.minecraft = text("minecraft").and_then(loader::minecraft);
    for key in versions.keys().filter(|key| *key != "minecraft" && *key != "unsup") {
        let kind = loader::kind(key);
        let found = kind.and_then(|kind| loader::of(kind, text(key)?, import.minecraft.as_deref()));
        match found {
            Some(found) if import.loader.is_none() => import.loader = Some(found),
            Some(_) => import.leave(&format!("versions.{key}"), "A build has one loader."),
            None => import.leave(&format!("versions.{key}"), "It is no loader that Kleister knows."),
        }
    }
}

impl Listed {
    /// A file that the index lists itself.
    pub fn direct(&self, place: Place) -> Found {
        Found {
            hashes: Known::of(&self.format, &self.hash),
            environment: Some(Environment::default()),
            policy: self.policy,
            ..Found::new(self.alias.clone().unwrap_or_else(|| self.file.clone()), place)
        }
    }

    /// What a metafile tells, after checking that it is the one that the index vouches for.
    pub fn metafile(&self, document: &[u8]) -> Result<Found, Refused> {
        check_hash(self.file.as_str(), &self.format, &self.hash, document)?;
        let refuse = |why: &dyn ToString| Refused::document(self.file.as_str(), &why.to_string());
        let text = std::str::from_utf8(document).map_err(|_| refuse(&"it is not UTF-8"))?;
        let metafile: Metafile = toml::from_str(text).map_err(|error| refuse(&error.message()))?;
        let found = metafile.found(&self.file).map_err(|why| refuse(&why))?;
        Ok(Found { policy: self.policy, ..found })
    }
}

impl Known {
    /// A hash in one of packwiz's formats, if it is one.
    pub(super) fn of(format: &str, hash: &str) -> Self {
        let mut known = Self::default();
        let (place, digits) = match format.to_ascii_lowercase().as_str() {
            "md5" => (&mut known.md5, 32),
            "sha1" => (&mut known.sha1, 40),
            "sha256" => (&mut known.sha256, 64),
            "sha512" => (&mut known.sha512, 128),
            "murmur2" => {
                let number: Option<u32> = hash.trim().parse().ok();
                return Self { murmur2: number.map(|number| number.to_string()), ..known };
            }
            _ => return known,
        };
        let hash = hash.trim().to_ascii_lowercase();
        *place = Some(hash).filter(|hash| hash.len() == digits && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        known
    }
}
