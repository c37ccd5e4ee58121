//! Files of builds that belong to no version.

use std::collections::{BTreeMap, HashSet};

use kleister_types::build_files::{FilePolicy, FileSettings, FilesChanged};
use kleister_types::{Paging, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::lists::{self, Page, Sorts};
use crate::rows::{self, blob, build, build_file};
use crate::rules::Rules;
use crate::{Error, Result, blobs, links, names};

/// How many files a build has at the most, besides those of its versions.
const MOST: usize = 20_000;

const SORTS: Sorts<build_file::Column> = &[
    ("path", build_file::Column::PathKey),
    ("policy", build_file::Column::Policy),
    ("created", build_file::Column::CreatedAt),
    ("updated", build_file::Column::UpdatedAt),
];

/// A file that a build is to have: its bytes are kept already.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Where it lies in an instance, checked.
    pub path: String,
    /// The path for comparing, which ignores case.
    pub path_key: String,
    /// Its bytes.
    pub blob: blob::Model,
    /// What is set for it.
    pub settings: FileSettings,
}

/// A file with its bytes.
pub type FileOf = (build_file::Model, blob::Model);

/// One page of the files of a build; the search looks at their paths.
pub async fn list(db: &impl ConnectionTrait, build: &build::Model, paging: &Paging) -> Result<Page<FileOf>> {
    let of_build = build_file::Entity::find().filter(build_file::Column::BuildId.eq(&build.id));
    let matching = lists::matching(of_build, build_file::Column::PathKey, paging)?;
    let sorted = lists::sorted(matching.clone(), SORTS, build_file::Column::Id, paging)?;
    let page = lists::page(db, sorted, matching, paging).await?;
    let hashes: HashSet<&str> = page.rows.iter().map(|row| row.blob.as_str()).collect();
    let blobs = blob::Entity::find().filter(blob::Column::Sha256.is_in(hashes)).all(db).await?;
    let blobs: BTreeMap<String, blob::Model> = blobs.into_iter().map(|blob| (blob.sha256.clone(), blob)).collect();
    let with_blob = |row: build_file::Model| blobs.get(&row.blob).cloned().map(|blob| (row, blob));
    Ok(Page { total: page.total, rows: page.rows.into_iter().filter_map(with_blob).collect() })
}

/// The file of a build at a place, by the key of its path.
pub async fn find(db: &impl ConnectionTrait, build: &build::Model, path_key: &str) -> Result<FileOf> {
    let of_build = build_file::Entity::find().filter(build_file::Column::BuildId.eq(&build.id));
    let found =
        of_build.filter(build_file::Column::PathKey.eq(path_key)).find_also_related(blob::Entity).one(db).await?;
    found.and_then(|(row, blob)| Some((row, blob?))).ok_or(Error::Missing("file"))
}

/// An error where the files of a build do not change any more.
pub fn refuse_published(build: &build::Model) -> Result<()> {
    links::refuse_published(build, "its files cannot change")
}

/// Gives a draft these files, in place of those that lie at the same places, and takes others out where `within` says
/// so, which is asked of the keys of their paths.
pub async fn put(
    db: &impl ConnectionTrait,
    build: &build::Model,
    files: Vec<NewFile>,
    within: impl Fn(&str) -> bool,
    now: Timestamp,
) -> Result<FilesChanged> {
    refuse_published(build)?;
    let of_build = build_file::Entity::find().filter(build_file::Column::BuildId.eq(&build.id));
    let mut former: BTreeMap<String, build_file::Model> =
        of_build.all(db).await?.into_iter().map(|row| (row.path_key.clone(), row)).collect();
    let (mut told, mut gone, mut fresh) = (FilesChanged::default(), Vec::new(), Vec::new());
    let mut bytes = Vec::with_capacity(files.len());
    for file in files {
        check(&file.settings)?;
        let before = former.remove(&file.path_key);
        let after = row(build, before.as_ref(), &file, now);
        bytes.push(file.blob);
        match before {
            Some(before) if is_same(&before, &after) => told.unchanged += 1,
            Some(before) => {
                told.changed.push(after.path.clone());
                gone.push(before.id);
                fresh.push(after);
            }
            None => {
                told.added.push(after.path.clone());
                fresh.push(after);
            }
        }
    }
    for left in former.values().filter(|row| within(&row.path_key)) {
        told.removed.push(left.path.clone());
        gone.push(left.id.clone());
    }
    let left = former.len() - told.removed.len() + fresh.len();
    if left > MOST {
        return Err(Error::Conflict(format!("a build has at most {MOST} files besides those of its mods")));
    }
    blobs::keep_all(db, bytes).await?;
    for some in gone.chunks(10_000) {
        build_file::Entity::delete_many().filter(build_file::Column::Id.is_in(some)).exec(db).await?;
    }
    rows::insert_many(db, fresh).await?;
    Ok(told)
}

/// Takes the file at a place out of a draft.
pub async fn remove(db: &impl ConnectionTrait, build: &build::Model, path_key: &str) -> Result<()> {
    refuse_published(build)?;
    let (file, _) = find(db, build, path_key).await?;
    build_file::Entity::delete_by_id(file.id).exec(db).await?;
    Ok(())
}

/// The rules for what is set for files.
pub fn check(settings: &FileSettings) -> Result<()> {
    let mut rules = Rules::of("file");
    for (field, word) in [("client", &settings.client), ("server", &settings.server)] {
        let words = ["required", "optional", "unsupported"];
        let unknown = word.as_deref().is_some_and(|word| !words.contains(&word));
        rules.check(field, unknown.then_some("must be required, optional or unsupported"));
    }
    rules.end()
}

/// A file as it will be: what is not set stays as it was.
fn row(build: &build::Model, before: Option<&build_file::Model>, file: &NewFile, now: Timestamp) -> build_file::Model {
    let side = |wanted: &Option<String>, former: fn(&build_file::Model) -> &String| {
        wanted.clone().or_else(|| before.map(|before| former(before).clone())).unwrap_or_else(|| "required".to_owned())
    };
    let former = before.map(|before| FilePolicy::from_word(&before.policy));
    build_file::Model {
        id: before.map_or_else(names::new_id, |before| before.id.clone()),
        build_id: build.id.clone(),
        path: file.path.clone(),
        path_key: file.path_key.clone(),
        blob: file.blob.sha256.clone(),
        client: side(&file.settings.client, |row| &row.client),
        server: side(&file.settings.server, |row| &row.server),
        policy: file.settings.policy.or(former).unwrap_or_default().word().to_owned(),
        created_at: before.map_or(now.as_millis(), |before| before.created_at),
        updated_at: now.as_millis(),
    }
}

fn is_same(before: &build_file::Model, after: &build_file::Model) -> bool {
    *before == build_file::Model { updated_at: before.updated_at, ..after.clone() }
}
