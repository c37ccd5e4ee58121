//! The signed-in user about himself.

use kleister_types::profile::{Profile, UserMod, UserPack};
use kleister_types::{Perm, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::Result;
use crate::rows::{module, pack, user, user_mod, user_pack};

/// A user with his own memberships, in two queries.
pub async fn show(db: &impl ConnectionTrait, user: user::Model) -> Result<Profile> {
    let packs = user_pack::Entity::find()
        .filter(user_pack::Column::UserId.eq(&user.id))
        .find_also_related(pack::Entity)
        .order_by_asc(user_pack::Column::PackId)
        .all(db)
        .await?;
    let mods = user_mod::Entity::find()
        .filter(user_mod::Column::UserId.eq(&user.id))
        .find_also_related(module::Entity)
        .order_by_asc(user_mod::Column::ModId)
        .all(db)
        .await?;
    Ok(Profile {
        id: user.id,
        username: user.username,
        email: user.email,
        fullname: user.fullname,
        admin: user.admin,
        active: user.active,
        created_at: Timestamp::from_millis(user.created_at),
        updated_at: Timestamp::from_millis(user.updated_at),
        packs: packs.into_iter().map(pack_membership).collect(),
        mods: mods.into_iter().map(mod_membership).collect(),
    })
}

fn pack_membership((row, pack): (user_pack::Model, Option<pack::Model>)) -> UserPack {
    UserPack {
        user_id: row.user_id,
        pack_id: row.pack_id,
        pack: pack.map(Into::into),
        perm: Perm::from_rank(row.perm).unwrap_or_default(),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

fn mod_membership((row, module): (user_mod::Model, Option<module::Model>)) -> UserMod {
    UserMod {
        user_id: row.user_id,
        mod_id: row.mod_id,
        module: module.map(Into::into),
        perm: Perm::from_rank(row.perm).unwrap_or_default(),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}
