//! Minecraft and its loaders: five families that behave alike. Numbers are those of the contract's list of defects.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};
use crate::upstream::{FAMILIES, Published, Upstream};

/// A server that has synced all families, with its administrator and a draft `1.0` of the public pack `sky`.
async fn synced() -> (TestApp, Upstream, Caller) {
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

async fn sync(caller: &Caller, family: &str) -> Answer {
    caller.send("PUT", &format!("/{family}"), None).await
}

/// The releases of a family, each by its name.
async fn release(caller: &Caller, family: &str, name: &str) -> Value {
    let list = caller.get(&format!("/{family}")).await.ok();
    let versions = list["versions"].as_array().unwrap();
    versions.iter().find(|release| release["name"] == name).cloned().unwrap_or(Value::Null)
}

fn draft() -> Value {
    json!({"pack": "sky", "build": "1.0"})
}

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
    for family in ["quilt", "fabric"] {
        assert_eq!(
            release(&admin, family, FAMILIES.iter().find(|it| it.0 == family).unwrap().1).await["minecraft"],
            Value::Null
        );
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

/// 20: the fifteen operations between loaders and builds answered 500. 21: attaching inserted a build.
#[tokio::test]
async fn defects_20_and_21_loaders_are_attached_listed_and_dropped() {
    let (_, _, admin) = synced().await;
    for (family, name) in FAMILIES {
        let id = release(&admin, family, name).await["id"].as_str().unwrap().to_owned();
        for key in [name, &id] {
            let path = format!("/{family}/{key}/builds");
            let attached = admin.post(&path, draft()).await.ok();
            assert_eq!(attached["message"], format!("Successfully attached {family} to build"));
            let again = admin.post(&path, draft()).await.refused(412);
            assert_eq!(again.to_lowercase(), format!("{family} is already attached"));
            let list = admin.get(&path).await.ok();
            assert_eq!((&list["total"], &list["limit"]), (&json!(1), &json!(100)));
            assert_eq!(list[family]["name"], name);
            let build = &list["builds"][0];
            assert_eq!((&build["name"], &build["pack"]["slug"]), (&json!("1.0"), &json!("sky")));
            assert_eq!(build[family]["id"], id.as_str());
            assert_eq!(admin.get("/packs/sky/builds").await.ok()["total"], 1);
            let dropped = admin.send("DELETE", &path, Some(draft())).await.ok();
            assert_eq!(dropped["message"], format!("Successfully dropped {family} from build"));
            let again = admin.send("DELETE", &path, Some(draft())).await.refused(412);
            assert_eq!(again.to_lowercase(), format!("{family} is not attached"));
            assert_eq!(admin.get(&path).await.ok()["total"], 0);
        }
    }
}

/// 22: a sync gave every release a new id, failed where a build used one, and never removed any.
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

/// 23: a sync that failed answered the failure and then success, two documents in one reply.
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
    upstream.answer("neoforge-older", Published::Document(crate::upstream::document("neoforge", &["1.20.1-47.1.106"])));
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

/// 24: every build with a loader crashed in lists, when shown and when changed, and said nothing of its relations.
#[tokio::test]
async fn defect_24_builds_show_what_they_run_on() {
    let (_, _, admin) = synced().await;
    admin.post("/minecraft/1.21.1/builds", draft()).await.ok();
    for (family, name) in FAMILIES.into_iter().skip(1) {
        admin.post(&format!("/{family}/{name}/builds"), draft()).await.ok();
        let shown = admin.get("/packs/sky/builds/1.0").await.ok();
        let listed = admin.get("/packs/sky/builds").await.ok()["builds"][0].clone();
        let changed = admin.put("/packs/sky/builds/1.0", json!({"java": "21"})).await.ok();
        for build in [shown, listed, changed] {
            assert_eq!((&build["minecraft"]["name"], &build[family]["name"]), (&json!("1.21.1"), &json!(name)));
            assert_eq!(build[family]["id"], build[format!("{family}_id")]);
            assert_eq!((&build["latest"], &build["recommended"]), (&json!(false), &json!(false)));
            let loaders = FAMILIES.iter().skip(1).filter(|(family, _)| build[family].is_object()).count();
            assert_eq!(loaders, 1, "a loader takes the place of the one before");
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let (_, _, admin) = synced().await;
    for (family, name) in FAMILIES {
        for key in ["9.9.9", "01arz3ndektsv4rrffq69g5fav", "%00", "..", "a%2Fb"] {
            let path = format!("/{family}/{key}/builds");
            let missing = format!("failed to find {family}");
            assert_eq!(admin.get(&path).await.refused(404).to_lowercase(), missing);
            for method in ["POST", "DELETE"] {
                assert_eq!(admin.send(method, &path, Some(draft())).await.refused(404).to_lowercase(), missing);
            }
        }
        let path = format!("/{family}/{name}/builds");
        for method in ["POST", "DELETE"] {
            let no_pack = json!({"pack": "none", "build": "1.0"});
            assert_eq!(admin.send(method, &path, Some(no_pack)).await.refused(404), "Failed to find pack");
            let no_build = json!({"pack": "sky", "build": "none"});
            assert_eq!(admin.send(method, &path, Some(no_build)).await.refused(404), "Failed to find build");
            admin.send(method, &path, Some(json!({"pack": "sky"}))).await.refused(400);
        }
        // The release of one family is not to be had by another's address.
        let other = if family == "fabric" { "quilt" } else { "fabric" };
        let id = release(&admin, family, name).await["id"].as_str().unwrap().to_owned();
        admin.get(&format!("/{other}/{id}/builds")).await.refused(404);
    }
}

#[tokio::test]
async fn published_builds_keep_what_they_run_on() {
    let (_, upstream, admin) = synced().await;
    admin.fill_draft("sky", "1.0").await;
    admin.post("/minecraft/1.21.1/builds", draft()).await.ok();
    admin.post("/fabric/0.16.5/builds", draft()).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    upstream.publish("minecraft", &["1.21.2"]);
    sync(&admin, "minecraft").await.ok();
    for (family, name) in [("minecraft", "1.21.2"), ("fabric", "0.16.5"), ("quilt", "0.26.4")] {
        for method in ["POST", "DELETE"] {
            let message = admin.send(method, &format!("/{family}/{name}/builds"), Some(draft())).await.refused(409);
            assert!(message.contains("is published"), "{message}");
        }
    }
    assert_eq!(admin.get("/fabric/0.16.5/builds").await.ok()["total"], 1);
}

#[tokio::test]
async fn builds_of_a_release_are_those_that_the_caller_may_see() {
    let (app, _, admin) = synced().await;
    admin.fill_draft("sky", "1.0").await;
    admin.post("/minecraft/1.21.1/builds", draft()).await.ok();
    admin.post("/fabric/0.16.5/builds", draft()).await.ok();
    let (member, maintainer) = (app.user("member", false).await, app.user("maintainer", false).await);
    app.make_member("user_packs", "member", "sky", 1).await;
    app.make_member("user_packs", "maintainer", "sky", 2).await;
    let stranger = app.user("stranger", false).await;
    let anonymous = app.anonymous();
    let path = "/fabric/0.16.5/builds";
    for (caller, total) in [(&anonymous, 0), (&stranger, 0), (&member, 0), (&maintainer, 1), (&admin, 1)] {
        assert_eq!(caller.get(path).await.ok()["total"], total, "a draft");
    }
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    for caller in [&anonymous, &stranger, &member, &maintainer] {
        assert_eq!(caller.get(path).await.column("builds", "name"), ["1.0"], "a public build of a public pack");
    }
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    for (caller, total) in [(&anonymous, 0), (&stranger, 0), (&member, 1), (&maintainer, 1)] {
        let list = caller.get(path).await.ok();
        assert_eq!(list["total"], total, "a private pack");
        assert_eq!(list["builds"].as_array().unwrap().len(), total);
    }
}

#[tokio::test]
async fn builds_of_a_release_are_paged_sorted_and_searched() {
    let (_, _, admin) = synced().await;
    for name in ["1.10", "1.9", "other"] {
        admin.post("/packs/sky/builds", json!({"name": name, "minecraft_id": "1.21.1"})).await.ok();
    }
    let path = "/minecraft/1.21.1/builds";
    assert_eq!(admin.get(path).await.column("builds", "name"), ["1.9", "1.10", "other"]);
    let page = admin.get(&format!("{path}?limit=1&offset=1&order=desc")).await;
    assert_eq!((page.column("builds", "name"), &page.ok()["total"]), (vec!["1.10".to_owned()], &json!(3)));
    assert_eq!(admin.get(&format!("{path}?search=OTH")).await.column("builds", "name"), ["other"]);
    admin.get(&format!("{path}?sort=size")).await.refused(400);
    admin.fill_draft("sky", "other").await;
    admin.put("/packs/sky/builds/other", json!({"published": true})).await.ok();
    for sort in ["latest", "recommended", "created", "updated"] {
        assert_eq!(admin.get(&format!("{path}?sort={sort}")).await.ok()["total"], 3);
    }
    assert_eq!(admin.get(&format!("{path}?sort=latest&order=desc&limit=1")).await.column("builds", "name"), ["other"]);
}

#[tokio::test]
async fn same_loader_fifty_times_at_once_is_attached_once() {
    let (_, _, admin) = synced().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let admin = admin.clone();
        tasks.spawn(async move { admin.post("/fabric/0.16.5/builds", draft()).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 412, 412));
}
