//! Long lists: pages, order, search, and who sees what in them.

use serde_json::json;

use crate::test_app::{Caller, TestApp};

async fn packs(caller: &Caller, names: &[&str]) {
    for name in names {
        caller.post("/packs", json!({"name": name, "public": true})).await.ok();
    }
}

#[tokio::test]
async fn names_sort_as_people_expect() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    packs(&eve, &["Pack 10", "pack 9", "Another", "Pack 9.1"]).await;
    assert_eq!(eve.get("/packs").await.column("packs", "name"), ["Another", "pack 9", "Pack 9.1", "Pack 10"]);
    let reversed = eve.get("/packs?order=desc&sort=NAME").await.column("packs", "name");
    assert_eq!(reversed, ["Pack 10", "Pack 9.1", "pack 9", "Another"]);
}

#[tokio::test]
async fn pages_neither_overlap_nor_leave_gaps() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    packs(&eve, &["all the same"; 10]).await;
    let mut slugs = Vec::new();
    for offset in (0..10).step_by(3) {
        let page = eve.get(&format!("/packs?limit=3&offset={offset}")).await;
        let body = page.ok();
        assert_eq!((&body["total"], &body["limit"], &body["offset"]), (&json!(10), &json!(3), &json!(offset)));
        slugs.extend(page.column("packs", "slug"));
    }
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), 10);
}

#[tokio::test]
async fn every_page_tells_how_many_rows_there_are() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    assert_eq!(eve.get("/packs").await.ok()["total"], 0);
    packs(&eve, &["one", "two", "three", "four"]).await;
    // Some rows, a full page, the full last page, its part, one row too far, much too far.
    for page in ["limit=3", "limit=4", "limit=2&offset=2", "limit=3&offset=2", "offset=4", "limit=1&offset=9"] {
        assert_eq!(eve.get(&format!("/packs?{page}")).await.ok()["total"], 4, "{page}");
    }
}

#[tokio::test]
async fn limits_are_echoed_as_applied() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    for (query, limit, offset) in [
        ("", 100, 0),
        ("?limit=0", 10_000, 0),
        ("?limit=-5&offset=-3", 10_000, 0),
        ("?limit=999999999&offset=7", 10_000, 7),
        ("?limit=1&sort=&order=", 1, 0),
    ] {
        let body = eve.get(&format!("/packs{query}")).await.ok();
        assert_eq!((&body["limit"], &body["offset"]), (&json!(limit), &json!(offset)), "{query}");
    }
}

#[tokio::test]
async fn unknown_order_is_refused_with_the_allowed_ones() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let message = eve.get("/packs?sort=size").await.refused(400);
    assert_eq!(message, "Cannot sort by `size`; allowed: name, slug, website, public, created, updated");
    assert!(eve.get("/packs?order=up").await.refused(400).contains("asc"));
    eve.get("/packs?limit=many").await.refused(400);
}

#[tokio::test]
async fn search_finds_texts_whatever_their_case_and_takes_wildcards_literally() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    packs(&eve, &["Über Pack", "100 % Pack", "under_score", "backslash \\ pack"]).await;
    for (search, found) in [
        ("über", vec!["Über Pack"]),
        ("PACK", vec!["100 % Pack", "backslash \\ pack", "Über Pack"]),
        ("%25", vec!["100 % Pack"]),
        ("_", vec!["under_score"]),
        ("%5C", vec!["backslash \\ pack"]),
        ("'%20OR%201=1", vec![]),
    ] {
        let answer = eve.get(&format!("/packs?search={}", search.replace('ü', "%C3%BC"))).await;
        let mut names = answer.column("packs", "name");
        names.sort_by_key(|name| name.to_lowercase());
        assert_eq!(names, found, "{search}");
        assert_eq!(answer.ok()["total"], found.len());
    }
}

#[tokio::test]
async fn lists_hold_what_the_caller_may_see() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    eve.post("/packs", json!({"name": "Public", "public": true})).await.ok();
    eve.post("/packs", json!({"name": "Hidden", "public": true, "hidden": true})).await.ok();
    eve.post("/packs", json!({"name": "Private"})).await.ok();
    let stranger = app.user("stranger", false).await;
    for (caller, names) in [
        (&anonymous, vec!["Public"]),
        (&stranger, vec!["Public"]),
        (&eve, vec!["Hidden", "Private", "Public"]),
        (&admin, vec!["Hidden", "Private", "Public"]),
    ] {
        let answer = caller.get("/packs").await;
        assert_eq!(answer.column("packs", "name"), names);
        assert_eq!(answer.ok()["total"], names.len());
    }
    assert_eq!(anonymous.get("/packs?search=private").await.ok()["total"], 0);
    anonymous.get("/packs/hidden").await.ok();
    anonymous.get("/packs/private").await.refused(404);
}

#[tokio::test]
async fn hidden_pack_is_found_by_name_and_in_no_list_of_others() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.put("/mods/jei", json!({"public": true})).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    assert_eq!(admin.put("/packs/sky", json!({"hidden": true, "slug": "secret"})).await.ok()["hidden"], true);
    let member = app.user("member", false).await;
    app.make_member("user_packs", "member", "secret", 1).await;
    admin.post("/groups", json!({"slug": "crew", "name": "The Crew"})).await.ok();
    admin.post("/packs/secret/groups", json!({"group": "crew", "perm": "user"})).await.ok();
    for (caller, total) in [(&anonymous, 0), (&eve, 0), (&member, 1), (&admin, 1)] {
        for list in ["/packs", "/packs?search=sky", "/mods/jei/versions/1.0/builds"] {
            assert_eq!(caller.get(list).await.ok()["total"], total, "{list}");
        }
        if caller.token.is_some() {
            assert_eq!(caller.get("/groups/crew/packs").await.ok()["total"], total);
        }
        for slug in ["sky", "secret"] {
            caller.get(&format!("/packs/{slug}")).await.ok();
            assert_eq!(caller.get(&format!("/packs/{slug}/builds")).await.ok()["total"], 1);
            assert_eq!(caller.fetch(&format!("/packs/{slug}/latest/index.json")).await.status, 200);
        }
    }
}
