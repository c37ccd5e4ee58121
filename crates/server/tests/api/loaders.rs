//! Minecraft and its loaders with builds: five families that behave alike. Numbers are those of the contract's list of
//! defects.

use serde_json::json;

use crate::upstream::{FAMILIES, draft, release, sync, synced};

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
/// 23: a sync that failed answered the failure and then success, two documents in one reply.
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
        for key in ["9.9.9", "01arz3ndektsv4rrffq69g5fav", "..", "a%2Fb"] {
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
