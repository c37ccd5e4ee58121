//! Everything that can go wrong here: what, why, and what to do next.

use thiserror::Error;

/// Why a name is refused, or a document cannot be read.
#[derive(Debug, Error)]
pub enum Error {
    /// A path or file name that is dangerous or impossible on some player's machine.
    #[error("{path:?} cannot name a file of an instance: {reason}. Rename the file and try again.")]
    Path {
        /// The refused name, cut to a length that is fit to print.
        path: String,
        /// What is wrong with it, as the middle of a sentence.
        reason: &'static str,
    },

    /// A loader that Kleister does not know.
    #[error("{0:?} is not a known loader. Use one of forge, neoforge, fabric, quilt.")]
    Loader(String),

    /// A release written by a newer Kleister.
    #[error("The release is stored in format {0}, which this Kleister cannot read yet. Update Kleister.")]
    Format(u32),

    /// A stored release that is not what [`to_document`](crate::Release::to_document) wrote.
    #[error("The stored release cannot be read: {0}. Restore it from a backup, or publish the build under a new name.")]
    Document(#[from] serde_json::Error),

    /// A list of releases that is not what its upstream publishes.
    #[error("the list of releases cannot be read: {0}")]
    Upstream(String),

    /// A document that is not what Modrinth or `CurseForge` answers.
    #[error("the answer cannot be read: {0}")]
    Source(String),
}
