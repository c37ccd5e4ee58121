//! Links between builds and versions, from either side.

use serde_json::json;

use crate::test_app::TestApp;

#[tokio::test]
async fn links_show_both_ends() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let list = admin.get("/packs/sky/builds/1.0/versions").await.ok();
    assert_eq!((&list["pack"]["slug"], &list["build"]["name"]), (&json!("sky"), &json!("1.0")));
    let version = &list["versions"][0]["version"];
    assert_eq!((&version["name"], &version["mod"]["slug"]), (&json!("1.0"), &json!("jei")));
    assert_eq!(version["file"]["slug"], "jei-1.0.jar");
    let list = admin.get("/mods/jei/versions/1.0/builds").await.ok();
    assert_eq!((&list["mod"]["slug"], &list["version"]["name"]), (&json!("jei"), &json!("1.0")));
    let build = &list["builds"][0]["build"];
    assert_eq!((&build["name"], &build["pack"]["slug"]), (&json!("1.0"), &json!("sky")));
}

#[tokio::test]
async fn attaching_twice_and_dropping_what_is_not_attached_fail() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let (near, far) = ("/packs/sky/builds/1.0/versions", "/mods/jei/versions/1.0/builds");
    let (version, build) = (json!({"mod": "jei", "version": "1.0"}), json!({"pack": "sky", "build": "1.0"}));
    assert_eq!(admin.post(near, version.clone()).await.refused(412), "Version is already attached");
    assert_eq!(admin.post(far, build.clone()).await.refused(412), "Build is already attached");
    let dropped = admin.send("DELETE", far, Some(build.clone())).await.ok();
    assert_eq!(dropped["message"], "Successfully dropped version from build");
    assert_eq!(admin.send("DELETE", far, Some(build.clone())).await.refused(412), "Build is not attached");
    assert_eq!(admin.send("DELETE", near, Some(version.clone())).await.refused(412), "Version is not attached");
    assert_eq!(admin.post(far, build).await.ok()["message"], "Successfully attached version to build");
    let dropped = admin.send("DELETE", near, Some(version.clone())).await.ok();
    assert_eq!(dropped["message"], "Successfully dropped build from version");
    assert_eq!(admin.post(near, version).await.ok()["message"], "Successfully attached build to version");
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let near = "/packs/sky/builds/1.0/versions";
    for (body, message) in [
        (json!({"mod": "none", "version": "1.0"}), "Failed to find mod"),
        (json!({"mod": "jei", "version": "none"}), "Failed to find version"),
    ] {
        assert_eq!(admin.post(near, body.clone()).await.refused(404), message);
        assert_eq!(admin.send("DELETE", near, Some(body)).await.refused(404), message);
    }
    for (body, message) in [
        (json!({"pack": "none", "build": "1.0"}), "Failed to find pack"),
        (json!({"pack": "sky", "build": "none"}), "Failed to find build"),
    ] {
        assert_eq!(admin.post("/mods/jei/versions/1.0/builds", body).await.refused(404), message);
    }
}

#[tokio::test]
async fn attaching_needs_to_change_the_pack_and_to_see_the_mod() {
    let (app, admin, eve, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    let link = json!({"mod": "jei", "version": "2.0"});
    app.make_member("user_packs", "eve", "sky", 2).await;
    assert_eq!(eve.post("/packs/sky/builds/1.0/versions", link.clone()).await.refused(404), "Failed to find mod");
    app.make_member("user_mods", "eve", "jei", 1).await;
    eve.post("/packs/sky/builds/1.0/versions", link).await.ok();
    let member = app.user("member", false).await;
    app.make_member("user_packs", "member", "sky", 1).await;
    app.make_member("user_mods", "member", "jei", 3).await;
    let build = json!({"pack": "sky", "build": "1.0"});
    assert_eq!(member.post("/mods/jei/versions/2.0/builds", build).await.refused(404), "Failed to find build");
}

#[tokio::test]
async fn same_link_fifty_times_at_once_is_one_link() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let admin = admin.clone();
        let link = json!({"mod": "jei", "version": "2.0"});
        tasks.spawn(async move { admin.post("/packs/sky/builds/1.0/versions", link).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[49]), (200, 412, 412));
}

#[tokio::test]
async fn publishing_against_attaching_has_one_outcome() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    let attach = admin.post("/packs/sky/builds/1.0/versions", json!({"mod": "jei", "version": "2.0"}));
    let publish = admin.put("/packs/sky/builds/1.0", json!({"published": true}));
    let (attached, published) = tokio::join!(attach, publish);
    if published.status == 409 {
        // The version was attached while what was there before was checked.
        assert!(published.refused(409).contains("try again"));
        admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    }
    let request = axum::http::Request::get("/packs/sky/1.0/index.json").body(axum::body::Body::empty()).unwrap();
    let index = anonymous.request(request).await.json();
    let expected = if attached.status == 200 { 2 } else { 1 };
    assert_eq!(index["files"].as_array().unwrap().len(), expected);
    assert_eq!(admin.get("/packs/sky/builds/1.0/versions").await.ok()["total"], expected);
}

#[tokio::test]
async fn mod_that_one_does_not_see_shows_only_its_name_in_a_build() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let facts = json!({"description": "a secret plan", "author": "Ada", "website": "https://ada.example.org",
        "donate": "https://pay.example.org", "side": "client"});
    admin.put("/mods/jei", facts).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    app.make_member("user_packs", "eve", "sky", 3).await;
    let module = async |caller: &crate::test_app::Caller| {
        caller.get("/packs/sky/builds/1.0/versions").await.ok()["versions"][0]["version"]["mod"].clone()
    };
    for caller in [&anonymous, &eve] {
        let module = module(caller).await;
        assert_eq!((&module["slug"], &module["name"]), (&json!("jei"), &json!("Just Enough Items")));
        for fact in ["description", "author", "website", "donate", "side"] {
            assert_eq!(module[fact], json!(null), "{fact}");
        }
    }
    assert_eq!(module(&admin).await["author"], "Ada");
    app.make_member("user_mods", "eve", "jei", 1).await;
    assert_eq!(module(&eve).await["author"], "Ada");
}

#[tokio::test]
async fn version_is_attached_with_what_is_set_for_it() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.post("/mods", json!({"slug": "map", "name": "Map", "public": true})).await.ok();
    admin.upload("map", "1.0", "map-1.0.jar", b"map").await.ok();
    let near = "/packs/sky/builds/1.0/versions";
    let set = json!({"mod": "map", "version": "1.0", "client": "optional", "server": "unsupported", "default": true,
        "text": "Shows where you are.", "group": "Maps", "path": "mods/map.jar"});
    admin.post(near, set).await.ok();
    let list = admin.get(near).await.ok();
    let link =
        list["versions"].as_array().unwrap().iter().find(|link| link["version"]["mod"]["slug"] == "map").unwrap();
    assert_eq!((&link["client"], &link["server"]), (&json!("optional"), &json!("unsupported")));
    assert_eq!((&link["default"], &link["text"]), (&json!(true), &json!("Shows where you are.")));
    assert_eq!((&link["group"], &link["path"]), (&json!("Maps"), &json!("mods/map.jar")));
}

#[tokio::test]
async fn version_takes_the_place_of_another_one_of_its_mod() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let near = "/packs/sky/builds/1.0/versions";
    admin.post("/mods", json!({"slug": "map", "name": "Map", "public": true})).await.ok();
    for version in ["1.0", "2.0", "3.0"] {
        admin.upload("map", version, &format!("map-{version}.jar"), version.as_bytes()).await.ok();
    }
    let entry = json!({"mod": "map", "version": "1.0", "client": "optional", "text": "A map.", "group": "Maps"});
    let jei = json!({"mod": "jei", "version": "1.0"});
    admin.put(near, json!({"versions": [entry, jei]})).await.ok();
    let wanted = json!({"mod": "map", "version": "2.0", "instead_of": "1.0", "group": "Other", "default": true});
    admin.post(near, wanted.clone()).await.ok();
    let rows = admin.get(near).await.ok()["versions"].clone();
    let of_map: Vec<_> =
        rows.as_array().unwrap().iter().filter(|link| link["version"]["mod"]["slug"] == "map").collect();
    let [link] = of_map[..] else { panic!("{rows:#}") };
    assert_eq!((&link["version"]["name"], &link["client"]), (&json!("2.0"), &json!("optional")));
    assert_eq!((&link["text"], &link["group"], &link["default"]), (&json!("A map."), &json!("Other"), &json!(true)));
    assert_eq!(admin.post(near, wanted).await.refused(412), "Version is not attached");
    let twice = json!({"mod": "map", "version": "2.0", "default": false});
    assert_eq!(admin.post(near, twice).await.refused(412), "Version is already attached");
    let itself = json!({"mod": "map", "version": "2.0", "instead_of": "2.0", "text": ""});
    admin.post(near, itself).await.ok();
    let rows = admin.get(near).await.ok()["versions"].clone();
    let link = rows.as_array().unwrap().iter().find(|link| link["version"]["mod"]["slug"] == "map").unwrap();
    assert_eq!((&link["client"], &link["group"]), (&json!("optional"), &json!("Other")));
    assert_eq!((&link["text"], &link["default"]), (&json!(null), &json!(true)));
    let gone = json!({"mod": "map", "version": "3.0", "instead_of": "1.0"});
    assert_eq!(admin.post(near, gone).await.refused(412), "Version is not attached");
    let of_other = json!({"mod": "map", "version": "3.0", "instead_of": "nothing"});
    assert_eq!(admin.post(near, of_other).await.refused(412), "Version is not attached");
}

#[tokio::test]
async fn what_is_set_wrongly_for_a_version_attaches_nothing() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.upload("jei", "2.0", "jei-2.0.jar", b"2").await.ok();
    let near = "/packs/sky/builds/1.0/versions";
    let attach = |field: &str, value: &str| json!({"mod": "jei", "version": "2.0", "instead_of": "1.0", field: value});
    for (field, value) in [("client", "maybe"), ("path", "../jei.jar"), ("text", &"x".repeat(1025))] {
        let answer = admin.post(near, attach(field, value)).await;
        assert_eq!(answer.status, 422, "{field}");
        assert_eq!(answer.json()["errors"][0]["field"], *field);
    }
    let list = admin.get(near).await.ok();
    assert_eq!((&list["total"], &list["versions"][0]["version"]["name"]), (&json!(1), &json!("1.0")));
}
