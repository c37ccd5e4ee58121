//! Placeholders: files of versions of which only hashes are known, until the bytes come.

use kleister_types::{Environment, Perm, Timestamp};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::plan::is_same;
use super::{Arrival, Bytes, Outcome, Placed, hold, keep_sources};
use crate::permissions::open_locked;
use crate::rows::{self, blob, module, version, version_file};
use crate::{Caller, Need, Result, blobs, facts};

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
    keep_sources(db, &file.id, &arrival.sources, now).await?;
    let said = Environment::from_words(version.client.as_deref(), version.server.as_deref());
    let environment = said.or(arrival.facts.environment);
    let (number, licence) = (version.number.take(), version.licence.take());
    facts::fill(&mut version, &arrival.facts, environment);
    version.number = number.or(version.number);
    version.licence = version.licence.or(licence);
    version.updated_at = now.as_millis();
    rows::update(db, version.clone()).await?;
    facts::keep(db, &version.id, &arrival.facts, now).await?;
    facts::follow(db, &mut module, environment).await?;
    facts::remember(db, &module.id, &arrival.identities(), false, now).await?;
    Ok(Placed { module, version, file, outcome: Outcome::Filled })
}
