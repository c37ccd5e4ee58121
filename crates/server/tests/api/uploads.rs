//! Files that come in pieces, as clients of the tus protocol send them.

use axum::body::{Body, Bytes};
use axum::http::Request;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::intake::jar;
use crate::test_app::{Answer, Caller, TestApp};

impl Caller {
    /// A request of the protocol, with more headers.
    async fn tus(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}")).header("tus-resumable", "1.0.0");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.request(request.body(body.into()).unwrap()).await
    }

    /// Begins an upload.
    pub(crate) async fn begin(&self, name: &str, size: usize) -> Answer {
        self.begin_with(name, size, None).await
    }

    /// Begins an upload, and says whether others are asked about the file.
    pub(crate) async fn begin_with(&self, name: &str, size: usize, recognise: Option<&str>) -> Answer {
        let said = recognise.map(|said| format!(",recognise {}", BASE64_STANDARD.encode(said))).unwrap_or_default();
        let metadata = format!("filename {}{said}", BASE64_STANDARD.encode(name));
        let headers = [("upload-length", &*size.to_string()), ("upload-metadata", &metadata)];
        self.tus("POST", "/uploads", &headers, Body::empty()).await
    }

    /// Begins an upload and gives its identifier.
    pub(crate) async fn begun(&self, name: &str, size: usize) -> String {
        let answer = self.begin(name, size).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Sends a piece.
    pub(crate) async fn piece(&self, id: &str, offset: usize, body: impl Into<Body>) -> Answer {
        self.piece_with(id, offset, &[], body).await
    }

    async fn piece_with(&self, id: &str, offset: usize, more: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let offset = offset.to_string();
        let mut headers = vec![("upload-offset", &*offset), ("content-type", "application/offset+octet-stream")];
        headers.extend(more);
        self.tus("PATCH", &format!("/uploads/{id}"), &headers, body).await
    }

    /// How many bytes have come of an upload.
    async fn offset(&self, id: &str) -> u64 {
        let answer = self.tus("HEAD", &format!("/uploads/{id}"), &[], Body::empty()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.header("upload-offset").parse().unwrap()
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// A body that breaks off behind these bytes.
fn broken(bytes: &[u8]) -> Body {
    let bytes = stream::iter([Ok(Bytes::copy_from_slice(bytes))]);
    Body::from_stream(bytes.chain(stream::iter([Err(std::io::Error::other("the line is dead"))])))
}

#[tokio::test]
async fn file_in_pieces_becomes_one_of_the_intake() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let jar = jar("sodium", "0.5", "client");
    let answer = eve.begin("mods/sodium-0.5.jar", jar.len()).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("tus-resumable"), "1.0.0");
    assert_eq!(answer.header("upload-expires"), "Tue, 01 Dec 2026 09:30:00 GMT");
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/v1/uploads/{id}"));
    let half = jar.len() / 2;
    let answer = eve.piece(&id, 0, jar[..half].to_vec()).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (204, &*half.to_string()));
    assert_eq!(eve.get("/intake").await.ok()["total"], 0);
    let answer = eve.piece(&id, half, jar[half..].to_vec()).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (204, &*jar.len().to_string()));
    let intake = answer.header("kleister-intake");
    let upload = eve.get(&format!("/uploads/{id}")).await.ok();
    assert_eq!((&upload["intake"], &upload["name"]), (&json!(intake), &json!("sodium-0.5.jar")));
    let read = eve.get(&format!("/intake/{intake}")).await.ok();
    assert_eq!(read["read"]["ids"], json!(["fabric:sodium"]));
    let accepted = eve.post(&format!("/intake/{intake}/accept"), json!({})).await.ok();
    assert_eq!(accepted["becomes"]["version"], "0.5", "{accepted}");
}

#[tokio::test]
async fn first_piece_may_come_with_the_beginning() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let jar = jar("sodium", "0.5", "client");
    let size = jar.len().to_string();
    let headers = [
        ("upload-length", &*size),
        ("upload-metadata", "filetype eA==,filename c29kaXVtLmphcg=="),
        ("content-type", "application/offset+octet-stream"),
    ];
    let answer = eve.tus("POST", "/uploads", &headers, jar[..9].to_vec()).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (201, "9"));
    let answer = eve.tus("POST", "/uploads", &headers, jar.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (201, &*size));
    assert!(answer.json()["intake"].is_string());
    eve.tus("POST", "/uploads", &headers, [&jar[..], b"more"].concat()).await.refused(413);
    let empty = eve.begin("empty.jar", 0).await;
    assert_eq!(empty.status, 201);
    let intake = empty.json()["intake"].as_str().unwrap().to_owned();
    assert!(eve.get(&format!("/intake/{intake}")).await.ok()["refusal"].is_string());
}

#[tokio::test]
async fn what_came_before_the_line_broke_counts() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let jar = jar("sodium", "0.5", "client");
    let id = eve.begun("sodium.jar", jar.len()).await;
    let refused = eve.piece(&id, 0, broken(&jar[..40])).await.refused(400);
    assert!(refused.contains("broke off"), "{refused}");
    assert_eq!(eve.offset(&id).await, 40);
    drop(eve);
    let app = app.restarted().await;
    let eve = app.sign_in("eve").await;
    assert_eq!(eve.offset(&id).await, 40);
    assert_eq!(eve.piece(&id, 40, jar[40..].to_vec()).await.status, 204);
    let intake = eve.get(&format!("/uploads/{id}")).await.ok()["intake"].as_str().unwrap().to_owned();
    assert_eq!(eve.get(&format!("/intake/{intake}")).await.ok()["size"], jar.len());
}

#[tokio::test]
async fn piece_that_does_not_fit_is_refused_and_changes_nothing() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let id = eve.begun("a.jar", 10).await;
    eve.piece(&id, 0, "hello").await;
    let refused = eve.piece(&id, 3, "lo").await.refused(409);
    assert!(refused.contains("begins at 3, but 5 bytes have come"), "{refused}");
    eve.piece(&id, 6, "world").await.refused(409);
    eve.piece(&id, 5, "much too much").await.refused(413);
    // Of a body of unknown length it shows only at its end that it is too long.
    eve.piece(&id, 5, broken(b"much too much")).await.refused(413);
    let headers = [("upload-offset", "5"), ("content-type", "text/plain")];
    eve.tus("PATCH", &format!("/uploads/{id}"), &headers, "x").await.refused(415);
    let untold = eve.tus("PATCH", &format!("/uploads/{id}"), &[headers[1]], "x").await.refused(400);
    assert!(untold.contains("Upload-Offset"), "{untold}");
    assert_eq!(eve.offset(&id).await, 5);
}

#[tokio::test]
async fn piece_counts_only_with_its_checksum() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let id = eve.begun("a.jar", 10).await;
    let sha1 = format!("sha1 {}", BASE64_STANDARD.encode(Sha1::digest(b"hello")));
    eve.piece_with(&id, 0, &[("upload-checksum", &*sha1)], "hellO").await.refused(460);
    eve.piece_with(&id, 0, &[("upload-checksum", &*sha1)], broken(b"hel")).await.refused(400);
    eve.piece_with(&id, 0, &[("upload-checksum", "crc32 AAAA")], "hello").await.refused(400);
    assert_eq!(eve.offset(&id).await, 0);
    assert_eq!(eve.piece_with(&id, 0, &[("upload-checksum", &*sha1)], "hello").await.status, 204);
    assert_eq!(eve.offset(&id).await, 5);
}

#[tokio::test]
async fn other_versions_of_the_protocol_are_told_which_one_is_spoken() {
    let (_, _, eve, anonymous) = TestApp::with_callers().await;
    let options = Request::options("/api/v1/uploads").body(Body::empty()).unwrap();
    let told = anonymous.request(options).await;
    assert_eq!(told.status, 204);
    assert_eq!(told.header("tus-extension"), "creation,creation-with-upload,expiration,checksum,termination");
    assert_eq!(told.header("tus-max-size"), (2_u64 << 30).to_string());
    assert_eq!(told.header("tus-checksum-algorithm"), "sha1,sha256,md5");
    for version in [None, Some("0.2.2")] {
        let request = Request::post("/api/v1/uploads").header("upload-length", "5");
        let request = version.into_iter().fold(request, |request, it| request.header("tus-resumable", it));
        let answer = eve.request(request.body(Body::empty()).unwrap()).await;
        answer.refused(412);
        assert_eq!(answer.header("tus-version"), "1.0.0");
    }
}

#[tokio::test]
async fn beginning_needs_a_size_and_a_name_that_can_be_kept() {
    let app = TestApp::configured(|config| config.upload.limit = 1000).await;
    let eve = app.user("eve", false).await;
    eve.tus("POST", "/uploads", &[("upload-length", "5")], Body::empty()).await.refused(422);
    eve.tus("POST", "/uploads", &[("upload-metadata", "filename eA==")], Body::empty()).await.refused(400);
    for bad in ["..", "CON", "a:b.jar"] {
        eve.begin(bad, 5).await.refused(422);
    }
    let refused = eve.begin("a.jar", 1001).await.refused(413);
    assert!(refused.contains("1000 bytes"), "{refused}");
    assert_eq!(eve.begin("a.jar", 1000).await.status, 201);
}

#[tokio::test]
async fn user_has_only_so_many_unfinished_uploads() {
    let app = TestApp::configured(|config| config.upload.unfinished = 2).await;
    let (eve, bob) = (app.user("eve", false).await, app.user("bob", false).await);
    let first = eve.begun("a.jar", 5).await;
    eve.begun("b.jar", 5).await;
    let refused = eve.begin("c.jar", 5).await.refused(409);
    assert!(refused.contains("upload.unfinished"), "{refused}");
    bob.begun("c.jar", 5).await;
    eve.piece(&first, 0, "hello").await;
    eve.begun("c.jar", 5).await;
}

#[tokio::test]
async fn unfinished_uploads_count_for_what_a_user_may_have() {
    let app = TestApp::configured(|config| config.upload.quota = 10_000).await;
    let eve = app.user("eve", false).await;
    eve.begin("a.jar", 10_001).await.refused(413);
    let first = eve.begun("a.jar", 6_000).await;
    let refused = eve.begin("b.jar", 5_000).await.refused(413);
    assert!(refused.contains("upload.quota"), "{refused}");
    eve.tus("DELETE", &format!("/uploads/{first}"), &[], Body::empty()).await;
    eve.begun("b.jar", 5_000).await;
}

#[tokio::test]
async fn ended_upload_is_gone_with_its_bytes() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let bob = app.user("bob", false).await;
    let id = eve.begun("a.jar", 10).await;
    eve.piece(&id, 0, "hello").await;
    let partial = std::path::Path::new(&app.app.config.upload.path).join("partials").join(&id);
    assert!(partial.exists());
    for (method, body) in [("HEAD", ""), ("DELETE", ""), ("PATCH", "world")] {
        let headers = [("upload-offset", "5"), ("content-type", "application/offset+octet-stream")];
        let answer = bob.tus(method, &format!("/uploads/{id}"), &headers, body).await;
        assert_eq!(answer.status, 404, "{method}");
    }
    let ended = eve.tus("DELETE", &format!("/uploads/{id}"), &[], Body::empty()).await;
    assert_eq!(ended.status, 204);
    assert!(!partial.exists());
    eve.piece(&id, 5, "world").await.refused(404);
}

#[tokio::test]
async fn client_without_patch_posts_and_says_so() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let id = eve.begun("a.jar", 10).await;
    let path = format!("/uploads/{id}");
    let headers = [
        ("x-http-method-override", "PATCH"),
        ("upload-offset", "0"),
        ("content-type", "application/offset+octet-stream"),
    ];
    assert_eq!(eve.tus("POST", &path, &headers, "hello").await.status, 204);
    assert_eq!(eve.offset(&id).await, 5);
    eve.tus("POST", &path, &[], "hello").await.refused(405);
    assert_eq!(eve.tus("POST", &path, &[("x-http-method-override", "DELETE")], "").await.status, 204);
    assert_eq!(eve.tus("HEAD", &path, &[], "").await.status, 404);
}

#[tokio::test]
async fn later_request_goes_on_where_a_silent_one_hangs() {
    let (_, _, eve, _) = TestApp::with_callers().await;
    let id = eve.begun("a.jar", 10).await;
    let (told, came) = tokio::sync::oneshot::channel::<()>();
    // A line that is dead without anybody having noticed: five bytes, then silence.
    let silent = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"hello")) });
    let silent = silent.chain(stream::once(async {
        told.send(()).ok();
        std::future::pending().await
    }));
    let hanging = eve.piece(&id, 0, Body::from_stream(silent));
    let later = async {
        came.await.unwrap();
        let refused = eve.piece(&id, 0, "hello").await;
        (refused.refused(409), eve.piece(&id, 5, "world").await.status)
    };
    let (hanging, (refused, status)) = tokio::join!(hanging, later);
    hanging.refused(423);
    assert!(refused.contains("5 bytes have come"), "{refused}");
    assert_eq!(status, 204);
}

#[tokio::test]
async fn upload_is_forgotten_after_seven_days() {
    let (app, _, eve, _) = TestApp::with_callers().await;
    let id = eve.begun("a.jar", 10).await;
    app.clock.advance(7 * 24 * 3600 - 1);
    let eve = app.sign_in("eve").await;
    assert_eq!(eve.offset(&id).await, 0);
    app.clock.advance(1);
    let gone: Value = eve.get(&format!("/uploads/{id}")).await.json();
    assert_eq!(gone["status"], 404);
}
