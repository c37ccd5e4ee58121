//! A version as it is written down: from an arrival, or from a Solder that is moved here.

use kleister_types::{Environment, Timestamp};
use sea_orm::ConnectionTrait;

use crate::Result;
use crate::facts::{self, Facts, cut};
use crate::names::{Scope, claim, new_id, search_text, sort_key};
use crate::rows::{self, module, version, version_file};

/// A version that is added to a mod, before its files.
pub(crate) struct Entry<'a> {
    /// Its name, which must be free.
    pub(crate) name: String,
    /// Its number.
    pub(crate) number: Option<&'a str>,
    /// What is known of it.
    pub(crate) facts: &'a Facts,
    /// What each side needs of it, if anybody or anything said so.
    pub(crate) environment: Option<Environment>,
    /// Whether it is offered to others.
    pub(crate) public: bool,
}

/// Writes a version and what is known of it; the side of its mod follows.
pub(crate) async fn enter(
    db: &impl ConnectionTrait,
    module: &mut module::Model,
    Entry { name, number, facts, environment, public }: Entry<'_>,
    now: Timestamp,
) -> Result<version::Model> {
    let mut version = version::Model {
        id: new_id(),
        mod_id: module.id.clone(),
        sort_key: sort_key(&name),
        search: Some(search_text([Some(&*name)])),
        name,
        number: None,
        public,
        client: None,
        server: None,
        licence: None,
        changelog: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    facts::fill(&mut version, facts, environment);
    version.number = number.map(|number| cut(number, 255));
    claim(db, Scope::Versions(&module.id), ("version", &version.name), ("version", &version.id), now).await?;
    rows::insert(db, version.clone()).await?;
    facts::keep(db, &version.id, facts, now).await?;
    facts::follow(db, module, environment).await?;
    Ok(version)
}

/// The row of a version's file of which only its place is known.
pub(crate) fn unfilled(
    version: &version::Model,
    position: i64,
    (path, path_key): (String, String),
    now: Timestamp,
) -> version_file::Model {
    version_file::Model {
        id: new_id(),
        version_id: version.id.clone(),
        position,
        path,
        path_key,
        blob: None,
        size: None,
        md5: None,
        sha1: None,
        sha256: None,
        sha512: None,
        murmur2: None,
        redistribution: "unknown".to_owned(),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}
