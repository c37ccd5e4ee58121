//! Spellings that break out of texts where texts are pasted together: in every text that a caller can send, they are
//! texts like any other, on every database alike.

use axum::body::Body;
use axum::http::Request;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::test_app::{Caller, TestApp};

/// Texts with a meaning in SQL, in patterns, in paths, and of four bytes a character.
const SPELLINGS: [&str; 16] = [
    "'",
    "\"",
    "`",
    "\\",
    "%",
    "_",
    "' OR '1'='1",
    "'; DROP TABLE packs; --",
    "$1",
    "?1",
    ":id",
    "\\'",
    "{0}",
    "😀",
    "É",
    "${jndi:ldap://x}",
];

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn names_are_kept_and_found_as_they_were_written() {
    let (_app, admin, _, _) = TestApp::with_callers().await;
    let wrapped = |spelling: &str| format!("before {spelling} after");
    for (number, spelling) in SPELLINGS.iter().enumerate() {
        let name = wrapped(spelling);
        let made = admin.post("/packs", json!({"name": name, "slug": format!("pack-{number}"), "website": name})).await;
        assert_eq!(made.ok()["name"], name);
        assert_eq!(admin.post("/mods", json!({"name": name, "description": name})).await.ok()["description"], name);
        assert_eq!(admin.post("/groups", json!({"name": name})).await.ok()["name"], name);
        assert_eq!(admin.post("/users", json!({"username": name, "fullname": name})).await.ok()["username"], name);
        assert_eq!(admin.get(&format!("/users/{}", encoded(&name))).await.ok()["fullname"], name);
    }
    for spelling in SPELLINGS {
        let holding = |name: &String| name.to_lowercase().contains(&spelling.to_lowercase());
        let expected = SPELLINGS.iter().map(|other| wrapped(other)).filter(holding).count();
        for (list, field) in [("packs", "name"), ("mods", "name"), ("groups", "name"), ("users", "username")] {
            let found = admin.get(&format!("/{list}?search={}", encoded(spelling))).await.column(list, field);
            // The slugs of mods and groups are searched too, and hold no such characters.
            assert_eq!(found.len(), expected, "{list} searched for {spelling}: {found:?}");
            assert!(found.iter().all(holding), "{list} searched for {spelling}: {found:?}");
        }
    }
}

#[tokio::test]
async fn addresses_name_nothing_but_what_they_spell() {
    let (_app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for spelling in SPELLINGS.into_iter().chain(["\u{0}", "sky\u{0}", "sky'--", "sk_", "%", "\u{fffd}"]) {
        let key = encoded(spelling);
        for path in [
            format!("/packs/{key}"),
            format!("/mods/{key}"),
            format!("/groups/{key}"),
            format!("/users/{key}"),
            format!("/packs/sky/builds/{key}"),
            format!("/mods/jei/versions/{key}"),
            format!("/packs/{key}/builds/1.0"),
            format!("/packs/sky/builds/{key}/versions"),
            format!("/users/{key}/packs"),
        ] {
            let answer = admin.get(&path).await;
            assert_eq!(answer.status, 404, "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn bodies_and_queries_take_texts_as_texts() {
    let (_app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for spelling in SPELLINGS {
        admin.get(&format!("/packs?sort={}", encoded(spelling))).await.refused(400);
        admin.get(&format!("/packs?order={}", encoded(spelling))).await.refused(400);
        admin.get(&format!("/packs?limit={}", encoded(spelling))).await.refused(400);
        admin.post("/packs/sky/users", json!({"user": spelling, "perm": "user"})).await.refused(404);
        // An underscore is allowed in slugs.
        let expected = if spelling == "_" { 200 } else { 422 };
        let group = admin.post("/groups", json!({"slug": spelling, "name": "A name"})).await;
        assert_eq!(group.status, expected, "{spelling}");
        let link = json!({"mod": "jei", "version": spelling});
        admin.post("/packs/sky/builds/1.0/versions", link).await.refused(404);
        admin.post("/packs/sky/builds", json!({"name": "2.0", "minecraft_id": spelling})).await.refused(422);
        admin.put("/packs/sky/builds/1.0", json!({"java": spelling})).await.refused(422);
        let login = json!({"username": spelling, "password": spelling});
        // Refused as a wrong password, and in the end as one guess too many.
        let status = admin.post("/auth/login", login).await.status.as_u16();
        assert!([401, 429].contains(&status), "{spelling}: {status}");
    }
}

/// A NUL ends texts in C and is refused by PostgreSQL: nobody may store one.
#[tokio::test]
async fn nul_is_refused_everywhere() {
    let (_app, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    for (path, body) in [
        ("/packs", json!({"name": "a\u{0}b c"})),
        ("/packs", json!({"name": "a name", "website": "a\u{0}b"})),
        ("/mods", json!({"name": "a name", "description": "a\u{0}b"})),
        ("/groups", json!({"name": "a\u{0}b c"})),
        ("/users", json!({"username": "a\u{0}b c"})),
        ("/users", json!({"username": "a name", "email": "a\u{0}b"})),
        ("/packs/sky/builds", json!({"name": "a\u{0}b"})),
        ("/packs/sky/users", json!({"user": "a\u{0}b", "perm": "user"})),
        ("/packs/sky/builds/1.0/versions", json!({"mod": "jei\u{0}", "version": "1.0"})),
    ] {
        let status = admin.post(path, body.clone()).await.status.as_u16();
        assert!([400, 404, 422].contains(&status), "{path} {body}: {status}");
    }
    for list in ["packs", "mods", "groups", "users", "packs/sky/users", "packs/sky/builds", "minecraft"] {
        admin.get(&format!("/{list}?search=a%00b")).await.refused(400);
    }
}

#[tokio::test]
async fn half_characters_are_no_text() {
    let (_app, admin, _, _) = TestApp::with_callers().await;
    for name in [&br#""\ud800 lone""#[..], br#""\udc00 lone""#, b"\"\xff bytes\"", b"\"\xed\xa0\x80 bytes\""] {
        let body = [b"{\"name\": ", name, b"}"].concat();
        assert_eq!(send_raw(&admin, "/packs", body).await, 400, "{}", String::from_utf8_lossy(name));
    }
}

async fn send_raw(caller: &Caller, path: &str, body: Vec<u8>) -> u16 {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/api/v1{path}"))
        .header("content-type", "application/json")
        .body(Body::from(body))
        .unwrap();
    caller.request(request).await.status.as_u16()
}
