//! `If-Match`: of two who changed the same thing unseen, the second one is told.

use axum::http::Request;
use serde_json::{Value, json};

use crate::test_app::{Answer, Caller, TestApp};

/// Updates a thing if it still has this tag.
async fn put_if(caller: &Caller, path: &str, tag: &str, body: &Value) -> Answer {
    let request = Request::put(format!("/api/v1{path}")).header("if-match", tag);
    let request = request.header("content-type", "application/json");
    caller.request(request.body(body.to_string().into()).unwrap()).await
}

fn tag(answer: &Answer) -> String {
    answer.ok();
    answer.headers["etag"].to_str().unwrap().to_owned()
}

/// One thing of each kind that has tags: where it is made, how, its own address, a change.
fn things() -> [(&'static str, Value, &'static str, Value); 6] {
    let upload = "data:application/java-archive;base64,aGVsbG8=";
    [
        ("/packs", json!({"name": "A Pack", "slug": "p"}), "/packs/p", json!({"website": "https://a.example.org"})),
        ("/packs/p/builds", json!({"name": "1"}), "/packs/p/builds/1", json!({"java": "17"})),
        ("/mods", json!({"name": "A Mod", "slug": "m"}), "/mods/m", json!({"author": "Ada"})),
        ("/groups", json!({"name": "A Group", "slug": "g"}), "/groups/g", json!({"name": "Another Group"})),
        ("/users", json!({"username": "ann"}), "/users/ann", json!({"fullname": "Ann Example"})),
        ("/mods/m/versions", json!({"name": "1", "upload": upload}), "/mods/m/versions/1", json!({"public": false})),
    ]
}

#[tokio::test]
async fn stale_update_changes_nothing() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    for (list, new, path, change) in things() {
        let made = tag(&admin.post(list, new).await);
        assert_eq!(tag(&admin.get(path).await), made, "{path}: shown and made are one record");
        let changed = put_if(&admin, path, &made, &change).await;
        assert_ne!(tag(&changed), made, "{path}");
        let message = put_if(&admin, path, &made, &json!({"public": true})).await.refused(412);
        assert_eq!(message, "It was changed since you read it; read it again, then repeat your change");
        let now = admin.get(path).await;
        assert_eq!((now.json(), tag(&now)), (changed.json(), tag(&changed)), "{path}");
    }
}

#[tokio::test]
async fn any_of_several_tags_and_the_star_are_enough() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    for (list, new, path, change) in things() {
        let made = tag(&admin.post(list, new).await);
        put_if(&admin, path, &format!("\"other\", {made}"), &change).await.ok();
        put_if(&admin, path, "*", &change).await.ok();
        put_if(&admin, path, "", &change).await.ok();
        admin.put(path, change.clone()).await.ok();
        let now = tag(&admin.get(path).await);
        put_if(&admin, path, &format!("W/{now}"), &change).await.refused(412);
        put_if(&admin, path, now.trim_matches('"'), &change).await.refused(412);
    }
}

#[tokio::test]
async fn right_is_judged_before_the_tag() {
    let (_, admin, eve, _) = TestApp::with_callers().await;
    for (list, new, path, change) in things() {
        admin.post(list, new).await.ok();
        let status = put_if(&eve, path, "\"other\"", &change).await.status.as_u16();
        assert!([403, 404].contains(&status), "{path}: {status}");
    }
    put_if(&admin, "/packs/none", "*", &json!({})).await.refused(404);
}

#[tokio::test]
async fn of_twenty_who_saw_the_same_one_wins() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    let made = tag(&admin.post("/packs", json!({"name": "Race", "slug": "race"})).await);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (admin, made) = (admin.clone(), made.clone());
        tasks.spawn(async move {
            let change = json!({"summary": format!("by {number}")});
            let answer = put_if(&admin, "/packs/race", &made, &change).await;
            (answer.status.as_u16(), change["summary"].clone())
        });
    }
    let done = tasks.join_all().await;
    let winners: Vec<_> = done.iter().filter(|(status, _)| *status == 200).collect();
    assert_eq!(winners.len(), 1);
    assert!(done.iter().all(|(status, _)| [200, 412].contains(status)));
    assert_eq!(admin.get("/packs/race").await.ok()["summary"], winners[0].1);
}

#[tokio::test]
async fn profile_has_a_tag_too() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let read = tag(&eve.get("/profile/self").await);
    let changed = put_if(&eve, "/profile/self", &read, &json!({"fullname": "Eve"})).await;
    assert_ne!(tag(&changed), read);
    put_if(&eve, "/profile/self", &read, &json!({"fullname": "Adam"})).await.refused(412);
    assert_eq!(eve.get("/profile/self").await.ok()["fullname"], "Eve");
}
