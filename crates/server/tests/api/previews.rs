//! Previews: drafts for those who hold a member's token.

use serde_json::json;

use crate::test_app::{Answer, Caller, TestApp};

const PREVIEWS: &str = "/packs/sky/previews";

/// A new preview of `sky`: its token.
async fn token(caller: &Caller) -> String {
    caller.post(PREVIEWS, json!({})).await.ok()["token"].as_str().unwrap().to_owned()
}

async fn open(caller: &Caller, token: &str, rest: &str) -> Answer {
    caller.fetch(&format!("/t/{token}/packs/sky/{rest}")).await
}

/// Asserts that an address answers like one that was never there.
async fn is_nowhere(anonymous: &Caller, token: &str, rest: &str) {
    let (answer, nowhere) = (open(anonymous, token, rest).await, anonymous.fetch("/packs/none/1/index.json").await);
    assert_eq!((answer.status, &answer.bytes), (nowhere.status, &nowhere.bytes));
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn draft_is_delivered_to_the_holder_of_a_token() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    let made = admin.post(PREVIEWS, json!({"name": "for the testers"})).await.ok();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("klp_"), "{token}");
    assert_eq!(made["url"], format!("https://mc.example.org/t/{token}/packs/sky"));
    assert_eq!(made["preview"]["ends_at"], "2026-12-01T09:30:00.000Z");
    assert_eq!((&made["preview"]["maker"], &made["preview"]["name"]), (&json!("admin"), &json!("for the testers")));
    let index = open(&anonymous, token, "1.0/index.json").await;
    assert_eq!((index.status.as_u16(), &index.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    assert!(!index.headers.contains_key("access-control-allow-origin"));
    assert_eq!(index.json()["version"], "1.0 (draft)");
    let file = index.json()["files"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(file, format!("https://mc.example.org/t/{token}/packs/sky/1.0/files/mods/jei-1.0.jar"));
    let bytes = anonymous.fetch(file.strip_prefix("https://mc.example.org").unwrap()).await;
    assert_eq!((&*bytes.bytes, &bytes.headers["cache-control"]), (&b"PK jei 1.0"[..], &"no-store".parse().unwrap()));
    let pack = open(&anonymous, token, "1.0/packwiz/pack.toml").await;
    assert!(String::from_utf8_lossy(&pack.bytes).contains("1.0 (draft)"));
    assert_eq!(open(&anonymous, token, "1.0/pack.mrpack").await.status, 200);
    for rest in ["2.0/index.json", "1.0/files/mods/other.jar", "latest/index.json", "1.0/nothing"] {
        is_nowhere(&anonymous, token, rest).await;
    }
}

#[tokio::test]
async fn draft_is_shown_as_it_is_now() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let token = token(&admin).await;
    assert_eq!(open(&anonymous, &token, "1.0/index.json").await.json()["files"].as_array().unwrap().len(), 1);
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": "2.0"})).await.ok();
    assert_eq!(open(&anonymous, &token, "1.0/index.json").await.json()["files"].as_array().unwrap().len(), 2);
    admin.put("/packs/sky/builds/1.0", json!({"name": "1.1", "minecraft_id": ""})).await.ok();
    is_nowhere(&anonymous, &token, "1.0/index.json").await;
    let incomplete = open(&anonymous, &token, "1.1/index.json").await;
    let text = String::from_utf8_lossy(&incomplete.bytes).into_owned();
    assert_eq!(incomplete.status, 422);
    assert!(text.starts_with("This draft is not complete: ") && text.contains("minecraft_id"), "{text}");
}

#[tokio::test]
async fn published_builds_have_the_same_address_and_are_never_kept_by_others() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let token = token(&admin).await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    for release in ["1.0", "latest"] {
        let index = open(&anonymous, &token, &format!("{release}/index.json")).await;
        assert_eq!(index.json()["version"], "1.0");
        assert_eq!(index.headers["cache-control"], "private, no-cache");
        let file = index.json()["files"][0]["url"].as_str().unwrap().to_owned();
        assert!(file.starts_with(&format!("https://mc.example.org/t/{token}/packs/sky/1.0/files/")), "{file}");
        assert_eq!(anonymous.fetch(&format!("/packs/sky/{release}/index.json")).await.status, 404);
    }
}

#[tokio::test]
async fn ended_and_revoked_tokens_open_nothing() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let (short, long) = (token(&admin).await, admin.post(PREVIEWS, json!({"days": 365})).await.ok());
    let (id, long) = (long["preview"]["id"].as_str().unwrap(), long["token"].as_str().unwrap());
    app.clock.advance(7 * 24 * 3600 - 1);
    assert_eq!(open(&anonymous, &short, "1.0/index.json").await.status, 200);
    app.clock.advance(1);
    is_nowhere(&anonymous, &short, "1.0/index.json").await;
    assert_eq!(open(&anonymous, long, "1.0/index.json").await.status, 200);
    let admin = app.sign_in("admin").await;
    let listed = admin.get(PREVIEWS).await.ok();
    assert_eq!((&listed["total"], &listed["previews"][0]["id"]), (&json!(1), &json!(id)));
    assert_eq!(listed["previews"][0]["last_four"], long[long.len() - 4..]);
    assert!(!listed.to_string().contains(long));
    let deleted = admin.delete(&format!("{PREVIEWS}/{id}")).await.ok();
    assert_eq!(deleted["message"], "Successfully deleted preview");
    is_nowhere(&anonymous, long, "1.0/index.json").await;
    assert_eq!(admin.delete(&format!("{PREVIEWS}/{id}")).await.refused(404), "Failed to find preview");
    for broken in ["x", "klp_", "klp_%00", "%FF", &"a".repeat(5000)] {
        is_nowhere(&anonymous, broken, "1.0/index.json").await;
    }
}

#[tokio::test]
async fn token_ends_with_its_makers_right() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    eve.post("/packs", json!({"name": "Own", "slug": "own"})).await.ok();
    eve.post(PREVIEWS, json!({})).await.refused(403);
    app.make_member("user_packs", "eve", "sky", 2).await;
    let token = token(&eve).await;
    assert_eq!(open(&anonymous, &token, "1.0/index.json").await.status, 200);
    let foreign = anonymous.fetch(&format!("/t/{token}/packs/own/1.0/index.json")).await;
    assert_eq!(foreign.status, 404);
    set_right(&app, 1).await;
    is_nowhere(&anonymous, &token, "1.0/index.json").await;
    set_right(&app, 3).await;
    assert_eq!(open(&anonymous, &token, "1.0/index.json").await.status, 200);
    admin.put("/users/eve", json!({"active": false})).await.ok();
    is_nowhere(&anonymous, &token, "1.0/index.json").await;
}

/// Changes what eve may do with `sky`.
async fn set_right(app: &TestApp, perm: i16) {
    use sea_orm::ConnectionTrait;
    let write = app.app.db.write().await.unwrap();
    let sql = format!(
        "UPDATE user_packs SET perm = {perm} WHERE user_id = (SELECT id FROM users WHERE username = 'eve') \
         AND pack_id = (SELECT id FROM packs WHERE slug = 'sky')"
    );
    write.execute_unprepared(&sql).await.unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn previews_keep_their_rules() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for days in [0, -1, 366] {
        let answer = admin.post(PREVIEWS, json!({"days": days})).await;
        assert_eq!(answer.violations(), ["days: must be between 1 and 365"]);
    }
    let answer = admin.post(PREVIEWS, json!({"name": "x".repeat(256)})).await;
    assert_eq!(answer.violations(), ["name: must be at most 255 characters"]);
    anonymous.get(PREVIEWS).await.refused(401);
    eve.get(PREVIEWS).await.refused(403);
}

#[tokio::test]
async fn only_the_hash_of_a_secret_is_kept() {
    use kleister_store::rows::{audit_event, token};
    use sea_orm::EntityTrait;
    let (app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let secret = token(&admin).await;
    let db = app.app.db.read().await.unwrap();
    let kept = token::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!(kept.secret_hash, kleister_server::signin::secret::hash(&secret));
    let events = audit_event::Entity::find().all(&db).await.unwrap();
    let rest = format!("{kept:?} {events:?}");
    assert!(rest.contains("preview.create") && !rest.contains(&secret["klp_".len()..]), "{rest}");
}

#[tokio::test]
async fn withdrawn_build_says_so_wherever_it_is_delivered() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let files = ["pack.mrpack", "index.json", "packwiz/pack.toml", "files/mods/jei-1.0.jar"];
    for file in files {
        let answer = anonymous.fetch(&format!("/packs/sky/1.0/{file}")).await;
        assert!(!answer.headers.contains_key("x-kleister-yanked"), "{file}");
    }
    admin.put("/packs/sky/builds/1.0", json!({"yanked": true, "reason": "eats wörlds"})).await.ok();
    for file in files {
        let answer = anonymous.fetch(&format!("/packs/sky/1.0/{file}")).await;
        assert_eq!(answer.headers["x-kleister-yanked"], "eats%20w%C3%B6rlds", "{file}");
    }
}
