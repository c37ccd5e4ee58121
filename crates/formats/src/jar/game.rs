//! Minecraft itself: Mojang's client or server, which nobody but Mojang may hand out.
//!
//! Mojang tells the SHA-1 of each in a document of its own, one for every version, and a jar with one byte changed has
//! another. So it is told by what only the game's own jars have together. A mod that replaces or brings some of the game's
//! classes, as those for the oldest versions do, has not all of it.

use std::io::{Read, Seek};

use super::manifest::Manifest;
use crate::archive::Archive;

/// The classes with which Mojang's servers begin, as their manifests name them: since 1.18, since 1.16, and before.
/// Servers of others begin with a class of their own.
const SERVERS: [&str; 3] =
    ["net.minecraft.bundler.Main", "net.minecraft.server.Main", "net.minecraft.server.MinecraftServer"];

/// The class with which the client begins, since 1.6, and the two before.
const CLIENT: &str = "net/minecraft/client/main/Main.class";
const OLD_CLIENT: [&str; 2] = ["net/minecraft/client/Minecraft.class", "net/minecraft/client/MinecraftApplet.class"];

/// What the client has besides, of which one is enough: Mojang's signature, and the picture with the game's name.
const CLIENT_HAS: [&str; 5] = [
    "META-INF/MOJANG_C.SF",
    "META-INF/MOJANGCS.SF",
    "assets/minecraft/textures/gui/title/minecraft.png",
    "title/mclogo.png",
    "title/mojang.png",
];

/// Whether an archive is the game.
pub(super) fn is_game<R: Read + Seek>(archive: &Archive<R>, manifest: &Manifest) -> bool {
    let has = |path: &str| archive.find(path).is_some();
    let is_server = manifest
        .get("Main-Class")
        .is_some_and(|main| SERVERS.contains(&main) && has(&format!("{}.class", main.replace('.', "/"))));
    let is_client = || has(CLIENT) || OLD_CLIENT.iter().all(|class| has(class));
    is_server || (is_client() && CLIENT_HAS.iter().any(|path| has(path)))
}
