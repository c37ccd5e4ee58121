//! Versions.

use std::slice;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::Write;
use kleister_store::avatars::dress::dress;
use kleister_store::facts;
use kleister_store::rows::version;
use kleister_store::versions::{self, FileOf};
use kleister_types::versions::{Redistribution, Version as WireVersion, VersionFile, VersionPage};
use kleister_types::{Environment, Notice, Timestamp};

use super::body::Page;
use super::guard::{CanEdit, CanSee, Mod, Version};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use super::upload::{Sent, bad_form};
use crate::App;
use crate::delivery::base::Base;
use crate::problem::Problem;

const TAG: &str = "version";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/mods/{mod_id}/versions",
            get_with(list, op("ListVersions", TAG, "Fetch all available versions for a mod"))
                .post_with(create, op("CreateVersion", TAG, "Create a new version for a mod")),
        )
        .api_route(
            "/mods/{mod_id}/versions/{version_id}",
            get_with(show, op("ShowVersion", TAG, "Fetch a specific version for a mod"))
                .put_with(update, op("UpdateVersion", TAG, "Update a specific version for a mod"))
                .delete_with(delete, op("DeleteVersion", TAG, "Delete a specific version for a mod")),
        )
}

async fn list(CanSee(module, db): CanSee<Mod>, Page(paging): Page, base: Base) -> Result<VersionPage> {
    let page = versions::list(&*db, &module, &paging).await?;
    let mut page = VersionPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        versions: page.rows.into_iter().map(|(version, file)| wire(version, file, &base)).collect(),
        module: module.row.into(),
    };
    facts::tell(&*db, &mut page.versions).await?;
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn create(State(app): State<App>, edit: CanEdit<Mod>, base: Base, sent: Sent) -> unchanged::Result<WireVersion> {
    let now = app.clock.now();
    let (write, module) = edit.lock().await?;
    let wanted = sent.wanted(&module.row, "")?;
    let version = versions::create(&*write, &module.row, wanted, now).await?;
    let version = current(&write, &version, &base).await?;
    write.commit().await?;
    Ok(Tagged(version))
}

async fn show(CanSee(opened, db): CanSee<Version>, base: Base) -> unchanged::Result<WireVersion> {
    let file = versions::first_file(&*db, &opened.version).await?;
    let mut version = wire(opened.version, file, &base);
    facts::tell(&*db, slice::from_mut(&mut version)).await?;
    Ok(Tagged(version))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Version>,
    seen: IfMatch,
    base: Base,
    sent: Sent,
) -> unchanged::Result<WireVersion> {
    let now = app.clock.now();
    let (write, Version { module, version }) = edit.lock().await?;
    seen.judge(current(&write, &version, &base)).await?;
    let wanted = sent.wanted(&module.row, &version.name)?;
    let version = versions::update(&*write, edit.caller(), Version { module, version }, wanted, now).await?;
    let version = current(&write, &version, &base).await?;
    write.commit().await?;
    Ok(Tagged(version))
}

async fn delete(edit: CanEdit<Version>) -> Result<Notice> {
    let (write, opened) = edit.lock().await?;
    versions::delete(&*write, edit.caller(), &opened.version).await?;
    write.commit().await?;
    Ok(done("Successfully deleted version"))
}

/// A version as it stands within a write, with all that is known of it.
async fn current(write: &Write, version: &version::Model, base: &Base) -> kleister_store::Result<WireVersion> {
    let file = versions::first_file(&**write, version).await?;
    let mut version = wire(version.clone(), file, base);
    facts::tell(&**write, slice::from_mut(&mut version)).await?;
    Ok(version)
}

/// A version with its first file, as the contract knows it.
pub(super) fn wire(row: version::Model, file: Option<FileOf>, base: &Base) -> WireVersion {
    WireVersion {
        id: row.id,
        name: row.name,
        public: row.public,
        environment: Environment::from_words(row.client.as_deref(), row.server.as_deref()),
        number: row.number,
        licence: row.licence,
        loaders: Vec::new(),
        minecraft: Vec::new(),
        dependencies: Vec::new(),
        file: file.map(|file| wire_file(file, base)),
        module: None,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

fn wire_file((file, blob): FileOf, base: &Base) -> VersionFile {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    VersionFile {
        slug: name.to_owned(),
        content_type: blob.map(|blob| blob.content_type).unwrap_or_default(),
        md5: file.md5.unwrap_or_default(),
        url: base.storage(&file.id, name),
        size: file.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        sha1: file.sha1.unwrap_or_default(),
        sha256: file.sha256.unwrap_or_default(),
        sha512: file.sha512.unwrap_or_default(),
        redistribution: Redistribution::from_word(&file.redistribution),
        path: file.path,
        created_at: Timestamp::from_millis(file.created_at),
        updated_at: Timestamp::from_millis(file.updated_at),
    }
}

/// Whether a file may be handed out, in one word; nothing if that is empty.
pub(super) fn redistribution(text: &str) -> std::result::Result<Option<Redistribution>, Problem> {
    let known = [Redistribution::Yes, Redistribution::No, Redistribution::Unknown];
    let said = known.into_iter().find(|it| it.as_str() == text);
    if said.is_none() && !text.is_empty() {
        return Err(bad_form("`redistribution` must be yes, no or unknown"));
    }
    Ok(said)
}
