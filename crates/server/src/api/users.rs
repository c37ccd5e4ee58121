//! Users.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::avatars::dress::dress;
use kleister_store::{tokens, users};
use kleister_types::Notice;
use kleister_types::users::{NewUser, User as WireUser, UserChange, UserPage};

use super::body::{Json, Page};
use super::guard::{CanEdit, CanOwn, CanSee, Snapshot, User};
use super::op;
use super::reply::{Reply, Result, done};
use super::unchanged::{self, IfMatch, Tagged};
use crate::App;
use crate::delivery::base::Base;
use crate::problem::Problem;
use crate::signin::caller::{Asking, Shown};
use crate::signin::password;

const TAG: &str = "user";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/users",
            get_with(list, op("ListUsers", TAG, "Fetch all available users"))
                .post_with(create, op("CreateUser", TAG, "Create a new user")),
        )
        .api_route(
            "/users/{user_id}",
            get_with(show, op("ShowUser", TAG, "Fetch a specific user"))
                .put_with(update, op("UpdateUser", TAG, "Update a specific user"))
                .delete_with(delete, op("DeleteUser", TAG, "Delete a specific user")),
        )
}

async fn list(Asking(caller): Asking, Page(paging): Page, base: Base, db: Snapshot) -> Result<UserPage> {
    let page = users::list(&*db, &caller, &paging).await?;
    let page = UserPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        users: page.rows.into_iter().map(|user| users::shown(user, &caller)).collect(),
    };
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn create(
    State(app): State<App>,
    Asking(caller): Asking,
    base: Base,
    Json(wanted): Json<NewUser>,
) -> unchanged::Result<WireUser> {
    caller.server_admin()?;
    let username = wanted.username.as_deref().unwrap_or_default();
    let hash = new_password(&app, wanted.password.clone(), username).await?;
    let write = app.db.write().await?;
    let user = users::create(&*write, &wanted, hash, app.clock.now()).await?;
    let user = dress(&*write, base.avatars(), users::shown(user, &caller)).await?;
    write.commit().await?;
    Ok(Tagged(user))
}

async fn show(CanSee(user, db): CanSee<User>, Asking(caller): Asking, base: Base) -> unchanged::Result<WireUser> {
    Ok(Tagged(dress(&*db, base.avatars(), users::shown(user.row, &caller)).await?))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<User>,
    Asking(caller): Asking,
    shown: Shown,
    seen: IfMatch,
    base: Base,
    Json(wanted): Json<UserChange>,
) -> unchanged::Result<WireUser> {
    if wanted.password.is_some() || wanted.email.is_some() {
        shown.needs_sign_in()?;
    }
    let former = edit.open().await?;
    let username = wanted.username.as_deref().unwrap_or(&former.row.username);
    let hash = new_password(&app, wanted.password.clone(), username).await?;
    let (write, user) = edit.lock().await?;
    seen.judge(dress(&*write, base.avatars(), users::shown(user.row.clone(), &caller))).await?;
    if hash.is_some() {
        tokens::revoke_all(&*write, &user.row.id, app.clock.now()).await?;
    }
    let user = users::update(&*write, user.row, &wanted, hash, app.clock.now()).await?;
    let user = dress(&*write, base.avatars(), users::shown(user, &caller)).await?;
    write.commit().await?;
    Ok(Tagged(user))
}

async fn delete(own: CanOwn<User>) -> Result<Notice> {
    let (write, user) = own.lock().await?;
    users::delete(&*write, &user.row).await?;
    write.commit().await?;
    Ok(done("Successfully deleted user"))
}

/// The hash of a new password, if there is one that may be used.
pub(super) async fn new_password(
    app: &App,
    password: Option<String>,
    username: &str,
) -> std::result::Result<Option<String>, Problem> {
    let Some(password) = password.filter(|password| !password.is_empty()) else { return Ok(None) };
    if let Some(fault) = password::fault(&password, username) {
        return Err(Problem::invalid("user", "password", fault));
    }
    Ok(Some(app.passwords.hash(password).await?))
}
