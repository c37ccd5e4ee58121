//! Files that come in pieces, by the tus protocol 1.0 (<https://tus.io/protocols/resumable-upload>): what its headers say,
//! and who may go on with an upload. The pieces themselves are taken in by [`pieces`].

pub mod pieces;
mod turns;

use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kleister_files::Algorithm;
use kleister_formats::safe_file_name;

pub use turns::{Turn, Turns};

use crate::App;
use crate::api::body::{declared, media_type};
use crate::problem::Problem;

/// The version of the protocol that is spoken.
pub const VERSION: &str = "1.0.0";
/// What is spoken beyond its core.
pub const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";
/// The media type of a piece.
const PIECE: &str = "application/offset+octet-stream";
/// The longest `Upload-Metadata`, in bytes.
const METADATA: usize = 4096;

/// The algorithms of checksums, by their names in the protocol.
const ALGORITHMS: [(&str, Algorithm); 3] =
    [("sha1", Algorithm::Sha1), ("sha256", Algorithm::Sha256), ("md5", Algorithm::Md5)];

/// Why a piece is not taken, as the protocol has it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The client speaks no version that is spoken here.
    #[error("send `Tus-Resumable: {VERSION}`; no other version of the tus protocol is spoken here")]
    Version,
    /// A piece is of another media type.
    #[error("send a piece as `Content-Type: {PIECE}`")]
    Media,
    /// A piece does not begin where the file ends so far.
    #[error(
        "the piece begins at {sent}, but {received} bytes have come; ask by HEAD how far it is, and go on from there"
    )]
    Offset {
        /// Where the piece begins.
        sent: u64,
        /// How many bytes there are.
        received: u64,
    },
    /// Somebody else goes on with it.
    #[error("another request goes on with this upload; ask by HEAD how far it is")]
    Taken,
    /// The piece has not the checksum that it should have.
    #[error("the piece came damaged: its checksum is not the one of `Upload-Checksum`; send it again")]
    Checksum,
}

/// A request that speaks the protocol.
#[derive(Debug)]
pub struct Spoken;

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let version = parts.headers.get("tus-resumable").map(HeaderValue::as_bytes);
        if version == Some(VERSION.as_bytes()) { Ok(Self) } else { Err(Refusal::Version.into()) }
    }
}

impl aide::OperationInput for Spoken {}

/// An upload that a client begins.
#[derive(Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The file's name.
    pub name: String,
    /// How many bytes it will have.
    pub size: u64,
    /// What the client said of it, as it was sent.
    pub metadata: Option<String>,
    /// The piece that came with it.
    pub piece: Option<Piece>,
}

impl FromRequestParts<App> for Beginning {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let headers = &parts.headers;
        let size = number(headers, "upload-length")?
            .ok_or_else(|| Problem::BadRequest("say by `Upload-Length` how many bytes the file has".to_owned()))?;
        let limit = app.config.upload.limit;
        if size > limit {
            return Err(kleister_files::Error::TooLarge { limit }.into());
        }
        let metadata = text(headers, "upload-metadata")?.map(ToOwned::to_owned);
        let name = name(metadata.as_deref().unwrap_or_default())?;
        recognises(metadata.as_deref().unwrap_or_default())?;
        // A body of another type is none of the protocol's, unless there is nothing in it.
        let has_piece = headers.contains_key(CONTENT_TYPE) && declared(headers) != Some(0);
        let piece = if has_piece { Some(Piece::read(headers, 0)?) } else { None };
        Ok(Self { name, size, metadata, piece })
    }
}

impl aide::OperationInput for Beginning {}

/// The name of a file, as clients send it among other things.
fn name(metadata: &str) -> Result<String, Problem> {
    if metadata.len() > METADATA {
        return Err(Problem::BadRequest(format!("`Upload-Metadata` is longer than {METADATA} bytes")));
    }
    let Some(decoded) = said(metadata, &["filename", "name"])? else {
        return Err(Problem::invalid("upload", "filename", "must be given in `Upload-Metadata`"));
    };
    // A folder that is dropped names its files with their paths.
    let last = decoded.rsplit('/').next().unwrap_or_default();
    let name = safe_file_name(last).map_err(|reason| Problem::invalid("upload", "filename", reason.to_string()))?;
    Ok(name.to_owned())
}

/// What the metadata says under the first of these keys that is there.
fn said(metadata: &str, keys: &[&str]) -> Result<Option<String>, Problem> {
    let mut pairs = metadata.split(',').map(|pair| pair.trim().split_once(' ').unwrap_or((pair.trim(), "")));
    let Some((key, encoded)) = pairs.find(|(key, _)| keys.contains(key)) else { return Ok(None) };
    let decoded = BASE64_STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let unreadable = || Problem::BadRequest(format!("`{key}` in `Upload-Metadata` is not UTF-8 in Base64"));
    decoded.map(Some).ok_or_else(unreadable)
}

/// Whether Modrinth and `CurseForge` are asked whether they know the file, as the metadata says; they are unless it says no.
fn recognises(metadata: &str) -> Result<bool, Problem> {
    match said(metadata, &["recognise"])?.as_deref() {
        None | Some("" | "true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        _ => Err(Problem::BadRequest("`recognise` in `Upload-Metadata` must be true or false, in Base64".to_owned())),
    }
}

/// A piece of a file that a client sends.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where in the file it begins.
    pub offset: u64,
    /// How many bytes it has, if the client says so.
    pub size: Option<u64>,
    /// The checksum that it must have.
    pub checksum: Option<(Algorithm, Vec<u8>)>,
}

impl FromRequestParts<App> for Piece {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let offset = number(&parts.headers, "upload-offset")?
            .ok_or_else(|| Problem::BadRequest("say by `Upload-Offset` where the piece begins".to_owned()))?;
        Self::read(&parts.headers, offset)
    }
}

impl aide::OperationInput for Piece {}

impl Piece {
    fn read(headers: &HeaderMap, offset: u64) -> Result<Self, Problem> {
        if media_type(headers) != PIECE {
            return Err(Refusal::Media.into());
        }
        let checksum = text(headers, "upload-checksum")?.map(checksum).transpose()?;
        Ok(Self { offset, size: declared(headers), checksum })
    }
}

fn checksum(text: &str) -> Result<(Algorithm, Vec<u8>), Problem> {
    let (name, encoded) = text.split_once(' ').unwrap_or((text, ""));
    let Some((_, algorithm)) = ALGORITHMS.into_iter().find(|(known, _)| *known == name) else {
        let known = ALGORITHMS.map(|(name, _)| name).join(", ");
        return Err(Problem::BadRequest(format!("`Upload-Checksum` must be by one of {known}")));
    };
    let digest = BASE64_STANDARD.decode(encoded.trim());
    let digest = digest.map_err(|_| Problem::BadRequest("the value of `Upload-Checksum` is not Base64".to_owned()))?;
    Ok((algorithm, digest))
}

/// The names of the algorithms of checksums, as the protocol lists them.
pub fn algorithms() -> String {
    ALGORITHMS.map(|(name, _)| name).join(",")
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    let unreadable = |_| Problem::BadRequest(format!("the header `{name}` cannot be read"));
    headers.get(HeaderName::from_static(name)).map(|value| value.to_str().map_err(unreadable)).transpose()
}

/// A number of bytes in a header.
fn number(headers: &HeaderMap, name: &'static str) -> Result<Option<u64>, Problem> {
    let Some(text) = text(headers, name)? else { return Ok(None) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.map(Some).ok_or_else(|| Problem::BadRequest(format!("the header `{name}` must be a number of bytes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn name_is_found_among_what_clients_send() {
        assert_eq!(name("filename amVpLmphcg==").unwrap(), "jei.jar");
        assert_eq!(name("relativePath bnVsbA==,name bW9kcy9qZWkuamFy, type eA==").unwrap(), "jei.jar");
        for bad in ["", "filetype eA==", "filename", "filename ????", "filename Li4=", "filename /w=="] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sources_are_asked_unless_the_metadata_says_no() {
        for asked in ["", "filename YQ==", "recognise", "filename YQ==,recognise dHJ1ZQ==", "recognise MQ=="] {
            assert!(recognises(asked).unwrap(), "{asked}");
        }
        for not_asked in ["recognise ZmFsc2U=", "filename YQ==, recognise MA=="] {
            assert!(!recognises(not_asked).unwrap(), "{not_asked}");
        }
        for bad in ["recognise false", "recognise bm8="] {
            assert!(recognises(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn piece_tells_its_size_and_checksum() {
        let sent = [("content-type", PIECE), ("content-length", "5"), ("upload-checksum", "sha1 AAEC")];
        let piece = Piece::read(&headers(&sent), 7).unwrap();
        let checksum = Some((Algorithm::Sha1, vec![0, 1, 2]));
        assert_eq!(piece, Piece { offset: 7, size: Some(5), checksum });
        for bad in ["crc32 AAEC", "sha1 ???", ""] {
            let sent = [("content-type", PIECE), ("upload-checksum", bad)];
            assert!(Piece::read(&headers(&sent), 0).is_err(), "{bad}");
        }
        assert!(Piece::read(&headers(&[("content-type", "text/plain")]), 0).is_err());
    }

    #[test]
    fn number_is_nothing_but_digits() {
        assert_eq!(number(&headers(&[("upload-length", "12")]), "upload-length").unwrap(), Some(12));
        for bad in ["+12", "-1", "1e3", "", " ", "99999999999999999999"] {
            assert!(number(&headers(&[("upload-length", bad)]), "upload-length").is_err(), "{bad}");
        }
    }
}
