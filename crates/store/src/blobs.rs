//! Which bytes are kept, with all their digests; and for server admins, which are taken down.

use std::collections::{HashMap, HashSet};

use kleister_types::Paging;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter};

use crate::lists::{self, Page, Sorts};
use crate::rows::{blob, blob_block, blob_damage, upload};
use crate::{Caller, Error, Result};

const SORTS: Sorts<blob::Column> = &[("created", blob::Column::CreatedAt), ("sha256", blob::Column::Sha256)];
/// The same names: what is taken down came into its list when it was.
const BLOCK_SORTS: Sorts<blob_block::Column> =
    &[("created", blob_block::Column::CreatedAt), ("sha256", blob_block::Column::Sha256)];

/// Bytes as server admins see them. Those that are taken down were perhaps never here.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Their SHA-256.
    pub sha256: String,
    /// What is known of them, if they were ever here.
    pub blob: Option<blob::Model>,
    /// That they are taken down, if they are.
    pub block: Option<blob_block::Model>,
    /// Whether they were found to be lost or changed.
    pub damaged: bool,
}

/// Notes a blob, unless it is known already.
pub async fn keep(db: &impl ConnectionTrait, row: blob::Model) -> Result<()> {
    let once = OnConflict::column(blob::Column::Sha256).do_nothing_on([blob::Column::Sha256]).to_owned();
    let insert = Insert::one(row.into_active_model()).on_conflict(once);
    insert.exec_without_returning(db).await?;
    Ok(())
}

/// Notes blobs, except those that are known already; the same one may be named twice.
pub async fn keep_all(db: &impl ConnectionTrait, rows: Vec<blob::Model>) -> Result<()> {
    let mut by_hash: Vec<blob::Model> = rows;
    by_hash.sort_by(|one, other| one.sha256.cmp(&other.sha256));
    by_hash.dedup_by(|one, other| one.sha256 == other.sha256);
    // So many that every database takes their columns with one statement.
    for some in by_hash.chunks(2000) {
        let once = OnConflict::column(blob::Column::Sha256).do_nothing_on([blob::Column::Sha256]).to_owned();
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        Insert::many(rows).on_conflict(once).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Finds a blob.
pub async fn find(db: &impl ConnectionTrait, sha256: &str) -> Result<Option<blob::Model>> {
    Ok(blob::Entity::find_by_id(sha256).one(db).await?)
}

/// One page of the bytes, for server admins: all that are kept, or only those that are taken down or are not. The search
/// looks at their SHA-256.
pub async fn list(
    db: &impl ConnectionTrait,
    caller: &Caller,
    blocked: Option<bool>,
    paging: &Paging,
) -> Result<Page<Seen>> {
    caller.server_admin()?;
    if blocked == Some(true) {
        let all = lists::matching(blob_block::Entity::find(), blob_block::Column::Sha256, paging)?;
        let sorted = lists::sorted(all.clone(), BLOCK_SORTS, blob_block::Column::Sha256, paging)?;
        let page = lists::page(db, sorted, all, paging).await?;
        let keys: Vec<String> = page.rows.into_iter().map(|row| row.sha256).collect();
        return Ok(Page { total: page.total, rows: seen(db, keys).await? });
    }
    let mut all = lists::matching(blob::Entity::find(), blob::Column::Sha256, paging)?;
    if blocked == Some(false) {
        all = all.filter(blob::Column::BlockedReason.is_null());
    }
    let sorted = lists::sorted(all.clone(), SORTS, blob::Column::Sha256, paging)?;
    let page = lists::page(db, sorted, all, paging).await?;
    let keys: Vec<String> = page.rows.into_iter().map(|row| row.sha256).collect();
    Ok(Page { total: page.total, rows: seen(db, keys).await? })
}

/// Bytes by their SHA-256, for server admins.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, sha256: &str) -> Result<Seen> {
    caller.server_admin()?;
    let found = seen(db, vec![sha256.to_owned()]).await?.pop();
    found.filter(|seen| seen.blob.is_some() || seen.block.is_some()).ok_or(Error::Missing("blob"))
}

/// What is known of bytes, in the order of these keys.
async fn seen(db: &impl ConnectionTrait, keys: Vec<String>) -> Result<Vec<Seen>> {
    let blobs = blob::Entity::find().filter(blob::Column::Sha256.is_in(&keys)).all(db).await?;
    let mut blobs: HashMap<String, _> = blobs.into_iter().map(|row| (row.sha256.clone(), row)).collect();
    let blocks = blob_block::Entity::find().filter(blob_block::Column::Sha256.is_in(&keys)).all(db).await?;
    let mut blocks: HashMap<String, _> = blocks.into_iter().map(|row| (row.sha256.clone(), row)).collect();
    let bad = blob_damage::Entity::find().filter(blob_damage::Column::Sha256.is_in(&keys)).all(db).await?;
    let damaged: HashSet<String> = bad.into_iter().map(|row| row.sha256).collect();
    let mut seen = |sha256: String| Seen {
        blob: blobs.remove(&sha256),
        block: blocks.remove(&sha256),
        damaged: damaged.contains(&sha256),
        sha256,
    };
    Ok(keys.into_iter().map(&mut seen).collect())
}

/// How many bytes of a user's are here: those that he brought first, and those that he is bringing in pieces.
pub async fn brought_by(db: &impl ConnectionTrait, user_id: &str) -> Result<u64> {
    let kept = blob::Entity::find().filter(blob::Column::UserId.eq(user_id));
    let kept = lists::sum(db, kept, blob::Column::Size).await?;
    let coming = upload::Entity::find().filter(upload::Column::UserId.eq(user_id));
    let coming = coming.filter(upload::Column::IntakeId.is_null());
    Ok(kept + lists::sum(db, coming, upload::Column::Size).await?)
}
