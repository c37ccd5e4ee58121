//! An instance of Prism Launcher or `MultiMC`: a zip that either imports as it is, from a file or an address.
//!
//! `instance.cfg` makes a zip an instance and has its settings, `mmc-pack.json` its components, `.minecraft/` is the game
//! folder. Only Minecraft and the loader are named as components: LWJGL, intermediary mappings and what else they need are
//! added by the launcher, which knows the right versions. Optional files that are off lie there switched off, as the
//! launchers themselves would leave them.
//!
//! The pack's picture lies beside `instance.cfg` under the name that `iconKey` has, which begins with a hash of it: launchers
//! keep pictures of all instances in one folder, and a newer one takes the place of an older one of the same name.
//!
//! Neither launcher updates an instance. One that brings packwiz-installer does: before each start it follows the pack's
//! recommended build. Its two jars come with the release, or are among the build's own files, which then count. With the
//! installer beside its bootstrap, nothing but this server is asked for anything. What it would remember of the files that lie
//! there comes along, so that it takes away what leaves the pack; optional files come by it alone, since it asks for those.
//!
//! The command is there twice. `PreLaunchCommand` runs when the launcher has read the components of the instance already, and
//! Prism Launcher from 9.3 on writes them again afterwards: another Minecraft or loader that packwiz-installer brings with
//! the player's consent may be lost. `PreLoadCommand`, which Prism Launcher knows since September 2026 and others pass over,
//! runs before. Where both run, the second is one request.

mod components;
mod settings;

use self::components::Components;
use self::settings::Settings;
use crate::bundle::{Bundle, Instance, Manner, Off, UNASKED, players_files};
use crate::{Addresses, Delivery, File, Icon, Loss, Memory, Release, Stored, Support, packwiz};

/// The manner of an instance that stays as it is.
const STILL: Manner = Manner { folder: ".minecraft/", off: Off::Switched, on: Some(UNASKED), overwrites: false };
/// Why optional files are not in an instance that packwiz-installer updates.
const ASKED: &str = "It is left out until packwiz-installer asks the player, at the first start.";

/// The jar that is run before each start, and the one that it runs, where the build has them.
const BOOTSTRAP: &str = "packwiz-installer-bootstrap.jar";
const INSTALLER: &str = "packwiz-installer.jar";

/// What the game gets at its start where the release does not say, in megabytes: what the launchers themselves give it.
const MINIMUM: u32 = 512;

/// The pictures that the launchers look for beside an instance (`IconUtils` of both).
const PICTURES: [&str; 3] = ["png", "gif", "jpg"];

/// How an instance comes by a jar of packwiz-installer.
enum Jar<'a> {
    /// It is a file of the build.
    Own,
    /// It comes with the release.
    Brought(&'a Stored),
    /// It has none.
    Missing,
}

/// The release as an instance, which follows the pack's recommended build where the release or the build brings the means.
pub fn write(release: &Release, addresses: &Addresses) -> Bundle {
    let command = command(release, addresses);
    let mut instance = Instance::new(release, STILL, losses(release, command.is_some()));
    let components = Components::of(release);
    instance.losses.extend(components.losses.iter().cloned());
    for file in players_files(release) {
        if command.is_some() && file.is_optional() {
            instance.lose(file, ASKED);
        } else {
            instance.add(file);
        }
    }
    if command.is_some() {
        add_updater(&mut instance, release, addresses);
    }
    if let Some((key, icon)) = icon(release) {
        instance.add_stored(format!("{key}.{}", icon.ending), &icon.bytes);
    }
    instance.add_text("instance.cfg", settings(release, command.as_deref()));
    let (list, patches) = components.write();
    instance.add_text("mmc-pack.json", list);
    for (name, patch) in patches {
        instance.add_beside(name, patch);
    }
    instance.finish()
}

/// Puts in what an instance updates itself with, and what that would remember of the files beside it.
fn add_updater(instance: &mut Instance, release: &Release, addresses: &Addresses) {
    for (name, jar) in jars(release) {
        if let Jar::Brought(jar) = jar {
            instance.add_stored(format!("{}{name}", STILL.folder), jar);
        }
    }
    if !players_files(release).any(|file| file.path.key() == packwiz::STATE) {
        let lies_there = |file: &File| {
            let is_players = file.environment.client != Support::Unsupported;
            is_players && file.delivery == Delivery::Stored && !file.is_optional()
        };
        let state = packwiz::state(release, addresses, lies_there);
        instance.add_beside(format!("{}{}", STILL.folder, packwiz::STATE), state);
    }
}

/// Whether instances of the release follow the pack's recommended build by themselves.
pub fn is_updated(release: &Release) -> bool {
    !matches!(jars(release)[0].1, Jar::Missing)
}

/// The bootstrap and the installer: the build's own count before those of the release.
fn jars(release: &Release) -> [(&'static str, Jar<'_>); 2] {
    let updater = release.extras.updater.as_ref();
    [
        (BOOTSTRAP, jar(release, BOOTSTRAP, updater.map(|updater| &updater.bootstrap))),
        (INSTALLER, jar(release, INSTALLER, updater.map(|updater| &updater.installer))),
    ]
}

fn jar<'a>(release: &'a Release, name: &str, brought: Option<&'a Stored>) -> Jar<'a> {
    match (players_files(release).find(|file| file.path.key() == name), brought) {
        (Some(file), _) if file.path.as_str() == name && file.delivery == Delivery::Stored && !file.is_optional() => Jar::Own,
        (None, Some(brought)) => Jar::Brought(brought),
        _ => Jar::Missing,
    }
}

/// What is run before each start, in the game folder; none where there is no jar for it.
fn command(release: &Release, addresses: &Addresses) -> Option<String> {
    let [(_, bootstrap), (_, installer)] = jars(release);
    // Without the installer beside it, the bootstrap fetches the newest one from GitHub.
    let alone = if matches!(installer, Jar::Missing) { "" } else { " --bootstrap-no-update" };
    (!matches!(bootstrap, Jar::Missing))
        .then(|| format!("\"$INST_JAVA\" -jar {BOOTSTRAP}{alone} {}/packwiz/pack.toml", addresses.channel()))
}

/// The pack's picture with the key that the launchers know it by, if they read such pictures.
fn icon(release: &Release) -> Option<(String, &Icon)> {
    let icon = release.extras.icon.as_ref().filter(|icon| PICTURES.contains(&icon.ending.as_str()))?;
    Some((format!("{}-{}", release.pack.slug, icon.bytes.sha256.get(..8)?), icon))
}

fn settings(release: &Release, command: Option<&str>) -> String {
    let mut settings = Settings::new();
    settings.set("ConfigVersion", "1.2");
    settings.set("InstanceType", "OneSix");
    settings.set("iconKey", icon(release).as_ref().map_or("default", |(key, _)| key));
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
    if let Some(server) = &release.extras.server {
        settings.set("JoinServerOnLaunch", "true");
        settings.set("JoinServerOnLaunchAddress", server);
    }
    if let Some(command) = command {
        settings.set("OverrideCommands", "true");
        settings.set("PreLoadCommand", command);
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

fn losses(release: &Release, updates_itself: bool) -> Vec<Loss> {
    let updates = if updates_itself {
        "Updates bring what packwiz carries. Another Minecraft or loader comes only if the player agrees when he is asked and \
         his launcher keeps it: where the game then starts with the old one, he imports the instance anew."
    } else {
        "An imported instance stays as it is: players import the next build as a new one. This server had no packwiz-installer \
         when the build was published: an administrator brings it with `kleister admin updater import`, or add \
         packwiz-installer-bootstrap.jar and packwiz-installer.jar to the build's files."
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
    if let (Some(kept), None) = (&release.extras.icon, icon(release)) {
        let why = format!("Launchers read no {} beside an instance: send the pack's picture as PNG.", kept.ending);
        losses.push(Loss::new("icon", why));
    }
    losses
}
