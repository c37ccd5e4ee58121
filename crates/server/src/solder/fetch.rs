//! Fetching what a Solder names: documents, zips and pictures, by address or below a folder.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use kleister_files::Blob;
use kleister_store::Caller;
use kleister_store::rows::blob;
use kleister_store::solder::known_zips;
use kleister_store::solder::old::{OldPicture, OldVersion};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use url::{Origin, Url};

use super::unpack::{self, Zip};
use crate::App;
use crate::api::upload;
use crate::jars::known_games;
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

impl Place {
    /// The folder in which a place is.
    fn above(&self) -> Option<Self> {
        match self {
            Self::Address(address) => {
                let (above, _) = address.trim_end_matches('/').rsplit_once('/')?;
                (!above.ends_with('/')).then(|| Self::Address(above.to_owned()))
            }
            Self::Folder(folder) => Some(Self::Folder(folder.parent()?.to_owned())),
        }
    }
}

/// What is fetched for one move: each zip once, whatever number of builds it is in.
pub(super) struct Fetching<'a> {
    app: &'a App,
    user: &'a str,
    /// The origins that the operator has named; none where somebody else moves.
    trusted: Option<Vec<Origin>>,
    files: Option<Place>,
    /// The releases of Minecraft that this server knows.
    games: Vec<String>,
    /// The zips that came with an earlier move and are still the same.
    known: HashMap<(String, String), blob::Model>,
    zips: HashMap<(String, String), Result<Arc<Zip>, String>>,
}

impl<'a> Fetching<'a> {
    /// Fetches for a user; what the operator names is trusted where it is he who moves.
    pub(super) async fn new(
        app: &'a App,
        user: &'a str,
        is_trusted: bool,
        files: Option<Place>,
    ) -> Result<Self, Problem> {
        let (games, trusted) = (known_games(app).await?, is_trusted.then(Vec::new));
        let mut fetching = Self { app, user, trusted, files, games, known: HashMap::new(), zips: HashMap::new() };
        if let Some(Place::Address(address)) = fetching.files.clone() {
            fetching.trust(&address);
        }
        Ok(fetching)
    }

    /// Looks which zips of these versions came with an earlier move.
    pub(super) async fn recall(&mut self, versions: &[&OldVersion]) -> Result<(), Problem> {
        self.known.extend(known_zips(&self.app.db.read().await?, versions).await?);
        Ok(())
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

    /// A picture of a pack. One that has no address lies below the files, or beside their folder, where a Solder keeps its
    /// own.
    pub(super) async fn picture(&self, old: &OldPicture) -> Result<blob::Model, String> {
        let blob = match self.bytes(&old.place, PICTURE).await {
            Err(why) if !is_address(&old.place) => {
                let beside = self.files.as_ref().and_then(Place::above).ok_or_else(|| why.clone())?;
                self.bytes_at(Some(&beside), &old.place, PICTURE).await.map_err(|_| why)?
            }
            fetched => fetched?,
        };
        if blob.content_type.starts_with("image/") { Ok(blob) } else { Err("it is no picture".to_owned()) }
    }

    /// Whether the zip of a version was asked for before.
    pub(super) fn has(&self, version: &OldVersion) -> bool {
        self.zips.contains_key(&version.handle())
    }

    /// The zip of a version with what is in it: from an earlier move if it is still the same, else fetched. The error
    /// within says why there is none.
    pub(super) async fn zip(&mut self, old: &OldVersion) -> Result<Result<Arc<Zip>, String>, Problem> {
        if let Some(zip) = self.zips.get(&old.handle()) {
            return Ok(zip.clone());
        }
        let fetched = match self.known.remove(&old.handle()) {
            Some(zip) => Ok(zip),
            None => self.bytes(&old.place, self.app.config.upload.limit).await,
        };
        let zip = match fetched {
            Ok(zip) => Ok(Arc::new(unpack::unpack(self.app, zip, old, &self.games).await?)),
            Err(why) => Err(why),
        };
        self.zips.insert(old.handle(), zip.clone());
        Ok(zip)
    }

    /// Takes the bytes of a place into the files, at most so many.
    async fn bytes(&self, place: &str, limit: u64) -> Result<blob::Model, String> {
        self.bytes_at(self.files.as_ref(), place, limit).await
    }

    async fn bytes_at(&self, files: Option<&Place>, place: &str, limit: u64) -> Result<blob::Model, String> {
        let blob = match files {
            _ if is_address(place) => self.fetch(place, limit).await?,
            Some(Place::Address(base)) => self.fetch(&below(base, place), limit).await?,
            Some(Place::Folder(folder)) => self.read(folder, place, limit).await?,
            None => return Err("it is not told where the files are; name their address or folder".to_owned()),
        };
        // What a server admin moves here counts for nobody.
        Ok(upload::row(blob, &Caller::Anonymous, self.app.clock.now()))
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

fn is_address(place: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| place.starts_with(scheme))
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
