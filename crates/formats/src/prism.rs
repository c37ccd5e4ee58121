//! An instance of Prism Launcher or `MultiMC`: a zip that either imports as it is, from a file or an address.
//!
//! `instance.cfg` makes a zip an instance and has its settings, `mmc-pack.json` its components, `.minecraft/` is the game
//! folder. Only Minecraft and the loader are named as components: LWJGL, intermediary mappings and what else they need are
//! added by the launcher, which knows the right versions. Optional files that are off lie there switched off, as the
//! launchers themselves would leave them.
//!
//! Neither launcher updates an instance. A build that has packwiz-installer's bootstrap among its files makes one that does:
//! before each start it follows the pack's recommended build. With the installer itself beside it, nothing but this server is
//! asked for anything.

mod settings;

use serde::Serialize;

use self::settings::Settings;
use crate::bundle::{Bundle, Instance, Manner, Off, UNASKED, players_files};
use crate::{Addresses, Delivery, LoaderKind, Loss, Memory, Release};

/// The manner of an instance that stays as it is.
const STILL: Manner = Manner { folder: ".minecraft/", off: Off::Switched, on: Some(UNASKED), overwrites: false };
/// The manner of an instance that packwiz-installer updates.
const UPDATED: Manner = Manner {
    off: Off::LeftOut("It is left out until the player chooses it when packwiz-installer asks, at the first start."),
    on: None,
    ..STILL
};

/// The jar that is run before each start, and the one that it runs, where the build has them.
const BOOTSTRAP: &str = "packwiz-installer-bootstrap.jar";
const INSTALLER: &str = "packwiz-installer.jar";

/// What the game gets at its start where the release does not say, in megabytes: what the launchers themselves give it.
const MINIMUM: u32 = 512;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Components<'a> {
    components: Vec<Component<'a>>,
    format_version: u32,
}

#[derive(Serialize)]
struct Component<'a> {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    important: bool,
    uid: &'static str,
    version: &'a str,
}

/// The release as an instance, which follows the pack's recommended build where the build brings the means.
pub fn write(release: &Release, addresses: &Addresses) -> Bundle {
    let command = command(release, addresses);
    let manner = if command.is_some() { UPDATED } else { STILL };
    let mut instance = Instance::new(release, manner, losses(release, command.is_some()));
    for file in players_files(release) {
        instance.add(file);
    }
    instance.add_text("instance.cfg", settings(release, command.as_deref()));
    instance.add_text("mmc-pack.json", components(release));
    instance.finish()
}

fn components(release: &Release) -> String {
    let minecraft = Component { important: true, uid: "net.minecraft", version: &release.minecraft };
    let loader = release.loader.as_ref();
    let loader = loader.map(|loader| Component { important: false, uid: uid(loader.kind), version: &loader.version });
    let list = Components { components: [minecraft].into_iter().chain(loader).collect(), format_version: 1 };
    serde_json::to_string_pretty(&list).expect("a release has nothing that JSON lacks") + "\n"
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

/// What is run before each start, in the game folder; none where the build has not the jar for it.
fn command(release: &Release, addresses: &Addresses) -> Option<String> {
    let has = |path| players_files(release).any(|file| file.path.as_str() == path && file.delivery == Delivery::Stored);
    // Without the installer beside it, the bootstrap fetches the newest one from GitHub.
    let alone = if has(INSTALLER) { " --bootstrap-no-update" } else { "" };
    has(BOOTSTRAP).then(|| {
        format!("\"$INST_JAVA\" -jar {BOOTSTRAP}{alone} {}/packwiz/pack.toml", addresses.channel("recommended"))
    })
}

fn settings(release: &Release, command: Option<&str>) -> String {
    let mut settings = Settings::new();
    settings.set("ConfigVersion", "1.2");
    settings.set("InstanceType", "OneSix");
    settings.set("iconKey", "default");
    settings.set("name", &release.pack.name);
    settings.set("notes", &notes(release));
    if let Memory { minimum, maximum: Some(maximum) } = release.memory {
        settings.set("OverrideMemory", "true");
        // Without one the launcher's own would count, which may be more than our maximum.
        settings.set("MinMemAlloc", &minimum.unwrap_or(MINIMUM).min(maximum).to_string());
        settings.set("MaxMemAlloc", &maximum.to_string());
    }
    if let Some(arguments) = &release.jvm_arguments {
        settings.set("OverrideJavaArgs", "true");
        settings.set("JvmArgs", arguments);
    }
    if let Some(command) = command {
        settings.set("OverrideCommands", "true");
        settings.set("PreLaunchCommand", command);
    }
    settings.finish()
}

/// What players read about the instance.
fn notes(release: &Release) -> String {
    let version = format!("{} {}", release.pack.name, release.version);
    let authors = release.pack.authors.as_ref().map(|authors| format!("By {authors}"));
    let lines = [Some(version), release.pack.summary.clone(), authors, release.pack.website.clone()];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn losses(release: &Release, is_updated: bool) -> Vec<Loss> {
    let updates = if is_updated {
        "Updates bring what packwiz carries, and ask the player before they change Minecraft or the loader."
    } else {
        "An imported instance stays as it is: players import the next build as a new one. Add packwiz-installer-bootstrap.jar \
         and packwiz-installer.jar to the build's files, and instances update themselves."
    };
    let mut losses = vec![Loss::new("updates", updates)];
    if let Some(major) = release.java {
        let why = format!(
            "Launchers choose Java by Minecraft's version: where they choose another one than {major}, set it there."
        );
        losses.push(Loss::new("java", why));
    }
    if release.memory.minimum.is_some() && release.memory.maximum.is_none() {
        losses.push(Loss::new("memory", "The minimum is not set: the format has it only beside a maximum."));
    }
    losses
}
