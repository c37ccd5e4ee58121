//! Where in an archive the pack begins, and what kind of pack it is.

use std::io::{Read, Seek};

use serde::Deserialize;

use super::{DOCUMENT_LIMIT, INDEX_LIMIT, Kind, Refused, leave};
use crate::archive::{Archive, Entry};

/// Folders of the game: an archive that has only one of them was not packed one folder too deep.
const OF_THE_GAME: [&str; 6] = ["mods", "config", "resourcepacks", "shaderpacks", "datapacks", "overrides"];

/// Where the pack begins: at the archive's own root, or in the one folder that everything lies in.
pub(super) struct Root {
    prefix: String,
}

/// One entry of the pack, which is no folder.
pub(super) struct Member {
    /// Its place in the archive's directory.
    pub(super) index: usize,
    /// Its path below the root.
    pub(super) path: String,
    /// How many bytes it has.
    pub(super) size: u64,
}

impl Root {
    /// Finds the root. What a file manager adds by itself does not count.
    pub(super) fn of<R: Read + Seek>(archive: &Archive<R>) -> Self {
        let mut only: Option<&str> = None;
        for path in archive.entries().filter(is_file).map(|entry| entry.path) {
            if leave::is_clutter(path) {
                continue;
            }
            match (path.split_once('/'), only) {
                (Some((folder, _)), None) => only = Some(folder),
                (Some((folder, _)), Some(known)) if folder == known => {}
                _ => return Self { prefix: String::new() },
            }
        }
        let only = only.filter(|folder| !OF_THE_GAME.contains(&folder.to_lowercase().as_str()));
        Self { prefix: only.map(|folder| format!("{folder}/")).unwrap_or_default() }
    }

    /// What kind of pack begins here.
    pub(super) fn kind<R: Read + Seek>(&self, archive: &mut Archive<R>) -> Result<Kind, Refused> {
        let has = |name: &str| archive.find(&format!("{}{name}", self.prefix)).is_some();
        if has("modrinth.index.json") {
            return Ok(Kind::Mrpack);
        }
        if has("instance.cfg") || has("mmc-pack.json") {
            return Ok(Kind::Prism);
        }
        if has("pack.toml") {
            return Ok(Kind::Packwiz);
        }
        if has("manifest.json") && self.is_curseforge(archive) {
            return Ok(Kind::Curseforge);
        }
        let holds_mods = |member: &Member| is_in_mods(&member.path) || is_loose_jar(&member.path);
        let known = self.members(archive).iter().any(holds_mods);
        if known { Ok(Kind::Folder) } else { Err(Refused::Unknown) }
    }

    fn is_curseforge<R: Read + Seek>(&self, archive: &mut Archive<R>) -> bool {
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "manifestType")]
            kind: String,
        }
        let text = self.document(archive, "manifest.json", INDEX_LIMIT).ok().flatten();
        let head: Option<Head> = text.and_then(|text| serde_json::from_str(&text).ok());
        head.is_some_and(|head| head.kind == "minecraftModpack")
    }

    /// Everything below the root that is no folder, in the order of paths.
    pub(super) fn members<R: Read + Seek>(&self, archive: &Archive<R>) -> Vec<Member> {
        let member = |entry: Entry<'_>| {
            let path = entry.path.strip_prefix(&self.prefix)?.to_owned();
            Some(Member { index: entry.index, path, size: entry.size })
        };
        let mut members: Vec<_> = archive.entries().filter(is_file).filter_map(member).collect();
        members.sort_by(|one, other| one.path.cmp(&other.path));
        members
    }

    /// A document below the root, as text without a byte order mark; none if it is not there.
    pub(super) fn document<R: Read + Seek>(
        &self,
        archive: &mut Archive<R>,
        path: &str,
        limit: u64,
    ) -> Result<Option<String>, Refused> {
        let Some(index) = archive.find(&format!("{}{path}", self.prefix)).map(|entry| entry.index) else {
            return Ok(None);
        };
        let bytes = archive.read(index, limit)?;
        let text = String::from_utf8(bytes).map_err(|_| Refused::document(path, "it is not UTF-8"))?;
        Ok(Some(text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text)))
    }

    /// A document that the kind of pack cannot be without.
    pub(super) fn needed<R: Read + Seek>(
        &self,
        archive: &mut Archive<R>,
        path: &str,
        limit: u64,
    ) -> Result<String, Refused> {
        self.document(archive, path, limit)?.ok_or_else(|| Refused::document(path, "it is missing"))
    }

    /// The place of an entry below the root.
    pub(super) fn find<R: Read + Seek>(&self, archive: &Archive<R>, path: &str) -> Option<usize> {
        archive.find(&format!("{}{path}", self.prefix)).map(|entry| entry.index)
    }

    /// A small document that may be broken without harm: then there is none.
    pub(super) fn hint<R: Read + Seek>(&self, archive: &mut Archive<R>, path: &str) -> Option<String> {
        self.document(archive, path, DOCUMENT_LIMIT).ok().flatten()
    }
}

fn is_file(entry: &Entry<'_>) -> bool {
    !entry.is_folder
}

fn is_in_mods(path: &str) -> bool {
    path.split_once('/').is_some_and(|(folder, rest)| folder.eq_ignore_ascii_case("mods") && !rest.is_empty())
}

/// Whether it is a jar that lies directly in the pack.
pub(super) fn is_loose_jar(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    !name.contains('/') && [".jar", ".jar.disabled", ".litemod"].iter().any(|extension| name.ends_with(extension))
}
