//! Placeholders: files of versions of which only hashes are known, until the bytes come.

use kleister_types::{Environment, Perm, Timestamp};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::same::is_same;
use super::{Arrival, Bytes, Outcome, Placed, heed, hold, keep_sources, word};
use crate::facts::{self, cut};
use crate::permissions::open_locked;
use crate::rows::{self, blob, module, version, version_file};
use crate::{Caller, Need, Result, blobs, versions};

/// The version of a mod that waits for these bytes, if one does: the oldest.
pub(crate) async fn waiting(
    db: &impl ConnectionTrait,
    mod_id: &str,
    blob: &blob::Model,
) -> Result<Option<(version::Model, version_file::Model)>> {
    use version_file::Column as Of;
    let any = Condition::any()
        .add(Of::Md5.eq(&blob.md5))
        .add(Of::Sha1.eq(&blob.sha1))
        .add(Of::Sha256.eq(&blob.sha256))
        .add(Of::Sha512.eq(&blob.sha512));
    let rows = version_file::Entity::find().filter(Of::Blob.is_null()).filter(any).order_by_asc(Of::Id);
    let rows = rows.find_also_related(version::Entity).filter(version::Column::ModId.eq(mod_id)).all(db).await?;
    let bytes = Bytes::Here(Box::new(blob.clone()));
    let mut same = rows.into_iter().filter(|(file, _)| is_same(file, &bytes));
    Ok(same.find_map(|(file, version)| Some((version?, file))))
}

/// Notes that the bytes of a placeholder are here; their row is there already.
pub(crate) async fn complete(
    db: &impl ConnectionTrait,
    mut file: version_file::Model,
    blob: &blob::Model,
    now: Timestamp,
) -> Result<version_file::Model> {
    hold(&mut file, blob);
    file.updated_at = now.as_millis();
    rows::update(db, file.clone()).await?;
    Ok(file)
}

/// Gives a placeholder its bytes, and what was read in them. That changes nothing for a frozen build with it, whose
/// hashes these are.
///
/// A human's word counts first. Without one, what is known of the placeholder stays, since that may be a human's too, and
/// what was read fills the gaps.
pub(super) async fn fill(
    db: &impl ConnectionTrait,
    caller: &Caller,
    arrival: &Arrival,
    (mut version, mut file): (version::Model, version_file::Model),
    now: Timestamp,
) -> Result<Placed> {
    let mut module = open_locked::<module::Entity>(db, caller, &version.mod_id, Need::Have(Perm::Admin)).await?.row;
    if let Bytes::Here(blob) = &arrival.bytes {
        blobs::keep(db, (**blob).clone()).await?;
        file = complete(db, file, blob, now).await?;
    }
    if let Some(redistribution) = allowed(&file, arrival) {
        word(Some(redistribution)).clone_into(&mut file.redistribution);
        rows::update(db, file.clone()).await?;
    }
    keep_sources(db, &file.id, &arrival.sources, now).await?;
    let wishes = &arrival.wishes;
    if let Some(name) = &wishes.name {
        versions::rename(db, caller, &mut version, name, now).await?;
    }
    let said = Environment::from_words(version.client.as_deref(), version.server.as_deref());
    let environment = wishes.environment.or(said).or(arrival.facts.environment);
    let (number, licence) = (version.number.take(), version.licence.take());
    facts::fill(&mut version, &arrival.facts, environment);
    let said = wishes.number.as_deref().map(|number| cut(number, 255));
    version.number = said.or(number).or(version.number);
    version.public = wishes.public.unwrap_or(version.public);
    version.licence = version.licence.or(licence);
    version.updated_at = now.as_millis();
    rows::update(db, version.clone()).await?;
    facts::keep(db, &version.id, &arrival.facts, now).await?;
    facts::follow(db, &mut module, environment).await?;
    module = heed(db, arrival, module, now).await?;
    Ok(Placed { module, version, file, outcome: Outcome::Filled })
}

/// Whether others may hand a placeholder's file out, if that is news: as a human says now, else as the places say that know
/// the file, where nobody has said anything yet.
fn allowed(file: &version_file::Model, arrival: &Arrival) -> Option<bool> {
    let told = arrival.redistribution.filter(|_| file.redistribution == word(None));
    arrival.wishes.redistribution.or(told)
}
