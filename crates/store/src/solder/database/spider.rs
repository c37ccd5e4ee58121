//! The tables of `TheGameSpider`'s fork: a version is a row of `mods`, builds list theirs in a text, and one flag says
//! whether something is public.

use std::collections::{HashMap, HashSet};

use super::Source;
use super::cells::Cells;
use super::people::{self, Clients};
use crate::Result;
use crate::solder::old::{Old, OldBuild, OldLink, OldPack, OldPicture, OldVersion};

pub(super) async fn read(source: &Source, packs: Vec<Cells>) -> Result<Old> {
    let versions = source.table("mods").await?;
    let versions: HashMap<u64, OldVersion> =
        versions.iter().filter_map(|row| Some((row.number("id")?, version(row)?))).collect();
    let clients = Clients::read(source).await;
    let slugs = packs.iter().filter_map(|row| Some((row.number("id")?, row.text("name")?))).collect();
    let (mut notes, mut used) = (Vec::new(), HashSet::new());
    let mut of_packs: HashMap<u64, Vec<(u64, OldBuild)>> = HashMap::new();
    for row in source.table("builds").await? {
        let (Some(id), Some(pack), Some(name)) = (row.number("id"), row.number("modpack"), row.text("name")) else {
            continue;
        };
        let mut links: Vec<OldLink> = Vec::new();
        for number in row.numbers("mods") {
            match versions.get(&number) {
                Some(version) => {
                    used.insert(number);
                    links.push(OldLink { version: version.clone(), ..OldLink::default() });
                }
                None => notes.push(format!("build `{name}` names mod number {number}, which is not there")),
            }
        }
        if !row.numbers("clients").is_empty() {
            let why = "the clients of its own, since here they are let into packs; link them to its pack if they shall see it";
            notes.push(format!("build `{name}` loses {why}"));
        }
        let build = build(&row, id, name, links);
        of_packs.entry(pack).or_default().push((id, build));
    }
    let old_packs = packs.iter().filter_map(|row| {
        let id = row.number("id")?;
        pack(row, id, of_packs.remove(&id).unwrap_or_default(), &clients)
    });
    let old_packs = old_packs.collect();
    for (_, build) in of_packs.into_values().flatten() {
        notes.push(format!("build `{}` belongs to a pack that is not there", build.name));
    }
    notes.push("this kind of Solder has its key in a configuration file; enter it by hand".to_owned());
    let left_out = people::left_out(source, &slugs).await;
    let spare = super::spare(versions, &used);
    Ok(Old { packs: old_packs, spare, clients: clients.all(), keys: Vec::new(), left_out, notes })
}

fn build(row: &Cells, id: u64, name: String, links: Vec<OldLink>) -> OldBuild {
    OldBuild {
        number: id,
        name,
        minecraft: row.text("minecraft").unwrap_or_default(),
        loader: row.text("loadertype").map(|loader| loader.to_lowercase()),
        java: row.text("java"),
        memory: row.number("memory").filter(|memory| *memory > 0),
        published: true,
        private: !row.flag("public").unwrap_or(true),
        links,
        ..OldBuild::default()
    }
}

fn pack(row: &Cells, id: u64, builds: Vec<(u64, OldBuild)>, clients: &Clients) -> Option<OldPack> {
    // A channel names a build, in some versions by its number.
    let channel = |column: &str| {
        let named = row.text(column)?;
        let by_number = builds.iter().find(|(number, _)| named == number.to_string());
        let is_a_name = builds.iter().any(|(_, build)| build.name == named);
        Some(by_number.filter(|_| !is_a_name).map_or(named, |(_, build)| build.name.clone()))
    };
    let listed = row.numbers("clients").into_iter().filter_map(|number| clients.uuid(number));
    Some(OldPack {
        number: id,
        slug: row.text("name")?,
        name: row.text("display_name").unwrap_or_default(),
        website: row.text("url"),
        hidden: false,
        private: !row.flag("public").unwrap_or(true),
        recommended: channel("recommended"),
        latest: channel("latest"),
        pictures: ["icon", "logo", "background"].map(|kind| {
            let md5 = row.text(&format!("{kind}_md5")).map(|md5| md5.to_lowercase());
            Some(OldPicture { place: row.text(kind)?, md5 })
        }),
        clients: listed.collect(),
        builds: builds.into_iter().map(|(_, build)| build).collect(),
    })
}

fn version(row: &Cells) -> Option<OldVersion> {
    let file = row.text("filename");
    let folder = row.text("type").unwrap_or_else(|| "mod".to_owned());
    let place = row.text("url").or_else(|| file.map(|file| format!("{folder}s/{file}")))?;
    Some(OldVersion {
        number: row.number("id")?,
        slug: row.text("name")?,
        version: row.text("version")?,
        name: row.text("pretty_name").unwrap_or_default(),
        author: row.text("author"),
        description: row.text("description"),
        link: row.text("link"),
        donate: row.text("donlink"),
        loader: row.text("loadertype").map(|loader| loader.to_lowercase()),
        minecrafts: super::minecrafts(row),
        md5: row.text("md5").unwrap_or_default().to_lowercase(),
        place,
        ..OldVersion::default()
    })
}
