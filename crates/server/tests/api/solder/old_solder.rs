//! A small Solder that answers as `TechnicSolder` does, and solder.py where that does more, from a [`Fixture`], by rules of
//! its own.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::fixture::{Build, Fixture, KEY, PICTURES, Pack, md5};

/// The server; a clone is the same one.
#[derive(Clone)]
pub(crate) struct OldSolder {
    pub(crate) fixture: Arc<Fixture>,
    /// The address, without a slash at its end.
    pub(crate) address: String,
}

type Asked = Query<HashMap<String, String>>;

impl OldSolder {
    pub(crate) async fn new(fixture: Fixture) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let solder = Self { fixture: Arc::new(fixture), address };
        let router = Router::new()
            .route("/api/modpack", get(list))
            .route("/api/modpack/{slug}", get(show))
            .route("/api/modpack/{slug}/{build}", get(show_build))
            .route("/api/verify/{key}", get(verify))
            .route("/repo/mods/{slug}/{file}", get(zip))
            .route("/repo/resources/{slug}/{file}", get(picture))
            .with_state(solder.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        solder
    }

    /// What it answers: the status and the document.
    pub(crate) async fn ask(&self, path: &str) -> (u16, Value) {
        let answer = reqwest::get(format!("{}/api/{path}", self.address)).await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    /// The names under which a build is told of.
    pub(crate) fn names(pack: &Pack, build: &Build) -> Vec<String> {
        let tags: &[&str] = if pack.variants { &["", "-optional", "-server"] } else { &[""] };
        tags.iter().map(|tag| format!("{}{tag}", build.name)).collect()
    }

    fn is_let_into(&self, pack: &Pack, asked: &Asked) -> bool {
        let linked =
            |cid: &String| self.fixture.clients.iter().any(|(_, uuid, slug)| uuid == cid && *slug == pack.slug);
        asked.get("k").is_some_and(|key| key == KEY) || asked.get("cid").is_some_and(linked)
    }

    fn pack(&self, slug: &str, asked: &Asked) -> Option<&Pack> {
        let pack = self.fixture.packs.iter().find(|pack| pack.slug == slug)?;
        (!pack.private || self.is_let_into(pack, asked)).then_some(pack)
    }

    fn sees(&self, pack: &Pack, build: &Build, asked: &Asked) -> bool {
        build.published && (!build.private || self.is_let_into(pack, asked))
    }

    fn number(&self, build: &Build) -> usize {
        let builds = self.fixture.packs.iter().flat_map(|pack| &pack.builds);
        builds.into_iter().position(|other| std::ptr::eq(other, build)).unwrap() + 1
    }
}

fn missing(error: &str) -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"error": error}))).into_response()
}

async fn list(State(solder): State<OldSolder>, asked: Asked) -> Response {
    let mut packs: Vec<_> = solder.fixture.packs.iter().collect();
    packs.sort_by_key(|pack| pack.order);
    let listed = |pack: &&Pack| (!pack.hidden && !pack.private) || solder.is_let_into(pack, &asked);
    let modpacks: Map<_, _> =
        packs.into_iter().filter(listed).map(|pack| (pack.slug.to_owned(), json!(pack.name))).collect();
    // As PHP writes what is empty.
    let modpacks = if modpacks.is_empty() { json!([]) } else { Value::Object(modpacks) };
    Json(json!({"modpacks": modpacks, "mirror_url": format!("{}/repo/", solder.address)})).into_response()
}

async fn show(State(solder): State<OldSolder>, Path(slug): Path<String>, asked: Asked) -> Response {
    let Some(pack) = solder.pack(&slug, &asked) else { return missing("Modpack does not exist") };
    let builds = pack.builds.iter().filter(|build| solder.sees(pack, build, &asked));
    let builds: Vec<_> = builds.flat_map(|build| OldSolder::names(pack, build)).collect();
    let number = solder.fixture.packs.iter().position(|other| std::ptr::eq(other, pack)).unwrap() + 1;
    let mut told = json!({
        "id": number, "name": pack.slug, "display_name": pack.name, "url": null,
        "recommended": pack.recommended, "latest": pack.latest, "builds": builds
    });
    for (kind, picture) in PICTURES.into_iter().zip(&pack.pictures) {
        let address = |_: &Vec<u8>| format!("{}/repo/resources/{slug}/{kind}.png", solder.address);
        told[kind] = json!(picture.as_ref().map(address));
        told[format!("{kind}_md5")] = json!(picture.as_ref().map(|bytes| md5(bytes)));
    }
    Json(told).into_response()
}

async fn show_build(
    State(solder): State<OldSolder>,
    Path((slug, name)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    let Some(pack) = solder.pack(&slug, &asked) else { return missing("Modpack does not exist") };
    let named = |build: &&Build| OldSolder::names(pack, build).contains(&name);
    let build = pack.builds.iter().find(|build| named(build) && solder.sees(pack, build, &asked));
    let Some(build) = build else { return missing("Build does not exist") };
    let is_full = asked.get("include").is_some_and(|include| include == "mods");
    let tag = name.strip_prefix(build.name).unwrap_or_default();
    let other_side = if tag == "-server" { "CLIENT" } else { "SERVER" };
    let given = build.versions.iter().filter(|number| tag == "-optional" || !build.optional.contains(number));
    let mods = given.map(|number| solder.fixture.version(*number));
    let mut mods: Vec<_> = mods.filter(|(module, _)| module.side != Some(other_side)).collect();
    mods.sort_by_key(|(module, _)| module.slug.to_lowercase());
    let mods = mods.into_iter().map(|(module, version)| {
        let mut zip = json!({
            "id": version.number, "name": module.slug, "version": version.name,
            "md5": version.noted_md5.map_or_else(|| md5(&version.zip), str::to_owned), "filesize": version.zip.len(),
            "url": format!("{}/repo/mods/{}/{}-{}.zip", solder.address, module.slug, module.slug, version.name)
        });
        if is_full {
            zip["pretty_name"] = json!(module.name);
            zip["author"] = json!(module.author);
            zip["description"] = Value::Null;
            zip["link"] = Value::Null;
        }
        zip
    });
    Json(json!({
        "id": solder.number(build), "minecraft": build.minecraft, "java": build.java, "memory": build.memory,
        "forge": build.forge, "mods": mods.collect::<Vec<_>>()
    }))
    .into_response()
}

async fn verify(Path(key): Path<String>) -> Response {
    if key == KEY {
        return Json(json!({"valid": "Key validated.", "name": "Technic Platform"})).into_response();
    }
    (StatusCode::FORBIDDEN, Json(json!({"error": "Invalid key provided."}))).into_response()
}

async fn picture(State(solder): State<OldSolder>, Path((slug, file)): Path<(String, String)>) -> Response {
    let pack = solder.fixture.packs.iter().find(|pack| pack.slug == slug);
    let at = PICTURES.iter().position(|kind| file == format!("{kind}.png"));
    let found = pack.zip(at).and_then(|(pack, at)| pack.pictures[at].clone());
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response)
}

async fn zip(State(solder): State<OldSolder>, Path((slug, file)): Path<(String, String)>) -> Response {
    let mods = solder.fixture.mods.iter().filter(|module| module.slug == slug);
    let found = mods.flat_map(|module| &module.versions).find(|version| file == format!("{slug}-{}.zip", version.name));
    found.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |version| version.zip.clone().into_response())
}
