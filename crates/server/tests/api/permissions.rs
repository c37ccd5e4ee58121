//! Who may call what: every operation by every kind of caller, in one table.
//!
//! The things: a pack with a draft, a mod with a version, both private. A row gives the status for each caller; an
//! operation of the document without a row fails.

use serde_json::{Value, json};

use crate::schema::operations;
use crate::test_app::{Caller, TestApp};

/// The table. `{pack}` and the like stand for things made anew for each row, so that rows do not disturb each other.
const TABLE: &str = "
operation               | anonymous stranger user admin owner server-admin inactive bad-credential
LoginAuth               | 200       200      200  200   200   200          200      200
LogoutAuth              | 401       200      200  200   200   200          401      401
RefreshAuth             | 401       200      200  200   200   200          401      401
VerifyAuth              | 401       200      200  200   200   200          401      401
VerifyAuthToken         | 200       200      200  200   200   200          200      200
SetupServer             | 404       404      404  404   404   404          404      404
ShowProfile             | 401       200      200  200   200   200          401      401
UpdateProfile           | 401       200      200  200   200   200          401      401
ListUsers               | 401       200      200  200   200   200          401      401
CreateUser              | 401       403      403  403   403   200          401      401
ShowUser                | 401       200      200  200   200   200          401      401
UpdateUser              | 401       403      403  403   403   200          401      401
ListPacks               | 200       200      200  200   200   200          401      401
CreatePack              | 401       200      200  200   200   200          401      401
ShowPack                | 404       404      200  200   200   200          401      401
UpdatePack              | 401       404      403  200   200   200          401      401
DeletePack              | 401       404      403  403   200   200          401      401
ListBuilds              | 404       404      200  200   200   200          401      401
CreateBuild             | 401       404      403  200   200   200          401      401
ShowBuild               | 404       404      404  200   200   200          401      401
UpdateBuild             | 401       404      404  200   200   200          401      401
DeleteBuild             | 401       404      404  200   200   200          401      401
ListMods                | 200       200      200  200   200   200          401      401
CreateMod               | 401       200      200  200   200   200          401      401
ShowMod                 | 404       404      200  200   200   200          401      401
UpdateMod               | 401       404      403  200   200   200          401      401
DeleteMod               | 401       404      403  403   200   200          401      401
ListVersions            | 404       404      200  200   200   200          401      401
CreateVersion           | 401       404      403  200   200   200          401      401
ShowVersion             | 404       404      200  200   200   200          401      401
UpdateVersion           | 401       404      403  200   200   200          401      401
DeleteVersion           | 401       404      403  200   200   200          401      401
ListBuildVersions       | 404       404      404  200   200   200          401      401
AttachBuildToVersion    | 401       404      404  200   200   200          401      401
DeleteBuildFromVersion  | 401       404      404  200   200   200          401      401
ListVersionBuilds       | 404       404      200  200   200   200          401      401
AttachVersionToBuild    | 401       404      404  200   200   200          401      401
DeleteVersionFromBuild  | 401       404      404  200   200   200          401      401
ListMinecrafts          | 200       200      200  200   200   200          401      401
";

/// The rows of the table: operation and statuses, caller by caller.
fn rows() -> Vec<(&'static str, Vec<(&'static str, u16)>)> {
    let mut lines = TABLE.trim().lines();
    let (_, callers) = lines.next().unwrap().split_once('|').unwrap();
    let row = |line: &'static str| {
        let (operation, statuses) = line.split_once('|').unwrap();
        let statuses = statuses.split_whitespace().map(|status| status.parse().unwrap());
        (operation.trim(), callers.split_whitespace().zip(statuses).collect())
    };
    lines.map(row).collect()
}

#[test]
fn every_operation_has_a_row() {
    let rows = rows();
    let mut missing: Vec<_> =
        operations().map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned()).collect();
    missing.retain(|id| rows.iter().all(|(operation, _)| operation != id));
    assert!(missing.is_empty(), "no row in the permission table for {missing:?}");
}

#[tokio::test]
async fn every_caller_gets_what_the_table_says() {
    let mut world = World::new().await;
    let mut wrong = Vec::new();
    for (operation, statuses) in rows() {
        for (caller, expected) in statuses {
            let status = world.call(operation, caller).await;
            if status != expected {
                wrong.push(format!("{operation} by {caller}: {status} instead of {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A server with one caller of each kind.
struct World {
    app: TestApp,
    maker: Caller,
    count: usize,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::empty().await;
        let maker = app.user("maker", true).await;
        Self { app, maker, count: 0 }
    }

    /// Calls an operation on things of its own and gives the status.
    async fn call(&mut self, operation: &str, caller: &str) -> u16 {
        self.count += 1;
        let name = format!("thing-{}", self.count);
        self.make_things(&name).await;
        if operation == "DeleteMod" {
            // A mod is kept while a build uses it, whoever asks.
            let link = json!({"mod": name, "version": "linked"});
            self.maker.send("DELETE", &format!("/packs/{name}/builds/draft/versions"), Some(link)).await.ok();
        }
        let caller = self.caller(caller, &name).await;
        let (method, path, _) =
            operations().find(|(_, _, it)| it["operationId"] == operation).expect("the table names operations");
        let path = path.strip_prefix("/api/v1").unwrap();
        let path = path.replace("{pack_id}", &name).replace("{build_id}", "draft").replace("{mod_id}", &name);
        let path = path.replace("{version_id}", version_of(operation)).replace("{user_id}", "somebody");
        let path = path.replace("{token}", self.maker.token.as_ref().unwrap());
        let answer = caller.send(&method, &path, body(operation, &name)).await;
        answer.status.as_u16()
    }

    /// A private pack with a draft and a private mod with two versions, the first of which is in the draft.
    async fn make_things(&self, name: &str) {
        let maker = &self.maker;
        maker.post("/packs", json!({"slug": name, "name": name})).await.ok();
        maker.post("/mods", json!({"slug": name, "name": name})).await.ok();
        for version in ["linked", "free"] {
            maker.upload(name, version, &format!("{version}.jar"), version.as_bytes()).await.ok();
        }
        maker.post(&format!("/packs/{name}/builds"), json!({"name": "draft"})).await.ok();
        let link = json!({"mod": name, "version": "linked"});
        maker.post(&format!("/packs/{name}/builds/draft/versions"), link).await.ok();
        if self.count == 1 {
            maker.post("/users", json!({"username": "somebody"})).await.ok();
        }
    }

    /// A new caller of a kind, with his right on the things of this name.
    async fn caller(&self, kind: &str, thing: &str) -> Caller {
        let username = format!("caller-{}", self.count);
        let perm = match kind {
            "anonymous" => return self.app.anonymous(),
            "bad-credential" => return self.app.with_token("broken"),
            "server-admin" => return self.app.user(&username, true).await,
            "user" => 1,
            "admin" => 2,
            "owner" | "inactive" => 3,
            _ => 0,
        };
        let caller = self.app.user(&username, false).await;
        if perm > 0 {
            self.app.make_member("user_packs", &username, thing, perm).await;
            self.app.make_member("user_mods", &username, thing, perm).await;
        }
        if kind == "inactive" {
            self.maker.put(&format!("/users/{username}"), json!({"active": false})).await.ok();
        }
        caller
    }
}

fn version_of(operation: &str) -> &'static str {
    match operation {
        "DeleteVersionFromBuild" | "ListVersionBuilds" | "ShowVersion" => "linked",
        _ => "free",
    }
}

/// A body with which the operation succeeds for those who may call it.
fn body(operation: &str, name: &str) -> Option<Value> {
    let upload = "data:application/java-archive;base64,aGVsbG8=";
    Some(match operation {
        "LoginAuth" => json!({"username": "maker", "password": crate::test_app::PASSWORD}),
        "SetupServer" => json!({"token": "x", "username": "another", "password": crate::test_app::PASSWORD}),
        "LogoutAuth" | "UpdateProfile" | "UpdatePack" | "UpdateMod" | "UpdateBuild" | "UpdateVersion"
        | "UpdateUser" => {
            json!({})
        }
        "CreateUser" => json!({"username": format!("made by {name}")}),
        "CreatePack" | "CreateMod" => json!({"name": format!("made by {name}")}),
        "CreateBuild" => json!({"name": "another"}),
        "CreateVersion" => json!({"name": "another", "upload": upload}),
        "AttachBuildToVersion" => json!({"mod": name, "version": "free"}),
        "DeleteBuildFromVersion" => json!({"mod": name, "version": "linked"}),
        "AttachVersionToBuild" | "DeleteVersionFromBuild" => json!({"pack": name, "build": "draft"}),
        _ => return None,
    })
}
