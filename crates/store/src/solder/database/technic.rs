//! `TechnicSolder`'s tables, with what solder.py added to them.

use std::collections::HashMap;

use super::Source;
use super::cells::Cells;
use crate::Result;
use crate::solder::old::{Old, OldBuild, OldClient, OldPack, OldVersion};

pub(super) async fn read(source: &Source, packs: Vec<Cells>) -> Result<Old> {
    let mods = source.table("mods").await?;
    let mods: HashMap<u64, &Cells> = mods.iter().filter_map(|row| Some((row.number("id")?, row))).collect();
    let versions = source.table("modversions").await?;
    let versions: HashMap<u64, OldVersion> =
        versions.iter().filter_map(|row| Some((row.number("id")?, version(row, &mods)?))).collect();
    let (mut notes, mut used) = (Vec::new(), std::collections::HashSet::new());
    let mut in_builds: HashMap<u64, Vec<OldVersion>> = HashMap::new();
    for row in source.table("build_modversion").await? {
        let (Some(build), Some(id)) = (row.number("build_id"), row.number("modversion_id")) else { continue };
        let Some(version) = versions.get(&id) else {
            notes.push(format!("build number {build} names version number {id}, which is not there"));
            continue;
        };
        let in_build = in_builds.entry(build).or_default();
        if !in_build.contains(version) {
            in_build.push(version.clone());
        }
        used.insert(id);
    }
    let mut of_packs: HashMap<u64, Vec<OldBuild>> = HashMap::new();
    for row in source.table("builds").await? {
        let (Some(id), Some(pack)) = (row.number("id"), row.number("modpack_id")) else { continue };
        let versions = sorted(in_builds.remove(&id).unwrap_or_default());
        of_packs.entry(pack).or_default().extend(build(&row, id, versions));
    }
    let clients = clients(source).await;
    let mut linked: HashMap<u64, Vec<String>> = HashMap::new();
    for row in source.maybe_table("client_modpack").await {
        if let (Some(client), Some(pack)) = (row.number("client_id"), row.number("modpack_id"))
            && let Some(client) = clients.get(&client)
        {
            linked.entry(pack).or_default().push(client.uuid.clone());
        }
    }
    let mut packs = packs;
    packs.sort_by_key(|row| (row.number("order").unwrap_or(0), row.number("id")));
    let packs = packs.iter().filter_map(|row| {
        let id = row.number("id")?;
        let (builds, clients) = (of_packs.remove(&id), linked.remove(&id));
        pack(row, id, builds.unwrap_or_default(), clients.unwrap_or_default())
    });
    let packs = packs.collect();
    let mut spare: Vec<_> = versions.into_iter().filter(|(id, _)| !used.contains(id)).collect();
    spare.sort_by_key(|(id, _)| *id);
    let spare = spare.into_iter().map(|(_, version)| version).collect();
    let mut clients: Vec<_> = clients.into_values().collect();
    clients.sort_by(|one, other| one.uuid.cmp(&other.uuid));
    Ok(Old { packs, spare, clients, keys: keys(source).await, notes })
}

fn pack(row: &Cells, id: u64, builds: Vec<OldBuild>, clients: Vec<String>) -> Option<OldPack> {
    let slug = row.text("slug")?;
    let picture = |kind: &str| {
        let address = row.text(&format!("{kind}_url"));
        // Older ones keep pictures beside their own files and note only that there is one.
        address.or_else(|| row.flag(kind)?.then(|| format!("resources/{slug}/{kind}.png")))
    };
    Some(OldPack {
        number: id,
        name: row.text("name").unwrap_or_default(),
        website: row.text("url"),
        hidden: row.flag("hidden").unwrap_or(false),
        private: row.flag("private").unwrap_or(false),
        recommended: row.text("recommended"),
        latest: row.text("latest"),
        pictures: ["icon", "logo", "background"].map(picture),
        slug,
        clients,
        builds,
    })
}

fn build(row: &Cells, id: u64, versions: Vec<OldVersion>) -> Option<OldBuild> {
    Some(OldBuild {
        number: id,
        name: row.text("version")?,
        minecraft: row.text("minecraft").unwrap_or_default(),
        forge: row.text("forge"),
        java: row.text("min_java"),
        memory: row.number("min_memory").filter(|memory| *memory > 0),
        published: row.flag("is_published").unwrap_or(true),
        private: row.flag("private").unwrap_or(false),
        versions,
    })
}

fn version(row: &Cells, mods: &HashMap<u64, &Cells>) -> Option<OldVersion> {
    let module = mods.get(&row.number("mod_id")?)?;
    let (slug, version) = (module.text("name")?, row.text("version")?);
    let side = module.text("side").and_then(|side| match side.as_str() {
        "CLIENT" => Some("client".to_owned()),
        "SERVER" => Some("server".to_owned()),
        _ => None,
    });
    Some(OldVersion {
        number: row.number("id")?,
        name: module.text("pretty_name").unwrap_or_default(),
        author: module.text("author"),
        description: module.text("description"),
        link: module.text("link"),
        donate: module.text("donatelink"),
        side,
        md5: row.text("md5").unwrap_or_default().to_lowercase(),
        size: row.number("filesize"),
        place: row.text("url").unwrap_or_else(|| format!("mods/{slug}/{slug}-{version}.zip")),
        slug,
        version,
    })
}

/// In the order in which `TechnicSolder` tells launchers of them: by slug, numbers in it by their value, case ignored.
fn sorted(mut versions: Vec<OldVersion>) -> Vec<OldVersion> {
    versions.sort_by_cached_key(|version| crate::names::sort_key(&version.slug));
    versions
}

pub(super) async fn clients(source: &Source) -> HashMap<u64, OldClient> {
    let rows = source.maybe_table("clients").await;
    let client = |row: &Cells| {
        let uuid = row.text("uuid").or_else(|| row.text("UUID"))?;
        Some((row.number("id")?, OldClient { name: row.text("name").unwrap_or_else(|| uuid.clone()), uuid }))
    };
    rows.iter().filter_map(client).collect()
}

async fn keys(source: &Source) -> Vec<(String, String)> {
    let rows = source.maybe_table("keys").await;
    rows.iter().filter_map(|row| Some((row.text("name").unwrap_or_default(), row.text("api_key")?))).collect()
}
