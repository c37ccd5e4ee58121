//! Moving a Solder here: its packs, builds, mods, clients and keys, with the zips byte for byte as players have them.
//!
//! First everything that it holds is read, from its read API or its database; then its packs are taken over one by one,
//! each in one write after all its zips have come, so that whatever fails leaves no half of a pack. What is there already
//! stays, so a move can be repeated, and goes on where it ended.

mod fetch;
mod packs;
mod read_api;
mod unpack;

use kleister_store::solder::old::Old;
use kleister_store::solder::{self, database};
use kleister_store::{Caller, Error};
use kleister_types::solder::{SolderImport, SolderReport};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::fetch::Fetching;
pub use self::fetch::Place;
use crate::App;
use crate::jobs::{Running, Task};
use crate::problem::Problem;
use crate::signin::secret;

/// The Solder that is moved here.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Its read API.
    Api {
        /// The address, which ends in `/api/`.
        address: String,
        /// A key that it has, by which it tells of what is private.
        key: Option<String>,
    },
    /// Its database.
    Database {
        /// The URL of the connection.
        url: String,
    },
}

/// The move of a Solder by its read API, as a job. It is not begun again by itself: its key is written down nowhere.
#[derive(Serialize, Deserialize)]
pub struct Move {
    address: String,
    #[serde(skip)]
    key: Option<String>,
    has_key: bool,
}

impl Move {
    /// The move that is wanted.
    pub fn new(wanted: SolderImport) -> Self {
        Self { address: wanted.address, has_key: wanted.key.is_some(), key: wanted.key }
    }
}

impl Task for Move {
    const KIND: &'static str = "solder.import";
    const AGAIN: bool = false;
    const INTERRUPTED: &'static str =
        "the packs that it had taken over stay; start it again, and it goes on where it ended";

    async fn run(self, app: App, running: Running) -> Result<Value, Problem> {
        if self.has_key && self.key.is_none() {
            let why = "the server stopped before this began, and the key is not written down; start it again";
            return Err(Error::Conflict(why.to_owned()).into());
        }
        let caller = running.caller(&app).await?;
        let source = Source::Api { address: self.address, key: self.key };
        let report = take_over(&app, &caller, (&source, None), Some(&running)).await?;
        serde_json::to_value(report).map_err(|error| Problem::BadRequest(error.to_string()))
    }
}

/// Moves a Solder here, in the name of a server administrator. `files` is where the zips are that it does not name by
/// a whole address. Without a job that is told how far it is, an operator of this machine moves it, who may name addresses in
/// his own network.
pub async fn take_over(
    app: &App,
    caller: &Caller,
    (source, files): (&Source, Option<Place>),
    job: Option<&Running>,
) -> Result<SolderReport, Problem> {
    let who = caller.server_admin()?;
    let mut fetching = Fetching::new(app, &who.id, job.is_none(), files).await?;
    let old = match source {
        Source::Api { address, key } => {
            fetching.trust(address);
            read_api::read(&fetching, address, key.as_deref()).await?
        }
        Source::Database { url } => database::read(url).await?,
    };
    let mut report = SolderReport { notes: old.notes.clone(), ..SolderReport::default() };
    for (what, why) in &old.left_out {
        report.leave_out(what.clone(), why);
    }
    take_people(app, &old, &mut report).await?;
    for (position, pack) in old.packs.iter().enumerate() {
        if let Some(job) = job {
            job.progress(&format!("moving pack `{}`", pack.slug), position as u64, old.packs.len() as u64);
        }
        Box::pin(packs::take(app, caller, (pack, position), &mut fetching, &mut report)).await?;
    }
    packs::take_spare(app, caller, &old.spare, &mut fetching, &mut report).await?;
    report.created.sort();
    report.matched.sort();
    Ok(report)
}

/// Takes over keys and clients.
async fn take_people(app: &App, old: &Old, report: &mut SolderReport) -> Result<(), Problem> {
    let (write, now) = (app.db.write().await?, app.clock.now());
    let keys = old.keys.iter().map(|(name, key)| (name.clone(), secret::kept(key))).collect();
    let are_new = solder::take_keys(&*write, keys, now).await?;
    for ((name, _), is_new) in old.keys.iter().zip(are_new) {
        report.note(is_new, format!("key `{name}`"));
    }
    let are_new = solder::take_clients(&*write, &old.clients, now).await?;
    for (client, is_new) in old.clients.iter().zip(are_new) {
        report.note(is_new, format!("client `{}`", client.name));
    }
    Ok(write.commit().await?)
}
