//! What changed from one build of a pack to another.

use aide::OperationOutput;
use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, Response as Documented};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use kleister_types::compare::{CompareFormat, CompareRequest, Comparison};

use super::addition;
use super::body::Asked;
use super::guard::{CanSee, Pack};
use super::reply::Reply;
use crate::problem::Problem;
use crate::{App, compare};

const TAG: &str = "build";
const MARKDOWN: &str = "text/markdown; charset=utf-8";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new().api_route(
        "/packs/{pack_id}/compare",
        get_with(show, addition("CompareBuilds", TAG, "Fetch what changed from one build of a pack to another")),
    )
}

async fn show(
    State(app): State<App>,
    CanSee(pack, db): CanSee<Pack>,
    Asked(wanted): Asked<CompareRequest>,
    headers: HeaderMap,
) -> Result<Told, Problem> {
    let from = compare::side(&app, &db, &pack, &wanted.from).await?;
    let to = compare::side(&app, &db, &pack, &wanted.to).await?;
    drop(db);
    let comparison = compare::compare(&app, &from, &to).await?;
    Ok(match wanted.format.unwrap_or_else(|| accepted(&headers)) {
        CompareFormat::Markdown => Told::Markdown(comparison.to_markdown()),
        CompareFormat::Json => Told::Json(Box::new(compare::wire(from, to, comparison))),
    })
}

/// How a client wants to read it, if the address does not say so.
fn accepted(headers: &HeaderMap) -> CompareFormat {
    let accepts = |value: &str| value.split(',').any(|it| it.split(';').next().unwrap_or("").trim() == "text/markdown");
    let markdown = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(accepts);
    if markdown { CompareFormat::Markdown } else { CompareFormat::Json }
}

/// A comparison in one of two forms.
enum Told {
    Json(Box<Comparison>),
    Markdown(String),
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let vary = [(VARY, "Accept")];
        match self {
            Self::Json(comparison) => (vary, Reply(*comparison)).into_response(),
            Self::Markdown(text) => (vary, [(CONTENT_TYPE, MARKDOWN)], text).into_response(),
        }
    }
}

impl OperationOutput for Told {
    type Inner = Comparison;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Documented> {
        let mut response = Reply::<Comparison>::operation_response(ctx, operation)?;
        response.content.insert("text/markdown".to_owned(), MediaType::default());
        Some(response)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(200), response)).into_iter().collect()
    }
}
