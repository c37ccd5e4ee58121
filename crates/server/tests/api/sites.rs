//! A small server that plays Modrinth, `CurseForge` and the hosts of their files, in their own shapes.

mod answers;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kleister_server::Config;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::test_app::TestApp;

/// The key that `CurseForge` asks for.
pub(crate) const KEY: &str = "$2a$10$the.key.of.these.tests";

/// The server; a clone is the same one.
#[derive(Clone)]
pub(crate) struct Sites {
    port: u16,
    state: Arc<Mutex<Shown>>,
}

/// What the server has, and how it behaves.
#[derive(Default)]
struct Shown {
    /// Modrinth's projects and versions.
    projects: Vec<Value>,
    versions: Vec<Value>,
    /// `CurseForge`'s mods and files.
    mods: Vec<Value>,
    files: Vec<Value>,
    bytes: HashMap<String, Vec<u8>>,
    behaviour: Behaviour,
    asked: Vec<String>,
}

/// How the server answers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Behaviour {
    /// As it should.
    #[default]
    Well,
    /// That it is asked too much.
    Busy,
    /// Something else than its documents.
    Nonsense,
    /// Never.
    Silent,
    /// With more than anybody wants.
    Endless,
}

impl Sites {
    /// A server with nothing on it.
    pub(crate) async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sites = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let router = answers::router(sites.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        sites
    }

    /// Has a Kleister server ask here.
    pub(crate) fn configure(&self, config: &mut Config) {
        let upstream = &mut config.upstream;
        upstream.modrinth = format!("http://127.0.0.1:{}/v2", self.port);
        upstream.curseforge = format!("http://127.0.0.1:{}/v1/", self.port);
        upstream.curseforge_key = KEY.to_owned().into();
        upstream.hosts = format!("127.0.0.1:{}", self.port);
        upstream.networks = serde_json::from_str("\"127.0.0.1\"").unwrap();
        upstream.plain_http = true;
    }

    /// A Kleister server that asks here.
    pub(crate) async fn app(&self) -> TestApp {
        TestApp::configured(|config| self.configure(config)).await
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.shown(|shown| shown.behaviour = behaviour);
    }

    /// What was asked for, each with its parameters, since this was called last.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.shown(|shown| std::mem::take(&mut shown.asked))
    }

    /// Puts a project on Modrinth.
    pub(crate) fn project(&self, id: &str, slug: &str, licence: &str) {
        let project = json!({
            "id": id, "slug": slug, "title": slug.to_uppercase(), "project_type": "mod", "description": "What it does.",
            "client_side": "required", "server_side": "unsupported", "downloads": 3,
            "license": {"id": licence, "name": licence, "url": null}, "icon_url": null,
        });
        self.shown(|shown| shown.projects.push(project));
    }

    /// Puts a version with this file on Modrinth; dependencies are pairs of a project and its kind.
    pub(crate) fn version(&self, project: &str, id: &str, bytes: &[u8], dependencies: &[(&str, &str)]) {
        let name = format!("{id}.jar");
        let dependency = |(project, kind): &(&str, &str)| json!({"project_id": project, "version_id": null, "file_name": null, "dependency_type": kind});
        let version = json!({
            "id": id, "project_id": project, "name": format!("Version {id}"), "version_number": format!("1.0-{id}"),
            "version_type": "release", "date_published": "2026-03-01T10:00:00Z", "changelog": "New.",
            "loaders": ["fabric"], "game_versions": ["1.21.1"],
            "dependencies": dependencies.iter().map(dependency).collect::<Vec<_>>(),
            "files": [{"filename": name, "url": self.put(&name, bytes), "size": bytes.len(), "primary": true,
                "hashes": {"sha1": sha1(bytes), "sha512": sha512(bytes)}}],
        });
        self.shown(|shown| shown.versions.insert(0, version));
    }

    /// Puts a mod with one file on `CurseForge`.
    pub(crate) fn curse(&self, id: u64, slug: &str, bytes: &[u8], allowed: &Value) {
        let name = format!("{slug}.jar");
        let address = if *allowed == false { Value::Null } else { self.put(&name, bytes).into() };
        let fingerprint = kleister_files::murmur2(std::io::Cursor::new(bytes)).unwrap();
        let file = json!({
            "id": id * 10, "modId": id, "displayName": format!("{slug} 1.0"), "fileName": name, "releaseType": 1,
            "fileDate": "2026-03-01T10:00:00Z", "fileLength": bytes.len(), "downloadUrl": address,
            "gameVersions": ["1.21.1", "Fabric"], "hashes": [{"value": sha1(bytes), "algo": 1}],
            "dependencies": [], "fileFingerprint": fingerprint,
        });
        let page = format!("https://www.curseforge.com/minecraft/mc-mods/{slug}");
        let module = json!({
            "id": id, "gameId": 432, "name": slug.to_uppercase(), "slug": slug, "classId": 6, "summary": "What it does.",
            "authors": [{"id": 1, "name": "ada"}], "links": {"websiteUrl": page}, "allowModDistribution": allowed,
        });
        self.shown(|shown| {
            shown.mods.push(module);
            shown.files.push(file);
        });
    }

    /// Puts bytes where files are, and tells the address.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> String {
        self.shown(|shown| shown.bytes.insert(name.to_owned(), bytes.to_vec()));
        format!("http://127.0.0.1:{}/files/{name}", self.port)
    }

    fn shown<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    fn find(&self, list: impl Fn(&Shown) -> &Vec<Value>, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.shown(|shown| list(shown).iter().filter(|it| fits(it)).cloned().collect())
    }
}

pub(crate) fn sha512(bytes: &[u8]) -> String {
    hex::encode(Sha512::digest(bytes))
}

pub(crate) fn sha1(bytes: &[u8]) -> String {
    hex::encode(<sha1::Sha1 as sha1::Digest>::digest(bytes))
}
