//! A bucket of an S3 service as the place of blobs.
//!
//! Bytes come in through the local folder, where they are hashed: only then their key is known, an upload that fails or
//! breaks a rule costs nothing at the service, and no copy within it is needed, which would end at 5 GiB.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum, S3ConditionalPut};
use object_store::path::Path;
use object_store::signer::{SignedUrlOptions, Signer};
use object_store::{
    BackoffConfig, ClientOptions, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig,
};
use tokio::task::spawn_blocking;

use crate::{Error, Result};

/// Files up to this size go in one request, larger ones in parts of it: two of them lie in memory at a time.
const PART: u64 = 8 * 1024 * 1024;

/// The most parts that S3 takes for one object is 10,000.
const PARTS: u64 = 9_000;

/// How long a service may say nothing while it is asked for something.
const SILENCE: Duration = Duration::from_secs(30);

/// Which bucket, and who we are there.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The service's address, such as `https://s3.example.com`; Amazon's own unless given.
    pub endpoint: Option<String>,
    /// The bucket's name.
    pub name: String,
    /// The region that it lies in.
    pub region: String,
    /// The access key.
    pub access: String,
    /// The secret that belongs to it.
    pub secret: String,
    /// What all keys in the bucket begin with; may be empty.
    pub prefix: String,
    /// Whether the bucket is named in the path of addresses, instead of in their host.
    pub path_style: bool,
}

/// Shows no secret.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bucket({} at {:?})", self.name, self.endpoint)
    }
}

/// An open bucket.
#[derive(Debug)]
pub(crate) struct Remote {
    pub(crate) s3: AmazonS3,
    prefix: Path,
    /// The service has said that it knows no conditions.
    unconditional: AtomicBool,
}

impl Remote {
    /// Opens the bucket, and asks it for something, so that a wrong key is told at the start.
    pub(crate) async fn open(bucket: &Bucket) -> Result<Self> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_access_key_id(&bucket.access)
            .with_secret_access_key(&bucket.secret)
            .with_virtual_hosted_style_request(!bucket.path_style)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_client_options(waiting())
            .with_retry(retrying());
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let prefix = Path::from(bucket.prefix.as_str());
        let remote = Self { s3: builder.build()?, prefix, unconditional: AtomicBool::new(false) };
        // What a key may not do is told of one object, and what is no bucket of a list.
        match remote.s3.get(&remote.full(&Path::from("blobs/none"))).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        match remote.s3.list(Some(&remote.prefix)).next().await {
            None | Some(Ok(_)) => Ok(remote),
            // The code of S3's answer is only in the text.
            Some(Err(error)) if error.to_string().contains("NoSuchBucket") => {
                Err(Error::NoBucket { name: bucket.name.clone() })
            }
            Some(Err(error)) => Err(error.into()),
        }
    }

    pub(crate) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// Puts a local file to its place and makes sure that all of it has arrived. One that is there already stays,
    /// unless it is to be replaced.
    pub(crate) async fn put(&self, file: &FilePath, place: &Path, size: u64, replace: bool) -> Result<()> {
        let place = self.full(place);
        let path = file.to_owned();
        let file = spawn_blocking(move || File::open(path)).await??;
        if size <= PART {
            self.put_whole(file, &place, size, replace).await?;
        } else {
            self.put_parts(file, &place, size).await?;
        }
        let arrived = self.s3.head(&place).await?.size;
        if arrived == size { Ok(()) } else { Err(Error::Damaged) }
    }

    async fn put_whole(&self, file: File, place: &Path, size: u64, replace: bool) -> Result<()> {
        let (bytes, _) = part(file, size).await?;
        if replace || self.unconditional.load(Ordering::Relaxed) {
            return Ok(self.s3.put(place, bytes.into()).await.map(drop)?);
        }
        let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.s3.put_opts(place, bytes.clone().into(), create).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(error) if knows_no_conditions(&error) => {
                self.unconditional.store(true, Ordering::Relaxed);
                // The bytes are the same whoever puts them.
                Ok(self.s3.put(place, bytes.into()).await.map(drop)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn put_parts(&self, mut file: File, place: &Path, size: u64) -> Result<()> {
        let mut upload = self.s3.put_multipart(place).await?;
        let sent = send(&mut upload, &mut file, size).await;
        if sent.is_err() {
            // What cannot be taken back now is for the bucket's own rule about unfinished uploads.
            upload.abort().await.ok();
        }
        sent
    }

    /// An address from which anybody can get the blob for so long, as something to be saved under a name.
    pub(crate) async fn address(&self, place: &Path, lasts: Duration, disposition: &str) -> Result<String> {
        let options = SignedUrlOptions::new().with_query([
            ("response-content-disposition", disposition),
            ("response-content-type", "application/octet-stream"),
        ]);
        let get = "GET".parse().map_err(io::Error::other)?;
        let address = self.s3.signed_url_opts(get, &self.full(place), lasts, &options).await?;
        Ok(address.into())
    }

    fn full(&self, place: &Path) -> Path {
        self.prefix.parts().chain(place.parts()).collect()
    }
}

/// Whether a service answers that it has no such thing as `If-None-Match`: with 501, whose code is only in the text.
fn knows_no_conditions(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::Generic { .. }) && error.to_string().contains("NotImplemented")
}

/// Sends a file in parts: one is read while the one before it is on its way.
async fn send(upload: &mut Box<dyn MultipartUpload>, file: &mut File, size: u64) -> Result<()> {
    let length = PART.max(size.div_ceil(PARTS));
    let mut file = file.try_clone()?;
    spawn_blocking({
        let mut file = file.try_clone()?;
        move || file.rewind()
    })
    .await??;
    let mut left = size;
    let (mut next, again) = part(file, length.min(left)).await?;
    file = again;
    loop {
        left -= next.len() as u64;
        let sending = upload.put_part(next.into());
        if left == 0 {
            sending.await?;
            break;
        }
        let (sent, read) = tokio::join!(sending, part(file, length.min(left)));
        sent?;
        (next, file) = read?;
    }
    upload.complete().await?;
    Ok(())
}

/// The next bytes of a file, exactly so many.
async fn part(mut file: File, length: u64) -> Result<(Bytes, File)> {
    spawn_blocking(move || {
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        file.read_exact(&mut bytes)?;
        Ok((Bytes::from(bytes), file))
    })
    .await?
}

/// No limit for an answer as a whole, since a player may take his time, but one for each silence in it.
fn waiting() -> ClientOptions {
    ClientOptions::new().with_connect_timeout(Duration::from_secs(5)).with_timeout_disabled().with_read_timeout(SILENCE)
}

fn retrying() -> RetryConfig {
    let backoff = BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() };
    RetryConfig { backoff, max_retries: 3, retry_timeout: Duration::from_secs(30) }
}
