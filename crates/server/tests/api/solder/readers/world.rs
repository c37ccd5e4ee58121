//! A server with all kinds of packs that readers of Solder come to, and who comes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kleister_formats::{Loader, LoaderKind};
use kleister_server::loader_packages;
use kleister_server::solder::{Place, Source};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::solder::database::Age;
use crate::solder::fixture::{EVE, Fixture, KEY};
use crate::solder::replay::moved;
use crate::test_app::{Caller, TestApp};
use crate::upstream::{Upstream, synced};

/// The launcher that is let into `mine`.
pub(super) const CID: &str = "99999999-aaaa-bbbb-cccc-dddddddddddd";
/// A name with all that addresses must escape.
const ODD: &str = "2.0 [béta]+1 & more#%";
const PROFILE: &str =
    r#"{"id": "x", "inheritsFrom": "1.21.1", "libraries": [{"name": "net.fabricmc:fabric-loader:0.16.5"}]}"#;

/// The server.
pub(super) struct World {
    pub(super) anonymous: Caller,
    token: String,
    _app: (TestApp, Upstream),
}

/// Somebody who reads.
pub(super) struct Viewer {
    pub(super) name: &'static str,
    /// What stands before `/solder` in his addresses.
    tree: String,
    /// What he shows.
    query: String,
    /// What he sees.
    pub(super) packs: &'static [Seen],
}

/// A pack that is seen.
pub(super) struct Seen {
    pub(super) slug: &'static str,
    pub(super) is_listed: bool,
    /// The builds that are seen of it, the oldest first.
    pub(super) builds: &'static [&'static str],
}

const fn seen(slug: &'static str, builds: &'static [&'static str]) -> Seen {
    Seen { slug, is_listed: true, builds }
}

const fn hidden(slug: &'static str, builds: &'static [&'static str]) -> Seen {
    Seen { slug, is_listed: false, builds }
}

const SKY: Seen = seen("sky", &["1.0", "1.1", ODD]);
const MINE: Seen = seen("mine", &["1.0", "0.9"]);
const BARE: Seen = seen("bare", &["0.1"]);

const EVERYBODYS: &[Seen] = &[
    SKY,
    seen("empty", &[]),
    hidden("hid", &["1.0"]),
    seen("SkyPack", &["1.0", "1.1"]),
    hidden("unlisted", &["0.9 beta"]),
    BARE,
];
const OF_A_KEY: &[Seen] = &[
    SKY,
    MINE,
    seen("empty", &["1.0"]),
    seen("hid", &["1.0"]),
    seen("SkyPack", &["1.0", "1.1", "1.2-secret"]),
    seen("unlisted", &["0.9 beta"]),
    seen("secret", &["1", "2"]),
    BARE,
];
/// Of a launcher that is let into `mine`.
const OF_OURS: &[Seen] = &[
    SKY,
    MINE,
    seen("empty", &[]),
    hidden("hid", &["1.0"]),
    seen("SkyPack", &["1.0", "1.1"]),
    hidden("unlisted", &["0.9 beta"]),
    BARE,
];
/// Of a launcher that was let in where packs were moved from.
const OF_EVE: &[Seen] = &[
    SKY,
    seen("empty", &[]),
    hidden("hid", &["1.0"]),
    seen("SkyPack", &["1.0", "1.1", "1.2-secret"]),
    hidden("unlisted", &["0.9 beta"]),
    seen("secret", &["1", "2"]),
    BARE,
];

impl World {
    pub(super) async fn new() -> Self {
        let (app, upstream, admin) = synced().await;
        with_lens(&admin).await;
        with_sky(&app, &admin).await;
        let private = json!({"public": false});
        with_pack(&app, &admin, "hid", &["1.0"]).await;
        admin.put("/packs/hid", json!({"hidden": true})).await.ok();
        with_pack(&app, &admin, "empty", &["1.0"]).await;
        admin.put("/packs/empty/builds/1.0", private.clone()).await.ok();
        with_pack(&app, &admin, "mine", &["1.0", "0.9"]).await;
        admin.put("/packs/mine", private).await.ok();
        admin.send_picture("/packs/mine/avatar", &crate::avatars::png()).await.ok();
        let token = admin.post("/packs/mine/tokens", json!({"name": "Eve"})).await.ok();
        admin.post("/solder/clients", json!({"name": "Eve", "uuid": CID})).await.ok();
        admin.post(&format!("/solder/clients/{CID}/packs"), json!({"pack": "mine"})).await.ok();
        with_moved(&app).await;
        let token = token["token"].as_str().unwrap().to_owned();
        Self { anonymous: app.anonymous(), token, _app: (app, upstream) }
    }

    /// Everybody, the Platform, players of two private packs, and the holder of a token.
    pub(super) fn viewers(&self) -> [Viewer; 5] {
        let viewer = |name, query: String, packs| Viewer { name, tree: String::new(), query, packs };
        let tree = format!("/t/{}", self.token);
        [
            viewer("everybody", String::new(), EVERYBODYS),
            viewer("the Platform", format!("k={KEY}"), OF_A_KEY),
            viewer("a launcher", format!("cid={CID}"), OF_OURS),
            viewer("a launcher from before", format!("cid={EVE}"), OF_EVE),
            Viewer { name: "the holder of a token", tree, query: String::new(), packs: &[MINE] },
        ]
    }

    /// A name as launchers write it into an address.
    pub(super) fn segment(name: &str) -> String {
        utf8_percent_encode(name, NON_ALPHANUMERIC).to_string()
    }
}

impl Viewer {
    /// An address below `api` with what he shows.
    pub(super) fn address(&self, path: &str, include: &str) -> String {
        let query: Vec<&str> = [&*self.query, include].into_iter().filter(|part| !part.is_empty()).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        format!("{}/solder/api{path}{query}", self.tree)
    }
}

/// Two versions of a mod, one with a name that must be escaped.
async fn with_lens(admin: &Caller) {
    admin.post("/mods", json!({"slug": "lens", "name": "Lens", "public": true})).await.ok();
    for version in ["1.0", ODD] {
        admin.upload("lens", version, "lens.jar", version.as_bytes()).await.ok();
    }
}

/// The pack that is there, with a build for Fabric, one with an odd name, and a draft.
async fn with_sky(app: &TestApp, admin: &Caller) {
    let loader = Loader { kind: LoaderKind::Fabric, version: "0.16.5".to_owned() };
    loader_packages::import(&app.app, &loader, "1.21.1".to_owned(), STANDARD.encode(PROFILE)).await.unwrap();
    admin.put("/packs/sky/builds/1.0", json!({"minecraft_id": "1.21.1", "java": "21", "memory": "2048"})).await.ok();
    admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "lens", "version": "1.0"})).await.ok();
    admin.put("/packs/sky/builds/1.0/files/config/sky.cfg", json!({"a": 1})).await.ok();
    publish(app, admin, "sky", "1.0").await;
    admin.post("/packs/sky/builds", json!({"name": "1.1", "from": "1.0", "fabric_id": "0.16.5"})).await.ok();
    publish(app, admin, "sky", "1.1").await;
    let versions = json!([{"mod": "lens", "version": ODD}]);
    let odd = json!({"name": ODD, "minecraft_id": "1.21.1", "java": "21", "versions": versions});
    admin.post("/packs/sky/builds", odd).await.ok();
    publish(app, admin, "sky", &World::segment(ODD)).await;
    admin.put("/packs/sky/channels/recommended", json!({"build": "1.0"})).await.ok();
    admin.post("/packs/sky/builds", json!({"name": "draft", "from": "1.0"})).await.ok();
}

async fn with_pack(app: &TestApp, admin: &Caller, slug: &str, builds: &[&str]) {
    admin.post("/packs", json!({"slug": slug, "name": slug.to_uppercase(), "public": true})).await.ok();
    for name in builds {
        let versions = json!([{"mod": "lens", "version": "1.0"}]);
        let build = json!({"name": name, "minecraft_id": "1.21.1", "versions": versions});
        admin.post(&format!("/packs/{slug}/builds"), build).await.ok();
        publish(app, admin, slug, name).await;
    }
}

async fn publish(app: &TestApp, admin: &Caller, slug: &str, build: &str) {
    app.clock.advance(60);
    admin.put(&format!("/packs/{slug}/builds/{build}"), json!({"published": true})).await.ok();
}

/// Packs that were moved here, with a key and clients.
async fn with_moved(app: &TestApp) {
    let fixture = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    // It goes when this goes.
    let database = fixture.database(&folder, Age::Current).await;
    let source = Source::Database { url: database.url() };
    let files = fixture.files();
    moved(app, &source, Some(Place::Folder(files.path().to_owned()))).await;
}
