//! The pictures of packs, mods and users.

use std::io::Cursor;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::test_app::{Answer, Caller, TestApp};

/// A picture of one colour.
fn plain(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = DynamicImage::from(RgbImage::from_pixel(width, height, Rgb([200, 40, 40])));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A small PNG.
pub(crate) fn png() -> Vec<u8> {
    plain(8, 8, ImageFormat::Png)
}

impl Caller {
    /// Sends a picture in the part `file`, declared as a text: what it is tells its content.
    pub(crate) async fn send_picture(&self, path: &str, picture: &[u8]) -> Answer {
        self.send_part(path, "file", picture).await
    }

    async fn send_part(&self, path: &str, part: &str, bytes: &[u8]) -> Answer {
        let head = format!("--XX\r\ncontent-disposition: form-data; name=\"{part}\"; filename=\"a.txt\"\r\n");
        let form = [head.as_bytes(), b"content-type: text/plain\r\n\r\n", bytes, b"\r\n--XX--\r\n"].concat();
        let request = Request::post(format!("/api/v1{path}"));
        let request = request.header("content-type", "multipart/form-data; boundary=XX").body(form.into());
        self.request(request.unwrap()).await
    }

    /// Gets what an absolute address of the test's server names.
    async fn follow(&self, address: &Value) -> Answer {
        let path = address.as_str().unwrap().strip_prefix("https://mc.example.org/api/v1").unwrap();
        assert!(path.starts_with("/storage/avatars/"), "{path}");
        self.get(path).await
    }
}

impl Answer {
    fn picture(&self) -> RgbImage {
        assert_eq!((self.status.as_u16(), &self.headers["content-type"]), (200, &"image/png".parse().unwrap()));
        image::load_from_memory_with_format(&self.bytes, ImageFormat::Png).unwrap().into_rgb8()
    }
}

async fn with_pack_and_mod() -> (TestApp, Caller, Caller, Caller) {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    admin.post("/packs", json!({"slug": "sky", "name": "Sky", "public": true})).await.ok();
    admin.post("/mods", json!({"slug": "jei", "name": "Items", "public": true})).await.ok();
    (app, admin, eve, anonymous)
}

#[tokio::test]
async fn picture_of_any_kind_is_shown_as_a_small_png() {
    let (_, admin, _, anonymous) = with_pack_and_mod().await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        for thing in ["/packs/sky", "/mods/jei"] {
            let avatar = admin.send_picture(&format!("{thing}/avatar"), &plain(600, 300, format)).await.ok();
            let shown = anonymous.follow(&avatar["url"]).await;
            let picture = shown.picture();
            assert_eq!(picture.dimensions(), (256, 128), "{format:?}");
            let [red, green, blue] = picture.get_pixel(100, 50).0;
            assert!(red.abs_diff(200) < 9 && green.abs_diff(40) < 9 && blue.abs_diff(40) < 9, "{format:?}");
            assert_eq!(shown.headers["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(shown.headers["content-security-policy"], "default-src 'none'; sandbox");
            assert_eq!(shown.headers["x-content-type-options"], "nosniff");
            assert_eq!(anonymous.get(thing).await.ok()["avatar"], avatar);
        }
    }
}

#[tokio::test]
async fn small_picture_keeps_its_size_and_holes() {
    let (_, admin, _, anonymous) = with_pack_and_mod().await;
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbaImage::from_fn(16, 9, |x, _| Rgba([1, 2, 3, if x < 8 { 0 } else { 255 }]));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let avatar = admin.send_picture("/mods/jei/avatar", &bytes.into_inner()).await.ok();
    let shown = anonymous.follow(&avatar["url"]).await;
    assert_eq!(image::load_from_memory(&shown.bytes).unwrap().into_rgba8(), picture);
}

#[tokio::test]
async fn moving_picture_is_shown_by_its_first_frame() {
    let (_, admin, _, anonymous) = with_pack_and_mod().await;
    let mut gif = Vec::new();
    let frames =
        [[255, 0, 0, 255], [0, 0, 255, 255]].map(|colour| Frame::new(RgbaImage::from_pixel(20, 20, Rgba(colour))));
    GifEncoder::new(&mut gif).encode_frames(frames).unwrap();
    let avatar = admin.send_picture("/packs/sky/avatar", &gif).await.ok();
    assert_eq!(anonymous.follow(&avatar["url"]).await.picture().get_pixel(3, 3).0, [255, 0, 0]);
}

#[tokio::test]
async fn picture_is_made_until_one_is_set_and_after_it_is_deleted() {
    let (_, admin, _, anonymous) = with_pack_and_mod().await;
    for thing in ["/packs/sky", "/mods/jei"] {
        let made = anonymous.get(thing).await.ok()["avatar"].clone();
        let identicon = anonymous.follow(&made["url"]).await.picture();
        assert_eq!(identicon.dimensions(), (256, 256));
        let set = admin.send_picture(&format!("{thing}/avatar"), &png()).await.ok();
        assert_ne!(set["slug"], made["slug"]);
        assert_eq!(anonymous.follow(&made["url"]).await.refused(404), "Failed to find avatar");
        assert_eq!(admin.delete(&format!("{thing}/avatar")).await.ok(), made);
        assert_eq!(anonymous.follow(&made["url"]).await.picture(), identicon);
        anonymous.follow(&set["url"]).await.refused(404);
        assert_eq!(admin.delete(&format!("{thing}/avatar")).await.ok(), made, "deleting twice");
    }
}

#[tokio::test]
async fn avatar_is_in_every_reply_with_a_pack_or_mod() {
    let (_, admin, _, _) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.post("/mods", json!({"slug": "other", "name": "Other"})).await.ok();
    let pack = admin.send_picture("/packs/sky/avatar", &png()).await.ok();
    let module = admin.send_picture("/mods/jei/avatar", &png()).await.ok();
    let replies = [
        ("/packs", "/packs/0/avatar", &pack),
        ("/packs/sky/builds", "/pack/avatar", &pack),
        ("/packs/sky/builds/1.0/versions", "/pack/avatar", &pack),
        ("/packs/sky/builds/1.0/versions", "/versions/0/version/mod/avatar", &module),
        ("/mods/jei/versions/1.0/builds", "/builds/0/build/pack/avatar", &pack),
        ("/mods/jei/versions/1.0/builds", "/mod/avatar", &module),
        ("/mods/jei/versions", "/mod/avatar", &module),
        ("/mods", "/mods/0/avatar", &module),
        ("/packs/sky/users", "/pack/avatar", &pack),
        ("/users/admin/packs", "/packs/0/pack/avatar", &pack),
        ("/users/admin/mods", "/mods/0/mod/avatar", &module),
        ("/profile/self", "/packs/0/pack/avatar", &pack),
    ];
    for (path, place, avatar) in replies {
        assert_eq!(admin.get(path).await.ok().pointer(place), Some(avatar), "{path} {place}");
    }
    let other = admin.get("/mods").await.ok()["mods"][1]["avatar"].clone();
    assert_ne!(other["url"], module["url"]);
    admin.follow(&other["url"]).await.picture();
    assert_eq!(admin.put("/packs/sky", json!({"name": "Renamed"})).await.ok()["avatar"], pack);
    assert!(admin.post("/packs", json!({"name": "Another"})).await.ok()["avatar"]["url"].is_string());
}

#[tokio::test]
async fn stranger_gets_no_avatar_of_what_is_private() {
    let (app, admin, eve, anonymous) = TestApp::with_callers().await;
    let member = app.user("member", false).await;
    for (thing, table) in [("packs", "user_packs"), ("mods", "user_mods")] {
        let made = admin.post(&format!("/{thing}"), json!({"slug": "secret", "name": "Secret"})).await.ok();
        app.make_member(table, "member", "secret", 1).await;
        let set = admin.send_picture(&format!("/{thing}/secret/avatar"), &png()).await.ok();
        let missing = eve.follow(&json!(made["avatar"]["url"].as_str().unwrap().replace('-', "-0"))).await;
        for caller in [&eve, &anonymous] {
            for avatar in [&set, &made["avatar"]] {
                let answer = caller.follow(&avatar["url"]).await;
                assert_eq!((answer.status, &answer.bytes), (missing.status, &missing.bytes));
                assert_eq!(answer.refused(404), "Failed to find avatar");
            }
        }
        app.with_token("broken").follow(&set["url"]).await.refused(401);
        let shown = member.follow(&set["url"]).await;
        assert_eq!(shown.picture().dimensions(), (8, 8));
        assert_eq!(shown.headers["cache-control"], "private, no-cache");
        admin.put(&format!("/{thing}/secret"), json!({"public": true})).await.ok();
        assert_eq!(anonymous.follow(&set["url"]).await.picture().dimensions(), (8, 8));
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let (_, admin, _, _) = with_pack_and_mod().await;
    let kind = "file: must be a PNG, JPEG, WebP or GIF";
    let broken = "file: cannot be read: it is broken";
    let whole = plain(64, 64, ImageFormat::Png);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let bmp = [b"BM".as_slice(), &[0; 60]].concat();
    let truncated = &plain(300, 300, ImageFormat::Jpeg)[..30];
    let refused: [(&[u8], &str); 7] = [
        (svg, kind),
        (b"<html>", kind),
        (&bmp, kind),
        (&whole[..60], broken),
        (truncated, broken),
        (b"GIF89a", broken),
        (b"", "file: cannot be blank"),
    ];
    for (bytes, violation) in refused {
        let answer = admin.send_picture("/packs/sky/avatar", bytes).await;
        assert_eq!(answer.violations(), [violation], "{}", bytes.escape_ascii());
    }
    assert_eq!(admin.send_part("/mods/jei/avatar", "picture", &whole).await.violations(), ["file: cannot be blank"]);
    admin.post("/mods/jei/avatar", json!({"file": "x"})).await.refused(400);
    let unread = Request::post("/api/v1/mods/jei/avatar").header("content-type", "multipart/form-data");
    admin.request(unread.body(Body::from("x")).unwrap()).await.refused(400);
}

#[tokio::test]
async fn picture_with_too_many_pixels_is_refused_before_it_is_decoded() {
    let (_, admin, _, _) = with_pack_and_mod().await;
    let pixels = ["file: must be at most 4096 pixels wide and high, and 128 MiB once decoded"];
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let answer = admin.send_picture("/packs/sky/avatar", &plain(4097, 1, format)).await;
        assert_eq!(answer.violations(), pixels, "{format:?}");
    }
    admin.send_picture("/packs/sky/avatar", &plain(4096, 1, ImageFormat::Png)).await.ok();
    // A file of a hundred bytes that promises 50,000 pixels a side.
    let mut bomb = plain(1, 1, ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[50_000_u32.to_be_bytes(), 50_000_u32.to_be_bytes()].concat());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(admin.send_picture("/packs/sky/avatar", &bomb).await.violations(), pixels);
}

/// The checksum of a chunk of a PNG.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    })
}

#[tokio::test]
async fn file_that_is_too_large_is_refused() {
    let (_, admin, _, _) = with_pack_and_mod().await;
    for size in [(5 << 20) + 1, 6 << 20] {
        let answer = admin.send_picture("/mods/jei/avatar", &vec![0; size]).await;
        assert!(answer.refused(413).contains("5242880 bytes"));
    }
    let largest = [png(), vec![0; (5 << 20) - png().len()]].concat();
    admin.send_picture("/mods/jei/avatar", &largest).await.ok();
}

#[tokio::test]
async fn pack_keeps_the_picture_as_it_was_sent_for_its_icon() {
    let (app, admin, _, _) = with_pack_and_mod().await;
    let sent = plain(600, 600, ImageFormat::Jpeg);
    admin.send_picture("/packs/sky/avatar", &sent).await.ok();
    let hash = hex::encode(Sha256::digest(&sent));
    assert_eq!(icon(&app).await.as_ref(), Some(&hash));
    app.app.files.check(&hash, sent.len() as u64).await.unwrap();
    admin.delete("/packs/sky/avatar").await.ok();
    assert_eq!(icon(&app).await, None);
}

async fn icon(app: &TestApp) -> Option<String> {
    let caller = kleister_store::Caller::Anonymous;
    let db = app.app.db.read().await.unwrap();
    kleister_store::packs::open(&db, &caller, "sky", kleister_store::Need::See).await.unwrap().row.icon
}

#[tokio::test]
async fn thing_is_deleted_though_its_picture_is_lost() {
    let (app, admin, _, _) = with_pack_and_mod().await;
    for thing in ["/packs/sky", "/mods/jei"] {
        let avatar = admin.send_picture(&format!("{thing}/avatar"), &png()).await.ok();
        std::fs::remove_dir_all(Path::new(&app.app.config.upload.path).join("blobs")).unwrap();
        assert_eq!(admin.follow(&avatar["url"]).await.status, 503);
        admin.delete(&format!("{thing}/avatar")).await.ok();
        admin.send_picture(&format!("{thing}/avatar"), &plain(9, 9, ImageFormat::Png)).await.ok();
        std::fs::remove_dir_all(Path::new(&app.app.config.upload.path).join("blobs")).unwrap();
        admin.delete(thing).await.ok();
        admin.get(thing).await.refused(404);
    }
}

#[tokio::test]
async fn portrait_of_a_user_tells_nothing_but_the_identifier() {
    let (_, admin, eve, anonymous) = TestApp::with_callers().await;
    let user = eve.get("/users/admin").await.ok();
    let portrait = anonymous.follow(&user["profile"]).await.picture();
    assert_eq!(portrait.dimensions(), (256, 256));
    assert_eq!(admin.get("/profile/self").await.ok()["profile"], user["profile"]);
    assert_eq!(admin.get("/users").await.ok()["users"][0]["profile"], user["profile"]);
    admin.post("/packs", json!({"name": "Sky"})).await.ok();
    assert_eq!(admin.get("/packs/sky/users").await.ok()["users"][0]["user"]["profile"], user["profile"]);
    assert_ne!(eve.get("/profile/self").await.ok()["profile"], user["profile"]);
    let id = user["id"].as_str().unwrap();
    let nobody = user["profile"].as_str().unwrap().replace(id, "01234567890123456789012345");
    assert_ne!(anonymous.follow(&json!(nobody)).await.picture(), portrait);
}

#[tokio::test]
async fn unknown_pictures_are_nowhere() {
    let (_, admin, _, anonymous) = with_pack_and_mod().await;
    let avatar = admin.send_picture("/packs/sky/avatar", &png()).await.ok();
    let slug = avatar["slug"].as_str().unwrap();
    let id = &slug[5..31];
    let strange = [
        String::from("x"),
        format!("mod-{}", &slug[5..]),
        format!("pack-{id}.png"),
        format!("pack-{id}-.png"),
        format!("pack-{id}-identicon1.png"),
        format!("user-{id}-{}", &slug[32..]),
        format!("user-{id}"),
        "user-admin-identicon1.png".to_owned(),
        format!("{slug}.png"),
        format!("..%2F{slug}"),
        slug.to_uppercase(),
        "%00".to_owned(),
    ];
    for slug in strange {
        assert_eq!(anonymous.get(&format!("/storage/avatars/{slug}")).await.status, 404, "{slug}");
    }
    anonymous.get("/storage/avatars").await.refused(404);
    anonymous.get("/storage/avatars/").await.refused(404);
}

#[tokio::test]
async fn mod_that_one_does_not_see_has_no_avatar_in_a_build() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    admin.send_picture("/mods/jei/avatar", &png()).await.ok();
    admin.put("/packs/sky/builds/1.0", json!({"published": true})).await.ok();
    let module = |page: Value| page["versions"][0]["version"]["mod"].clone();
    let seen = module(admin.get("/packs/sky/builds/1.0/versions").await.ok());
    let veiled = module(anonymous.get("/packs/sky/builds/1.0/versions").await.ok());
    assert_eq!((&seen["name"], &veiled["name"]), (&json!("Just Enough Items"), &json!("Just Enough Items")));
    assert!(seen["avatar"].is_object() && veiled["avatar"].is_null());
}
