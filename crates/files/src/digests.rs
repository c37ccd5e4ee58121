//! All digests of a blob, from one pass over its bytes.

use bytes::Bytes;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use tokio::task::spawn_blocking;

use crate::{Blob, Result};

/// As many first bytes as a file's kind is told from.
const HEAD: usize = 8 * 1024;

/// The digests of the bytes so far, in two halves that cost about the same, so that two threads share the work.
#[derive(Clone, Default)]
pub(crate) struct Digests {
    size: u64,
    content_type: Option<&'static str>,
    old: Old,
    new: New,
}

#[derive(Clone, Default)]
struct Old {
    md5: Md5,
    sha1: Sha1,
    crc32: crc32fast::Hasher,
}

#[derive(Clone, Default)]
struct New {
    sha256: Sha256,
    sha512: Sha512,
}

impl Digests {
    /// Takes in the next bytes. The first ones, which tell the kind of the file, should be more than a few.
    pub(crate) async fn update(self, bytes: Bytes) -> Result<Self> {
        let Self { size, content_type, mut old, mut new } = self;
        let content_type = content_type.or_else(|| Some(kind_of(&bytes)));
        let size = size + bytes.len() as u64;
        let again = bytes.clone();
        let old = spawn_blocking(move || {
            old.md5.update(&again);
            old.sha1.update(&again);
            old.crc32.update(&again);
            old
        });
        let new = spawn_blocking(move || {
            new.sha256.update(&bytes);
            new.sha512.update(&bytes);
            new
        });
        Ok(Self { size, content_type, old: old.await?, new: new.await? })
    }

    /// What the bytes are, now that there are no more of them.
    pub(crate) fn finish(self) -> Blob {
        Blob {
            sha256: hex::encode(self.new.sha256.finalize()),
            size: self.size,
            md5: hex::encode(self.old.md5.finalize()),
            sha1: hex::encode(self.old.sha1.finalize()),
            sha512: hex::encode(self.new.sha512.finalize()),
            crc32: self.old.crc32.finalize(),
            content_type: self.content_type.unwrap_or(kind_of(&[])).to_owned(),
        }
    }
}

/// The content type that the first bytes tell; the names of files and the words of clients are not asked.
fn kind_of(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(HEAD)];
    infer::get(head).map_or("application/octet-stream", |kind| kind.mime_type())
}
