//! Where bytes are kept, and how many.

use serde::{Deserialize, Serialize};

use super::Error;

/// Where bytes are kept, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upload {
    /// The kind of storage: `file`.
    pub driver: String,
    /// The folder of the files.
    pub path: String,
    /// Bytes of the disk that uploads leave free; 1 GiB or 2 % of the disk, whichever is more, unless given.
    pub reserve: Option<u64>,
    /// The largest file within a JSON body, in bytes: it lies in memory. 64 MiB unless given.
    pub json_limit: u64,
    /// The largest file of any upload, in bytes. 2 GiB unless given.
    pub limit: u64,
    /// Files in one call to the intake. 500 unless given.
    pub files: usize,
    /// Uploads at the same time, in all.
    pub at_once: usize,
    /// Uploads of one user at the same time.
    pub per_user: usize,
}

impl Default for Upload {
    fn default() -> Self {
        Self {
            driver: "file".to_owned(),
            path: "storage/files".to_owned(),
            reserve: None,
            json_limit: 64 << 20,
            limit: 2 << 30,
            files: 500,
            at_once: 32,
            per_user: 4,
        }
    }
}

impl Upload {
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.driver != "file" {
            return Err(Error::value("upload.driver", "must be file"));
        }
        if self.path.is_empty() {
            return Err(Error::value("upload.path", "must name a folder"));
        }
        if self.at_once == 0 || self.per_user == 0 {
            return Err(Error::value("upload.at_once", "must be at least 1, and upload.per_user too"));
        }
        if self.files == 0 {
            return Err(Error::value("upload.files", "must be at least 1"));
        }
        Ok(())
    }
}
