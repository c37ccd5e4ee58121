//! Memberships: who belongs to which pack, mod and group, and what he may do there.
//!
//! Five tables, each seen from both of its ends, make ten families; all of them are this one piece. Whoever owns the
//! pack or mod changes who its members are, from either end; in a group its admins do. Nobody gives or takes a right
//! above his own, anybody may leave by himself, and every thing keeps an owner.

use std::future::Future;

use kleister_types::members::Term;
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, Select, SqlErr,
};

use crate::lists::{self, Page};
use crate::permissions::{Opened, Shared, has_owner};
use crate::rows::user;
use crate::{Caller, Error, Result, Who};

mod ends;

/// A row of a kind of thing.
pub type Row<E> = <E as EntityTrait>::Model;

/// A kind of thing at an end of memberships: users, groups, packs, mods.
pub trait End: EntityTrait<Model: Sync> {
    /// What it is called in messages.
    const WHAT: &'static str;
    /// Its table.
    const TABLE: &'static str;
    /// The column of the tables of memberships that names it.
    const KEY: &'static str;
    /// What somebody must be to change who its members are; nothing where it has none.
    const MANAGE: Option<Perm>;

    /// Its identifier's column.
    fn id_column() -> Self::Column;

    /// The identifier of a row.
    fn id(row: &Self::Model) -> &str;

    /// Narrows a query to what the caller sees in lists and what is searched for.
    fn seen(all: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>>;

    /// Sorts a query as asked, by the columns that the caller may know.
    fn sorted(seen: Select<Self>, caller: &Caller, paging: &Paging) -> Result<Select<Self>>;

    /// Finds one by id or natural key, if the caller may see it; locked until the end of the transaction if it is a
    /// thing with members.
    fn open(
        db: &impl ConnectionTrait,
        caller: &Caller,
        key: &str,
    ) -> impl Future<Output = Result<Opened<Self::Model>>> + Send;

    /// Fails where this one thing must have an owner and has none any more.
    fn refuse_without_owner(db: &impl ConnectionTrait, id: &str) -> impl Future<Output = Result<()>> + Send;
}

/// Two kinds of things with a table of memberships between them.
pub trait Tie<F: End>: End {
    /// The table.
    const TIES: &'static str;
    /// Whether this is what the others are members of, and not a member itself.
    const HAS_MEMBERS: bool;
}

/// A membership, seen from one end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<M> {
    /// The thing at the other end.
    pub far: M,
    /// What it allows, and since when.
    pub term: Term,
}

/// One page of what a thing is tied to, as far as the caller may see it.
pub async fn list<N: Tie<F>, F: End>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    near: &str,
    paging: &Paging,
) -> Result<Page<Member<F::Model>>> {
    let all = F::seen(tied::<N, F>(near), caller, paging)?;
    let rows = F::sorted(all.clone(), caller, paging)?.limit(paging.limit()).offset(paging.offset());
    let rows = rows.into_model::<Member<F::Model>>().all(db).await?;
    Ok(Page { total: lists::total(db, all, rows.len(), paging).await?, rows })
}

/// All that a thing is tied to, in the order of identifiers.
pub async fn all<N: Tie<F>, F: End>(db: &impl ConnectionTrait, near: &str) -> Result<Vec<Member<F::Model>>> {
    let rows = tied::<N, F>(near).order_by_asc(F::id_column());
    Ok(rows.into_model::<Member<F::Model>>().all(db).await?)
}

/// Makes a membership; the database itself judges whether it is there already.
pub async fn attach<N: Tie<F>, F: End>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    near: &Opened<N::Model>,
    far: &str,
    perm: Perm,
    now: Timestamp,
) -> Result<()> {
    let pair = Pair::<N, F>::open(db, caller, near, far).await?;
    pair.permit(perm)?;
    insert::<N, F>(db, [&pair.near, &pair.far], perm, now).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Attached(F::WHAT),
        // It was deleted since it was opened.
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => Error::Missing(F::WHAT),
        _ => error.into(),
    })
}

/// Makes the user who asks the owner of a thing that was made just now.
pub(crate) async fn own<T: Tie<user::Entity>>(
    db: &impl ConnectionTrait,
    who: &Who,
    thing: &str,
    now: Timestamp,
) -> Result<()> {
    Ok(insert::<T, user::Entity>(db, [thing, &who.id], Perm::Owner, now).await?)
}

/// Changes what a member may do.
pub async fn change<N: Tie<F>, F: End>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    near: &Opened<N::Model>,
    far: &str,
    perm: Perm,
    now: Timestamp,
) -> Result<()> {
    let pair = Pair::<N, F>::open(db, caller, near, far).await?;
    pair.permit(perm)?;
    let former = pair.perm(db).await?.ok_or(Error::Detached(F::WHAT))?;
    pair.permit(former)?;
    let update = Query::update()
        .table(N::TIES)
        .values([("perm", perm.rank().into()), ("updated_at", now.as_millis().into())])
        .cond_where(pair.condition())
        .to_owned();
    db.execute(&update).await?;
    pair.refuse_without_owner(db).await
}

/// Ends a membership.
pub async fn detach<N: Tie<F>, F: End>(
    db: &impl ConnectionTrait,
    caller: &Caller,
    near: &Opened<N::Model>,
    far: &str,
) -> Result<()> {
    let pair = Pair::<N, F>::open(db, caller, near, far).await?;
    let leaves = pair.is_of(caller);
    if !leaves {
        pair.permit(Perm::User)?;
    }
    let former = pair.perm(db).await?.ok_or(Error::Detached(F::WHAT))?;
    if !leaves {
        pair.permit(former)?;
    }
    let delete = Query::delete().from_table(N::TIES).cond_where(pair.condition()).to_owned();
    db.execute(&delete).await?;
    pair.refuse_without_owner(db).await
}

/// Fails where a pack, mod or group would have no owner left without this member, who is about to be deleted.
pub(crate) async fn refuse_if_last_owner<M: Tie<T>, T: Shared>(db: &impl ConnectionTrait, member: &str) -> Result<()> {
    let owned = Query::select()
        .column((M::TIES, T::KEY))
        .from(M::TIES)
        .and_where(Expr::col((M::TIES, M::KEY)).eq(member))
        .and_where(Expr::col((M::TIES, "perm")).eq(Perm::Owner.rank()))
        .to_owned();
    let owned = T::find().filter(T::id_column().in_subquery(owned)).order_by_asc(T::id_column());
    // Locked, so that of two last owners who go at once the second one sees that the first is gone.
    owned.clone().lock_exclusive().all(db).await?;
    let orphan = owned.filter(has_owner::<T>(Some((M::KEY, member))).not()).one(db).await?;
    orphan.map_or(Ok(()), |row| Err(last_owner::<T>(&row)))
}

/// The two ends of a membership that is about to change, the thing with members locked.
struct Pair<N, F> {
    near: String,
    far: String,
    /// What the caller may do with the thing that has members.
    right: Option<Perm>,
    kinds: std::marker::PhantomData<(N, F)>,
}

impl<N: Tie<F>, F: End> Pair<N, F> {
    async fn open(db: &impl ConnectionTrait, caller: &Caller, near: &Opened<N::Model>, far: &str) -> Result<Self> {
        let far = F::open(db, caller, far).await?;
        let right = if N::HAS_MEMBERS { near.right } else { far.right };
        let (near, far) = (N::id(&near.row).to_owned(), F::id(&far.row).to_owned());
        Ok(Self { near, far, right, kinds: std::marker::PhantomData })
    }

    /// Judges whether the caller may give or take a right.
    fn permit(&self, perm: Perm) -> Result<()> {
        let (what, manage) = if N::HAS_MEMBERS { (N::WHAT, N::MANAGE) } else { (F::WHAT, F::MANAGE) };
        let may = self.right.is_some() && self.right >= manage && self.right >= Some(perm);
        if may { Ok(()) } else { Err(Error::Denied(what)) }
    }

    /// Whether the member is the caller himself.
    fn is_of(&self, caller: &Caller) -> bool {
        let member = if N::HAS_MEMBERS { &self.far } else { &self.near };
        caller.who().is_some_and(|who| who.id == *member)
    }

    fn condition(&self) -> Condition {
        Condition::all()
            .add(Expr::col((N::TIES, N::KEY)).eq(&*self.near))
            .add(Expr::col((N::TIES, F::KEY)).eq(&*self.far))
    }

    /// What the member may do now; none where there is no membership.
    async fn perm(&self, db: &impl ConnectionTrait) -> Result<Option<Perm>> {
        let select = Query::select().column("perm").from(N::TIES).cond_where(self.condition()).to_owned();
        let row = db.query_one(&select).await?;
        let rank: Option<i16> = row.map(|row| row.try_get("", "perm")).transpose()?;
        Ok(rank.and_then(Perm::from_rank))
    }

    async fn refuse_without_owner(&self, db: &impl ConnectionTrait) -> Result<()> {
        if N::HAS_MEMBERS {
            N::refuse_without_owner(db, &self.near).await
        } else {
            F::refuse_without_owner(db, &self.far).await
        }
    }
}

async fn insert<N: Tie<F>, F: End>(
    db: &impl ConnectionTrait,
    [near, far]: [&str; 2],
    perm: Perm,
    now: Timestamp,
) -> Result<(), DbErr> {
    let now = now.as_millis();
    let insert = Query::insert()
        .into_table(N::TIES)
        .columns([N::KEY, F::KEY, "perm", "created_at", "updated_at"])
        .values_panic([near.into(), far.into(), perm.rank().into(), now.into(), now.into()])
        .to_owned();
    db.execute(&insert).await.map(drop)
}

/// The query for all that a thing is tied to, with what ties them.
fn tied<N: Tie<F>, F: End>(near: &str) -> Select<F> {
    let ends_here = Expr::col((N::TIES, F::KEY)).equals((F::TABLE, "id"));
    let mut select = F::find()
        .filter(Expr::col((N::TIES, N::KEY)).eq(near))
        .expr_as(Expr::col((N::TIES, "perm")), "member_perm")
        .expr_as(Expr::col((N::TIES, "created_at")), "member_created_at")
        .expr_as(Expr::col((N::TIES, "updated_at")), "member_updated_at");
    QueryTrait::query(&mut select).inner_join(N::TIES, ends_here);
    select
}

fn last_owner<T: End>(row: &T::Model) -> Error {
    let (what, id) = (T::WHAT, T::id(row));
    Error::Conflict(format!("the {what} `{id}` would have no owner left; make somebody else its owner first"))
}

impl<M: FromQueryResult> FromQueryResult for Member<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let rank: i16 = result.try_get(prefix, "member_perm")?;
        Ok(Self {
            far: M::from_query_result(result, prefix)?,
            term: Term {
                perm: Perm::from_rank(rank).unwrap_or_default(),
                created_at: Timestamp::from_millis(result.try_get(prefix, "member_created_at")?),
                updated_at: Timestamp::from_millis(result.try_get(prefix, "member_updated_at")?),
            },
        })
    }
}
