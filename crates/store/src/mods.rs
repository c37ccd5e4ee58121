//! Mods: finding, listing, making, changing, deleting.

use kleister_types::mods::{Kind, Mod, ModChange};
use kleister_types::{Environment, Paging, Timestamp};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::links::{self, Used};
use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::{self, Opened};
use crate::rows::{self, module, name};
use crate::rules::{Rules, edit, given};
use crate::{Caller, Need, Result, facts, members};

/// The columns that mods are sorted by.
pub(crate) const SORTS: Sorts<module::Column> = &[
    ("name", module::Column::SortKey),
    ("slug", module::Column::Slug),
    ("side", module::Column::Side),
    ("description", module::Column::Description),
    ("author", module::Column::Author),
    ("website", module::Column::Website),
    ("public", module::Column::Public),
    ("created", module::Column::CreatedAt),
    ("updated", module::Column::UpdatedAt),
];

impl From<module::Model> for Mod {
    fn from(row: module::Model) -> Self {
        Self {
            kind: Kind::from_word(&row.kind),
            id: row.id,
            slug: row.slug,
            name: row.name,
            side: row.side,
            description: row.description,
            author: row.author,
            website: row.website,
            donate: row.donate,
            public: row.public,
            avatar: None,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}

/// Finds a mod by id or slug, if the caller has what he needs.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str, need: Need) -> Result<Opened<module::Model>> {
    permissions::open::<module::Entity>(db, caller, key, need).await
}

/// The condition for a mod to be seen by the caller; mods are in the lists of all who see them.
pub(crate) fn seen(caller: &Caller) -> Condition {
    permissions::listed::<module::Entity>(caller)
}

/// What players need to know of a mod that a caller does not see, because a build that he sees has it: how it is
/// called, and nothing of what its members write about it.
pub fn veiled(row: module::Model) -> module::Model {
    module::Model { side: None, description: None, author: None, website: None, donate: None, ..row }
}

/// One page of the mods that the caller may see.
pub async fn list(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<module::Model>> {
    let seen = module::Entity::find().filter(seen(caller));
    let seen = lists::matching(seen, module::Column::Search, paging)?;
    let sorted = lists::sorted(seen.clone(), SORTS, module::Column::Id, paging)?;
    lists::page(db, sorted, seen, paging).await
}

/// Makes a mod; its maker becomes its owner.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    wanted: &ModChange,
    now: Timestamp,
) -> Result<module::Model> {
    let who = caller.signed_in()?;
    let mut row = module::Model { id: names::new_id(), created_at: now.as_millis(), ..blank() };
    apply(&mut row, wanted, now)?;
    row.slug = names::claim_slug(db, Scope::Mods, wanted.slug.as_ref(), &row.name, ("mod", &row.id), now).await?;
    row.search = Some(search(&row));
    rows::insert(db, row.clone()).await?;
    members::own::<module::Entity>(db, who, &row.id, now).await?;
    hear(db, &row, None, now).await?;
    Ok(row)
}

/// Changes a mod. A changed slug goes on answering for the old one; published builds keep what they were made of.
pub async fn update(
    db: &impl ConnectionTrait,
    mut row: module::Model,
    wanted: &ModChange,
    now: Timestamp,
) -> Result<module::Model> {
    let former = row.side.clone();
    apply(&mut row, wanted, now)?;
    if wanted.slug.is_some() {
        row.slug = names::claim_slug(db, Scope::Mods, wanted.slug.as_ref(), &row.name, ("mod", &row.id), now).await?;
    }
    row.search = Some(search(&row));
    rows::update(db, row.clone()).await?;
    hear(db, &row, former.as_deref(), now).await?;
    Ok(row)
}

/// Keeps a human's word on the side of a mod for its next versions, where it is another than before.
async fn hear(db: &impl ConnectionTrait, row: &module::Model, former: Option<&str>, now: Timestamp) -> Result<()> {
    if row.side.as_deref() == former {
        return Ok(());
    }
    facts::say(db, &row.id, row.side.as_deref().map(Environment::of_side), now).await
}

/// Deletes a mod with its versions, unless a build still uses one of them.
pub async fn delete(db: &impl ConnectionTrait, caller: &Caller, row: &module::Model) -> Result<()> {
    links::refuse_if_used(db, caller, Used::Mod(&row.id)).await?;
    names::release(db, &row.id, false).await?;
    name::Entity::delete_many().filter(name::Column::Scope.eq(&row.id)).exec(db).await?;
    module::Entity::delete_by_id(&row.id).exec(db).await?;
    Ok(())
}

/// Writes what is wanted into a row, if it keeps the rules.
fn apply(row: &mut module::Model, wanted: &ModChange, now: Timestamp) -> Result<()> {
    let name = wanted.name.clone().unwrap_or_else(|| row.name.clone());
    let side = given(wanted.side.as_ref());
    let mut rules = Rules::of("mod");
    rules.check("slug", given(wanted.slug.as_ref()).and_then(names::slug_fault));
    rules.check("name", names::title_fault(&name));
    let known = side.is_none_or(|side| ["both", "client", "server"].contains(&side));
    rules.check("side", (!known).then_some("must be both, client or server"));
    rules.at_most("description", wanted.description.as_ref(), 16_384);
    rules.at_most("author", wanted.author.as_ref(), 1024);
    rules.at_most("website", wanted.website.as_ref(), 2048);
    rules.at_most("donate", wanted.donate.as_ref(), 2048);
    rules.end()?;
    row.sort_key = names::sort_key(&name);
    row.name = name;
    if let Some(kind) = wanted.kind {
        kind.as_str().clone_into(&mut row.kind);
    }
    edit(&mut row.side, wanted.side.as_ref());
    edit(&mut row.description, wanted.description.as_ref());
    edit(&mut row.author, wanted.author.as_ref());
    edit(&mut row.website, wanted.website.as_ref());
    edit(&mut row.donate, wanted.donate.as_ref());
    row.public = wanted.public.unwrap_or(row.public);
    row.updated_at = now.as_millis();
    Ok(())
}

/// What a search for a mod looks into.
pub(crate) fn search(row: &module::Model) -> String {
    let texts = [row.side.as_deref(), row.description.as_deref(), row.author.as_deref(), row.website.as_deref()];
    names::search_text([Some(&*row.slug), Some(&*row.name)].into_iter().chain(texts))
}

/// A mod of which nothing is known yet.
fn blank() -> module::Model {
    module::Model {
        id: String::new(),
        slug: String::new(),
        name: String::new(),
        sort_key: String::new(),
        search: None,
        kind: Kind::Mod.as_str().to_owned(),
        side: None,
        description: None,
        author: None,
        website: None,
        donate: None,
        public: false,
        created_at: 0,
        updated_at: 0,
    }
}
