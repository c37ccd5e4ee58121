//! Lists of Minecraft and its loaders, and how they follow their makers'. Numbers are those of the contract's list of
//! defects.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::test_app::TestApp;
use crate::upstream::{FAMILIES, Published, Upstream, document, draft, release, sync, synced};

#[tokio::test]
async fn lists_have_no_pages_and_go_from_old_to_new() {
    let (app, upstream, admin) = synced().await;
    upstream.publish("quilt", &["0.17.0", "0.9.0", "0.17.0-beta.2", "0.17.10", "0.17.9"]);
    sync(&admin, "quilt").await.ok();
    let list = app.anonymous().get("/quilt").await;
    let sorted = ["0.9.0", "0.17.0-beta.2", "0.17.0", "0.17.9", "0.17.10", "0.26.4"];
    assert_eq!(list.column("versions", "name"), sorted);
    let body = list.ok();
    assert_eq!((&body["total"], &body["limit"], &body["offset"]), (&json!(6), &json!(0), &json!(0)));
    assert_eq!(admin.get("/quilt?search=BETA").await.column("versions", "name"), ["0.17.0-beta.2"]);
    assert_eq!(admin.get("/quilt?search=_").await.ok()["total"], 0);
    admin.get("/quilt?search=%00").await.refused(400);
}

#[tokio::test]
async fn each_family_says_what_it_knows() {
    let (_, _, admin) = synced().await;
    let game = release(&admin, "minecraft", "1.21.1").await;
    assert_eq!((&game["type"], &game["released_at"]), (&json!("release"), &json!("2024-08-08T12:24:45.000Z")));
    assert_eq!(release(&admin, "forge", "52.0.1").await["minecraft"], "1.21.1");
    assert_eq!(release(&admin, "neoforge", "21.1.77").await["minecraft"], "1.21.1");
    for (family, name) in [("quilt", "0.26.4"), ("fabric", "0.16.5")] {
        assert_eq!(release(&admin, family, name).await["minecraft"], Value::Null, "it runs on many");
    }
}

#[tokio::test]
async fn what_runs_on_a_minecraft_is_known() {
    let (_, _, admin) = synced().await;
    for (family, name) in FAMILIES.into_iter().skip(1) {
        let running = admin.get(&format!("/{family}?minecraft=1.21.1")).await;
        assert_eq!(running.column("versions", "name"), [name], "{family}");
        assert_eq!(admin.get(&format!("/{family}?minecraft=24w33a")).await.ok()["total"], 0, "{family}");
    }
}

#[tokio::test]
async fn defect_22_sync_keeps_ids_and_marks_what_is_gone() {
    let (app, upstream, admin) = synced().await;
    for (family, name) in FAMILIES {
        admin.post(&format!("/{family}/{name}/builds"), draft()).await.ok();
        let before = release(&admin, family, name).await;
        sync(&admin, family).await.ok();
        assert_eq!(release(&admin, family, name).await, before, "nothing is new upstream");

        app.clock.advance(60);
        let newer = format!("{name}.1");
        upstream.publish(family, &[&newer]);
        sync(&admin, family).await.ok();
        let gone = release(&admin, family, name).await;
        assert_eq!((&gone["id"], &gone["created_at"]), (&before["id"], &before["created_at"]));
        assert!(gone["gone_at"].is_string() && gone["updated_at"] != before["updated_at"], "{gone}");
        assert_eq!(release(&admin, family, &newer).await["gone_at"], Value::Null);
        assert_eq!(admin.get(&format!("/{family}/{name}/builds")).await.ok()["total"], 1);

        upstream.publish(family, &[name, &newer]);
        sync(&admin, family).await.ok();
        let back = release(&admin, family, name).await;
        assert_eq!((&back["id"], &back["gone_at"]), (&before["id"], &Value::Null));
    }
}

#[tokio::test]
async fn defect_23_a_failing_sync_changes_nothing_and_answers_once() {
    let (app, upstream, admin) = synced().await;
    let broken = [
        Published::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Published::Status(StatusCode::NO_CONTENT),
        Published::Elsewhere("fabric".to_owned()),
        Published::Endless,
        Published::Half,
        Published::Document("<html>Sign in to the network</html>".to_owned()),
        Published::Document("{\"versions\": [], \"game\": [], \"loader\": []}".to_owned()),
    ];
    app.clock.advance(60);
    for (family, _) in FAMILIES {
        let before = admin.get(&format!("/{family}")).await.ok();
        for published in broken.clone() {
            upstream.answer(family, published);
            let answer = sync(&admin, family).await;
            let message = answer.refused(503);
            assert!(message.starts_with("Failed to fetch versions: "), "{message}");
            assert!(serde_json::from_slice::<Value>(&answer.bytes).is_ok(), "one document");
        }
        assert_eq!(admin.get(&format!("/{family}")).await.ok(), before, "{family}");
    }
}

#[tokio::test]
async fn silent_and_absent_upstreams_do_not_hold_a_sync_for_long() {
    let upstream = Upstream::new().await;
    let configure = |config: &mut kleister_server::Config| {
        upstream.configure(config);
        config.upstream.timeout = 1;
        config.upstream.fabric = String::new();
        // A port of the loopback on which nobody can listen.
        config.upstream.quilt = "http://127.0.0.1:0/".to_owned();
    };
    let app = TestApp::configured(configure).await;
    let admin = app.user("admin", true).await;
    upstream.answer("forge", Published::Silence);
    sync(&admin, "forge").await.refused(503);
    assert!(sync(&admin, "fabric").await.refused(503).contains("upstream.fabric"));
    sync(&admin, "quilt").await.refused(503);
    sync(&admin, "neoforge").await.ok();
}

#[tokio::test]
async fn no_list_is_fetched_where_upstream_is_switched_off() {
    let upstream = Upstream::new().await;
    let configure = |config: &mut kleister_server::Config| {
        upstream.configure(config);
        config.upstream.enabled = false;
    };
    let app = TestApp::configured(configure).await;
    let admin = app.user("admin", true).await;
    assert!(sync(&admin, "forge").await.refused(503).contains("upstream.enabled"));
    assert_eq!(admin.get("/forge").await.ok()["total"], 0);
}

#[tokio::test]
async fn lists_from_several_addresses_are_put_together() {
    let upstream = Upstream::new().await;
    let app = TestApp::configured(|config| {
        upstream.configure(config);
        let first = config.upstream.neoforge.clone();
        config.upstream.neoforge = format!("{first} {first}-older");
    })
    .await;
    let admin = app.user("admin", true).await;
    sync(&admin, "neoforge").await.refused(503);
    assert_eq!(admin.get("/neoforge").await.ok()["total"], 0, "half a list is none");
    upstream.answer("neoforge-older", Published::Document(document("neoforge", &["1.20.1-47.1.106"])));
    sync(&admin, "neoforge").await.ok();
    assert_eq!(release(&admin, "neoforge", "47.1.106").await["minecraft"], "1.20.1");
    assert_eq!(admin.get("/neoforge").await.column("versions", "name"), ["21.1.77", "47.1.106"]);
}

#[tokio::test]
async fn syncs_in_parallel_do_not_disturb_each_other() {
    let (_, upstream, admin) = synced().await;
    let names: Vec<String> = (0..1200).map(|number| format!("0.{number}.0")).collect();
    upstream.publish("fabric", &names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let admin = admin.clone();
        tasks.spawn(async move { sync(&admin, "fabric").await.status.as_u16() });
    }
    assert_eq!(tasks.join_all().await, [200; 5]);
    assert_eq!(admin.get("/fabric").await.ok()["total"], 1201);
    assert_eq!(admin.get("/fabric?minecraft=1.21.1").await.ok()["total"], 1201);
}
