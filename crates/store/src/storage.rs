//! Looking after bytes: what nothing names any more, what is damaged and whom that hurts, what is blocked.

mod block;
mod uses;

use kleister_types::Timestamp;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::Result;
use crate::rows::{blob, blob_damage, release};

pub use block::{block, blocked, unblock};
pub use uses::{uses, words};

/// Every column that names a blob and keeps it: table and column. What else has a key of a blob goes with it.
pub const REFERENCES: &[(&str, &str)] = &[
    ("artifacts", "blob"),
    ("build_files", "blob"),
    ("intakes", "sha256"),
    ("loader_packages", "blob"),
    ("mod_avatars", "blob"),
    ("pack_avatars", "blob"),
    ("packs", "icon"),
    ("solder_packs", "background"),
    ("solder_packs", "logo"),
    ("updaters", "blob"),
    ("version_files", "blob"),
    ("wrappers", "blob"),
];

/// How many keys are asked for in one statement.
const AT_ONCE: usize = 500;

/// The blobs from before a time that no row names. Releases name blobs too: see [`named_by_releases`].
pub async fn orphans(db: &impl ConnectionTrait, before: Timestamp) -> Result<Vec<blob::Model>> {
    let old = blob::Entity::find().filter(blob::Column::CreatedAt.lt(before.as_millis())).filter(unnamed());
    Ok(old.order_by_asc(blob::Column::Sha256).all(db).await?)
}

/// Forgets those of these blobs that no row names now, and gives them.
pub async fn forget(db: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<blob::Model>> {
    let mut forgotten = Vec::new();
    for keys in keys.chunks(AT_ONCE) {
        let of_these = blob::Column::Sha256.is_in(keys);
        let still = blob::Entity::find().filter(of_these).filter(unnamed()).all(db).await?;
        let gone: Vec<&str> = still.iter().map(|blob| blob.sha256.as_str()).collect();
        blob::Entity::delete_many().filter(blob::Column::Sha256.is_in(gone)).exec(db).await?;
        forgotten.extend(still);
    }
    Ok(forgotten)
}

/// Which of these keys no blob has.
pub async fn unknown(db: &impl ConnectionTrait, mut keys: Vec<String>) -> Result<Vec<String>> {
    for at in (0..keys.len()).step_by(AT_ONCE).rev() {
        let some = &keys[at..keys.len().min(at + AT_ONCE)];
        let known = blob::Entity::find().filter(blob::Column::Sha256.is_in(some)).all(db).await?;
        let end = keys.len().min(at + AT_ONCE);
        let kept: Vec<_> = keys.drain(at..end).filter(|key| known.iter().all(|blob| &blob.sha256 != key)).collect();
        keys.splice(at..at, kept);
    }
    Ok(keys)
}

/// The condition that no row names a blob.
fn unnamed() -> Condition {
    let named = |(table, column): &(&'static str, &'static str)| -> SelectStatement {
        let (table, column) = (Alias::new(*table), Alias::new(*column));
        let same = Expr::col((table.clone(), column)).equals((blob::Entity, blob::Column::Sha256));
        Query::select().expr(Expr::val(1)).from(table).and_where(same).to_owned()
    };
    REFERENCES.iter().fold(Condition::all(), |all, reference| all.add(Expr::exists(named(reference)).not()))
}

/// Takes out of a list of keys what the document of a release names, reading one document at a time.
pub async fn named_by_releases(db: &impl ConnectionTrait, mut keys: Vec<String>) -> Result<Vec<String>> {
    let mut last = String::new();
    while !keys.is_empty() {
        let next = release::Entity::find().filter(release::Column::BuildId.gt(&last));
        let Some(row) = next.order_by_asc(release::Column::BuildId).one(db).await? else { break };
        keys.retain(|key| !row.document.contains(key));
        last = row.build_id;
    }
    Ok(keys)
}

/// One page of the blobs in the order of their keys, after a key.
pub async fn page(db: &impl ConnectionTrait, after: &str) -> Result<Vec<blob::Model>> {
    let next =
        blob::Entity::find().filter(blob::Column::Sha256.gt(after)).filter(blob::Column::BlockedReason.is_null());
    Ok(next.order_by_asc(blob::Column::Sha256).limit(AT_ONCE as u64).all(db).await?)
}

/// How many blobs there are.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(blob::Entity::find().filter(blob::Column::BlockedReason.is_null()).count(db).await?)
}

/// Notes that a blob is damaged.
pub async fn mark(db: &impl ConnectionTrait, sha256: &str, now: Timestamp) -> Result<()> {
    let row = blob_damage::Model { sha256: sha256.to_owned(), created_at: now.as_millis() };
    let once = OnConflict::column(blob_damage::Column::Sha256).do_nothing_on([blob_damage::Column::Sha256]).to_owned();
    Insert::one(row.into_active_model()).on_conflict(once).exec_without_returning(db).await?;
    Ok(())
}

/// Notes that blobs are sound.
pub async fn clear(db: &impl ConnectionTrait, sha256: &str) -> Result<()> {
    blob_damage::Entity::delete_by_id(sha256).exec(db).await?;
    Ok(())
}

/// Whether a blob is known to be damaged.
pub async fn is_marked(db: &impl ConnectionTrait, sha256: &str) -> Result<bool> {
    Ok(blob_damage::Entity::find_by_id(sha256).one(db).await?.is_some())
}

/// The keys of all blobs that are known to be damaged.
pub async fn damaged(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let rows = blob_damage::Entity::find().order_by_asc(blob_damage::Column::Sha256).all(db).await?;
    Ok(rows.into_iter().map(|row| row.sha256).collect())
}
