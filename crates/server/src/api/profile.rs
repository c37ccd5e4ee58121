//! The signed-in user about himself.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::{Need, profile, users};
use kleister_types::profile::{Profile, ProfileChange};
use kleister_types::users::UserChange;

use super::body::Json;
use super::guard::Snapshot;
use super::unchanged::{self, IfMatch, Tagged};
use super::users::new_password;
use super::{op, tokens};
use crate::App;
use crate::delivery::base::Base;
use crate::signin::caller::{Asking, Shown};

const TAG: &str = "profile";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/profile/self",
            get_with(show, op("ShowProfile", TAG, "Fetch profile details of the personal account"))
                .put_with(update, op("UpdateProfile", TAG, "Update your own profile information")),
        )
        .merge(tokens::routes())
}

async fn show(Asking(caller): Asking, base: Base, db: Snapshot) -> unchanged::Result<Profile> {
    let who = caller.signed_in()?;
    let user = users::open(&*db, &caller, &who.id, Need::See).await?;
    Ok(Tagged(profile::show(&*db, &caller, base.avatars(), user.row).await?))
}

async fn update(
    State(app): State<App>,
    Asking(caller): Asking,
    shown: Shown,
    seen: IfMatch,
    base: Base,
    Json(wanted): Json<ProfileChange>,
) -> unchanged::Result<Profile> {
    let who = caller.signed_in()?;
    if wanted.password.is_some() || wanted.email.is_some() {
        shown.needs_sign_in()?;
    }
    let ProfileChange { username, password, email, fullname } = wanted;
    let hash = new_password(&app, password, username.as_deref().unwrap_or(&who.username)).await?;
    let wanted = UserChange { username, email, fullname, ..UserChange::default() };
    let write = app.db.write().await?;
    let user = users::open(&*write, &caller, &who.id, Need::See).await?;
    seen.judge(profile::show(&*write, &caller, base.avatars(), user.row.clone())).await?;
    let user = users::update(&*write, user.row, &wanted, hash, app.clock.now()).await?;
    let profile = profile::show(&*write, &caller, base.avatars(), user).await?;
    write.commit().await?;
    Ok(Tagged(profile))
}
