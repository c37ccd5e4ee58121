//! Builds: draft, publish, freeze.

use serde_json::json;

use crate::test_app::{Caller, TestApp};

async fn publish(caller: &Caller) {
    caller.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
}

/// A second published build of `sky`.
async fn second_build(caller: &Caller) {
    caller.post("/packs/sky/builds", json!({"name": "2.0", "minecraft_id": "1.21.1"})).await.ok();
    caller.post("/packs/sky/builds/2.0/versions", json!({"mod": "jei", "version": "1.0"})).await.ok();
    caller.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
}

#[tokio::test]
async fn build_is_made_shown_changed_and_deleted() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/packs", json!({"name": "Sky Pack"})).await.ok();
    let wanted = json!({"name": "0.1", "minecraft_id": "1.20.1", "java": "17", "memory": "4096"});
    let build = admin.post("/packs/sky-pack/builds", wanted).await.ok();
    assert_eq!((&build["state"], &build["public"], &build["latest"]), (&json!("draft"), &json!(true), &json!(false)));
    assert_eq!((&build["minecraft"]["name"], &build["memory"]), (&json!("1.20.1"), &json!("4096")));
    let changed =
        admin.put("/packs/sky-pack/builds/0.1", json!({"name": "0.2", "java": "", "minecraft_id": ""})).await.ok();
    assert_eq!(
        (&changed["name"], &changed["java"], &changed["minecraft"]),
        (&json!("0.2"), &json!(null), &json!(null))
    );
    admin.delete("/packs/sky-pack/builds/0.2").await.ok();
    admin.get("/packs/sky-pack/builds/0.2").await.refused(404);
    admin.post("/packs/sky-pack/builds", json!({"name": "0.2"})).await.ok();
}

#[tokio::test]
async fn broken_rules_are_named() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/packs", json!({"name": "Sky Pack"})).await.ok();
    let answer =
        admin.post("/packs/sky-pack/builds", json!({"java": "seventeen", "memory": "much", "published": true})).await;
    assert_eq!(
        answer.violations(),
        [
            "published: cannot be true for a new build without `versions` or `from`: attach versions, then publish it",
            "name: cannot be blank",
            "java: must be a Java major version such as 17, or 1.8",
            "memory: must be a number of MB",
        ]
    );
    for name in ["latest", "Recommended", "index.json", "builds"] {
        let answer = admin.post("/packs/sky-pack/builds", json!({"name": name})).await;
        assert_eq!(answer.violations(), ["name: is reserved for a channel or an address of the pack"]);
    }
    let unknown = json!({"name": "1", "minecraft_id": "9.9", "forge_id": "1"});
    assert_eq!(
        admin.post("/packs/sky-pack/builds", unknown).await.violations(),
        ["minecraft_id: is not a known release of minecraft", "forge_id: is not a known release of forge"]
    );
    let two = json!({"name": "1", "forge_id": "a", "fabric_id": "b"});
    assert_eq!(
        admin.post("/packs/sky-pack/builds", two).await.violations(),
        ["fabric_id: a build has at most one loader"]
    );
}

#[tokio::test]
async fn names_that_would_share_a_tag_are_one() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/packs", json!({"name": "Sky Pack"})).await.ok();
    admin.post("/packs/sky-pack/builds", json!({"name": "1+A"})).await.ok();
    for name in ["1_a", "1+a"] {
        let answer = admin.post("/packs/sky-pack/builds", json!({"name": name})).await;
        assert_eq!(answer.violations(), ["name: is already taken"]);
    }
}

#[tokio::test]
async fn publishing_freezes_and_moves_latest() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let build = admin.put("/packs/sky/builds/1.0", json!({"published": true, "recommended": true})).await.ok();
    assert_eq!(
        (&build["state"], &build["latest"], &build["recommended"]),
        (&json!("published"), &json!(true), &json!(true))
    );
    second_build(&admin).await;
    let first = admin.get("/packs/sky/builds/1.0").await.ok();
    assert_eq!((&first["latest"], &first["recommended"]), (&json!(false), &json!(true)));
    assert_eq!(admin.get("/packs/sky/builds/2.0").await.ok()["latest"], true);
}

#[tokio::test]
async fn what_is_not_complete_is_not_published() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.post("/packs", json!({"name": "Sky Pack"})).await.ok();
    admin.post("/packs/sky-pack/builds", json!({"name": "1"})).await.ok();
    assert_eq!(
        admin.put("/packs/sky-pack/builds/1", json!({"published": true})).await.violations(),
        [
            "minecraft_id: cannot be blank for a build that is published",
            "published: an empty build is not published; attach versions first",
        ]
    );
    assert_eq!(admin.get("/packs/sky-pack/builds/1").await.ok()["state"], "draft");
}

#[tokio::test]
async fn two_files_at_one_place_are_not_published() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "JEI-1.0.jar", b"another").await.ok();
    admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": "2.0"})).await.ok();
    let violations = admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.violations();
    assert_eq!(
        violations,
        ["published: `mods/jei-1.0.jar` and `mods/JEI-1.0.jar` are one file on a player's disk; take one out"]
    );
}

#[tokio::test]
async fn published_build_cannot_change_for_those_who_have_it() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    publish(&admin).await;
    for change in [
        json!({"name": "1.1"}),
        json!({"minecraft_id": "1.20.1"}),
        json!({"java": "21"}),
        json!({"memory": "1024"}),
        json!({"published": false}),
    ] {
        let message = admin.put("/packs/sky/builds/1.0", change.clone()).await.refused(409);
        assert!(message.ends_with("make a new build from this one"), "{change}: {message}");
    }
    let link = json!({"mod": "jei", "version": "1.0"});
    admin.send("DELETE", "/packs/sky/builds/1.0/versions", Some(link)).await.refused(409);
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    let link = json!({"mod": "jei", "version": "2.0"});
    admin.post("/packs/sky/builds/1.0/versions", link.clone()).await.refused(409);
    admin.post("/mods/jei/versions/2.0/builds", json!({"pack": "sky", "build": "1.0"})).await.refused(409);
    admin.put("/packs/sky/builds/1.0", json!({"name": "1.0", "minecraft_id": "1.21.1", "published": true})).await.ok();
}

#[tokio::test]
async fn what_a_published_build_uses_stays() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    publish(&admin).await;
    let message = admin.put("/mods/jei/versions/1.0", json!({"name": "1.0.1"})).await.refused(409);
    assert_eq!(message, "Build `1.0` of pack `sky` uses this version; it stays as it is; add a new version instead");
    admin.put("/mods/jei/versions/1.0", json!({"upload": "data:,other"})).await.refused(409);
    admin.delete("/mods/jei/versions/1.0").await.refused(409);
    admin.delete("/mods/jei").await.refused(409);
    admin.put("/mods/jei/versions/1.0", json!({"public": false})).await.ok();
    admin.put("/mods/jei", json!({"name": "JEI renamed", "side": "client"})).await.ok();
}

#[tokio::test]
async fn name_of_a_published_build_is_never_used_again() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    publish(&admin).await;
    second_build(&admin).await;
    admin.delete("/packs/sky/builds/2.0").await.ok();
    assert_eq!(admin.get("/packs/sky/builds/1.0").await.ok()["latest"], true);
    assert_eq!(admin.post("/packs/sky/builds", json!({"name": "2.0"})).await.violations(), ["name: is already taken"]);
}

#[tokio::test]
async fn channels_move_only_to_what_everybody_may_have() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    publish(&admin).await;
    second_build(&admin).await;
    admin.put("/packs/sky/builds/2.0", json!({"public": false})).await.ok();
    assert_eq!(admin.get("/packs/sky/builds/1.0").await.ok()["latest"], true);
    let message = admin.put("/packs/sky/builds/2.0", json!({"recommended": true})).await.refused(409);
    assert!(message.contains("not public"), "{message}");
    admin.put("/packs/sky/builds/1.0", json!({"recommended": true})).await.ok();
    assert_eq!(admin.put("/packs/sky/builds/1.0", json!({"recommended": false})).await.ok()["recommended"], false);
}

#[tokio::test]
async fn drafts_are_seen_by_those_who_may_change_the_pack() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for caller in [&eve, &anonymous] {
        caller.get("/packs/sky/builds/1.0").await.refused(404);
        assert_eq!(caller.get("/packs/sky/builds").await.ok()["total"], 0);
    }
    app.make_member("user_packs", "eve", "sky", 1).await;
    eve.get("/packs/sky/builds/1.0").await.refused(404);
    let maker = app.user("maker", false).await;
    app.make_member("user_packs", "maker", "sky", 2).await;
    maker.get("/packs/sky/builds/1.0").await.ok();
    publish(&maker).await;
    anonymous.get("/packs/sky/builds/1.0").await.ok();
}

#[tokio::test]
async fn builds_sort_by_what_channels_point_to() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    publish(&admin).await;
    second_build(&admin).await;
    let names = |answer: crate::test_app::Answer| answer.column("builds", "name");
    assert_eq!(names(admin.get("/packs/sky/builds?sort=latest&order=desc").await), ["2.0", "1.0"]);
    assert_eq!(names(admin.get("/packs/sky/builds?sort=latest").await), ["1.0", "2.0"]);
    assert_eq!(names(admin.get("/packs/sky/builds?sort=recommended").await).len(), 2);
}

#[tokio::test]
async fn refusal_names_only_what_the_caller_sees() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    publish(&admin).await;
    app.make_member("user_mods", "eve", "jei", 3).await;
    let unseen = "A build of a pack that you cannot see uses";
    let kept = "it stays as it is; add a new version instead";
    let renamed = json!({"name": "1.0.1"});
    let rename = async |caller: &Caller| caller.put("/mods/jei/versions/1.0", renamed.clone()).await.refused(409);
    assert_eq!(rename(&eve).await, format!("{unseen} this version; {kept}"));
    let advice = "take it out of the build, or keep it";
    let message = eve.delete("/mods/jei/versions/1.0").await.refused(409);
    assert_eq!(message, format!("{unseen} this version; {advice}"));
    let message = eve.delete("/mods/jei").await.refused(409);
    assert_eq!(message, format!("{unseen} a version of this mod; {advice}"));
    admin.put("/packs/sky", json!({"public": true, "hidden": true})).await.ok();
    assert_eq!(rename(&eve).await, format!("{unseen} this version; {kept}"));
    eve.post("/packs", json!({"slug": "zoo", "name": "Zoo"})).await.ok();
    let versions = json!([{"mod": "jei", "version": "1.0"}]);
    let wanted = json!({"name": "7", "minecraft_id": "1.21.1", "versions": versions, "published": true});
    eve.post("/packs/zoo/builds", wanted).await.ok();
    assert_eq!(rename(&eve).await, format!("Build `7` of pack `zoo` uses this version; {kept}"));
}
