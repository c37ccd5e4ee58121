//! What is sent of an import: an archive within a form, or an address within JSON.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, FromRequestParts, Request};
use kleister_store::{Caller, Need, names, packs};
use kleister_types::imports::ImportChange;
use kleister_types::{Perm, Violation};
use schemars::json_schema;

use super::super::body::{JSON_LIMIT, declared, media_type, parse, read};
use super::super::upload::{FORM_OVERHEAD, bad_form, broken, described, flag, keep, take_place, text};
use crate::App;
use crate::imports::{Archive, ImportPack, Origin, Target, check};
use crate::problem::Problem;
use crate::signin::caller::Asking;

/// What was sent of an import; an archive is on disk already.
pub(super) struct SentImport {
    wanted: ImportChange,
    archive: Option<Archive>,
}

impl FromRequest<App> for SentImport {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        match media_type(request.headers()).as_str() {
            "application/json" => receive_json(app, request).await,
            "multipart/form-data" => {
                let (_place, request) = take_place(app, request).await?;
                receive_form(app, request).await
            }
            _ => {
                Asking::from_request(request, app).await?.0.signed_in()?;
                Err(Problem::BadRequest("send the body as `multipart/form-data` or `application/json`".to_owned()))
            }
        }
    }
}

impl OperationInput for SentImport {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let form = json_schema!({
            "type": "object",
            "properties": {
                "file": { "type": "string", "format": "binary", "description": "The pack's archive, streamed." },
                "pack": { "type": "string", "description": "The pack that gets a new build; without it a new pack is made." },
                "slug": { "type": "string", "description": "The slug of a new pack." },
                "name": { "type": "string", "description": "The name of a new pack." },
                "build": { "type": "string", "description": "The name of the new build." },
                "mirror": { "type": "boolean", "description": "Whether files that the pack points to are kept here." },
                "recognise": {
                    "type": "boolean",
                    "description": "Whether Modrinth and CurseForge are asked whether they know the files in it.",
                },
            },
        });
        let json = ctx.schema.subschema_for::<ImportChange>();
        operation.request_body = Some(described([("multipart/form-data", form), ("application/json", json)]));
    }
}

async fn receive_json(app: &App, request: Request) -> Result<SentImport, Problem> {
    let (mut parts, body) = request.into_parts();
    Asking::from_request_parts(&mut parts, app).await?.0.signed_in()?;
    let body = read(Request::from_parts(parts, body), JSON_LIMIT, "send an archive as `multipart/form-data`").await?;
    Ok(SentImport { wanted: parse(&body)?, archive: None })
}

async fn receive_form(app: &App, request: Request) -> Result<SentImport, Problem> {
    let (limit, declared) = (app.config.upload.limit, declared(request.headers()));
    if declared.is_some_and(|declared| declared > limit.saturating_add(FORM_OVERHEAD)) {
        return Err(kleister_files::Error::TooLarge { limit }.into());
    }
    let mut form = Multipart::from_request(request, app).await.map_err(|error| bad_form(&error.body_text()))?;
    let mut sent = SentImport { wanted: ImportChange::default(), archive: None };
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().map(ToOwned::to_owned).as_deref() {
            Some("file" | "upload") => {
                sent.archive = Some(archive(app, declared.map(|declared| declared.min(limit)), field).await?);
            }
            Some(name) => set(&mut sent.wanted, name, field).await?,
            None => {}
        }
    }
    Ok(sent)
}

/// Takes a text of the form; one that nobody knows is passed over.
async fn set(wanted: &mut ImportChange, name: &str, field: Field<'_>) -> Result<(), Problem> {
    let place = match name {
        "address" => &mut wanted.address,
        "pack" => &mut wanted.pack,
        "slug" => &mut wanted.slug,
        "name" => &mut wanted.name,
        "build" => &mut wanted.build,
        "mirror" => {
            wanted.mirror = flag("mirror", &text(field).await?)?;
            return Ok(());
        }
        "recognise" => {
            wanted.recognise = flag("recognise", &text(field).await?)?;
            return Ok(());
        }
        _ => return Ok(()),
    };
    *place = Some(text(field).await?);
    Ok(())
}

/// Streams the archive to disk. Its own name is only for a pack that has none, so it may be anything.
async fn archive(app: &App, declared: Option<u64>, field: Field<'_>) -> Result<Archive, Problem> {
    let name = field.file_name().filter(|name| !name.is_empty()).map(ToOwned::to_owned);
    let blob = keep(app, declared, field).await?;
    Ok(Archive { sha256: blob.sha256, size: blob.size, name })
}

impl SentImport {
    /// The job that does it, if the caller may have it done and everything sent keeps the rules.
    pub(super) async fn task(self, app: &App, caller: &Caller) -> Result<ImportPack, Problem> {
        let Self { wanted, archive } = self;
        caller.signed_in()?;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (address, pack) = (given(wanted.address), given(wanted.pack));
        let (slug, name, build) = (given(wanted.slug), given(wanted.name), given(wanted.build));
        let rules = [
            ("file", (address.is_some() == archive.is_some()).then_some("send either a file or an address")),
            ("slug", slug.as_deref().and_then(names::slug_fault)),
            ("name", name.as_deref().and_then(names::title_fault)),
            ("build", build.as_deref().and_then(names::name_fault)),
            ("pack", (pack.is_some() && (slug.is_some() || name.is_some())).then_some("has a slug and name already")),
        ];
        let errors: Vec<_> =
            rules.into_iter().filter_map(|(field, fault)| Some(Violation::new(field, fault?))).collect();
        if !errors.is_empty() {
            return Err(Problem::Invalid { what: "import", errors });
        }
        let target = match pack {
            Some(key) => {
                let opened = packs::open(&app.db.read().await?, caller, &key, Need::Have(Perm::Admin)).await?;
                Target::Pack(opened.row.id)
            }
            None => Target::New { slug, name },
        };
        let origin = match archive {
            Some(archive) => {
                check(app, &archive).await?;
                Origin::Archive(archive)
            }
            None => Origin::Address(address.unwrap_or_default()),
        };
        let (mirror, recognise) = (wanted.mirror.unwrap_or(false), wanted.recognise.unwrap_or(true));
        Ok(ImportPack { origin, target, build, mirror, recognise })
    }
}
