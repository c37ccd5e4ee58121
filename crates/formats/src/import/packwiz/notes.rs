//! Metafiles that Prism Launcher keeps in `mods/.index` of an instance: where the files beside them come from.

use std::io::{Read, Seek};

use super::super::DOCUMENT_LIMIT;
use super::super::collection::Collection;
use super::super::root::Member;
use super::Metafile;
use crate::InstancePath;
use crate::archive::Archive;

/// Adds names and sources to the files that these metafiles are about. They are notes: one that is broken is passed
/// over.
pub(in super::super) fn describe<R: Read + Seek>(
    archive: &mut Archive<R>,
    placed: &[(String, &Member)],
    collection: &mut Collection,
) {
    for (path, member) in placed {
        let Some((folder, name)) = path.split_once("/.index/") else { continue };
        if !name.ends_with(".pw.toml") || name.contains('/') {
            continue;
        }
        let document = archive.read(member.index, DOCUMENT_LIMIT).ok();
        let text = document.and_then(|document| String::from_utf8(document).ok());
        let Some(metafile) = text.and_then(|text| toml::from_str::<Metafile>(&text).ok()) else { continue };
        let path = format!("{folder}/{}", metafile.filename).parse::<InstancePath>();
        if let Some(file) = path.ok().and_then(|path| collection.get_mut(&path)) {
            (file.name, file.sources) = metafile.origin();
        }
    }
}
