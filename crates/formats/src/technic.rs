//! A zip for the Technic Platform without a Solder: the game folder, with the loader in `bin/`.
//!
//! The Technic Launcher unpacks it over an empty folder and fetches only Minecraft itself. It passes over everything in
//! `bin/` but three files: `modpack.jar` (the loader's universal jar, from Minecraft 1.13 on its installer), `version.json`
//! (the profile of Fabric or Quilt) and `runData`, which tells Java and memory. A release brings its
//! [loader's package](crate::loader_package) if this server had it when the build was published, unless its maintainer has put
//! one among the build's files.

use serde::Serialize;

use crate::bundle::{Bundle, Instance, Manner, Off, UNASKED, environment, players_files, unsaid};
use crate::loss::components;
use crate::{File, Loader, Loss, Release, loader_package, solder};

const MANNER: Manner = Manner {
    folder: "",
    off: Off::LeftOut("It is left out: it is off by default, and the format asks nobody."),
    on: Some(UNASKED),
    overwrites: true,
};

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
    let package = loader_package::of(release);
    if package.is_none() && !loader_package::is_brought(release) {
        release.loader.as_ref().map_or(Ok(()), |loader| Err(missing(loader, &release.minecraft)))?;
    }
    let mut instance = Instance::new(release, MANNER, losses(release));
    for file in players_files(release) {
        if is_passed_over(file) {
            instance.lose(file, "It is left out: the Technic Launcher passes over it.");
        } else {
            instance.add(file);
        }
    }
    if let Some(package) = package {
        instance.add_entry(package.entry());
    }
    if let Some(data) = run_data(release) {
        instance.add_text(RUN_DATA, data);
    }
    Ok(instance.finish())
}

/// The loss of a loader whose package nobody brought, and how to mend it.
fn missing(loader: &Loader, minecraft: &str) -> Loss {
    let Loader { kind, version } = loader;
    let (place, what) = match loader_package::place(*kind) {
        "bin/version.json" => ("bin/version.json", "profile"),
        place => (place, "installer"),
    };
    let why = format!(
        "A zip for Technic must bring its loader, and this server had no {what} of {kind} {version} for Minecraft {minecraft} \
         when the build was published. An administrator brings it with `kleister admin loaders package {kind} {version} \
         {minecraft} FILE`, or add it to the build's files as {place}; then publish the build again as a new one."
    );
    Loss::new("loader", why)
}

fn is_passed_over(file: &File) -> bool {
    let path = file.path.as_str();
    let is_taken = loader_package::PLACES.contains(&path) || path == RUN_DATA;
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
    losses.extend(environment(release));
    losses
}
