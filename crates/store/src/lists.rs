//! Long lists: one page, in one order, of what matches.

use kleister_types::{Order, Paging};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, LikeExpr, NullOrdering, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Order as Direction, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use crate::{Error, Result};

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<R> {
    /// How many rows match on all pages.
    pub total: u64,
    /// The rows of this page.
    pub rows: Vec<R>,
}

/// The columns that a list sorts by, each with its name in the API; the first is the default.
pub type Sorts<C> = &'static [(&'static str, C)];

/// Narrows a query to the rows whose search column holds what is searched for.
pub fn matching<Q: QueryFilter>(select: Q, column: impl ColumnTrait, paging: &Paging) -> Result<Q> {
    Ok(match searched(paging)? {
        Some(text) => select.filter(Expr::col(column.as_column_ref()).like(contains(text))),
        None => select,
    })
}

/// The text that is searched for, if there is one. SQLite would take a NUL for its end, PostgreSQL refuse it.
pub(crate) fn searched(paging: &Paging) -> Result<Option<&str>> {
    let text = paging.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.contains('\0')) { Err(Error::Unsearchable) } else { Ok(text) }
}

/// Sorts a query as asked; every order ends in the id, so that no row is on two pages.
pub fn sorted<Q, C>(select: Q, sorts: Sorts<C>, id: C, paging: &Paging) -> Result<Q>
where
    Q: QueryOrder,
    C: ColumnTrait,
{
    let (column, direction) = (column(sorts, paging)?, direction(paging));
    // Told only where it matters: MariaDB cannot use an index for an order with nulls in it.
    let select = if column.def().is_null() {
        select.order_by_with_nulls(column, direction.clone(), absent(&direction))
    } else {
        select.order_by(column, direction.clone())
    };
    Ok(select.order_by(id, direction))
}

/// Where rows without a value stand: before all others, as if they had an empty text.
fn absent(direction: &Direction) -> NullOrdering {
    if matches!(direction, Direction::Asc) { NullOrdering::First } else { NullOrdering::Last }
}

/// The direction asked for.
pub(crate) fn direction(paging: &Paging) -> Direction {
    match paging.order.unwrap_or_default() {
        Order::Asc => Direction::Asc,
        Order::Desc => Direction::Desc,
    }
}

/// Fetches one page of a sorted query, with the number of rows of all pages.
pub async fn page<E: EntityTrait>(
    db: &impl ConnectionTrait,
    sorted: Select<E>,
    all: Select<E>,
    paging: &Paging,
) -> Result<Page<E::Model>> {
    let rows = sorted.limit(paging.limit()).offset(paging.offset()).all(db).await?;
    Ok(Page { total: total(db, all, rows.len(), paging).await?, rows })
}

/// The number of rows of all pages; they are counted only where this page, which has so many, is not the last one.
pub(crate) async fn total(
    db: &impl ConnectionTrait,
    all: impl QueryTrait<QueryStatement = SelectStatement>,
    on_page: usize,
    paging: &Paging,
) -> Result<u64> {
    let on_page = on_page as u64;
    let is_last = on_page < paging.limit() && (on_page > 0 || paging.offset() == 0);
    if is_last { Ok(paging.offset() + on_page) } else { count(db, all).await }
}

/// Counts the rows of a query.
async fn count(db: &impl ConnectionTrait, all: impl QueryTrait<QueryStatement = SelectStatement>) -> Result<u64> {
    let mut query = all.into_query();
    query.clear_selects().expr_as(Expr::col(Asterisk).count(), "total");
    let row = db.query_one(&query).await?;
    let total: i64 = row.map(|row| row.try_get("", "total")).transpose()?.unwrap_or(0);
    Ok(u64::try_from(total).unwrap_or(0))
}

/// The sum of a column of whole numbers over the rows of a query. Databases sum in types of their own, of which each can
/// tell a text.
pub(crate) async fn sum(
    db: &impl ConnectionTrait,
    all: impl QueryTrait<QueryStatement = SelectStatement>,
    column: impl ColumnTrait,
) -> Result<u64> {
    let mut query = all.into_query();
    query.clear_selects().expr_as(column.sum().cast_as("char(20)"), "total");
    let row = db.query_one(&query).await?;
    let total: Option<String> = row.map(|row| row.try_get("", "total")).transpose()?.flatten();
    Ok(total.and_then(|total| total.trim().parse().ok()).unwrap_or(0))
}

fn column<C: ColumnTrait>(sorts: Sorts<C>, paging: &Paging) -> Result<C> {
    let wanted = paging.sort.as_deref().unwrap_or("").to_lowercase();
    if wanted.is_empty() {
        return Ok(sorts[0].1);
    }
    let found = sorts.iter().find(|(name, _)| *name == wanted).map(|(_, column)| *column);
    found.ok_or_else(|| Error::Sort { wanted, allowed: sorts.iter().map(|(name, _)| *name).collect() })
}

/// A pattern that matches every text with these characters in it, whatever their case; wildcards are plain characters.
pub(crate) fn contains(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}
