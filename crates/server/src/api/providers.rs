//! Providers of identities that users can sign in with. None can be configured yet, so the list is empty and each name
//! is unknown.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use kleister_types::auth::Providers;
use schemars::JsonSchema;
use serde::Deserialize;

use super::body::At;
use super::op;
use super::reply::{Reply, Result};
use crate::App;
use crate::problem::Problem;

const TAG: &str = "auth";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/auth/providers", get_with(list, op("ListProviders", TAG, "Fetch the available auth providers")))
        .api_route(
            "/auth/{provider}/request",
            get_with(unknown, op("RequestProvider", TAG, "Request the redirect to defined provider")),
        )
        .api_route(
            "/auth/{provider}/callback",
            get_with(unknown, op("CallbackProvider", TAG, "Callback to parse the defined provider")),
        )
}

/// The address of a provider.
#[derive(Deserialize, JsonSchema)]
struct ProviderPath {
    /// The provider's name, as the list of providers has it.
    #[expect(dead_code, reason = "only its documentation is used: no name is known")]
    provider: String,
}

async fn list() -> Result<Providers> {
    Ok(Reply(Providers::default()))
}

async fn unknown(At(_): At<ProviderPath>) -> Problem {
    Problem::Store(kleister_store::Error::Missing("provider"))
}
