//! Zip archives with the same bytes on every machine and every day.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::Error;

/// An archive of the given entries, in the given order.
///
/// Entries are stored, not compressed: what a pack holds is compressed already, and a compressor's next version could
/// write other bytes. Times are the zip format's first day (1980-01-01), and no owner, mode or machine is recorded.
pub(crate) fn write(entries: &[(&str, &[u8])]) -> Result<Vec<u8>, Error> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .system(System::Dos)
        .external_attributes(0);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, options)?;
        archive.write_all(bytes).map_err(zip::result::ZipError::from)?;
    }
    Ok(archive.finish()?.into_inner())
}
