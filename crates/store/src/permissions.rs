//! Who may do what with packs, mods and groups, and so with builds and versions.
//!
//! A caller's right is the highest of his own and his groups', found in the query that finds the row. What he may not
//! see is missing; what he sees but may not change is denied.

use kleister_types::Perm;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, FromQueryResult, QueryFilter, QueryResult, QuerySelect, Select};

use crate::members::End;
use crate::names::{self, Scope};
use crate::rows::{group, module, pack};
use crate::{Caller, Error, Result};

/// What a caller needs for what he is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To see it, for which being public is enough.
    See,
    /// To have at least this right as a member.
    Have(Perm),
}

/// A thing with members of its own: a pack, a mod or a group.
pub trait Shared: End {
    /// Where its slugs are unique.
    const SCOPE: Scope<'static>;
    /// The table of its users.
    const USERS: &'static str;
    /// The table of its groups, if groups can be its members.
    const GROUPS: Option<&'static str>;

    /// The condition for everybody to find it in lists.
    fn listed() -> Condition;

    /// Whether everybody may see it.
    fn is_public(row: &Self::Model) -> bool;
}

impl Shared for pack::Entity {
    const SCOPE: Scope<'static> = Scope::Packs;
    const USERS: &'static str = "user_packs";
    const GROUPS: Option<&'static str> = Some("group_packs");

    fn listed() -> Condition {
        Condition::all().add(pack::Column::Public.eq(true)).add(pack::Column::Hidden.eq(false))
    }

    fn is_public(row: &pack::Model) -> bool {
        row.public
    }
}

impl Shared for module::Entity {
    const SCOPE: Scope<'static> = Scope::Mods;
    const USERS: &'static str = "user_mods";
    const GROUPS: Option<&'static str> = Some("group_mods");

    fn listed() -> Condition {
        Condition::all().add(module::Column::Public.eq(true))
    }

    fn is_public(row: &module::Model) -> bool {
        row.public
    }
}

impl Shared for group::Entity {
    const SCOPE: Scope<'static> = Scope::Groups;
    const USERS: &'static str = "user_groups";
    const GROUPS: Option<&'static str> = None;

    fn listed() -> Condition {
        Condition::all()
    }

    fn is_public(_: &group::Model) -> bool {
        true
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

/// Finds a pack, mod or group by id or slug, if the caller has what he needs.
pub async fn open<E: Shared>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    key: &str,
    need: Need,
) -> Result<Opened<E::Model>> {
    let found = find_with_rights::<E>(key, caller).into_model::<Found<E::Model>>().one(db).await?;
    admit::<E>(found.ok_or(Error::Missing(E::WHAT))?, caller, need)
}

/// The query for a pack, mod or group by id or slug, whoever may see it, with the caller's rights on it.
pub(crate) fn find_with_rights<E: Shared>(key: &str, caller: &Caller) -> Select<E> {
    with_rights(find::<E>(key), caller)
}

/// Opens what was found, if the caller has what he needs.
pub(crate) fn admit<E: Shared>(found: Found<E::Model>, caller: &Caller, need: Need) -> Result<Opened<E::Model>> {
    let opened = found.opened(caller);
    permit(E::WHAT, E::is_public(&opened.row) || opened.right.is_some(), opened.right, need)?;
    Ok(opened)
}

/// Finds those of many packs, mods or groups, by their identifiers, that the caller may see; in one query.
pub(crate) async fn open_all<E: Shared>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    ids: impl IntoIterator<Item = &String>,
) -> Result<Vec<Opened<E::Model>>> {
    let ids: Vec<&str> = ids.into_iter().map(String::as_str).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = with_rights(E::find().filter(E::id_column().is_in(ids)), caller);
    let found = found.into_model::<Found<E::Model>>().all(db).await?;
    let opened = found.into_iter().map(|found| found.opened(caller));
    Ok(opened.filter(|opened| E::is_public(&opened.row) || opened.right.is_some()).collect())
}

/// Finds a pack, mod or group like [`open`], after locking its row until the end of the transaction.
pub async fn open_locked<E: Shared>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    key: &str,
    need: Need,
) -> Result<Opened<E::Model>> {
    lock::<E>(db, key).await?;
    open::<E>(db, caller, key, need).await
}

/// Locks the row of a pack, mod or group until the end of the transaction.
pub(crate) async fn lock<E: Shared>(db: &impl ConnectionTrait, key: &str) -> Result<()> {
    find::<E>(key).lock_exclusive().one(db).await?.ok_or(Error::Missing(E::WHAT)).map(drop)
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

/// The condition for a user to have at least this right, by himself or through a group: for lists, since both sets are
/// found once and not for each row.
pub(crate) fn is_member<E: Shared>(user: &str, least: Perm) -> Condition {
    let own = Query::select()
        .column((E::USERS, E::KEY))
        .from(E::USERS)
        .and_where(Expr::col((E::USERS, "user_id")).eq(user))
        .and_where(Expr::col((E::USERS, "perm")).gte(least.rank()))
        .to_owned();
    let through_groups = E::GROUPS.map(|groups| {
        let same_group = Expr::col(("user_groups", "group_id")).equals((groups, "group_id"));
        let things = Query::select()
            .column((groups, E::KEY))
            .from(groups)
            .inner_join("user_groups", same_group)
            .and_where(Expr::col(("user_groups", "user_id")).eq(user))
            .and_where(Expr::col((groups, "perm")).gte(least.rank()))
            .to_owned();
        E::id_column().in_subquery(things)
    });
    Condition::any().add(E::id_column().in_subquery(own)).add_option(through_groups)
}

/// The condition for a thing to have an owner: a user, or a group, which always has one; one member may not count, who
/// is named by his column and identifier.
pub(crate) fn has_owner<E: Shared>(except: Option<(&str, &str)>) -> Condition {
    let tables = [("user_id", Some(E::USERS)), ("group_id", E::GROUPS)];
    let tables = tables.into_iter().filter_map(|(member, table)| Some((member, table?)));
    tables.fold(Condition::any(), |any, (member, table)| {
        let except = except.filter(|(column, _)| *column == member);
        let owners = Query::select()
            .expr(Expr::value(1))
            .from(table)
            .and_where(Expr::col((table, E::KEY)).equals((E::TABLE, "id")))
            .and_where(Expr::col((table, "perm")).eq(Perm::Owner.rank()))
            .and_where_option(except.map(|(column, id)| Expr::col((table, column.to_owned())).ne(id)))
            .to_owned();
        any.add(Expr::exists(owners))
    })
}

/// The row with this id, or whose present or former slug this is.
pub(crate) fn find<E: Shared>(key: &str) -> Select<E> {
    if names::is_id(key) {
        E::find().filter(E::id_column().eq(key))
    } else {
        E::find().filter(E::id_column().in_subquery(names::owner_id(E::SCOPE, key)))
    }
}

/// A query that also gives the caller's rights on each row.
fn with_rights<E: Shared>(select: Select<E>, caller: &Caller) -> Select<E> {
    select
        .expr_as(right(caller, |user| Some(own_right::<E>(user))), "own_right")
        .expr_as(right(caller, group_right::<E>), "group_right")
}

/// The right by one way, as an expression of the query; null for anonymous callers, and where there is no such way.
fn right(caller: &Caller, way: fn(&str) -> Option<SelectStatement>) -> Expr {
    match caller.who().and_then(|who| way(&who.id)) {
        Some(way) => Expr::SubQuery(None, Box::new(way.into())),
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

/// The highest right that the user has through his groups; none where groups cannot be members.
fn group_right<E: Shared>(user: &str) -> Option<SelectStatement> {
    let groups = E::GROUPS?;
    let same_group = Expr::col(("user_groups", "group_id")).equals((groups, "group_id"));
    let right = Query::select()
        .expr(Func::max(Expr::col((groups, "perm"))))
        .from(groups)
        .inner_join("user_groups", same_group)
        .and_where(Expr::col(("user_groups", "user_id")).eq(user))
        .and_where(Expr::col((groups, E::KEY)).equals((E::TABLE, "id")))
        .group_by_col((groups, E::KEY))
        .to_owned();
    Some(right)
}

/// A row as the query gives it, with both rights beside it.
pub(crate) struct Found<M> {
    row: M,
    right: Option<Perm>,
}

impl<M> Found<M> {
    fn opened(self, caller: &Caller) -> Opened<M> {
        Opened { row: self.row, right: if caller.is_admin() { Some(Perm::Owner) } else { self.right } }
    }
}

impl<M: FromQueryResult> FromQueryResult for Found<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let own: Option<i16> = result.try_get(prefix, "own_right")?;
        let group: Option<i16> = result.try_get(prefix, "group_right")?;
        let right = Ord::max(own, group).and_then(Perm::from_rank);
        Ok(Self { row: M::from_query_result(result, prefix)?, right })
    }
}
