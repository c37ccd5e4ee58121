//! `TechnicSolder`'s tables, with what solder.py added to them.
//!
//! solder.py answers a build under up to three names: `1.0` without what is optional, `1.0-optional` with it, and
//! `1.0-server` with what servers need. Where a pack has the latter switched on, launchers list and install them like any
//! other build, so each becomes a build here too.

use std::collections::{HashMap, HashSet};

use kleister_types::mods::Kind;

use super::Source;
use super::cells::Cells;
use super::people::{self, Clients};
use crate::Result;
use crate::solder::old::{Given, Old, OldBuild, OldLink, OldPack, OldPicture, OldVersion};

/// What is read of the tables that name each other, and what they name in vain.
#[derive(Default)]
struct Reading {
    versions: HashMap<u64, OldVersion>,
    /// The versions that a build has.
    used: HashSet<u64>,
    /// How many mods and versions somebody wrote a note about.
    remarks: usize,
    notes: Vec<String>,
}

pub(super) async fn read(source: &Source, mut packs: Vec<Cells>) -> Result<Old> {
    let mut reading = Reading::default();
    reading.versions(source).await?;
    let builds = source.table("builds").await?;
    let in_builds = reading.links(source, &builds).await?;
    let slugs: HashMap<u64, String> =
        packs.iter().filter_map(|row| Some((row.number("id")?, row.text("slug")?))).collect();
    let of_packs = reading.builds(&builds, in_builds, &slugs);
    let mut clients = Clients::read(source).await;
    clients.link(source, &slugs, &mut reading.notes).await;
    let mut left_out = people::left_out(source, &slugs).await;
    let Reading { versions, used, remarks, notes } = reading;
    if remarks > 0 {
        let why = "this server has no place for them; write what still matters into the descriptions of the mods";
        left_out.push((format!("notes of mods and versions ({remarks})"), why.to_owned()));
    }
    packs.sort_by_key(|row| (row.number("order").unwrap_or(0), row.number("id")));
    Ok(Old {
        packs: packs.iter().filter_map(|row| pack(row, &of_packs, &clients)).collect(),
        spare: super::spare(versions, &used),
        clients: clients.all(),
        keys: people::keys(source).await,
        left_out,
        notes,
    })
}

impl Reading {
    /// Reads the versions of all mods.
    async fn versions(&mut self, source: &Source) -> Result<()> {
        let mods = source.table("mods").await?;
        let has_remark = |row: &Cells| row.text("notes").or_else(|| row.text("note")).is_some();
        self.remarks += mods.iter().filter(|row| has_remark(row)).count();
        let mods: HashMap<u64, &Cells> = mods.iter().filter_map(|row| Some((row.number("id")?, row))).collect();
        for row in source.table("modversions").await? {
            let Some(id) = row.number("id") else { continue };
            self.remarks += usize::from(has_remark(&row));
            let module = row.number("mod_id").and_then(|id| mods.get(&id));
            if let Some(version) = module.and_then(|module| version(&row, module)) {
                self.versions.insert(id, version);
            } else {
                let name = row.text("version").unwrap_or_default();
                self.notes.push(format!("version `{name}` (number {id}) belongs to a mod that is not there"));
            }
        }
        Ok(())
    }

    /// Reads which versions each build has, in the order in which launchers are told of them.
    async fn links(&mut self, source: &Source, builds: &[Cells]) -> Result<HashMap<u64, Vec<OldLink>>> {
        let names: HashMap<u64, String> =
            builds.iter().filter_map(|row| Some((row.number("id")?, row.text("version")?))).collect();
        let mut in_builds: HashMap<u64, Vec<OldLink>> = HashMap::new();
        let mut nowhere = 0;
        for row in source.table("build_modversion").await? {
            let (Some(build), Some(id)) = (row.number("build_id"), row.number("modversion_id")) else { continue };
            let Some(name) = names.get(&build) else {
                nowhere += 1;
                continue;
            };
            let Some(version) = self.versions.get(&id) else {
                self.notes.push(format!("build `{name}` names version number {id}, which is not there"));
                continue;
            };
            let Some(given) = given(&row, version) else {
                let what = format!("version `{}` of mod `{}`", version.version, version.slug);
                self.notes
                    .push(format!("{what} is left out of build `{name}`: it was noted there, but given to nobody"));
                continue;
            };
            let links = in_builds.entry(build).or_default();
            if links.iter().all(|link| link.version != *version) {
                links.push(OldLink { version: version.clone(), given });
            }
            self.used.insert(id);
        }
        if nowhere > 0 {
            self.notes
                .push(format!("{nowhere} rows name builds that are not there; nobody was given anything by them"));
        }
        for links in in_builds.values_mut() {
            // By slug, numbers in it by their value, case ignored.
            links.sort_by_cached_key(|link| crate::names::sort_key(&link.version.slug));
        }
        Ok(in_builds)
    }

    /// Makes the builds of each pack.
    fn builds(
        &mut self,
        rows: &[Cells],
        mut in_builds: HashMap<u64, Vec<OldLink>>,
        packs: &HashMap<u64, String>,
    ) -> HashMap<u64, Vec<OldBuild>> {
        let mut of_packs: HashMap<u64, Vec<OldBuild>> = HashMap::new();
        for row in rows {
            let (Some(id), Some(pack)) = (row.number("id"), row.number("modpack_id")) else { continue };
            let Some(build) = build(row, id, in_builds.remove(&id).unwrap_or_default()) else { continue };
            if packs.contains_key(&pack) {
                of_packs.entry(pack).or_default().push(build);
            } else {
                self.notes.push(format!("build `{}` (number {id}) belongs to a pack that is not there", build.name));
            }
        }
        of_packs
    }
}

/// Who is given a version of a build, as solder.py answers; nothing where nobody is. `TechnicSolder` gives everything to
/// everybody.
fn given(link: &Cells, version: &OldVersion) -> Option<Given> {
    let is_for_servers = version.side.as_deref() == Some("server");
    match link.number("optional").unwrap_or(0) {
        0 if is_for_servers => Some(Given::Server),
        0 => Some(Given::Always),
        1 if !is_for_servers => Some(Given::Wished { default: false }),
        _ => None,
    }
}

fn pack(row: &Cells, of_packs: &HashMap<u64, Vec<OldBuild>>, clients: &Clients) -> Option<OldPack> {
    let (id, slug) = (row.number("id")?, row.text("slug")?);
    let picture = |kind: &str| {
        let address = row.text(&format!("{kind}_url"));
        let md5 = row.text(&format!("{kind}_md5")).map(|md5| md5.to_lowercase());
        // Older ones keep pictures beside their own files and note only that there is one.
        let is_there = || row.flag(kind).unwrap_or(md5.is_some());
        let place = address.or_else(|| is_there().then(|| format!("resources/{slug}/{kind}.png")))?;
        Some(OldPicture { place, md5 })
    };
    let has = |column: &str| row.flag(column).unwrap_or(false);
    let builds = of_packs.get(&id).map_or(&[][..], Vec::as_slice);
    let builds = builds.iter().flat_map(|build| variants(build, has("enable_optionals"), has("enable_server")));
    Some(OldPack {
        number: id,
        name: row.text("name").unwrap_or_default(),
        website: row.text("url"),
        hidden: has("hidden"),
        private: has("private"),
        recommended: row.text("recommended"),
        latest: row.text("latest"),
        pictures: ["icon", "logo", "background"].map(picture),
        clients: clients.of_pack(id),
        builds: builds.collect(),
        slug,
    })
}

/// A build under all its names.
fn variants(build: &OldBuild, optional: bool, server: bool) -> Vec<OldBuild> {
    let variant =
        |tag: &str, links: Vec<OldLink>| OldBuild { name: format!("{}-{tag}", build.name), links, ..build.clone() };
    let mut variants = vec![build.clone()];
    if optional {
        let wished = build.links.iter().cloned().map(|link| OldLink {
            given: if link.given == Given::Always { Given::Always } else { Given::Wished { default: true } },
            ..link
        });
        let for_players = wished.filter(|link| link.version.side.as_deref() != Some("server"));
        variants.push(variant("optional", for_players.collect()));
    }
    if server {
        let needed = build.links.iter().filter(|link| !matches!(link.given, Given::Wished { .. }));
        let needed = needed.filter(|link| link.version.side.as_deref() != Some("client"));
        let needed = needed.map(|link| OldLink { given: Given::Always, ..link.clone() });
        variants.push(variant("server", needed.collect()));
    }
    variants
}

fn build(row: &Cells, id: u64, links: Vec<OldLink>) -> Option<OldBuild> {
    Some(OldBuild {
        number: id,
        name: row.text("version")?,
        minecraft: row.text("minecraft").unwrap_or_default(),
        forge: row.text("forge"),
        loader: row.text("modloader").map(|loader| loader.to_lowercase()),
        java: row.text("min_java"),
        memory: row.number("min_memory").filter(|memory| *memory > 0),
        published: row.flag("is_published").unwrap_or(true),
        private: row.flag("private").unwrap_or(false),
        links,
    })
}

fn version(row: &Cells, module: &Cells) -> Option<OldVersion> {
    let (slug, version) = (module.text("name")?, row.text("version")?);
    let word = |row: &Cells, column: &str| row.text(column).map(|word| word.to_lowercase());
    Some(OldVersion {
        number: row.number("id")?,
        name: module.text("pretty_name").unwrap_or_default(),
        author: module.text("author"),
        description: module.text("description"),
        link: module.text("link"),
        donate: module.text("donatelink"),
        side: word(module, "side").filter(|side| side == "client" || side == "server"),
        kind: word(module, "modtype").and_then(|kind| match kind.as_str() {
            "mod" => Some(Kind::Mod),
            "config" => Some(Kind::Bundle),
            _ => None,
        }),
        loader: word(row, "modloader"),
        minecrafts: super::minecrafts(row),
        jar_md5: word(row, "jarmd5").filter(|md5| md5.len() == 32),
        md5: word(row, "md5").unwrap_or_default(),
        size: row.number("filesize"),
        place: row.text("url").unwrap_or_else(|| format!("mods/{slug}/{slug}-{version}.zip")),
        slug,
        version,
    })
}
