//! What of a pack is here already, as far as the caller may know.

use std::collections::{BTreeSet, HashMap, HashSet};

use kleister_types::builds::State;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::permissions::{self, Opened};
use crate::rows::{blob, build, build_file, module, pack, version, version_file, version_source};
use crate::{Caller, Result};

/// How many values one query asks for.
const AT_ONCE: usize = 1000;

/// What a pack tells of a file: one of its hashes, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// SHA-1.
    Sha1(String),
    /// SHA-256.
    Sha256(String),
    /// SHA-512.
    Sha512(String),
}

impl Told {
    /// Whether a blob is what was told of.
    pub fn is(&self, blob: &blob::Model) -> bool {
        match self {
            Self::Sha1(hash) => *hash == blob.sha1,
            Self::Sha256(hash) => *hash == blob.sha256,
            Self::Sha512(hash) => *hash == blob.sha512,
        }
    }
}

/// The blobs with these hashes that are files of builds which the caller may read: to know a hash gives nobody the bytes.
pub async fn files(db: &impl ConnectionTrait, caller: &Caller, told: &[Told]) -> Result<Vec<blob::Model>> {
    let mut found = Vec::new();
    for told in told.chunks(AT_ONCE) {
        let of = |pick: fn(&Told) -> Option<&String>| told.iter().filter_map(pick).cloned().collect::<Vec<_>>();
        let asked = Condition::any()
            .add(blob::Column::Sha1.is_in(of(|told| if let Told::Sha1(hash) = told { Some(hash) } else { None })))
            .add(blob::Column::Sha256.is_in(of(|told| if let Told::Sha256(hash) = told { Some(hash) } else { None })))
            .add(blob::Column::Sha512.is_in(of(|told| if let Told::Sha512(hash) = told { Some(hash) } else { None })));
        let usable = blob::Column::BlockedReason.is_null();
        let rows = build_file::Entity::find().find_also_related(blob::Entity).filter(asked).filter(usable);
        found.extend(rows.all(db).await?.into_iter().filter_map(|(file, blob)| Some((file.build_id, blob?))));
    }
    let builds: BTreeSet<String> = found.iter().map(|(build, _)| build.clone()).collect();
    let readable = readable(db, caller, builds).await?;
    let mut once = HashSet::new();
    found.retain(|(build, blob)| readable.contains(build) && once.insert(blob.sha256.clone()));
    Ok(found.into_iter().map(|(_, blob)| blob).collect())
}

/// Which of these builds the caller may read.
async fn readable(db: &impl ConnectionTrait, caller: &Caller, ids: BTreeSet<String>) -> Result<HashSet<String>> {
    let ids: Vec<String> = ids.into_iter().collect();
    let mut rows = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        rows.extend(build::Entity::find().filter(build::Column::Id.is_in(ids)).all(db).await?);
    }
    let packs: BTreeSet<String> = rows.iter().map(|row| row.pack_id.clone()).collect();
    let packs = permissions::open_all::<pack::Entity>(db, caller, &packs).await?;
    let packs: HashMap<String, Opened<pack::Model>> =
        packs.into_iter().map(|opened| (opened.row.id.clone(), opened)).collect();
    let is_readable = |row: &build::Model| {
        let Some(pack) = packs.get(&row.pack_id) else { return false };
        pack.right.is_some() || (row.public && row.state != State::Draft.as_str())
    };
    Ok(rows.iter().filter(|row| is_readable(row)).map(|row| row.id.clone()).collect())
}

/// A version that is here.
#[derive(Clone, Debug)]
pub struct Known {
    /// The mod, with the caller's right on it.
    pub module: Opened<module::Model>,
    /// The version.
    pub version: version::Model,
    /// The file.
    pub file: version_file::Model,
}

/// The versions, which the caller sees, that have a file from one of these places, each told by kind, project and file there; for files
/// of which a pack tells no hash.
pub async fn versions(
    db: &impl ConnectionTrait,
    caller: &Caller,
    places: &[(String, String, String)],
) -> Result<HashMap<(String, String, String), Known>> {
    let mut sources = Vec::new();
    for places in places.chunks(AT_ONCE) {
        let files: Vec<&String> = places.iter().map(|(_, _, file)| file).collect();
        let rows = version_source::Entity::find().filter(version_source::Column::File.is_in(files));
        sources.extend(rows.all(db).await?);
    }
    let asked: HashSet<&(String, String, String)> = places.iter().collect();
    let place = |row: &version_source::Model| Some((row.kind.clone(), row.project.clone()?, row.file.clone()?));
    let mut by_file: HashMap<String, (String, String, String)> = HashMap::new();
    for row in &sources {
        if let Some(place) = place(row).filter(|place| asked.contains(place)) {
            by_file.insert(row.file_id.clone(), place);
        }
    }
    let ids: Vec<String> = by_file.keys().cloned().collect();
    let mut found = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let rows = version_file::Entity::find().filter(version_file::Column::Id.is_in(ids));
        found.extend(rows.find_also_related(version::Entity).all(db).await?);
    }
    let mods: BTreeSet<String> =
        found.iter().filter_map(|(_, version)| version.as_ref()).map(|version| version.mod_id.clone()).collect();
    let mods = permissions::open_all::<module::Entity>(db, caller, &mods).await?;
    let mods: HashMap<String, Opened<module::Model>> =
        mods.into_iter().map(|opened| (opened.row.id.clone(), opened)).collect();
    let seen = found.into_iter().filter_map(|(file, version)| {
        let version = version?;
        let opened = mods.get(&version.mod_id).filter(|opened| version.public || opened.right.is_some())?;
        Some((by_file.get(&file.id)?.clone(), Known { module: opened.clone(), version, file }))
    });
    Ok(seen.collect())
}
