//! What the bytes of a build say: jars, and files with overrides.

use std::collections::HashMap;
use std::sync::Arc;

use kleister_formats::check::Overrides;
use kleister_formats::jar::Jar;
use kleister_store::releases::Contents;
use kleister_store::rows::blob;

use crate::problem::Problem;
use crate::{App, jars};

/// The largest file with overrides that is read, in bytes.
const OVERRIDES: i64 = 1 << 20;

/// What these blobs say of themselves, by their SHA-256; those that say nothing are not among them.
pub(super) async fn describe(app: &App, blobs: &[&blob::Model]) -> Result<HashMap<String, Arc<Jar>>, Problem> {
    let sha256s: Vec<String> = blobs.iter().map(|blob| blob.sha256.clone()).collect();
    jars::describe(app, &sha256s).await
}

/// The texts of the files in which a build overrules what mods say, by their path.
pub(super) async fn overrides(app: &App, contents: &Contents) -> Result<HashMap<String, String>, Problem> {
    let mut texts = HashMap::new();
    for (file, blob) in &contents.files {
        let known = Overrides::PATHS.into_iter().find(|path| *path == file.path);
        if let Some((path, blob)) = known.zip(blob.as_ref()).filter(|(_, blob)| blob.size <= OVERRIDES) {
            texts.insert(path.to_owned(), text(app, blob).await?);
        }
    }
    Ok(texts)
}

async fn text(app: &App, blob: &blob::Model) -> Result<String, Problem> {
    let size = u64::try_from(blob.size).unwrap_or(0);
    let bytes = app.files.read(&blob.sha256, size, None).await?.bytes().await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
