//! What lies in a zip, told by its directory alone.

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

use crate::archive::{Archive, Refused, Rules};

/// The revision of this reader: what is stored with a lower one is worth reading again.
pub const REVISION: u32 = 1;

/// A file in a zip.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Its path as it stands there, which need not be one of the game folder.
    pub path: String,
    /// How many bytes it has, unpacked.
    pub size: u64,
    /// Their CRC-32.
    pub crc32: u32,
}

impl Held {
    /// Whether two files hold the same bytes, as far as a directory tells.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.size, self.crc32) == (other.size, other.crc32)
    }
}

/// The files in a zip that came from elsewhere, in the order of its directory; folders are none.
///
/// Nothing is unpacked. Names may be odd and occur twice: a zip that is handed out as it came is told of as it is.
pub fn list(source: impl Read + Seek) -> Result<Vec<Held>, Refused> {
    let archive = Archive::open(source, Rules::Jar)?;
    let files = archive.entries().filter(|entry| !entry.is_folder);
    Ok(files.map(|entry| Held { path: entry.path.to_owned(), size: entry.size, crc32: entry.crc32 }).collect())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn files_are_listed_and_folders_are_not() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_directory("config", SimpleFileOptions::default()).unwrap();
        zip.start_file("config/a.txt", SimpleFileOptions::default()).unwrap();
        zip.write_all(b"text").unwrap();
        zip.start_file("../odd", SimpleFileOptions::default()).unwrap();
        let held = list(Cursor::new(zip.finish().unwrap().into_inner())).unwrap();
        let told: Vec<_> = held.iter().map(|held| (held.path.as_str(), held.size)).collect();
        assert_eq!(told, [("config/a.txt", 4), ("../odd", 0)]);
        assert_eq!(held[0].crc32, crc32fast::hash(b"text"));
        assert!(held[0].is_same(&Held { path: "else".to_owned(), ..held[0].clone() }) && !held[0].is_same(&held[1]));
    }

    #[test]
    fn what_is_no_zip_is_refused() {
        assert!(list(Cursor::new(b"no zip at all".to_vec())).is_err());
    }
}
