//! Minecraft itself in the shape in which Mojang hands it out at one time or another, with nothing of what is in it; and
//! what has a little of that shape and is something else.

use crate::{archive, class};

/// The game: what it is, and its jar.
pub fn games() -> Vec<(&'static str, Vec<u8>)> {
    let main = |class: &str| format!("Manifest-Version: 1.0\r\nMain-Class: {class}\r\n\r\n").into_bytes();
    let signed = || b"Signature-Version: 1.0\r\n\r\n".to_vec();
    let png = || b"\x89PNG\r\n\x1a\n".to_vec();
    vec![
        (
            "a client since 1.6, as it is",
            archive(&[
                ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n\r\n".to_vec()),
                ("META-INF/MOJANG_C.SF", signed()),
                ("net/minecraft/client/main/Main.class", class(17)),
                ("version.json", br#"{"id": "1.20.1", "world_version": 3465}"#.to_vec()),
            ]),
        ),
        (
            "a client since 1.6 without its signature, as mods were put into it",
            archive(&[
                ("net/minecraft/client/main/Main.class", class(8)),
                ("assets/minecraft/textures/gui/title/minecraft.png", png()),
                ("a.class", class(8)),
            ]),
        ),
        (
            "a client before 1.6",
            archive(&[
                ("META-INF/MOJANGCS.SF", signed()),
                ("net/minecraft/client/Minecraft.class", class(6)),
                ("net/minecraft/client/MinecraftApplet.class", class(6)),
                ("title/mclogo.png", png()),
            ]),
        ),
        (
            "a server since 1.18",
            archive(&[
                ("META-INF/MANIFEST.MF", main("net.minecraft.bundler.Main")),
                ("META-INF/versions.list", b"00 1.20.1 1.20.1/server-1.20.1.jar".to_vec()),
                ("net/minecraft/bundler/Main.class", class(17)),
            ]),
        ),
        (
            "a server of 1.16 or 1.17",
            archive(&[
                ("META-INF/MANIFEST.MF", main("net.minecraft.server.Main")),
                ("net/minecraft/server/Main.class", class(8)),
            ]),
        ),
        (
            "a server before 1.16",
            archive(&[
                ("META-INF/MANIFEST.MF", main("net.minecraft.server.MinecraftServer")),
                ("net/minecraft/server/MinecraftServer.class", class(6)),
            ]),
        ),
    ]
}

/// What is not the game, though it has something of it: what it is, and its jar.
pub fn no_games() -> Vec<(&'static str, Vec<u8>)> {
    let main = |class: &str| format!("Manifest-Version: 1.0\r\nMain-Class: {class}\r\n\r\n").into_bytes();
    vec![
        (
            "a mod that replaces classes of an old client",
            archive(&[("net/minecraft/client/Minecraft.class", class(6)), ("bao.class", class(6))]),
        ),
        (
            "a mod for the oldest clients with a picture in place of theirs",
            archive(&[("title/mclogo.png", b"\x89PNG\r\n\x1a\n".to_vec()), ("mod_Lamps.class", class(6))]),
        ),
        (
            "a resource pack with the game's picture",
            archive(&[
                ("pack.mcmeta", br#"{"pack": {"pack_format": 15, "description": "Lamps"}}"#.to_vec()),
                ("assets/minecraft/textures/gui/title/minecraft.png", b"\x89PNG\r\n\x1a\n".to_vec()),
            ]),
        ),
        (
            "a server of others, which has the game's classes in part and begins with its own",
            archive(&[
                ("META-INF/MANIFEST.MF", main("org.bukkit.craftbukkit.Main")),
                ("net/minecraft/server/MinecraftServer.class", class(8)),
            ]),
        ),
        (
            "a program that starts the game's server, which is not in it",
            archive(&[
                ("META-INF/MANIFEST.MF", main("net.minecraft.server.Main")),
                ("org/example/Launch.class", class(17)),
            ]),
        ),
    ]
}
