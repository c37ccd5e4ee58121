//! Packs as other tools write them, small: what fuzzers of the importers begin with.

use crate::stored;

/// A pack's document, with its path in the archive.
type Document = (&'static str, &'static str);

const MRPACK: [Document; 3] = [
    (
        "modrinth.index.json",
        r#"{"formatVersion": 1, "game": "minecraft", "versionId": "1.0", "name": "Sky", "summary": "Islands", "files": [
            {"path": "mods/a.jar", "hashes": {"sha1": "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "sha512": "00"},
             "env": {"client": "required", "server": "optional"}, "downloads": ["https://cdn.modrinth.com/a.jar"],
             "fileSize": 7}], "dependencies": {"minecraft": "1.20.1", "fabric-loader": "0.16.9"}}"#,
    ),
    ("overrides/config/a.toml", "a = 1"),
    ("client-overrides/options.txt", "fov:0.5"),
];

const CURSEFORGE: [Document; 3] = [
    (
        "manifest.json",
        r#"{"minecraft": {"version": "1.20.1", "modLoaders": [{"id": "forge-47.2.0", "primary": true}]},
            "manifestType": "minecraftModpack", "manifestVersion": 1, "name": "Sky", "version": "1.0", "author": "eve",
            "files": [{"projectID": 238222, "fileID": 5101365, "required": false}], "overrides": "overrides"}"#,
    ),
    (
        "modlist.html",
        r#"<ul><li><a href="https://www.curseforge.com/projects/238222">Just Enough Items (by mezz)</a></li></ul>"#,
    ),
    ("overrides/mods/b.jar.disabled", "jar"),
];

const PRISM: [Document; 5] = [
    (
        "instance.cfg",
        "[General]\nInstanceType=OneSix\niconKey=sky\nname=\"Sky \\\"Islands\\\"\"\nOverrideMemory=true\nMaxMemAlloc=4096\n\
         JvmArgs=-Da=b\\nc\nOverrideJavaArgs=true\n",
    ),
    (
        "mmc-pack.json",
        r#"{"formatVersion": 1, "components": [{"uid": "net.minecraft", "version": "1.20.1", "important": true},
            {"uid": "net.minecraftforge", "version": "47.2.0"}, {"uid": "org.example.agent", "disabled": true}]}"#,
    ),
    ("patches/org.example.agent.json", r#"{"formatVersion": 1, "uid": "org.example.agent", "version": "1"}"#),
    (".minecraft/mods/a.jar", "jar"),
    (
        ".minecraft/mods/.index/a.pw.toml",
        "name = 'A'\nfilename = 'a.jar'\nside = 'client'\n[download]\nhash = '00'\nhash-format = 'sha1'\nmode = 'url'\n\
         url = 'https://example.org/a.jar'\n[update.modrinth]\nmod-id = 'a'\nversion = 'b'\n",
    ),
];

/// Without hashes of its own documents, as packwiz writes it with `no-internal-hashes`: with them no mutant is read.
const PACKWIZ: [Document; 4] = [
    (
        "pack.toml",
        "name = \"Sky\"\nversion = \"1.0\"\npack-format = \"packwiz:1.1.0\"\n[index]\nfile = \"index.toml\"\n\
         hash-format = \"sha256\"\nhash = \"\"\n[versions]\nminecraft = \"1.20.1\"\nfabric = \"0.16.9\"\n",
    ),
    (
        "index.toml",
        "hash-format = \"sha256\"\n[[files]]\nfile = \"mods/a.pw.toml\"\nhash = \"\"\nmetafile = true\n[[files]]\n\
         file = \"config/a.toml\"\nhash = \"\"\npreserve = true\n",
    ),
    (
        "mods/a.pw.toml",
        "name = \"A\"\nfilename = \"a.jar\"\nside = \"both\"\n[download]\nurl = \"https://example.org/a.jar\"\n\
         hash-format = \"sha1\"\nhash = \"2fd4e1c67a2d28fced849ee1bb76e7391b93eb12\"\n[option]\noptional = true\n\
         default = true\ndescription = \"why\"\n",
    ),
    ("config/a.toml", "a = 1"),
];

/// Files in which packs overrule what mods say of each other.
const OVERRIDES: [Document; 3] = [
    (
        "config/fabric_loader_dependencies.json",
        r#"{"version": 1, "overrides": {"mod": {"-depends": {"lib": ""}, "+breaks": {"lib": [">=2", "<1"]}}}}"#,
    ),
    ("config/fml.toml", "versionCheck = true\n[dependencyOverrides]\nmod = [\"-lib\", \"+other\"]\n"),
    (
        "config/quilt-loader-overrides.json",
        r#"{"schema_version": 1, "overrides": [{"path": "<mods>/mod.jar!/META-INF/jars/lib.jar", "version": "2",
            "depends": [{"remove": "lib"}, {"replace": {"id": "a"}, "with": {"id": "b", "versions": {"all": [">=1"]}}}]}]}"#,
    ),
];

/// The documents of each kind of pack, with the paths at which importers look for them.
pub fn packs() -> Vec<Vec<(String, Vec<u8>)>> {
    [&MRPACK[..], &CURSEFORGE, &PRISM, &PACKWIZ].into_iter().map(owned).collect()
}

/// The archive of each kind of pack.
pub fn pack_archives() -> Vec<Vec<u8>> {
    packs().iter().map(|documents| stored(documents)).collect()
}

/// The files with overrides that loaders read, with their paths.
pub fn overrides() -> Vec<(String, Vec<u8>)> {
    owned(&OVERRIDES)
}

fn owned(documents: &[Document]) -> Vec<(String, Vec<u8>)> {
    documents.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}
