//! Fetching what a Solder names: documents, zips and pictures, by address or below a folder.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use kleister_files::Blob;
use kleister_store::rows::blob;
use kleister_store::solder::known_zip;
use kleister_store::solder::old::OldVersion;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use url::{Origin, Url};

use super::unpack::{self, Zip};
use crate::App;
use crate::api::upload;
use crate::outbound::{Expected, Refusal};
use crate::problem::Problem;

/// The largest document of a Solder, in bytes: a list of all packs with their builds.
const DOCUMENT: u64 = 32 << 20;
/// The largest picture, in bytes.
const PICTURE: u64 = 5 << 20;
/// How much is read of a file at a time, in bytes.
const CHUNK: usize = 1 << 20;
/// What cannot stand in the path of an address as it is.
const ILLEGAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'+').add(b'<').add(b'>').add(b'?').add(b'[').add(b']');

/// Where the files of a Solder are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Below an address.
    Address(String),
    /// In a folder of this machine, which only its operator can name.
    Folder(PathBuf),
}

/// What is fetched for one move: each zip once, whatever number of builds it is in.
pub(super) struct Fetching<'a> {
    app: &'a App,
    user: &'a str,
    /// The origins that the operator has named; none where somebody else moves.
    trusted: Option<Vec<Origin>>,
    files: Option<Place>,
    zips: HashMap<(String, String), Result<Arc<Zip>, String>>,
}

impl<'a> Fetching<'a> {
    pub(super) fn new(app: &'a App, user: &'a str, is_trusted: bool, files: Option<Place>) -> Self {
        let mut fetching = Self { app, user, trusted: is_trusted.then(Vec::new), files, zips: HashMap::new() };
        if let Some(Place::Address(address)) = fetching.files.clone() {
            fetching.trust(&address);
        }
        fetching
    }

    /// Takes an address for one that the operator named, if it is he who moves.
    pub(super) fn trust(&mut self, address: &str) {
        if let (Some(trusted), Ok(url)) = (&mut self.trusted, Url::parse(address)) {
            trusted.push(url.origin());
        }
    }

    /// Fetches a JSON document.
    pub(super) async fn document(&self, address: &str) -> Result<Bytes, Refusal> {
        self.errand(address).get(address, DOCUMENT).await
    }

    /// A picture of a pack.
    pub(super) async fn picture(&self, place: &str) -> Result<blob::Model, String> {
        let blob = self.bytes(place, PICTURE).await?;
        if blob.content_type.starts_with("image/") { Ok(blob) } else { Err("it is no picture".to_owned()) }
    }

    /// The zip of a version with what is in it: from an earlier move if it is still the same, else fetched. The error
    /// within says why there is none.
    pub(super) async fn zip(&mut self, old: &OldVersion) -> Result<Result<Arc<Zip>, String>, Problem> {
        if let Some(zip) = self.zips.get(&old.handle()) {
            return Ok(zip.clone());
        }
        let known = known_zip(&self.app.db.read().await?, old).await?;
        let fetched = match known {
            Some(zip) => Ok(zip),
            None => self.bytes(&old.place, self.app.config.upload.limit).await,
        };
        let zip = match fetched {
            Ok(zip) => Ok(Arc::new(unpack::unpack(self.app, zip).await?)),
            Err(why) => Err(why),
        };
        self.zips.insert(old.handle(), zip.clone());
        Ok(zip)
    }

    /// Takes the bytes of a place into the files, at most so many.
    async fn bytes(&self, place: &str, limit: u64) -> Result<blob::Model, String> {
        let is_address = ["http://", "https://"].iter().any(|scheme| place.starts_with(scheme));
        let blob = match &self.files {
            _ if is_address => self.fetch(place, limit).await?,
            Some(Place::Address(base)) => self.fetch(&below(base, place), limit).await?,
            Some(Place::Folder(folder)) => self.read(folder, place, limit).await?,
            None => return Err("it is not told where the files are; name their address or folder".to_owned()),
        };
        Ok(upload::row(blob, self.app.clock.now()))
    }

    async fn fetch(&self, address: &str, limit: u64) -> Result<Blob, String> {
        let fetched = self.errand(address).fetch(&self.app.files, address, &Expected::default(), limit).await;
        fetched.map_err(|refusal| told(address, &refusal))
    }

    async fn read(&self, folder: &Path, place: &str, limit: u64) -> Result<Blob, String> {
        let path = Path::new(place);
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(format!("`{place}` leads out of the folder"));
        }
        let path = folder.join(path);
        let failed = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
        let mut file = File::open(&path).await.map_err(failed)?;
        let size = file.metadata().await.map_err(failed)?.len();
        let kept = |error: kleister_files::Error| format!("cannot keep {}: {error}", path.display());
        let mut upload = self.app.files.upload(Some(size), limit).await.map_err(kept)?;
        loop {
            let mut chunk = vec![0; CHUNK];
            let read = file.read(&mut chunk).await.map_err(failed)?;
            if read == 0 {
                return upload.finish().await.map_err(kept);
            }
            chunk.truncate(read);
            upload.write(chunk.into()).await.map_err(kept)?;
        }
    }

    /// The way to an address: one of an origin that the operator named may be in his own network.
    fn errand(&self, address: &str) -> crate::outbound::Errand {
        let origin = Url::parse(address).ok().map(|url| url.origin());
        let is_trusted = self.trusted.as_ref().zip(origin).is_some_and(|(trusted, origin)| trusted.contains(&origin));
        let outbound = &self.app.outbound;
        if is_trusted { outbound.configured(self.user) } else { outbound.free(self.user) }
    }
}

/// The address of a file below another.
fn below(base: &str, place: &str) -> String {
    format!("{}/{}", base.trim_end_matches('/'), utf8_percent_encode(place, ILLEGAL))
}

/// Why something was not fetched, and what helps.
fn told(address: &str, refusal: &Refusal) -> String {
    let helps = match refusal {
        Refusal::NotAllowed => {
            "; see `upstream.free`, `upstream.hosts`, `upstream.networks` and `upstream.plain_http`, or let the operator \
             move the Solder by `kleister admin import solder`"
        }
        Refusal::TooLarge => "; see `upload.limit`",
        _ => "",
    };
    let what = if refusal.is_missing() { "not there".to_owned() } else { refusal.to_string() };
    let plain = address.split('?').next().unwrap_or(address);
    format!("{plain} is {what}{helps}")
}
