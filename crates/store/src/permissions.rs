//! Who may do what with packs and mods, and so with their builds and versions.
//!
//! A caller's right is the highest of his own and his groups', found in the query that finds the row. What he may not
//! see is missing; what he sees but may not change is denied.

use kleister_types::Perm;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryResult, QuerySelect, Select,
};

use crate::names::{self, Scope};
use crate::rows::{module, pack};
use crate::{Caller, Error, Result};

/// What a caller needs for what he is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To see it, for which being public is enough.
    See,
    /// To have at least this right as a member.
    Have(Perm),
}

/// A thing with members of its own: a pack or a mod.
pub trait Shared: EntityTrait {
    /// What it is called in messages.
    const WHAT: &'static str;
    /// Where its slugs are unique.
    const SCOPE: Scope<'static>;
    /// Its table.
    const TABLE: &'static str;
    /// The table of its users.
    const USERS: &'static str;
    /// The table of its groups.
    const GROUPS: &'static str;
    /// The column of these tables that names the thing.
    const KEY: &'static str;

    /// The condition for everybody to find it in lists.
    fn listed() -> Condition;

    /// Whether everybody may see it.
    fn is_public(row: &Self::Model) -> bool;
}

impl Shared for pack::Entity {
    const WHAT: &'static str = "pack";
    const SCOPE: Scope<'static> = Scope::Packs;
    const TABLE: &'static str = "packs";
    const USERS: &'static str = "user_packs";
    const GROUPS: &'static str = "group_packs";
    const KEY: &'static str = "pack_id";

    fn listed() -> Condition {
        Condition::all().add(pack::Column::Public.eq(true)).add(pack::Column::Hidden.eq(false))
    }

    fn is_public(row: &pack::Model) -> bool {
        row.public
    }
}

impl Shared for module::Entity {
    const WHAT: &'static str = "mod";
    const SCOPE: Scope<'static> = Scope::Mods;
    const TABLE: &'static str = "mods";
    const USERS: &'static str = "user_mods";
    const GROUPS: &'static str = "group_mods";
    const KEY: &'static str = "mod_id";

    fn listed() -> Condition {
        Condition::all().add(module::Column::Public.eq(true))
    }

    fn is_public(row: &module::Model) -> bool {
        row.public
    }
}

/// A row together with the caller's right on it.
#[derive(Clone, Debug)]
pub struct Opened<M> {
    /// The row.
    pub row: M,
    /// What the caller may do as a member; server admins count as owners.
    pub right: Option<Perm>,
}

/// Finds a pack or mod by id or slug, if the caller has what he needs.
pub async fn open<E: Shared>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    key: &str,
    need: Need,
) -> Result<Opened<E::Model>> {
    let found = find::<E>(key)
        .expr_as(right(caller, own_right::<E>), "own_right")
        .expr_as(right(caller, group_right::<E>), "group_right")
        .into_model::<Found<E::Model>>()
        .one(db)
        .await?
        .ok_or(Error::Missing(E::WHAT))?;
    let right = if caller.is_admin() { Some(Perm::Owner) } else { found.right };
    permit(E::WHAT, E::is_public(&found.row) || right.is_some(), right, need)?;
    Ok(Opened { row: found.row, right })
}

/// Finds a pack or mod like [`open`], after locking its row until the end of the transaction.
pub async fn open_locked<E: Shared>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    key: &str,
    need: Need,
) -> Result<Opened<E::Model>> {
    find::<E>(key).lock_exclusive().one(db).await?.ok_or(Error::Missing(E::WHAT))?;
    open::<E>(db, caller, key, need).await
}

/// Judges: not seen is missing, seen without the right is denied.
pub(crate) fn permit(what: &'static str, seen: bool, right: Option<Perm>, need: Need) -> Result<()> {
    match need {
        _ if !seen => Err(Error::Missing(what)),
        Need::See => Ok(()),
        Need::Have(least) if right.is_some_and(|right| right >= least) => Ok(()),
        Need::Have(_) => Err(Error::Denied(what)),
    }
}

/// The condition for a row to be in the caller's lists: public and listed, or his own or his groups'.
pub fn listed<E: Shared>(caller: &Caller) -> Condition {
    match caller.who() {
        Some(who) if who.admin => Condition::all(),
        Some(who) => Condition::any().add(E::listed()).add(is_member::<E>(&who.id, Perm::User)),
        None => E::listed(),
    }
}

/// The condition for a user to have at least this right, by himself or through a group.
pub(crate) fn is_member<E: Shared>(user: &str, least: Perm) -> Condition {
    let mut own = own_right::<E>(user);
    own.and_where(Expr::col((E::USERS, "perm")).gte(least.rank()));
    let mut group = group_right::<E>(user);
    group.and_where(Expr::col((E::GROUPS, "perm")).gte(least.rank()));
    Condition::any().add(Expr::exists(own)).add(Expr::exists(group))
}

/// The row with this id, or whose present or former slug this is.
fn find<E: Shared>(key: &str) -> Select<E> {
    let id = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).next();
    let id = id.expect("a table of things has a key");
    if names::is_id(key) {
        E::find().filter(id.eq(key))
    } else {
        E::find().filter(id.in_subquery(names::owner_id(E::SCOPE, key)))
    }
}

/// The right by one way, as an expression of the query; null for anonymous callers.
fn right(caller: &Caller, way: fn(&str) -> SelectStatement) -> Expr {
    match caller.who() {
        Some(who) => Expr::SubQuery(None, Box::new(way(&who.id).into())),
        None => Expr::value(Option::<i16>::None),
    }
}

/// The right that the user has by himself.
fn own_right<E: Shared>(user: &str) -> SelectStatement {
    Query::select()
        .expr(Func::max(Expr::col((E::USERS, "perm"))))
        .from(E::USERS)
        .and_where(Expr::col((E::USERS, "user_id")).eq(user))
        .and_where(Expr::col((E::USERS, E::KEY)).equals((E::TABLE, "id")))
        .group_by_col((E::USERS, E::KEY))
        .to_owned()
}

/// The highest right that the user has through his groups.
fn group_right<E: Shared>(user: &str) -> SelectStatement {
    let same_group = Expr::col(("user_groups", "group_id")).equals((E::GROUPS, "group_id"));
    Query::select()
        .expr(Func::max(Expr::col((E::GROUPS, "perm"))))
        .from(E::GROUPS)
        .inner_join("user_groups", same_group)
        .and_where(Expr::col(("user_groups", "user_id")).eq(user))
        .and_where(Expr::col((E::GROUPS, E::KEY)).equals((E::TABLE, "id")))
        .group_by_col((E::GROUPS, E::KEY))
        .to_owned()
}

/// A row as the query gives it, with both rights beside it.
struct Found<M> {
    row: M,
    right: Option<Perm>,
}

impl<M: FromQueryResult> FromQueryResult for Found<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let own: Option<i16> = result.try_get(prefix, "own_right")?;
        let group: Option<i16> = result.try_get(prefix, "group_right")?;
        let right = Ord::max(own, group).and_then(Perm::from_rank);
        Ok(Self { row: M::from_query_result(result, prefix)?, right })
    }
}
