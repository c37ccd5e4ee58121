//! Pictures that callers send: looked at, shrunk, and encoded anew, so that nothing of what was sent is shown to others.
//!
//! Decoding takes as much memory as a picture has pixels, whatever its file says, so the size is read first, the
//! decoder has a limit, and only one picture per core is decoded at once.

pub mod identicon;

use std::io::Cursor;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use axum::body::Bytes;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::problem::Problem;

/// The largest file of a picture, in bytes.
pub const LARGEST: u64 = 5 << 20;
/// The most pixels on a side of what is sent; a square of them is 16 megapixels.
const SENT_SIDE: u32 = 4096;
/// The most pixels on a side of what is shown.
const SHOWN_SIDE: u32 = 256;
/// The memory that decoding may take, in bytes.
const MEMORY: u64 = 128 << 20;
/// How long a picture waits to be decoded.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a picture cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is none, or of a kind that is not taken.
    #[error("must be a PNG, JPEG, WebP or GIF")]
    Kind,
    /// It has too many pixels.
    #[error("must be at most {SENT_SIDE} pixels wide and high, and 128 MiB once decoded")]
    Pixels,
    /// It breaks off, or is not what it says.
    #[error("cannot be read: it is broken")]
    Broken,
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::invalid("avatar", "file", fault.to_string())
    }
}

/// The places where pictures are decoded: one per core.
#[derive(Clone)]
pub struct Pictures(Arc<Semaphore>);

impl Default for Pictures {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(available_parallelism().map_or(1, Into::into))))
    }
}

impl Pictures {
    /// A PNG of at most 256 pixels a side of any picture, with its first frame if it moves.
    pub async fn shrink(&self, sent: Bytes) -> Result<Bytes, Problem> {
        let place = timeout(PATIENCE, Arc::clone(&self.0).acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or(Problem::TooManyPictures)?;
        let shrunk = spawn_blocking(move || {
            let _place = place;
            shrink(&sent)
        });
        // A decoder that panics has met a picture that nobody drew.
        Ok(shrunk.await.unwrap_or(Err(Fault::Broken))?)
    }
}

fn shrink(sent: &[u8]) -> Result<Bytes, Fault> {
    let reader = ImageReader::new(Cursor::new(sent)).with_guessed_format().map_err(|_| Fault::Kind)?;
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Err(Fault::Kind);
    }
    let mut shown = decode(reader).map_err(|error| match error {
        ImageError::Limits(_) => Fault::Pixels,
        _ => Fault::Broken,
    })?;
    if shown.width() > SHOWN_SIDE || shown.height() > SHOWN_SIDE {
        shown = shown.thumbnail(SHOWN_SIDE, SHOWN_SIDE);
    }
    png(&shown.into_rgba8().into()).map_err(|_| Fault::Broken)
}

/// The picture as it should be seen: cameras note in it which side is up.
fn decode(mut reader: ImageReader<Cursor<&[u8]>>) -> ImageResult<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SENT_SIDE);
    limits.max_image_height = Some(SENT_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let up = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(up);
    Ok(picture)
}

fn png(picture: &DynamicImage) -> ImageResult<Bytes> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
    Ok(bytes.into())
}
