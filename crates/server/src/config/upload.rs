//! Where bytes are kept, and how many.

use kleister_files::Bucket;
use serde::{Deserialize, Serialize};

use super::value::Hidden;
use super::{Error, value};

/// Where bytes are kept, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upload {
    /// The kind of storage: `file`, or `s3`, which is also called `minio`.
    pub driver: String,
    /// The folder of the files; with a bucket, of those that are on their way.
    pub path: String,
    /// The address of the S3 service; Amazon's own unless given.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// The region that the bucket lies in.
    pub region: String,
    /// The access key.
    pub access: Hidden,
    /// The secret that belongs to the access key.
    pub secret: Hidden,
    /// What all keys in the bucket begin with.
    pub prefix: String,
    /// Whether the bucket is named in the path of addresses, as most services but Amazon's want it.
    pub pathstyle: bool,
    /// Whether downloads from a bucket go through this server; otherwise clients are sent to it, by an address that
    /// holds for a few minutes.
    pub proxy: bool,
    /// Whether bytes that nothing names are deleted after a day.
    pub collect: bool,
    /// Bytes of the disk that uploads leave free; 1 GiB or 2 % of the disk, whichever is more, unless given.
    pub reserve: Option<u64>,
    /// The largest file within a JSON body, in bytes: it lies in memory. 64 MiB unless given.
    pub json_limit: u64,
    /// The largest file of any upload, in bytes. 2 GiB unless given.
    pub limit: u64,
    /// Files in one call to the intake. 500 unless given.
    pub files: usize,
    /// Bytes that one user may have here by his uploads, without those of others; 0, which it is unless given, for as
    /// many as fit. Server admins may have more.
    pub quota: u64,
    /// What may be done with files and folders of bytes on Unix, as octal digits such as `0750`; the mask of the process
    /// decides unless given. Files are never executable.
    pub perms: Option<String>,
    /// Files in pieces of one user that may wait for their rest. 32 unless given.
    pub unfinished: u64,
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
            endpoint: String::new(),
            bucket: String::new(),
            region: "us-east-1".to_owned(),
            access: Hidden::default(),
            secret: Hidden::default(),
            prefix: String::new(),
            pathstyle: true,
            proxy: true,
            collect: true,
            reserve: None,
            json_limit: 64 << 20,
            limit: 2 << 30,
            files: 500,
            quota: 0,
            perms: None,
            unfinished: 32,
            at_once: 32,
            per_user: 4,
        }
    }
}

impl Upload {
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.driver.as_str() {
            "file" => {}
            "s3" | "minio" => self.check_bucket()?,
            _ => return Err(Error::value("upload.driver", "must be file or s3")),
        }
        if let (Some(perms), None) = (&self.perms, self.mode()) {
            let rule =
                "must be three octal digits such as 0750 that let the owner do everything (7) and others not write";
            return Err(Error::value("upload.perms", format!("is `{perms}`, but {rule}")));
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

    /// The permissions of folders, where they are set: this server must get in, and nobody may put bytes in its place.
    pub fn mode(&self) -> Option<u32> {
        let digits = self.perms.as_deref()?;
        let digits = digits.strip_prefix("0o").unwrap_or(digits);
        let mode = u32::from_str_radix(digits, 8).ok()?;
        (mode & 0o700 == 0o700 && mode & 0o002 == 0 && mode <= 0o777).then_some(mode)
    }

    fn check_bucket(&self) -> Result<(), Error> {
        let needed = [
            ("upload.bucket", self.bucket.as_str(), "must name the bucket"),
            ("upload.access", self.access.shown(), "must be the access key of the bucket"),
            ("upload.secret", self.secret.shown(), "must be the secret of the access key"),
        ];
        let missing = needed.into_iter().find(|(_, value, _)| value.is_empty());
        if let Some((key, _, rule)) = missing {
            return Err(Error::value(key, rule));
        }
        let web = self.endpoint.starts_with("https://") || self.endpoint.starts_with("http://");
        if !web && !self.endpoint.is_empty() {
            return Err(Error::value("upload.endpoint", "must begin with https:// or http://"));
        }
        Ok(())
    }

    /// The bucket that these settings name, whether or not it is where bytes are kept.
    pub fn named_bucket(&self) -> Bucket {
        Bucket {
            endpoint: Some(self.endpoint.clone()).filter(|endpoint| !endpoint.is_empty()),
            name: self.bucket.clone(),
            region: self.region.clone(),
            access: self.access.shown().to_owned(),
            secret: self.secret.shown().to_owned(),
            prefix: self.prefix.clone(),
            path_style: self.pathstyle,
        }
    }

    /// Whether bytes are kept in a bucket.
    pub fn is_bucket(&self) -> bool {
        self.driver != "file"
    }

    /// Reads the secrets that stand elsewhere.
    pub(super) fn read_secrets(&mut self) -> Result<(), Error> {
        self.access = value::meant("upload.access", self.access.shown())?.into();
        self.secret = value::meant("upload.secret", self.secret.shown())?.into();
        Ok(())
    }
}
