//! Bytes that went bad: nobody takes them for whole, the next one is told so, and they come back when they are well.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use kleister_server::storage;
use kleister_store::rows::solder_zip;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::test_app::{Caller, TestApp};

/// A file that is sent from memory, and one that is sent in chunks.
const SIZES: [usize; 2] = [1000, 700_000];

/// Where players get the file, alone and within a zip.
const ADDRESSES: [&str; 2] = ["/packs/sky/1.0/files/mods/jei-1.0.jar", "/packs/sky/1.0/prism.zip"];

/// What Technic's launcher asks for.
const BUILD: &str = "/solder/api/modpack/sky/1.0";

/// A published build with one file of so many bytes.
struct World {
    app: TestApp,
    admin: Caller,
    player: Caller,
    bytes: Vec<u8>,
    sha256: String,
}

impl World {
    async fn with(size: usize) -> Self {
        let (app, admin, _, player) = TestApp::with_callers().await;
        let bytes: Vec<u8> = b"PK jei ".iter().copied().cycle().take(size).collect();
        admin.post("/packs", json!({"slug": "sky", "name": "Sky Pack", "public": true})).await.ok();
        admin.post("/mods", json!({"slug": "jei", "name": "Just Enough Items"})).await.ok();
        admin.upload("jei", "1.0", "jei-1.0.jar", &bytes).await.ok();
        let build = json!({"name": "1.0", "minecraft_id": "1.21.1", "versions": [{"mod": "jei", "version": "1.0"}]});
        admin.post("/packs/sky/builds", build).await.ok();
        admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
        let index: Value = serde_json::from_slice(&player.fetch("/packs/sky/1.0/index.json").await.bytes).unwrap();
        let sha256 = index["files"][0]["hashes"]["sha256"].as_str().unwrap().to_owned();
        app.settled().await;
        Self { app, admin, player, bytes, sha256 }
    }

    /// The same after a restart, with no zip for Solder's readers ever made.
    async fn without_zips(self) -> Self {
        self.app.settled().await;
        let write = self.app.app.db.write().await.unwrap();
        solder_zip::Entity::delete_many().exec(&*write).await.unwrap();
        write.commit().await.unwrap();
        drop((self.admin, self.player));
        let app = self.app.restarted().await;
        let (admin, player) = (app.sign_in("admin").await, app.anonymous());
        Self { app, admin, player, ..self }
    }

    /// The MD5s that are noted.
    async fn noted(&self) -> Vec<String> {
        let rows = solder_zip::Entity::find().all(&self.app.app.db.read().await.unwrap()).await.unwrap();
        rows.into_iter().map(|row| row.md5).collect()
    }

    fn place(&self) -> PathBuf {
        let (folder, key) = (&self.app.app.config.upload.path, &self.sha256);
        Path::new(folder).join("blobs").join(&key[..2]).join(&key[2..4]).join(key)
    }

    /// Changes one bit of the stored file.
    fn damage(&self) {
        let mut bytes = self.bytes.clone();
        bytes[self.bytes.len() / 2] ^= 1;
        fs::write(self.place(), bytes).unwrap();
    }

    /// The status of an answer, and whether its body came to its end.
    async fn fetch(&self, address: &str) -> (u16, bool) {
        let response = self.player.response(Request::get(address).body(Body::empty()).unwrap()).await;
        (response.status().as_u16(), response.into_body().collect().await.is_ok())
    }

    /// The paths that `status.json` says nobody can have.
    async fn missing(&self) -> Vec<String> {
        let answer = self.player.fetch("/packs/sky/1.0/status.json").await;
        let status: Value = serde_json::from_slice(&answer.bytes).unwrap();
        status["missing"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until so many blobs are written down as damaged, and what follows from it has happened.
    async fn until_written(&self, count: usize) {
        let written = async {
            loop {
                let db = self.app.app.db.read().await.unwrap();
                if kleister_store::storage::damaged(&db).await.unwrap().len() == count {
                    break;
                }
                drop(db);
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), written).await.expect("it is not written down");
        self.app.settled().await;
    }
}

#[tokio::test]
async fn changed_bytes_end_the_connection_and_are_marked() {
    for address in ADDRESSES {
        let world = World::with(SIZES[1]).await;
        assert_eq!(world.fetch(address).await, (200, true));
        world.damage();
        assert_eq!(world.fetch(address).await, (200, false), "{address} ends as if it were whole");
        for address in ADDRESSES {
            assert_eq!(world.fetch(address).await.0, 503, "{address}");
        }
        assert_eq!(world.missing().await, ["mods/jei-1.0.jar"]);
        world.until_written(1).await;
    }
}

#[tokio::test]
async fn changed_bytes_of_a_small_file_never_get_into_memory() {
    for address in ADDRESSES {
        let world = World::with(SIZES[0]).await;
        world.damage();
        assert_ne!(world.fetch(address).await, (200, true), "{address}");
        for address in ADDRESSES {
            assert_eq!(world.fetch(address).await.0, 503, "{address}");
        }
        assert_eq!(world.missing().await, ["mods/jei-1.0.jar"]);
        world.until_written(1).await;
    }
}

#[tokio::test]
async fn file_that_is_gone_is_refused_before_the_first_byte_and_marked() {
    for (address, size) in ADDRESSES.into_iter().zip(SIZES) {
        let world = World::with(size).await;
        fs::remove_file(world.place()).unwrap();
        assert_eq!(world.fetch(address).await.0, 503, "{address}");
        assert_eq!(world.missing().await, ["mods/jei-1.0.jar"]);
        world.until_written(1).await;
    }
}

#[tokio::test]
async fn file_that_came_back_is_handed_out_again() {
    for by_verifying in [true, false] {
        let world = World::with(SIZES[1]).await;
        fs::remove_file(world.place()).unwrap();
        assert_eq!(world.fetch(ADDRESSES[0]).await.0, 503);
        world.until_written(1).await;
        fs::write(world.place(), &world.bytes).unwrap();
        assert_eq!(world.fetch(ADDRESSES[0]).await.0, 503, "not every request looks again");
        if by_verifying {
            assert!(storage::verify(&world.app.app, &|_| {}).await.unwrap().bad.is_empty());
        } else {
            world.app.clock.advance(61);
            assert_eq!(world.fetch(ADDRESSES[0]).await.0, 503, "this one has it looked at again");
        }
        world.until_written(0).await;
        assert_eq!(world.missing().await, [""; 0]);
        assert_eq!(world.fetch(ADDRESSES[1]).await, (200, true));
    }
}

#[tokio::test]
async fn md5_of_a_zip_is_noted_of_sound_files_only() {
    for size in SIZES {
        let world = World::with(size).await;
        let noted = world.noted().await;
        let world = world.without_zips().await;
        world.damage();
        let refused = world.player.fetch(BUILD).await;
        assert_eq!(refused.status, 503);
        assert!(world.noted().await.is_empty());
        assert_eq!(world.missing().await, ["mods/jei-1.0.jar"]);
        world.until_written(1).await;
        fs::write(world.place(), &world.bytes).unwrap();
        storage::verify(&world.app.app, &|_| {}).await.unwrap();
        let build = world.player.fetch(BUILD).await.ok();
        assert_eq!(world.noted().await, noted);
        assert_eq!(build["mods"][0]["md5"], noted[0]);
    }
}

#[tokio::test]
async fn md5s_are_made_when_a_build_is_published_and_once_for_all_who_ask() {
    let world = World::with(SIZES[1]).await;
    world.admin.upload("jei", "2.0", "jei-2.0.jar", b"PK jei 2.0").await.ok();
    let build = json!({
        "name": "2.0", "minecraft_id": "1.21.1", "versions": [{"mod": "jei", "version": "2.0"}], "published": true,
    });
    world.admin.post("/packs/sky/builds", build).await.ok();
    let made = async {
        while world.noted().await.len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), made).await.expect("nobody has asked, and nothing is made");
    let world = world.without_zips().await;
    let asking = (0..20).map(|_| world.player.fetch(BUILD));
    let answers = futures::future::join_all(asking).await;
    assert!(answers.iter().all(|answer| answer.bytes == answers[0].bytes && answer.status == 200));
    assert_eq!(world.noted().await.len(), 1);
}

#[tokio::test]
async fn file_that_came_back_by_an_upload_is_handed_out_at_once() {
    let world = World::with(SIZES[1]).await;
    world.damage();
    assert_eq!(world.fetch(ADDRESSES[0]).await, (200, false));
    world.until_written(1).await;
    world.admin.post("/mods", json!({"slug": "again", "name": "Again"})).await.ok();
    world.admin.upload("again", "1.0", "again.jar", &world.bytes).await.ok();
    assert_eq!(world.fetch(ADDRESSES[0]).await, (200, true));
    assert_eq!(world.missing().await, [""; 0]);
}
