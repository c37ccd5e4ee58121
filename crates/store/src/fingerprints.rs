//! CurseForge's fingerprints of what is kept, which are found out after the upload: they begin with a number that only the
//! end of a file tells.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::Result;
use crate::rows::{blob, version_file};

/// How many fingerprints are written by one statement.
const AT_ONCE: usize = 200;

/// Blobs of versions' files that have none and are at most that large, in the order of their hashes: `most` of those that
/// come `after` one.
pub async fn missing(db: &impl ConnectionTrait, after: &str, largest: i64, most: u64) -> Result<Vec<blob::Model>> {
    let mut of_versions = Query::select();
    of_versions.column(version_file::Column::Blob).from(version_file::Entity);
    of_versions.and_where(version_file::Column::Blob.is_not_null());
    let without = blob::Entity::find()
        .filter(blob::Column::Murmur2.is_null())
        .filter(blob::Column::BlockedReason.is_null())
        .filter(blob::Column::Size.lte(largest))
        .filter(blob::Column::Sha256.gt(after))
        .filter(blob::Column::Sha256.in_subquery(of_versions));
    Ok(without.order_by_asc(blob::Column::Sha256).limit(most).all(db).await?)
}

/// Notes the fingerprints of blobs, each by its SHA-256, and of the versions' files that they are.
pub async fn keep(db: &impl ConnectionTrait, known: &[(String, u32)]) -> Result<()> {
    for known in known.chunks(AT_ONCE) {
        let hashes: Vec<String> = known.iter().map(|(sha256, _)| sha256.clone()).collect();
        blob::Entity::update_many()
            .col_expr(blob::Column::Murmur2, by_hash(blob::Column::Sha256, known))
            .filter(blob::Column::Sha256.is_in(&hashes))
            .exec(db)
            .await?;
        version_file::Entity::update_many()
            .col_expr(version_file::Column::Murmur2, by_hash(version_file::Column::Blob, known))
            .filter(version_file::Column::Blob.is_in(&hashes))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The fingerprint for what a column has.
fn by_hash(column: impl ColumnTrait, known: &[(String, u32)]) -> SimpleExpr {
    let cases = known.iter().fold(CaseStatement::new(), |cases, (sha256, fingerprint)| {
        cases.case(Expr::col(column).eq(sha256.as_str()), Expr::val(fingerprint.to_string()))
    });
    cases.into()
}
