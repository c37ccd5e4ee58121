//! Tokens that are for a channel.

use serde_json::json;

use super::{publishable, token, world};
use crate::test_app::{Caller, TestApp};

/// A private pack whose `latest` is `1.0` and whose `beta` is `1.1`; and a token for `beta`.
async fn with_beta() -> (TestApp, Caller, Caller, String) {
    let (app, admin, anonymous) = world().await;
    publish(&admin, "1.1", "beta").await;
    let (_, token) = token(&admin, "secret", json!({"channel": "Beta"})).await;
    (app, admin, anonymous, token)
}

pub(super) async fn publish(admin: &Caller, build: &str, channel: &str) {
    admin.upload("secretmod", build, &format!("secretmod-{build}.jar"), build.as_bytes()).await.ok();
    publishable(admin, build).await;
    let published = json!({"published": true, "channel": channel});
    admin.put(&format!("/packs/secret/builds/{build}"), published).await.ok();
}

/// Which of these releases a token opens.
async fn opened<'a>(caller: &Caller, token: &str, releases: &[&'a str]) -> Vec<&'a str> {
    let mut opened = Vec::new();
    for release in releases {
        let answer = caller.fetch(&format!("/t/{token}/packs/secret/{release}/index.json")).await;
        assert!([200, 404].contains(&answer.status.as_u16()), "{release}");
        if answer.status == 200 {
            opened.push(*release);
        }
    }
    opened
}

#[tokio::test]
async fn token_for_a_channel_opens_only_what_it_points_to() {
    let (_, _, anonymous, token) = with_beta().await;
    let releases = ["beta", "BETA", "1.1", "latest", "recommended", "1.0", "2.0"];
    assert_eq!(opened(&anonymous, &token, &releases).await, ["beta", "BETA", "1.1"]);
    let solder = async |rest: &str| anonymous.fetch(&format!("/t/{token}/solder/api/{rest}")).await;
    let pack = solder("modpack/secret").await.json();
    assert_eq!(
        (&pack["builds"], &pack["latest"], &pack["recommended"]),
        (&json!(["1.1"]), &json!("1.1"), &json!("1.1"))
    );
    assert_eq!(solder("modpack/secret/1.1").await.status, 200);
    assert_eq!(solder("modpack/secret/1.0").await.json(), json!({"error": "Build does not exist"}));
    assert_eq!(solder("mod/secretmod").await.json()["versions"], json!(["1.1"]));
    assert_eq!(solder("mod/secretmod/1.0").await.status, 404);
}

#[tokio::test]
async fn installation_goes_on_when_its_channel_moves() {
    let (_, admin, anonymous, token) = with_beta().await;
    publish(&admin, "1.2", "beta").await;
    assert_eq!(opened(&anonymous, &token, &["beta", "1.2", "1.1", "1.0"]).await, ["beta", "1.2", "1.1"]);
    admin.put("/packs/secret/builds/1.1", json!({"yanked": true})).await.ok();
    assert_eq!(opened(&anonymous, &token, &["beta", "1.2", "1.1"]).await, ["beta", "1.2", "1.1"]);
    let pack = anonymous.fetch(&format!("/t/{token}/solder/api/modpack/secret")).await.json();
    assert_eq!(pack["builds"], json!(["1.2"]));
    admin.delete("/packs/secret/channels/beta").await.ok();
    assert_eq!(opened(&anonymous, &token, &["beta", "1.2", "1.1", "latest"]).await, ["1.2", "1.1"]);
}

#[tokio::test]
async fn token_for_recommended_follows_latest_while_nothing_is_recommended() {
    let (_, admin, anonymous, _) = with_beta().await;
    let (_, token) = token(&admin, "secret", json!({"channel": "recommended"})).await;
    assert_eq!(opened(&anonymous, &token, &["recommended", "1.0", "1.1", "latest"]).await, ["recommended", "1.0"]);
    admin.put("/packs/secret/channels/recommended", json!({"build": "1.1"})).await.ok();
    assert_eq!(opened(&anonymous, &token, &["recommended", "1.0", "1.1", "2.0"]).await, ["recommended", "1.0", "1.1"]);
}
