//! What is told of a pack as a whole: its page, its feed, and what an update does.

use serde_json::{Value, json};

use crate::compare::two_builds;
use crate::test_app::{Answer, Caller, TestApp};

fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

async fn page(caller: &Caller) -> String {
    text(&caller.fetch("/packs/sky").await)
}

async fn feed(caller: &Caller) -> String {
    text(&caller.fetch("/packs/sky/feed.atom").await)
}

/// `sky` with two published builds, the second a minute later and with a changelog.
async fn two_published(app: &TestApp, admin: &Caller) {
    two_builds(admin).await;
    app.clock.advance(60);
    let changelog = "- **Boats** fly\n- [x](javascript:y)\n- <script>alert(1)</script>";
    admin.put("/packs/sky/builds/2.0", json!({"published": true, "changelog": changelog})).await.ok();
}

#[tokio::test]
async fn changelog_is_written_and_mended_after_publishing() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let before = anonymous.fetch("/packs/sky/2.0/index.json").await;
    let shown = anonymous.get("/packs/sky/builds/2.0").await.ok();
    assert!(shown["changelog"].as_str().unwrap().starts_with("- **Boats** fly"));
    assert_eq!(shown["published_at"], "2026-11-24T09:31:00.000Z");
    let mended = admin.put("/packs/sky/builds/2.0", json!({"changelog": "Nothing flies"})).await.ok();
    assert_eq!(mended["changelog"], "Nothing flies");
    assert_eq!(anonymous.fetch("/packs/sky/2.0/index.json").await.bytes, before.bytes);
    assert!(page(&anonymous).await.contains("Nothing flies"));
    let removed = admin.put("/packs/sky/builds/2.0", json!({"changelog": ""})).await.ok();
    assert_eq!(removed["changelog"], Value::Null);
    let long = json!({"changelog": "x".repeat(65_537)});
    let refused = admin.put("/packs/sky/builds/2.0", long).await;
    assert_eq!(refused.violations(), ["changelog: must be at most 65536 characters"]);
    let copy = admin.post("/packs/sky/builds", json!({"name": "3.0", "from": "2.0"})).await.ok();
    assert_eq!(copy["changelog"], Value::Null);
}

#[tokio::test]
async fn page_has_a_card_for_each_launcher_and_works_without_script() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let answer = anonymous.fetch("/packs/sky").await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    let page = text(&answer);
    let at = "https://mc.example.org/packs/sky/recommended";
    let encoded = "https%3A%2F%2Fmc%2Eexample%2Eorg%2Fpacks%2Fsky%2Frecommended%2Fpack%2Emrpack";
    for expected in [
        format!("href=\"prismlauncher://import?url={encoded}\""),
        format!("<a class=\"button\" href=\"{at}/pack.mrpack\">"),
        format!("-jar packwiz-installer-bootstrap.jar {at}/packwiz/pack.toml"),
        format!("PACKWIZ_URL: {at}/packwiz/pack.toml"),
        format!("source={at}/packwiz/pack.toml\n"),
        "id=\"atlauncher\"".to_owned(),
        "https://mc.example.org/solder/api/".to_owned(),
        format!("curl -fLO {at}/pack.mrpack"),
        "Minecraft 1.21.2".to_owned(),
        "<strong>Boats</strong> fly".to_owned(),
        "<li>x</li>".to_owned(),
        "&lt;script&gt;alert(1)&lt;/script&gt;".to_owned(),
    ] {
        assert!(page.contains(&expected), "{expected} is not in {page}");
    }
    for unwanted in ["<script", "javascript:", "onclick", " style=", "http-equiv"] {
        assert!(!page.contains(unwanted), "{unwanted}");
    }
    assert!(page.contains("Minecraft or the loader changed"), "{page}");
    for card in page.split("<article class=\"card\"").skip(1) {
        let steps = card.split("</ol>").next().unwrap().matches("<li>").count();
        assert!((1..=3).contains(&steps), "{card}");
    }
}

#[tokio::test]
async fn every_address_on_the_page_answers() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let page = page(&anonymous).await;
    let addresses: Vec<&str> = page.split("https://mc.example.org").skip(1).collect();
    let addresses = addresses.iter().map(|rest| rest.split(['"', '<', ' ', '\n', '&']).next().unwrap());
    let picture = page.split("img src=\"").nth(1).unwrap().split('"').next().unwrap();
    for address in addresses.chain([picture]) {
        assert_eq!(anonymous.fetch(address).await.status, 200, "{address}");
    }
}

#[tokio::test]
async fn withdrawn_build_is_shown_with_reason_and_replacement() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let wanted = json!({"yanked": true, "reason": "it eats <worlds>", "replacement": "1.0"});
    admin.put("/packs/sky/builds/2.0", wanted).await.ok();
    let page = page(&anonymous).await;
    assert!(page.contains("Withdrawn: it eats &lt;worlds&gt;. Take 1.0 instead."), "{page}");
    assert!(page.contains("<b>1.0</b> · Minecraft 1.21.1"), "{page}");
    assert!(page.contains("Minecraft or the loader changed</b> since 2.0"), "those who have 2.0 go back: {page}");
    let feed = feed(&anonymous).await;
    assert!(feed.contains("Sky Pack 2.0 (withdrawn)") && feed.contains("Take 1.0 instead."), "{feed}");
}

#[tokio::test]
async fn what_changed_is_told_to_those_who_follow_the_channel() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_builds(&admin).await;
    admin.put("/packs/sky/channels/recommended", json!({"build": "1.0"})).await.ok();
    app.clock.advance(60);
    admin.put("/packs/sky/builds/2.0", json!({"published": true})).await.ok();
    app.clock.advance(60);
    let next = json!({"name": "2.1", "from": "2.0", "published": true});
    admin.post("/packs/sky/builds", next).await.ok();
    assert!(!page(&anonymous).await.contains("Minecraft or the loader changed"), "players are given 1.0 still");
    admin.put("/packs/sky/channels/recommended", json!({"build": "2.1"})).await.ok();
    let page = page(&anonymous).await;
    assert!(
        page.contains("Minecraft or the loader changed</b> since 1.0"),
        "what lies between them was for nobody: {page}"
    );
}

#[tokio::test]
async fn build_that_was_withdrawn_long_ago_is_on_the_page_still() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_builds(&admin).await;
    for number in 1..=21 {
        app.clock.advance(60);
        let next = json!({"name": format!("9.{number}"), "from": "1.0", "published": true});
        admin.post("/packs/sky/builds", next).await.ok();
    }
    assert!(!page(&anonymous).await.contains("<h3>1.0"), "there is no room for it");
    admin.put("/packs/sky/builds/1.0", json!({"yanked": true, "reason": "it eats worlds"})).await.ok();
    assert!(page(&anonymous).await.contains("Withdrawn: it eats worlds."));
}

#[tokio::test]
async fn pack_without_a_published_build_says_so() {
    let (_, admin, _, anonymous) = TestApp::with_callers().await;
    admin.pack_with_build().await;
    let page = page(&anonymous).await;
    assert!(page.contains("Nothing is published yet.") && !page.contains("1.0"), "{page}");
    assert!(!feed(&anonymous).await.contains("<entry>"));
}

#[tokio::test]
async fn feed_has_the_builds_newest_first_under_names_that_stay() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_builds(&admin).await;
    app.clock.advance(60);
    admin.put("/packs/sky/builds/2.0", json!({"published": true, "changelog": "- flies"})).await.ok();
    let before = feed(&anonymous).await;
    assert!(before.find("Sky Pack 2.0").unwrap() < before.find("Sky Pack 1.0").unwrap());
    assert!(before.contains("&lt;li&gt;flies&lt;/li&gt;"), "{before}");
    let ids = |feed: &str| -> Vec<String> {
        feed.split("<id>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&before).len(), 3);
    admin.put("/packs/sky", json!({"slug": "cloud", "name": "Cloud"})).await.ok();
    let after = text(&anonymous.fetch("/packs/cloud/feed.atom").await);
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(text(&anonymous.fetch("/packs/sky/feed.atom").await), after);
}

#[tokio::test]
async fn page_and_feed_are_sent_once_until_something_changes() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    for path in ["/packs/sky", "/packs/sky/feed.atom"] {
        let first = anonymous.fetch(path).await;
        assert_eq!(first.headers["cache-control"], "public, no-cache");
        let known = [("if-none-match", first.headers["etag"].to_str().unwrap().to_owned())];
        let again = anonymous.fetch_with(path, &known).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
        assert_eq!(again.headers["content-security-policy"], first.headers["content-security-policy"]);
        admin.put("/packs/sky/builds/2.0", json!({"changelog": format!("mended for {path}")})).await.ok();
        assert_eq!(anonymous.fetch_with(path, &known).await.status, 200);
    }
}

#[tokio::test]
async fn private_pack_has_page_and_feed_below_a_token_only() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let token = admin.post("/packs/sky/previews", json!({})).await.ok()["token"].as_str().unwrap().to_owned();
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    for rest in ["", "/feed.atom", "/2.0/update-preview?from=1.0&client=prism", "/2.0/update-preview"] {
        let (unseen, absent) = (format!("/packs/sky{rest}"), format!("/packs/none{rest}"));
        let (unseen, absent) = (anonymous.fetch(&unseen).await, anonymous.fetch(&absent).await);
        assert_eq!((unseen.status.as_u16(), &unseen.bytes), (404, &absent.bytes), "{rest}");
    }
    for rest in ["", "/feed.atom"] {
        let shown = anonymous.fetch(&format!("/t/{token}/packs/sky{rest}")).await;
        assert_eq!(shown.headers["cache-control"], "private, no-cache");
        assert!(!shown.headers.contains_key("access-control-allow-origin"));
        let shown = text(&shown);
        let addresses = shown.matches("https://mc.example.org/").count();
        let with_token = shown.matches(&format!("https://mc.example.org/t/{token}/packs/sky")).count();
        assert!(addresses > 2 && addresses == with_token, "{shown}");
        assert!(!shown.contains("solder") && !shown.contains("<img"), "{shown}");
    }
}

#[tokio::test]
async fn update_preview_tells_what_happens_on_a_players_disk() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let path = "/packs/sky/2.0/update-preview?from=1.0&client=packwiz";
    let answer = anonymous.fetch(path).await;
    assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
    let told = answer.ok();
    let paths = |list: &str| -> Vec<&str> {
        told[list].as_array().unwrap().iter().map(|step| step["path"].as_str().unwrap()).collect()
    };
    assert_eq!(paths("writes"), ["config/a.toml", "mods/jei-2.0.jar"]);
    assert_eq!((paths("deletes"), paths("keeps").len()), (vec!["mods/jei-1.0.jar"], 0));
    assert_eq!((&told["from"], &told["to"], &told["reinstall"]), (&json!("1.0"), &json!("2.0"), &json!(true)));
    let by_channel = anonymous.fetch("/packs/sky/latest/update-preview?from=1.0&client=packwiz").await;
    assert_eq!(
        (&by_channel.bytes, &by_channel.headers["cache-control"]),
        (&answer.bytes, &"public, no-cache".parse().unwrap())
    );
    let unknown = anonymous.fetch("/packs/sky/2.0/update-preview?from=1.0&client=winzip").await;
    assert_eq!(unknown.status, 400);
    assert!(String::from_utf8_lossy(&unknown.bytes).contains("`packwiz`"), "{unknown:?}");
    for missing in ["from=1.0", "client=prism", ""] {
        assert_eq!(anonymous.fetch(&format!("/packs/sky/2.0/update-preview?{missing}")).await.status, 400);
    }
    assert_eq!(anonymous.fetch("/packs/sky/2.0/update-preview?from=9&client=prism").await.status, 404);
}

#[tokio::test]
async fn page_and_feed_are_held_until_something_is_written() {
    let (app, admin, _, anonymous) = TestApp::with_callers().await;
    two_published(&app, &admin).await;
    let made = admin.post("/packs/sky/tokens", json!({"name": "Eve", "days": 1})).await.ok();
    let tree = format!("/t/{}", made["token"].as_str().unwrap());
    app.settled().await;
    let addresses = ["", &*tree].map(|tree| [format!("{tree}/packs/sky"), format!("{tree}/packs/sky/feed.atom")]);
    for address in addresses.as_flattened() {
        let first = anonymous.fetch(address).await;
        let before = app.app.db.queries();
        let again = anonymous.fetch(address).await;
        assert_eq!(app.app.db.queries() - before, 0, "{address}");
        assert_eq!((text(&again), &again.headers["etag"]), (text(&first), &first.headers["etag"]), "{address}");
        assert_eq!(again.headers["cache-control"], first.headers["cache-control"], "{address}");
        assert_eq!(text(&again).contains(&tree), address.starts_with("/t/"), "{address}");
    }
    admin.put("/packs/sky/builds/2.0", json!({"changelog": "Nothing flies"})).await.ok();
    for address in addresses.as_flattened() {
        assert!(text(&anonymous.fetch(address).await).contains("Nothing flies"), "{address}");
    }
    admin.put("/packs/sky", json!({"public": false})).await.ok();
    for (address, status) in addresses.as_flattened().iter().zip([404, 404, 200, 200]) {
        assert_eq!(anonymous.fetch(address).await.status, status, "{address}");
    }
    app.clock.advance(24 * 3600);
    for address in addresses.as_flattened() {
        assert_eq!(anonymous.fetch(address).await.status, 404, "{address}");
    }
}
