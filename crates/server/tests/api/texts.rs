//! Texts that a database could not keep, or not every kind of database: each is refused before one is asked.

use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};

/// Every text field of what is made by JSON: the list, what else it needs, and its texts.
fn fields() -> Vec<(&'static str, Value, &'static [&'static str])> {
    vec![
        ("/packs", json!({"name": "Other"}), &["name", "slug", "website", "summary"]),
        ("/mods", json!({"name": "Other"}), &["name", "slug", "side", "description", "author", "website", "donate"]),
        ("/groups", json!({"name": "Other"}), &["name", "slug"]),
        ("/users", json!({"username": "other"}), &["username", "email", "fullname"]),
        ("/packs/sky/builds", json!({"name": "2.0"}), &["name", "minecraft_id", "forge_id", "java", "memory"]),
    ]
}

async fn with_pack() -> (TestApp, Caller) {
    let (app, admin, ..) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    (app, admin)
}

#[tokio::test]
async fn too_long_a_text_breaks_a_rule_wherever_it_is() {
    let (_app, admin) = with_pack().await;
    for (list, rest, texts) in fields() {
        for field in texts {
            for text in ["x".repeat(20_000), "😀".repeat(20_000)] {
                let mut body = rest.clone();
                body[field] = json!(text);
                let violations = admin.post(list, body).await.violations();
                assert!(violations.iter().all(|rule| rule.starts_with(&format!("{field}:"))), "{violations:?}");
            }
        }
    }
}

#[tokio::test]
async fn nul_in_a_body_is_refused_wherever_it_is() {
    let (_app, admin) = with_pack().await;
    for (list, rest, texts) in fields() {
        for field in texts {
            let mut body = rest.clone();
            body[field] = json!("a\0b");
            assert!(admin.post(list, body).await.refused(400).contains("NUL"), "{list} {field}");
        }
    }
    for (path, body) in [
        ("/auth/login", json!({"username": "admin\0", "password": "x"})),
        ("/setup", json!({"token": "\0", "username": "a", "password": "b"})),
        ("/packs/sky/builds/1.0/versions", json!({"mod": "jei\0", "version": "1.0"})),
        ("/packs", json!({"name": "Other", "unknown": {"deep": ["\0"]}})),
    ] {
        assert!(admin.post(path, body).await.refused(400).contains("NUL"), "{path}");
    }
    let upload = json!({"name": "2.0\0", "upload": "data:;base64,UEs="});
    assert!(admin.post("/mods/jei/versions", upload).await.refused(400).contains("NUL"));
    assert_eq!(
        admin.upload("jei", "2.0\0", "jei.jar", b"PK").await.violations(),
        ["name: cannot contain control or invisible characters or / \\ : * ? \" < > |"]
    );
}

#[tokio::test]
async fn nul_in_an_address_is_nowhere() {
    let (app, admin) = with_pack().await;
    for path in [
        "/packs/sky%00",
        "/packs/%00",
        "/packs/sky/builds/1.0%00",
        "/packs/sky%00/builds",
        "/mods/jei%00",
        "/mods/jei/versions/1.0%00",
        "/users/admin%00",
        "/storage/%00",
    ] {
        admin.get(path).await.refused(404);
    }
    app.anonymous().get("/auth/verify/a%00b").await.refused(401);
    for path in ["/packs/sky%00/latest/pack.mrpack", "/packs/sky/%00/pack.mrpack", "/packs/sky/latest/files/%00"] {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        assert_eq!(app.anonymous().request(request).await.status, 404, "{path}");
    }
    admin.get("/packs?search=%00").await.refused(400);
    admin.get("/packs?sort=%00").await.refused(400);
}
