//! A blob as others speak of it: by its key, with its digests.

use object_store::path::Path;

use crate::{Error, Result, SHELVES};

/// What is known of a blob once all of it has passed by. Digests are lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The key of the blob.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    pub md5: String,
    pub sha1: String,
    pub sha512: String,
    /// As zip archives count it.
    pub crc32: u32,
    /// Told from the first bytes; `application/octet-stream` when they tell nothing.
    pub content_type: String,
}

/// The key of a blob: a SHA-256 of 64 lower-case hexadecimal digits. Nothing else ever becomes a part of a path.
#[derive(Clone, Copy)]
pub(crate) struct Key<'a>(&'a str);

impl<'a> Key<'a> {
    /// Anything but a key is [`Error::Missing`], as a key is that nothing is stored under.
    pub(crate) fn parse(text: &'a str) -> Result<Self> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits && text.len() == 64 { Ok(Self(text)) } else { Err(Error::Missing) }
    }

    pub(crate) fn text(self) -> &'a str {
        self.0
    }

    /// Where the blob lies: two floors of 256 folders keep each of them short.
    pub(crate) fn place(self) -> Path {
        Path::from(format!("blobs/{}/{}/{}", &self.0[..2], &self.0[2..4], self.0))
    }

    /// The lock that publishing this blob takes.
    pub(crate) fn shelf(self) -> usize {
        usize::from_str_radix(&self.0[..2], 16).map_or(0, |byte| byte % SHELVES)
    }
}
