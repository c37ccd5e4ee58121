//! Channels: made, moved, removed, and what happens to them when a build goes.

use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};

/// A public pack `sky` with these published builds.
async fn pack_with(admin: &Caller, builds: &[&str]) {
    admin.pack_with_build().await;
    for build in builds {
        if *build != "1.0" {
            admin.post("/packs/sky/builds", json!({"name": build, "from": "1.0"})).await.ok();
        }
        admin.put(&format!("/packs/sky/builds/{build}"), json!({"published": true})).await.ok();
    }
}

/// Each channel of `sky` with the build that it points to.
async fn channels(caller: &Caller) -> Vec<String> {
    let list = caller.get("/packs/sky/channels").await.ok();
    let rows = list["channels"].as_array().cloned().unwrap();
    assert_eq!(list["total"], rows.len());
    rows.iter().map(|row| format!("{} {}", row["name"], row["build"]["name"]).replace('"', "")).collect()
}

/// The build that an address of `sky` delivers, or the status where it delivers none.
async fn delivered(caller: &Caller, release: &str) -> String {
    let answer = caller.fetch(&format!("/packs/sky/{release}/index.json")).await;
    answer.json()["version"].as_str().map_or_else(|| answer.status.as_str().to_owned(), str::to_owned)
}

async fn move_to(caller: &Caller, channel: &str, build: &str) -> Answer {
    caller.put(&format!("/packs/sky/channels/{channel}"), json!({"build": build})).await
}

#[tokio::test]
async fn channel_is_made_moved_and_removed() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0"]).await;
    let made = move_to(&admin, "Beta", "1.0").await.ok();
    assert_eq!((&made["name"], &made["build"]["name"]), (&json!("beta"), &json!("1.0")));
    assert_eq!(delivered(&anonymous, "beta").await, "1.0");
    let answer = anonymous.fetch("/packs/sky/BETA/index.json").await;
    assert_eq!((answer.status.as_u16(), &answer.headers["cache-control"]), (200, &"public, no-cache".parse().unwrap()));
    move_to(&admin, "beta", "2.0").await.ok();
    assert_eq!(delivered(&anonymous, "beta").await, "2.0");
    move_to(&admin, "recommended", "1.0").await.ok();
    assert_eq!(channels(&anonymous).await, ["latest 2.0", "recommended 1.0", "beta 2.0"]);
    assert_eq!(admin.delete("/packs/sky/channels/BETA").await.ok()["message"], "Successfully deleted channel");
    assert_eq!(delivered(&anonymous, "beta").await, "404");
    assert_eq!(admin.delete("/packs/sky/channels/beta").await.refused(404), "Failed to find channel");
    admin.delete("/packs/sky/channels/recommended").await.ok();
    assert_eq!(delivered(&anonymous, "recommended").await, "2.0");
    assert!(admin.delete("/packs/sky/channels/latest").await.refused(409).contains("move it"));
}

#[tokio::test]
async fn channel_and_build_never_share_a_name() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0"]).await;
    admin.post("/packs/sky/builds", json!({"name": "b+2"})).await.ok();
    for name in ["1.0", "B_2", "b+2"] {
        assert_eq!(move_to(&admin, name, "1.0").await.violations(), ["channel: is already taken"], "{name}");
    }
    move_to(&admin, "beta+1", "1.0").await.ok();
    for name in ["beta+1", "BETA_1"] {
        let answer = admin.post("/packs/sky/builds", json!({"name": name})).await;
        assert_eq!(answer.violations(), ["name: is already taken"], "{name}");
    }
    let reserved = "channel: is reserved for an address of the pack";
    for name in ["builds", "feed.atom", "Index.json"] {
        assert_eq!(move_to(&admin, name, "1.0").await.violations(), [reserved], "{name}");
    }
    for name in ["a%2Fb", "a%3Ab", "%20a", "...", "01arz3ndektsv4rrffq69g5fav"] {
        assert_eq!(move_to(&admin, name, "1.0").await.violations().len(), 1, "{name}");
    }
    let long = "%C4%B0".repeat(200);
    assert_eq!(move_to(&admin, &long, "1.0").await.violations(), ["channel: must be at most 255 characters"]);
    admin.delete("/packs/sky/channels/beta+1").await.ok();
    admin.post("/packs/sky/builds", json!({"name": "beta_1"})).await.ok();
}

#[tokio::test]
async fn channels_point_only_to_what_everybody_may_have() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0", "3.0"]).await;
    admin.post("/packs/sky/builds", json!({"name": "draft"})).await.ok();
    admin.put("/packs/sky/builds/2.0", json!({"public": false})).await.ok();
    admin.put("/packs/sky/builds/3.0", json!({"yanked": true})).await.ok();
    for (build, why) in [("draft", "is a draft"), ("2.0", "is not public"), ("3.0", "is withdrawn")] {
        for channel in ["beta", "latest", "recommended"] {
            let message = move_to(&admin, channel, build).await.refused(409);
            assert!(message.contains(why) && message.contains(channel), "{message}");
        }
    }
    assert_eq!(move_to(&admin, "beta", "none").await.refused(404), "Failed to find build");
    assert_eq!(channels(&admin).await, ["latest 1.0"]);
}

#[tokio::test]
async fn publishing_may_name_the_channel_that_moves() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0"]).await;
    for build in ["2.0", "3.0"] {
        admin.post("/packs/sky/builds", json!({"name": build, "from": "1.0"})).await.ok();
    }
    let path = "/packs/sky/builds/2.0";
    let hint = "channel: moves when a build is published; send `published: true` too";
    assert_eq!(admin.put(path, json!({"channel": "beta"})).await.violations(), [hint]);
    let taken = admin.put(path, json!({"published": true, "channel": "1.0"})).await;
    assert_eq!(taken.violations(), ["channel: is already taken"]);
    assert_eq!(admin.get(path).await.ok()["state"], "draft");
    admin.put(path, json!({"published": true, "channel": "beta"})).await.ok();
    assert_eq!(channels(&anonymous).await, ["latest 1.0", "beta 2.0"]);
    let both = json!({"published": true, "channel": "beta", "latest": true});
    admin.put("/packs/sky/builds/3.0", both).await.ok();
    assert_eq!(channels(&anonymous).await, ["latest 3.0", "beta 3.0"]);
    admin.put(path, json!({"channel": "beta"})).await.ok();
    assert_eq!(channels(&anonymous).await, ["latest 3.0", "beta 2.0"]);
}

#[tokio::test]
async fn withdrawn_build_leaves_lists_and_channels_but_is_still_delivered() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0"]).await;
    app.make_member("user_packs", "eve", "sky", 1).await;
    move_to(&admin, "beta", "2.0").await.ok();
    move_to(&admin, "recommended", "2.0").await.ok();
    let wanted = json!({"yanked": true, "reason": "eats worlds", "replacement": "1.0"});
    let yanked = admin.put("/packs/sky/builds/2.0", wanted).await.ok();
    let shown = |build: &Value| ["state", "reason", "replacement", "latest"].map(|field| build[field].clone());
    assert_eq!(shown(&yanked), [json!("yanked"), json!("eats worlds"), json!("1.0"), json!(false)]);
    assert_eq!(shown(&anonymous.get("/packs/sky/builds/2.0").await.ok()), shown(&yanked));
    assert_eq!(channels(&anonymous).await, ["latest 1.0"]);
    for (release, build) in [("latest", "1.0"), ("recommended", "1.0"), ("beta", "404"), ("2.0", "2.0")] {
        assert_eq!(delivered(&anonymous, release).await, build, "{release}");
    }
    for (caller, names) in [(&anonymous, vec!["1.0"]), (&eve, vec!["1.0"]), (&admin, vec!["1.0", "2.0"])] {
        assert_eq!(caller.get("/packs/sky/builds").await.column("builds", "name"), names);
    }
    admin.put("/mods/jei", json!({"public": true})).await.ok();
    for (caller, total) in [(&anonymous, 1), (&eve, 1), (&admin, 2)] {
        assert_eq!(caller.get("/mods/jei/versions/1.0/builds").await.ok()["total"], total);
    }
    admin.put("/packs/sky/builds/2.0", json!({"memory": "1"})).await.refused(409);
}

#[tokio::test]
async fn withdrawing_can_be_taken_back() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0"]).await;
    for build in ["2.0", "1.0"] {
        admin.put(&format!("/packs/sky/builds/{build}"), json!({"yanked": true, "reason": "bad"})).await.ok();
    }
    assert_eq!(channels(&anonymous).await, Vec::<String>::new());
    assert_eq!(delivered(&anonymous, "latest").await, "404");
    let back = admin.put("/packs/sky/builds/1.0", json!({"yanked": false})).await.ok();
    assert_eq!((&back["state"], &back["reason"], &back["latest"]), (&json!("published"), &json!(null), &json!(true)));
    admin.put("/packs/sky/builds/2.0", json!({"yanked": false})).await.ok();
    assert_eq!(channels(&anonymous).await, ["latest 1.0"]);
}

#[tokio::test]
async fn withdrawing_keeps_its_rules() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0"]).await;
    admin.post("/packs/sky/builds", json!({"name": "draft"})).await.ok();
    let message = admin.put("/packs/sky/builds/draft", json!({"yanked": true})).await.refused(409);
    assert_eq!(message, "Build `draft` is a draft, which nobody has; delete it instead");
    let hint = "only a withdrawn build has one; send `yanked: true` too";
    assert_eq!(
        admin.put("/packs/sky/builds/2.0", json!({"reason": "x", "replacement": "1.0"})).await.violations(),
        [format!("reason: {hint}"), format!("replacement: {hint}")]
    );
    for replacement in ["2.0", "draft", "none"] {
        let wanted = json!({"yanked": true, "replacement": replacement});
        let answer = admin.put("/packs/sky/builds/2.0", wanted).await;
        assert_eq!(answer.violations(), ["replacement: is not another published build of this pack"]);
    }
    let endless = json!({"yanked": true, "reason": "x".repeat(1025)});
    admin.put("/packs/sky/builds/2.0", endless).await.refused(422);
    assert_eq!(channels(&admin).await, ["latest 2.0"]);
}

#[tokio::test]
async fn every_move_is_noted_with_who_made_it() {
    use sea_orm::ConnectionTrait;
    let (app, admin, _, _) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0"]).await;
    move_to(&admin, "beta", "1.0").await.ok();
    move_to(&admin, "beta", "1.0").await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"yanked": true})).await.ok();
    let db = app.app.db.read().await.unwrap();
    let sql = "SELECT action, object_name, actor_name FROM audit_events ORDER BY id";
    let rows = db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let text = |row: &sea_orm::QueryResult, column| row.try_get::<String>("", column).unwrap();
    let mut events: Vec<_> = rows
        .iter()
        .map(|row| ["action", "object_name", "actor_name"].map(|column| text(row, column)).join(" "))
        .collect();
    events.sort();
    assert_eq!(
        events,
        [
            "channel.move beta admin",
            "channel.move latest admin",
            "channel.remove beta admin",
            "channel.remove latest admin",
        ]
    );
}

#[tokio::test]
async fn channel_moved_by_many_at_once_points_to_one_of_them() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0"]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let admin = admin.clone();
        let build = if number % 2 == 0 { "1.0" } else { "2.0" };
        tasks.spawn(async move { move_to(&admin, "beta", build).await.ok()["build"]["name"] == build });
    }
    assert!(tasks.join_all().await.into_iter().all(|moved| moved));
    let list = channels(&anonymous).await;
    assert_eq!(list.len(), 2, "{list:?}");
    assert!(["beta 1.0", "beta 2.0"].contains(&list[1].as_str()), "{list:?}");
}

#[tokio::test]
async fn channel_moved_against_a_withdrawal_never_points_to_the_withdrawn_build() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    pack_with(&admin, &["1.0", "2.0"]).await;
    let moving = move_to(&admin, "beta", "2.0");
    let withdrawing = admin.put("/packs/sky/builds/2.0", json!({"yanked": true}));
    let (moved, withdrawn) = tokio::join!(moving, withdrawing);
    withdrawn.ok();
    assert!([200, 409].contains(&moved.status.as_u16()));
    assert_eq!(channels(&admin).await, ["latest 1.0"]);
}
