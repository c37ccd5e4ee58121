//! What operators do from the command line of the server's machine: `kleister admin …`.
//!
//! A running server listens on a socket in its storage folder, so that what it holds in memory stays true; where none
//! runs, the command opens the database itself. A command is one line of JSON, and so is its outcome, before which
//! there may be lines that tell how far it is.

mod commands;
mod migrate;
mod solder;
mod storage;

use std::fmt;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use kleister_formats::Loader;
use kleister_store::loaders::Kind;
use kleister_store::{Caller, Need, Who, tokens, users};
use kleister_types::users::{NewUser, UserChange};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;

pub use commands::AdminCommand;
pub use kleister_types::jobs::Progress;
pub use storage::Work;

use crate::app::StartError;
use crate::jobs::Tell;
use crate::problem::Problem;
use crate::signify::Key;
use crate::signin::{hash, password};
use crate::solder::{Place, Source};
use crate::updater::{self, Jar};
use crate::{App, Clock, Config, first_steps, loader_packages, upstream};

/// How long a command may take to arrive.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the operator is told how far a command is, at the most.
const TOLD: Duration = Duration::from_millis(200);
/// The longest line of the socket, in bytes: documents of releases, written as JSON.
const LONGEST: u64 = 128 << 20;

/// What an operator wants done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Makes a user.
    CreateUser {
        /// The name to sign in with.
        username: String,
        /// What to sign in with.
        secret: Secret,
        /// Whether the user may everything.
        admin: bool,
    },
    /// Ends all sessions and tokens of a user and lets him sign in no more.
    DisableUser {
        /// The user.
        username: String,
    },
    /// Sets a new password, which ends all sessions and tokens.
    SetPassword {
        /// The user.
        username: String,
        /// What to sign in with from now on.
        secret: Secret,
    },
    /// Makes the known releases of one kind what documents of its upstream list.
    ImportLoaders {
        /// Minecraft or one of the loaders.
        kind: Kind,
        /// The documents.
        documents: Vec<String>,
    },
    /// Brings packwiz-installer.
    ImportUpdater {
        /// The jars, in base64.
        jars: Vec<(Jar, String)>,
    },
    /// Makes or shows a key by which `pack.toml` is signed.
    SigningKey {
        /// Whether a new one is made, which nothing knows yet; else that of the settings is shown.
        new: bool,
    },
    /// Brings what the Technic Launcher starts a loader from.
    ImportLoaderPackage {
        /// The loader in its version.
        loader: Loader,
        /// The Minecraft that it is for.
        minecraft: String,
        /// The profile or the jar, in base64.
        package: String,
    },
    /// Moves a Solder here.
    ImportSolder {
        /// The Solder.
        source: Source,
        /// Where its zips are, if it does not say so itself.
        files: Option<Place>,
        /// The server administrator who owns what is made.
        owner: String,
        /// Whether the report is told as JSON.
        json: bool,
    },
    /// Looks after the bytes.
    Storage {
        /// What is done.
        work: Work,
        /// Whether the outcome is told as JSON.
        json: bool,
    },
    /// Takes the steps of the schema that are missing.
    Migrate {
        /// Only tells which were taken.
        status: bool,
    },
}

/// What a user signs in with.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Secret {
    /// A password.
    Password(String),
    /// The hash of a password that another server made.
    Hash(String),
}

/// Shows the kind, not the secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Password(_)) { "Password" } else { "Hash" })
    }
}

/// How a command ended: what to tell the operator.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is done.
    Done(String),
    /// It is done, and what was found is bad.
    Bad(String),
    /// It is not done.
    Failed(String),
}

/// A line of the server's answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// How far the command is.
    UnderWay(Progress),
    /// How it ended.
    #[serde(untagged)]
    Over(Outcome),
}

/// Where a command is carried out.
#[derive(Clone, Copy)]
struct Desk<'a> {
    app: &'a App,
    /// Whether this is a running server, whose long work outlives those who ask for it.
    serves: bool,
    tell: &'a Tell<'a>,
}

/// Has a command done by the running server, or does it here where none runs. `tell` hears how far it is.
pub async fn run(config: Config, command: Command, tell: &Tell<'_>) -> Result<Outcome, StartError> {
    if let Ok(stream) = UnixStream::connect(socket_path(&config)).await {
        ask(stream, &command, tell)
            .await
            .map_err(|error| StartError::System { what: "the running server did not answer", error })
    } else if let Command::Migrate { status } = command {
        Ok(Outcome::Done(migrate::without_server(&config, status).await?))
    } else {
        let app = App::open(config, Clock::default()).await?;
        let outcome = carry_out(Desk { app: &app, serves: false, tell }, command).await;
        app.db.close().await?;
        Ok(outcome)
    }
}

async fn ask(mut stream: UnixStream, command: &Command, tell: &Tell<'_>) -> std::io::Result<Outcome> {
    stream.write_all(serde_json::to_string(command)?.as_bytes()).await?;
    stream.write_all(b"\n").await?;
    let mut lines = BufReader::new(stream.take(LONGEST));
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).await?;
        match serde_json::from_str(&line)? {
            Line::UnderWay(progress) => tell(progress),
            Line::Over(outcome) => return Ok(outcome),
        }
    }
}

async fn carry_out(desk: Desk<'_>, command: Command) -> Outcome {
    match attempt(desk, command).await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Failed(problem.explained()),
    }
}

async fn attempt(desk: Desk<'_>, command: Command) -> Result<Outcome, Problem> {
    let app = desk.app;
    let now = app.clock.now();
    let done: Result<String, Problem> = match command {
        Command::Storage { work, json } => return storage::attempt(desk, work, json).await,
        Command::CreateUser { username, secret, admin } => {
            let hash = hash(app, secret, &username).await?;
            let user = NewUser { username: Some(username), admin: Some(admin), ..NewUser::default() };
            let write = app.db.write().await?;
            let user = users::create(&*write, &user, Some(hash), now).await?;
            write.commit().await?;
            if admin {
                first_steps::forget(&app.config);
            }
            Ok(format!("made user `{}`", user.username))
        }
        Command::DisableUser { username } => {
            let change = UserChange { active: Some(false), ..UserChange::default() };
            change_user(app, &username, change, None).await?;
            Ok(format!("user `{username}` can sign in no more; his sessions and tokens are over"))
        }
        Command::SetPassword { username, secret } => {
            let hash = hash(app, secret, &username).await?;
            change_user(app, &username, UserChange::default(), Some(hash)).await?;
            Ok(format!("user `{username}` has a new password; his sessions and tokens are over"))
        }
        Command::ImportLoaderPackage { loader, minecraft, package } => {
            loader_packages::import(app, &loader, minecraft, package).await?;
            let Loader { kind, version } = loader;
            Ok(format!("builds that are published from now on with {kind} {version} bring it to the Technic Launcher"))
        }
        Command::ImportLoaders { kind, documents } => {
            let documents = documents.into_iter().map(String::into_bytes).collect();
            let count = upstream::import(app, kind, documents).await?;
            Ok(format!("{count} releases of {kind} are listed now"))
        }
        Command::ImportUpdater { jars } => {
            updater::import(app, jars).await?;
            Ok("builds that are published from now on bring it in their `prism.zip`, once both jars are here"
                .to_owned())
        }
        Command::SigningKey { new: true } => Ok(Key::random().secret_file().trim_end().to_owned()),
        Command::SigningKey { new: false } => match &app.signing {
            Some(key) => Ok(format!("public_key=signify {}", key.public())),
            None => return Ok(Outcome::Failed("there is no key: `server.signing_key` is not set".to_owned())),
        },
        Command::ImportSolder { source, files, owner, json } => {
            let report = Box::pin(solder::import(app, &source, files, &owner)).await?;
            Ok(if json { serde_json::to_string(&report).unwrap_or_default() } else { solder::told(&report) })
        }
        Command::Migrate { status } => Ok(migrate::with_server(&app.db, status).await?),
    };
    done.map(Outcome::Done)
}

async fn change_user(app: &App, name: &str, change: UserChange, hash: Option<String>) -> Result<(), Problem> {
    let write = app.db.write().await?;
    let user = users::open(&*write, &operator(), name, Need::See).await?;
    if hash.is_some() {
        tokens::revoke_all(&*write, &user.row.id, app.clock.now()).await?;
    }
    users::update(&*write, user.row, &change, hash, app.clock.now()).await?;
    Ok(write.commit().await?)
}

/// The operator as he is noted where he does something.
fn operator() -> Caller {
    Caller::User(Who { id: String::new(), username: "operator".to_owned(), admin: true })
}

/// The hash of a password that may be used, or one from elsewhere that can be checked.
async fn hash(app: &App, secret: Secret, username: &str) -> Result<String, Problem> {
    let fault = match &secret {
        Secret::Password(password) => password::fault(password, username),
        Secret::Hash(hash) => hash::fault(hash),
    };
    match (fault, secret) {
        (Some(fault), _) => Err(Problem::invalid("user", "password", fault)),
        (None, Secret::Password(password)) => Ok(app.passwords.hash(password).await?),
        (None, Secret::Hash(hash)) => Ok(hash),
    }
}

/// The socket of a running server.
pub(crate) struct Socket(UnixListener, PathBuf);

impl Socket {
    /// Listens in the storage folder; one that a killed server left behind is taken away first.
    pub(crate) fn bind(config: &Config) -> Result<Self, StartError> {
        let failed = |error| StartError::System { what: "cannot listen on the socket in the storage folder", error };
        let path = socket_path(config);
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(failed)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Self(listener, path))
    }

    /// Carries out commands until `stop`, each by itself: one that is never sent holds up nobody.
    pub(crate) async fn serve(self, app: App, stop: CancellationToken) {
        let Self(listener, path) = self;
        let mut answers = JoinSet::new();
        while let Some(Ok((stream, _))) = stop.run_until_cancelled(listener.accept()).await {
            let app = app.clone();
            answers.spawn(async move {
                if let Err(error) = answer(&app, stream).await {
                    tracing::warn!(%error, "a command of the operator broke off");
                }
            });
            while answers.try_join_next().is_some() {}
        }
        let _ = timeout(PATIENCE, answers.join_all()).await;
        let _ = std::fs::remove_file(path);
    }
}

async fn answer(app: &App, stream: UnixStream) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut line = String::new();
    let mut reader = BufReader::new(reading.take(LONGEST));
    timeout(PATIENCE, reader.read_line(&mut line)).await.map_err(|_| std::io::ErrorKind::TimedOut)??;
    let outcome = match serde_json::from_str(&line) {
        Ok(command) => tell_meanwhile(app, command, &mut writing).await,
        Err(error) => Outcome::Failed(format!("cannot read the command: {error}")),
    };
    write_line(&mut writing, &Line::Over(outcome)).await
}

/// Carries a command out, and writes now and then how far it is; an operator who has gone does not stop it.
async fn tell_meanwhile(app: &App, command: Command, writing: &mut OwnedWriteHalf) -> Outcome {
    let (told, mut seen) = watch::channel(Progress::default());
    let tell = move |progress| drop(told.send_replace(progress));
    let mut outcome = std::pin::pin!(carry_out(Desk { app, serves: true, tell: &tell }, command));
    let mut often = interval(TOLD);
    loop {
        tokio::select! {
            outcome = &mut outcome => return outcome,
            _ = often.tick() => {
                if seen.has_changed().is_ok_and(|changed| changed) {
                    let progress = seen.borrow_and_update().clone();
                    let _ = write_line(writing, &Line::UnderWay(progress)).await;
                }
            }
        }
    }
}

async fn write_line(writing: &mut OwnedWriteHalf, line: &Line) -> std::io::Result<()> {
    writing.write_all(serde_json::to_string(line)?.as_bytes()).await?;
    writing.write_all(b"\n").await
}

fn socket_path(config: &Config) -> PathBuf {
    config.storage_folder().join("admin.sock")
}
