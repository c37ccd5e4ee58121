//! The kinds of things at the ends of memberships, and which of them are tied.

use kleister_types::{Paging, Perm};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, Select};

use super::{End, Tie, last_owner};
use crate::lists;
use crate::permissions::{self, Opened, Shared, has_owner};
use crate::rows::{group, module, pack, user};
use crate::{Caller, Need, Result, groups, mods, packs, users};

impl End for user::Entity {
    const WHAT: &'static str = "user";
    const TABLE: &'static str = "users";
    const KEY: &'static str = "user_id";
    const MANAGE: Option<Perm> = None;

    fn id_column() -> user::Column {
        user::Column::Id
    }

    fn id(row: &user::Model) -> &str {
        &row.id
    }

    fn seen(all: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>> {
        users::matching(all, caller, paging)
    }

    fn sorted(seen: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>> {
        lists::sorted(seen, users::sorts(caller), user::Column::Id, paging)
    }

    async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str) -> Result<Opened<user::Model>> {
        users::open(db, caller, key, Need::See).await
    }

    async fn refuse_without_owner(_: &impl ConnectionTrait, _: &str) -> Result<()> {
        Ok(())
    }
}

impl End for group::Entity {
    const WHAT: &'static str = "group";
    const TABLE: &'static str = "groups";
    const KEY: &'static str = "group_id";
    const MANAGE: Option<Perm> = Some(Perm::Admin);

    fn id_column() -> group::Column {
        group::Column::Id
    }

    fn id(row: &group::Model) -> &str {
        &row.id
    }

    fn seen(all: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>> {
        caller.signed_in()?;
        lists::matching(all, group::Column::Search, paging)
    }

    fn sorted(seen: Select<Self>, _: &Caller, paging: &Paging) -> Result<Select<Self>> {
        lists::sorted(seen, groups::SORTS, group::Column::Id, paging)
    }

    async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str) -> Result<Opened<group::Model>> {
        groups::open_locked(db, caller, key, Need::See).await
    }

    async fn refuse_without_owner(db: &impl ConnectionTrait, id: &str) -> Result<()> {
        refuse_without_owner::<Self>(db, id).await
    }
}

impl End for pack::Entity {
    const WHAT: &'static str = "pack";
    const TABLE: &'static str = "packs";
    const KEY: &'static str = "pack_id";
    const MANAGE: Option<Perm> = Some(Perm::Owner);

    fn id_column() -> pack::Column {
        pack::Column::Id
    }

    fn id(row: &pack::Model) -> &str {
        &row.id
    }

    fn seen(all: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>> {
        lists::matching(all.filter(permissions::listed::<Self>(caller)), pack::Column::Search, paging)
    }

    fn sorted(seen: Select<Self>, _: &Caller, paging: &Paging) -> Result<Select<Self>> {
        lists::sorted(seen, packs::SORTS, pack::Column::Id, paging)
    }

    async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str) -> Result<Opened<pack::Model>> {
        permissions::open_locked::<Self>(db, caller, key, Need::See).await
    }

    async fn refuse_without_owner(db: &impl ConnectionTrait, id: &str) -> Result<()> {
        refuse_without_owner::<Self>(db, id).await
    }
}

impl End for module::Entity {
    const WHAT: &'static str = "mod";
    const TABLE: &'static str = "mods";
    const KEY: &'static str = "mod_id";
    const MANAGE: Option<Perm> = Some(Perm::Owner);

    fn id_column() -> module::Column {
        module::Column::Id
    }

    fn id(row: &module::Model) -> &str {
        &row.id
    }

    fn seen(all: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>> {
        lists::matching(all.filter(permissions::listed::<Self>(caller)), module::Column::Search, paging)
    }

    fn sorted(seen: Select<Self>, _: &Caller, paging: &Paging) -> Result<Select<Self>> {
        lists::sorted(seen, mods::SORTS, module::Column::Id, paging)
    }

    async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str) -> Result<Opened<module::Model>> {
        permissions::open_locked::<Self>(db, caller, key, Need::See).await
    }

    async fn refuse_without_owner(db: &impl ConnectionTrait, id: &str) -> Result<()> {
        refuse_without_owner::<Self>(db, id).await
    }
}

/// Fails where a thing has no owner any more.
async fn refuse_without_owner<T: Shared>(db: &impl ConnectionTrait, id: &str) -> Result<()> {
    let owned = has_owner::<T>(None).not();
    let orphan = T::find().filter(T::id_column().eq(id)).filter(owned).one(db).await?;
    orphan.map_or(Ok(()), |row| Err(last_owner::<T>(&row)))
}

/// Ties two kinds of things from both sides; the first are members of the second.
macro_rules! tie {
    ($table:literal: $member:ident of $thing:ident) => {
        impl Tie<$thing::Entity> for $member::Entity {
            const TIES: &'static str = $table;
            const HAS_MEMBERS: bool = false;
        }

        impl Tie<$member::Entity> for $thing::Entity {
            const TIES: &'static str = $table;
            const HAS_MEMBERS: bool = true;
        }
    };
}

tie!("user_groups": user of group);
tie!("user_packs": user of pack);
tie!("user_mods": user of module);
tie!("group_packs": group of pack);
tie!("group_mods": group of module);
