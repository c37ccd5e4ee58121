//! Files on their way in: parts of a form, or a body that is one. Each is read by itself, so that one that is broken or
//! dangerous refuses nothing but itself.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Query, Request};
use futures::{Stream, StreamExt, TryStreamExt};
use kleister_files::Blob;
use kleister_formats::safe_file_name;
use kleister_store::Caller;
use kleister_store::intakes::New;
use kleister_types::intake::IntakeQuery;
use schemars::json_schema;

use super::recognised::sentence;
use crate::App;
use crate::api::body::{declared, media_type};
use crate::api::digests;
use crate::api::upload::{bad_form, broken, described, row, take_place};
use crate::jars::{self, Reading};
use crate::outbound::Expected;
use crate::problem::Problem;
use crate::uploads::TooManyFiles;

/// Files that have come, each read.
pub struct Received {
    /// The files, in the order in which they came.
    pub files: Vec<New>,
}

impl FromRequest<App> for Received {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (_place, request) = take_place(app, request).await?;
        match media_type(request.headers()).as_str() {
            "multipart/form-data" => form(app, request).await,
            "application/json" => Err(Problem::BadRequest(
                "send files as `multipart/form-data`, or one as the body with its name as `?name=`".to_owned(),
            )),
            _ => body(app, request).await,
        }
    }
}

impl OperationInput for Received {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let form = json_schema!({
            "type": "object",
            "properties": {
                "file": {
                    "type": "array",
                    "items": { "type": "string", "format": "binary" },
                    "description": "The files as they are, streamed; each part has a file name.",
                },
            },
        });
        let file = json_schema!({ "type": "string", "format": "binary" });
        operation.request_body = Some(described([("multipart/form-data", form), ("application/octet-stream", file)]));
    }
}

/// A body that is one file, named by the query.
async fn body(app: &App, request: Request) -> Result<Received, Problem> {
    let query = Query::<IntakeQuery>::try_from_uri(request.uri()).map(|Query(query)| query).unwrap_or_default();
    let mut expected = digests::of_headers(request.headers())?;
    digests::told(&mut expected, query.sha1, query.sha512)?;
    let name = query.name.unwrap_or_default();
    let name = safe_file_name(&name).map_err(|reason| Problem::invalid("intake", "name", reason.to_string()))?;
    let declared = declared(request.headers());
    let body = request.into_body().into_data_stream().map_err(|error| Problem::broken_off(&error));
    let blob = keep(app, declared, body, &expected).await?;
    Ok(Received { files: vec![read(app, name, blob).await?] })
}

/// The parts of a form that have a file name, each a file. Where the rest has no room, what has come before stays: the first
/// file of the rest is refused, and says so.
async fn form(app: &App, request: Request) -> Result<Received, Problem> {
    let limit = app.config.upload.limit;
    let declared = declared(request.headers()).filter(|declared| *declared <= limit);
    let mut form = Multipart::from_request(request, app).await.map_err(|error| bad_form(&error.body_text()))?;
    let mut files = Vec::new();
    loop {
        let (name, problem) = match form.next_field().await {
            Ok(Some(field)) => {
                let Some(name) = field.file_name().map(ToOwned::to_owned) else { continue };
                match part(app, declared, files.len(), (&name, field)).await {
                    Ok(file) => {
                        files.push(file);
                        continue;
                    }
                    Err(problem) => (name, problem),
                }
            }
            Ok(None) => break,
            Err(error) => ("file".to_owned(), broken(&error)),
        };
        if files.is_empty() || !is_about_room(&problem) {
            return Err(problem);
        }
        let why = format!("{} This file and those behind it were not taken.", sentence(&problem.told()));
        files.push(refused(plain(&name).unwrap_or("file"), 0, why));
        break;
    }
    if files.is_empty() { Err(bad_form("no part of it has a file name")) } else { Ok(Received { files }) }
}

/// One file of a form, or why nothing more can be taken of it.
async fn part(
    app: &App,
    declared: Option<u64>,
    before: usize,
    (name, field): (&str, Field<'_>),
) -> Result<New, Problem> {
    use kleister_files::Error::{Blocked, TooLarge};
    let most = app.config.upload.files;
    if before == most {
        return Err(TooManyFiles(most).into());
    }
    let name = match plain(name) {
        Ok(name) => name,
        Err(reason) => return Ok(refused("file", 0, reason.to_string())),
    };
    match keep(app, declared, field.map_err(|error| broken(&error)), &Expected::default()).await {
        Ok(blob) => read(app, name, blob).await,
        Err(Problem::Files(error @ (TooLarge { .. } | Blocked { .. }))) => Ok(refused(name, 0, error.to_string())),
        Err(problem) => Err(problem),
    }
}

/// The name that a file of a form is kept under; a folder that is dropped names its files with their paths.
fn plain(name: &str) -> Result<&str, kleister_formats::Error> {
    safe_file_name(name.rsplit('/').next().unwrap_or_default())
}

/// Whether a problem is that there is no room for more, whatever comes.
fn is_about_room(problem: &Problem) -> bool {
    use kleister_files::Error::{Full, Reserved};
    matches!(problem, Problem::Quota(_) | Problem::TooManyFiles(_) | Problem::Files(Full | Reserved { .. }))
}

/// Streams a file to disk, where it stays if it is what is expected.
async fn keep(
    app: &App,
    declared: Option<u64>,
    bytes: impl Stream<Item = Result<Bytes, Problem>>,
    expected: &Expected,
) -> Result<Blob, Problem> {
    let mut upload = app.files.upload(declared, app.config.upload.limit).await?;
    let mut bytes = std::pin::pin!(bytes);
    while let Some(chunk) = bytes.next().await {
        upload.write(chunk?).await?;
    }
    digests::finish(upload, expected).await
}

/// Reads a file that is on disk. Whose it is, is noted where it begins to wait.
pub(crate) async fn read(app: &App, name: &str, blob: Blob) -> Result<New, Problem> {
    let (size, blob) = (blob.size, row(blob, &Caller::Anonymous, app.clock.now()));
    let (reading, description) = jars::read_new(app, &blob).await?;
    let refusal = match reading {
        Reading::Read(jar) if jar.game => Some(format!("This {}.", jars::GAME)),
        Reading::Read(_) => None,
        Reading::Refused(refusal) => Some(refusal.to_string()),
    };
    Ok(New { name: name.to_owned(), size, kept: Some((blob, description)), refusal, recognition: None })
}

fn refused(name: &str, size: u64, refusal: String) -> New {
    New { name: name.to_owned(), size, kept: None, refusal: Some(refusal), recognition: None }
}
