//! Memberships: every family by the same table, and the rules that hold for all of them.

use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};

/// A family: the thing in the address, what it is tied to, and the list's name.
struct Family {
    near: &'static str,
    far: &'static str,
}

const FAMILIES: [Family; 10] = [
    Family { near: "pack", far: "user" },
    Family { near: "pack", far: "group" },
    Family { near: "mod", far: "user" },
    Family { near: "mod", far: "group" },
    Family { near: "group", far: "user" },
    Family { near: "group", far: "pack" },
    Family { near: "group", far: "mod" },
    Family { near: "user", far: "group" },
    Family { near: "user", far: "pack" },
    Family { near: "user", far: "mod" },
];

impl Family {
    fn path(&self) -> String {
        format!("/{}s/{}/{}s", self.near, name_of(self.near), self.far)
    }

    fn body(&self, perm: Option<&str>) -> Value {
        let mut body = json!({self.far: name_of(self.far)});
        if let Some(perm) = perm {
            body["perm"] = json!(perm);
        }
        body
    }

    /// The permission of the far thing in the list, if it is there.
    async fn perm(&self, caller: &Caller) -> Option<String> {
        let page = caller.get(&self.path()).await.ok();
        let natural = if self.far == "user" { "username" } else { "slug" };
        assert_eq!(page[self.near][if self.near == "user" { "username" } else { "slug" }], name_of(self.near));
        let rows = page[format!("{}s", self.far)].as_array().cloned().unwrap();
        assert_eq!(page["total"], rows.len());
        let row = rows.into_iter().find(|row| row[self.far][natural] == name_of(self.far))?;
        assert_eq!(row[format!("{}_id", self.far)], row[self.far]["id"]);
        assert_eq!(row[format!("{}_id", self.near)], page[self.near]["id"]);
        Some(row["perm"].as_str().unwrap().to_owned())
    }
}

/// What the things of the tests are called.
fn name_of(kind: &str) -> &'static str {
    match kind {
        "pack" => "sky",
        "mod" => "jei",
        "group" => "crew",
        _ => "ann",
    }
}

/// A server with a pack, a mod and a group, which its administrator owns, and a user.
async fn world() -> (TestApp, Caller, Caller) {
    let app = TestApp::empty().await;
    let admin = app.user("admin", true).await;
    let ann = app.user("ann", false).await;
    for (kind, name) in [("packs", "sky"), ("mods", "jei"), ("groups", "crew")] {
        admin.post(&format!("/{kind}"), json!({"slug": name, "name": name})).await.ok();
    }
    (app, admin, ann)
}

#[tokio::test]
async fn every_family_attaches_permits_and_drops() {
    for family in FAMILIES {
        let (_app, admin, _) = world().await;
        let (path, Family { near, far }) = (family.path(), &family);
        assert_eq!(family.perm(&admin).await, None);
        let attached = admin.post(&path, family.body(Some("user"))).await.ok();
        assert_eq!(attached["message"], format!("Successfully attached {near} to {far}"));
        assert_eq!(family.perm(&admin).await.as_deref(), Some("user"));
        let twice = admin.post(&path, family.body(Some("owner"))).await.refused(412);
        assert_eq!(twice.to_lowercase(), format!("{far} is already attached"));
        for perm in ["admin", "owner"] {
            let permitted = admin.put(&path, family.body(Some(perm))).await.ok();
            assert_eq!(permitted["message"], format!("Successfully updated {near} {far} perms"));
            assert_eq!(family.perm(&admin).await.as_deref(), Some(perm));
        }
        let dropped = admin.send("DELETE", &path, Some(family.body(None))).await.ok();
        assert_eq!(dropped["message"], format!("Successfully dropped {near} from {far}"));
        assert_eq!(family.perm(&admin).await, None);
        for answer in [
            admin.send("DELETE", &path, Some(family.body(None))).await,
            admin.put(&path, family.body(Some("user"))).await,
        ] {
            assert_eq!(answer.refused(412).to_lowercase(), format!("{far} is not attached"));
        }
    }
}

/// Section 9, rows 30 and 7 of the contract's facts: a permission is one of three words.
#[tokio::test]
async fn every_family_refuses_unknown_permissions_and_things() {
    for family in FAMILIES {
        let (_app, admin, _) = world().await;
        let path = family.path();
        for perm in [json!(""), json!("root"), json!("OWNER"), json!(null)] {
            let mut body = family.body(None);
            body["perm"] = perm;
            for method in ["POST", "PUT"] {
                let answer = admin.send(method, &path, Some(body.clone())).await;
                assert_eq!(answer.violations(), ["perm: invalid permission value"]);
            }
        }
        for method in ["POST", "PUT", "DELETE"] {
            let unknown = json!({family.far: "nobody", "perm": "user"});
            let message = admin.send(method, &path, Some(unknown)).await.refused(404);
            assert_eq!(message, format!("Failed to find {}", family.far));
            admin.send(method, &path, Some(json!({"perm": "user"}))).await.refused(400);
        }
        let nowhere = path.replace(name_of(family.near), "nobody");
        let message = admin.get(&nowhere).await.refused(404);
        assert_eq!(message, format!("Failed to find {}", family.near));
    }
}

#[tokio::test]
async fn group_shares_its_right_with_its_users() {
    let (app, admin, ann) = world().await;
    ann.get("/packs/sky").await.refused(404);
    admin.post("/packs/sky/groups", json!({"group": "crew", "perm": "admin"})).await.ok();
    ann.get("/packs/sky").await.refused(404);
    admin.post("/groups/crew/users", json!({"user": "ann", "perm": "user"})).await.ok();
    ann.put("/packs/sky", json!({"website": "https://sky.example.org"})).await.ok();
    assert_eq!(ann.get("/packs").await.column("packs", "slug"), ["sky"]);
    admin.put("/packs/sky/groups", json!({"group": "crew", "perm": "user"})).await.ok();
    ann.put("/packs/sky", json!({})).await.refused(403);
    admin.send("DELETE", "/groups/crew/users", Some(json!({"user": "ann"}))).await.ok();
    ann.get("/packs/sky").await.refused(404);
    assert_eq!(app.anonymous().get("/packs").await.ok()["total"], 0);
}

#[tokio::test]
async fn last_owner_cannot_be_removed() {
    let (app, admin, _) = world().await;
    for things in ["packs/sky", "mods/jei", "groups/crew"] {
        let path = format!("/{things}/users");
        let only = json!({"user": "admin", "perm": "user"});
        for method in ["PUT", "DELETE"] {
            let message = admin.send(method, &path, Some(only.clone())).await.refused(409);
            assert!(message.contains("no owner left"), "{message}");
        }
        admin.post(&path, json!({"user": "ann", "perm": "owner"})).await.ok();
        admin.put(&path, only).await.ok();
        admin.send("DELETE", &path, Some(json!({"user": "admin"}))).await.ok();
    }
    app.user("another", true).await;
    let message = admin.delete("/users/ann").await.refused(409);
    assert!(message.contains("no owner left"), "{message}");
}

#[tokio::test]
async fn group_that_owns_a_pack_alone_cannot_go() {
    let (_app, admin, _) = world().await;
    admin.post("/packs/sky/groups", json!({"group": "crew", "perm": "owner"})).await.ok();
    admin.send("DELETE", "/packs/sky/users", Some(json!({"user": "admin"}))).await.ok();
    admin.delete("/groups/crew").await.refused(409);
    admin.send("DELETE", "/groups/crew/packs", Some(json!({"pack": "sky"}))).await.refused(409);
    admin.post("/users/ann/packs", json!({"pack": "sky", "perm": "owner"})).await.ok();
    admin.delete("/groups/crew").await.ok();
    admin.get("/groups/crew").await.refused(404);
}

#[tokio::test]
async fn anybody_may_leave_but_not_throw_out() {
    let (_app, admin, ann) = world().await;
    for things in ["packs/sky", "mods/jei", "groups/crew"] {
        let path = format!("/{things}/users");
        admin.post(&path, json!({"user": "ann", "perm": "user"})).await.ok();
        ann.send("DELETE", &path, Some(json!({"user": "admin"}))).await.refused(403);
        ann.put(&path, json!({"user": "ann", "perm": "owner"})).await.refused(403);
        ann.send("DELETE", &path, Some(json!({"user": "ann"}))).await.ok();
    }
}

#[tokio::test]
async fn admin_of_a_group_gives_no_more_than_he_has() {
    let (app, admin, ann) = world().await;
    app.user("bob", false).await;
    admin.post("/groups/crew/users", json!({"user": "ann", "perm": "admin"})).await.ok();
    ann.post("/groups/crew/users", json!({"user": "bob", "perm": "owner"})).await.refused(403);
    ann.post("/groups/crew/users", json!({"user": "bob", "perm": "admin"})).await.ok();
    ann.put("/groups/crew/users", json!({"user": "ann", "perm": "owner"})).await.refused(403);
    ann.put("/groups/crew/users", json!({"user": "admin", "perm": "user"})).await.refused(403);
    ann.send("DELETE", "/groups/crew/users", Some(json!({"user": "admin"}))).await.refused(403);
    ann.send("DELETE", "/groups/crew/users", Some(json!({"user": "bob"}))).await.ok();
}

#[tokio::test]
async fn private_things_are_missing_in_the_lists_of_others() {
    let (app, admin, ann) = world().await;
    for kind in ["pack", "mod"] {
        let things = format!("{kind}s");
        let thing = name_of(kind);
        admin.post(&format!("/groups/crew/{things}"), json!({kind: thing, "perm": "user"})).await.ok();
        for path in [format!("/users/admin/{things}"), format!("/groups/crew/{things}")] {
            assert_eq!(admin.get(&path).await.ok()["total"], 1);
            let seen = ann.get(&path).await.ok();
            assert_eq!((&seen["total"], &seen[&things]), (&json!(0), &json!([])));
            assert_eq!(ann.get(&format!("{path}?search={thing}")).await.ok()["total"], 0);
        }
        // A body tells no more than an address.
        let hidden = ann.post(&format!("/users/ann/{things}"), json!({kind: thing, "perm": "user"})).await;
        let unknown = ann.post(&format!("/users/ann/{things}"), json!({kind: "none", "perm": "user"})).await;
        assert_eq!((hidden.status, &hidden.bytes), (unknown.status, &unknown.bytes));
        admin.put(&format!("/{things}/{thing}"), json!({"public": true})).await.ok();
        assert_eq!(ann.get(&format!("/users/admin/{things}")).await.column(&things, &format!("{kind}_id")).len(), 1);
    }
    drop(app);
}

#[tokio::test]
async fn lists_of_members_are_paged_sorted_and_searched() {
    let (app, admin, ann) = world().await;
    for name in ["zoe", "bob", "user10", "user9"] {
        app.user(name, false).await;
        admin.post("/packs/sky/users", json!({"user": name, "perm": "user"})).await.ok();
    }
    let names = |page: Value| -> Vec<String> {
        let rows = page["users"].as_array().cloned().unwrap();
        rows.iter().map(|row| row["user"]["username"].as_str().unwrap().to_owned()).collect()
    };
    let page = admin.get("/packs/sky/users?limit=3&offset=1").await.ok();
    assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(5), &json!(3), &json!(1)));
    assert_eq!(names(page), ["bob", "user9", "user10"]);
    assert_eq!(names(admin.get("/packs/sky/users?search=USER&order=desc").await.ok()), ["user10", "user9"]);
    admin.get("/packs/sky/users?sort=perm").await.refused(400);
    admin.put("/packs/sky", json!({"public": true})).await.ok();
    let seen = ann.get("/packs/sky/users").await.ok();
    assert_eq!(seen["users"][0]["user"].get("email"), None);
    ann.get("/packs/sky/users?sort=email").await.refused(400);
    app.anonymous().get("/packs/sky/users").await.refused(401);
}

/// Fifty at once: one is attached, the others are told that it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn same_member_fifty_times_at_once_is_attached_once() {
    let (_app, admin, _) = world().await;
    let tries = (0..50).map(|_| {
        let admin = admin.clone();
        tokio::spawn(async move {
            let member = json!({"user": "ann", "perm": "user"});
            admin.post("/packs/sky/users", member).await.status.as_u16()
        })
    });
    let mut statuses = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[412; 49][..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_last_owners_leaving_at_once_leave_one() {
    for round in 0..10 {
        let (_app, admin, ann) = world().await;
        admin.post("/packs/sky/users", json!({"user": "ann", "perm": "owner"})).await.ok();
        let first = tokio::spawn({
            let admin = admin.clone();
            async move { admin.send("DELETE", "/packs/sky/users", Some(json!({"user": "admin"}))).await.status.as_u16() }
        });
        let second = ann.send("DELETE", "/packs/sky/users", Some(json!({"user": "ann"}))).await.status.as_u16();
        let mut statuses = [first.await.unwrap(), second];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
    }
}
