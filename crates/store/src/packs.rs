//! Packs: finding, listing, making, changing, deleting.

use kleister_types::packs::{Pack, PackChange, SourcePolicy};
use kleister_types::{Paging, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::{self, Opened};
use crate::rows::{self, build, name, pack};
use crate::rules::{Rules, edit, given};
use crate::{Caller, Need, Result, members, previews};

/// The columns that packs are sorted by.
pub(crate) const SORTS: Sorts<pack::Column> = &[
    ("name", pack::Column::SortKey),
    ("slug", pack::Column::Slug),
    ("website", pack::Column::Website),
    ("public", pack::Column::Public),
    ("created", pack::Column::CreatedAt),
    ("updated", pack::Column::UpdatedAt),
];

impl From<pack::Model> for Pack {
    fn from(row: pack::Model) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            website: row.website,
            public: row.public,
            hidden: row.hidden,
            source_policy: SourcePolicy::from_word(&row.source_policy),
            summary: row.summary,
            server_address: row.server_address,
            avatar: None,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}

/// Finds a pack by id or slug, if the caller has what he needs.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str, need: Need) -> Result<Opened<pack::Model>> {
    permissions::open::<pack::Entity>(db, caller, key, need).await
}

/// One page of the packs that the caller may see.
pub async fn list(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<pack::Model>> {
    let seen = pack::Entity::find().filter(permissions::listed::<pack::Entity>(caller));
    let seen = lists::matching(seen, pack::Column::Search, paging)?;
    let sorted = lists::sorted(seen.clone(), SORTS, pack::Column::Id, paging)?;
    lists::page(db, sorted, seen, paging).await
}

/// Makes a pack; its maker becomes its owner.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    wanted: &PackChange,
    now: Timestamp,
) -> Result<pack::Model> {
    let who = caller.signed_in()?;
    let mut row = pack::Model { id: names::new_id(), created_at: now.as_millis(), ..blank() };
    apply(&mut row, wanted, now)?;
    row.slug = names::claim_slug(db, Scope::Packs, wanted.slug.as_ref(), &row.name, ("pack", &row.id), now).await?;
    row.search = Some(search(&row));
    rows::insert(db, row.clone()).await?;
    members::own::<pack::Entity>(db, who, &row.id, now).await?;
    Ok(row)
}

/// Changes a pack. A changed slug goes on answering for the old one.
pub async fn update(
    db: &impl ConnectionTrait,
    mut row: pack::Model,
    wanted: &PackChange,
    now: Timestamp,
) -> Result<pack::Model> {
    apply(&mut row, wanted, now)?;
    if wanted.slug.is_some() {
        row.slug = names::claim_slug(db, Scope::Packs, wanted.slug.as_ref(), &row.name, ("pack", &row.id), now).await?;
    }
    row.search = Some(search(&row));
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Deletes a pack with its builds. Its slug stays reserved if any of them was ever published.
pub async fn delete(db: &impl ConnectionTrait, row: &pack::Model) -> Result<()> {
    let published = was_published(db, row).await?;
    names::release(db, &row.id, published).await?;
    previews::forget(db, &row.id).await?;
    name::Entity::delete_many().filter(name::Column::Scope.eq(&row.id)).exec(db).await?;
    pack::Entity::delete_by_id(&row.id).exec(db).await?;
    Ok(())
}

/// Whether a build of the pack is published, or was before it was deleted: its name is then reserved for ever.
async fn was_published(db: &impl ConnectionTrait, row: &pack::Model) -> Result<bool> {
    let published = build::Entity::find()
        .filter(build::Column::PackId.eq(&row.id))
        .filter(build::Column::PublishedAt.is_not_null());
    if published.one(db).await?.is_some() {
        return Ok(true);
    }
    let reserved = name::Entity::find().filter(name::Column::Scope.eq(&row.id)).filter(name::Column::OwnerId.is_null());
    Ok(reserved.one(db).await?.is_some())
}

/// Writes what is wanted into a row, if it keeps the rules.
fn apply(row: &mut pack::Model, wanted: &PackChange, now: Timestamp) -> Result<()> {
    let name = wanted.name.clone().unwrap_or_else(|| row.name.clone());
    let mut rules = Rules::of("pack");
    rules.check("slug", given(wanted.slug.as_ref()).and_then(names::slug_fault));
    rules.check("name", names::title_fault(&name));
    rules.at_most("website", wanted.website.as_ref(), 2048);
    rules.at_most("summary", wanted.summary.as_ref(), 2048);
    rules.check("server_address", given(wanted.server_address.as_ref()).and_then(server_fault));
    rules.end()?;
    row.sort_key = names::sort_key(&name);
    row.name = name;
    edit(&mut row.website, wanted.website.as_ref());
    edit(&mut row.summary, wanted.summary.as_ref());
    edit(&mut row.server_address, wanted.server_address.as_ref());
    row.public = wanted.public.unwrap_or(row.public);
    row.hidden = wanted.hidden.unwrap_or(row.hidden);
    if let Some(policy) = wanted.source_policy {
        policy.as_str().clone_into(&mut row.source_policy);
    }
    row.updated_at = now.as_millis();
    Ok(())
}

/// Why nobody can join a server of this address, if so.
fn server_fault(address: &str) -> Option<&'static str> {
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    // Launchers take the address of IPv6 in brackets only, where a port may follow.
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !address.ends_with(']') => (host, Some(port)),
        _ => (address, None),
    };
    let is_bare = !host.contains(':') || (host.starts_with('[') && host.ends_with(']'));
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let is_sound = !host.is_empty() && address.len() <= 255 && host.bytes().all(is_host) && is_bare && is_port;
    let rule = "must be a host with an optional port, such as play.example.org:25570, in at most 255 bytes";
    (!is_sound).then_some(rule)
}

fn search(row: &pack::Model) -> String {
    names::search_text([Some(&*row.slug), Some(&*row.name), row.website.as_deref(), row.summary.as_deref()])
}

/// A pack of which nothing is known yet.
pub(crate) fn blank() -> pack::Model {
    pack::Model {
        id: String::new(),
        slug: String::new(),
        name: String::new(),
        sort_key: String::new(),
        search: None,
        summary: None,
        description: None,
        authors: None,
        website: None,
        links: None,
        server_address: None,
        icon: None,
        public: false,
        hidden: false,
        java: None,
        memory_minimum: None,
        memory_maximum: None,
        source_policy: "ours_first".to_owned(),
        created_at: 0,
        updated_at: 0,
    }
}
