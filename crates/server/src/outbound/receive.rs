//! Taking an answer in: piece by piece, counted, in time, and compared with what was meant.

use bytes::{Bytes, BytesMut};
use kleister_files::{Blob, Files};
use reqwest::Response;
use tokio::time::timeout;

use super::{Refusal, Times};

/// What is known of the bytes before they are fetched. Digests are lower-case hexadecimal; what is not known is not
/// compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// In bytes.
    pub size: Option<u64>,
    /// Of all of them.
    pub md5: Option<String>,
    /// Of all of them.
    pub sha1: Option<String>,
    /// Of all of them.
    pub sha256: Option<String>,
    /// Of all of them.
    pub sha512: Option<String>,
}

impl Expected {
    /// Whether these bytes can be the ones that were meant.
    pub fn fits(&self, blob: &Blob) -> bool {
        let digests = [
            (&self.md5, &blob.md5),
            (&self.sha1, &blob.sha1),
            (&self.sha256, &blob.sha256),
            (&self.sha512, &blob.sha512),
        ];
        let fits = |(expected, is): (&Option<String>, &String)| {
            expected.as_ref().is_none_or(|expected| expected.eq_ignore_ascii_case(is))
        };
        self.size.is_none_or(|size| size == blob.size) && digests.into_iter().all(fits)
    }
}

/// Reads an answer into memory.
pub(super) async fn to_memory(mut answer: Response, limit: u64, times: Times) -> Result<Bytes, Refusal> {
    declared(&answer, limit)?;
    let mut bytes = BytesMut::new();
    while let Some(piece) = next(&mut answer, times).await? {
        if (bytes.len() + piece.len()) as u64 > limit {
            return Err(Refusal::TooLarge);
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// Reads an answer into the files, which keep it only if it is what was meant.
pub(super) async fn to_files(
    mut answer: Response,
    files: &Files,
    expected: &Expected,
    limit: u64,
    times: Times,
) -> Result<Blob, Refusal> {
    if expected.size.is_some_and(|size| size > limit) {
        return Err(Refusal::TooLarge);
    }
    let limit = expected.size.unwrap_or(limit);
    let declared = declared(&answer, limit)?;
    let mut upload = files.upload(declared.or(expected.size), limit).await?;
    let mut received = 0;
    while let Some(piece) = next(&mut answer, times).await? {
        received += piece.len() as u64;
        if received > limit {
            return Err(Refusal::TooLarge);
        }
        upload.write(piece).await?;
    }
    let blob = upload.digest().await?;
    if expected.fits(&blob) { Ok(upload.finish().await?) } else { Err(Refusal::WrongHash) }
}

/// How much the answer says that it has.
fn declared(answer: &Response, limit: u64) -> Result<Option<u64>, Refusal> {
    let size = answer.content_length();
    if size.is_some_and(|size| size > limit) { Err(Refusal::TooLarge) } else { Ok(size) }
}

/// The next piece of the body, none after the last.
async fn next(answer: &mut Response, times: Times) -> Result<Option<Bytes>, Refusal> {
    let piece = timeout(times.idle, answer.chunk()).await;
    piece.map_err(|_| Refusal::SILENCE)?.map_err(|error| {
        tracing::info!(%error, "an answer from elsewhere broke off");
        Refusal::SILENCE
    })
}
