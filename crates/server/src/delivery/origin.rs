//! Who hands a version's file out: this server, where it comes from, or nobody.

use kleister_formats::{Delivery, Hashes, Origin, Place};
use kleister_store::rows::{blob, pack, version_file, version_source};
use kleister_types::packs::SourcePolicy;

/// Who hands a file out, and what clients know of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOut {
    /// Who does.
    pub delivery: Delivery,
    /// What its bytes hash to, as far as that is known.
    pub hashes: Hashes,
    /// In bytes; 0 where nobody tells.
    pub size: u64,
    /// Addresses elsewhere, best first.
    pub sources: Vec<String>,
    /// Whether those are asked before this server.
    pub source_first: bool,
    /// What the places that it comes from call it.
    pub origins: Vec<Origin>,
}

/// Who hands a file out in a pack, or why nobody could: the middle of a sentence.
///
/// Bytes that are here are handed out here, unless their author forbids that and the pack is a public one: then their
/// source does. Bytes that are not here are handed out by their source; without one, players fetch them by hand, if it is
/// known from where.
pub fn handed_out(
    pack: &pack::Model,
    file: &version_file::Model,
    blob: Option<&blob::Model>,
    sources: &[version_source::Model],
) -> Result<HandedOut, &'static str> {
    let policy = SourcePolicy::from_word(&pack.source_policy);
    let addresses: Vec<String> = match policy {
        SourcePolicy::OursOnly => Vec::new(),
        _ => sources.iter().filter_map(|source| source.address.clone()).collect(),
    };
    let is_forbidden = pack.public && file.redistribution == "no";
    let delivery = match blob {
        Some(_) if !is_forbidden => Delivery::Stored,
        _ if !addresses.is_empty() => Delivery::Linked,
        // The check of the build tells that; where somebody waived it, he answers for it.
        Some(_) => Delivery::Stored,
        None if policy == SourcePolicy::OursOnly && sources.iter().any(|source| source.address.is_some()) => {
            return Err(
                "is not kept here, and the pack hands out nothing else; upload it, or change its source policy",
            );
        }
        None if sources.iter().any(|source| source.project.is_some()) => Delivery::Manual,
        None => return Err("has no file; upload it first"),
    };
    let hashes = hashes(file, blob);
    if delivery == Delivery::Linked && hashes == Hashes::default() {
        return Err("is only linked, and nobody tells a hash of it; upload it");
    }
    let size = blob.map(|blob| blob.size).or(file.size).and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let source_first = policy == SourcePolicy::SourceFirst && delivery == Delivery::Stored && !addresses.is_empty();
    let origins = sources.iter().filter_map(origin).collect();
    Ok(HandedOut { delivery, hashes, size, sources: addresses, source_first, origins })
}

/// What a source calls the file, where it is one that formats know.
fn origin(source: &version_source::Model) -> Option<Origin> {
    let place = match source.kind.as_str() {
        "modrinth" => Place::Modrinth,
        "curseforge" => Place::Curseforge,
        _ => return None,
    };
    Some(Origin { place, project: source.project.clone()?, version: source.file.clone()? })
}

/// What the bytes hash to: all of it where they are here, else what was told of them.
fn hashes(file: &version_file::Model, blob: Option<&blob::Model>) -> Hashes {
    match blob {
        Some(blob) => blob_hashes(blob.clone()),
        None => Hashes {
            md5: file.md5.clone(),
            sha1: file.sha1.clone(),
            sha256: file.sha256.clone(),
            sha512: file.sha512.clone(),
            crc32: None,
        },
    }
}

/// What bytes that are here hash to.
pub(super) fn blob_hashes(blob: blob::Model) -> Hashes {
    Hashes {
        md5: Some(blob.md5),
        sha1: Some(blob.sha1),
        sha256: Some(blob.sha256),
        sha512: Some(blob.sha512),
        crc32: u32::try_from(blob.crc32).ok(),
    }
}
