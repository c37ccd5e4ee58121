//! Whoever is not to be reached is not, however his address is spelt.

mod calling;
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::header::{HeaderName, HeaderValue};

use self::world::{LIMIT, World, told};
use super::*;
use crate::config::Networks;

const NOT_ALLOWED: &str = "not allowed";
const UNREACHABLE: &str = "unreachable";

#[tokio::test]
async fn what_is_listed_is_fetched() {
    let world = World::new(|_| {}).await;
    assert_eq!(world.get("mods.test", "mod.jar").await.unwrap(), "the bytes of a mod");
    assert_eq!(world.get("mods.test", "to/mod").await.unwrap(), "the bytes of a mod");
    assert_eq!(world.get("127.0.0.1", "mod.jar").await.unwrap(), "the bytes of a mod");
    assert_eq!(world.get("mods。test", "mod.jar").await.unwrap(), "the bytes of a mod");
    assert!(world.get("mods.test", "headers").await.unwrap().contains("kleister/"));
}

#[tokio::test]
async fn what_is_not_listed_is_not_allowed_and_not_asked() {
    let world = World::new(|_| {}).await;
    for host in [
        "127.0.0.2",
        "2130706434",
        "0x7f000002",
        "0177.0.0.2",
        "127.2",
        "[::ffff:127.0.0.2]",
        "[::1]",
        "localhost",
        "localhost.",
        "metadata.google.internal",
        "10.0.0.1.nip.test",
        "mods.test.",
        "mods。test。",
        "mods.test.evil.test",
        "xmods.test",
        "good@127.0.0.1",
        "eve:secret@mods.test",
        "127.0.0.1@mods.test",
        "mods.test@127.0.0.2",
        "0",
        "",
    ] {
        assert_eq!(world.get(host, "mod.jar").await.unwrap_err(), NOT_ALLOWED, "{host}");
    }
    for url in [
        "http://127.0.0.2#@mods.test/mod.jar",
        "http://127.0.0.2\\@mods.test/mod.jar",
        "http://mods.test:80/mod.jar",
        "https://mods.test/mod.jar",
        "ftp://mods.test/mod.jar",
        "file:///etc/passwd",
        "data:text/plain,x",
        "mods.test",
        "//mods.test/mod.jar",
        "gopher://mods.test/",
        "http:",
        "",
        "\0",
    ] {
        assert_eq!(told(world.outbound.named("eve").get(url, LIMIT).await).unwrap_err(), NOT_ALLOWED, "{url}");
    }
    assert_eq!(world.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_host_that_is_free_to_name_is_still_not_private() {
    let world = World::new(|config| {
        config.free = true;
        config.hosts = String::new();
    })
    .await;
    let fetch = async |url: &str| told(world.outbound.free("admin").get(url, LIMIT).await);
    for host in [
        "127.0.0.2",
        "2130706434",
        "0x7f000002",
        "0177.0.0.2",
        "127.2",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "localhost",
        "localhost.",
        "metadata.google.internal",
        "10.0.0.1.nip.test",
        "inner.test",
        "mixed.test",
        "169.254.169.254",
        "good@mods.test",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        "0",
    ] {
        assert_eq!(fetch(&format!("http://{host}/mod.jar")).await.unwrap_err(), NOT_ALLOWED, "{host}");
    }
    // The network of the test is allowed, its port is not: at the usual one nobody answers, or somebody else.
    assert_eq!(fetch(&world.at("mods.test", "mod.jar")).await.unwrap_err(), NOT_ALLOWED);
    assert_ne!(fetch("http://mods.test/mod.jar").await.err().as_deref(), Some(NOT_ALLOWED));
    let named = told(world.outbound.named("admin").get("http://mods.test/mod.jar", LIMIT).await);
    assert_eq!(named.unwrap_err(), NOT_ALLOWED);
    assert_eq!(world.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn one_private_address_among_public_ones_is_too_many() {
    let world = World::new(|_| {}).await;
    assert_eq!(world.get("mixed.test", "mod.jar").await.unwrap_err(), NOT_ALLOWED);
    assert_eq!(world.get("inner.test", "mod.jar").await.unwrap_err(), NOT_ALLOWED);
    assert_eq!(world.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_that_is_connected_to() {
    let world = World::new(|_| {}).await;
    // Public when it is judged, private whenever somebody looks again.
    let turn = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&turn);
    let look_up: LookUp = Arc::new(move |_| {
        let address = if count.fetch_add(1, Ordering::SeqCst) == 0 { "127.0.0.1" } else { "127.0.0.2" };
        Box::pin(async move { Ok(vec![address.parse().unwrap()]) })
    });
    let config = Upstream {
        hosts: format!("mods.test:{}", world.port),
        networks: serde_json::from_str("\"127.0.0.1\"").unwrap(),
        plain_http: true,
        ..Upstream::default()
    };
    let outbound = Outbound::through(&config, Times::default(), &look_up).unwrap();
    let url = world.at("mods.test", "mod.jar");
    assert_eq!(told(outbound.named("eve").get(&url, LIMIT).await).unwrap(), "the bytes of a mod");
    assert_eq!(turn.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_the_operator_names_may_be_private_but_not_what_it_leads_to() {
    let world = World::new(|config| config.networks = Networks::default()).await;
    let fetch = async |url: &str| told(world.outbound.configured("eve").get(url, LIMIT).await);
    assert_eq!(fetch(&world.at("mods.test", "mod.jar")).await.unwrap(), "the bytes of a mod");
    assert_eq!(fetch(&world.at("mods.test", "to/mod")).await.unwrap(), "the bytes of a mod");
    assert_eq!(fetch(&world.at("mods.test", "to/other")).await.unwrap_err(), NOT_ALLOWED);
    assert_eq!(fetch("file:///etc/passwd").await.unwrap_err(), NOT_ALLOWED);
}

#[tokio::test]
async fn what_a_download_of_the_operators_leads_to_may_be_any_public_host() {
    let rules = Rules::new(&Upstream::default());
    let judge = |url: &str, trust| rules.judge(&url.parse().unwrap(), trust).is_ok();
    let elsewhere = "https://release-assets.githubusercontent.com/packwiz-installer.jar";
    assert!(judge(elsewhere, Trust::Download.elsewhere()) && !judge(elsewhere, Trust::Configured.elsewhere()));
    for url in [
        "http://mods.example.org/a.jar",
        "https://mods.example.org:8443/a.jar",
        "https://eve@mods.example.org/a.jar",
        "https://127.0.0.1/a.jar",
        "https://[::1]/a.jar",
        "file:///etc/passwd",
    ] {
        assert!(!judge(url, Trust::Download.elsewhere()), "{url}");
    }
    let world = World::new(|config| config.networks = Networks::default()).await;
    let fetch = async |path: &str| told(world.outbound.download("eve").get(&world.at("mods.test", path), LIMIT).await);
    assert_eq!(fetch("to/mod").await.unwrap(), "the bytes of a mod");
    for path in ["to/other", "to/inner", "to/metadata", "to/file"] {
        assert_eq!(fetch(path).await.unwrap_err(), NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn every_redirect_is_judged_and_five_are_enough() {
    let world = World::new(|_| {}).await;
    for path in ["to/metadata", "to/inner", "to/file"] {
        assert_eq!(world.get("mods.test", path).await.unwrap_err(), NOT_ALLOWED, "{path}");
    }
    assert_eq!(world.get("mods.test", "to/5").await.unwrap(), "the bytes of a mod");
    assert_eq!(world.get("mods.test", "to/6").await.unwrap_err(), UNREACHABLE);
}

#[tokio::test]
async fn a_credential_stays_with_the_host_that_it_is_for() {
    let world = World::new(|_| {}).await;
    let key = (HeaderName::from_static("x-api-key"), HeaderValue::from_static("of-ours"));
    let errand = world.outbound.named("eve").with_credential(key.0, key.1);
    let fetch = async |path: &str| told(errand.get(&world.at("mods.test", path), LIMIT).await).unwrap();
    assert!(fetch("headers").await.contains("of-ours"));
    assert!(fetch("to/same").await.contains("of-ours"));
    assert!(!fetch("to/other").await.contains("of-ours"));
}

#[tokio::test]
async fn what_comes_too_late_is_not_waited_for() {
    let world = World::new(|_| {}).await;
    for path in ["silence", "stalls", "half"] {
        assert_eq!(world.get("mods.test", path).await.unwrap_err(), UNREACHABLE, "{path}");
    }
    assert_eq!(
        told(world.outbound.named("eve").get(&world.at("gone.test", ""), LIMIT).await).unwrap_err(),
        NOT_ALLOWED
    );
}

#[tokio::test]
async fn more_bytes_than_allowed_are_not_read() {
    let world = World::new(|_| {}).await;
    for path in ["large", "endless"] {
        assert_eq!(world.get("mods.test", path).await.unwrap_err(), "too large", "{path}");
        let fetched = world.outbound.named("eve");
        let fetched = fetched.fetch(&world.files, &world.at("mods.test", path), &Expected::default(), LIMIT).await;
        assert_eq!(fetched.unwrap_err().to_string(), "too large", "{path}");
    }
}

#[tokio::test]
async fn a_refusal_says_nothing_of_the_answer() {
    let world = World::new(|_| {}).await;
    let errand = world.outbound.named("eve");
    let refusal = errand.get(&world.at("mods.test", "busy"), LIMIT).await.unwrap_err();
    assert_eq!(refusal.to_string(), UNREACHABLE);
    assert!(matches!(refusal, Refusal::Unreachable { status: Some(429), retry_after: Some(17) }));
    let refusal = errand.get(&world.at("mods.test", "nowhere"), LIMIT).await.unwrap_err();
    assert!(refusal.is_missing());
    assert_eq!(refusal.to_string(), UNREACHABLE);
}

#[tokio::test]
async fn a_file_is_kept_only_if_it_is_the_one_that_was_meant() {
    let world = World::new(|_| {}).await;
    let errand = world.outbound.named("eve");
    let fetch = async |path: &str, expected: &Expected| {
        errand.fetch(&world.files, &world.at("mods.test", path), expected, LIMIT).await
    };
    let wrong = "0".repeat(40);
    for expected in [
        Expected { sha1: Some(wrong.clone()), ..Expected::default() },
        Expected { sha512: Some(wrong.repeat(4)[..128].to_owned()), ..Expected::default() },
        Expected { size: Some(19), ..Expected::default() },
    ] {
        assert_eq!(fetch("mod.jar", &expected).await.unwrap_err().to_string(), "wrong hash");
    }
    let smaller = Expected { size: Some(17), ..Expected::default() };
    assert_eq!(fetch("mod.jar", &smaller).await.unwrap_err().to_string(), "too large");
    let huge = Expected { size: Some(LIMIT + 1), ..Expected::default() };
    assert_eq!(fetch("mod.jar", &huge).await.unwrap_err().to_string(), "too large");
    assert_eq!(fetch("half", &Expected::default()).await.unwrap_err().to_string(), UNREACHABLE);
    assert_eq!(world.kept(), 0);
    let blob = fetch("mod.jar", &Expected { size: Some(18), ..Expected::default() }).await.unwrap();
    let known =
        Expected { sha1: Some(blob.sha1.to_uppercase()), sha512: Some(blob.sha512.clone()), ..Expected::default() };
    assert_eq!(fetch("mod.jar", &known).await.unwrap(), blob);
    assert_eq!(world.kept(), 1);
}

#[tokio::test]
async fn nothing_is_fetched_where_the_operator_wants_nothing_fetched() {
    let world = World::new(|config| config.enabled = false).await;
    let errands = [world.outbound.named("eve"), world.outbound.free("eve"), world.outbound.configured("eve")];
    for errand in errands {
        assert!(matches!(errand.get(&world.at("mods.test", "mod.jar"), LIMIT).await, Err(Refusal::Off)));
    }
    assert_eq!(world.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_question_with_a_document_is_asked_once() {
    let world = World::new(|_| {}).await;
    let errand = world.outbound.named("eve");
    let document = serde_json::json!({"hashes": ["00"]});
    let echo = told(errand.post(&world.at("mods.test", "echo"), &document, LIMIT).await).unwrap();
    assert!(echo.contains("application/json") && echo.ends_with(r#"{"hashes":["00"]}"#), "{echo}");
    let elsewhere = told(errand.post(&world.at("mods.test", "to/mod"), &document, LIMIT).await);
    assert_eq!(elsewhere.unwrap_err(), UNREACHABLE);
}

#[tokio::test]
async fn a_user_fetches_four_at_a_time() {
    let world = World::new(|_| {}).await;
    let errand = world.outbound.named("eve");
    let url = world.at("mods.test", "silence");
    let waiting: Vec<_> = (0..6)
        .map(|_| {
            tokio::spawn({
                let (errand, url) = (errand.clone(), url.clone());
                async move { errand.get(&url, LIMIT).await }
            })
        })
        .collect();
    // Others are served meanwhile, and those who wait come in when the first ones are through.
    let bob = world.outbound.named("bob").get(&world.at("mods.test", "mod.jar"), LIMIT).await;
    assert_eq!(told(bob).unwrap(), "the bytes of a mod");
    assert!(world.asked.load(Ordering::SeqCst) <= PER_USER + 1);
    for fetched in waiting {
        assert_eq!(told(fetched.await.unwrap()).unwrap_err(), UNREACHABLE);
    }
    assert_eq!(world.asked.load(Ordering::SeqCst), 7);
}
