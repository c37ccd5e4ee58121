//! Archives as ordinary tools make them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive of these entries, compressed; a name that ends in `/` is a folder.
pub fn archive<N: AsRef<str>, B: AsRef<[u8]>>(entries: &[(N, B)]) -> Vec<u8> {
    make(entries, CompressionMethod::Deflated)
}

/// An archive of these entries as they are.
pub fn stored<N: AsRef<str>, B: AsRef<[u8]>>(entries: &[(N, B)]) -> Vec<u8> {
    make(entries, CompressionMethod::Stored)
}

fn make<N: AsRef<str>, B: AsRef<[u8]>>(entries: &[(N, B)], method: CompressionMethod) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(method);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        if let Some(folder) = name.as_ref().strip_suffix('/') {
            archive.add_directory(folder, options).expect("a folder's name that the zip crate takes");
        } else {
            archive.start_file(name.as_ref(), options).expect("a file's name that the zip crate takes");
            archive.write_all(bytes.as_ref()).expect("memory takes all bytes");
        }
    }
    archive.finish().expect("an archive that is not too large").into_inner()
}
