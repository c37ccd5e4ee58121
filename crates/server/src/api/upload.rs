//! A version's file on its way in: a data URL within JSON, or a streamed part of a form.
//!
//! Either way the bytes are on disk under their hash before any row names them. A file whose request fails later is
//! an orphan, which is harmless.

mod form;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{MediaType, Operation, ReferenceOr, RequestBody, SchemaObject};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use data_url::DataUrl;
use futures::StreamExt;
use kleister_files::Blob;
use kleister_formats::{InstancePath, safe_file_name};
use kleister_store::Caller;
use kleister_store::rows::{blob, module};
use kleister_store::versions::{NewFile, ReadFile, Wanted};
use kleister_types::mods::Kind;
use kleister_types::versions::{Redistribution, VersionChange};
use kleister_types::{Environment, Timestamp};
use percent_encoding::percent_decode_str;
use schemars::{Schema, json_schema};

pub use self::form::{bad_form, broken};
pub(super) use self::form::{flag, keep, text};
use super::body::{self, declared, media_type, parse, read};
use super::digests;
use crate::outbound::Expected;
use crate::problem::Problem;
use crate::signin::caller::Asking;
use crate::uploads::{OverQuota, UploadUnderWay};
use crate::{App, jars, uploads, watch};

/// What to do with a file that is too large for JSON.
const JSON_ADVICE: &str = "`upload.json_limit` is the most within JSON, so send the file as `multipart/form-data`";
/// How much a form may be larger than the file in it, in bytes.
pub const FORM_OVERHEAD: u64 = 64 << 10;

/// What was sent of a version.
#[derive(Debug, Default)]
pub struct Sent {
    /// The handle.
    pub name: Option<String>,
    /// Whether it is offered to others.
    pub public: Option<bool>,
    /// The file, on disk already.
    pub file: Option<SentFile>,
    /// What each side needs of it.
    pub environment: Option<Environment>,
    /// Whether its file may be handed out.
    pub redistribution: Option<Redistribution>,
}

/// A file that is on disk already.
#[derive(Debug)]
pub struct SentFile {
    name: Option<String>,
    blob: blob::Model,
    read: Option<ReadFile>,
}

impl FromRequest<App> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (caller, request) = asking(app, request).await?;
        // A body that is too small for a file worth the name needs no place.
        if is_json(&request) && declared(request.headers()).is_some_and(|size| size <= body::JSON_LIMIT) {
            return receive(app, &caller, request).await;
        }
        let received = match take_place(app, request).await {
            Ok((_place, request)) => receive(app, &caller, request).await,
            Err(error) => Err(error),
        };
        watch::uploaded(outcome(&received), received.as_ref().map_or(0, Sent::size));
        received
    }
}

/// A place among the uploads that are under way, in the name of whoever sends the request, if what he declares leaves
/// him within what he may have here. A body that turns out larger than that breaks off.
pub async fn take_place(app: &App, request: Request) -> Result<(UploadUnderWay, Request), Problem> {
    let (caller, request) = asking(app, request).await?;
    let mut place = app.uploads.begin(&caller.signed_in()?.id)?;
    let Some(room) = uploads::room(app, &caller).await? else { return Ok((place, request)) };
    let size = content_size(&request);
    uploads::check_room(app, &caller, size.unwrap_or(0)).await?;
    place.declare(size.unwrap_or(0));
    let over = OverQuota { used: app.config.upload.quota - room, quota: app.config.upload.quota };
    let most = if is_json(&request) { room.saturating_mul(4) / 3 } else { room }.saturating_add(FORM_OVERHEAD);
    Ok((place, request.map(|body| within(body, most, over))))
}

/// Who sends a request.
async fn asking(app: &App, request: Request) -> Result<(Caller, Request), Problem> {
    let (mut parts, body) = request.into_parts();
    let Asking(caller) = Asking::from_request_parts(&mut parts, app).await?;
    caller.signed_in()?;
    Ok((caller, Request::from_parts(parts, body)))
}

/// How many bytes of files a body declares at least: those of a form are a little less than itself, and those within
/// JSON are written in base64.
fn content_size(request: &Request) -> Option<u64> {
    let declared = declared(request.headers())?;
    Some(match media_type(request.headers()).as_str() {
        "application/json" => (declared / 4 * 3).saturating_sub(FORM_OVERHEAD),
        "multipart/form-data" => declared.saturating_sub(FORM_OVERHEAD),
        _ => declared,
    })
}

fn is_json(request: &Request) -> bool {
    media_type(request.headers()) == "application/json"
}

/// A body that breaks off where it is larger than its sender may still bring.
fn within(body: Body, most: u64, over: OverQuota) -> Body {
    let mut received = 0;
    Body::from_stream(body.into_data_stream().map(move |chunk| {
        let chunk = chunk?;
        received += chunk.len() as u64;
        if received > most { Err(axum::Error::new(over)) } else { Ok(chunk) }
    }))
}

impl Sent {
    /// What to store of it, as a version of this mod, called so unless it says otherwise.
    pub fn wanted(self, module: &module::Model, name: &str) -> Result<Wanted, Problem> {
        let title = self.name.as_deref().unwrap_or(name);
        let file = self.file.map(|file| file.placed(module, title)).transpose()?;
        let Self { name, public, environment, redistribution, .. } = self;
        Ok(Wanted { name, public, file, environment, redistribution })
    }

    fn size(&self) -> u64 {
        self.file.as_ref().and_then(|file| file.blob.size.try_into().ok()).unwrap_or(0)
    }
}

/// What became of an upload, in one word for operators.
pub(super) fn outcome<T>(received: &Result<T, Problem>) -> &'static str {
    match received {
        Ok(_) => "kept",
        Err(Problem::BrokenOff | Problem::TooSlow) => "broken_off",
        Err(Problem::Uploads(_)) => "no_place",
        Err(problem) if problem.status().is_server_error() => "failed",
        Err(_) => "refused",
    }
}

impl OperationInput for Sent {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let form = json_schema!({
            "type": "object",
            "properties": {
                "name": { "type": "string", "description": "The handle." },
                "public": { "type": "boolean", "description": "Whether the version is offered to others." },
                "redistribution": {
                    "type": "string",
                    "enum": ["yes", "no", "unknown"],
                    "description": "Whether its file may be handed out by others than its author.",
                },
                "sha1": { "type": "string", "description": "The SHA-1 that the file must have, in hexadecimal." },
                "sha512": { "type": "string", "description": "The SHA-512 that the file must have, in hexadecimal." },
                "file": { "type": "string", "format": "binary", "description": "The file as it is, streamed." },
            },
        });
        let json = ctx.schema.subschema_for::<VersionChange>();
        operation.request_body = Some(described([("application/json", json), ("multipart/form-data", form)]));
    }
}

/// How a body that is needed is documented: its media types, each with its schema.
pub fn described<const N: usize>(media: [(&str, Schema); N]) -> ReferenceOr<RequestBody> {
    let content = media.into_iter().map(|(name, json_schema)| {
        let schema = Some(SchemaObject { json_schema, external_docs: None, example: None });
        (name.to_owned(), MediaType { schema, ..MediaType::default() })
    });
    ReferenceOr::Item(RequestBody { content: content.collect(), required: true, ..RequestBody::default() })
}

/// Streams the body of a request to disk, as it is.
pub(super) async fn keep_body(app: &App, request: Request) -> Result<Blob, Problem> {
    let (_place, request) = take_place(app, request).await?;
    let kept = stream_body(app, request).await;
    watch::uploaded(outcome(&kept), kept.as_ref().map_or(0, |blob| blob.size));
    kept
}

/// Streams an archive to disk: the part `file` of a form, or the body as it is. Whoever sends it keeps his place while it
/// is unpacked, which is more of the same work.
pub(super) async fn keep_archive(app: &App, request: Request) -> Result<(UploadUnderWay, Blob), Problem> {
    let (place, request) = take_place(app, request).await?;
    let kept = match media_type(request.headers()).as_str() {
        "multipart/form-data" => form_file(app, request).await,
        _ => stream_body(app, request).await,
    };
    watch::uploaded(outcome(&kept), kept.as_ref().map_or(0, |blob| blob.size));
    Ok((place, kept?))
}

/// The part `file` of a form, on disk.
async fn form_file(app: &App, request: Request) -> Result<Blob, Problem> {
    let limit = app.config.upload.limit;
    let declared = declared(request.headers()).map(|declared| declared.min(limit));
    let mut form = Multipart::from_request(request, app).await.map_err(|error| bad_form(&error.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        if matches!(field.name(), Some("file" | "upload")) {
            return keep(app, declared, field).await;
        }
    }
    Err(bad_form("it has no part `file`"))
}

async fn stream_body(app: &App, request: Request) -> Result<Blob, Problem> {
    let expected = digests::of_headers(request.headers())?;
    let mut upload = app.files.upload(declared(request.headers()), app.config.upload.limit).await?;
    let mut body = request.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        upload.write(chunk.map_err(|error| Problem::broken_off(&error))?).await?;
    }
    digests::finish(upload, &expected).await
}

async fn receive(app: &App, caller: &Caller, request: Request) -> Result<Sent, Problem> {
    match media_type(request.headers()).as_str() {
        "application/json" => receive_json(app, caller, request).await,
        "multipart/form-data" => form::receive(app, caller, request).await,
        _ => Err(Problem::BadRequest("send the body as `application/json` or `multipart/form-data`".to_owned())),
    }
}

async fn receive_json(app: &App, caller: &Caller, request: Request) -> Result<Sent, Problem> {
    let limit = app.config.upload.json_limit;
    let body = read(request, limit / 3 * 4 + body::JSON_LIMIT, JSON_ADVICE).await?;
    let wanted: VersionChange = parse(&body)?;
    drop(body);
    let VersionChange { name, public, upload, sha1, sha512, environment, redistribution } = wanted;
    let mut expected = Expected::default();
    digests::told(&mut expected, sha1, sha512)?;
    let file = match upload.filter(|upload| !upload.is_empty()) {
        Some(upload) => Some(keep_data_url(app, caller, &upload, &expected).await?),
        None => None,
    };
    Ok(Sent { name, public, file, environment, redistribution })
}

async fn keep_data_url(app: &App, caller: &Caller, text: &str, expected: &Expected) -> Result<SentFile, Problem> {
    let undecodable = |_| Problem::BadRequest("failed to decode upload: it is not a data URL".to_owned());
    let url = DataUrl::process(text).map_err(undecodable)?;
    let name = url.mime_type().get_parameter("name").map(|name| percent_decode_str(name).decode_utf8_lossy());
    let name = name.map(|name| file_name(&name)).transpose()?;
    let (bytes, _) = url.decode_to_vec().map_err(|_| undecodable(data_url::DataUrlError::NotADataUrl))?;
    let (size, limit) = (bytes.len() as u64, app.config.upload.json_limit);
    if size > limit {
        return Err(Problem::TooLarge { limit, advice: JSON_ADVICE });
    }
    uploads::check_room(app, caller, size).await?;
    let mut upload = app.files.upload(Some(size), limit).await?;
    upload.write(Bytes::from(bytes)).await?;
    SentFile::read(app, caller, name, digests::finish(upload, expected).await?).await
}

/// The name that a file was sent with, if it can be kept under it.
fn file_name(sent: &str) -> Result<String, Problem> {
    safe_file_name(sent).map(ToOwned::to_owned).map_err(|reason| bad_path(&reason))
}

fn bad_path(reason: &kleister_formats::Error) -> Problem {
    Problem::invalid("version", "upload", reason.to_string())
}

impl SentFile {
    /// A file that has come, with what it says about itself.
    async fn read(app: &App, caller: &Caller, name: Option<String>, blob: Blob) -> Result<Self, Problem> {
        let blob = row(blob, caller, app.clock.now());
        let read = jars::read_file(app, &blob, name.as_deref().unwrap_or_default()).await?;
        Ok(Self { name, blob, read })
    }

    /// The file at its place in an instance: in the folder of the mod's kind, by its own name or one made of the
    /// mod's slug and the version's name.
    pub fn placed(self, module: &module::Model, version: &str) -> Result<NewFile, Problem> {
        let kind = Kind::from_word(&module.kind);
        let name = self.name.unwrap_or_else(|| made_name(&module.slug, version, kind));
        let path: InstancePath = format!("{}{name}", kind.folder()).parse().map_err(|reason| bad_path(&reason))?;
        Ok(NewFile { path: path.to_string(), path_key: path.key(), blob: self.blob, read: self.read })
    }
}

/// A file name made of a mod's slug and a version's name, cut where it would be too long for a file system.
fn made_name(slug: &str, version: &str, kind: Kind) -> String {
    let extension = if matches!(kind, Kind::Mod | Kind::Plugin) { "jar" } else { "zip" };
    let end = version.floor_char_boundary(180);
    format!("{slug}-{}.{extension}", &version[..end])
}

/// The row of a blob that a caller has just brought.
pub(crate) fn row(blob: Blob, caller: &Caller, now: Timestamp) -> blob::Model {
    blob::Model {
        sha256: blob.sha256,
        size: i64::try_from(blob.size).unwrap_or(i64::MAX),
        md5: blob.md5,
        sha1: blob.sha1,
        sha512: blob.sha512,
        crc32: blob.crc32.into(),
        murmur2: None,
        content_type: blob.content_type,
        blocked_reason: None,
        created_at: now.as_millis(),
        user_id: caller.who().map(|who| who.id.clone()).filter(|id| !id.is_empty()),
    }
}
