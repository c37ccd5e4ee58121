//! What every handler shares.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use kleister_files::Files;
use kleister_store::{Db, keys, loaders, logins};
use tokio_util::task::TaskTracker;

use crate::config::Upload;
use crate::delivery::release::Releases;
use crate::jars::Readings;
use crate::jobs::Jobs;
use crate::outbound::Outbound;
use crate::pictures::Pictures;
use crate::signify::Key;
use crate::signin::basic::RightBefore;
use crate::signin::memory::Used;
use crate::signin::password::Passwords;
use crate::signin::personal::PersonalTokens;
use crate::signin::session::Sessions;
use crate::signin::throttle::{self, Throttle};
use crate::signin::token::Keys;
use crate::storage::Suspects;
use crate::tus::Turns;
use crate::updater::Attempts;
use crate::uploads::Uploads;
use crate::webhooks::Webhooks;
use crate::{Clock, Config, loader_packages, storage};

/// What every handler shares; a clone is the same server, and costs next to nothing, since each request makes many.
#[derive(Clone)]
pub struct App(Arc<Shared>);

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The parts of a server.
pub struct Shared {
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
    /// The places where pictures are decoded.
    pub pictures: Pictures,
    /// Sessions that were looked up lately.
    pub sessions: Sessions,
    /// Personal tokens that were looked up lately.
    pub personal: PersonalTokens,
    /// Tokens whose use is not written down yet.
    pub used: Arc<Used>,
    /// Passwords that were right a moment ago.
    pub right_before: RightBefore,
    /// Failed sign-ins.
    pub throttle: Arc<Throttle>,
    /// Releases that were asked for lately.
    pub releases: Releases,
    /// What files say about themselves, as was asked lately.
    pub readings: Readings,
    /// When loaders' packages were asked for in vain.
    pub loader_packages: loader_packages::Attempts,
    /// What goes on behind answers; nobody waits for it, but a server that ends in an orderly way can.
    pub behind: TaskTracker,
    /// What failed on its way out a moment ago.
    pub suspects: Suspects,
    /// Who sends files just now.
    pub uploads: Uploads,
    /// Who goes on with a file that comes in pieces.
    pub turns: Turns,
    /// The way to others.
    pub outbound: Outbound,
    /// The way to webhooks.
    pub webhooks: Webhooks,
    /// Long work under way.
    pub jobs: Jobs,
    /// When packwiz-installer was asked for last.
    pub updater: Attempts,
    /// The key by which `pack.toml` is signed, if there is one.
    pub signing: Option<Arc<Key>>,
}

impl App {
    /// Opens the database and the folder of files, and reads or makes the keys.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StartError> {
        let db = Db::open(&config.location()?).await?;
        let files = keep(&config.upload).await?;
        let now = clock.now();
        let write = db.write().await?;
        let stored = keys::all(&*write, now).await?;
        loaders::seed_minecraft(&*write, now).await?;
        let remembered = logins::remembered(&*write, throttle::COUNTED, now).await?;
        write.commit().await?;
        let keys = Arc::new(Keys::new(&stored, &config.token)?);
        let app = Self(Arc::new(Shared {
            db,
            files,
            clock,
            keys,
            passwords: Passwords::new(&config.signin),
            pictures: Pictures::default(),
            sessions: Sessions::default(),
            personal: PersonalTokens::default(),
            used: Arc::default(),
            right_before: RightBefore::default(),
            throttle: Arc::new(Throttle::new(&config.signin, remembered)),
            releases: Releases::default(),
            readings: Readings::default(),
            loader_packages: loader_packages::Attempts::default(),
            behind: TaskTracker::new(),
            suspects: Suspects::default(),
            uploads: Uploads::new(&config.upload),
            turns: Turns::default(),
            outbound: Outbound::new(&config.upstream)?,
            webhooks: Webhooks::new(&config.webhook)?,
            jobs: Jobs::default(),
            updater: Attempts::default(),
            signing: config.server.key()?.map(Arc::new),
            config: Arc::new(config),
        }));
        storage::recall(&app).await?;
        Ok(app)
    }
}

/// Opens the place of the bytes.
async fn keep(config: &Upload) -> kleister_files::Result<Files> {
    let folder = Path::new(&config.path);
    let files = if config.is_bucket() {
        Files::open_bucket(folder, config.reserve, &config.named_bucket()).await?
    } else {
        Files::open(folder, config.reserve)?
    };
    if let Some(mode) = config.mode() {
        files.permit(mode)?;
    }
    Ok(files)
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] kleister_store::Error),
    /// The folder or bucket of files cannot be opened.
    #[error("cannot open the storage of files: {0}")]
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
