//! Technic Solder: who sees what through its protocol, and what is kept for its readers.
//!
//! Solder has rights of its own beside members': a key sees everything that was published, a client (one player's
//! launcher) the packs that it is linked to and what tokens open that let it in, everybody what is public. Hidden packs are
//! in no list but found by slug.

mod clients;
pub mod database;
mod import;
mod invited;
mod keys;
mod mods;
pub mod old;
mod read;

pub use clients::{
    change_client, client_packs, create_client, delete_client, link_client, list_clients, open_client, unlink_client,
};
pub use import::{
    Arrived, Known, RunsOn, Taken, Unpacked, known_zips, take_build, take_channels, take_clients, take_keys,
    take_links, take_pack, take_version,
};
pub use invited::{
    Door, Invitation, MOST, Told, client_id, dismiss_client, invite_client, invited_clients, open_invitation, told,
};
pub use keys::{create_key, delete_key, find_key, list_keys};
pub use mods::{Zipped, list_mods, list_versions, open_mod, open_version};
pub use read::{CLIENT_ID, Shown, Viewer, dress, find, holder, list, open, viewer};

use kleister_types::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter};

use crate::Result;
use crate::rows::solder_zip;

/// The MD5s of planned zips that are known, by their plans.
pub async fn zips(db: &impl ConnectionTrait, plans: Vec<&str>) -> Result<Vec<(String, String)>> {
    if plans.is_empty() {
        return Ok(Vec::new());
    }
    let known = solder_zip::Entity::find().filter(solder_zip::Column::Plan.is_in(plans)).all(db).await?;
    Ok(known.into_iter().map(|row| (row.plan, row.md5)).collect())
}

/// Notes the MD5s of planned zips, unless they are known already.
pub async fn keep_zips(db: &impl ConnectionTrait, zips: Vec<(String, String)>, now: Timestamp) -> Result<()> {
    let row = |(plan, md5)| solder_zip::Model { plan, md5, created_at: now.as_millis() };
    for zip in zips {
        let once = OnConflict::column(solder_zip::Column::Plan).do_nothing_on([solder_zip::Column::Plan]).to_owned();
        let insert = Insert::one(row(zip).into_active_model()).on_conflict(once);
        insert.exec_without_returning(db).await?;
    }
    Ok(())
}
