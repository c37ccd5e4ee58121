//! Taking bytes down: nobody gets them, nobody may bring them, and the builds that have them are withdrawn.

use std::collections::BTreeMap;

use kleister_types::blobs::WithdrawnBuild;
use kleister_types::builds::State;
use kleister_types::{Perm, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::audit::{self, Event};
use crate::rows::{self, blob, blob_block, build, build_file, build_version, pack, release, user, version_file};
use crate::webhooks::{self, Happened};
use crate::{Caller, Error, Result, channels};

/// Everything that is blocked, by its key.
pub async fn blocked(db: &impl ConnectionTrait) -> Result<Vec<blob_block::Model>> {
    Ok(blob_block::Entity::find().order_by_asc(blob_block::Column::Sha256).all(db).await?)
}

/// Blocks bytes, whether they are here or not, and withdraws the published builds that have them. Gives those.
///
/// The bytes are for the caller to delete, once this is durable.
pub async fn block(
    db: &impl ConnectionTrait,
    caller: &Caller,
    (sha256, reason): (&str, &str),
    now: Timestamp,
) -> Result<Vec<WithdrawnBuild>> {
    let row = blob_block::Model {
        sha256: sha256.to_owned(),
        reason: reason.to_owned(),
        created_at: now.as_millis(),
        blocked_by: caller.who().map(|who| who.username.clone()),
    };
    match blob_block::Entity::find_by_id(sha256).one(db).await? {
        Some(former) => rows::update(db, blob_block::Model { created_at: former.created_at, ..row }).await?,
        None => rows::insert(db, row).await?,
    }
    note_reason(db, sha256, Some(reason)).await?;
    let mut affected = Vec::new();
    let mut events = vec![event("blob.block", sha256, json!({"reason": reason}))];
    let mut builds = naming(db, sha256).await?;
    builds.retain(|row| row.state == State::Published.as_str());
    let paths = paths(db, sha256, &builds).await?;
    for row in builds {
        let file = paths.get(&row.id).map_or_else(|| "a file".to_owned(), |path| format!("the file `{path}`"));
        let why = format!("it has {file}, which was taken down: {reason}");
        let row = build::Model {
            state: State::Yanked.as_str().to_owned(),
            yank_reason: Some(why.chars().take(1024).collect()),
            updated_at: now.as_millis(),
            ..row
        };
        rows::update(db, row.clone()).await?;
        channels::leave(db, caller, &row, now).await?;
        webhooks::ring(db, Happened::Yanked, &row, now).await?;
        events.push(Event {
            action: "build.yank",
            kind: "build",
            id: row.id.clone(),
            name: row.name.clone(),
            changes: json!({"blob": sha256, "reason": reason}),
        });
        affected.push(told(db, row).await?);
    }
    audit::note(db, caller, events, now).await?;
    affected.sort();
    Ok(affected)
}

/// Takes a block back; the bytes come back only by an upload of them, and builds stay withdrawn.
pub async fn unblock(db: &impl ConnectionTrait, caller: &Caller, sha256: &str, now: Timestamp) -> Result<()> {
    let deleted = blob_block::Entity::delete_by_id(sha256).exec(db).await?;
    if deleted.rows_affected == 0 {
        return Err(Error::Missing("block"));
    }
    note_reason(db, sha256, None).await?;
    audit::note(db, caller, [event("blob.unblock", sha256, json!({}))], now).await
}

async fn note_reason(db: &impl ConnectionTrait, sha256: &str, reason: Option<&str>) -> Result<()> {
    let update = blob::Entity::update_many().filter(blob::Column::Sha256.eq(sha256));
    update.col_expr(blob::Column::BlockedReason, Expr::value(reason.map(ToOwned::to_owned))).exec(db).await?;
    Ok(())
}

fn event(action: &'static str, sha256: &str, changes: serde_json::Value) -> Event {
    // A blob's key is longer than an identifier: it stands as the name.
    Event { action, kind: "blob", id: sha256.chars().take(26).collect(), name: sha256.to_owned(), changes }
}

/// The builds whose releases name a blob.
pub(super) async fn naming(db: &impl ConnectionTrait, sha256: &str) -> Result<Vec<build::Model>> {
    let releases = release::Entity::find().filter(release::Column::Document.contains(sha256)).all(db).await?;
    let ids = releases.into_iter().map(|row| row.build_id);
    Ok(build::Entity::find().filter(build::Column::Id.is_in(ids)).order_by_asc(build::Column::Id).all(db).await?)
}

/// Where a blob lies in each of these builds, so that their owners know what to replace.
async fn paths(db: &impl ConnectionTrait, sha256: &str, builds: &[build::Model]) -> Result<BTreeMap<String, String>> {
    let ids = || builds.iter().map(|build| &build.id);
    let own = build_file::Entity::find().filter(build_file::Column::Blob.eq(sha256));
    let own = own.filter(build_file::Column::BuildId.is_in(ids())).all(db).await?;
    let mut paths: BTreeMap<String, String> = own.into_iter().map(|file| (file.build_id, file.path)).collect();
    let files = version_file::Entity::find().filter(version_file::Column::Blob.eq(sha256)).all(db).await?;
    let files: BTreeMap<String, String> = files.into_iter().map(|file| (file.version_id, file.path)).collect();
    let links = build_version::Entity::find().filter(build_version::Column::BuildId.is_in(ids()));
    let links = links.filter(build_version::Column::VersionId.is_in(files.keys())).all(db).await?;
    paths.extend(links.into_iter().filter_map(|link| Some((link.build_id, files.get(&link.version_id)?.clone()))));
    Ok(paths)
}

async fn told(db: &impl ConnectionTrait, row: build::Model) -> Result<WithdrawnBuild> {
    let pack = pack::Entity::find_by_id(&row.pack_id).one(db).await?.ok_or(Error::Missing("pack"))?;
    let mut owning = sea_orm::sea_query::Query::select();
    owning.column("user_id").from("user_packs").and_where(Expr::col("pack_id").eq(pack.id.as_str()));
    owning.and_where(Expr::col("perm").eq(Perm::Owner.rank()));
    let owners = user::Entity::find().filter(user::Column::Id.in_subquery(owning));
    let owners = owners.order_by_asc(user::Column::Username).order_by_asc(user::Column::Id).all(db).await?;
    let owners = owners.into_iter().map(|user| user.username).collect();
    Ok(WithdrawnBuild { pack: pack.slug, build: row.name, owners })
}
