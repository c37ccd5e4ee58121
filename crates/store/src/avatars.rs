//! The pictures of packs, mods and users. Those of packs and mods can be set; until then, and always for users, one is
//! made of the identifier.
//!
//! A slug names the thing and the picture, `pack-ID-PICTURE.png`: its address gives the same bytes for as long as it
//! gives any, and who may have them is asked of the thing itself.

pub mod dress;

use kleister_types::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::members::End;
use crate::permissions::{self, Shared};
use crate::rows::{self, blob, module, pack};
use crate::{Caller, Error, Need, Result, blobs, names};

/// What a slug says in place of a picture's hash where the picture is made. Addresses are kept for ever: whoever
/// changes the drawing has to change this.
const MADE: &str = "identicon1";
/// What slugs of users' portraits begin with; those of packs and mods begin with what the thing is.
const USER: &str = "user";

/// A kind of thing that can be given a picture.
pub trait Pictured: Shared {
    /// The table of its pictures.
    const AVATARS: &'static str;
}

impl Pictured for pack::Entity {
    const AVATARS: &'static str = "pack_avatars";
}

impl Pictured for module::Entity {
    const AVATARS: &'static str = "mod_avatars";
}

/// The picture of one pack or mod.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Avatar {
    /// The identifier of the pack or mod.
    pub thing: String,
    /// The SHA-256 of the picture.
    pub blob: String,
    /// Its size in bytes.
    pub size: i64,
    /// When it was set first, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was replaced last, in milliseconds since 1970.
    pub updated_at: i64,
}

/// The pictures of those of these things that have one, in one query.
pub async fn of<E: Pictured>(db: &impl ConnectionTrait, things: impl IntoIterator<Item = &str>) -> Result<Vec<Avatar>> {
    all(db, query::<E>(things)).await
}

/// The pictures of those of these packs and mods that have one, in one query.
async fn of_both(db: &impl ConnectionTrait, packs: Vec<&str>, mods: Vec<&str>) -> Result<Vec<Avatar>> {
    let avatars = match (query::<pack::Entity>(packs), query::<module::Entity>(mods)) {
        (Some(mut packs), Some(mods)) => Some(packs.union(UnionType::All, mods).to_owned()),
        (packs, mods) => packs.or(mods),
    };
    all(db, avatars).await
}

async fn all(db: &impl ConnectionTrait, avatars: Option<SelectStatement>) -> Result<Vec<Avatar>> {
    let Some(avatars) = avatars else { return Ok(Vec::new()) };
    let rows = db.query_all(&avatars).await?;
    Ok(rows.iter().map(|row| Avatar::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?)
}

/// The query for the pictures of these things, if there are any things.
fn query<'a, E: Pictured>(things: impl IntoIterator<Item = &'a str>) -> Option<SelectStatement> {
    let things: Vec<&str> = things.into_iter().collect();
    if things.is_empty() {
        return None;
    }
    let avatars = Query::select()
        .expr_as(Expr::col((E::AVATARS, E::KEY)), "thing")
        .column((E::AVATARS, "blob"))
        .column(("blobs", "size"))
        .columns([(E::AVATARS, "created_at"), (E::AVATARS, "updated_at")])
        .from(E::AVATARS)
        .inner_join("blobs", Expr::col(("blobs", "sha256")).equals((E::AVATARS, "blob")))
        .and_where(Expr::col((E::AVATARS, E::KEY)).is_in(things))
        .to_owned();
    Some(avatars)
}

/// Gives a thing a picture, which is on disk already, in place of any former one. The thing's row must be locked.
pub async fn set<E: Pictured>(
    db: &impl ConnectionTrait,
    thing: &str,
    picture: blob::Model,
    now: Timestamp,
) -> Result<Avatar> {
    let former = of::<E>(db, [thing]).await?.pop();
    let now = now.as_millis();
    let avatar = Avatar {
        thing: thing.to_owned(),
        blob: picture.sha256.clone(),
        size: picture.size,
        created_at: former.map_or(now, |former| former.created_at),
        updated_at: now,
    };
    blobs::keep(db, picture).await?;
    remove::<E>(db, thing).await?;
    let values = [thing.into(), avatar.blob.clone().into(), avatar.created_at.into(), avatar.updated_at.into()];
    let mut insert = Query::insert();
    insert.into_table(E::AVATARS).columns([E::KEY, "blob", "created_at", "updated_at"]).values_panic(values);
    db.execute(&insert).await?;
    Ok(avatar)
}

/// Takes a thing's picture away, if it has one.
pub async fn remove<E: Pictured>(db: &impl ConnectionTrait, thing: &str) -> Result<()> {
    let mut delete = Query::delete();
    delete.from_table(E::AVATARS).and_where(Expr::col(E::KEY).eq(thing));
    db.execute(&delete).await?;
    Ok(())
}

/// Notes the picture of a pack as it was sent, for launchers that show large ones; none to forget it.
pub async fn set_icon(db: &impl ConnectionTrait, row: pack::Model, original: Option<blob::Model>) -> Result<()> {
    let icon = original.as_ref().map(|blob| blob.sha256.clone());
    if let Some(blob) = original {
        blobs::keep(db, blob).await?;
    }
    Ok(rows::update(db, pack::Model { icon, ..row }).await?)
}

/// A picture by its slug.
#[derive(Clone, Debug)]
pub struct Found {
    /// Whether everybody may see it.
    pub public: bool,
    /// The identifier of what it is the picture of.
    pub thing: String,
    /// The picture that was set; none if it is to be made of the identifier.
    pub set: Option<Avatar>,
}

/// Finds a picture by its slug, if the caller may see the thing. A portrait tells no more than its slug does, so everybody
/// gets it, whether or not there is such a user.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, wanted: &str) -> Result<Found> {
    let (what, id) = parse(wanted).ok_or(MISSING)?;
    let found = match what {
        pack::Entity::WHAT => find::<pack::Entity>(db, caller, id).await?,
        module::Entity::WHAT => find::<module::Entity>(db, caller, id).await?,
        USER => Found { public: true, thing: id.to_owned(), set: None },
        _ => return Err(MISSING),
    };
    let named = slug(what, id, found.set.as_ref().map(|set| &*set.blob));
    if wanted == named { Ok(found) } else { Err(MISSING) }
}

const MISSING: Error = Error::Missing("avatar");

async fn find<E: Pictured>(db: &impl ConnectionTrait, caller: &Caller, id: &str) -> Result<Found> {
    let opened = permissions::open::<E>(db, caller, id, Need::See).await;
    let opened = opened.map_err(|error| if matches!(error, Error::Missing(_)) { MISSING } else { error })?;
    let set = of::<E>(db, [id]).await?.pop();
    Ok(Found { public: E::is_public(&opened.row), thing: id.to_owned(), set })
}

/// The name of a picture: what it is of, and which one it is.
fn slug(what: &str, id: &str, sha256: Option<&str>) -> String {
    format!("{what}-{id}-{}.png", sha256.map_or(MADE, |sha256| sha256.get(..32).unwrap_or(sha256)))
}

/// What a slug says its picture is of, if it looks like one.
fn parse(slug: &str) -> Option<(&str, &str)> {
    let mut parts = slug.split('-');
    let (what, id) = (parts.next()?, parts.next()?);
    names::is_id(id).then_some((what, id))
}
