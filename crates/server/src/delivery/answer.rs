//! How bytes are answered: with a strong tag, in part if asked for, not at all if they are known.

mod planned;

use std::ops::Range;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use http_range_header::parse_range_header;
use kleister_files::Body as Read;
use kleister_formats::mrpack;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use self::planned::planned;
use crate::problem::Problem;
use crate::{App, storage};

/// The characters that `filename*` of RFC 8187 takes as they are.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'+');

/// How long an address at the bucket holds.
const LENT: Duration = Duration::from_mins(5);

/// How long an answer may be kept, and by whom. What is made of several may be kept as the greatest of theirs says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caching {
    /// For ever, by everybody: the address always gives these bytes.
    Immutable,
    /// By everybody, but ask before use: the address gives other bytes once its channel moves.
    Channel,
    /// By the one who asked, but ask before use.
    Private,
    /// By the holder of a token, but ask before use: it may be revoked.
    Token,
    /// Not at all: the next answer may be another one.
    Draft,
}

impl Caching {
    const fn control(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Channel => "public, no-cache",
            Self::Private | Self::Token => "private, no-cache",
            Self::Draft => "no-store",
        })
    }

    /// What else the answer depends on.
    const fn vary(self) -> Option<HeaderValue> {
        match self {
            Self::Immutable | Self::Channel | Self::Token | Self::Draft => None,
            Self::Private => Some(HeaderValue::from_static("Authorization, X-API-Key")),
        }
    }
}

/// A file that lies under its hash.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    /// Its SHA-256, which is its tag too.
    pub sha256: &'a str,
    /// In bytes.
    pub size: u64,
    /// Its CRC-32, if that is known: comparing it on the way costs less.
    pub crc32: Option<u32>,
    /// What it is called when it is saved.
    pub name: &'a str,
}

/// Answers with a stored file, or the part of it that is asked for, to be saved; or sends the client to the bucket that
/// it lies in, where the operator wants that. What goes out as a whole is compared on the way; parts are not, nor what the
/// bucket hands out itself.
///
/// Who asks for the headers alone is not sent there: an address is signed for one method.
pub async fn stored(
    app: &App,
    file: Stored<'_>,
    caching: Caching,
    (method, request): (&Method, &HeaderMap),
) -> Result<Response, Problem> {
    let (disposition, tag) = (attachment(file.name), tag(file.sha256));
    let is_lent = app.files.is_remote() && !app.config.upload.proxy && method != Method::HEAD;
    if is_lent && !is_known(&tag, request) {
        let told = disposition.to_str().unwrap_or("attachment");
        if let Some(address) = storage::address(app, (file.sha256, file.size), LENT, told).await? {
            return lent(&address, tag);
        }
    }
    let about = [(CONTENT_TYPE, media_type(file.name)), (CONTENT_DISPOSITION, disposition)];
    read(app, file, about, caching, request).await
}

/// Sends the client to an address that soon holds no more, so nobody may keep this answer.
fn lent(address: &str, tag: HeaderValue) -> Result<Response, Problem> {
    let address = HeaderValue::try_from(address).map_err(std::io::Error::other);
    let address = address.map_err(kleister_files::Error::from)?;
    let headers = [(LOCATION, address), (ETAG, tag), (CACHE_CONTROL, Caching::Draft.control())];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// Answers with a stored picture that this server has encoded, to be shown.
pub async fn picture(
    app: &App,
    sha256: &str,
    size: u64,
    caching: Caching,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    let about = [(CONTENT_TYPE, HeaderValue::from_static("image/png"))];
    read(app, shown(sha256, size), about, caching, request).await
}

/// Answers with a picture as it was uploaded, to be shown if it is of a kind that cannot do more than be seen.
pub async fn image(
    app: &App,
    (sha256, size): (&str, u64),
    content_type: &str,
    caching: Caching,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let kind = kinds.into_iter().find(|known| *known == content_type).unwrap_or("application/octet-stream");
    let about = [(CONTENT_TYPE, HeaderValue::from_static(kind))];
    read(app, shown(sha256, size), about, caching, request).await
}

/// A picture, which is shown and so has no name.
const fn shown(sha256: &str, size: u64) -> Stored<'_> {
    Stored { sha256, size, crc32: None, name: "" }
}

/// Answers with a stored file, or the part of it that is asked for, and what is said about it.
async fn read<const N: usize>(
    app: &App,
    Stored { sha256, size, crc32, .. }: Stored<'_>,
    about: [(HeaderName, HeaderValue); N],
    caching: Caching,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    let tag = tag(sha256);
    storage::refuse(app, sha256).await?;
    if is_known(&tag, request) {
        return Ok(headed(StatusCode::NOT_MODIFIED.into_response(), &tag, caching));
    }
    let range = match asked_range(&tag, size, request) {
        Ok(range) => range,
        Err(unsatisfiable) => return Ok(unsatisfiable.into_response()),
    };
    let body = match storage::open(app, (sha256, size, crc32), range.clone()).await? {
        Read::Whole(bytes) => Body::from(bytes),
        Read::Stream(stream) => Body::from_stream(stream),
    };
    let mut response = headed(partial(body, size, range), &tag, caching);
    response.headers_mut().extend(about);
    Ok(response)
}

/// Answers with bytes that were made from a release, or the part of them that is asked for.
pub fn made(
    bytes: &Bytes,
    tag: &HeaderValue,
    media_type: &'static str,
    caching: Caching,
    request: &HeaderMap,
) -> Response {
    if is_known(tag, request) {
        return headed(StatusCode::NOT_MODIFIED.into_response(), tag, caching);
    }
    let size = bytes.len() as u64;
    let range = match asked_range(tag, size, request) {
        Ok(range) => range,
        Err(unsatisfiable) => return unsatisfiable.into_response(),
    };
    let body = match &range {
        Some(range) => bytes.slice(indices(range)),
        None => bytes.clone(),
    };
    let mut response = headed(partial(Body::from(body), size, range), tag, caching);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// The strong tag of a content, from its digest.
pub fn tag(digest: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The headers that every answer with these bytes has, also the one without them. Nothing that was uploaded is shown
/// as a page of this server.
fn headed(mut response: Response, tag: &HeaderValue, caching: Caching) -> Response {
    let headers = response.headers_mut();
    headers.insert(ETAG, tag.clone());
    headers.insert(CACHE_CONTROL, caching.control());
    if let Some(vary) = caching.vary() {
        headers.insert(VARY, vary);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    response
}

/// A whole answer with 200, or a part of it with 206.
fn partial(body: Body, size: u64, range: Option<Range<u64>>) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let Some(range) = range else {
        headers.insert(CONTENT_LENGTH, size.into());
        return response;
    };
    headers.insert(CONTENT_LENGTH, (range.end - range.start).into());
    let part = format!("bytes {}-{}/{size}", range.start, range.end - 1);
    headers.insert(CONTENT_RANGE, HeaderValue::try_from(part).unwrap_or(HeaderValue::from_static("bytes")));
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    response
}

/// Whether the client has these bytes already (RFC 9110, `If-None-Match`).
fn is_known(tag: &HeaderValue, request: &HeaderMap) -> bool {
    let texts = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut candidates = texts.flat_map(|text| text.split(','));
    candidates.any(|candidate| {
        let candidate = candidate.trim();
        candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate).as_bytes() == tag.as_bytes()
    })
}

/// The part that is asked for, if it is one; several parts at once, and parts of other bytes, are answered whole.
fn asked_range(tag: &HeaderValue, size: u64, request: &HeaderMap) -> Result<Option<Range<u64>>, Unsatisfiable> {
    let Some(text) = request.get(RANGE).and_then(|range| range.to_str().ok()) else { return Ok(None) };
    if request.get(IF_RANGE).is_some_and(|known| known != tag) {
        return Ok(None);
    }
    let suffix = text.strip_prefix("bytes=-").and_then(|length| length.parse::<u64>().ok());
    if suffix.is_some_and(|length| length >= size && size > 0) {
        // The end of a file that is shorter than what is asked for is all of it (RFC 9110, 14.1.2).
        return Ok(Some(0..size));
    }
    let Ok(parsed) = parse_range_header(text) else { return Ok(None) };
    match parsed.validate(size).as_deref() {
        Ok([range]) => Ok(Some(*range.start()..*range.end() + 1)),
        Ok(_) => Ok(None),
        Err(_) if text.contains(',') => Ok(None),
        Err(_) => Err(Unsatisfiable(size)),
    }
}

/// A part that lies outside the bytes.
struct Unsatisfiable(u64);

impl IntoResponse for Unsatisfiable {
    fn into_response(self) -> Response {
        (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{}", self.0))]).into_response()
    }
}

/// What clients call a file of this name. Nothing that a browser would show.
fn media_type(name: &str) -> HeaderValue {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    HeaderValue::from_static(match extension.as_deref() {
        Some("jar") => "application/java-archive",
        Some("zip") => "application/zip",
        Some("mrpack") => mrpack::MEDIA_TYPE,
        _ => "application/octet-stream",
    })
}

/// Tells browsers to save a file under its name (RFC 6266).
fn attachment(name: &str) -> HeaderValue {
    let encoded = utf8_percent_encode(name, ATTRIBUTE);
    HeaderValue::try_from(format!("attachment; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

fn indices(range: &Range<u64>) -> Range<usize> {
    let index = |at| usize::try_from(at).unwrap_or(usize::MAX);
    index(range.start)..index(range.end)
}
