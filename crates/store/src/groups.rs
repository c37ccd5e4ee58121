//! Groups: finding, listing, making, changing, deleting.
//!
//! Whoever is signed in sees all groups, as he sees all users: to let one into his pack.

use kleister_types::groups::{Group, GroupChange};
use kleister_types::{Paging, Timestamp};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::{self, Opened};
use crate::rows::{self, group, module, pack};
use crate::rules::{Rules, given};
use crate::{Caller, Need, Result, members};

/// The columns that groups are sorted by.
pub(crate) const SORTS: Sorts<group::Column> = &[
    ("name", group::Column::SortKey),
    ("slug", group::Column::Slug),
    ("created", group::Column::CreatedAt),
    ("updated", group::Column::UpdatedAt),
];

impl From<group::Model> for Group {
    fn from(row: group::Model) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}

/// Finds a group by id or slug, if the caller has what he needs.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str, need: Need) -> Result<Opened<group::Model>> {
    caller.signed_in()?;
    permissions::open::<group::Entity>(db, caller, key, need).await
}

/// Finds a group like [`open`], after locking its row until the end of the transaction.
pub async fn open_locked(
    db: &impl ConnectionTrait,
    caller: &Caller,
    key: &str,
    need: Need,
) -> Result<Opened<group::Model>> {
    caller.signed_in()?;
    permissions::open_locked::<group::Entity>(db, caller, key, need).await
}

/// One page of the groups.
pub async fn list(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<group::Model>> {
    caller.signed_in()?;
    let all = lists::matching(group::Entity::find(), group::Column::Search, paging)?;
    let sorted = lists::sorted(all.clone(), SORTS, group::Column::Id, paging)?;
    lists::page(db, sorted, all, paging).await
}

/// Makes a group; its maker becomes its owner.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    wanted: &GroupChange,
    now: Timestamp,
) -> Result<group::Model> {
    let who = caller.signed_in()?;
    let mut row = group::Model {
        id: names::new_id(),
        slug: String::new(),
        name: String::new(),
        sort_key: String::new(),
        search: None,
        scim_id: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    apply(&mut row, wanted, now)?;
    row.slug = names::claim_slug(db, Scope::Groups, wanted.slug.as_ref(), &row.name, ("group", &row.id), now).await?;
    row.search = Some(search(&row));
    rows::insert(db, row.clone()).await?;
    members::own::<group::Entity>(db, who, &row.id, now).await?;
    Ok(row)
}

/// Changes a group. A changed slug goes on answering for the old one.
pub async fn update(
    db: &impl ConnectionTrait,
    mut row: group::Model,
    wanted: &GroupChange,
    now: Timestamp,
) -> Result<group::Model> {
    apply(&mut row, wanted, now)?;
    if wanted.slug.is_some() {
        row.slug =
            names::claim_slug(db, Scope::Groups, wanted.slug.as_ref(), &row.name, ("group", &row.id), now).await?;
    }
    row.search = Some(search(&row));
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Deletes a group, unless a pack or mod would have no owner left.
pub async fn delete(db: &impl ConnectionTrait, row: &group::Model) -> Result<()> {
    members::refuse_if_last_owner::<group::Entity, pack::Entity>(db, &row.id).await?;
    members::refuse_if_last_owner::<group::Entity, module::Entity>(db, &row.id).await?;
    names::release(db, &row.id, false).await?;
    group::Entity::delete_by_id(&row.id).exec(db).await?;
    Ok(())
}

/// Writes what is wanted into a row, if it keeps the rules.
fn apply(row: &mut group::Model, wanted: &GroupChange, now: Timestamp) -> Result<()> {
    let name = wanted.name.clone().unwrap_or_else(|| row.name.clone());
    let mut rules = Rules::of("group");
    rules.check("slug", given(wanted.slug.as_ref()).and_then(names::slug_fault));
    rules.check("name", names::title_fault(&name));
    rules.end()?;
    row.sort_key = names::sort_key(&name);
    row.name = name;
    row.updated_at = now.as_millis();
    Ok(())
}

fn search(row: &group::Model) -> String {
    names::search_text([Some(&*row.slug), Some(&*row.name)])
}
