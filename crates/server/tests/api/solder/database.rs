//! The database of a [`Fixture`], in every form.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use tempfile::TempDir;

use super::fixture::{BOB, Build, EVE, Fixture, KEY, Mod, PICTURES, Pack, md5};
use crate::fresh::{self, Fresh};

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

impl Fixture {
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
            rows.extend(rows_of_pack(pack, pack_id, age));
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
    if age == Age::SolderPy {
        let side = module.side.unwrap_or("BOTH");
        rows.push(format!("UPDATE mods SET side = '{side}' WHERE id = {mod_id}"));
    }
    for version in &module.versions {
        let noted = version.noted_md5.map_or_else(|| md5(&version.zip), str::to_owned);
        let (number, name) = (version.number, version.name);
        let values = format!("({number}, {mod_id}, '{name}', '{noted}')");
        rows.push(format!("INSERT INTO modversions (id, mod_id, version, md5) VALUES {values}"));
        if let (Age::SolderPy, Some((minecraft, _))) = (age, name.split_once('-')) {
            rows.push(format!("UPDATE modversions SET mcversion = '{minecraft}' WHERE id = {number}"));
        }
        if age != Age::Old {
            rows.push(format!("UPDATE modversions SET filesize = {} WHERE id = {number}", version.zip.len()));
        }
    }
    rows
}

fn rows_of_pack(pack: &Pack, pack_id: u64, age: Age) -> Vec<String> {
    let (recommended, latest) = (text(pack.recommended), text(pack.latest));
    let Pack { slug, name, order, hidden, private, .. } = pack;
    let mut rows = vec![format!(
        "INSERT INTO modpacks (id, name, slug, recommended, latest, \"order\", hidden, private) \
         VALUES ({pack_id}, '{name}', '{slug}', {recommended}, {latest}, {order}, {hidden}, {private})"
    )];
    for (kind, picture) in PICTURES.into_iter().zip(&pack.pictures) {
        if let Some(picture) = picture {
            let flag = if age == Age::Old { String::new() } else { format!("{kind} = TRUE, ") };
            let md5 = md5(picture);
            rows.push(format!("UPDATE modpacks SET {flag}{kind}_md5 = '{md5}' WHERE id = {pack_id}"));
        }
    }
    if pack.variants {
        rows.push(format!("UPDATE modpacks SET enable_optionals = TRUE, enable_server = TRUE WHERE id = {pack_id}"));
    }
    rows
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
        if build.optional.contains(version) {
            rows.push(format!("UPDATE build_modversion SET optional = TRUE WHERE id = {link_id}"));
        }
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
