//! Taking bytes down: nobody gets them, nobody may bring them, and the builds that have them are withdrawn.

use kleister_types::Perm;
use kleister_types::Timestamp;
use kleister_types::builds::State;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::audit::{self, Event};
use crate::rows::{self, blob, blob_block, build, pack, release, user};
use crate::{Caller, Error, Result, channels};

/// A published build that was withdrawn, and whom to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The slug of the pack.
    pub pack: String,
    /// The name of the build.
    pub build: String,
    /// The usernames of the owners of the pack.
    pub owners: Vec<String>,
}

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
) -> Result<Vec<Affected>> {
    let row = blob_block::Model { sha256: sha256.to_owned(), reason: reason.to_owned(), created_at: now.as_millis() };
    match blob_block::Entity::find_by_id(sha256).one(db).await? {
        Some(former) => rows::update(db, blob_block::Model { created_at: former.created_at, ..row }).await?,
        None => rows::insert(db, row).await?,
    }
    note_reason(db, sha256, Some(reason)).await?;
    let mut affected = Vec::new();
    let mut events = vec![event("blob.block", sha256, json!({"reason": reason}))];
    for row in naming(db, sha256).await?.into_iter().filter(|row| row.state == State::Published.as_str()) {
        let row = build::Model {
            state: State::Yanked.as_str().to_owned(),
            yank_reason: Some(format!("it has a file that was taken down: {reason}").chars().take(1024).collect()),
            updated_at: now.as_millis(),
            ..row
        };
        rows::update(db, row.clone()).await?;
        channels::leave(db, caller, &row, now).await?;
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
    affected.sort_by(|one, other| (&one.pack, &one.build).cmp(&(&other.pack, &other.build)));
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

async fn told(db: &impl ConnectionTrait, row: build::Model) -> Result<Affected> {
    let pack = pack::Entity::find_by_id(&row.pack_id).one(db).await?.ok_or(Error::Missing("pack"))?;
    let mut owning = sea_orm::sea_query::Query::select();
    owning.column("user_id").from("user_packs").and_where(Expr::col("pack_id").eq(pack.id.as_str()));
    owning.and_where(Expr::col("perm").eq(Perm::Owner.rank()));
    let owners = user::Entity::find().filter(user::Column::Id.in_subquery(owning));
    let owners = owners.order_by_asc(user::Column::Username).order_by_asc(user::Column::Id).all(db).await?;
    let owners = owners.into_iter().map(|user| user.username).collect();
    Ok(Affected { pack: pack.slug, build: row.name, owners })
}
