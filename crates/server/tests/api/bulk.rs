//! A draft's whole list of versions, replaced at once.

use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};

const LIST: &str = "/packs/sky/builds/1.0/versions";

async fn replace(caller: &Caller, versions: Value) -> Answer {
    caller.put(LIST, json!({"versions": versions})).await
}

/// The versions of the draft in their order of names: mod, version, and what is set.
async fn listed(caller: &Caller) -> Vec<String> {
    let list = caller.get(LIST).await.ok();
    let row = |row: &Value| {
        let set: Vec<_> = ["client", "server", "default", "text", "group", "path"]
            .into_iter()
            .filter(|field| !row[field].is_null() && row[field] != false)
            .map(|field| format!("{field}={}", row[field]).replace('"', ""))
            .collect();
        let name = format!("{} {}", row["version"]["mod"]["slug"], row["version"]["name"]).replace('"', "");
        [vec![name], set].concat().join(" ")
    };
    list["versions"].as_array().unwrap().iter().map(row).collect()
}

/// Pack `sky` with draft `1.0` that has `jei` 1.0; `jei` has 2.0 too, and `rei` has 1.0.
async fn world(admin: &Caller) {
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "jei-2.0.jar", b"jei 2").await.ok();
    admin.post("/mods", json!({"slug": "rei", "name": "Roughly Enough"})).await.ok();
    admin.upload("rei", "1.0", "rei-1.0.jar", b"rei 1").await.ok();
}

#[tokio::test]
async fn list_is_replaced_by_names_and_identifiers() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    world(&admin).await;
    let module = admin.get("/mods/rei").await.ok()["id"].clone();
    let version = admin.get("/mods/rei/versions/1.0").await.ok()["id"].clone();
    let wanted = json!([{"mod": "JEI", "version": "2.0"}, {"mod": module, "version": version}]);
    let message = replace(&admin, wanted).await.ok()["message"].clone();
    assert_eq!(message, "Successfully replaced versions of build");
    assert_eq!(listed(&admin).await, ["rei 1.0", "jei 2.0"]);
    admin.put("/mods/rei", json!({"slug": "roughly"})).await.ok();
    replace(&admin, json!([{"mod": "rei", "version": "1.0"}])).await.ok();
    assert_eq!(listed(&admin).await, ["roughly 1.0"]);
    replace(&admin, json!([])).await.ok();
    assert_eq!(listed(&admin).await, Vec::<String>::new());
}

#[tokio::test]
async fn settings_of_what_stays_are_kept_unless_given() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    world(&admin).await;
    let jei = json!({
        "mod": "jei", "version": "1.0", "client": "optional", "server": "unsupported", "default": true,
        "text": "Shows recipes", "group": "Comfort", "path": "mods/items.jar"
    });
    replace(&admin, json!([jei])).await.ok();
    let all = "jei 1.0 client=optional server=unsupported default=true text=Shows recipes group=Comfort \
               path=mods/items.jar";
    assert_eq!(listed(&admin).await, [all]);
    replace(&admin, json!([{"mod": "rei", "version": "1.0"}, {"mod": "jei", "version": "1.0"}])).await.ok();
    let mut rows = listed(&admin).await;
    rows.sort();
    assert_eq!(rows, [all, "rei 1.0"]);
    let less = json!({"mod": "jei", "version": "1.0", "server": "", "text": "", "default": false, "path": null});
    replace(&admin, json!([less])).await.ok();
    assert_eq!(listed(&admin).await, ["jei 1.0 client=optional group=Comfort path=mods/items.jar"]);
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let index = anonymous.fetch("/packs/sky/1.0/index.json").await.json();
    let file = &index["files"][0];
    assert_eq!((&file["path"], &file["environment"]["client"]), (&json!("mods/items.jar"), &json!("optional")));
    assert_eq!((&file["environment"]["server"], &file["choice"]["default"]), (&json!("required"), &json!(false)));
}

#[tokio::test]
async fn each_bad_entry_is_named_and_nothing_changes() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    world(&admin).await;
    let rei = admin.get("/mods/rei/versions/1.0").await.ok()["id"].clone();
    let wanted = json!([
        {"mod": "jei", "version": "2.0"},
        {"mod": "none", "version": "1.0"},
        {"mod": "jei", "version": "9.9"},
        {"mod": "jei", "version": rei},
        {"mod": "JEI", "version": "2.0"},
        {"mod": "01arz3ndektsv4rrffq69g5fav", "version": "1.0"},
    ]);
    assert_eq!(
        replace(&admin, wanted).await.violations(),
        [
            "versions[1].mod: is not a mod that you can see",
            "versions[2].version: is not a version of this mod that you can see",
            "versions[3].version: is not a version of this mod that you can see",
            "versions[4].version: is the same version as versions[0]",
            "versions[5].mod: is not a mod that you can see",
        ]
    );
    let sides = "must be required, optional or unsupported; empty for what the version says";
    let set = json!([{"mod": "jei", "version": "1.0", "client": "maybe", "group": "x".repeat(256)}]);
    assert_eq!(
        replace(&admin, set).await.violations(),
        [format!("versions[0].client: {sides}"), "versions[0].group: must be at most 255 characters".to_owned()]
    );
    for path in ["../jei.jar", "/etc/passwd", "mods/CON", "C:/jei.jar"] {
        let answer = replace(&admin, json!([{"mod": "jei", "version": "1.0", "path": path}])).await;
        assert!(answer.violations()[0].starts_with("versions[0].path: "), "{path}");
    }
    let endless = vec![json!({"mod": "jei", "version": "1.0"}); 10_001];
    assert_eq!(replace(&admin, json!(endless)).await.violations(), ["versions: must be at most 10000"]);
    assert_eq!(listed(&admin).await, ["jei 1.0"]);
}

#[tokio::test]
async fn what_one_does_not_see_cannot_be_added_but_may_stay() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    world(&admin).await;
    app.make_member("user_packs", "eve", "sky", 2).await;
    let (jei, rei) = (json!({"mod": "jei", "version": "1.0"}), json!({"mod": "rei", "version": "1.0"}));
    for unseen in [rei.clone(), json!({"mod": "jei", "version": "2.0"}), json!({"mod": "none", "version": "1.0"})] {
        let violations = replace(&eve, json!([jei, unseen])).await.violations();
        assert_eq!(violations, ["versions[1].mod: is not a mod that you can see"]);
    }
    replace(&eve, json!([jei])).await.ok();
    admin.put("/mods/rei", json!({"public": true})).await.ok();
    replace(&eve, json!([jei, rei])).await.ok();
    replace(&eve, json!([rei])).await.ok();
    assert_eq!(replace(&eve, json!([rei, jei])).await.violations().len(), 1);
    admin.put("/mods/rei/versions/1.0", json!({"public": false})).await.ok();
    replace(&eve, json!([])).await.ok();
    let hidden = "versions[0].version: is not a version of this mod that you can see";
    assert_eq!(replace(&eve, json!([rei])).await.violations(), [hidden]);
    app.make_member("user_mods", "eve", "rei", 1).await;
    replace(&eve, json!([rei])).await.ok();
}

#[tokio::test]
async fn list_of_a_published_build_stays() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    world(&admin).await;
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    assert!(replace(&admin, json!([])).await.refused(409).ends_with("make a new build from this one"));
    let hint = "versions: are only for a new build; replace those of a draft by PUT on its own list of versions";
    assert_eq!(admin.put("/packs/sky/builds/1.0", json!({"versions": []})).await.violations(), [hint]);
}

#[tokio::test]
async fn list_longer_than_one_statement_takes_is_replaced_in_its_order() {
    let (app, admin, _, _) = TestApp::with_callers().await;
    world(&admin).await;
    add_versions(&app, 6000).await;
    let entry = |number| json!({"mod": "jei", "version": format!("v{number}")});
    replace(&admin, (0..6000).rev().map(entry).collect()).await.ok();
    assert_eq!(admin.get(&format!("{LIST}?limit=1")).await.ok()["total"], 6000);
    replace(&admin, (0..6000).map(entry).collect()).await.ok();
    let last = admin.get(&format!("{LIST}?sort=name&order=desc&limit=1")).await.ok();
    assert_eq!(last["versions"][0]["version"]["name"], "v5999");
}

/// Gives mod `jei` so many versions without files.
async fn add_versions(app: &TestApp, count: usize) {
    use kleister_store::names;
    use kleister_store::rows::{self, name, version};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let write = app.app.db.write().await.unwrap();
    // Only `jei` has a version of this name.
    let found = version::Entity::find().filter(version::Column::Name.eq("2.0")).one(&*write).await.unwrap().unwrap();
    let version = |number| version::Model {
        id: names::new_id(),
        mod_id: found.mod_id.clone(),
        name: format!("v{number}"),
        sort_key: names::sort_key(&format!("v{number}")),
        search: None,
        number: None,
        public: true,
        client: None,
        server: None,
        licence: None,
        changelog: None,
        created_at: 0,
        updated_at: 0,
    };
    let versions: Vec<_> = (0..count).map(version).collect();
    let name = |version: &version::Model| name::Model {
        scope: found.mod_id.clone(),
        name_key: version.name.clone(),
        owner_id: Some(version.id.clone()),
        created_at: 0,
    };
    rows::insert_many(&*write, versions.iter().map(name).collect()).await.unwrap();
    rows::insert_many(&*write, versions).await.unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn publishing_against_replacing_has_one_outcome() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    world(&admin).await;
    let wanted = json!([{"mod": "jei", "version": "2.0"}, {"mod": "rei", "version": "1.0"}]);
    let replacing = replace(&admin, wanted);
    let publishing = admin.put("/packs/sky/builds/1.0", json!({"published": true}));
    let (replaced, published) = tokio::join!(replacing, publishing);
    if published.status == 409 {
        // The list was replaced while the one before it was checked.
        assert!(published.refused(409).contains("try again"));
        admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    }
    let index = anonymous.fetch("/packs/sky/1.0/index.json").await.json();
    let expected = if replaced.status == 200 { 2 } else { 1 };
    assert!([200, 409].contains(&replaced.status.as_u16()));
    assert_eq!(index["files"].as_array().unwrap().len(), expected);
    assert_eq!(admin.get(LIST).await.ok()["total"], expected);
}
