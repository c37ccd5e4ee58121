//! What bytes say about themselves, kept so that no blob is read twice.
//!
//! This room does not know what a description says: it is a document of whoever read the bytes, with the revision of
//! the reader.

use kleister_types::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter};

use crate::Result;
use crate::rows::{blob, blob_description};

/// How many blobs are asked for by one statement.
const AT_ONCE: usize = 500;
/// How many descriptions, of which each may be long, are written by one statement.
const WRITTEN_AT_ONCE: usize = 20;

/// The descriptions of these blobs that a reader of at least this revision made.
pub async fn known(
    db: &impl ConnectionTrait,
    sha256s: &[String],
    revision: i32,
) -> Result<Vec<blob_description::Model>> {
    let mut known = Vec::with_capacity(sha256s.len());
    for sha256s in sha256s.chunks(AT_ONCE) {
        let found = blob_description::Entity::find()
            .filter(blob_description::Column::Sha256.is_in(sha256s))
            .filter(blob_description::Column::Revision.gte(revision));
        known.extend(found.all(db).await?);
    }
    Ok(known)
}

/// Keeps a description of a blob whose row is there, in place of an older one.
pub async fn keep(db: &impl ConnectionTrait, row: blob_description::Model) -> Result<()> {
    keep_all(db, vec![row]).await
}

/// Keeps descriptions like [`keep`]; the same blob may be described twice.
pub async fn keep_all(db: &impl ConnectionTrait, mut rows: Vec<blob_description::Model>) -> Result<()> {
    use blob_description::Column::{CreatedAt, Document, Refusal, Revision, Sha256};
    rows.sort_by(|one, other| one.sha256.cmp(&other.sha256));
    rows.dedup_by(|one, other| one.sha256 == other.sha256);
    for some in rows.chunks(WRITTEN_AT_ONCE) {
        let over = OnConflict::column(Sha256).update_columns([Revision, Document, Refusal, CreatedAt]).to_owned();
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        Insert::many(rows).on_conflict(over).exec_without_returning(db).await?;
    }
    Ok(())
}

/// A description as it is kept: what was read, or why it was refused.
pub fn row(
    sha256: &str,
    revision: i32,
    read: std::result::Result<String, String>,
    now: Timestamp,
) -> blob_description::Model {
    let (document, refusal) = match read {
        Ok(document) => (Some(document), None),
        Err(refusal) => (None, Some(refusal.chars().take(1024).collect())),
    };
    blob_description::Model { sha256: sha256.to_owned(), revision, document, refusal, created_at: now.as_millis() }
}

/// The rows of these blobs.
pub async fn blobs(db: &impl ConnectionTrait, sha256s: &[String]) -> Result<Vec<blob::Model>> {
    let mut blobs = Vec::with_capacity(sha256s.len());
    for sha256s in sha256s.chunks(AT_ONCE) {
        blobs.extend(blob::Entity::find().filter(blob::Column::Sha256.is_in(sha256s)).all(db).await?);
    }
    Ok(blobs)
}
