//! Forms with a file in them.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use kleister_files::{Blob, Upload};
use kleister_store::Caller;

use super::{FORM_OVERHEAD, Sent, SentFile, file_name};
use crate::App;
use crate::api::body::declared;
use crate::api::{digests, versions};
use crate::outbound::Expected;
use crate::problem::Problem;

/// The longest text of a form's part, in bytes.
const TEXT_LIMIT: usize = 4096;

/// Reads a version's form; its file goes to disk as it comes.
pub(super) async fn receive(app: &App, caller: &Caller, request: Request) -> Result<Sent, Problem> {
    let limit = app.config.upload.limit;
    let declared = declared(request.headers());
    if declared.is_some_and(|declared| declared > limit.saturating_add(FORM_OVERHEAD)) {
        return Err(kleister_files::Error::TooLarge { limit }.into());
    }
    let mut form = Multipart::from_request(request, app).await.map_err(|error| bad_form(&error.body_text()))?;
    let mut parts = Parts::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        parts.take(app, declared.map(|declared| declared.min(limit)), field).await?;
    }
    parts.into_sent(app, caller).await
}

/// The parts of a form that were read so far.
#[derive(Default)]
struct Parts {
    sent: Sent,
    /// The file by the name that it was sent with: what it should hash to may be told behind it.
    file: Option<(Option<String>, Upload)>,
    sha1: Option<String>,
    sha512: Option<String>,
}

impl Parts {
    async fn take(&mut self, app: &App, declared: Option<u64>, field: Field<'_>) -> Result<(), Problem> {
        match field.name() {
            Some("name") => self.sent.name = Some(text(field).await?),
            Some("public") => self.sent.public = flag("public", &text(field).await?)?,
            Some("redistribution") => self.sent.redistribution = versions::redistribution(&text(field).await?)?,
            Some("sha1") => self.sha1 = Some(text(field).await?),
            Some("sha512") => self.sha512 = Some(text(field).await?),
            Some("file" | "upload") => {
                let name = field.file_name().filter(|name| !name.is_empty()).map(file_name).transpose()?;
                self.file = Some((name, pour(app, declared, field).await?));
            }
            _ => {}
        }
        Ok(())
    }

    /// What was sent, with the file in its place.
    async fn into_sent(self, app: &App, caller: &Caller) -> Result<Sent, Problem> {
        let mut expected = Expected::default();
        digests::told(&mut expected, self.sha1, self.sha512)?;
        let file = match self.file {
            Some((name, upload)) => {
                Some(SentFile::read(app, caller, name, digests::finish(upload, &expected).await?).await?)
            }
            None => None,
        };
        Ok(Sent { file, ..self.sent })
    }
}

/// Streams a part to disk, whatever it is called.
pub(in crate::api) async fn keep(app: &App, declared: Option<u64>, field: Field<'_>) -> Result<Blob, Problem> {
    Ok(pour(app, declared, field).await?.finish().await?)
}

/// Streams a part to disk, to be kept once all is known of it.
async fn pour(app: &App, declared: Option<u64>, mut field: Field<'_>) -> Result<Upload, Problem> {
    let mut upload = app.files.upload(declared, app.config.upload.limit).await?;
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        upload.write(chunk).await?;
    }
    Ok(upload)
}

/// The text of a part.
pub(in crate::api) async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > TEXT_LIMIT {
            return Err(Problem::TooLarge { limit: TEXT_LIMIT as u64, advice: "only the part `file` can be large" });
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| bad_form("a text is not UTF-8"))
}

/// Yes or no, as the part of this name says; nothing if it is empty.
pub(in crate::api) fn flag(name: &str, text: &str) -> Result<Option<bool>, Problem> {
    match text {
        "" => Ok(None),
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        _ => Err(bad_form(&format!("`{name}` must be true or false"))),
    }
}

/// A form that cannot be read.
pub fn bad_form(what: &str) -> Problem {
    Problem::BadRequest(format!("cannot read the form: {what}"))
}

/// What went wrong with a form.
pub fn broken(error: &MultipartError) -> Problem {
    if error.status().is_client_error() { bad_form(&error.body_text()) } else { Problem::broken_off(error) }
}
