//! Folders that people zip themselves.

use insta::assert_snapshot;
use kleister_formats::import::{Kind, Refused};

use crate::{read, refusal, told};

#[test]
fn mods_with_config_beside_them_become_a_game_folder() {
    let import = read(&[
        ("jei.jar", b"jar"),
        ("off.jar.disabled", b"jar"),
        ("1.12.2/foamfix.jar", b"jar"),
        ("config/jei.cfg", b"x"),
        ("resourcepacks/a.zip", b"x"),
        ("scripts/a.zs", b"x"),
        ("options.txt", b"x"),
        ("list.txt", b"x"),
        ("saves/World/level.dat", b"x"),
        (
            ".index/jei.pw.toml",
            b"name = 'JEI'\nfilename = 'jei.jar'\n[download]\nurl = 'https://example.org/jei.jar'\n",
        ),
        (".DS_Store", b"x"),
    ]);
    assert_snapshot!(told(&import), @r#"
    Folder None None
    summary None, authors None
    Minecraft None, loader None, Java None
    memory (None, None), arguments None, server None
    config/jei.cfg [inside] ? Force
    mods/1.12.2/foamfix.jar [inside] ? Force
    mods/jei.jar [inside] ? Force "JEI" url:None:None
    mods/list.txt [inside] ? Force
    mods/off.jar [inside] ? Force choice false None
    options.txt [inside] ? Seed
    resourcepacks/a.zip [inside] ? Force
    scripts/a.zs [inside] ? Force
    - .DS_Store: A file manager left it there.
    - mods/.index/: Only the tool that made the pack needs it. (1 file)
    - saves/: Worlds and recordings are the player's own. (1 file)
    "#);
}

#[test]
fn folder_of_any_name_with_jars_is_one_of_mods() {
    let import =
        read(&[("my old mods/a.jar", b"jar"), ("my old mods/b.jar", b"jar"), ("__MACOSX/my old mods/._a.jar", b"")]);
    let paths: Vec<_> = import.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["mods/a.jar", "mods/b.jar"]);
}

#[test]
fn game_folder_keeps_its_paths() {
    for root in ["", ".minecraft/", "minecraft/", "My Server/"] {
        let (jar, config) = (format!("{root}mods/a.jar"), format!("{root}config/a.toml"));
        let import = read(&[(&jar, b"jar"), (&config, b"x")]);
        let paths: Vec<_> = import.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!((import.kind, paths), (Kind::Folder, vec!["config/a.toml", "mods/a.jar"]), "{root}");
    }
    let only = read(&[("mods/a.jar", b"jar")]);
    assert_eq!(only.files[0].path.as_str(), "mods/a.jar");
}

#[test]
fn archive_of_anything_else_is_no_pack() {
    for entries in [vec![("readme.txt", &b"x"[..])], vec![("photos/a.png", b"x"), ("photos/b.png", b"x")]] {
        assert!(matches!(refusal(&entries), Refused::Unknown));
    }
}
