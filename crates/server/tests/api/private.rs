//! Private packs: nowhere without a token, whole with one, and gone at the next request after it is revoked.
//!
//! Every route of delivery is walked, and every address in every answer. The routes are read from the sources, so one
//! that is missing in [`WALKED`] fails. What is private has `secret` in its name; what is not there has `absent`.

mod channels;
mod technic;
mod walk;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kleister_server::signify::Key;
use serde_json::json;
use walk::{WALKED, Walk, routes};

use crate::instances::bring;
use crate::test_app::{Caller, TestApp};
use crate::unseen::Told;

const DAY: i64 = 24 * 3600;

/// A server with a private pack `secret`: `1.0` is published, `2.0` is a draft. Its packs are signed, its instances update
/// themselves.
async fn world() -> (TestApp, Caller, Caller) {
    let key = Key::random();
    let app = TestApp::configured(|config| config.server.signing_key = key.secret_file().into()).await;
    let (admin, anonymous) = (app.user("admin", true).await, app.anonymous());
    bring(&app, ["bootstrap", "installer"]).await;
    admin.post("/packs", json!({"slug": "secret", "name": "Secret Pack"})).await.ok();
    admin.send_picture("/packs/secret/avatar", &crate::avatars::png()).await.ok();
    admin.post("/mods", json!({"slug": "secretmod", "name": "Secret Mod", "public": true})).await.ok();
    for build in ["1.0", "2.0"] {
        admin.upload("secretmod", build, &format!("secretmod-{build}.jar"), build.as_bytes()).await.ok();
        publishable(&admin, build).await;
    }
    admin.put("/packs/secret/builds/1.0", json!({"published": true})).await.ok();
    (app, admin, anonymous)
}

/// A complete draft of `secret`, with the version of the mod that is called like it.
async fn publishable(admin: &Caller, build: &str) {
    let versions = json!([{"mod": "secretmod", "version": build, "client": "optional", "default": true}]);
    let wanted = json!({"name": build, "minecraft_id": "1.21.1", "versions": versions});
    admin.post("/packs/secret/builds", wanted).await.ok();
    admin.put(&format!("/packs/secret/builds/{build}/files/config/secret.toml"), json!("a = 1")).await.ok();
}

/// A new token of a pack: its identifier and its secret.
async fn token(admin: &Caller, pack: &str, mut wanted: serde_json::Value) -> (String, String) {
    wanted["name"] = json!("Eve");
    let made = admin.post(&format!("/packs/{pack}/tokens"), wanted).await.ok();
    (made["kept"]["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
}

/// Asserts that an address is answered like one of what is not there, however it is asked for.
async fn is_nowhere(caller: &Caller, address: &str) {
    let absent = address.replace("secret", "absent");
    for (method, header, value) in [
        ("GET", "accept", "*/*"),
        ("HEAD", "accept", "*/*"),
        ("GET", "if-none-match", "*"),
        ("GET", "range", "bytes=0-0"),
    ] {
        let asked = async |address: &str| {
            let request = Request::builder().method(method).uri(address).header(header, value);
            caller.request(request.body(Body::empty()).unwrap()).await
        };
        let (answer, expected) = (asked(address).await, asked(&absent).await);
        assert_eq!(answer.status, 404, "{method} {address} with {header}");
        assert_eq!(Told::from(answer), Told::from(expected), "{method} {address} with {header}");
    }
}

#[test]
fn every_route_of_delivery_is_walked() {
    let walked: Vec<_> = WALKED.iter().map(|walked| walked.route).collect();
    for route in routes() {
        assert!(walked.contains(&route.as_str()), "say in private/walk.rs what {route} gives of a private pack");
    }
    for route in &walked {
        assert!(routes().iter().any(|known| known == route), "there is no route {route} any more");
    }
}

#[tokio::test]
async fn private_pack_is_nowhere_without_a_token() {
    let (_, _, anonymous) = world().await;
    for address in WALKED.iter().flat_map(|walked| walked.addresses) {
        if address.contains("secret") {
            is_nowhere(&anonymous, address).await;
            is_nowhere(&anonymous, &format!("/t/klc_nothing{address}")).await;
        } else {
            let answer = anonymous.fetch(address).await;
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("ecret"), "{address} tells of what is private");
            assert_eq!(anonymous.fetch(&format!("/t/klc_nothing{address}")).await.status, 404, "{address}");
        }
    }
}

#[tokio::test]
async fn every_address_in_every_answer_holds_until_the_token_is_revoked() {
    let (_, admin, anonymous) = world().await;
    let (id, token) = token(&admin, "secret", json!({})).await;
    let walk = Walk::of(&anonymous, &token).await;
    assert!(walk.visited.len() > 20, "{:?}", walk.visited);
    for part in ["/files/mods/secretmod-1.0.jar", "/packwiz/mods/secretmod.pw.toml", "/solder/pictures/secret/icon"] {
        assert!(walk.visited.iter().any(|address| address.contains(part)), "{part} is in no answer");
    }
    admin.delete(&format!("/packs/secret/tokens/{id}")).await.ok();
    for address in &walk.visited {
        is_nowhere(&anonymous, address).await;
    }
}

/// The address by which an instance updates itself stands in a command line within a zip.
#[tokio::test]
async fn instance_of_a_token_leads_to_the_channel_that_the_token_opens() {
    let (_, admin, anonymous) = world().await;
    admin.put("/packs/secret/channels/beta", json!({"build": "1.0"})).await.ok();
    for (wanted, channel) in [(json!({}), "recommended"), (json!({"channel": "beta"}), "beta")] {
        let (_, token) = token(&admin, "secret", wanted).await;
        let walk = Walk::from(&anonymous, &token, &["/packs/secret/1.0/prism.zip"]).await;
        let followed = format!("/t/{token}/packs/secret/{channel}/packwiz/pack.toml");
        assert!(walk.visited.contains(&followed), "{:?}", walk.visited);
        assert!(walk.visited.len() > 4, "{:?}", walk.visited);
    }
}

/// `MCUpdater` and others send what stands before the host of an address: `https://any:TOKEN@mc.example.org/…`.
#[tokio::test]
async fn token_may_come_as_the_password_of_basic() {
    let (_, admin, anonymous) = world().await;
    let (id, token) = token(&admin, "secret", json!({})).await;
    let basic =
        |password: &str| [("authorization", format!("Basic {}", BASE64_STANDARD.encode(format!("any:{password}"))))];
    let of_packs = WALKED.iter().flat_map(|walked| walked.addresses).filter(|it| it.starts_with("/packs/"));
    // A browser sends a password by itself, also with a form of another server: what takes a form takes none.
    for address in of_packs.filter(|address| !address.ends_with("/technic")) {
        let named = anonymous.fetch(&format!("/t/{token}{address}")).await;
        let offered = anonymous.fetch_with(address, &basic(&token)).await;
        assert_eq!((offered.status, &offered.bytes), (named.status, &named.bytes), "{address}");
        assert_eq!(offered.headers["cache-control"], "private, no-cache", "{address}");
        for wrong in ["klc_nothing", crate::test_app::PASSWORD, ""] {
            let refused = anonymous.fetch_with(address, &basic(wrong)).await;
            assert_eq!(refused.status, 404, "{address} with {wrong}");
            assert!(!refused.headers.contains_key("www-authenticate"), "a browser would ask for a password");
        }
    }
    admin.delete(&format!("/packs/secret/tokens/{id}")).await.ok();
    assert_eq!(anonymous.fetch_with("/packs/secret/1.0/index.json", &basic(&token)).await.status, 404);
}

#[tokio::test]
async fn token_that_has_ended_opens_nothing_any_more() {
    let (app, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({"days": 1})).await;
    app.clock.advance(DAY - 1);
    let walk = Walk::of(&anonymous, &token).await;
    app.clock.advance(1);
    for address in &walk.visited {
        is_nowhere(&anonymous, address).await;
    }
}

#[tokio::test]
async fn token_of_another_pack_opens_nothing_of_this_one() {
    let (_, admin, anonymous) = world().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let (_, of_sky) = token(&admin, "sky", json!({})).await;
    assert_eq!(anonymous.fetch(&format!("/t/{of_sky}/packs/sky/1.0/index.json")).await.status, 200);
    for address in WALKED.iter().flat_map(|walked| walked.addresses) {
        let address = format!("/t/{of_sky}{address}");
        if address.contains("secret") {
            is_nowhere(&anonymous, &address).await;
        } else {
            let answer = anonymous.fetch(&address).await;
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("ecret"), "{address} tells of what is private");
        }
    }
}

#[tokio::test]
async fn token_opens_no_draft_and_no_other_pack() {
    let (_, admin, anonymous) = world().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let (_, token) = token(&admin, "secret", json!({})).await;
    for (opened, rest) in [
        (true, "packs/secret/1.0/index.json"),
        (false, "packs/secret/2.0/index.json"),
        (false, "packs/sky/1.0/index.json"),
        (true, "solder/api/modpack/secret/1.0"),
        (false, "solder/api/modpack/secret/2.0"),
        (false, "solder/api/modpack/sky"),
        (false, "solder/api/mod/jei"),
        (false, "solder/api/mod/secretmod/2.0"),
    ] {
        let status = anonymous.fetch(&format!("/t/{token}/{rest}")).await.status.as_u16();
        assert_eq!(status, if opened { 200 } else { 404 }, "{rest}");
    }
    let list = anonymous.fetch(&format!("/t/{token}/solder/api/modpack")).await.json();
    assert_eq!(list["modpacks"], json!({"secret": "Secret Pack"}));
}

#[tokio::test]
async fn build_that_only_members_see_is_open_to_the_holder_of_a_token() {
    let (_, admin, anonymous) = world().await;
    admin.put("/packs/secret", json!({"public": true})).await.ok();
    admin.put("/packs/secret/builds/1.0", json!({"public": false})).await.ok();
    let (_, token) = token(&admin, "secret", json!({})).await;
    for rest in ["packs/secret/1.0/index.json", "solder/api/modpack/secret/1.0"] {
        assert_eq!(anonymous.fetch(&format!("/{rest}")).await.status, 404, "{rest}");
        assert_eq!(anonymous.fetch(&format!("/t/{token}/{rest}")).await.status, 200, "{rest}");
    }
}

#[tokio::test]
async fn logs_name_no_token() {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);
    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (_, admin, anonymous) = world().await;
    let (_, token) = token(&admin, "secret", json!({})).await;
    let written = Written::default();
    let writer = written.clone();
    let ours = ["kleister_server", "kleister_store", "kleister_files"].map(|ours| (ours, LevelFilter::TRACE));
    let lines = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
    let log = tracing_subscriber::registry().with(Targets::new().with_targets(ours)).with(lines);
    let logging = tracing::subscriber::set_default(log);
    for rest in ["packs/secret/1.0/index.json", "packs/secret/9/index.json", "solder/api/modpack/secret", "nothing"] {
        anonymous.fetch(&format!("/t/{token}/{rest}")).await;
    }
    drop(logging);
    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("/t/{token}/packs/{pack}/{release}/index.json"), "{written}");
    assert!(!written.contains(&token["klc_".len()..]), "{written}");
}
