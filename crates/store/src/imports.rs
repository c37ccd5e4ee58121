//! What an import writes besides mods and their versions: a draft with its links and its own files.

mod known;
mod learn;

use kleister_types::builds::BuildChange;
use kleister_types::{Environment, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

pub use self::known::{Known, Told, files as known_files, versions as known_versions};
pub use self::learn::learn;
use crate::loaders::Kind;
use crate::names::{self, Scope};
use crate::rows::{self, blob, build, build_file, build_version, loader, name, pack};
use crate::{Caller, Result, blobs, builds, channels, loaders};

/// What the new draft says of itself.
#[derive(Clone, Debug, Default)]
pub struct NewBuild {
    /// What every client may set.
    pub change: BuildChange,
    /// The memory to begin with, in MB.
    pub memory_minimum: Option<u32>,
    /// More arguments for Java.
    pub jvm_arguments: Option<String>,
    /// More launcher components, as JSON.
    pub components: Option<String>,
}

/// A version that the draft gets.
#[derive(Clone, Debug, Default)]
pub struct NewLink {
    /// The version.
    pub version_id: String,
    /// What each side needs of it, where the pack says so.
    pub environment: Option<Environment>,
    /// Whether an optional one is on unless the player says otherwise.
    pub chosen: bool,
    /// What the player reads about an optional one.
    pub text: Option<String>,
    /// The group of an optional one.
    pub group: Option<String>,
    /// Where its file lies, if not at its own path.
    pub path: Option<String>,
}

/// A file that belongs to the draft itself.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Where it lies; checked already.
    pub path: String,
    /// The path for comparing.
    pub path_key: String,
    /// The bytes, on disk already.
    pub blob: blob::Model,
    /// What each side needs of it.
    pub environment: Environment,
    /// `force`, `seed` or `keep`.
    pub policy: &'static str,
}

/// Adds to a new pack what its import says of it.
pub async fn describe(
    db: &impl ConnectionTrait,
    mut row: pack::Model,
    authors: Option<String>,
    server_address: Option<String>,
) -> Result<pack::Model> {
    (row.authors, row.server_address) = (authors, server_address);
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Makes the draft.
pub async fn build(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    wanted: NewBuild,
    now: Timestamp,
) -> Result<build::Model> {
    let mut row = builds::create(db, caller, pack, &wanted.change, now).await?;
    row.memory_minimum = wanted.memory_minimum.map(i64::from).or(row.memory_minimum);
    row.jvm_arguments = wanted.jvm_arguments;
    row.components = wanted.components;
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Links versions to the draft, in their order.
pub async fn link(db: &impl ConnectionTrait, build: &build::Model, links: Vec<NewLink>, now: Timestamp) -> Result<()> {
    let row = |(link, position): (NewLink, i64)| build_version::Model {
        build_id: build.id.clone(),
        version_id: link.version_id,
        client: link.environment.map(|environment| environment.client.as_str().to_owned()),
        server: link.environment.map(|environment| environment.server.as_str().to_owned()),
        chosen: link.chosen,
        choice_text: link.text,
        choice_group: link.group,
        path: link.path,
        position,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    Ok(rows::insert_many(db, links.into_iter().zip(0..).map(row).collect()).await?)
}

/// Gives the draft files of its own.
pub async fn own(db: &impl ConnectionTrait, build: &build::Model, files: Vec<NewFile>, now: Timestamp) -> Result<()> {
    let mut rows = Vec::with_capacity(files.len());
    for file in files {
        let row = build_file::Model {
            id: names::new_id(),
            build_id: build.id.clone(),
            path: file.path,
            path_key: file.path_key,
            blob: file.blob.sha256.clone(),
            client: file.environment.client.as_str().to_owned(),
            server: file.environment.server.as_str().to_owned(),
            policy: file.policy.to_owned(),
            created_at: now.as_millis(),
            updated_at: now.as_millis(),
        };
        blobs::keep(db, file.blob).await?;
        rows.push(row);
    }
    Ok(rows::insert_many(db, rows).await?)
}

/// A name that a build of the pack can have: the wanted one without what no name holds, and with a number behind where
/// that is taken.
pub async fn free_name(db: &impl ConnectionTrait, pack_id: &str, wanted: &str) -> Result<String> {
    let scope = Scope::Builds(pack_id);
    let plain = possible_name(wanted);
    let taken = name::Entity::find().filter(name::Column::Scope.eq(scope.as_str()));
    let taken: Vec<String> = taken.select_only().column(name::Column::NameKey).into_tuple().all(db).await?;
    let is_free = |name: &String| !taken.contains(&scope.key(name)) && !channels::is_reserved(name);
    let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
    Ok(std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or(plain))
}

/// The text as the name of a build.
fn possible_name(wanted: &str) -> String {
    let allowed = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '-' } else { c };
    let name: String = wanted.chars().map(allowed).take(200).collect();
    let mut name = name.trim().to_owned();
    while name.contains("...") {
        name = name.replace("...", "..");
    }
    if names::name_fault(&name).is_some() { "1.0".to_owned() } else { name }
}

/// The release of a loader that others call by this version: Forge's and `NeoForge`'s may be listed with the release of Minecraft
/// before it.
pub async fn loader(
    db: &impl ConnectionTrait,
    kind: Kind,
    version: &str,
    minecraft: Option<&str>,
) -> Result<Option<loader::Model>> {
    let full = minecraft.map(|minecraft| format!("{minecraft}-{version}"));
    for name in std::iter::once(version.to_owned()).chain(full) {
        if names::is_id(&name) {
            continue;
        }
        if let Some(found) = loaders::find(db, kind, &name).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::possible_name;

    #[test]
    fn version_becomes_a_name_that_a_build_can_have() {
        for (version, name) in [
            ("1.4.2", "1.4.2"),
            ("v1: the/first", "v1- the-first"),
            ("  ", "1.0"),
            ("..", "1.0"),
            ("1....2", "1..2"),
            ("1.0+fabric", "1.0+fabric"),
        ] {
            assert_eq!(possible_name(version), name);
        }
    }
}
