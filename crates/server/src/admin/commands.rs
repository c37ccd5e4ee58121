//! What the command line of `kleister admin` takes, and the command that is sent for it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use kleister_formats::{Loader, LoaderKind};
use kleister_store::loaders::Kind;

use super::{Command, Secret, Work};
use crate::loader_packages;
use crate::solder::{Place, Source};
use crate::updater::{self, Jar};
use crate::upstream::LARGEST;

/// The commands of `kleister admin`.
#[derive(Clone, Debug, Subcommand)]
pub enum AdminCommand {
    /// Users who can sign in
    #[command(subcommand)]
    User(UserCommand),
    /// Releases of Minecraft and of its loaders
    #[command(subcommand)]
    Loaders(LoadersCommand),
    /// packwiz-installer, with which instances of packs update themselves
    #[command(subcommand)]
    Updater(UpdaterCommand),
    /// The key by which packs are signed for unsup
    #[command(subcommand)]
    SigningKey(SigningKeyCommand),
    /// Move packs here from elsewhere
    #[command(subcommand)]
    Import(ImportCommand),
    /// The bytes of all files
    Storage {
        /// How the outcome is told
        #[arg(long, value_enum, default_value = "text", global = true)]
        output: Output,
        #[command(subcommand)]
        command: StorageCommand,
    },
    /// Single files by their SHA-256
    Blob {
        /// How the outcome is told
        #[arg(long, value_enum, default_value = "text", global = true)]
        output: Output,
        #[command(subcommand)]
        command: BlobCommand,
    },
    /// Bring the tables of the database up to date, as a server does when it starts
    Migrate {
        /// Only show which steps were taken and which are missing
        #[arg(long)]
        status: bool,
    },
}

/// How an outcome is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// In words
    Text,
    /// As JSON
    Json,
}

/// Where bytes can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Driver {
    /// The folder of `upload.path`
    File,
    /// The bucket of `upload.bucket`
    S3,
}

/// The commands of `kleister admin storage`.
#[derive(Clone, Debug, Subcommand)]
pub enum StorageCommand {
    /// Delete what nothing has named for a day
    Gc {
        /// Only tell what that is
        #[arg(long)]
        dry_run: bool,
    },
    /// Hash all files again, and tell which are bad and whom that hurts
    Verify,
    /// Copy all files to the bucket, or from it to the folder
    Move {
        /// Where to
        #[arg(long, value_enum)]
        to: Driver,
    },
}

/// The commands of `kleister admin blob`.
#[derive(Clone, Debug, Subcommand)]
pub enum BlobCommand {
    /// Hand a file out no more, refuse it from now on, and withdraw the builds that have it
    Block {
        /// Its SHA-256
        sha256: String,
        /// Why, for all who ask for it
        #[arg(long)]
        reason: String,
    },
    /// Let a file be uploaded again
    Unblock {
        /// Its SHA-256
        sha256: String,
    },
}

/// The commands of `kleister admin loaders`.
#[derive(Clone, Debug, Subcommand)]
pub enum LoadersCommand {
    /// Import the list of releases that upstream publishes, for servers that cannot fetch it
    Import {
        /// What the list is of: minecraft, forge, neoforge, quilt or fabric
        kind: Kind,
        /// The document, as it was fetched; several are put together
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Bring what the Technic Launcher starts a loader from, for servers that cannot fetch it
    Package {
        /// Which loader: forge, neoforge, fabric or quilt
        kind: LoaderKind,
        /// Its version, such as 47.2.0
        version: String,
        /// The release of Minecraft that it is for
        minecraft: String,
        /// The profile of Fabric or Quilt; the installer of Forge or NeoForge, the universal jar up to Minecraft 1.12.2
        file: PathBuf,
    },
}

/// The commands of `kleister admin updater`.
#[derive(Clone, Debug, Subcommand)]
pub enum UpdaterCommand {
    /// Bring the jars, for servers that cannot fetch them, or others than those that are here
    Import {
        /// packwiz-installer-bootstrap.jar
        #[arg(long, value_name = "FILE", required_unless_present = "installer")]
        bootstrap: Option<PathBuf>,
        /// packwiz-installer.jar
        #[arg(long, value_name = "FILE")]
        installer: Option<PathBuf>,
    },
}

/// The commands of `kleister admin signing-key`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum SigningKeyCommand {
    /// Print a new secret key, for a file that `server.signing_key` names
    New,
    /// Show the public key of the one that is used, as players' unsup.ini takes it
    Show,
}

/// The commands of `kleister admin import`.
#[derive(Clone, Debug, Subcommand)]
pub enum ImportCommand {
    /// Move a Technic Solder here: its packs, builds, mods, clients and keys, with the zips as players have them
    Solder {
        /// The address of its read API, which ends in /api/, or of its database: <mysql://USER:PASSWORD@HOST/NAME>,
        /// <postgres://…> or <sqlite:///FILE>; - to read it from standard input
        source: String,
        /// Where its zips are: the address or folder of its repository, in which `mods` is
        #[arg(long, value_name = "ADDRESS OR FOLDER")]
        files: Option<String>,
        /// The server administrator who owns what is made
        #[arg(long, value_name = "USER")]
        owner: String,
        /// Read a key of the Solder from standard input, by which its read API tells of hidden and private packs
        #[arg(long)]
        key_stdin: bool,
        /// How the report is told
        #[arg(long, value_enum, default_value = "text")]
        output: Output,
    },
}

/// The commands of `kleister admin user`.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user, such as the first administrator
    Create {
        /// The name to sign in with
        username: String,
        /// Let the user do everything
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        secret: SecretFlags,
    },
    /// End all sessions and tokens of a user and let him sign in no more
    Disable {
        /// The user
        username: String,
    },
    /// Set a new password, which ends all sessions and tokens
    Password {
        /// The user
        username: String,
        #[command(flatten)]
        secret: SecretFlags,
    },
}

/// How a password is told.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct SecretFlags {
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// Read the hash of the password from standard input, as another server made it: argon2 or bcrypt
    #[arg(long)]
    hash_stdin: bool,
}

impl SecretFlags {
    fn holding(&self, text: String) -> Secret {
        if self.hash_stdin { Secret::Hash(text) } else { Secret::Password(text) }
    }
}

impl AdminCommand {
    /// Whether a password or hash is to be read from standard input.
    pub fn reads_secret(&self) -> bool {
        match self {
            Self::User(UserCommand::Create { .. } | UserCommand::Password { .. }) => true,
            Self::Import(ImportCommand::Solder { source, key_stdin, .. }) => *key_stdin || source == "-",
            _ => false,
        }
    }

    /// The command as it is sent, with the password or hash that was read and the files that it names.
    pub fn with_secret(self, text: String) -> std::io::Result<Command> {
        Ok(match self {
            Self::User(UserCommand::Create { username, admin, secret }) => {
                Command::CreateUser { username, secret: secret.holding(text), admin }
            }
            Self::User(UserCommand::Disable { username }) => Command::DisableUser { username },
            Self::User(UserCommand::Password { username, secret }) => {
                Command::SetPassword { username, secret: secret.holding(text) }
            }
            Self::Storage { output, command } => {
                let work = match command {
                    StorageCommand::Gc { dry_run } => Work::Collect { dry_run },
                    StorageCommand::Verify => Work::Verify,
                    StorageCommand::Move { to } => Work::Move { bucket: to == Driver::S3 },
                };
                Command::Storage { work, json: output == Output::Json }
            }
            Self::Blob { output, command } => {
                let work = match command {
                    BlobCommand::Block { sha256, reason } => Work::Block { sha256, reason },
                    BlobCommand::Unblock { sha256 } => Work::Unblock { sha256 },
                };
                Command::Storage { work, json: output == Output::Json }
            }
            Self::Loaders(LoadersCommand::Import { kind, files }) => {
                let documents = files.iter().map(|file| document(file)).collect::<std::io::Result<_>>()?;
                Command::ImportLoaders { kind, documents }
            }
            Self::Updater(UpdaterCommand::Import { bootstrap, installer }) => {
                let files = [(Jar::Bootstrap, bootstrap), (Jar::Installer, installer)];
                let files = files.into_iter().filter_map(|(jar, file)| Some((jar, file?)));
                let encoded = |(jar, file): (Jar, PathBuf)| Ok((jar, STANDARD.encode(whole(&file, updater::LARGEST)?)));
                Command::ImportUpdater { jars: files.map(encoded).collect::<std::io::Result<_>>()? }
            }
            Self::SigningKey(command) => Command::SigningKey { new: matches!(command, SigningKeyCommand::New) },
            Self::Loaders(LoadersCommand::Package { kind, version, minecraft, file }) => {
                let package = STANDARD.encode(whole(&file, loader_packages::LARGEST)?);
                Command::ImportLoaderPackage { loader: Loader { kind, version }, minecraft, package }
            }
            Self::Import(ImportCommand::Solder { source, files, owner, key_stdin, output }) => {
                let source = if source == "-" { text.trim().to_owned() } else { source };
                let key = key_stdin.then(|| text.trim().to_owned());
                let (source, files) = (solder(source, key), files.map(place).transpose()?);
                Command::ImportSolder { source, files, owner, json: output == Output::Json }
            }
            Self::Migrate { status } => Command::Migrate { status },
        })
    }
}

/// A Solder by the address of its read API or database.
fn solder(address: String, key: Option<String>) -> Source {
    if address.starts_with("http://") || address.starts_with("https://") {
        Source::Api { address, key }
    } else {
        Source::Database { url: address }
    }
}

/// An address, or a folder as the server finds it wherever it runs.
fn place(text: String) -> std::io::Result<Place> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(Place::Address(text));
    }
    let failed = |error: std::io::Error| std::io::Error::other(format!("cannot find the folder {text}: {error}"));
    Ok(Place::Folder(std::fs::canonicalize(&text).map_err(failed)?))
}

/// The text of a document that is not larger than one that would be fetched.
fn document(file: &Path) -> std::io::Result<String> {
    let failed = |error: std::io::Error| std::io::Error::other(format!("cannot read {}: {error}", file.display()));
    String::from_utf8(whole(file, LARGEST as u64)?).map_err(|error| failed(std::io::Error::other(error)))
}

/// The bytes of a file that has not more than this.
fn whole(file: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let failed = |error: std::io::Error| std::io::Error::other(format!("cannot read {}: {error}", file.display()));
    let mut bytes = Vec::new();
    File::open(file).and_then(|open| open.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
    let too_large = || failed(std::io::Error::other(format!("it has more than {limit} bytes")));
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}
