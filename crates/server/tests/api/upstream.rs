//! A small server that publishes lists of releases, as Mojang and the loaders do, and that can be told to misbehave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kleister_server::Config;
use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};

/// The families, each with a release of [`Upstream::new`].
pub(crate) const FAMILIES: [(&str, &str); 5] =
    [("minecraft", "1.21.1"), ("forge", "52.0.1"), ("neoforge", "21.1.77"), ("quilt", "0.26.4"), ("fabric", "0.16.5")];

/// The server; a clone is the same one.
#[derive(Clone)]
pub(crate) struct Upstream {
    address: String,
    published: Arc<Mutex<HashMap<String, Published>>>,
}

/// What it answers to one address.
#[derive(Clone)]
pub(crate) enum Published {
    /// A document.
    Document(String),
    /// A status without one.
    Status(StatusCode),
    /// The way to a document elsewhere.
    Elsewhere(String),
    /// Bytes without end.
    Endless,
    /// Nothing at all, for ever.
    Silence,
    /// The half of a document, then the end of the connection.
    Half,
}

impl Upstream {
    /// A server with one release of each loader for Minecraft 1.21.1.
    pub(crate) async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let upstream = Self { address, published: Arc::default() };
        for (family, release) in FAMILIES {
            upstream.publish(family, &[release]);
        }
        let router = Router::new().route("/{family}", get(answer)).with_state(upstream.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        upstream
    }

    /// Has a Kleister server fetch its lists here.
    pub(crate) fn configure(&self, config: &mut Config) {
        let address = |family: &str| format!("{}/{family}", self.address);
        config.upstream.minecraft = address("minecraft");
        config.upstream.forge = address("forge");
        config.upstream.neoforge = address("neoforge");
        config.upstream.quilt = address("quilt");
        config.upstream.fabric = address("fabric");
    }

    /// A Kleister server that fetches its lists here.
    pub(crate) async fn app(&self) -> TestApp {
        TestApp::configured(|config| self.configure(config)).await
    }

    /// Publishes these releases of a family, in the form that the family has.
    pub(crate) fn publish(&self, family: &str, releases: &[&str]) {
        self.answer(family, Published::Document(document(family, releases)));
    }

    /// What to answer from now on.
    pub(crate) fn answer(&self, family: &str, published: Published) {
        self.published.lock().unwrap().insert(family.to_owned(), published);
    }
}

/// A list of releases in the form that a family has.
pub(crate) fn document(family: &str, releases: &[&str]) -> String {
    let versions = |entry: fn(&str) -> Value| releases.iter().map(|name| entry(name)).collect::<Vec<_>>();
    match family {
        "minecraft" => json!({"versions": versions(|name| {
            json!({"id": name, "type": "release", "releaseTime": "2024-08-08T12:24:45+00:00"})
        })})
        .to_string(),
        "forge" => json!({"1.21.1": versions(|name| format!("1.21.1-{name}").into())}).to_string(),
        "neoforge" => {
            let versions = releases.join("</version><version>");
            let versions = format!("<versions><version>{versions}</version></versions>");
            format!("<metadata><versioning>{versions}</versioning></metadata>")
        }
        _ => json!({
            "game": [{"version": "1.21.1", "stable": true}, {"version": "24w33a", "stable": false}],
            "loader": versions(|name| json!({"version": name})),
        })
        .to_string(),
    }
}

async fn answer(State(upstream): State<Upstream>, Path(family): Path<String>) -> Response {
    let published = upstream.published.lock().unwrap().get(&family).cloned();
    match published {
        Some(Published::Document(document)) => document.into_response(),
        Some(Published::Status(status)) => status.into_response(),
        Some(Published::Elsewhere(family)) => {
            (StatusCode::FOUND, [("location", format!("{}/{family}", upstream.address))]).into_response()
        }
        Some(Published::Endless) => {
            let megabyte = Bytes::from(vec![b' '; 1 << 20]);
            Body::from_stream(futures::stream::repeat_with(move || Ok::<_, std::io::Error>(megabyte.clone())))
                .into_response()
        }
        Some(Published::Silence) => std::future::pending().await,
        Some(Published::Half) => {
            let half = [Ok(Bytes::from_static(b"{\"versions\": [")), Err(std::io::Error::other("the line is cut"))];
            Body::from_stream(futures::stream::iter(half)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A server that has synced all families, with its administrator and a draft `1.0` of the public pack `sky`.
pub(crate) async fn synced() -> (TestApp, Upstream, Caller) {
    let upstream = Upstream::new().await;
    let app = upstream.app().await;
    let admin = app.user("admin", true).await;
    for (family, _) in FAMILIES {
        sync(&admin, family).await.ok();
    }
    admin.post("/packs", json!({"slug": "sky", "name": "Sky", "public": true})).await.ok();
    admin.post("/packs/sky/builds", json!({"name": "1.0"})).await.ok();
    (app, upstream, admin)
}

/// Has a family synced.
pub(crate) async fn sync(caller: &Caller, family: &str) -> Answer {
    caller.send("PUT", &format!("/{family}"), None).await
}

/// A release as the list of its family has it; null where it is not there.
pub(crate) async fn release(caller: &Caller, family: &str, name: &str) -> Value {
    let list = caller.get(&format!("/{family}")).await.ok();
    let versions = list["versions"].as_array().unwrap();
    versions.iter().find(|release| release["name"] == name).cloned().unwrap_or(Value::Null)
}

/// What names the draft.
pub(crate) fn draft() -> Value {
    json!({"pack": "sky", "build": "1.0"})
}
