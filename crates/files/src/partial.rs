//! Files that come in pieces: their bytes so far, which outlive a restart.
//!
//! They lie in `partials/` of the folder, each under the name that whoever keeps count of them gives it. How many bytes
//! of one count is for him to say: what lies behind them was never acknowledged, and is cut off.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use tokio::task::spawn_blocking;

use crate::checksum::{Algorithm, Checksum};
use crate::{Blob, Error, Files, Result};

/// How much is written and read at once.
const PART: usize = 1024 * 1024;

/// A file of which more bytes are coming.
pub struct Partial {
    files: Files,
    filling: BytesMut,
    /// Taken out while in use, so that after a write that failed or was cancelled there is nothing to go on with.
    work: Option<Work>,
    length: u64,
}

/// The file, and the checksum of what is added to it.
struct Work {
    file: File,
    checksum: Option<Checksum>,
}

impl Files {
    /// Makes room for a file that will have so many bytes.
    pub async fn begin_partial(&self, name: &str, size: u64) -> Result<()> {
        let (files, path) = (self.clone(), self.partial(name)?);
        spawn_blocking(move || {
            files.0.folder.room_for(size)?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            File::create(&path)?.sync_all()?;
            // On Unix a new name is durable only once its folder is.
            if cfg!(unix) {
                path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
            }
            Ok(())
        })
        .await?
    }

    /// Opens a file to go on behind its first `length` bytes; what is there besides is cut off. What is added from now on
    /// is summed up by `algorithm`.
    pub async fn open_partial(&self, name: &str, length: u64, algorithm: Option<Algorithm>) -> Result<Partial> {
        let path = self.partial(name)?;
        let file = spawn_blocking(move || {
            let mut file = OpenOptions::new().write(true).open(path)?;
            if file.metadata()?.len() < length {
                return Err(Error::Damaged);
            }
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            Ok(file)
        });
        let file = file.await?.map_err(missing)?;
        let work = Some(Work { file, checksum: algorithm.map(Checksum::new) });
        Ok(Partial { files: self.clone(), filling: BytesMut::new(), work, length })
    }

    /// Makes a blob of a file that is complete; its pieces stay until they are dropped.
    ///
    /// The bytes are hashed in one pass, while they are written to where blobs are kept.
    pub async fn finish_partial(&self, name: &str, size: u64) -> Result<Blob> {
        let path = self.partial(name)?;
        let mut file = spawn_blocking(move || File::open(path)).await?.map_err(|error| missing(error.into()))?;
        let mut upload = self.upload(Some(size), size).await?;
        let mut rest = size;
        while rest > 0 {
            let (part, back) = spawn_blocking(move || (part(&file, rest), file)).await?;
            file = back;
            let part = part?;
            rest -= part.len() as u64;
            upload.write(part).await?;
        }
        upload.finish().await
    }

    /// Forgets a file.
    pub async fn drop_partial(&self, name: &str) -> Result<()> {
        let path = self.partial(name)?;
        match spawn_blocking(move || fs::remove_file(path)).await? {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Forgets all files but these and those written to since `before`, whose keeper may not have noted them yet; counts
    /// them.
    pub async fn sweep_partials(&self, kept: HashSet<String>, before: SystemTime) -> Result<usize> {
        let folder = self.0.folder.path().join("partials");
        let swept = spawn_blocking(move || {
            let mut swept = 0;
            let entries = match fs::read_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let is_old = entry.metadata()?.modified()? < before;
                if is_old && !kept.contains(&*entry.file_name().to_string_lossy()) {
                    fs::remove_file(entry.path())?;
                    swept += 1;
                }
            }
            Ok::<_, io::Error>(swept)
        });
        Ok(swept.await??)
    }

    /// Where a file lies. Its name is an identifier, never a text from outside.
    fn partial(&self, name: &str) -> Result<PathBuf> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if plain { Ok(self.0.folder.path().join("partials").join(name)) } else { Err(Error::Missing) }
    }
}

fn missing(error: Error) -> Error {
    match error {
        Error::Io(error) if error.kind() == io::ErrorKind::NotFound => Error::Missing,
        error => error,
    }
}

/// The next bytes of a file that has so many more.
fn part(mut file: &File, rest: u64) -> Result<Bytes> {
    let wanted = usize::try_from(rest).unwrap_or(PART).min(PART);
    let mut part = vec![0; wanted];
    file.read_exact(&mut part).map_err(|_| Error::Damaged)?;
    Ok(part.into())
}

impl Partial {
    /// Adds bytes; on disk only after [`Partial::sync`]. After an error nothing more can be added.
    pub async fn write(&mut self, mut bytes: Bytes) -> Result<()> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            let fits = bytes.len().min(PART - self.filling.len());
            self.filling.extend_from_slice(&bytes.split_to(fits));
            if self.filling.len() == PART {
                self.push().await?;
            }
        }
        Ok(())
    }

    /// Makes durable what was added; gives how many bytes there are now.
    pub async fn sync(&mut self) -> Result<u64> {
        self.push().await?;
        let work = self.work.take().ok_or(Error::Broken)?;
        self.work = Some(spawn_blocking(move || work.file.sync_data().map(|()| work)).await??);
        Ok(self.length)
    }

    /// How many bytes there are now, durable or not.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The checksum of what was added since it was opened, by the algorithm that it was opened with.
    pub async fn checksum(&mut self) -> Result<Option<Vec<u8>>> {
        self.push().await?;
        Ok(self.work.as_ref().and_then(|work| work.checksum.clone()).map(Checksum::finish))
    }

    /// Writes what has gathered.
    async fn push(&mut self) -> Result<()> {
        let (files, part) = (self.files.clone(), std::mem::take(&mut self.filling));
        let mut work = self.work.take().ok_or(Error::Broken)?;
        let written = spawn_blocking(move || {
            files.0.folder.room_for(part.len() as u64)?;
            work.file.write_all(&part)?;
            if let Some(checksum) = &mut work.checksum {
                checksum.update(&part);
            }
            Ok::<_, Error>(work)
        });
        self.work = Some(written.await??);
        Ok(())
    }
}
