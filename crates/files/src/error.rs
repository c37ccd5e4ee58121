//! What can go wrong with blobs, and what to do about it.

use std::io;

/// What every function of this room returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More bytes than the caller allows.
    #[error(
        "the file is larger than {limit} bytes, the most that `upload.limit` allows: send a smaller one or raise it"
    )]
    TooLarge { limit: u64 },
    /// The file would take space that the disk does not have.
    #[error("the disk has too little space left for the file: free some")]
    Full,
    /// The file would take space that is held in reserve.
    #[error(
        "the disk has too little space left for the file beside the {reserve} bytes that `upload.reserve` keeps free: free \
         some or lower it"
    )]
    Reserved { reserve: u64 },
    /// Another process has the folder open.
    #[error("another server already keeps its files in this folder: stop it first or use another folder")]
    InUse,
    /// No such blob, or a key that no blob can have.
    #[error("no such file is stored: upload it again")]
    Missing,
    /// The stored file has not the size or the bytes that it had when it was uploaded.
    #[error("the stored file is damaged: upload it again or restore it from a backup")]
    Damaged,
    /// A range that is empty or does not lie inside the blob.
    #[error("the range does not lie inside the file: ask for a part of its {size} bytes")]
    Range { size: u64 },
    /// An upload was used again after one of its writes had failed or was cancelled.
    #[error("the upload broke off: send the file again")]
    Broken,
    /// Nobody gets these bytes, and nobody may bring them.
    #[error("these bytes are blocked on this server: {reason}")]
    Blocked { reason: String },
    /// The service does not take the access key, or the key may not do this.
    #[error("the bucket refuses the access key: look at `upload.access`, `upload.secret` and what the key may do")]
    Refused,
    /// The service knows no bucket of this name.
    #[error("there is no bucket `{name}`: make it first, or set `upload.bucket`")]
    NoBucket { name: String },
    /// The service did not answer, or answered with a failure.
    #[error("the bucket cannot be reached: look at `upload.endpoint` and at the service ({0})")]
    Unreachable(#[source] Box<object_store::Error>),
    /// The disk or the system failed.
    #[error("the file could not be read or written: look at the disk and its permissions ({0})")]
    Io(#[source] io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => Self::Refused,
            object_store::Error::Generic { store: "S3", .. } => Self::Unreachable(Box::new(error)),
            error => match cause(&error) {
                // The full disk is told by the system's error, wherever the store has wrapped it.
                Some(cause) => io::Error::new(cause.kind(), error).into(),
                None => Self::Io(error.into()),
            },
        }
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Io(error.into())
    }
}

/// The system's error behind an error of the store.
fn cause(error: &object_store::Error) -> Option<&io::Error> {
    let first: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(first), |error| error.source()).find_map(|error| error.downcast_ref())
}
