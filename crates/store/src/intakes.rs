//! Files that were read and wait for their user's word.

use std::collections::HashMap;

use kleister_types::{Paging, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::lists::{self, Page, Sorts};
use crate::rows::{self, blob, blob_description, intake, intake_recognition};
use crate::{Caller, Error, Result, blobs, descriptions, names};

const SORTS: Sorts<intake::Column> =
    &[("created", intake::Column::CreatedAt), ("name", intake::Column::Name), ("size", intake::Column::Size)];

/// How long a file waits, in milliseconds.
pub const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;

/// A file that has come.
#[derive(Clone, Debug)]
pub struct New {
    /// Its name.
    pub name: String,
    /// The number of bytes.
    pub size: u64,
    /// The bytes with what was read in them, where they came to their end.
    pub kept: Option<(blob::Model, blob_description::Model)>,
    /// Why it cannot become a version.
    pub refusal: Option<String>,
    /// What other places said of it, as JSON.
    pub recognition: Option<String>,
}

/// Notes files that have come, with their bytes and what was read in them. Refused bytes are not held on to.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    files: Vec<New>,
    now: Timestamp,
) -> Result<Vec<intake::Model>> {
    let who = caller.signed_in()?;
    let (mut made, mut said) = (Vec::with_capacity(files.len()), Vec::with_capacity(files.len()));
    for file in files {
        said.push(file.recognition);
        let mut sha256 = None;
        if let Some((blob, description)) = file.kept {
            let blob = blob::Model { user_id: Some(who.id.clone()), ..blob };
            sha256 = file.refusal.is_none().then(|| blob.sha256.clone());
            blobs::keep(db, blob).await?;
            descriptions::keep(db, description).await?;
        }
        made.push(intake::Model {
            id: names::new_id(),
            user_id: who.id.clone(),
            name: file.name,
            sha256,
            size: i64::try_from(file.size).unwrap_or(i64::MAX),
            refusal: file.refusal.map(|refusal| refusal.chars().take(1024).collect()),
            created_at: now.as_millis(),
            updated_at: now.as_millis(),
        });
    }
    // Identifiers of one millisecond come in any order; those of one call keep the order of its files.
    let mut ids: Vec<String> = made.iter().map(|row| row.id.clone()).collect();
    ids.sort_unstable();
    for (row, id) in made.iter_mut().zip(ids) {
        row.id = id;
    }
    rows::insert_many(db, made.clone()).await?;
    let said = made.iter().zip(said).filter(|(_, said)| said.is_some()).map(|(row, document)| {
        intake_recognition::Model { intake_id: row.id.clone(), document, created_at: now.as_millis() }
    });
    rows::insert_many(db, said.collect()).await?;
    Ok(made)
}

/// What other places said of files, as JSON, by the identifiers of the intakes.
pub async fn recognitions(db: &impl ConnectionTrait, rows: &[&intake::Model]) -> Result<HashMap<String, String>> {
    let mut said = HashMap::new();
    for rows in rows.chunks(500) {
        let ids = rows.iter().map(|row| row.id.as_str());
        let of_rows = intake_recognition::Entity::find().filter(intake_recognition::Column::IntakeId.is_in(ids));
        said.extend(of_rows.all(db).await?.into_iter().filter_map(|row| Some((row.intake_id, row.document?))));
    }
    Ok(said)
}

/// One page of the caller's files.
pub async fn list(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<intake::Model>> {
    let own = intake::Entity::find().filter(intake::Column::UserId.eq(&caller.signed_in()?.id));
    let own = match lists::searched(paging)? {
        Some(text) => own.filter(Expr::expr(Func::lower(Expr::col(intake::Column::Name))).like(lists::contains(text))),
        None => own,
    };
    let sorted = lists::sorted(own.clone(), SORTS, intake::Column::Id, paging)?;
    let rows = sorted.limit(paging.limit()).offset(paging.offset()).all(db).await?;
    Ok(Page { total: lists::total(db, own, rows.len(), paging).await?, rows })
}

/// The caller's files with these identifiers, in this order; an error where one of them is not there.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, ids: &[String]) -> Result<Vec<intake::Model>> {
    let who = caller.signed_in()?;
    let mut found = HashMap::new();
    for ids in ids.chunks(500) {
        let ids = ids.iter().filter(|id| names::is_id(id));
        let own = intake::Entity::find().filter(intake::Column::UserId.eq(&who.id));
        let rows = own.filter(intake::Column::Id.is_in(ids)).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    ids.iter().map(|id| found.remove(id).ok_or(Error::Missing("intake"))).collect()
}

/// Forgets a file; its bytes go with the next sweep, unless something else has them.
pub async fn delete(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    intake::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Forgets the files that have waited too long.
pub async fn forget_old(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    let old = intake::Entity::delete_many().filter(intake::Column::CreatedAt.lt(now.as_millis() - KEPT));
    old.exec(db).await?;
    Ok(())
}
