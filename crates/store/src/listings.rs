//! What lies in zips, kept so that no directory is read twice.
//!
//! This room does not know what a listing says: it is a document of whoever read it, with the revision of the reader.

use kleister_types::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter};

use crate::Result;
use crate::rows::blob_listing;

/// How many blobs are asked for by one statement.
const AT_ONCE: usize = 500;

/// The listings of these blobs that a reader of at least this revision made.
pub async fn known(db: &impl ConnectionTrait, sha256s: &[String], revision: i32) -> Result<Vec<blob_listing::Model>> {
    let mut known = Vec::with_capacity(sha256s.len());
    for sha256s in sha256s.chunks(AT_ONCE) {
        let found = blob_listing::Entity::find()
            .filter(blob_listing::Column::Sha256.is_in(sha256s))
            .filter(blob_listing::Column::Revision.gte(revision));
        known.extend(found.all(db).await?);
    }
    Ok(known)
}

/// Keeps the listing of a blob whose row is there, in place of an older one; without a document the reader refused.
pub async fn keep(
    db: &impl ConnectionTrait,
    (sha256, revision, document): (String, i32, Option<String>),
    now: Timestamp,
) -> Result<()> {
    use blob_listing::Column::{CreatedAt, Document, Revision, Sha256};
    let row = blob_listing::Model { sha256, revision, document, created_at: now.as_millis() };
    let over = OnConflict::column(Sha256).update_columns([Revision, Document, CreatedAt]).to_owned();
    Insert::one(row.into_active_model()).on_conflict(over).exec_without_returning(db).await?;
    Ok(())
}
