//! `mmc-pack.json` and `patches/`: what an instance runs on, and what it says of that itself.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::import::Component;
use crate::path::key;
use crate::{InstancePath, LoaderKind, Loss, Release};

const MINECRAFT: &str = "net.minecraft";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    components: Vec<Entry<'a>>,
    format_version: u32,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    important: bool,
    uid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The components of an instance.
pub(super) struct Components<'a> {
    entries: Vec<Entry<'a>>,
    /// What the instance itself says of a component, by its identifier.
    patches: BTreeMap<&'a str, &'a Value>,
    /// What is not carried.
    pub(super) losses: Vec<Loss>,
}

impl<'a> Components<'a> {
    /// Minecraft, then the loader, then what else the pack adds, in its order.
    pub(super) fn of(release: &'a Release) -> Self {
        let minecraft = Entry { important: true, uid: MINECRAFT, version: Some(&release.minecraft) };
        let loader = release.loader.as_ref();
        let loader =
            loader.map(|loader| Entry { important: false, uid: uid(loader.kind), version: Some(&loader.version) });
        let entries = [minecraft].into_iter().chain(loader).collect();
        let mut components = Self { entries, patches: BTreeMap::new(), losses: Vec::new() };
        for component in &release.extras.components {
            if let Err(why) = components.add(component) {
                components.losses.push(Loss::new(format!("component {}", component.uid), why));
            }
        }
        components
    }

    /// Adds a component, or says why not.
    fn add(&mut self, component: &'a Component) -> Result<(), &'static str> {
        let uid = component.uid.as_str();
        if uid.contains('/') || file(uid).parse::<InstancePath>().is_err() {
            return Err("It is left out: its identifier cannot be the name of a file.");
        }
        if self.patches.keys().any(|known| key(known) == key(uid)) {
            return Err("It is left out: the pack has two of that name.");
        }
        match (self.entries.iter().find(|entry| entry.uid == uid), &component.patch) {
            // What the launchers know of it, they know better.
            (Some(_), None) => return Ok(()),
            (Some(entry), Some(patch)) if entry.version.is_some_and(|version| is_of_another(patch, version)) => {
                return Err("What the pack says of it is left out: it is about another version.");
            }
            (Some(_), Some(_)) => {}
            (None, _) => self.entries.push(Entry { important: false, uid, version: component.version.as_deref() }),
        }
        if let Some(patch) = &component.patch {
            self.patches.insert(uid, patch);
        }
        Ok(())
    }

    /// `mmc-pack.json`, and what else there is to say in files of its own.
    pub(super) fn write(self) -> (String, Vec<(String, String)>) {
        let patches = self.patches.iter().map(|(uid, patch)| (file(uid), pretty(patch))).collect();
        (pretty(&List { components: self.entries, format_version: 1 }), patches)
    }
}

/// Where an instance says something of a component itself.
fn file(uid: &str) -> String {
    format!("patches/{uid}.json")
}

/// Whether a patch is about another version than this one: the build was moved to this one since it was imported.
fn is_of_another(patch: &Value, version: &str) -> bool {
    patch.get("version").and_then(Value::as_str).is_some_and(|patched| patched != version)
}

fn pretty(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).expect("a release has nothing that JSON lacks") + "\n"
}

/// What the launchers call a loader.
const fn uid(kind: LoaderKind) -> &'static str {
    match kind {
        LoaderKind::Forge => "net.minecraftforge",
        LoaderKind::NeoForge => "net.neoforged",
        LoaderKind::Fabric => "net.fabricmc.fabric-loader",
        LoaderKind::Quilt => "org.quiltmc.quilt-loader",
    }
}
