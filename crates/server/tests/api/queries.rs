//! How many queries an answer takes, besides those that find out who asks: as many for long lists as for short ones.

use serde_json::json;

use crate::schema::operations;
use crate::test_app::{Caller, TestApp};
use crate::upstream::{FAMILIES, Upstream};

/// The number of queries of a request whose caller is known from the one before, and how many rows its list has.
async fn asked(app: &TestApp, caller: &Caller, path: &str) -> (u64, u64) {
    caller.get(path).await.ok();
    let before = app.app.db.queries();
    let answer = caller.get(path).await.ok();
    (app.app.db.queries() - before, answer["total"].as_u64().unwrap())
}

#[tokio::test]
async fn packs_take_three_queries_however_many_there_are() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    let mut counts = Vec::new();
    for numbers in [0..10, 10..200] {
        for number in numbers {
            let (pack, group) = (format!("pack-{number}"), format!("group-{}", number % 20));
            admin.post("/packs", json!({"slug": pack, "name": pack})).await.ok();
            if number < 20 {
                admin.post("/groups", json!({"slug": group, "name": group})).await.ok();
                admin.post(&format!("/groups/{group}/users"), json!({"user": "eve", "perm": "user"})).await.ok();
            }
            admin.post(&format!("/packs/{pack}/groups"), json!({"group": group, "perm": "user"})).await.ok();
        }
        counts.push(asked(&app, &eve, "/packs?limit=100").await);
    }
    // A page that is not the last one does not tell how many there are.
    assert_eq!(counts, [(2, 10), (3, 200)]);
}

#[tokio::test]
async fn versions_of_a_build_take_three_queries_however_many_there_are() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    app.make_member("user_packs", "eve", "sky", 2).await;
    let path = "/packs/sky/builds/1.0/versions";
    let mut counts = Vec::new();
    for numbers in [1..3, 3..30] {
        for number in numbers {
            let module = format!("mod-{number}");
            admin.post("/mods", json!({"slug": module, "name": module})).await.ok();
            admin.upload(&module, "1.0", "a.jar", module.as_bytes()).await.ok();
            admin.post(path, json!({"mod": module, "version": "1.0"})).await.ok();
        }
        counts.push(asked(&app, &eve, path).await);
    }
    assert_eq!(counts, [(3, 3), (3, 30)]);
    assert_eq!(asked(&app, &eve, &format!("{path}?limit=10")).await, (4, 30));
}

#[tokio::test]
async fn no_list_takes_more_queries_for_more_rows() {
    let app = Upstream::new().await.app().await;
    let admin = app.user("admin", true).await;
    for (family, _) in FAMILIES {
        admin.send("PUT", &format!("/{family}"), None).await.ok();
    }
    admin.pack_with_build().await;
    admin.post("/groups", json!({"slug": "crew", "name": "Crew"})).await.ok();
    let webhook = crate::webhooks::made(&admin, "sky").await;
    for number in 0..2 {
        grow(&app, &admin, number).await;
    }
    let few = all_lists(&app, &admin, &webhook).await;
    for number in 2..7 {
        grow(&app, &admin, number).await;
    }
    let many = all_lists(&app, &admin, &webhook).await;
    assert!(few.len() > 30, "{few:?}");
    for ((path, few, rows), (_, many, more_rows)) in few.into_iter().zip(many) {
        assert_eq!(few, many, "{path} with {rows} and with {more_rows} rows");
        let given = path.ends_with("/providers") || FAMILIES.iter().any(|(family, _)| path == format!("/{family}"));
        assert!(given || rows < more_rows, "{path} has {rows} and {more_rows} rows");
    }
}

/// Every list with the number of its queries and rows.
async fn all_lists(app: &TestApp, admin: &Caller, webhook: &str) -> Vec<(String, u64, u64)> {
    // What publishing leaves to do behind its answer asks the database too.
    app.settled().await;
    let mut lists = Vec::new();
    let of_lists =
        operations().filter(|(_, _, operation)| operation["operationId"].as_str().unwrap().starts_with("List"));
    // What sources list is not in our database.
    for (_, template, _) in of_lists.filter(|(_, template, _)| !template.contains("{source}")) {
        let parts = [
            ("/api/v1", ""),
            ("{pack_id}", "sky"),
            ("{build_id}", "1.0"),
            ("{mod_id}", "jei"),
            ("{version_id}", "1.0"),
            ("{group_id}", "crew"),
            ("{user_id}", "admin"),
            ("{client_id}", "launcher-0"),
            ("{webhook_id}", webhook),
        ];
        let path = parts.into_iter().fold(template, |path, (part, name)| path.replacen(part, name, 1));
        let releases = FAMILIES.into_iter().map(|(family, release)| (format!("{{{family}_id}}"), release));
        let path = releases.fold(path, |path, (part, release)| path.replacen(&part, release, 1));
        let (queries, rows) = asked(app, admin, &path).await;
        lists.push((path, queries, rows));
    }
    lists
}

/// Adds a row to every list.
async fn grow(app: &TestApp, admin: &Caller, number: usize) {
    let name = format!("thing-{number}");
    admin.post("/users", json!({"username": name})).await.ok();
    for things in ["packs", "mods", "groups"] {
        admin.post(&format!("/{things}"), json!({"slug": name, "name": name})).await.ok();
    }
    for (path, far) in [("packs/sky", &name), ("mods/jei", &name), ("groups/crew", &name)] {
        admin.post(&format!("/{path}/users"), json!({"user": far, "perm": "user"})).await.ok();
    }
    for things in ["packs/sky", "mods/jei", &format!("packs/{name}"), &format!("mods/{name}")] {
        let group = if things.ends_with(&name) { "crew" } else { &name };
        admin.post(&format!("/{things}/groups"), json!({"group": group, "perm": "user"})).await.ok();
    }
    admin.upload("jei", &name, "a.jar", name.as_bytes()).await.ok();
    admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": name})).await.ok();
    admin.post("/packs/sky/previews", json!({})).await.ok();
    admin.post("/packs/sky/tokens", json!({"name": name})).await.ok();
    crate::webhooks::made(admin, "sky").await;
    admin.get("/profile/token").await.ok();
    admin.put(&format!("/packs/sky/builds/1.0/files/{name}.txt"), json!({})).await.ok();
    crate::jobs::counted(app, "admin", 1).await;
    admin.drop_file(&format!("{name}.jar"), &crate::intake::jar(&name, "1.0", "*")).await.ok();
    admin.put(&format!("/blobs/{number:064x}/block"), json!({"reason": "nobody wants it"})).await.ok();
    admin.post("/solder/keys", json!({"name": name})).await.ok();
    admin.post("/solder/clients", json!({"name": name, "uuid": format!("launcher-{number}")})).await.ok();
    admin.post("/solder/clients/launcher-0/packs", json!({"pack": name})).await.ok();
    grow_builds(admin, &name).await;
}

/// Adds builds: one on Minecraft and each loader, of which one is published with a channel, and one is withdrawn for
/// another.
async fn grow_builds(admin: &Caller, name: &str) {
    for (family, release) in FAMILIES {
        let build = json!({
            "name": format!("{name}-{family}"),
            "minecraft_id": "1.21.1",
            format!("{family}_id"): release,
            "versions": [{"mod": "jei", "version": "1.0"}],
        });
        admin.post("/packs/sky/builds", build).await.ok();
    }
    let build = |family: &str| format!("/packs/sky/builds/{name}-{family}");
    admin.put(&build("fabric"), json!({"published": true, "channel": name})).await.ok();
    admin.put(&build("quilt"), json!({"published": true})).await.ok();
    admin.put(&build("fabric"), json!({"yanked": true, "replacement": format!("{name}-quilt")})).await.ok();
    admin.put(&build("quilt"), json!({"channel": format!("{name}-channel")})).await.ok();
}
