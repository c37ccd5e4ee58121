//! Names: which are allowed, which are taken, and how they sort.
//!
//! One table, `names`, holds every name that must be unique within its scope: slugs of packs, mods and groups, usernames,
//! names of a pack's builds and channels, names of a mod's versions. Its primary key judges clashes, so two requests
//! at once cannot both win. A name outlives its owner where the owner was published (`owner_id` is then null), and an
//! old slug keeps pointing at its thing.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use kleister_types::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, SqlErr};

use crate::rows::name;
use crate::rules::given;
use crate::{Error, Result};

/// The longest sort key that is kept; names alike for so long sort by their identifiers.
const SORT_KEY_CHARS: usize = 191;

/// Where a name must be unique.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Among the slugs of all packs.
    Packs,
    /// Among the slugs of all mods.
    Mods,
    /// Among the slugs of all groups.
    Groups,
    /// Among all usernames.
    Users,
    /// Among the builds and channels of the pack with this id.
    Builds(&'a str),
    /// Among the versions of the mod with this id.
    Versions(&'a str),
}

impl<'a> Scope<'a> {
    /// The scope as it is stored: a word, or the id of the thing that the names belong to.
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Packs => "packs",
            Self::Mods => "mods",
            Self::Groups => "groups",
            Self::Users => "users",
            Self::Builds(id) | Self::Versions(id) => id,
        }
    }

    /// The form in which names of this scope are compared: case does not count, and where a name becomes an OCI tag,
    /// which has no `+`, neither does the difference of `+` and `_`. No name has a control character; of those,
    /// PostgreSQL cannot even be asked for NUL.
    pub fn key(self, name: &str) -> String {
        let key = name.to_lowercase().replace('\0', "\u{1}");
        if matches!(self, Self::Builds(_)) { key.replace('+', "_") } else { key }
    }
}

/// Gives a name to its owner; [`Error::Invalid`] with field `field` where somebody else has it.
pub async fn claim(
    db: &impl ConnectionTrait,
    scope: Scope<'_>,
    (field, name): (&'static str, &str),
    (what, owner): (&'static str, &str),
    now: Timestamp,
) -> Result<()> {
    let key = scope.key(name);
    if self::owner(db, scope, &key).await?.flatten().as_deref() == Some(owner) {
        return Ok(());
    }
    let row = name::Model {
        scope: scope.as_str().to_owned(),
        name_key: key,
        owner_id: Some(owner.to_owned()),
        created_at: now.as_millis(),
    };
    crate::rows::insert(db, row).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::invalid(what, field, "is already taken"),
        _ => error.into(),
    })
}

/// Gives the slug that is wanted, or where none is, one made from the display name; returns it.
pub async fn claim_slug(
    db: &impl ConnectionTrait,
    scope: Scope<'_>,
    wanted: Option<&String>,
    name: &str,
    (what, owner): (&'static str, &str),
    now: Timestamp,
) -> Result<String> {
    match given(wanted) {
        Some(slug) => {
            claim(db, scope, ("slug", slug), (what, owner), now).await?;
            Ok(slug.to_owned())
        }
        None => claim_made(db, scope, name, (what, owner), now).await,
    }
}

/// Gives a slug made from a display name, with a suffix where the plain one is taken; returns the slug.
async fn claim_made(
    db: &impl ConnectionTrait,
    scope: Scope<'_>,
    name: &str,
    (what, owner): (&'static str, &str),
    now: Timestamp,
) -> Result<String> {
    let plain = make_slug(name, what);
    let taken = self::owner(db, scope, &plain).await?.is_some_and(|holder| holder.as_deref() != Some(owner));
    let slug = if taken { format!("{plain}-{}", suffix(owner)) } else { plain };
    claim(db, scope, ("slug", &slug), (what, owner), now).await?;
    Ok(slug)
}

/// Takes names away from an owner: for good where it was published, to be used again where it was not.
pub async fn release(db: &impl ConnectionTrait, owner: &str, published: bool) -> Result<()> {
    if published {
        let nobody = Expr::value(Option::<String>::None);
        let names = name::Entity::update_many().col_expr(name::Column::OwnerId, nobody);
        names.filter(name::Column::OwnerId.eq(owner)).exec(db).await?;
    } else {
        name::Entity::delete_many().filter(name::Column::OwnerId.eq(owner)).exec(db).await?;
    }
    Ok(())
}

/// Takes one former name away from its owner, so that others can have it.
pub async fn give_up(db: &impl ConnectionTrait, scope: Scope<'_>, former: &str) -> Result<()> {
    name::Entity::delete_by_id((scope.as_str().to_owned(), scope.key(former))).exec(db).await?;
    Ok(())
}

/// Whether a name is somebody's, or reserved for ever.
pub async fn is_taken(db: &impl ConnectionTrait, scope: Scope<'_>, name: &str) -> Result<bool> {
    Ok(owner(db, scope, &scope.key(name)).await?.is_some())
}

/// The query that gives the id of whoever has the name.
pub fn owner_id(scope: Scope<'_>, name: &str) -> SelectStatement {
    Query::select()
        .column(name::Column::OwnerId)
        .from(name::Entity)
        .and_where(name::Column::Scope.eq(scope.as_str()))
        .and_where(name::Column::NameKey.eq(scope.key(name)))
        .to_owned()
}

/// Whose the names are that are in any of these scopes and have any of these keys; nobody's where they are reserved for
/// ever.
pub(crate) async fn owners(
    db: &impl ConnectionTrait,
    scopes: impl IntoIterator<Item = String>,
    keys: BTreeSet<String>,
) -> Result<HashMap<(String, String), Option<String>>> {
    let scopes: Vec<String> = scopes.into_iter().collect();
    if scopes.is_empty() || keys.is_empty() {
        return Ok(HashMap::new());
    }
    // By the column itself SQLite would look up every pair of a scope and a key; this way it reads the names of each
    // scope once.
    let name_key = Expr::expr(Func::coalesce([Expr::col(name::Column::NameKey), Expr::value("")]));
    let found = name::Entity::find().filter(name::Column::Scope.is_in(scopes)).filter(name_key.is_in(keys));
    Ok(found.all(db).await?.into_iter().map(|row| ((row.scope, row.name_key), row.owner_id)).collect())
}

/// The owner of a key: none where it is free, none within where it is reserved for ever.
async fn owner(db: &impl ConnectionTrait, scope: Scope<'_>, key: &str) -> Result<Option<Option<String>>> {
    let row = name::Entity::find_by_id((scope.as_str().to_owned(), key.to_owned())).one(db).await?;
    Ok(row.map(|row| row.owner_id))
}

/// Whether a text has the form of an identifier: 26 lower-case characters of Crockford's alphabet, as ULIDs have it.
pub fn is_id(text: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !b"ilou".contains(&byte));
    text.len() == 26 && text.bytes().all(alphabet)
}

/// A new identifier.
pub fn new_id() -> String {
    ulid::Ulid::generate().to_string().to_lowercase()
}

/// What is wrong with a slug that somebody chose; nothing for a good one.
pub fn slug_fault(slug: &str) -> Option<&'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if slug.is_empty() || slug.len() > 64 || !slug.bytes().all(allowed) {
        Some("must be 1 to 64 of A-Z a-z 0-9 . _ -")
    } else if slug == "." || slug == ".." {
        Some("cannot be . or ..")
    } else if is_id(&slug.to_lowercase()) {
        Some("cannot look like an identifier")
    } else {
        None
    }
}

/// What is wrong with the name of a build, a channel or a version; nothing for a good one.
pub fn name_fault(name: &str) -> Option<&'static str> {
    let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c) || is_invisible(c);
    if name.is_empty() {
        Some("cannot be blank")
    } else if name.chars().count() > 255 {
        Some("must be at most 255 characters")
    } else if name.chars().any(forbidden) {
        Some("cannot contain control or invisible characters or / \\ : * ? \" < > |")
    } else if name.trim() != name {
        Some("cannot begin or end with a space")
    } else if name == "." || name == ".." || name.contains("...") {
        Some("cannot be . or .. or contain ...")
    } else if is_id(&name.to_lowercase()) {
        Some("cannot look like an identifier")
    } else {
        None
    }
}

/// What is wrong with a display name or username; nothing for a good one.
pub fn title_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("cannot be blank")
    } else if !(3..=255).contains(&name.len()) {
        Some("the length must be between 3 and 255")
    } else if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        Some("cannot contain control or invisible characters")
    } else {
        None
    }
}

/// Characters that are not seen but change how a name reads: zero-width ones and those that turn the direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A slug made from a name: `[a-z0-9]` and single hyphens; `pack` or whatever it is where nothing is left.
pub fn make_slug(name: &str, what: &str) -> String {
    let words = deunicode::deunicode(&name.replace('&', " and ").replace('@', " at ")).to_lowercase();
    let mut slug = String::new();
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug.truncate(56);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() || is_id(slug) {
        format!("{what}-{slug}").trim_end_matches('-').to_owned()
    } else {
        slug.to_owned()
    }
}

/// Six characters of an id, random enough to tell apart what has the same name.
pub(crate) fn suffix(id: &str) -> &str {
    &id[id.len().saturating_sub(6)..]
}

/// The key by which a name sorts as people expect: case does not count, and `1.9` comes before `1.10`.
///
/// Every run of digits is written without leading zeros behind its own length, so that comparing texts compares
/// numbers.
pub fn sort_key(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut key = String::with_capacity(lower.len() + 8);
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            key.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let number = rest[..digits].trim_start_matches('0');
            let _ = write!(key, "{:03}{number}", number.len());
            rest = &rest[digits..];
        }
    }
    key.chars().take(SORT_KEY_CHARS).collect()
}

/// The lower-case text that a search looks into.
pub fn search_text<'a>(columns: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let texts: Vec<String> = columns.into_iter().flatten().map(str::to_lowercase).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_expect() {
        let mut names = ["1.10", "Beta", "1.9", "1.9.1", "alpha", "1.010"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["1.9", "1.9.1", "1.10", "1.010", "alpha", "Beta"]);
    }

    #[test]
    fn slugs_are_made_of_plain_words() {
        for (name, slug) in [
            ("Sky & Block!", "sky-and-block"),
            ("Ünïcode  Pack", "unicode-pack"),
            ("日本", "ri-ben"),
            ("???", "pack"),
            ("01arz3ndektsv4rrffq69g5fav", "pack-01arz3ndektsv4rrffq69g5fav"),
        ] {
            assert_eq!(make_slug(name, "pack"), slug);
        }
    }

    #[test]
    fn hostile_names_are_refused() {
        for name in ["", ".", "..", "1...2", "a/b", "a\\b", "a:b", " a", "a ", "a\u{202e}b", "a\nb", "a\u{0}"] {
            assert!(name_fault(name).is_some(), "{name:?} was allowed");
        }
        assert!(name_fault(&"x".repeat(256)).is_some());
        for name in ["1", "1.20.1+Fabric", "beta 2", "1..2", "ünï"] {
            assert_eq!(name_fault(name), None, "{name:?} was refused");
        }
    }

    #[test]
    fn plus_and_underscore_are_one_build_name() {
        assert_eq!(Scope::Builds("x").key("1+A"), Scope::Builds("x").key("1_a"));
        assert_ne!(Scope::Versions("x").key("1+a"), Scope::Versions("x").key("1_a"));
    }

    #[test]
    fn slugs_do_not_look_like_ids() {
        assert!(is_id(&new_id()));
        assert!(slug_fault(&new_id()).is_some());
        assert!(slug_fault(&new_id().to_uppercase()).is_some());
        assert_eq!(slug_fault("JEI_2.0"), None);
    }
}
