//! New builds that begin with something: from another build, or with a list of versions.

use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};

const BUILDS: &str = "/packs/sky/builds";

async fn names_of(caller: &Caller, build: &str) -> Vec<String> {
    let list = caller.get(&format!("{BUILDS}/{build}/versions")).await.ok();
    let name = |row: &Value| format!("{} {}", row["version"]["mod"]["slug"], row["version"]["name"]).replace('"', "");
    list["versions"].as_array().unwrap().iter().map(name).collect()
}

/// A configuration file in build `1.0`, which no operation makes yet.
async fn add_config(app: &TestApp) {
    use kleister_store::rows::{self, blob, build, build_file};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let write = app.app.db.write().await.unwrap();
    let build = build::Entity::find().filter(build::Column::Name.eq("1.0")).one(&*write).await.unwrap().unwrap();
    let blob = blob::Entity::find().one(&*write).await.unwrap().unwrap();
    let file = build_file::Model {
        id: kleister_store::names::new_id(),
        build_id: build.id,
        path: "config/jei.toml".to_owned(),
        path_key: "config/jei.toml".to_owned(),
        blob: blob.sha256,
        client: "required".to_owned(),
        server: "required".to_owned(),
        policy: "seed".to_owned(),
        created_at: 0,
        updated_at: 0,
    };
    rows::insert(&*write, file).await.unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn new_build_begins_with_everything_that_the_other_consists_of() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    add_config(&app).await;
    admin.put(&format!("{BUILDS}/1.0"), json!({"java": "21", "memory": "6144"})).await.ok();
    let jei = json!({"mod": "jei", "version": "1.0", "client": "optional", "default": true, "text": "Recipes"});
    admin.put(&format!("{BUILDS}/1.0/versions"), json!({"versions": [jei]})).await.ok();
    admin.put(&format!("{BUILDS}/1.0"), json!({"published": true, "recommended": true})).await.ok();
    let new = admin.post(BUILDS, json!({"name": "1.1", "from": "1.0", "memory": "8192"})).await.ok();
    let shown = ["state", "java", "memory", "latest", "recommended", "public"].map(|field| new[field].clone());
    assert_eq!(shown, [json!("draft"), json!("21"), json!("8192"), json!(false), json!(false), json!(true)]);
    assert_eq!(new["minecraft"]["name"], "1.21.1");
    admin.put(&format!("{BUILDS}/1.1"), json!({"published": true})).await.ok();
    let release = async |build: &str| anonymous.fetch(&format!("/packs/sky/{build}/index.json")).await.json();
    let (old, new) = (release("1.0").await, release("1.1").await);
    let files = |release: &Value| {
        let files = release["files"].as_array().unwrap().iter();
        files.map(|file| (file["path"].clone(), file["policy"].clone(), file["choice"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(files(&new), files(&old));
    assert_eq!(files(&new).len(), 2);
}

#[tokio::test]
async fn build_of_another_pack_is_no_beginning() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.post("/packs", json!({"name": "Other", "slug": "other"})).await.ok();
    let id = admin.get(&format!("{BUILDS}/1.0")).await.ok()["id"].clone();
    for from in [json!("1.0"), id] {
        let answer = admin.post("/packs/other/builds", json!({"name": "1", "from": from})).await;
        assert_eq!(answer.violations(), ["from: is not a build of this pack"]);
    }
    admin.post(BUILDS, json!({"name": "1.1", "from": ""})).await.ok();
    let answer = admin.put(&format!("{BUILDS}/1.1"), json!({"from": "1.0"})).await;
    assert_eq!(answer.violations(), ["from: is only for a new build"]);
}

#[tokio::test]
async fn versions_take_the_place_of_those_that_a_build_begins_from() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    let versions = json!([{"mod": "jei", "version": "2.0"}]);
    let new = admin.post(BUILDS, json!({"name": "2.0", "from": "1.0", "versions": versions})).await.ok();
    assert_eq!(new["minecraft"]["name"], "1.21.1");
    assert_eq!(names_of(&admin, "2.0").await, ["jei 2.0"]);
    admin.post(BUILDS, json!({"name": "3.0", "versions": versions})).await.ok();
    assert_eq!(names_of(&admin, "3.0").await, ["jei 2.0"]);
}

#[tokio::test]
async fn build_may_be_made_and_published_in_one_call() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let versions = json!([{"mod": "jei", "version": "1.0"}]);
    let wanted = json!({"name": "2.0", "minecraft_id": "1.21.1", "versions": versions, "published": true});
    let build = admin.post(BUILDS, wanted).await.ok();
    assert_eq!((&build["state"], &build["latest"]), (&json!("published"), &json!(true)));
    let wanted = json!({"name": "3.0", "from": "2.0", "published": true, "channel": "beta"});
    assert_eq!(admin.post(BUILDS, wanted).await.ok()["latest"], false);
    assert_eq!(anonymous.fetch("/packs/sky/beta/index.json").await.json()["version"], "3.0");
}

#[tokio::test]
async fn build_that_cannot_be_published_is_not_made_either() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let jei = json!({"mod": "jei", "version": "1.0"});
    for wanted in [
        json!({"name": "2.0", "versions": [jei], "published": true}),
        json!({"name": "2.0", "minecraft_id": "1.21.1", "versions": [], "published": true}),
        json!({"name": "2.0", "versions": [{"mod": "jei", "version": "9"}]}),
        json!({"name": "2.0", "from": "1.0", "published": true, "channel": "1.0"}),
    ] {
        admin.post(BUILDS, wanted.clone()).await.refused(422);
        admin.get(&format!("{BUILDS}/2.0")).await.refused(404);
    }
    admin.post(BUILDS, json!({"name": "2.0"})).await.ok();
}

#[tokio::test]
async fn versions_of_mods_that_one_does_not_see_are_copied_too() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    app.make_member("user_packs", "eve", "sky", 2).await;
    eve.get("/mods/jei").await.refused(404);
    eve.post(BUILDS, json!({"name": "2.0", "from": "1.0"})).await.ok();
    assert_eq!(names_of(&eve, "2.0").await, ["jei 1.0"]);
}

#[tokio::test]
async fn build_made_from_one_that_is_not_public_is_not_public() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put(&format!("{BUILDS}/1.0"), json!({"public": false})).await.ok();
    assert_eq!(admin.post(BUILDS, json!({"name": "2.0", "from": "1.0"})).await.ok()["public"], false);
    let wanted = json!({"name": "3.0", "from": "1.0", "public": true});
    assert_eq!(admin.post(BUILDS, wanted).await.ok()["public"], true);
}

#[tokio::test]
async fn same_build_fifty_times_at_once_is_one_build() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..50 {
        let admin = admin.clone();
        let name = if number % 2 == 0 { "r+1" } else { "R_1" };
        let wanted = json!({"name": name, "from": "1.0"});
        tasks.spawn(async move { admin.post(BUILDS, wanted).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 422, 422));
    assert_eq!(admin.get(BUILDS).await.ok()["total"], 2);
    assert_eq!(names_of(&admin, "r+1".replace('+', "%2B").as_str()).await, ["jei 1.0"]);
}

#[tokio::test]
async fn copies_made_at_once_are_each_complete() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..10 {
        let admin = admin.clone();
        tasks.spawn(async move {
            let name = format!("copy-{number}");
            let wanted = json!({"name": name, "from": "1.0", "published": true});
            admin.post(BUILDS, wanted).await.ok();
            names_of(&admin, &name).await
        });
    }
    assert!(tasks.join_all().await.iter().all(|names| names == &["jei 1.0"]));
    let list = admin.get(&format!("{BUILDS}?limit=0")).await.ok();
    let latest: Vec<_> = list["builds"].as_array().unwrap().iter().filter(|build| build["latest"] == true).collect();
    assert_eq!(latest.len(), 1);
}
