//! What a place tells of a file that was known by its number only.

use kleister_types::{Perm, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Known;
use crate::Result;
use crate::arrivals::{self, Arrival, Bytes, Hashes, Source};
use crate::rows::{self, version_file, version_source};

/// Adds to a version that waits for its bytes what the place that it comes from tells of them now: size and hashes, the
/// address, and whether others may hand it out. What is known already stays, and so do builds that are published, which
/// are frozen. Nothing happens where the caller may not change the mod.
pub async fn learn(
    db: &impl ConnectionTrait,
    known: Known,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<version_file::Model> {
    let Known { module, mut file, .. } = known;
    if file.blob.is_some() || module.right < Some(Perm::Admin) {
        return Ok(file);
    }
    let before = file.clone();
    fill_gaps(&mut file, told(&arrival.bytes));
    if file.redistribution == arrivals::word(None) {
        arrivals::word(arrival.redistribution).clone_into(&mut file.redistribution);
    }
    if file != before {
        file.updated_at = now.as_millis();
        rows::update(db, file.clone()).await?;
    }
    let places: Vec<Source> = arrival.sources.iter().filter(|it| it.address.is_some()).cloned().collect();
    find_addresses(db, &file.id, &places, now).await?;
    arrivals::keep_sources(db, &file.id, &places, now).await?;
    Ok(file)
}

/// What is known of bytes, whether they are here or not.
fn told(bytes: &Bytes) -> Hashes {
    match bytes {
        Bytes::Elsewhere(hashes) => hashes.clone(),
        Bytes::Here(blob) => Hashes {
            size: u64::try_from(blob.size).ok(),
            md5: Some(blob.md5.clone()),
            sha1: Some(blob.sha1.clone()),
            sha256: Some(blob.sha256.clone()),
            sha512: Some(blob.sha512.clone()),
            murmur2: blob.murmur2.clone(),
        },
    }
}

fn fill_gaps(file: &mut version_file::Model, told: Hashes) {
    file.size = file.size.or_else(|| told.size.and_then(|size| i64::try_from(size).ok()));
    file.md5 = file.md5.take().or(told.md5);
    file.sha1 = file.sha1.take().or(told.sha1);
    file.sha256 = file.sha256.take().or(told.sha256);
    file.sha512 = file.sha512.take().or(told.sha512);
    file.murmur2 = file.murmur2.take().or(told.murmur2);
}

/// Gives sources that were numbers only the addresses that they have.
async fn find_addresses(db: &impl ConnectionTrait, file_id: &str, places: &[Source], now: Timestamp) -> Result<()> {
    let numbered = version_source::Entity::find()
        .filter(version_source::Column::FileId.eq(file_id))
        .filter(version_source::Column::Address.is_null());
    for mut row in numbered.all(db).await? {
        let it = places.iter().find(|it| (&it.kind, &it.project, &it.file) == (&row.kind, &row.project, &row.file));
        let address = it.and_then(|it| it.address.clone()).filter(|address| address.chars().count() <= 2048);
        if address.is_some() {
            row.address = address;
            row.updated_at = now.as_millis();
            rows::update(db, row).await?;
        }
    }
    Ok(())
}
