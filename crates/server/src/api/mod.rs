//! The Kleister API: the table of contents.
//!
//! One file per feature, each with its `routes()`. To add an operation: its wire shapes in the types room, its query
//! in the store, its handler and route here, and its row in the permission table of the tests.

mod auth;
pub(crate) mod avatars;
mod blobs;
pub mod body;
mod build_files;
mod builds;
mod channels;
mod check;
mod compare;
pub mod digests;
mod groups;
pub mod guard;
mod imports;
mod intake;
mod jobs;
mod links;
mod loaders;
mod members;
mod mods;
pub mod openapi;
mod pack_tokens;
mod packs;
mod previews;
mod profile;
mod providers;
mod reference;
pub mod reply;
mod setup;
mod solder;
mod sources;
mod storage;
mod tokens;
pub mod unchanged;
pub mod upload;
mod uploads;
mod users;
mod versions;
mod webhooks;

use aide::axum::ApiRouter;
use aide::transform::TransformOperation;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::App;
use crate::problem::Problem;

/// All operations, below `/api/v1`.
pub fn routes() -> ApiRouter<App> {
    let private = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ApiRouter::new()
        .merge(auth::routes())
        .merge(providers::routes())
        .merge(setup::routes())
        .merge(profile::routes())
        .merge(users::routes())
        .merge(groups::routes())
        .merge(packs::routes())
        .merge(avatars::routes())
        .merge(builds::routes())
        .merge(build_files::routes())
        .merge(channels::routes())
        .merge(check::routes())
        .merge(compare::routes())
        .merge(pack_tokens::routes())
        .merge(previews::routes())
        .merge(webhooks::routes())
        .merge(mods::routes())
        .merge(versions::routes())
        .merge(links::routes())
        .merge(intake::routes())
        .merge(uploads::routes())
        .merge(members::routes())
        .merge(loaders::routes())
        .merge(jobs::routes())
        .merge(sources::routes())
        .merge(imports::routes())
        .merge(storage::routes())
        .merge(blobs::routes())
        .merge(solder::routes())
        .merge(reference::routes())
        .fallback(async || Problem::NoRoute)
        .layer(private)
}

/// The name and the one-line text of an operation, as the contract has them.
fn op(id: &str, tag: &str, summary: &str) -> impl Fn(TransformOperation<'_>) -> TransformOperation<'_> {
    move |operation| operation.id(id).tag(tag).summary(summary)
}

/// An operation that the published contract does not know.
fn addition(
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
) -> impl Fn(TransformOperation<'_>) -> TransformOperation<'_> {
    move |operation| {
        let mut operation = op(id, tag, summary)(operation);
        operation.inner_mut().extensions.insert("x-kleister-addition".to_owned(), true.into());
        operation
    }
}
