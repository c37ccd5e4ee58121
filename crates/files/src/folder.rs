//! What only a local disk has: free space to watch, and leftovers to sweep.

use std::fs::{self, DirEntry, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::{Error, Result};

const GIB: u64 = 1 << 30;

/// The folder that holds `blobs/` and `uploads/`.
pub(crate) struct Folder {
    path: PathBuf,
    /// How many bytes must stay free.
    reserve: u64,
    /// What may be done with files and folders, where that is not left to the mask of the process.
    mode: OnceLock<u32>,
    /// Held as long as the folder is open; the system gives it back when the process ends in whatever way.
    _lock: File,
}

impl Folder {
    /// Makes what is not there, durably, and sweeps all uploads: nobody can be writing to them yet.
    pub(crate) fn open(path: &Path, reserve: Option<u64>) -> Result<Self> {
        fs::create_dir_all(path.join("blobs"))?;
        fs::create_dir_all(path.join("uploads"))?;
        let path = path.canonicalize()?;
        let lock = lock(&path)?;
        sync(&path)?;
        path.parent().map_or(Ok(()), sync)?;
        let reserve = match reserve {
            Some(bytes) => bytes,
            None => GIB.max(fs4::total_space(&path)? / 50),
        };
        let folder = Self { path, reserve, mode: OnceLock::new(), _lock: lock };
        let swept = folder.sweep(|_| true)?;
        if swept > 0 {
            tracing::info!(swept, "removed unfinished uploads");
        }
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets be done with what lies here what these permissions of Unix say: with folders all of it, with files all but
    /// executing. What lies here already is behind the folders.
    pub(crate) fn permit(&self, mode: u32) -> io::Result<()> {
        let mode = *self.mode.get_or_init(|| mode);
        for folder in [self.path.clone(), self.path.join("blobs"), self.path.join("uploads")] {
            change_mode(&folder, mode)?;
        }
        Ok(())
    }

    /// Gives a file that is about to be put in its place its permissions.
    pub(crate) fn permit_file(&self, file: &Path) -> io::Result<()> {
        self.mode.get().map_or(Ok(()), |mode| change_mode(file, mode & 0o666))
    }

    /// Gives the folders that a file was put in their permissions.
    pub(crate) fn permit_folders(&self, file: &Path) -> io::Result<()> {
        let Some(mode) = self.mode.get() else { return Ok(()) };
        file.ancestors().skip(1).take(2).try_for_each(|folder| change_mode(folder, *mode))
    }

    /// Checks that so many more bytes leave the reserve untouched.
    pub(crate) fn room_for(&self, bytes: u64) -> Result<()> {
        let available = fs4::available_space(&self.path)?;
        let reserve = self.reserve;
        if available >= reserve.saturating_add(bytes) { Ok(()) } else { Err(Error::Reserved { reserve }) }
    }

    /// Removes the uploads that `doomed` picks, and counts them. Plain files are read here instead of the store's
    /// list, which hides the files that the store itself is still writing.
    pub(crate) fn sweep(&self, doomed: impl Fn(&DirEntry) -> bool) -> io::Result<usize> {
        let mut swept = 0;
        for upload in fs::read_dir(self.path.join("uploads"))? {
            let upload = upload?;
            if !upload.file_type()?.is_file() || !doomed(&upload) {
                continue;
            }
            match fs::remove_file(upload.path()) {
                Ok(()) => swept += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(swept)
    }
}

/// Takes the folder for this process: another one would sweep uploads that are under way here.
fn lock(folder: &Path) -> Result<File> {
    let file = File::create(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Sets what may be done with a file or folder, unless that is so already.
#[cfg(unix)]
fn change_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let is = fs::metadata(path)?.permissions().mode() & 0o7777;
    if is == mode { Ok(()) } else { fs::set_permissions(path, fs::Permissions::from_mode(mode)) }
}

/// Other systems have no such permissions.
#[cfg(not(unix))]
fn change_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Makes new entries of a folder durable. Only Unix lets a folder be opened for that.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
