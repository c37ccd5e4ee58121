//! Reading a Solder through its own read API, as a launcher and the Technic Platform do.

use kleister_formats::solder::{Build, Mod, Pack, PackList, Verified};
use kleister_store::Error;
use kleister_store::solder::old::{Old, OldBuild, OldLink, OldPack, OldPicture, OldVersion};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fetch::Fetching;
use crate::delivery::base::segment;
use crate::outbound::Refusal;
use crate::problem::Problem;

/// A Solder, as it is asked.
struct Remote<'a> {
    fetching: &'a Fetching<'a>,
    root: String,
    key: Option<&'a str>,
}

/// Reads all that a Solder tells.
pub(super) async fn read(fetching: &Fetching<'_>, address: &str, key: Option<&str>) -> Result<Old, Problem> {
    let remote = Remote { fetching, root: format!("{}/", address.trim_end_matches('/')), key };
    let mut old = Old::default();
    if let Some(key) = key {
        let verified: Option<Verified> = remote.ask(&format!("verify/{}", segment(key)), "").await?;
        let refused = || Problem::invalid("import", "key", "is not a key of this Solder");
        let name = verified.ok_or_else(refused)?.name.unwrap_or_else(|| "Technic Platform".to_owned());
        old.keys.push((name, key.to_owned()));
    }
    let open: PackList<Value> = remote.list("", None).await?;
    let all: PackList<Value> = remote.list("", key).await?;
    for (slug, _) in all.modpacks {
        let is_listed = open.modpacks.iter().any(|(open, _)| *open == slug);
        match remote.pack(&slug, is_listed, &mut old.notes).await? {
            Some(pack) => old.packs.push(pack),
            None => old.notes.push(format!("pack `{slug}` is in the list of the Solder but cannot be read")),
        }
    }
    let why = "the read API tells nothing of them: move by the database instead, or enter the client ids by hand and make \
               the users anew";
    old.left_out.push(("clients, drafts, mods that are in no build, and users".to_owned(), why.to_owned()));
    if key.is_none() {
        old.notes.push("hidden and private packs are told of only with a key; none was given".to_owned());
    }
    Ok(old)
}

impl Remote<'_> {
    async fn list(&self, query: &str, key: Option<&str>) -> Result<PackList<Value>, Problem> {
        let keyed = Remote { fetching: self.fetching, root: self.root.clone(), key };
        let list = keyed.ask("modpack", query).await?;
        list.ok_or_else(|| not_a_solder(&self.root))
    }

    /// A pack with all its builds.
    async fn pack(&self, slug: &str, is_listed: bool, notes: &mut Vec<String>) -> Result<Option<OldPack>, Problem> {
        let path = format!("modpack/{}", segment(slug));
        let Some(pack): Option<Pack> = self.ask(&path, "").await? else { return Ok(None) };
        let stranger = Remote { fetching: self.fetching, root: self.root.clone(), key: None };
        let open: Option<Pack> = if self.key.is_some() { stranger.ask(&path, "").await? } else { Some(pack.clone()) };
        if open.is_none() {
            notes.push(format!("whether the private pack `{slug}` is hidden too is not told; it is not hidden now"));
        }
        let mut builds = Vec::new();
        for name in &pack.builds {
            let build: Option<Build> = self.ask(&format!("{path}/{}", segment(name)), "include=mods").await?;
            match build {
                Some(build) => {
                    let is_private = open.as_ref().is_some_and(|open| !open.builds.contains(name));
                    builds.push(old_build(name, build, is_private));
                }
                None => notes.push(format!("build `{name}` of pack `{slug}` is listed but cannot be read")),
            }
        }
        Ok(Some(OldPack {
            number: pack.id,
            slug: pack.name,
            name: pack.display_name,
            website: pack.url,
            hidden: open.is_some() && !is_listed,
            private: open.is_none(),
            recommended: pack.recommended,
            latest: pack.latest,
            pictures: [
                picture(pack.icon, pack.icon_md5),
                picture(pack.logo, pack.logo_md5),
                picture(pack.background, pack.background_md5),
            ],
            clients: Vec::new(),
            builds,
        }))
    }

    /// Asks for a document; nothing if the Solder says that there is none.
    async fn ask<T: DeserializeOwned>(&self, path: &str, query: &str) -> Result<Option<T>, Problem> {
        let key = self.key.map(|key| format!("k={}", segment(key)));
        let query = [Some(query.to_owned()).filter(|query| !query.is_empty()), key].into_iter().flatten();
        let query = query.collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        let document = match self.fetching.document(&format!("{}{path}{mark}{query}", self.root)).await {
            Ok(document) => document,
            // 404 is how most say that there is none, 403 how some do.
            Err(refusal) if refusal.is_missing() || is_forbidden(&refusal) => return Ok(None),
            Err(refusal) => return Err(refusal.into()),
        };
        let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&document);
        let value: Value = serde_json::from_slice(document).map_err(|_| not_a_solder(&self.root))?;
        if value.get("error").is_some_and(|error| !error.is_null()) {
            return Ok(None);
        }
        serde_json::from_value(value).map(Some).map_err(|error| {
            Problem::Store(Error::Conflict(format!("{}{path} does not read as one of a Solder: {error}", self.root)))
        })
    }
}

fn is_forbidden(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unreachable { status: Some(403), .. })
}

fn not_a_solder(root: &str) -> Problem {
    let why = format!("{root} does not answer as a Solder: give the address that ends in `/api/`");
    Problem::Store(Error::Conflict(why))
}

fn old_build(name: &str, build: Build, private: bool) -> OldBuild {
    OldBuild {
        number: build.id,
        name: name.to_owned(),
        minecraft: build.minecraft,
        forge: build.forge,
        java: build.java,
        memory: build.memory,
        published: true,
        private,
        links: build
            .mods
            .into_iter()
            .map(old_version)
            .map(|version| OldLink { version, ..OldLink::default() })
            .collect(),
        ..OldBuild::default()
    }
}

fn picture(address: Option<String>, md5: Option<String>) -> Option<OldPicture> {
    let place = address.filter(|address| !address.is_empty())?;
    Some(OldPicture { place, md5: md5.map(|md5| md5.to_lowercase()).filter(|md5| !md5.is_empty()) })
}

fn old_version(zip: Mod) -> OldVersion {
    let described = zip.described.unwrap_or_default();
    OldVersion {
        number: zip.id,
        slug: zip.name,
        version: zip.version,
        name: described.pretty_name,
        author: described.author,
        description: described.description,
        link: described.link,
        md5: zip.md5.to_lowercase(),
        size: zip.filesize,
        place: zip.url,
        ..OldVersion::default()
    }
}
