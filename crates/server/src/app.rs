//! What every handler shares.

use std::path::Path;
use std::sync::Arc;

use kleister_files::Files;
use kleister_store::{Db, keys, loaders};

use crate::delivery::release::Releases;
use crate::signin::password::Passwords;
use crate::signin::session::Sessions;
use crate::signin::token::Keys;
use crate::{Clock, Config};

/// What every handler shares; a clone is the same server.
#[derive(Clone)]
pub struct App {
    /// The rows.
    pub db: Db,
    /// The bytes.
    pub files: Files,
    /// The time.
    pub clock: Clock,
    /// What the operator wants.
    pub config: Arc<Config>,
    /// The keys that sign tokens.
    pub keys: Arc<Keys>,
    /// The workers that hash passwords.
    pub passwords: Passwords,
    /// Sessions that were looked up lately.
    pub sessions: Sessions,
    /// Releases that were asked for lately.
    pub releases: Releases,
}

impl App {
    /// Opens the database and the folder of files, and reads or makes the keys.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StartError> {
        let db = Db::open(&config.database.location()?).await?;
        let files = Files::open(Path::new(&config.upload.path), config.upload.reserve)?;
        let now = clock.now();
        let write = db.write().await?;
        let stored = keys::all(&*write, now).await?;
        loaders::seed_minecraft(&*write, now).await?;
        write.commit().await?;
        let keys = Arc::new(Keys::new(&stored, &config.token)?);
        let passwords = Passwords::new(&config.signin);
        let config = Arc::new(config);
        let (sessions, releases) = (Sessions::default(), Releases::default());
        Ok(Self { db, files, clock, config, keys, passwords, sessions, releases })
    }
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] kleister_store::Error),
    /// The folder of files cannot be opened.
    #[error("cannot open the storage folder: {0}")]
    Files(#[from] kleister_files::Error),
    /// Something in the configuration cannot be used.
    #[error(transparent)]
    Config(#[from] crate::config::Error),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}; choose another one with `{option}`")]
    Listen {
        /// The address.
        address: String,
        /// The option that sets it.
        option: &'static str,
        /// What the system says.
        error: std::io::Error,
    },
    /// The system refused something else.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        error: std::io::Error,
    },
}
