//! Users.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::users;
use kleister_types::users::{NewUser, User, UserChange, UserPage};
use schemars::JsonSchema;
use serde::Deserialize;

use super::body::{At, Json, Page};
use super::guard::Snapshot;
use super::op;
use super::reply::{Reply, Result};
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::Asking;
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
                .put_with(update, op("UpdateUser", TAG, "Update a specific user")),
        )
}

/// The address of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct UserPath {
    /// The user, by identifier or username.
    user_id: String,
}

async fn list(Asking(caller): Asking, Page(paging): Page, db: Snapshot) -> Result<UserPage> {
    let page = users::list(&*db, &caller, &paging).await?;
    Ok(Reply(UserPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        users: page.rows.into_iter().map(|user| users::shown(user, &caller)).collect(),
    }))
}

async fn create(State(app): State<App>, Asking(caller): Asking, Json(wanted): Json<NewUser>) -> Result<User> {
    caller.server_admin()?;
    let username = wanted.username.as_deref().unwrap_or_default();
    let hash = new_password(&app, wanted.password.clone(), username).await?;
    let write = app.db.write().await?;
    let user = users::create(&*write, &wanted, hash, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(users::shown(user, &caller)))
}

async fn show(Asking(caller): Asking, At(path): At<UserPath>, db: Snapshot) -> Result<User> {
    let user = users::open(&*db, &caller, &path.user_id).await?;
    Ok(Reply(users::shown(user, &caller)))
}

async fn update(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<UserPath>,
    Json(wanted): Json<UserChange>,
) -> Result<User> {
    caller.server_admin()?;
    let former = users::open(&app.db.read().await?, &caller, &path.user_id).await?;
    let username = wanted.username.as_deref().unwrap_or(&former.username);
    let hash = new_password(&app, wanted.password.clone(), username).await?;
    let write = app.db.write().await?;
    let user = users::open(&*write, &caller, &former.id).await?;
    let user = users::update(&*write, user, &wanted, hash, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(users::shown(user, &caller)))
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
