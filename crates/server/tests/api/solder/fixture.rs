//! A Solder as its users have it: what it holds, its database in every form, and its files.

use std::io::{Cursor, Write};

use md5::{Digest, Md5};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use crate::fresh::{self, Fresh};

pub(crate) const EVE: &str = "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11";
pub(crate) const BOB: &str = "8c1b7a52-0f0e-4b86-9b0e-3a9e1d2c4b77";
pub(crate) const KEY: &str = "a8f5f167f44f4964e6c998dee827110c";

/// A mod with its versions.
pub(crate) struct Mod {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) author: Option<&'static str>,
    pub(crate) versions: Vec<Version>,
}

/// A version: one zip.
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) name: &'static str,
    pub(crate) zip: Vec<u8>,
    /// What the database notes of it, where that is wrong.
    pub(crate) noted_md5: Option<&'static str>,
}

/// A pack with its builds.
pub(crate) struct Pack {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) order: i64,
    pub(crate) hidden: bool,
    pub(crate) private: bool,
    pub(crate) recommended: Option<&'static str>,
    pub(crate) latest: Option<&'static str>,
    pub(crate) builds: Vec<Build>,
}

/// A build with the numbers of its versions.
pub(crate) struct Build {
    pub(crate) name: &'static str,
    pub(crate) minecraft: &'static str,
    pub(crate) java: Option<&'static str>,
    pub(crate) memory: Option<i64>,
    pub(crate) forge: Option<&'static str>,
    pub(crate) published: bool,
    pub(crate) private: bool,
    pub(crate) versions: Vec<u64>,
}

/// All that a Solder holds.
pub(crate) struct Fixture {
    pub(crate) mods: Vec<Mod>,
    pub(crate) packs: Vec<Pack>,
    /// Whose launcher sees which pack.
    pub(crate) clients: Vec<(&'static str, &'static str, &'static str)>,
}

/// How old a database is, or whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// `TechnicSolder`'s of 2026.
    Current,
    /// One of 2014, without what came later.
    Old,
    /// The same tables with what solder.py added.
    SolderPy,
}

/// A zip as people pack theirs: compressed, with today's date.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

fn version(number: u64, name: &'static str, files: &[(&str, &[u8])]) -> Version {
    Version { number, name, zip: zip(files), noted_md5: None }
}

fn build(name: &'static str, versions: &[u64]) -> Build {
    let (java, memory, forge) = (Some("1.8"), Some(3072), Some("14.23.5.2859"));
    let versions = versions.to_vec();
    Build { name, minecraft: "1.12.2", java, memory, forge, published: true, private: false, versions }
}

fn pack(slug: &'static str, name: &'static str, order: i64, builds: Vec<Build>) -> Pack {
    let last = builds.last().map(|build| build.name);
    Pack { slug, name, order, hidden: false, private: false, recommended: last, latest: last, builds }
}

impl Fixture {
    /// Four packs, of which one is hidden and one private, with all that makes moving hard.
    pub(crate) fn new() -> Self {
        let profile =
            br#"{"inheritsFrom": "1.12.2", "libraries": [{"name": "net.minecraftforge:forge:1.12.2-14.23.5.2859"}]}"#;
        let forge = zip(&[("version.json", profile)]);
        let quilt = br#"{"inheritsFrom": "1.20.1", "libraries": [{"name": "org.quiltmc:quilt-loader:0.24.0"}]}"#;
        let one = |slug, name, author, versions| Mod { slug, name, author, versions };
        let mods = vec![
            one("forge", "Forge", None, vec![version(1, "14.23.5.2859", &[("bin/modpack.jar", &forge)])]),
            one(
                "jei",
                "Just Enough Items",
                Some("mezz"),
                vec![
                    version(2, "4.16.1", &[("mods/jei_1.12.2-4.16.1.jar", b"PK jei 4.16.1")]),
                    version(3, "4.16.1.302", &[("mods/jei_1.12.2-4.16.1.302.jar", b"PK jei 4.16.1.302")]),
                ],
            ),
            one(
                "Z-configs",
                "Configs",
                None,
                vec![version(
                    4,
                    "1.0",
                    &[
                        ("config/jei.cfg", b"a=1"),
                        ("options.txt", b"lang:en"),
                        ("mods/jei_1.12.2-4.16.1.jar", b"older"),
                    ],
                )],
            ),
            one("quilt", "Quilt", None, vec![version(5, "0.24.0", &[("bin/version.json", quilt)])]),
            one(
                "shaders",
                "Pretty shaders",
                None,
                vec![version(6, "r1 + fix", &[("shaderpacks/pretty.zip", b"PK s")])],
            ),
            one("spare", "Spare part", None, vec![version(7, "0.1", &[("mods/spare.jar", b"PK spare")])]),
        ];
        let mut sky = pack(
            "SkyPack",
            "Sky Pack",
            2,
            vec![
                build("1.0", &[1, 2]),
                build("1.1", &[1, 3, 4]),
                Build { private: true, ..build("1.2-secret", &[1, 3]) },
                Build { published: false, ..build("2.0", &[1, 3, 4, 6]) },
            ],
        );
        (sky.recommended, sky.latest) = (Some("1.0"), Some("1.1"));
        let quilted =
            Build { minecraft: "1.20.1", java: Some("17"), memory: None, forge: None, ..build("0.9 beta", &[5, 6]) };
        let hidden = Pack { hidden: true, ..pack("unlisted", "An unlisted one", 1, vec![quilted]) };
        let secret = Pack { private: true, ..pack("secret", "No", 0, vec![build("1", &[1, 2]), build("2", &[1, 3])]) };
        let mut bare =
            pack("bare", "Bare", 3, vec![Build { java: None, memory: None, forge: None, ..build("0.1", &[]) }]);
        bare.recommended = None;
        Self {
            mods,
            packs: vec![sky, hidden, secret, bare],
            clients: vec![("Eve", EVE, "secret"), ("Eve", EVE, "SkyPack"), ("Bob", BOB, "")],
        }
    }

    /// The version of this number, with its mod.
    pub(crate) fn version(&self, number: u64) -> (&Mod, &Version) {
        let all = self.mods.iter().flat_map(|module| module.versions.iter().map(move |version| (module, version)));
        all.into_iter().find(|(_, version)| version.number == number).unwrap()
    }

    /// Its files, as they lie below the address of its repository.
    pub(crate) fn files(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for module in &self.mods {
            let place = folder.path().join("mods").join(module.slug);
            std::fs::create_dir_all(&place).unwrap();
            for version in &module.versions {
                std::fs::write(place.join(format!("{}-{}.zip", module.slug, version.name)), &version.zip).unwrap();
            }
        }
        folder
    }

    /// Its database, on whatever the tests run.
    pub(crate) async fn database(&self, folder: &TempDir, age: Age) -> Fresh {
        let database = Fresh::empty(folder.path()).await;
        let url = if database.url().starts_with("sqlite") { database.url() + "?mode=rwc" } else { database.url() };
        let db = fresh::admin(&url).await;
        for statement in tables(age) {
            run(&db, &statement).await;
        }
        for statement in self.rows(age) {
            run(&db, &statement).await;
        }
        db.close().await.unwrap();
        database
    }

    fn rows(&self, age: Age) -> Vec<String> {
        let mut rows = vec![
            format!("INSERT INTO \"keys\" (id, name, api_key) VALUES (1, 'Technic Platform', '{KEY}')"),
            format!("INSERT INTO clients (id, name, uuid) VALUES (1, 'Eve', '{EVE}')"),
            format!("INSERT INTO clients (id, name, uuid) VALUES (2, 'Bob', '{BOB}')"),
        ];
        rows.extend(self.mods.iter().zip(1..).flat_map(|(module, mod_id)| rows_of_mod(module, mod_id, age)));
        let mut build_id = 0;
        for (pack, pack_id) in self.packs.iter().zip(1..) {
            rows.push(row_of_pack(pack, pack_id));
            for build in &pack.builds {
                build_id += 1;
                rows.extend(rows_of_build(build, (pack_id, build_id), age));
            }
        }
        for (link_id, (_, _, slug)) in self.clients.iter().filter(|(_, _, slug)| !slug.is_empty()).enumerate() {
            let pack_id = self.packs.iter().position(|pack| pack.slug == *slug).unwrap() + 1;
            let values = format!("({link_id}, 1, {pack_id})");
            rows.push(format!("INSERT INTO client_modpack (id, client_id, modpack_id) VALUES {values}"));
        }
        rows
    }
}

fn rows_of_mod(module: &Mod, mod_id: u64, age: Age) -> Vec<String> {
    let (slug, name, author) = (module.slug, module.name, text(module.author));
    let values = format!("({mod_id}, '{slug}', '', {author}, NULL, '{name}')");
    let columns = "id, name, description, author, link, pretty_name";
    let mut rows = vec![format!("INSERT INTO mods ({columns}) VALUES {values}")];
    if age == Age::SolderPy && slug == "shaders" {
        rows.push(format!("UPDATE mods SET side = 'CLIENT' WHERE id = {mod_id}"));
    }
    for version in &module.versions {
        let noted = version.noted_md5.map_or_else(|| md5(&version.zip), str::to_owned);
        let (number, name) = (version.number, version.name);
        let values = format!("({number}, {mod_id}, '{name}', '{noted}')");
        rows.push(format!("INSERT INTO modversions (id, mod_id, version, md5) VALUES {values}"));
        if age != Age::Old {
            rows.push(format!("UPDATE modversions SET filesize = {} WHERE id = {number}", version.zip.len()));
        }
    }
    rows
}

fn row_of_pack(pack: &Pack, pack_id: u64) -> String {
    let (recommended, latest) = (text(pack.recommended), text(pack.latest));
    let Pack { slug, name, order, hidden, private, .. } = pack;
    format!(
        "INSERT INTO modpacks (id, name, slug, recommended, latest, \"order\", hidden, private) \
         VALUES ({pack_id}, '{name}', '{slug}', {recommended}, {latest}, {order}, {hidden}, {private})"
    )
}

fn rows_of_build(build: &Build, (pack_id, build_id): (u64, u64), age: Age) -> Vec<String> {
    let Build { name, minecraft, published, private, .. } = build;
    let forge = text(build.forge);
    let mut rows = vec![format!(
        "INSERT INTO builds (id, modpack_id, version, minecraft, forge, is_published, private) \
         VALUES ({build_id}, {pack_id}, '{name}', '{minecraft}', {forge}, {published}, {private})"
    )];
    if age != Age::Old {
        let (java, memory) = (text(build.java), build.memory.map(|memory| memory.to_string()));
        let memory = memory.unwrap_or_else(|| "NULL".to_owned());
        rows.push(format!("UPDATE builds SET min_java = {java}, min_memory = {memory} WHERE id = {build_id}"));
    }
    // Old data has some twice.
    for (at, version) in build.versions.iter().chain(build.versions.first()).enumerate() {
        let link_id = build_id * 100 + at as u64;
        let values = format!("({link_id}, {version}, {build_id})");
        rows.push(format!("INSERT INTO build_modversion (id, modversion_id, build_id) VALUES {values}"));
    }
    rows
}

/// The tables, as the migrations of each age leave them.
fn tables(age: Age) -> Vec<String> {
    let late = |columns: &str| if age == Age::Old { String::new() } else { format!(", {columns}") };
    let python = |columns: &str| if age == Age::SolderPy { format!(", {columns}") } else { String::new() };
    vec![
        format!(
            "CREATE TABLE modpacks (id INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL, slug VARCHAR(255) NOT NULL, \
             recommended VARCHAR(255), latest VARCHAR(255), url VARCHAR(255), icon_md5 VARCHAR(255), logo_md5 VARCHAR(255), \
             background_md5 VARCHAR(255), created_at TIMESTAMP NULL, updated_at TIMESTAMP NULL, \"order\" INTEGER DEFAULT 0, \
             hidden BOOLEAN DEFAULT TRUE, private BOOLEAN DEFAULT FALSE{}{})",
            late(
                "icon BOOLEAN DEFAULT FALSE, logo BOOLEAN DEFAULT FALSE, background BOOLEAN DEFAULT FALSE, \
                  icon_url VARCHAR(255), logo_url VARCHAR(255), background_url VARCHAR(255)"
            ),
            python(
                "user_id INTEGER, pinned BOOLEAN DEFAULT FALSE, enable_optionals BOOLEAN DEFAULT FALSE, \
                    enable_server BOOLEAN DEFAULT FALSE"
            ),
        ),
        format!(
            "CREATE TABLE builds (id INTEGER PRIMARY KEY, modpack_id INTEGER NOT NULL, version VARCHAR(255) NOT NULL, \
             created_at TIMESTAMP NULL, updated_at TIMESTAMP NULL, minecraft VARCHAR(255) DEFAULT '', forge VARCHAR(255), \
             is_published BOOLEAN DEFAULT FALSE, private BOOLEAN DEFAULT FALSE{}{})",
            late("min_java VARCHAR(255), min_memory INTEGER"),
            python("marked BOOLEAN DEFAULT FALSE"),
        ),
        format!(
            "CREATE TABLE mods (id INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL, description TEXT, author VARCHAR(255), \
             link VARCHAR(255), pretty_name VARCHAR(255) DEFAULT '', created_at TIMESTAMP NULL{}{})",
            late("notes TEXT"),
            python("side VARCHAR(16), modtype VARCHAR(16)"),
        ),
        format!(
            "CREATE TABLE modversions (id INTEGER PRIMARY KEY, mod_id INTEGER NOT NULL, version VARCHAR(255) NOT NULL, \
             md5 VARCHAR(255) NOT NULL{}{})",
            late("filesize INTEGER, notes TEXT"),
            python("mcversion VARCHAR(255), jarmd5 VARCHAR(255)"),
        ),
        format!(
            "CREATE TABLE build_modversion (id INTEGER PRIMARY KEY, modversion_id INTEGER, build_id INTEGER{})",
            python("optional BOOLEAN DEFAULT FALSE")
        ),
        "CREATE TABLE clients (id INTEGER PRIMARY KEY, name VARCHAR(255), uuid VARCHAR(255))".to_owned(),
        "CREATE TABLE client_modpack (id INTEGER PRIMARY KEY, client_id INTEGER, modpack_id INTEGER)".to_owned(),
        "CREATE TABLE \"keys\" (id INTEGER PRIMARY KEY, name VARCHAR(255), api_key VARCHAR(255))".to_owned(),
    ]
}

/// Has a statement done, in which names are quoted as the standard wants.
pub(crate) async fn run(db: &DatabaseConnection, statement: &str) {
    let statement =
        if db.get_database_backend() == DbBackend::MySql { statement.replace('"', "`") } else { statement.to_owned() };
    db.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

fn text(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| format!("'{text}'"))
}
