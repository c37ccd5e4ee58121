//! Who may call what: every operation by every kind of caller, in one table.
//!
//! The things: a pack with a draft, a mod with two versions, both private, and a group. A row gives the status for each
//! caller; users, admins and owners are tried twice, by their own membership and through a group. An operation of the
//! document without a row fails. docs/permissions.md is made of this table.

use serde_json::{Value, json};

use crate::schema::operations;
use crate::test_app::{Caller, TestApp};
use crate::upstream::{FAMILIES, Upstream};

/// The table.
pub(crate) const TABLE: &str = "
operation               | anonymous stranger user admin owner server-admin inactive bad-credential
LoginAuth               | 200       200      200  200   200   200          200      200
LogoutAuth              | 401       200      200  200   200   200          401      401
RefreshAuth             | 401       200      200  200   200   200          401      401
VerifyAuth              | 401       200      200  200   200   200          401      401
VerifyAuthToken         | 200       200      200  200   200   200          200      200
RedirectAuth            | 200       200      200  200   200   200          200      200
ListProviders           | 200       200      200  200   200   200          200      200
RequestProvider         | 404       404      404  404   404   404          404      404
CallbackProvider        | 404       404      404  404   404   404          404      404
SetupServer             | 404       404      404  404   404   404          404      404
ShowProfile             | 401       200      200  200   200   200          401      401
UpdateProfile           | 401       200      200  200   200   200          401      401
TokenProfile            | 401       200      200  200   200   200          401      401
ListTokens              | 401       200      200  200   200   200          401      401
DeleteToken             | 401       200      200  200   200   200          401      401
ListUsers               | 401       200      200  200   200   200          401      401
CreateUser              | 401       403      403  403   403   200          401      401
ShowUser                | 401       200      200  200   200   200          401      401
UpdateUser              | 401       403      403  403   403   200          401      401
DeleteUser              | 401       403      403  403   403   200          401      401
ListGroups              | 401       200      200  200   200   200          401      401
CreateGroup             | 401       200      200  200   200   200          401      401
ShowGroup               | 401       200      200  200   200   200          401      401
UpdateGroup             | 401       403      403  200   200   200          401      401
DeleteGroup             | 401       403      403  403   200   200          401      401
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
ListPackUsers           | 404       404      200  200   200   200          401      401
AttachPackToUser        | 401       404      403  403   200   200          401      401
PermitPackUser          | 401       404      403  403   200   200          401      401
DeletePackFromUser      | 401       404      403  403   200   200          401      401
ListPackGroups          | 404       404      200  200   200   200          401      401
AttachPackToGroup       | 401       404      403  403   200   200          401      401
PermitPackGroup         | 401       404      403  403   200   200          401      401
DeletePackFromGroup     | 401       404      403  403   200   200          401      401
ListModUsers            | 404       404      200  200   200   200          401      401
AttachModToUser         | 401       404      403  403   200   200          401      401
PermitModUser           | 401       404      403  403   200   200          401      401
DeleteModFromUser       | 401       404      403  403   200   200          401      401
ListModGroups           | 404       404      200  200   200   200          401      401
AttachModToGroup        | 401       404      403  403   200   200          401      401
PermitModGroup          | 401       404      403  403   200   200          401      401
DeleteModFromGroup      | 401       404      403  403   200   200          401      401
ListGroupUsers          | 401       200      200  200   200   200          401      401
AttachGroupToUser       | 401       403      403  200   200   200          401      401
PermitGroupUser         | 401       403      403  200   200   200          401      401
DeleteGroupFromUser     | 401       403      403  200   200   200          401      401
ListGroupPacks          | 401       200      200  200   200   200          401      401
AttachGroupToPack       | 401       404      403  403   200   200          401      401
PermitGroupPack         | 401       404      403  403   200   200          401      401
DeleteGroupFromPack     | 401       404      403  403   200   200          401      401
ListGroupMods           | 401       200      200  200   200   200          401      401
AttachGroupToMod        | 401       404      403  403   200   200          401      401
PermitGroupMod          | 401       404      403  403   200   200          401      401
DeleteGroupFromMod      | 401       404      403  403   200   200          401      401
ListUserPacks           | 401       200      200  200   200   200          401      401
AttachUserToPack        | 401       404      403  403   200   200          401      401
PermitUserPack          | 401       404      403  403   200   200          401      401
DeleteUserFromPack      | 401       404      403  403   200   200          401      401
ListUserMods            | 401       200      200  200   200   200          401      401
AttachUserToMod         | 401       404      403  403   200   200          401      401
PermitUserMod           | 401       404      403  403   200   200          401      401
DeleteUserFromMod       | 401       404      403  403   200   200          401      401
ListUserGroups          | 401       200      200  200   200   200          401      401
AttachUserToGroup       | 401       403      403  200   200   200          401      401
PermitUserGroup         | 401       403      403  200   200   200          401      401
DeleteUserFromGroup     | 401       403      403  200   200   200          401      401
";

/// The rows of the five families of loaders, which are the same with another name for `{family}`.
const FAMILY_ROWS: &str = "
List{family}s           | 200       200      200  200   200   200          401      401
Update{family}          | 401       403      403  403   403   200          401      401
List{family}Builds      | 200       200      200  200   200   200          401      401
Attach{family}ToBuild   | 401       404      404  200   200   200          401      401
Delete{family}FromBuild | 401       404      404  200   200   200          401      401
";

/// The rows of the table: operation and statuses, caller by caller.
pub(crate) fn rows() -> Vec<(String, Vec<(&'static str, u16)>)> {
    let mut lines = TABLE.trim().lines();
    let (_, callers) = lines.next().unwrap().split_once('|').unwrap();
    let row = |line: &'static str| {
        let (operation, statuses) = line.split_once('|').unwrap();
        let statuses = statuses.split_whitespace().map(|status| status.parse().unwrap());
        (operation.trim().to_owned(), callers.split_whitespace().zip(statuses).collect::<Vec<_>>())
    };
    let family_rows = FAMILIES.into_iter().flat_map(|(family, _)| {
        let rows = FAMILY_ROWS.trim().lines().map(row);
        rows.map(move |(operation, statuses)| (operation.replace("{family}", &capitalised(family)), statuses))
    });
    lines.map(row).chain(family_rows).collect()
}

/// A family as the names of operations have it.
fn capitalised(family: &str) -> String {
    let (first, rest) = family.split_at(1);
    first.to_uppercase() + rest
}

/// The family of loaders that an operation is about, and a release of it.
fn family_of(operation: &str) -> Option<(&'static str, &'static str)> {
    FAMILIES.into_iter().find(|(family, _)| operation.contains(&capitalised(family)))
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
            let ways: &[Way] =
                if ["user", "admin", "owner"].contains(&caller) { &[Way::Own, Way::Group] } else { &[Way::Own] };
            for way in ways {
                let status = world.call(&operation, caller, *way).await;
                if status != expected {
                    wrong.push(format!("{operation} by {caller} ({way:?}): {status} instead of {expected}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// How a caller has his right on a pack or mod.
#[derive(Clone, Copy, Debug)]
enum Way {
    Own,
    Group,
}

/// A server with things, and one caller of each kind.
struct World {
    app: TestApp,
    maker: Caller,
    /// How many callers there were.
    callers: usize,
    /// The name of the things as they are now; none where the last call may have changed them.
    things: Option<String>,
    /// A personal token of the caller, if he can have one.
    token_id: String,
}

impl World {
    async fn new() -> Self {
        let app = Upstream::new().await.app().await;
        let maker = app.user("maker", true).await;
        maker.post("/users", json!({"username": "somebody"})).await.ok();
        for (family, _) in FAMILIES {
            maker.send("PUT", &format!("/{family}"), None).await.ok();
        }
        Self { app, maker, callers: 0, things: None, token_id: "none".to_owned() }
    }

    /// Calls an operation on things that nobody has changed and gives the status.
    async fn call(&mut self, operation: &str, kind: &str, way: Way) -> u16 {
        self.callers += 1;
        let name = match self.things.take() {
            Some(name) => name,
            None => self.make_things().await,
        };
        if operation == "DeleteMod" {
            // A mod is kept while a build uses it, whoever asks.
            let link = json!({"mod": name, "version": "linked"});
            self.maker.send("DELETE", &format!("/packs/{name}/builds/draft/versions"), Some(link)).await;
        }
        if let Some((family, release)) = family_of(operation).filter(|_| operation.starts_with("Delete")) {
            let draft = json!({"pack": name, "build": "draft"});
            self.maker.post(&format!("/{family}/{release}/builds"), draft).await;
        }
        let caller = self.caller(kind, &name, way).await;
        match operation {
            "RedirectAuth" => self.give_code(&name).await,
            "DeleteToken" => self.give_token(&caller).await,
            _ => {}
        }
        let (method, path, _) =
            operations().find(|(_, _, it)| it["operationId"] == operation).expect("the table names operations");
        let path = self.address(&path, operation, &name);
        let status = caller.send(&method, &path, body(operation, &name)).await.status.as_u16();
        if method == "GET" || status >= 400 {
            self.things = Some(name);
        }
        status
    }

    /// The address of an operation, below `/api/v1`.
    fn address(&self, template: &str, operation: &str, name: &str) -> String {
        let group = match operation {
            _ if template.ends_with("/packs") || template.ends_with("/mods") => guests(operation, name),
            _ => name.to_owned(),
        };
        let parts = [
            ("/api/v1", String::new()),
            ("{pack_id}", name.to_owned()),
            ("{build_id}", "draft".to_owned()),
            ("{mod_id}", name.to_owned()),
            ("{version_id}", version_of(operation).to_owned()),
            ("{group_id}", group),
            ("{user_id}", user(operation, name)),
            ("{provider}", "github".to_owned()),
            ("{token_id}", self.token_id.clone()),
            ("{token}", self.maker.token.clone().unwrap()),
        ];
        let path = match family_of(operation) {
            Some((family, release)) => template.replace(&format!("{{{family}_id}}"), release),
            None => template.to_owned(),
        };
        parts.into_iter().fold(path, |path, (part, name)| path.replacen(part, &name, 1))
    }

    /// A private pack with a draft, a private mod with two versions, the first of which is in the draft, and a group;
    /// all with a member.
    async fn make_things(&self) -> String {
        let maker = &self.maker;
        let name = format!("thing-{}", self.callers);
        maker.post("/packs", json!({"slug": name, "name": name})).await.ok();
        maker.post("/mods", json!({"slug": name, "name": name})).await.ok();
        for group in [name.clone(), format!("{name}-guests"), format!("{name}-others")] {
            maker.post("/groups", json!({"slug": group, "name": group})).await.ok();
        }
        for version in ["linked", "free"] {
            maker.upload(&name, version, &format!("{version}.jar"), version.as_bytes()).await.ok();
        }
        maker.post(&format!("/packs/{name}/builds"), json!({"name": "draft"})).await.ok();
        let link = json!({"mod": name, "version": "linked"});
        maker.post(&format!("/packs/{name}/builds/draft/versions"), link).await.ok();
        maker.post("/users", json!({"username": format!("{name}-member")})).await.ok();
        for things in ["packs", "mods", "groups"] {
            let member = json!({"user": format!("{name}-member"), "perm": "user"});
            maker.post(&format!("/{things}/{name}/users"), member).await.ok();
        }
        for things in ["packs", "mods"] {
            let guests = json!({"group": format!("{name}-guests"), "perm": "user"});
            maker.post(&format!("/{things}/{name}/groups"), guests).await.ok();
        }
        name
    }

    /// A new caller of a kind, with his right on the things of this name.
    async fn caller(&self, kind: &str, thing: &str, way: Way) -> Caller {
        let username = format!("caller-{}", self.callers);
        let perm = match kind {
            "anonymous" => return self.app.anonymous(),
            "bad-credential" => return self.app.with_token("broken"),
            "server-admin" => return self.app.user(&username, true).await,
            "inactive" => "owner",
            kind => kind,
        };
        let caller = self.app.user(&username, false).await;
        if perm != "stranger" {
            let own = json!({"user": username, "perm": perm});
            self.maker.post(&format!("/groups/{thing}/users"), own.clone()).await.ok();
            let member = match way {
                Way::Own => own,
                Way::Group => self.crew(&username, perm).await,
            };
            let members = if matches!(way, Way::Own) { "users" } else { "groups" };
            for things in ["packs", "mods"] {
                self.maker.post(&format!("/{things}/{thing}/{members}"), member.clone()).await.ok();
            }
        }
        if kind == "inactive" {
            self.maker.put(&format!("/users/{username}"), json!({"active": false})).await.ok();
        }
        caller
    }

    /// Makes a one-time token that stands for a sign-in elsewhere.
    async fn give_code(&self, code: &str) {
        let write = self.app.app.db.write().await.unwrap();
        let maker = kleister_store::users::find_by_name(&*write, "maker").await.unwrap().unwrap();
        let hash = kleister_server::signin::personal::digest(code);
        kleister_store::tokens::create_code(&*write, &maker.id, hash, self.app.clock.now()).await.unwrap();
        write.commit().await.unwrap();
    }

    /// Makes a personal token of the caller, or remembers the one of a caller before where he cannot have one.
    async fn give_token(&mut self, caller: &Caller) {
        if caller.get("/profile/token").await.status == 200 {
            self.token_id = caller.get("/profile/tokens").await.column("tokens", "id").remove(0);
        }
    }

    /// A group with this user in it, and what makes it a member.
    async fn crew(&self, username: &str, perm: &str) -> Value {
        let crew = format!("crew-{}", self.callers);
        self.maker.post("/groups", json!({"slug": crew, "name": crew})).await.ok();
        self.maker.post(&format!("/groups/{crew}/users"), json!({"user": username, "perm": "user"})).await.ok();
        json!({"group": crew, "perm": perm})
    }
}

/// The group that packs and mods have as a member, or for what is attached, one that they have not.
fn guests(operation: &str, name: &str) -> String {
    if operation.starts_with("Attach") { format!("{name}-others") } else { format!("{name}-guests") }
}

/// The user whom packs, mods and groups have as a member, or for what is attached, one whom they have not.
fn user(operation: &str, name: &str) -> String {
    if operation.starts_with("Attach") { "somebody".to_owned() } else { format!("{name}-member") }
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
        "RedirectAuth" => json!({"token": name}),
        "LogoutAuth" | "UpdateProfile" | "UpdatePack" | "UpdateMod" | "UpdateBuild" | "UpdateVersion"
        | "UpdateUser" | "UpdateGroup" => {
            json!({})
        }
        "CreateUser" => json!({"username": format!("made by {name}")}),
        "CreatePack" | "CreateMod" | "CreateGroup" => json!({"name": format!("made by {name}")}),
        "CreateBuild" => json!({"name": "another"}),
        "CreateVersion" => json!({"name": "another", "upload": upload}),
        "AttachBuildToVersion" => json!({"mod": name, "version": "free"}),
        "DeleteBuildFromVersion" => json!({"mod": name, "version": "linked"}),
        "AttachVersionToBuild" | "DeleteVersionFromBuild" => json!({"pack": name, "build": "draft"}),
        _ if family_of(operation).is_some() && operation.ends_with("Build") => {
            json!({"pack": name, "build": "draft"})
        }
        _ => return membership(operation, name),
    })
}

/// The far end of a membership, with a permission where the operation takes one.
fn membership(operation: &str, name: &str) -> Option<Value> {
    let ends = ["Attach", "Permit", "Delete"].iter().find_map(|verb| operation.strip_prefix(verb))?;
    let is_of = |near: &str| ends.starts_with(near);
    let (key, far) = match ends {
        _ if ends.ends_with("User") => ("user", user(operation, name)),
        _ if ends.ends_with("Group") && is_of("User") => ("group", name.to_owned()),
        _ if ends.ends_with("Group") => ("group", guests(operation, name)),
        _ if ends.ends_with("Pack") && (is_of("User") || is_of("Group")) => ("pack", name.to_owned()),
        _ if ends.ends_with("Mod") && (is_of("User") || is_of("Group")) => ("mod", name.to_owned()),
        _ => return None,
    };
    let mut body = json!({key: far});
    if !operation.starts_with("Delete") {
        body["perm"] = json!("user");
    }
    Some(body)
}
