//! The things that a stranger may see, those that he may not, and how the latter are named.

use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};
use crate::upstream::{FAMILIES, Upstream};

/// An identifier that nothing has.
pub(super) const NO_ID: &str = "01hz0000000000000000000000";

/// A name of something unseen, the same name of something that does not exist, and what else stands in the address or
/// body beside it.
pub(super) struct Case {
    /// What is named: `pack`, `build`, `mod`, `version`, `preview`, `pack_token`, `token`, `webhook`, `delivery`,
    /// `from`, `replacement`.
    pub(super) what: &'static str,
    pub(super) unseen: String,
    pub(super) absent: String,
    pub(super) beside: Vec<(&'static str, String)>,
}

impl Case {
    /// Whether the thing is asked for within another one, in which it is not, whoever asks.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.beside.iter().any(|(_, value)| ["mine", "own"].contains(&value.as_str()))
    }
}

/// A server with a stranger in it, and what is kept from him.
pub(super) struct World {
    pub(super) app: TestApp,
    /// A server admin, who makes everything.
    pub(super) maker: Caller,
    /// Somebody with a pack, a mod and a group of his own, and a member of nothing else.
    pub(super) stranger: Caller,
}

impl World {
    /// Everything that a stranger may see, and a private mod that he knows only as a part of a public pack.
    pub(super) async fn visible() -> Self {
        let app = Upstream::new().await.app().await;
        let maker = app.user("maker", true).await;
        for (family, _) in FAMILIES {
            maker.send("PUT", &format!("/{family}"), None).await.ok();
        }
        maker.post("/users", json!({"username": "insider"})).await.ok();
        maker.post("/groups", json!({"slug": "crew", "name": "Crew"})).await.ok();
        maker.post("/groups/crew/users", json!({"user": "insider", "perm": "user"})).await.ok();
        for (module, public) in [("jei", true), ("vault-before", false)] {
            maker.post("/mods", json!({"slug": module, "name": module, "public": public})).await.ok();
        }
        maker.put("/mods/vault-before", json!({"slug": "vault"})).await.ok();
        let stranger = app.user("eve", false).await;
        stranger.post("/mods", json!({"slug": "own", "name": "Own"})).await.ok();
        stranger.post("/packs", json!({"slug": "mine", "name": "Mine"})).await.ok();
        stranger.post("/groups", json!({"slug": "circle", "name": "Circle"})).await.ok();
        for module in ["jei", "vault", "own"] {
            maker.upload(module, "1.0", &format!("{module}-1.0.jar"), module.as_bytes()).await.ok();
        }
        stranger.post("/packs/mine/builds", json!({"name": "1.0"})).await.ok();
        let world = Self { app, maker, stranger };
        for (pack, module) in [("sky", "jei"), ("open", "vault")] {
            world.maker.post("/packs", json!({"slug": pack, "name": pack, "public": true})).await.ok();
            world.build(pack, "1.0", &[module], json!({"published": true})).await;
        }
        world
    }

    /// Everything that a stranger may not see.
    pub(super) async fn hide(&self) {
        let maker = &self.maker;
        maker.post("/packs", json!({"slug": "secret-before", "name": "Secret Pack"})).await.ok();
        maker.put("/packs/secret-before", json!({"slug": "secret"})).await.ok();
        self.build(
            "secret",
            "1.0",
            &["jei", "vault", "own"],
            json!({"published": true, "channel": "beta", "latest": true}),
        )
        .await;
        self.build("secret", "2.0", &["jei", "own"], json!({})).await;
        self.build("sky", "1.1", &["jei", "own"], json!({"published": true, "public": false})).await;
        self.build("sky", "2.0", &["jei", "vault"], json!({})).await;
        maker.post("/mods", json!({"slug": "secret-mod", "name": "Secret Mod"})).await.ok();
        maker.upload("secret-mod", "1.0", "secret-mod-1.0.jar", b"secret").await.ok();
        maker.upload("jei", "secret", "jei-secret.jar", b"jei, kept back").await.ok();
        maker.put("/mods/jei/versions/secret", json!({"public": false})).await.ok();
        for things in ["/packs/secret", "/mods/vault", "/mods/secret-mod"] {
            maker.post(&format!("{things}/users"), json!({"user": "insider", "perm": "owner"})).await.ok();
            maker.post(&format!("{things}/groups"), json!({"group": "crew", "perm": "admin"})).await.ok();
        }
        for thing in ["/packs/secret", "/mods/secret-mod"] {
            maker.send_picture(&format!("{thing}/avatar"), &crate::avatars::png()).await.ok();
        }
        maker.get("/profile/token").await.ok();
    }

    /// A complete build with version `1.0` of these mods, and what else is to be done with it.
    async fn build(&self, pack: &str, name: &str, mods: &[&str], wanted: Value) {
        let mut build = wanted;
        build["name"] = json!(name);
        build["minecraft_id"] = json!("1.21.1");
        build["fabric_id"] = json!("0.16.5");
        build["versions"] = mods.iter().map(|module| json!({"mod": module, "version": "1.0"})).collect();
        let publishing = build.as_object_mut().and_then(|build| build.remove("published"));
        let channel = build.as_object_mut().and_then(|build| build.remove("channel"));
        self.maker.post(&format!("/packs/{pack}/builds"), build).await.ok();
        self.maker.put(&format!("/packs/{pack}/builds/{name}/files/options.txt"), json!({})).await.ok();
        if publishing.is_some() {
            let published = json!({"published": true, "channel": channel});
            self.maker.put(&format!("/packs/{pack}/builds/{name}"), published).await.ok();
        }
    }

    /// The identifier of what is at an address.
    pub(super) async fn id(&self, path: &str) -> String {
        text(&self.maker.get(path).await.ok()["id"])
    }

    /// A new preview of a pack: its identifier and its token.
    pub(super) async fn preview(&self, pack: &str) -> (String, String) {
        let made = self.maker.post(&format!("/packs/{pack}/previews"), json!({})).await.ok();
        (text(&made["preview"]["id"]), text(&made["token"]))
    }

    /// A new token of a pack: its identifier and its secret.
    pub(super) async fn pack_token(&self, pack: &str) -> (String, String) {
        let made = self.maker.post(&format!("/packs/{pack}/tokens"), json!({"name": "Eve"})).await.ok();
        (text(&made["kept"]["id"]), text(&made["token"]))
    }

    /// A webhook of the pack that is unseen and what it was told: their identifiers.
    async fn webhook(&self) -> (String, String) {
        let webhook = crate::webhooks::made(&self.maker, "secret").await;
        let test = format!("/packs/secret/webhooks/{webhook}/test");
        let told = self.maker.send("POST", &test, None).await.ok();
        (webhook, text(&told["id"]))
    }

    /// Every way to name what is unseen.
    pub(super) async fn cases(&self) -> Vec<Case> {
        let ((preview, _), (pack_token, _)) = (self.preview("secret").await, self.pack_token("secret").await);
        let ((webhook, delivery), own_webhook) =
            (self.webhook().await, crate::webhooks::made(&self.stranger, "mine").await);
        let token = self.maker.get("/profile/tokens").await.column("tokens", "id").remove(0);
        let pack = self.id("/packs/secret").await;
        let build = self.id("/packs/secret/builds/1.0").await;
        let module = self.id("/mods/vault").await;
        let version = self.id("/mods/vault/versions/1.0").await;
        let mut cases = vec![
            case("token", (&token, NO_ID), &[]),
            case("preview", (&preview, NO_ID), &[("pack", "mine")]),
            case("pack_token", (&pack_token, NO_ID), &[("pack", "mine")]),
            case("webhook", (&webhook, NO_ID), &[("pack", "mine"), ("delivery", &delivery)]),
            case("delivery", (&delivery, NO_ID), &[("pack", "mine"), ("webhook", &own_webhook)]),
            case("build", (&build, NO_ID), &[("pack", "mine")]),
            case("build", ("2.0", "9.9"), &[("pack", "sky")]),
            case("build", ("1.1", "9.9"), &[("pack", "sky")]),
            case("version", (&version, NO_ID), &[("mod", "own")]),
            case("version", ("secret", "nothing"), &[("mod", "jei")]),
            case("from", (&build, NO_ID), &[]),
            case("replacement", (&build, NO_ID), &[]),
        ];
        for name in ["1.1", "2.0"] {
            let id = self.id(&format!("/packs/sky/builds/{name}")).await;
            cases.push(case("build", (&id, NO_ID), &[("pack", "sky")]));
        }
        let kept_back = self.id("/mods/jei/versions/secret").await;
        cases.push(case("version", (&kept_back, NO_ID), &[("mod", "jei")]));
        for (unseen, absent) in [("secret", "nothing"), ("secret-before", "nothing-before"), (&*pack, NO_ID)] {
            for build in ["1.0", "2.0", &*build] {
                let mut beside = vec![("preview", &*preview), ("pack_token", &*pack_token), ("build", build)];
                beside.extend([("webhook", &*webhook), ("delivery", &*delivery), ("channel", "beta")]);
                cases.push(case("pack", (unseen, absent), &beside));
            }
        }
        for (unseen, absent) in [("vault", "nothing"), ("vault-before", "nothing-before"), (&*module, NO_ID)] {
            for version in ["1.0", &*version] {
                cases.push(case("mod", (unseen, absent), &[("version", version)]));
            }
        }
        cases
    }
}

fn case(what: &'static str, (unseen, absent): (&str, &str), beside: &[(&'static str, &str)]) -> Case {
    let beside = beside.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Case { what, unseen: unseen.to_owned(), absent: absent.to_owned(), beside }
}

/// A text of a JSON answer.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
