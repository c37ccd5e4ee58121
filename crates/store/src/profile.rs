//! The signed-in user about himself.

use kleister_types::Timestamp;
use kleister_types::members::{UserGroup, UserMod, UserPack};
use kleister_types::profile::Profile;
use sea_orm::ConnectionTrait;

use crate::avatars::dress::dress;
use crate::members::{self, Member};
use crate::rows::{group, module, pack, user};
use crate::{Caller, Result, users};

/// A user with his own memberships, all with their pictures; `address` makes an address of a picture's slug.
pub async fn show(
    db: &impl ConnectionTrait,
    caller: &Caller,
    address: impl Fn(&str) -> String,
    row: user::Model,
) -> Result<Profile> {
    let user = || row.id.clone();
    let groups = members::all::<user::Entity, group::Entity>(db, &row.id).await?;
    let groups = groups.into_iter().map(|Member { far, term }| {
        let group = UserGroup::between(user(), far.id.clone(), term);
        UserGroup { group: Some(far.into()), ..group }
    });
    let packs = members::all::<user::Entity, pack::Entity>(db, &row.id).await?;
    let packs = packs.into_iter().map(|Member { far, term }| {
        let pack = UserPack::between(user(), far.id.clone(), term);
        UserPack { pack: Some(far.into()), ..pack }
    });
    let mods = members::all::<user::Entity, module::Entity>(db, &row.id).await?;
    let mods = mods.into_iter().map(|Member { far, term }| {
        let module = UserMod::between(user(), far.id.clone(), term);
        UserMod { module: Some(far.into()), ..module }
    });
    let profile = Profile {
        groups: groups.collect(),
        packs: packs.collect(),
        mods: mods.collect(),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        auths: users::shown(row.clone(), caller).auths,
        admin: row.admin,
        active: row.active,
        id: row.id,
        username: row.username,
        email: row.email,
        fullname: row.fullname,
        profile: None,
    };
    dress(db, address, profile).await
}
