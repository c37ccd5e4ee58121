//! Lists as they would be answered without a house around them: one statement written by hand for the page and one for
//! the count, rows read column by column, no credential looked at. The answers are the same JSON as the API's.

use std::path::Path;

use axum::extract::Query;
use axum::routing::get;
use axum::{Extension, Json, Router};
use kleister_server::App;
use kleister_types::Timestamp;
use kleister_types::links::BuildVersion;
use kleister_types::mods::{Kind, Mod, ModAvatar, ModPage};
use kleister_types::packs::{Pack, PackAvatar, PackPage, SourcePolicy};
use kleister_types::versions::{Redistribution, Version, VersionFile};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sea_orm::sqlx::{self, Row};
use serde::Deserialize;
use serde_json::{Value, json};

const PACKS: &str = "
    SELECT p.id, p.slug, p.name, p.website, p.public, p.hidden, p.summary, p.created_at, p.updated_at, a.blob
    FROM packs p LEFT JOIN pack_avatars a ON a.pack_id = p.id
    WHERE (p.public AND NOT p.hidden)
       OR p.id IN (SELECT pack_id FROM user_packs WHERE user_id = ?1)
       OR p.id IN (SELECT g.pack_id FROM group_packs g JOIN user_groups u ON u.group_id = g.group_id WHERE u.user_id = ?1)
    ORDER BY p.sort_key, p.id LIMIT ?2";
const PACK_COUNT: &str = "
    SELECT COUNT(*) FROM packs p
    WHERE (p.public AND NOT p.hidden)
       OR p.id IN (SELECT pack_id FROM user_packs WHERE user_id = ?1)
       OR p.id IN (SELECT g.pack_id FROM group_packs g JOIN user_groups u ON u.group_id = g.group_id WHERE u.user_id = ?1)";
const MODS: &str = "
    SELECT m.id, m.slug, m.name, m.kind, m.side, m.description, m.author, m.website, m.donate, m.public, m.created_at,
           m.updated_at, a.blob
    FROM mods m LEFT JOIN mod_avatars a ON a.mod_id = m.id
    WHERE m.public AND (?1 = '' OR m.search LIKE '%' || ?1 || '%' ESCAPE '\\')
    ORDER BY m.sort_key, m.id LIMIT ?2";
const LINKS: &str = "
    SELECT l.build_id, l.client, l.server, l.chosen, l.choice_text, l.choice_group, l.path AS link_path,
           l.created_at AS linked_at, l.updated_at AS relinked_at,
           v.id AS version_id, v.name AS version_name, v.public AS version_public, v.created_at AS version_created_at,
           v.updated_at AS version_updated_at,
           f.id AS file_id, f.path, f.md5, f.sha1, f.sha256, f.sha512, f.size, f.created_at AS file_created_at,
           f.updated_at AS file_updated_at, b.content_type,
           m.id, m.slug, m.name, m.kind, m.side, m.description, m.author, m.website, m.donate, m.public, m.created_at,
           m.updated_at, a.blob
    FROM build_versions l JOIN versions v ON v.id = l.version_id JOIN mods m ON m.id = v.mod_id
         LEFT JOIN version_files f ON f.version_id = v.id LEFT JOIN blobs b ON b.sha256 = f.blob
         LEFT JOIN mod_avatars a ON a.mod_id = m.id
    WHERE l.build_id = (SELECT id FROM builds LIMIT 1)
    ORDER BY v.sort_key, v.id LIMIT ?1";
const LINK_COUNT: &str = "SELECT COUNT(*) FROM build_versions WHERE build_id = (SELECT id FROM builds LIMIT 1)";
const MOD_COUNT: &str = "
    SELECT COUNT(*) FROM mods m WHERE m.public AND (?1 = '' OR m.search LIKE '%' || ?1 || '%' ESCAPE '\\')";

/// What is asked for: whose packs, which mods, how many.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    user: String,
    #[serde(default)]
    search: String,
    limit: u64,
    /// Where avatars are.
    base: String,
}

pub(crate) fn open(file: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    SqlitePoolOptions::new().max_connections(8).connect_lazy_with(options)
}

pub(crate) fn routes(database: SqlitePool) -> Router<App> {
    Router::new()
        .route("/yardstick/packs", get(packs))
        .route("/yardstick/mods", get(mods))
        .route("/yardstick/mods/count", get(count_mods))
        .route("/yardstick/links", get(links))
        .layer(Extension(database))
}

async fn packs(Extension(database): Extension<SqlitePool>, Query(asked): Query<Asked>) -> Json<PackPage> {
    let rows =
        sqlx::query(PACKS).bind(&asked.user).bind(asked.limit.cast_signed()).fetch_all(&database).await.expect("rows");
    let total: i64 = sqlx::query_scalar(PACK_COUNT).bind(&asked.user).fetch_one(&database).await.expect("a count");
    let packs = rows.iter().map(|row| pack(row, &asked.base)).collect();
    Json(PackPage { total: total.unsigned_abs(), limit: asked.limit, offset: 0, packs })
}

async fn mods(Extension(database): Extension<SqlitePool>, Query(asked): Query<Asked>) -> Json<ModPage> {
    let rows =
        sqlx::query(MODS).bind(&asked.search).bind(asked.limit.cast_signed()).fetch_all(&database).await.expect("rows");
    let total: i64 = sqlx::query_scalar(MOD_COUNT).bind(&asked.search).fetch_one(&database).await.expect("a count");
    let mods = rows.iter().map(|row| module(row, &asked.base)).collect();
    Json(ModPage { total: total.unsigned_abs(), limit: asked.limit, offset: 0, mods })
}

async fn count_mods(Extension(database): Extension<SqlitePool>) -> Json<i64> {
    Json(sqlx::query_scalar(MOD_COUNT).bind("").fetch_one(&database).await.expect("a count"))
}

async fn links(Extension(database): Extension<SqlitePool>, Query(asked): Query<Asked>) -> Json<Value> {
    let rows = sqlx::query(LINKS).bind(asked.limit.cast_signed()).fetch_all(&database).await.expect("rows");
    let total: i64 = sqlx::query_scalar(LINK_COUNT).fetch_one(&database).await.expect("a count");
    let versions: Vec<BuildVersion> = rows.iter().map(|row| link(row, &asked.base)).collect();
    Json(json!({"total": total, "limit": asked.limit, "offset": 0, "versions": versions}))
}

fn link(row: &SqliteRow, base: &str) -> BuildVersion {
    let (path, file_id): (String, String) = (row.get("path"), row.get("file_id"));
    let slug = path.rsplit('/').next().unwrap_or_default().to_owned();
    let file = VersionFile {
        url: format!("{base}versions/{file_id}/{slug}"),
        slug,
        path,
        content_type: row.get("content_type"),
        md5: row.get("md5"),
        sha1: row.get("sha1"),
        sha256: row.get("sha256"),
        sha512: row.get("sha512"),
        size: row.get::<i64, _>("size").unsigned_abs(),
        redistribution: Redistribution::default(),
        created_at: time(row, "file_created_at"),
        updated_at: time(row, "file_updated_at"),
    };
    let version = Version {
        id: row.get("version_id"),
        name: row.get("version_name"),
        environment: None,
        number: None,
        licence: None,
        loaders: Vec::new(),
        minecraft: Vec::new(),
        dependencies: Vec::new(),
        public: row.get("version_public"),
        file: Some(file),
        module: Some(module(row, &format!("{base}avatars/"))),
        created_at: time(row, "version_created_at"),
        updated_at: time(row, "version_updated_at"),
    };
    BuildVersion {
        build_id: row.get("build_id"),
        build: None,
        version_id: version.id.clone(),
        version: Some(version),
        client: row.get("client"),
        server: row.get("server"),
        default: row.get("chosen"),
        text: row.get("choice_text"),
        group: row.get("choice_group"),
        path: row.get("link_path"),
        created_at: time(row, "linked_at"),
        updated_at: time(row, "relinked_at"),
    }
}

fn pack(row: &SqliteRow, base: &str) -> Pack {
    let (id, created_at): (String, Timestamp) = (row.get("id"), time(row, "created_at"));
    let slug = picture("pack", &id, row);
    Pack {
        avatar: Some(PackAvatar { url: format!("{base}{slug}"), slug, created_at, updated_at: created_at }),
        id,
        slug: row.get("slug"),
        name: row.get("name"),
        website: row.get("website"),
        public: row.get("public"),
        hidden: row.get("hidden"),
        source_policy: SourcePolicy::default(),
        summary: row.get("summary"),
        server_address: None,
        created_at,
        updated_at: time(row, "updated_at"),
    }
}

fn module(row: &SqliteRow, base: &str) -> Mod {
    let (id, created_at): (String, Timestamp) = (row.get("id"), time(row, "created_at"));
    let slug = picture("mod", &id, row);
    Mod {
        avatar: Some(ModAvatar { url: format!("{base}{slug}"), slug, created_at, updated_at: created_at }),
        id,
        slug: row.get("slug"),
        name: row.get("name"),
        kind: Kind::from_word(row.get("kind")),
        side: row.get("side"),
        description: row.get("description"),
        author: row.get("author"),
        website: row.get("website"),
        donate: row.get("donate"),
        public: row.get("public"),
        created_at,
        updated_at: time(row, "updated_at"),
    }
}

/// The name of a picture; in the load tests nobody has set one.
fn picture(what: &str, id: &str, row: &SqliteRow) -> String {
    let blob: Option<String> = row.get("blob");
    format!("{what}-{id}-{}.png", blob.as_deref().unwrap_or("identicon1"))
}

fn time(row: &SqliteRow, column: &str) -> Timestamp {
    Timestamp::from_millis(row.get(column))
}
