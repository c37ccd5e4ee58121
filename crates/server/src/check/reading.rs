//! What the bytes of a build say: jars, and files with overrides.

use std::collections::HashMap;
use std::sync::Arc;

use kleister_files::Error;
use kleister_formats::check::Overrides;
use kleister_formats::jar::Jar;
use kleister_store::releases::Contents;
use kleister_store::rows::blob;

use crate::problem::Problem;
use crate::{App, jars};

/// The largest file with overrides that is read, in bytes.
const OVERRIDES: u64 = 1 << 20;

/// What a file with overrides holds, or why that was not read.
pub(super) type Held = Result<String, String>;

/// What these blobs say of themselves, by their SHA-256; those that say nothing are not among them.
pub(super) async fn describe(app: &App, blobs: &[&blob::Model]) -> Result<HashMap<String, Arc<Jar>>, Problem> {
    let sha256s: Vec<String> = blobs.iter().map(|blob| blob.sha256.clone()).collect();
    jars::describe(app, &sha256s).await
}

/// The texts of the files in which a build overrules what mods say, by their path; or why one of them was not read.
pub(super) async fn overrides(app: &App, contents: &Contents) -> Result<HashMap<String, Held>, Problem> {
    let mut texts = HashMap::new();
    for (file, blob) in contents.files.iter().filter(|(file, _)| Overrides::is_one(&file.path)) {
        texts.insert(file.path.clone(), text(app, blob.as_ref()).await?);
    }
    Ok(texts)
}

async fn text(app: &App, blob: Option<&blob::Model>) -> Result<Held, Problem> {
    let Some(blob) = blob else { return Ok(Err("its bytes are not here".to_owned())) };
    let size = u64::try_from(blob.size).unwrap_or(u64::MAX);
    if size > OVERRIDES {
        return Ok(Err("it is larger than 1 MiB".to_owned()));
    }
    let read = async { app.files.read(&blob.sha256, size, None).await?.bytes().await };
    Ok(match read.await {
        Ok(bytes) => String::from_utf8(bytes.into()).map_err(|_| "it is no text in UTF-8".to_owned()),
        Err(error @ (Error::Missing | Error::Damaged | Error::Blocked { .. })) => Err(error.to_string()),
        Err(error) => return Err(error.into()),
    })
}
