//! Files that come in pieces: their bytes so far, which outlive a restart.
//!
//! They lie in `partials/` of the folder, each under the name that whoever keeps count of them gives it. How many bytes
//! of one count is for him to say: what lies behind them was never acknowledged, and is cut off.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::task::spawn_blocking;

use crate::{Blob, Error, Files, Result};

/// How much is read at once of a file that is complete.
const PART: usize = 1024 * 1024;

/// A file of which more bytes are coming.
pub struct Partial {
    files: Files,
    file: Option<File>,
    length: u64,
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

    /// Opens a file to go on behind its first `length` bytes; what is there besides is cut off.
    pub async fn open_partial(&self, name: &str, length: u64) -> Result<Partial> {
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
        let file = Some(file.await?.map_err(missing)?);
        Ok(Partial { files: self.clone(), file, length })
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
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        let (files, mut file) = (self.files.clone(), self.file.take().ok_or(Error::Broken)?);
        let count = bytes.len() as u64;
        let written = spawn_blocking(move || {
            files.0.folder.room_for(count)?;
            file.write_all(&bytes)?;
            Ok::<_, Error>(file)
        });
        self.file = Some(written.await??);
        self.length += count;
        Ok(())
    }

    /// Makes durable what was added; gives how many bytes there are now.
    pub async fn sync(&mut self) -> Result<u64> {
        let file = self.file.take().ok_or(Error::Broken)?;
        self.file = Some(spawn_blocking(move || file.sync_data().map(|()| file)).await??);
        Ok(self.length)
    }

    /// How many bytes there are now, durable or not.
    pub fn length(&self) -> u64 {
        self.length
    }
}
