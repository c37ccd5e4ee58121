//! A zip for the Technic Platform without a Solder: the game folder, with the loader in `bin/`.
//!
//! The Technic Launcher unpacks it over an empty folder and fetches only Minecraft itself. It passes over everything in
//! `bin/` but three files: `modpack.jar` (the loader's universal jar, from Minecraft 1.13 on its installer), `version.json`
//! (the profile of Fabric or Quilt) and `runData`, which tells Java and memory. A release has no loader's bytes of its own,
//! so a pack with a loader is one for Technic where its maintainer has put them among the build's files.

use serde::Serialize;

use crate::bundle::{Bundle, Instance, Manner, Off, UNASKED, players_files, unsaid};
use crate::loss::components;
use crate::{Delivery, File, Loss, Release, solder};

const MANNER: Manner = Manner {
    folder: "",
    off: Off::LeftOut("It is left out: it is off by default, and the format asks nobody."),
    on: Some(UNASKED),
    overwrites: true,
};

/// What the launcher takes a loader from.
const PACKAGES: [&str; 2] = ["bin/modpack.jar", "bin/version.json"];
/// What tells Java and memory.
const RUN_DATA: &str = "bin/runData";

/// `bin/runData`, in texts as the launcher writes it.
#[derive(Serialize)]
struct RunData {
    #[serde(skip_serializing_if = "Option::is_none")]
    java: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
}

/// The release as a zip for Technic, or the loss that would leave it without its loader.
pub fn write(release: &Release) -> Result<Bundle, Loss> {
    if let Some(loader) = release.loader.as_ref().filter(|_| !players_files(release).any(is_package)) {
        let why = format!(
            "A zip for Technic must bring its loader, and this build has no bytes of {} {}. Add the loader's installer \
             to the build's files as bin/modpack.jar (Forge, NeoForge), or its profile as bin/version.json (Fabric, Quilt).",
            loader.kind, loader.version
        );
        return Err(Loss::new("loader", why));
    }
    let mut instance = Instance::new(release, MANNER, losses(release));
    for file in players_files(release) {
        if is_passed_over(file) {
            instance.lose(file, "It is left out: the Technic Launcher passes over it.");
        } else {
            instance.add(file);
        }
    }
    if let Some(data) = run_data(release) {
        instance.add_text(RUN_DATA, data);
    }
    Ok(instance.finish())
}

fn is_package(file: &File) -> bool {
    file.delivery == Delivery::Stored && PACKAGES.contains(&file.path.as_str())
}

fn is_passed_over(file: &File) -> bool {
    let path = file.path.as_str();
    let is_taken = PACKAGES.contains(&path) || path == RUN_DATA;
    path.starts_with("cache/") || (path.starts_with("bin/") && !is_taken)
}

fn run_data(release: &Release) -> Option<String> {
    let memory = release.memory.minimum.or(release.memory.maximum);
    let data = RunData { java: release.java.map(solder::java), memory: memory.map(|memory| memory.to_string()) };
    let is_empty = data.java.is_none() && data.memory.is_none();
    (!is_empty).then(|| serde_json::to_string(&data).expect("two texts are JSON"))
}

fn losses(release: &Release) -> Vec<Loss> {
    let mut losses = Vec::new();
    if release.memory.minimum.is_some() && release.memory.maximum.is_some() {
        losses.push(Loss::new("memory", "Technic takes one number, which is the minimum."));
    }
    let unplaced = [
        ("jvm_arguments", &release.jvm_arguments),
        ("server", &release.extras.server),
        ("components", &components(release)),
    ];
    losses.extend(unsaid(&unplaced, "Technic has no place for it."));
    let texts =
        [("summary", &release.pack.summary), ("authors", &release.pack.authors), ("website", &release.pack.website)];
    losses.extend(unsaid(&texts, "Technic shows what is entered on its Platform."));
    losses
}
