//! Files that come in pieces, by the tus protocol: an upload that breaks off goes on where it was.

use aide::OperationOutput;
use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as Documented};
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::handler::Handler;
use axum::http::header::{HeaderName, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{options, post};
use chrono::DateTime;
use kleister_store::rows::upload;
use kleister_store::uploads;
use kleister_types::Timestamp;
use kleister_types::uploads::Upload;
use schemars::{JsonSchema, json_schema};
use serde::Deserialize;
use tower_http::set_header::SetResponseHeaderLayer;

use super::addition;
use super::body::At;
use super::upload::{described, outcome};
use crate::App;
use crate::problem::Problem;
use crate::signin::caller::Asking;
use crate::tus::{self, Beginning, Piece, Spoken, pieces};
use crate::watch;

const TAG: &str = "upload";

/// The part of an address that names an upload.
#[derive(Debug, Deserialize, JsonSchema)]
struct UploadPath {
    /// The upload, by identifier.
    upload_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    let always = |name| {
        SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(tus::VERSION))
    };
    ApiRouter::new()
        .api_route("/uploads", post_with(begin, addition("CreateUpload", TAG, "Begin to send a file in pieces")))
        .route("/uploads", options(describe))
        .api_route(
            "/uploads/{upload_id}",
            get_with(show, addition("ShowUpload", TAG, "Tell how far an upload is"))
                .patch_with(go_on, addition("ContinueUpload", TAG, "Send the next piece of a file"))
                .delete_with(end, addition("DeleteUpload", TAG, "End an upload")),
        )
        .route("/uploads/{upload_id}", post(instead))
        .layer(always("tus-resumable"))
        .layer(always("tus-version"))
}

/// What of the protocol is spoken here.
async fn describe(State(app): State<App>) -> impl IntoResponse {
    let headers = [
        ("tus-extension", tus::EXTENSIONS.to_owned()),
        ("tus-max-size", app.config.upload.limit.to_string()),
        ("tus-checksum-algorithm", tus::algorithms()),
    ];
    (StatusCode::NO_CONTENT, headers)
}

async fn begin(
    State(app): State<App>,
    Asking(caller): Asking,
    _: Spoken,
    beginning: Beginning,
    Bytes(body): Bytes,
) -> Result<Standing<201>, Problem> {
    let row = pieces::begin(&app, &caller, beginning, body).await?;
    Ok(Standing(row))
}

async fn show(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<UploadPath>,
) -> Result<Standing<200>, Problem> {
    let row = uploads::open(&app.db.read().await?, &caller, &path.upload_id, app.clock.now()).await?;
    Ok(Standing(row))
}

async fn go_on(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<UploadPath>,
    _: Spoken,
    piece: Piece,
    Bytes(body): Bytes,
) -> Result<Standing<204>, Problem> {
    let row = pieces::go_on(&app, &caller, &path.upload_id, piece, body).await;
    if !matches!(&row, Ok(row) if row.intake_id.is_none()) {
        watch::uploaded(outcome(&row), row.as_ref().map_or(0, |row| row.size.try_into().unwrap_or(0)));
    }
    row.map(Standing)
}

async fn end(State(app): State<App>, Asking(caller): Asking, At(path): At<UploadPath>) -> Result<Ended, Problem> {
    pieces::end(&app, &caller, &path.upload_id).await?;
    Ok(Ended)
}

/// Does what a client means that can send nothing but POST.
async fn instead(State(app): State<App>, request: Request) -> Response {
    match request.headers().get("x-http-method-override").map(HeaderValue::as_bytes) {
        Some(b"PATCH") => go_on.call(request, app).await,
        Some(b"DELETE") => end.call(request, app).await,
        Some(b"HEAD") => show.call(request, app).await,
        _ => Problem::NoMethod.into_response(),
    }
}

/// The bytes of a piece, which are read later.
struct Bytes(Body);

impl FromRequest<App> for Bytes {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        Ok(Self(request.into_body()))
    }
}

impl aide::OperationInput for Bytes {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let piece = json_schema!({ "type": "string", "format": "binary" });
        operation.request_body = Some(described([("application/offset+octet-stream", piece)]));
    }
}

/// How far an upload is: in headers for clients of the protocol, and as JSON for others.
struct Standing<const STATUS: u16>(upload::Model);

impl<const STATUS: u16> IntoResponse for Standing<STATUS> {
    fn into_response(self) -> Response {
        let headers = headers(&self.0);
        let status = match STATUS {
            201 => StatusCode::CREATED,
            204 => StatusCode::NO_CONTENT,
            _ => StatusCode::OK,
        };
        if status == StatusCode::NO_CONTENT {
            return (status, headers).into_response();
        }
        (status, headers, Json(wire(self.0))).into_response()
    }
}

impl<const STATUS: u16> OperationOutput for Standing<STATUS> {
    type Inner = Upload;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Documented> {
        if STATUS == 204 {
            return Some(Documented { description: "The piece is on disk.".to_owned(), ..Documented::default() });
        }
        <Json<Upload> as OperationOutput>::operation_response(ctx, operation)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        let response = Self::operation_response(ctx, operation);
        response.map(|response| (Some(STATUS), response)).into_iter().collect()
    }
}

/// An upload is no more.
struct Ended;

impl IntoResponse for Ended {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl OperationOutput for Ended {
    type Inner = ();

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Documented> {
        Some(Documented { description: "The upload is no more.".to_owned(), ..Documented::default() })
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        Self::operation_response(ctx, operation).map(|response| (Some(204), response)).into_iter().collect()
    }
}

fn wire(row: upload::Model) -> Upload {
    Upload {
        id: row.id,
        name: row.name,
        size: row.size.try_into().unwrap_or(0),
        received: row.received.try_into().unwrap_or(0),
        intake: row.intake_id,
        created_at: Timestamp::from_millis(row.created_at),
        ends_at: Timestamp::from_millis(row.ends_at),
    }
}

/// What clients of the protocol look at; the file of the intake that a complete one became stands beside.
fn headers(row: &upload::Model) -> HeaderMap {
    let ends = DateTime::from_timestamp_millis(row.ends_at).unwrap_or_default();
    let said = [
        (LOCATION, Some(format!("/api/v1/uploads/{}", row.id))),
        (HeaderName::from_static("upload-offset"), Some(row.received.to_string())),
        (HeaderName::from_static("upload-length"), Some(row.size.to_string())),
        (HeaderName::from_static("upload-expires"), Some(ends.format("%a, %d %b %Y %H:%M:%S GMT").to_string())),
        (HeaderName::from_static("upload-metadata"), row.metadata.clone()),
        (HeaderName::from_static("kleister-intake"), row.intake_id.clone()),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name, value?.parse().ok()?))).collect()
}
