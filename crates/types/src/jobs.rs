//! Long work that goes on after its request was answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// Long work, such as the import of a pack: how far it is, and what came of it.
///
/// It outlives a restart of the server: it is begun again, or ends as failed and has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// What kind of work it is, such as `pack.import`.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub progress: Progress,
    /// What came of it, once it is done; its shape depends on the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it failed, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// Where long work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It waits for others to end.
    Waiting,
    /// It is under way.
    Running,
    /// It was done; `result` tells what came of it.
    Done,
    /// It was not done to its end; `failure` tells why. Nothing of it stays, but for what is done piece by piece: the packs
    /// of a Solder, and the upkeep of stored bytes.
    Failed,
    /// It was cancelled before its end; what stays is as if it had failed.
    Cancelled,
}

impl JobState {
    /// Every state with its word.
    const WORDS: [(Self, &str); 5] = [
        (Self::Waiting, "waiting"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    /// The state as a word.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The state of a stored word; what nobody knows has failed.
    pub fn from_word(stored: &str) -> Self {
        Self::WORDS.iter().find(|(_, word)| *word == stored).map_or(Self::Failed, |(state, _)| *state)
    }

    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// How far long work is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// What is being done, in a few words.
    #[serde(default)]
    pub step: String,
    /// How many of `total` are done.
    #[serde(default)]
    pub done: u64,
    /// How many there are to do; 0 where that is not known.
    #[serde(default)]
    pub total: u64,
}

/// One page of jobs, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct JobPage {
    /// How many there are on all pages.
    pub total: u64,
    /// The rows that a page holds, as applied.
    pub limit: u64,
    /// The rows passed over, as applied.
    pub offset: u64,
    /// The jobs of this page.
    pub jobs: Vec<Job>,
}
