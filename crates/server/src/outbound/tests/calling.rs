//! What is sent to addresses that users name.

use reqwest::header::{HeaderMap, HeaderValue};

use super::world::{World, to_webhooks};
use super::*;
use crate::config::{Networks, Webhook};

/// Sends a document; gives the status or the word for why not.
async fn send(outbound: &Outbound, url: &str) -> Result<u16, String> {
    let headers = HeaderMap::from_iter([(HeaderName::from_static("webhook-id"), HeaderValue::from_static("1"))]);
    outbound.called("a webhook").send(url, headers, "{}".into()).await.map_err(|refusal| refusal.to_string())
}

#[tokio::test]
async fn any_host_is_called_whose_addresses_are_all_allowed() {
    let world = World::new(|_| {}).await;
    let networks: Networks = serde_json::from_str("\"127.0.0.1\"").unwrap();
    let outbound = to_webhooks(&Webhook { networks, plain_http: true, ..Webhook::default() });
    for host in ["mods.test", "other.test", "127.0.0.1", "127.1"] {
        assert_eq!(send(&outbound, &world.at(host, "echo")).await, Ok(200), "{host}");
    }
    for host in ["inner.test", "mixed.test", "localhost", "metadata.google.internal", "10.0.0.1.nip.test", "127.0.0.2"]
    {
        assert_eq!(send(&outbound, &world.at(host, "echo")).await.unwrap_err(), NOT_ALLOWED, "{host}");
    }
    // What is no success is told by its status alone, and nobody is led anywhere.
    assert_eq!(send(&outbound, &world.at("mods.test", "to/mod")).await.unwrap_err(), UNREACHABLE);
    assert_eq!(world.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn no_address_is_called_that_is_private_or_a_service_of_the_system() {
    let outbound = to_webhooks(&Webhook::default());
    for url in [
        "https://127.0.0.1/hook",
        "https://2130706433/hook",
        "https://0x7f000001/hook",
        "https://0177.0.0.1/hook",
        "https://127.1/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://good@ci.example.org/hook",
        "https://ci.example.org:22/hook",
        "https://ci.example.org:80/hook",
        "http://ci.example.org/hook",
        "http://ci.example.org:443/hook",
        "ftp://ci.example.org/hook",
        "data:text/plain,x",
        "ci.example.org",
        "https:",
        "",
    ] {
        assert!(!outbound.may_call(url), "{url}");
        assert_eq!(send(&outbound, url).await.unwrap_err(), NOT_ALLOWED, "{url}");
    }
    for url in [
        "https://ci.example.org/hook",
        "https://ci.example.org:8443/hook",
        "https://1.1.1.1/",
        "https://ci.example.org:443/",
    ] {
        assert!(outbound.may_call(url), "{url}");
    }
}
