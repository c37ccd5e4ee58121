//! How zips are answered that hold stored files: laid out while they are sent.

use std::ops::Range;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, TryStreamExt, stream};
use kleister_files::Body as Read;
use kleister_formats::plan::{Part, Plan};

use super::{Caching, asked_range, attachment, headed, indices, is_known, media_type, partial, tag};
use crate::problem::Problem;
use crate::{App, storage};

/// How many files of a zip are looked for at the same time: in a bucket each costs a round trip.
const AT_ONCE: usize = 32;

/// Answers with a zip that is laid out of stored files, or the part of it that is asked for, to be saved. Files that go
/// out as a whole are compared on the way.
pub async fn planned(
    app: &App,
    plan: &Plan,
    name: &str,
    caching: Caching,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    let tag = tag(&plan.key);
    for part in &plan.parts {
        if let Part::File { sha256, .. } = part {
            storage::refuse(app, sha256).await?;
        }
    }
    if is_known(&tag, request) {
        return Ok(headed(StatusCode::NOT_MODIFIED.into_response(), &tag, caching));
    }
    let range = match asked_range(&tag, plan.size, request) {
        Ok(range) => range,
        Err(unsatisfiable) => return Ok(unsatisfiable.into_response()),
    };
    let pieces = pieces(plan, &range.clone().unwrap_or(0..plan.size));
    check(app, &pieces).await?;
    let mut response = headed(partial(laid_out(app, pieces), plan.size, range), &tag, caching);
    response.headers_mut().extend([(CONTENT_TYPE, media_type(name)), (CONTENT_DISPOSITION, attachment(name))]);
    Ok(response)
}

/// The parts of a zip that a range of it has something of, with the range of each.
fn pieces(plan: &Plan, wanted: &Range<u64>) -> Vec<(Part, Range<u64>)> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    for part in &plan.parts {
        let size = part.size();
        let piece = wanted.start.max(at).min(at + size) - at..wanted.end.min(at + size).max(at) - at;
        at += size;
        if !piece.is_empty() {
            pieces.push((part.clone(), piece));
        }
    }
    pieces
}

/// Checks that all files are there before the first byte. Each that is not is noticed; what is told is the first.
async fn check(app: &App, pieces: &[(Part, Range<u64>)]) -> kleister_files::Result<()> {
    let files = pieces.iter().filter_map(|(part, _)| match part {
        Part::Bytes(_) => None,
        Part::File { sha256, size, .. } => Some((app.clone(), sha256.clone(), *size)),
    });
    let files: Vec<_> = files.collect();
    let checks = files.into_iter().map(|(app, sha256, size)| async move { storage::check(&app, &sha256, size).await });
    let found: Vec<_> = stream::iter(checks).buffered(AT_ONCE).collect().await;
    found.into_iter().collect()
}

/// The bytes of a zip; each of its files is opened when its turn comes.
fn laid_out(app: &App, pieces: Vec<(Part, Range<u64>)>) -> Body {
    let app = app.clone();
    let streams = stream::iter(pieces).then(move |(part, range)| {
        let app = app.clone();
        async move {
            let (sha256, size, crc32) = match part {
                Part::Bytes(bytes) => {
                    return Ok(stream::once(async move { Ok(Bytes::from(bytes).slice(indices(&range))) }).boxed());
                }
                Part::File { sha256, size, crc32 } => (sha256, size, crc32),
            };
            let opened = storage::open(&app, (&sha256, size, Some(crc32)), Some(range)).await;
            match opened.map_err(std::io::Error::other)? {
                Read::Whole(bytes) => Ok(stream::once(async { Ok(bytes) }).boxed()),
                Read::Stream(stream) => Ok::<_, std::io::Error>(stream),
            }
        }
    });
    Body::from_stream(streams.try_flatten())
}
