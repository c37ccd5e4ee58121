//! A server in a folder of its own, and callers who speak to it.
//!
//! Every JSON reply is checked against the schema that the API's own document promises for its operation.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, Request, StatusCode};
use axum::response::Response;
use kleister_server::config::{Database, Server, Signin, Upload, Upstream, Webhook};
use kleister_server::{App, Clock, Config, serve};
use kleister_types::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use tower_http::normalize_path::NormalizePath;

use crate::fresh::Fresh;
use crate::schema;

/// The password of every user in the tests.
pub(crate) const PASSWORD: &str = "a password for tests";

/// A server with a clock that stands still.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    service: NormalizePath<Router>,
    ground: Arc<Ground>,
}

/// What a server stands on, which is gone after all that speaks to it.
#[expect(dead_code, reason = "both are dropped with it")]
struct Ground {
    database: Fresh,
    folder: TempDir,
}

/// Somebody who sends requests: with the token of a user, or without.
#[derive(Clone)]
pub(crate) struct Caller {
    service: NormalizePath<Router>,
    #[expect(dead_code, reason = "what the server stands on lives as long as anybody speaks to the server")]
    ground: Arc<Ground>,
    pub(crate) token: Option<String>,
    address: Option<SocketAddr>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl TestApp {
    /// A new server with nobody in it.
    pub(crate) async fn empty() -> Self {
        Self::configured(|_| {}).await
    }

    /// A new server with nobody in it and settings of its own.
    pub(crate) async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        // What failed on the server is told beside the test that it made fail.
        let log = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR).with_test_writer();
        let _ = log.try_init();
        let folder = tempfile::tempdir().unwrap();
        let database = Box::pin(Fresh::migrated(folder.path())).await;
        let clock = Clock::standing_at("2026-11-24T09:30:00Z".parse::<Timestamp>().unwrap());
        let mut config = config(&database, folder.path());
        without_loader_packages(&mut config);
        change(&mut config);
        let app = App::open(config, clock.clone()).await.unwrap();
        let service = serve::service(app.clone());
        Self { app, clock, service, ground: Arc::new(Ground { database, folder }) }
    }

    /// The server after a restart; nobody may speak to it meanwhile.
    pub(crate) async fn restarted(self) -> Self {
        let Self { app, clock, service, ground } = self;
        app.jobs.halt().await;
        settled(&app).await;
        let (config, db) = ((*app.config).clone(), app.db.clone());
        drop((app, service));
        db.close().await.unwrap();
        let app = App::open(config, clock.clone()).await.unwrap();
        let service = serve::service(app.clone());
        Self { app, clock, service, ground }
    }

    /// Waits until nothing goes on behind answers.
    pub(crate) async fn settled(&self) {
        settled(&self.app).await;
    }

    /// A new server with its administrator, a user, and nobody in particular.
    pub(crate) async fn with_callers() -> (Self, Caller, Caller, Caller) {
        let app = Self::empty().await;
        let admin = app.user("admin", true).await;
        let eve = app.user("eve", false).await;
        let anonymous = app.anonymous();
        (app, admin, eve, anonymous)
    }

    /// Somebody without a token.
    pub(crate) fn anonymous(&self) -> Caller {
        Caller { service: self.service.clone(), ground: Arc::clone(&self.ground), token: None, address: None }
    }

    /// Somebody with this token.
    pub(crate) fn with_token(&self, token: impl Into<String>) -> Caller {
        Caller { token: Some(token.into()), ..self.anonymous() }
    }

    /// A new user, signed in.
    pub(crate) async fn user(&self, username: &str, admin: bool) -> Caller {
        let user = kleister_types::users::NewUser {
            username: Some(username.to_owned()),
            admin: Some(admin),
            ..Default::default()
        };
        let hash = self.app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
        let write = self.app.db.write().await.unwrap();
        kleister_store::users::create(&*write, &user, Some(hash), self.clock.now()).await.unwrap();
        write.commit().await.unwrap();
        self.sign_in(username).await
    }

    /// A user who is there, signed in.
    pub(crate) async fn sign_in(&self, username: &str) -> Caller {
        let answer = self.anonymous().post("/auth/login", json!({"username": username, "password": PASSWORD})).await;
        self.with_token(answer.ok()["token"].as_str().unwrap())
    }

    /// Makes a user a member of a pack or mod with this right: 1 user, 2 admin, 3 owner.
    pub(crate) async fn make_member(&self, table: &str, user: &str, thing: &str, perm: i16) {
        use sea_orm::ConnectionTrait;
        let (key, name) = if table == "user_packs" { ("pack_id", "packs") } else { ("mod_id", "mods") };
        let write = self.app.db.write().await.unwrap();
        let sql = format!(
            "INSERT INTO {table} (user_id, {key}, perm, created_at, updated_at) \
             SELECT users.id, {name}.id, {perm}, 0, 0 FROM users, {name} \
             WHERE users.username = '{user}' AND {name}.slug = '{thing}'"
        );
        write.execute_unprepared(&sql).await.unwrap();
        write.commit().await.unwrap();
    }
}

async fn settled(app: &App) {
    app.behind.close();
    app.behind.wait().await;
}

impl Caller {
    /// The same caller at an address of his own.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self { address: Some(SocketAddr::new(address.parse().unwrap(), 50_000)), ..self.clone() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Gets an address outside the API.
    pub(crate) async fn fetch(&self, path: &str) -> Answer {
        self.request(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Gets an address outside the API with headers.
    pub(crate) async fn fetch_with(&self, path: &str, headers: &[(&str, String)]) -> Answer {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, value));
        self.request(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string().into()),
            None => request.body(Body::empty()),
        };
        self.request(request.unwrap()).await
    }

    /// Asks for something with these headers.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&'static str, String)]) -> Answer {
        let mut request = Request::get(format!("/api/v1{path}")).body(Body::empty()).unwrap();
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::from_static(name), value.parse().unwrap());
        }
        self.request(request).await
    }

    /// Tries to sign in.
    pub(crate) async fn login(&self, username: &str, password: &str) -> Answer {
        self.post("/auth/login", json!({"username": username, "password": password})).await
    }

    /// Sends a request as it is, with the caller's token.
    pub(crate) async fn request(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
        let (parts, body) = self.response(request).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let answer = Answer { status: parts.status, headers: parts.headers, bytes };
        schema::check(&method, &path, &answer);
        answer
    }

    /// The head of an answer, with its body still to come.
    pub(crate) async fn response(&self, mut request: Request<Body>) -> Response {
        if let Some(token) = &self.token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        self.service.clone().oneshot(request).await.unwrap()
    }

    /// Uploads a version of a mod as a form.
    pub(crate) async fn upload(&self, module: &str, name: &str, file_name: &str, bytes: &[u8]) -> Answer {
        let request = Request::builder()
            .method("POST")
            .uri(format!("/api/v1/mods/{module}/versions"))
            .header("content-type", "multipart/form-data; boundary=XX")
            .body(form(name, file_name, bytes).into());
        self.request(request.unwrap()).await
    }

    /// A public pack `sky` with a build `1.0`, in which version `1.0` of mod `jei` is.
    pub(crate) async fn pack_with_build(&self) {
        self.post("/packs", json!({"slug": "sky", "name": "Sky Pack", "public": true})).await.ok();
        self.post("/mods", json!({"slug": "jei", "name": "Just Enough Items"})).await.ok();
        self.upload("jei", "1.0", "jei-1.0.jar", b"PK jei 1.0").await.ok();
        self.post("/packs/sky/builds", json!({"name": "1.0", "minecraft_id": "1.21.1"})).await.ok();
        self.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": "1.0"})).await.ok();
    }
}

impl Caller {
    /// Puts a version of a new mod into a draft that is there, so that it can be published.
    pub(crate) async fn fill_draft(&self, pack: &str, build: &str) {
        self.post("/mods", json!({"slug": "jei", "name": "Just Enough Items"})).await.ok();
        self.upload("jei", "1.0", "jei-1.0.jar", b"PK jei 1.0").await.ok();
        let path = format!("/packs/{pack}/builds/{build}/versions");
        self.post(&path, json!({"mod": "jei", "version": "1.0"})).await.ok();
    }
}

impl Answer {
    /// The record of a request that must have been done.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The message of a request that must have been refused with this status.
    pub(crate) fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        let body = self.json();
        assert_eq!(body["status"], status);
        body["message"].as_str().unwrap().to_owned()
    }

    /// The fields that broke a rule, each with the rule.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.refused(422);
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| format!("{}: {}", error["field"].as_str().unwrap(), error["message"].as_str().unwrap()))
            .collect()
    }

    /// The values of one field of the rows of a list.
    pub(crate) fn column(&self, list: &str, field: &str) -> Vec<String> {
        let rows = self.ok()[list].as_array().cloned().unwrap();
        rows.iter().map(|row| row[field].as_str().unwrap().to_owned()).collect()
    }
}

/// A form with a name and a file.
pub(crate) fn form(name: &str, file_name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut form = format!(
        "--XX\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\n{name}\r\n\
         --XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n"
    )
    .into_bytes();
    form.extend_from_slice(bytes);
    form.extend_from_slice(b"\r\n--XX--\r\n");
    form
}

fn config(database: &Fresh, folder: &Path) -> Config {
    Config {
        server: Server { host: "https://mc.example.org".to_owned(), ..Server::default() },
        database: Database { url: database.url(), ..Database::default() },
        upload: Upload { path: folder.join("files").display().to_string(), ..Upload::default() },
        // Hashes that cost next to nothing; how much a real one costs is the configuration's to check.
        signin: Signin { memory: 8, passes: 1, ..unthrottled() },
        // No test asks anybody outside; those that ask somebody begin him.
        upstream: Upstream {
            modrinth: String::new(),
            curseforge: String::new(),
            packwiz_installer: String::new(),
            packwiz_bootstrap: String::new(),
            ..Upstream::default()
        },
        webhook: Webhook { enabled: false, ..Webhook::default() },
        ..Config::default()
    }
}

/// Has no loader's package fetched, which is nobody's business outside either.
fn without_loader_packages(config: &mut Config) {
    let Upstream { fabric_profiles, quilt_profiles, forge_maven, neoforge_maven, .. } = &mut config.upstream;
    [fabric_profiles, quilt_profiles, forge_maven, neoforge_maven].into_iter().for_each(String::clear);
}

/// Sign-in as configured for a caller who tries often: most tests are about something else.
fn unthrottled() -> Signin {
    let often = 1_000_000;
    let (address_failures, account_failures, token_failures) = (often, often, often);
    Signin { address_failures, account_failures, token_failures, delays: [0; 4], ..Signin::default() }
}
