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

/// Finds a blob.
pub async fn find(db: &impl ConnectionTrait, sha256: &str) -> Result<Option<blob::Model>> {
    Ok(blob::Entity::find_by_id(sha256).one(db).await?)
}
