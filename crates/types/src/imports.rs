//! Imports: packs of other tools that become packs here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::jobs::{Job, JobState, Progress};

/// What is to be imported from an address, and into what.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ImportChange {
    /// The address of an `.mrpack`, of another pack's archive, or of a `pack.toml` of packwiz.
    pub address: Option<String>,
    /// The pack that gets a new build, by identifier or slug. Without it a new pack is made.
    pub pack: Option<String>,
    /// The slug of a new pack: 1 to 64 of `A-Z a-z 0-9 . _ -`; made of the name if left out.
    pub slug: Option<String>,
    /// The name of a new pack; that of the imported one if left out.
    pub name: Option<String>,
    /// The name of the new build; the imported pack's version if left out, with a number behind where that is taken.
    pub build: Option<String>,
    /// Whether files that the pack only points to are fetched and kept here; false unless given, so that players
    /// fetch them from where they are.
    pub mirror: Option<bool>,
    /// Whether Modrinth and `CurseForge` are asked whether they know the files in the pack that it names no source of, for
    /// which hashes of them are sent there; true unless given. The operator may switch it off for all.
    #[serde(default)]
    pub recognise: Option<bool>,
}

/// The import of a pack: how far it is, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Import {
    /// The identifier, which is also that of its job.
    pub id: String,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub progress: Progress,
    /// What came of it, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ImportReport>,
    /// Why it failed, and what to do about it; nothing of it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// What became of a pack that was imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportReport {
    /// What it was: `mrpack`, `packwiz`, `curseforge`, `prism` or `folder`.
    pub kind: String,
    /// The identifier of the pack that got the build.
    pub pack_id: String,
    /// The slug of that pack.
    pub pack: String,
    /// The identifier of the build.
    pub build_id: String,
    /// The name of the build, which is a draft.
    pub build: String,
    /// How many files were here already.
    pub matched: u64,
    /// How many files became versions of mods, or got the bytes that a version had waited for.
    pub created: u64,
    /// How many files players fetch from elsewhere: only what they are is known here.
    pub linked: u64,
    /// How many files belong to the build itself.
    pub own: u64,
    /// Every file of the build, by its path.
    pub files: Vec<ImportedFile>,
    /// What was not taken, and why.
    pub left_out: Vec<ImportNote>,
    /// What was taken, but not as one might think.
    pub notes: Vec<ImportNote>,
}

/// One file of a pack that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedFile {
    /// Where it lies in an instance.
    pub path: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// The slug of the mod that it belongs to; none for a file of the build itself.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "mod")]
    pub module: Option<String>,
    /// The name of the version that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportOutcome {
    /// It was here already.
    Matched,
    /// It became a version of a mod, or the bytes that a version had waited for.
    Created,
    /// A version was made of what is known of it; players fetch the bytes from elsewhere.
    Linked,
    /// It belongs to the build itself.
    Own,
}

/// Something to know about an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportNote {
    /// Which file or setting it is about.
    pub what: String,
    /// What happened to it, and why.
    pub why: String,
}

impl From<Job> for Import {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            state: job.state,
            progress: job.progress,
            report: job.result.and_then(|result| serde_json::from_value(result).ok()),
            failure: job.failure,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}
