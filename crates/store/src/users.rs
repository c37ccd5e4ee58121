//! Users: finding, listing, making, changing, deleting.
//!
//! Passwords come here hashed: what a password must be, and how it is hashed, is the sign-in's business.

use kleister_types::users::{NewUser, User, UserChange};
use kleister_types::{Paging, Perm, Timestamp};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use crate::lists::{self, Page, Sorts};
use crate::names::{self, Scope};
use crate::permissions::Opened;
use crate::rows::{self, group, module, pack, user};
use crate::rules::{Rules, edit};
use crate::{Caller, Error, Need, Result, Who, members, tokens};

const SORTS: Sorts<user::Column> = &[
    ("username", user::Column::SortKey),
    ("fullname", user::Column::Fullname),
    ("created", user::Column::CreatedAt),
    ("updated", user::Column::UpdatedAt),
];

const ADMIN_SORTS: Sorts<user::Column> = &[
    ("username", user::Column::SortKey),
    ("fullname", user::Column::Fullname),
    ("email", user::Column::Email),
    ("admin", user::Column::Admin),
    ("active", user::Column::Active),
    ("created", user::Column::CreatedAt),
    ("updated", user::Column::UpdatedAt),
];

/// A user as the caller may see him: e-mail address and rights only for himself and server admins.
pub fn shown(row: user::Model, caller: &Caller) -> User {
    let all = caller.who().is_some_and(|who| who.admin || who.id == row.id);
    User {
        id: row.id,
        username: row.username,
        email: row.email.filter(|_| all),
        fullname: row.fullname,
        profile: None,
        admin: all.then_some(row.admin),
        active: all.then_some(row.active),
        // Nobody can have one before there are providers to sign in with.
        auths: Vec::new(),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}

/// Finds a user by id or username; only for those who are signed in, and only server admins have a right on him.
pub async fn open(db: &impl ConnectionTrait, caller: &Caller, key: &str, need: Need) -> Result<Opened<user::Model>> {
    if caller.signed_in()?.admin {
        let row = find(db, key).await?.ok_or(Error::Missing("user"))?;
        return Ok(Opened { row, right: Some(Perm::Owner) });
    }
    match need {
        Need::See => {
            let row = find(db, key).await?.ok_or(Error::Missing("user"))?;
            Ok(Opened { row, right: None })
        }
        // Not even whether there is such a user.
        Need::Have(_) => Err(Error::NotAdmin),
    }
}

/// The user of this identifier as a caller, with his rights as they stand now; missing if he is gone or deactivated.
pub async fn caller(db: &impl ConnectionTrait, id: &str) -> Result<Caller> {
    let row = user::Entity::find_by_id(id).one(db).await?.filter(|row| row.active).ok_or(Error::Missing("user"))?;
    Ok(Caller::User(Who { id: row.id, username: row.username, admin: row.admin }))
}

/// The user with this id or username.
pub async fn find(db: &impl ConnectionTrait, key: &str) -> Result<Option<user::Model>> {
    if names::is_id(key) {
        return Ok(user::Entity::find_by_id(key).one(db).await?);
    }
    find_by_name(db, key).await
}

/// The user with this username, whatever its case; identifiers do not count.
pub async fn find_by_name(db: &impl ConnectionTrait, username: &str) -> Result<Option<user::Model>> {
    let named = user::Column::Id.in_subquery(names::owner_id(Scope::Users, username));
    Ok(user::Entity::find().filter(named).one(db).await?)
}

/// One page of the users.
pub async fn list(db: &impl ConnectionTrait, caller: &Caller, paging: &Paging) -> Result<Page<user::Model>> {
    let seen = matching(user::Entity::find(), caller, paging)?;
    let sorted = lists::sorted(seen.clone(), sorts(caller), user::Column::Id, paging)?;
    lists::page(db, sorted, seen, paging).await
}

/// The columns that users are sorted by; what only server admins see, only they can sort by.
pub(crate) fn sorts(caller: &Caller) -> Sorts<user::Column> {
    if caller.is_admin() { ADMIN_SORTS } else { SORTS }
}

/// Narrows a query to the users that match, the e-mail address counting for server admins only.
pub(crate) fn matching(all: Select<user::Entity>, caller: &Caller, paging: &Paging) -> Result<Select<user::Entity>> {
    caller.signed_in()?;
    let Some(text) = lists::searched(paging)?.filter(|_| caller.is_admin()) else {
        return lists::matching(all, user::Column::Search, paging);
    };
    let lower = Func::lower(Expr::col(user::Column::Email.as_column_ref()));
    let email = Expr::expr(lower).like(lists::contains(text));
    let search = Expr::col(user::Column::Search.as_column_ref()).like(lists::contains(text));
    Ok(all.filter(Condition::any().add(email).add(search)))
}

/// Makes a user.
pub async fn create(
    db: &impl ConnectionTrait,
    wanted: &NewUser,
    password_hash: Option<String>,
    now: Timestamp,
) -> Result<user::Model> {
    let mut row = user::Model {
        id: names::new_id(),
        username: String::new(),
        sort_key: String::new(),
        search: None,
        email: None,
        fullname: None,
        password_hash,
        admin: wanted.admin.unwrap_or(false),
        active: wanted.active.unwrap_or(true),
        stamp: 0,
        scim_id: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    let username = wanted.username.clone().unwrap_or_default();
    apply(&mut row, &username, wanted.email.as_ref(), wanted.fullname.as_ref())?;
    names::claim(db, Scope::Users, ("username", &username), ("user", &row.id), now).await?;
    rows::insert(db, row.clone()).await?;
    Ok(row)
}

/// Changes a user. A new password and a deactivation end all of his sessions, a deactivation his tokens too.
pub async fn update(
    db: &impl ConnectionTrait,
    mut row: user::Model,
    wanted: &UserChange,
    password_hash: Option<String>,
    now: Timestamp,
) -> Result<user::Model> {
    let loses_power = row.admin && row.active && (wanted.admin == Some(false) || wanted.active == Some(false));
    if loses_power {
        refuse_if_last_admin(db, &row).await?;
    }
    let former = row.username.clone();
    let username = wanted.username.clone().unwrap_or_else(|| former.clone());
    apply(&mut row, &username, wanted.email.as_ref(), wanted.fullname.as_ref())?;
    names::claim(db, Scope::Users, ("username", &username), ("user", &row.id), now).await?;
    if Scope::Users.key(&former) != Scope::Users.key(&username) {
        names::give_up(db, Scope::Users, &former).await?;
    }
    if password_hash.is_some() || wanted.active == Some(false) {
        row.stamp += 1;
    }
    row.password_hash = password_hash.or(row.password_hash);
    row.admin = wanted.admin.unwrap_or(row.admin);
    row.active = wanted.active.unwrap_or(row.active);
    if !row.active {
        tokens::revoke_all(db, &row.id, now).await?;
    }
    row.updated_at = now.as_millis();
    rows::update(db, row.clone()).await?;
    Ok(row)
}

/// Deletes a user with his memberships and all that he signs in with, unless a pack, mod or group would have no owner
/// left, or the server no admin.
pub async fn delete(db: &impl ConnectionTrait, row: &user::Model) -> Result<()> {
    if row.admin && row.active {
        refuse_if_last_admin(db, row).await?;
    }
    members::refuse_if_last_owner::<user::Entity, pack::Entity>(db, &row.id).await?;
    members::refuse_if_last_owner::<user::Entity, module::Entity>(db, &row.id).await?;
    members::refuse_if_last_owner::<user::Entity, group::Entity>(db, &row.id).await?;
    names::release(db, &row.id, false).await?;
    user::Entity::delete_by_id(&row.id).exec(db).await?;
    Ok(())
}

/// Replaces a password's hash by another one of the same password, unless the password was changed meanwhile; whether
/// it was done. Sessions go on.
pub async fn rehash(db: &impl ConnectionTrait, id: &str, former: &str, hash: &str) -> Result<bool> {
    let same =
        user::Entity::update_many().filter(user::Column::Id.eq(id)).filter(user::Column::PasswordHash.eq(former));
    let done = same.col_expr(user::Column::PasswordHash, Expr::value(hash)).exec(db).await?;
    Ok(done.rows_affected == 1)
}

/// Whether there is an active server admin.
pub async fn any_admin(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(admins().one(db).await?.is_some())
}

fn admins() -> Select<user::Entity> {
    user::Entity::find().filter(user::Column::Admin.eq(true)).filter(user::Column::Active.eq(true))
}

async fn refuse_if_last_admin(db: &impl ConnectionTrait, row: &user::Model) -> Result<()> {
    let others = admins().filter(user::Column::Id.ne(&row.id)).one(db).await?;
    let name = &row.username;
    others.map(drop).ok_or_else(|| {
        Error::Conflict(format!("`{name}` is the last admin of this server; make somebody else an admin first"))
    })
}

/// Writes names and address into a row, if they keep the rules.
fn apply(row: &mut user::Model, username: &str, email: Option<&String>, fullname: Option<&String>) -> Result<()> {
    let mut rules = Rules::of("user");
    rules.check("username", names::title_fault(username).or_else(|| username_fault(username)));
    rules.at_most("email", email, 255);
    rules.at_most("fullname", fullname, 255);
    rules.end()?;
    username.clone_into(&mut row.username);
    row.sort_key = names::sort_key(username);
    edit(&mut row.email, email);
    edit(&mut row.fullname, fullname);
    row.search = Some(names::search_text([Some(username), row.fullname.as_deref()]));
    Ok(())
}

fn username_fault(username: &str) -> Option<&'static str> {
    if names::is_id(&username.to_lowercase()) {
        Some("cannot look like an identifier")
    } else if username.trim() != username {
        Some("cannot begin or end with a space")
    } else {
        None
    }
}
