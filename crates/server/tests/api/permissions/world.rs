//! The things and the callers that the permission table is walked with.

use serde_json::{Value, json};

use super::capitalised;
use crate::schema::operations;
use crate::sites::Sites;
use crate::test_app::{Caller, TestApp};
use crate::upstream::{FAMILIES, Upstream};
use crate::{imports, jobs, webhooks};

/// The SHA-256 of bytes that are nowhere, and that nobody wants.
const UNWANTED: &str = "6666666666666666666666666666666666666666666666666666666666666666";

/// How a caller has his right on a pack or mod.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    Own,
    Group,
}

/// A server with things, and one caller of each kind.
pub(super) struct World {
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
    pub(super) async fn new() -> Self {
        let (upstream, sites) = (Upstream::new().await, Sites::new().await);
        sites.project("Wnxd13zP", "lanterns", "MIT");
        sites.version("Wnxd13zP", "lant0001", b"lanterns", &[]);
        let configured = TestApp::configured(|config| {
            upstream.configure(config);
            sites.configure(config);
            config.upload.unfinished = 1000;
        });
        let app = configured.await;
        let maker = app.user("maker", true).await;
        maker.post("/users", json!({"username": "somebody"})).await.ok();
        for (family, _) in FAMILIES {
            maker.send("PUT", &format!("/{family}"), None).await.ok();
        }
        Self { app, maker, callers: 0, things: None, token_id: "none".to_owned() }
    }

    /// Calls an operation on things that nobody has changed and gives the status.
    pub(super) async fn call(&mut self, operation: &str, kind: &str, way: Way) -> u16 {
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
        let made = self.prepare(operation, &name).await;
        let caller = self.caller(kind, &name, way).await;
        match operation {
            "RedirectAuth" => self.give_code(&name).await,
            "DeleteToken" => self.give_token(&caller).await,
            _ => {}
        }
        let (method, path, _) =
            operations().find(|(_, _, it)| it["operationId"] == operation).expect("the table names operations");
        let path = self.address(&path, operation, &name);
        let path = made.into_iter().fold(path, |path, (part, id)| path.replace(part, &id));
        let path = if operation == "CompareBuilds" { path + "?from=draft&to=draft" } else { path };
        let answer = if operation.starts_with("Create") && path.ends_with("/avatar") {
            caller.send_picture(&path, &crate::avatars::png()).await
        } else if operation == "CreateIntake" {
            caller.drop_file("x.jar", &crate::intake::jar("some-mod", "1.0", "*")).await
        } else if operation == "CreateUpload" {
            caller.begin("x.jar", 5).await
        } else if operation == "ContinueUpload" {
            caller.piece(path.rsplit('/').next().unwrap_or_default(), 0, "hello").await
        } else if operation == "PutBuildFiles" {
            caller.put_archive(&path, &crate::imports::zip(&[("config/a.toml", b"a = 1")])).await
        } else {
            caller.send(&method, &path, body(operation, &name)).await
        };
        let status = answer.status.as_u16();
        if (method == "GET" || status >= 400) && !operation.ends_with("Channel") {
            self.things = Some(name);
        }
        status
    }

    /// Makes what an operation needs besides the things; gives the parts of its address that name what was made.
    async fn prepare(&self, operation: &str, name: &str) -> Option<(&'static str, String)> {
        // A job that nobody could cancel would keep a place for ever.
        self.app.app.jobs.halt().await;
        match operation {
            _ if operation.ends_with("Channel") => {
                let complete = json!({"minecraft_id": "1.21.1", "published": true, "channel": "beta"});
                self.maker.put(&format!("/packs/{name}/builds/draft"), complete).await.ok();
                None
            }
            "ShowBuildFile" | "DeleteBuildFile" => {
                self.maker.put(&format!("/packs/{name}/builds/draft/files/a.txt"), json!("hello")).await.ok();
                None
            }
            "DeletePreview" => {
                let made = self.maker.post(&format!("/packs/{name}/previews"), json!({})).await.ok();
                Some(("{preview_id}", made["preview"]["id"].as_str().unwrap().to_owned()))
            }
            "DeletePackToken" => {
                let made = self.maker.post(&format!("/packs/{name}/tokens"), json!({"name": name})).await.ok();
                Some(("{pack_token_id}", made["kept"]["id"].as_str().unwrap().to_owned()))
            }
            "RepeatWebhookDelivery" => Some(("{webhook_id}/deliveries/{delivery_id}", self.told(name).await)),
            _ if operation.contains("Webhook") => Some(("{webhook_id}", webhooks::made(&self.maker, name).await)),
            "ShowBlob" | "UnblockBlob" => {
                self.maker.put(&format!("/blobs/{UNWANTED}/block"), json!({"reason": "it is only a test"})).await.ok();
                None
            }
            "DeleteSolderKey" => {
                let made = self.maker.post("/solder/keys", json!({"name": name})).await.ok();
                Some(("{key_id}", made["kept"]["id"].as_str().unwrap().to_owned()))
            }
            _ if operation.contains("SolderClient") => {
                self.maker.post("/solder/clients", json!({"name": name, "uuid": name})).await;
                if operation == "DeleteSolderClientFromPack" {
                    self.maker.post(&format!("/solder/clients/{name}/packs"), json!({"pack": name})).await;
                }
                None
            }
            "DeleteWaiver" => {
                let path = self.address("/packs/{pack_id}/builds/{build_id}/waivers/{rule}/{subject}", operation, name);
                self.maker.put(&path, json!({"reason": "it is only a test"})).await.ok();
                None
            }
            "ShowIntake" | "DeleteIntake" | "AcceptIntake" => {
                let sent = self.maker.drop_file("x.jar", &crate::intake::jar("some-mod", "1.0", "*")).await.ok();
                Some(("{intake_id}", sent["intakes"][0]["id"].as_str().unwrap().to_owned()))
            }
            "ShowUpload" | "ContinueUpload" | "DeleteUpload" => {
                Some(("{upload_id}", self.maker.begun("x.jar", 5).await))
            }
            "CancelJob" => Some(("{job_id}", jobs::waiting(&self.app, "maker").await)),
            "ShowImport" => Some(("{import_id}", imports::begun(&self.maker).await)),
            "ShowJob" | "FollowJob" => Some(("{job_id}", jobs::counted(&self.app, "maker", 1).await.id)),
            _ => None,
        }
    }

    /// A webhook of the pack and what it was told, as an address names both.
    async fn told(&self, pack: &str) -> String {
        let webhook = webhooks::made(&self.maker, pack).await;
        let told = self.maker.send("POST", &format!("/packs/{pack}/webhooks/{webhook}/test"), None).await.ok();
        format!("{webhook}/deliveries/{}", told["id"].as_str().unwrap())
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
            ("{channel_id}", "beta".to_owned()),
            ("{client_id}", name.to_owned()),
            ("{sha256}", UNWANTED.to_owned()),
            ("{path}", "a.txt".to_owned()),
            ("{rule}", "unknown".to_owned()),
            ("{subject}", "mods%2Flinked.jar".to_owned()),
            ("{group_id}", group),
            ("{user_id}", user(operation, name)),
            ("{provider}", "github".to_owned()),
            ("{source}", "modrinth".to_owned()),
            ("{project}", "lanterns".to_owned()),
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
        "LogoutAuth" | "CreatePreview" | "UpdateProfile" | "UpdatePack" | "UpdateMod" | "UpdateBuild"
        | "UpdateVersion" | "UpdateUser" | "UpdateGroup" | "PutBuildFile" => {
            json!({})
        }
        "CreateUser" => json!({"username": format!("made by {name}")}),
        "ImportSource" => json!({"project": "lanterns", "mode": "link"}),
        "CreatePack" | "CreateMod" | "CreateGroup" => json!({"name": format!("made by {name}")}),
        "UpdateSolderClient" | "UpdateWebhook" | "AcceptIntake" => json!({}),
        "ImportSolder" => json!({"address": "https://solder.example.org/api/"}),
        "CreateSolderKey" | "CreatePackToken" => json!({"name": name}),
        "CreateWebhook" => json!({"name": name, "url": "https://ci.example.org/hook"}),
        "InvitePlayers" => json!({"whitelist": [{"uuid": "2f6a0d1c58b14f0e9d5b0c8f3f3f3a11", "name": name}]}),
        "CreateSolderClient" => json!({"name": name, "uuid": format!("new-{name}")}),
        "AttachSolderClientToPack" | "DeleteSolderClientFromPack" => json!({"pack": name}),
        "BlockBlob" | "WaiveFinding" => json!({"reason": "it is only a test"}),
        "AcceptIntakes" => json!({"intakes": []}),
        "CreateImport" => json!({"pack": name, "address": "https://example.org/pack.mrpack"}),
        "MoveChannel" => json!({"build": "draft"}),
        "ReplaceBuildVersions" => json!({"versions": [{"mod": name, "version": "free"}]}),
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

/// The family of loaders that an operation is about, and a release of it.
fn family_of(operation: &str) -> Option<(&'static str, &'static str)> {
    FAMILIES.into_iter().find(|(family, _)| operation.contains(&capitalised(family)))
}
