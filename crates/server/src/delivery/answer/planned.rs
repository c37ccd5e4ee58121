//! How zips are answered that hold stored files: laid out while they are sent.

use std::ops::Range;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, TryStreamExt, stream};
use kleister_files::{Body as Read, Files};
use kleister_formats::plan::{Part, Plan};

use super::{Caching, asked_range, attachment, headed, indices, is_known, media_type, partial, tag};
use crate::problem::Problem;

/// Answers with a zip that is laid out of stored files, or the part of it that is asked for, to be saved.
pub async fn planned(
    files: &Files,
    plan: &Plan,
    name: &str,
    caching: Caching,
    request: &HeaderMap,
) -> Result<Response, Problem> {
    let tag = tag(&plan.key);
    for part in &plan.parts {
        if let Part::File { sha256, .. } = part {
            files.refuse(sha256)?;
        }
    }
    if is_known(&tag, request) {
        return Ok(headed(StatusCode::NOT_MODIFIED.into_response(), &tag, caching));
    }
    let range = match asked_range(&tag, plan.size, request) {
        Ok(range) => range,
        Err(unsatisfiable) => return Ok(unsatisfiable.into_response()),
    };
    let body = laid_out(files, plan, range.clone().unwrap_or(0..plan.size)).await?;
    let mut response = headed(partial(body, plan.size, range), &tag, caching);
    response.headers_mut().extend([(CONTENT_TYPE, media_type(name)), (CONTENT_DISPOSITION, attachment(name))]);
    Ok(response)
}

/// A range of a zip. All its files are known to be there before the first byte; each is opened when its turn comes.
async fn laid_out(files: &Files, plan: &Plan, wanted: Range<u64>) -> Result<Body, Problem> {
    let (mut pieces, mut at) = (Vec::new(), 0);
    for part in &plan.parts {
        let size = part.size();
        let piece = wanted.start.max(at).min(at + size) - at..wanted.end.min(at + size).max(at) - at;
        at += size;
        if !piece.is_empty() {
            if let Part::File { sha256, size } = part {
                files.check(sha256, *size).await?;
            }
            pieces.push((part.clone(), piece));
        }
    }
    let files = files.clone();
    let streams = stream::iter(pieces).then(move |(part, range)| {
        let files = files.clone();
        async move {
            let (sha256, size) = match part {
                Part::Bytes(bytes) => {
                    return Ok(stream::once(async move { Ok(Bytes::from(bytes).slice(indices(&range))) }).boxed());
                }
                Part::File { sha256, size } => (sha256, size),
            };
            match files.read(&sha256, size, Some(range)).await.map_err(std::io::Error::other)? {
                Read::Whole(bytes) => Ok(stream::once(async { Ok(bytes) }).boxed()),
                Read::Stream(stream) => Ok::<_, std::io::Error>(stream),
            }
        }
    });
    Ok(Body::from_stream(streams.try_flatten()))
}
