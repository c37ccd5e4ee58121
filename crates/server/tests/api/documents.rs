//! The formats that are documents: `mcupdater.xml`, `sbom.cdx.json`, and an `.mrpack`'s variants.

use std::io::{Cursor, Read};

use serde_json::{Value, json};

use crate::intake::jar;
use crate::test_app::{Answer, Caller, TestApp};
use crate::upstream::synced;

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

/// A server with `sky` 1.0 published.
async fn published() -> (TestApp, Caller, Caller) {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    (app, admin, anonymous)
}

#[tokio::test]
async fn documents_are_known_again_by_their_tags() {
    let (_app, _admin, anonymous) = published().await;
    for (path, media_type) in [
        ("mcupdater.xml", "application/xml"),
        ("sbom.cdx.json", "application/vnd.cyclonedx+json; version=1.6"),
        ("pack.mrpack?source=own", "application/x-modrinth-modpack+zip"),
        ("pack.mrpack?for=modrinth", "application/x-modrinth-modpack+zip"),
    ] {
        let address = format!("/packs/sky/1.0/{path}");
        let answer = anonymous.fetch(&address).await;
        assert_eq!((answer.status.as_u16(), &answer.headers["content-type"]), (200, &media_type.parse().unwrap()));
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
        let tag = answer.headers["etag"].to_str().unwrap().to_owned();
        let again = anonymous.fetch_with(&address, &[("if-none-match", tag)]).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{path}");
        let part = anonymous.fetch_with(&address, &[("range", "bytes=0-3".to_owned())]).await;
        assert_eq!((part.status.as_u16(), &part.bytes[..]), (206, &answer.bytes[..4]), "{path}");
    }
}

#[tokio::test]
async fn mcupdater_fetches_from_the_named_build() {
    let (_app, _admin, anonymous) = published().await;
    let answer = text(&anonymous.fetch("/packs/sky/latest/mcupdater.xml").await);
    assert!(answer.contains(">https://mc.example.org/packs/sky/1.0/files/mods/jei-1.0.jar</URL>"), "{answer}");
    assert!(answer.contains(r#"<Server id="sky" name="Sky Pack" version="1.21.1" revision="1.0""#), "{answer}");
}

#[tokio::test]
async fn mcupdater_is_refused_with_the_reason_for_other_loaders_than_forge() {
    let (app, _upstream, admin) = synced().await;
    admin.put("/packs/sky", json!({"public": true})).await.ok();
    let wanted = json!({"minecraft_id": "1.21.1", "fabric_id": "0.16.5", "java": "21", "published": true});
    admin.fill_draft("sky", "1.0").await;
    admin.put("/packs/sky/builds/1.0", wanted).await.ok();
    let refused = app.anonymous().fetch("/packs/sky/1.0/mcupdater.xml").await;
    assert_eq!((refused.status.as_u16(), &refused.headers["cache-control"]), (409, &"no-store".parse().unwrap()));
    let reason = text(&refused);
    assert!(reason.contains("fabric 0.16.5") && reason.contains("packwiz"), "{reason}");
    let index = app.anonymous().fetch("/packs/sky/1.0/index.json").await.json();
    assert_eq!(format!("{}\n", index["losses"]["mcupdater.xml"][0]["why"].as_str().unwrap()), reason);
}

#[tokio::test]
async fn bill_of_materials_is_the_same_for_everybody() {
    let (_app, admin, anonymous) = published().await;
    let preview = admin.post("/packs/sky/previews", json!({})).await.ok();
    let token = preview["token"].as_str().unwrap();
    let open = anonymous.fetch("/packs/sky/1.0/sbom.cdx.json").await;
    let by_token = anonymous.fetch(&format!("/t/{token}/packs/sky/1.0/sbom.cdx.json")).await;
    assert_eq!((open.status, &open.bytes), (by_token.status, &by_token.bytes));
    let sbom = open.json();
    let jar = sbom["components"].as_array().unwrap().iter().find(|part| part["name"] == "Just Enough Items").unwrap();
    assert_eq!((&jar["version"], &jar["bom-ref"]), (&json!("1.0"), &json!("files/mods/jei-1.0.jar")));
    assert_eq!(jar["hashes"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn bill_of_materials_tells_the_licence_for_ever() {
    let (app, _upstream, admin) = synced().await;
    let sent = admin.drop_file("sodium-0.5.jar", &jar("sodium", "0.5", "client")).await.ok();
    admin.post(&format!("/intake/{}/accept", sent["intakes"][0]["id"].as_str().unwrap()), json!({})).await.ok();
    let link = json!({"mod": "the-sodium", "version": "0.5"});
    admin.post("/packs/sky/builds/1.0/versions", link).await.ok();
    let runs_on = json!({"minecraft_id": "1.20.1", "fabric_id": "0.16.5", "java": "17"});
    admin.put("/packs/sky/builds/1.0", runs_on).await.ok();
    let waiver = "/packs/sky/builds/1.0/waivers/missing_dependency/fabric-api";
    admin.put(waiver, json!({"reason": "Only its licence is looked at."})).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let before = app.anonymous().fetch("/packs/sky/1.0/sbom.cdx.json").await;
    assert_eq!(before.json()["components"][2]["licenses"], json!([{"license": {"id": "MIT"}}]));
    let index = app.anonymous().fetch("/packs/sky/1.0/index.json").await.json();
    assert_eq!(index["files"][0]["licence"], "MIT");
    drop(admin);
    let app = app.restarted().await;
    assert_eq!(app.anonymous().fetch("/packs/sky/1.0/sbom.cdx.json").await.bytes, before.bytes);
}

#[tokio::test]
async fn mrpack_says_what_it_can_be_asked_for() {
    let (_app, _admin, anonymous) = published().await;
    for (query, says) in [
        ("source=theirs", "source=own"),
        ("source=", "source=own"),
        ("source=own&source=x", "source=own"),
        ("for=curseforge", "for=modrinth"),
        ("for=modrinth&source=own", "not both"),
    ] {
        let refused = anonymous.fetch(&format!("/packs/sky/1.0/pack.mrpack?{query}")).await;
        assert_eq!(refused.status, 400, "{query}");
        assert!(text(&refused).contains(says), "{}", text(&refused));
    }
    let plain = anonymous.fetch("/packs/sky/1.0/pack.mrpack").await;
    let decorated = anonymous.fetch("/packs/sky/1.0/pack.mrpack?utm_source=chat").await;
    assert_eq!(plain.bytes, decorated.bytes);
    let absent = anonymous.fetch("/packs/none/1.0/pack.mrpack?source=theirs").await;
    assert_eq!(absent.status, 400, "what is asked wrongly is said before anything is looked up");
}

#[tokio::test]
async fn mrpack_for_modrinth_has_the_jars_inside() {
    let (_app, _admin, anonymous) = published().await;
    let answer = anonymous.fetch("/packs/sky/latest/pack.mrpack?for=modrinth").await;
    assert_eq!((answer.status.as_u16(), &answer.headers["cache-control"]), (200, &"public, no-cache".parse().unwrap()));
    let mut archive = zip::ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(read("overrides/mods/jei-1.0.jar"), b"PK jei 1.0");
    let index: Value = serde_json::from_slice(&read("modrinth.index.json")).unwrap();
    assert_eq!((&index["versionId"], &index["files"]), (&json!("1.0"), &json!([])));
    let told = anonymous.fetch("/packs/sky/1.0/index.json").await.json();
    let losses = told["losses"]["pack.mrpack?for=modrinth"].as_array().unwrap();
    assert!(losses.iter().any(|loss| loss["what"] == "mods/jei-1.0.jar"), "{losses:?}");
}
