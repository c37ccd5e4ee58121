//! Many links at once: a draft's whole list replaced by another, all of it or nothing.
//!
//! However long the list is, its mods and versions are found in four queries, rights included.

use std::collections::{BTreeSet, HashMap};

use kleister_types::links::VersionEntry;
use kleister_types::{Timestamp, Violation};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{VERSIONS, blank, refuse_published};
use crate::names::{self, Scope};
use crate::permissions::{self, Opened};
use crate::rows::{self, build, build_version, module, version};
use crate::rules::{Rules, edit};
use crate::{Caller, Error, Result};

/// How many versions a list may name at the most.
const LONGEST: usize = 10_000;

/// Replaces the versions of a draft. One that was there keeps what is set for it unless that is given; paths are
/// checked already. Where an entry cannot be used, nothing changes, and the error names each such entry.
///
/// A version that the draft has already may stay, though the caller does not see its mod any more.
pub async fn replace(
    db: &impl ConnectionTrait,
    caller: &Caller,
    build: &build::Model,
    wanted: &[VersionEntry],
    now: Timestamp,
) -> Result<()> {
    refuse_published(build, VERSIONS)?;
    check(wanted)?;
    let of_build = build_version::Entity::find().filter(build_version::Column::BuildId.eq(&build.id));
    let former: HashMap<String, build_version::Model> =
        of_build.all(db).await?.into_iter().map(|link| (link.version_id.clone(), link)).collect();
    let chosen = Known::of(db, caller, wanted).await?.choose(wanted, &former)?;
    let links = chosen.into_iter().zip(wanted).zip(0..).map(|((version_id, entry), position)| {
        let former = former.get(&version_id).cloned();
        let link = former.unwrap_or_else(|| blank(&build.id, &version_id, position, now));
        set(link, entry, position, now)
    });
    let links = links.collect();
    build_version::Entity::delete_many().filter(build_version::Column::BuildId.eq(&build.id)).exec(db).await?;
    Ok(rows::insert_many(db, links).await?)
}

/// What the database knows of the mods and versions that a list names.
struct Known {
    /// The mods by their present and former slugs.
    slugs: HashMap<String, String>,
    /// The mods that the caller sees.
    seen: HashMap<String, Opened<module::Model>>,
    /// The versions by mod and name.
    names: HashMap<(String, String), String>,
    versions: HashMap<String, version::Model>,
}

impl Known {
    async fn of(db: &impl ConnectionTrait, caller: &Caller, wanted: &[VersionEntry]) -> Result<Self> {
        let mut known =
            Self { slugs: HashMap::new(), seen: HashMap::new(), names: HashMap::new(), versions: HashMap::new() };
        let slugs = wanted.iter().map(|entry| &entry.module).filter(|key| !names::is_id(key));
        let slugs: BTreeSet<String> = slugs.map(|slug| Scope::Mods.key(slug)).collect();
        let slugs = names::owners(db, [Scope::Mods.as_str().to_owned()], slugs).await?;
        known.slugs = slugs.into_iter().filter_map(|((_, slug), id)| Some((slug, id?))).collect();
        let mods: BTreeSet<String> = wanted.iter().filter_map(|entry| known.mod_id(entry)).collect();
        known.seen = permissions::open_all::<module::Entity>(db, caller, &mods)
            .await?
            .into_iter()
            .map(|opened| (opened.row.id.clone(), opened))
            .collect();
        let keys = wanted.iter().filter(|entry| !names::is_id(&entry.version)).map(version_key);
        let names = names::owners(db, mods, keys.collect()).await?;
        known.names = names.into_iter().filter_map(|(key, id)| Some((key, id?))).collect();
        let ids: BTreeSet<String> = wanted.iter().filter_map(|entry| known.version_id(entry)).collect();
        if !ids.is_empty() {
            let versions = version::Entity::find().filter(version::Column::Id.is_in(ids)).all(db).await?;
            known.versions = versions.into_iter().map(|row| (row.id.clone(), row)).collect();
        }
        Ok(known)
    }

    /// The version that each entry means, or what is wrong with all those that mean none.
    fn choose(&self, wanted: &[VersionEntry], former: &HashMap<String, build_version::Model>) -> Result<Vec<String>> {
        let (mut chosen, mut errors, mut first) = (Vec::with_capacity(wanted.len()), Vec::new(), HashMap::new());
        for (at, entry) in wanted.iter().enumerate() {
            match self.find(entry, former) {
                Err((field, fault)) => errors.push(Violation::new(&format!("versions[{at}].{field}"), fault)),
                Ok(id) => match first.insert(id, at) {
                    None => chosen.push(id.to_owned()),
                    Some(twice) => {
                        let fault = format!("is the same version as versions[{twice}]");
                        errors.push(Violation::new(&format!("versions[{at}].version"), fault));
                    }
                },
            }
        }
        if errors.is_empty() { Ok(chosen) } else { Err(Error::Invalid { what: "build", errors }) }
    }

    /// The version that an entry means, or which field of it means nothing that the caller may know of.
    fn find(
        &self,
        entry: &VersionEntry,
        former: &HashMap<String, build_version::Model>,
    ) -> std::result::Result<&str, (&'static str, &'static str)> {
        let mod_id = self.mod_id(entry);
        let version = self.version_id(entry).and_then(|id| self.versions.get(&id));
        let version = version.filter(|version| Some(&version.mod_id) == mod_id.as_ref());
        let module = mod_id.as_ref().and_then(|id| self.seen.get(id));
        match (version, module) {
            (Some(version), _) if former.contains_key(&version.id) => Ok(&version.id),
            (_, None) => Err(("mod", "is not a mod that you can see")),
            (Some(version), Some(module)) if version.public || module.right.is_some() => Ok(&version.id),
            (_, Some(_)) => Err(("version", "is not a version of this mod that you can see")),
        }
    }

    fn mod_id(&self, entry: &VersionEntry) -> Option<String> {
        if names::is_id(&entry.module) {
            return Some(entry.module.clone());
        }
        self.slugs.get(&Scope::Mods.key(&entry.module)).cloned()
    }

    fn version_id(&self, entry: &VersionEntry) -> Option<String> {
        if names::is_id(&entry.version) {
            return Some(entry.version.clone());
        }
        self.names.get(&(self.mod_id(entry)?, version_key(entry))).cloned()
    }
}

/// The form in which the name of a version is compared, which is the same within every mod.
fn version_key(entry: &VersionEntry) -> String {
    Scope::Versions("").key(&entry.version)
}

/// Checks what is set for the entries of a list.
fn check(wanted: &[VersionEntry]) -> Result<()> {
    let mut rules = Rules::of("build");
    rules.check("versions", (wanted.len() > LONGEST).then(|| format!("must be at most {LONGEST}")));
    for (at, entry) in wanted.iter().enumerate() {
        check_entry(&mut rules, &format!("versions[{at}]."), entry);
    }
    rules.end()
}

/// Checks what is set for one entry, whose fields are named with what stands before them.
pub(super) fn check_entry(rules: &mut Rules, before: &str, entry: &VersionEntry) {
    for (field, word) in [("client", &entry.client), ("server", &entry.server)] {
        let words = ["", "required", "optional", "unsupported"];
        let unknown = word.as_deref().is_some_and(|word| !words.contains(&word));
        let fault = "must be required, optional or unsupported; empty for what the version says";
        rules.check(&format!("{before}{field}"), unknown.then_some(fault));
    }
    rules.at_most(&format!("{before}text"), entry.text.as_ref(), 1024);
    rules.at_most(&format!("{before}group"), entry.group.as_ref(), 255);
}

/// A link with what an entry says about it; what it does not say stays.
pub(super) fn set(
    mut link: build_version::Model,
    entry: &VersionEntry,
    position: i64,
    now: Timestamp,
) -> build_version::Model {
    let former = link.clone();
    edit(&mut link.client, entry.client.as_ref());
    edit(&mut link.server, entry.server.as_ref());
    edit(&mut link.choice_text, entry.text.as_ref());
    edit(&mut link.choice_group, entry.group.as_ref());
    edit(&mut link.path, entry.path.as_ref());
    link.chosen = entry.default.unwrap_or(link.chosen);
    link.position = position;
    if link != former {
        link.updated_at = now.as_millis();
    }
    link
}
