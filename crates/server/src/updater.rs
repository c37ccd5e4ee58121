//! packwiz-installer and its bootstrap, with which instances of packs update themselves: fetched once, when the first
//! build is published that can have them, or brought by an operator.
//!
//! A build is published with the jars that are here then, and keeps them. Where they are not here and cannot be fetched in a
//! moment, it is published without: nobody waits for GitHub.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kleister_formats::archive::{Archive, Rules};
use kleister_formats::jar::main_class;
use kleister_store::{Caller, updater};
use kleister_types::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::App;
use crate::api::upload::row;
use crate::config::Upstream;
use crate::problem::Problem;

/// The largest jar, in bytes. The real ones have less than three million.
pub(crate) const LARGEST: u64 = 32 << 20;
/// How long a build that is published waits for the jars.
const PATIENCE: Duration = Duration::from_secs(10);
/// After how many seconds it is tried again where that failed.
const PAUSE: i64 = 600;

/// One of the two jars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Jar {
    /// packwiz-installer-bootstrap, which a launcher runs.
    Bootstrap,
    /// packwiz-installer, which the bootstrap runs.
    Installer,
}

/// When the jars were asked for last; only one asks at a time.
#[derive(Clone, Debug, Default)]
pub struct Attempts(Arc<Mutex<Option<Timestamp>>>);

impl Jar {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Bootstrap, Self::Installer];

    /// What its row is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::Installer => "installer",
        }
    }

    /// Where it is fetched, and the SHA-256 that it must have, if the operator says so.
    fn place(self, config: &Upstream) -> (&str, &str) {
        match self {
            Self::Bootstrap => (&config.packwiz_bootstrap, &config.packwiz_bootstrap_sha256),
            Self::Installer => (&config.packwiz_installer, &config.packwiz_installer_sha256),
        }
    }
}

/// Sees to it that both jars are here, as far as that can be done in a moment.
pub(crate) async fn ready(app: &App) {
    match missing(app).await {
        Ok(jars) if jars.is_empty() => {}
        Ok(_) => {
            // Whoever stops waiting does not stop it: the next build is published with them.
            let fetching = tokio::spawn(fetch(app.clone()));
            if timeout(PATIENCE, fetching).await.is_err() {
                tracing::warn!("packwiz-installer is not here yet; a build is published without it");
            }
        }
        Err(problem) => tracing::warn!(problem = problem.explained(), "cannot tell whether packwiz-installer is here"),
    }
}

/// The jars that are to be fetched: they are not here, or came from another address than the settings name now.
async fn missing(app: &App) -> Result<Vec<Jar>, Problem> {
    if !app.outbound.is_enabled() {
        return Ok(Vec::new());
    }
    let here = updater::all(&app.db.read().await?).await?;
    let is_missing = |jar: &Jar| {
        let (address, _) = jar.place(&app.config.upstream);
        let known = here.iter().find(|(row, _)| row.name == jar.name());
        // What an operator brought stays until he brings another one.
        let is_right = known.is_some_and(|(row, _)| row.address.as_deref().is_none_or(|known| known == address));
        !address.is_empty() && !is_right
    };
    Ok(Jar::ALL.into_iter().filter(is_missing).collect())
}

/// Fetches what is missing, unless that failed a moment ago. Who comes second finds it here.
async fn fetch(app: App) {
    let mut last = app.updater.0.lock().await;
    let now = app.clock.now();
    if last.is_some_and(|last| now < last.plus_seconds(PAUSE)) {
        return;
    }
    for jar in missing(&app).await.unwrap_or_default() {
        if let Err(why) = fetch_one(&app, jar).await {
            *last = Some(now);
            let name = jar.name();
            tracing::warn!(name, why, "cannot fetch packwiz-installer; `kleister admin updater import` brings it");
            return;
        }
    }
}

async fn fetch_one(app: &App, jar: Jar) -> Result<(), String> {
    let (address, sha256) = jar.place(&app.config.upstream);
    let bytes = app.outbound.download("").get(address, LARGEST).await.map_err(|refusal| refusal.to_string())?;
    if !sha256.is_empty() && !sha256.eq_ignore_ascii_case(&hex::encode(Sha256::digest(&bytes))) {
        return Err("it has another SHA-256 than the settings say".to_owned());
    }
    keep(app, jar, bytes, Some(address.to_owned())).await.map_err(|problem| problem.explained())
}

/// Puts jars that an operator brings, in base64, in the place of those that are here.
pub async fn import(app: &App, jars: Vec<(Jar, String)>) -> Result<(), Problem> {
    for (jar, text) in jars {
        let bytes =
            STANDARD.decode(text).map_err(|error| Problem::invalid("updater", jar.name(), error.to_string()))?;
        keep(app, jar, bytes.into(), None).await?;
    }
    Ok(())
}

/// Keeps a jar that builds are published with from now on.
async fn keep(app: &App, jar: Jar, bytes: Bytes, address: Option<String>) -> Result<(), Problem> {
    fault(&bytes).map_err(|fault| Problem::invalid("updater", jar.name(), fault))?;
    let mut upload = app.files.upload(Some(bytes.len() as u64), LARGEST).await?;
    upload.write(bytes).await?;
    let blob = row(upload.finish().await?, &Caller::Anonymous, app.clock.now());
    let write = app.db.write().await?;
    updater::set(&*write, (jar.name(), address), blob, app.clock.now()).await?;
    Ok(write.commit().await?)
}

/// Why bytes are no program in a jar, if they are none.
fn fault(bytes: &[u8]) -> Result<(), String> {
    let sound = Archive::open(Cursor::new(bytes), Rules::Jar);
    match sound.and_then(|mut archive| main_class(&mut archive)) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("is no program: the manifest of the jar names no `Main-Class`".to_owned()),
        Err(refused) => Err(format!("is no jar: {refused}")),
    }
}
