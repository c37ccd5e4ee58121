//! Which bytes are kept, with all their digests.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Insert, IntoActiveModel};

use crate::Result;
use crate::rows::blob;

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
