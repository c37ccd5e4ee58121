//! The pictures of packs, mods and users.

use aide::OperationInput;
use aide::axum::ApiRouter;
use aide::axum::routing::post_with;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_files::Files;
use kleister_store::Caller;
use kleister_store::avatars::{self, dress::shown};
use kleister_store::rows::{blob, module, pack};
use kleister_types::mods::ModAvatar;
use kleister_types::packs::PackAvatar;
use kleister_types::{Timestamp, mods, packs};
use schemars::json_schema;

use super::body::{At, declared, media_type};
use super::guard::{CanEdit, Mod, Pack, Snapshot};
use super::op;
use super::reply::{Reply, Result};
use super::upload::{FORM_OVERHEAD, bad_form, broken, described, row, take_place};
use crate::App;
use crate::delivery::answer::{self, Caching};
use crate::delivery::base::Base;
use crate::pictures::{LARGEST, identicon};
use crate::problem::Problem;
use crate::signin::caller::Asking;

/// The published clients look for all four beside the mods' operations.
const TAG: &str = "mod";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/avatar",
            post_with(create_pack, op("CreatePackAvatar", TAG, "Upload an avatar for the defined pack"))
                .delete_with(delete_pack, op("DeletePackAvatar", TAG, "Delete the avatar for the defined pack")),
        )
        .api_route(
            "/mods/{mod_id}/avatar",
            post_with(create_mod, op("CreateModAvatar", TAG, "Upload an avatar for the defined mod"))
                .delete_with(delete_mod, op("DeleteModAvatar", TAG, "Delete the avatar for the defined mod")),
        )
        .route("/storage/avatars/{slug}", get(show))
}

/// A picture, for those who may see what it is the picture of.
async fn show(
    State(app): State<App>,
    Asking(caller): Asking,
    At(slug): At<String>,
    db: Snapshot,
    headers: HeaderMap,
) -> std::result::Result<Response, Problem> {
    let found = avatars::open(&*db, &caller, &slug).await?;
    drop(db);
    let caching = if found.public { Caching::Immutable } else { Caching::Private };
    match found.set {
        Some(set) => {
            let size = set.size.try_into().unwrap_or(0);
            answer::picture(&app, &set.blob, size, caching, &headers).await
        }
        None => Ok(answer::made(&identicon::draw(&found.thing), &answer::tag(&slug), "image/png", caching, &headers)),
    }
}

async fn create_pack(State(app): State<App>, edit: CanEdit<Pack>, base: Base, sent: Sent) -> Result<PackAvatar> {
    let now = app.clock.now();
    let (picture, icon) = keep_both(&app, sent.0, now).await?;
    let (write, pack) = edit.lock().await?;
    let avatar = avatars::set::<pack::Entity>(&*write, &pack.row.id, picture, now).await?;
    avatars::set_icon(&*write, pack.row.clone(), Some(icon)).await?;
    write.commit().await?;
    Ok(Reply(shown(&packs::Pack::from(pack.row), Some(&avatar), &base.avatars())))
}

async fn delete_pack(edit: CanEdit<Pack>, base: Base) -> Result<PackAvatar> {
    let (write, pack) = edit.lock().await?;
    avatars::remove::<pack::Entity>(&*write, &pack.row.id).await?;
    avatars::set_icon(&*write, pack.row.clone(), None).await?;
    write.commit().await?;
    Ok(Reply(shown(&packs::Pack::from(pack.row), None, &base.avatars())))
}

async fn create_mod(State(app): State<App>, edit: CanEdit<Mod>, base: Base, sent: Sent) -> Result<ModAvatar> {
    let now = app.clock.now();
    let picture = shrunk(&app, &sent.0, now).await?;
    let (write, module) = edit.lock().await?;
    let avatar = avatars::set::<module::Entity>(&*write, &module.row.id, picture, now).await?;
    write.commit().await?;
    Ok(Reply(shown(&mods::Mod::from(module.row), Some(&avatar), &base.avatars())))
}

async fn delete_mod(edit: CanEdit<Mod>, base: Base) -> Result<ModAvatar> {
    let (write, module) = edit.lock().await?;
    avatars::remove::<module::Entity>(&*write, &module.row.id).await?;
    write.commit().await?;
    Ok(Reply(shown(&mods::Mod::from(module.row), None, &base.avatars())))
}

/// A picture as it was sent, in the part `file` of a form.
struct Sent(Bytes);

/// What is shown of a picture, and its own bytes, both on disk.
pub(crate) async fn keep_both(
    app: &App,
    picture: Bytes,
    now: Timestamp,
) -> std::result::Result<(blob::Model, blob::Model), Problem> {
    Ok((shrunk(app, &picture, now).await?, keep(&app.files, picture, now).await?))
}

/// What is shown of a picture, on disk.
async fn shrunk(app: &App, picture: &Bytes, now: Timestamp) -> std::result::Result<blob::Model, Problem> {
    keep(&app.files, app.pictures.shrink(picture.clone()).await?, now).await
}

async fn keep(files: &Files, bytes: Bytes, now: Timestamp) -> std::result::Result<blob::Model, Problem> {
    let mut upload = files.upload(Some(bytes.len() as u64), LARGEST).await?;
    upload.write(bytes).await?;
    // What a picture is shrunk to counts for nobody: it is small, and the server made it.
    Ok(row(upload.finish().await?, &Caller::Anonymous, now))
}

impl FromRequest<App> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> std::result::Result<Self, Problem> {
        let (_place, request) = take_place(app, request).await?;
        receive(app, request).await
    }
}

async fn receive(app: &App, request: Request) -> std::result::Result<Sent, Problem> {
    if media_type(request.headers()) != "multipart/form-data" {
        let advice = "send the picture as `multipart/form-data`, in a part named `file`";
        return Err(Problem::BadRequest(advice.to_owned()));
    }
    if declared(request.headers()).is_some_and(|declared| declared > LARGEST + FORM_OVERHEAD) {
        return Err(too_large());
    }
    let mut form = Multipart::from_request(request, app).await.map_err(|error| bad_form(&error.body_text()))?;
    let mut picture = None;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        if field.name() == Some("file") {
            picture = Some(read(field).await?);
        }
    }
    let picture = picture.filter(|picture| !picture.is_empty());
    picture.map(Sent).ok_or_else(|| Problem::invalid("avatar", "file", "cannot be blank"))
}

async fn read(mut field: Field<'_>) -> std::result::Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if (bytes.len() + chunk.len()) as u64 > LARGEST {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

fn too_large() -> Problem {
    Problem::TooLarge { limit: LARGEST, advice: "send a smaller picture" }
}

impl OperationInput for Sent {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let form = json_schema!({
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {
                    "type": "string",
                    "format": "binary",
                    "description": "A PNG, JPEG, WebP or GIF of at most 5 MiB and 4096 pixels a side.",
                },
            },
        });
        operation.request_body = Some(described([("multipart/form-data", form)]));
    }
}
