//! The document as the server gives it, and the page to read it in.

use serde_json::json;

use crate::schema::DOCUMENT;
use crate::test_app::TestApp;

#[tokio::test]
async fn spec_is_the_document_with_this_server_in_it() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    let mut spec = anonymous.get("/spec").await.ok();
    assert_eq!(spec["servers"], json!([{"url": "https://mc.example.org"}]));
    spec.as_object_mut().unwrap().remove("servers");
    assert_eq!(spec, *DOCUMENT);
}

#[tokio::test]
async fn page_to_read_it_comes_from_here() {
    let (_, _, _, anonymous) = TestApp::with_callers().await;
    for path in ["/docs", "/docs/"] {
        let page = anonymous.get(path).await;
        assert_eq!(
            (page.status.as_u16(), &page.headers["content-type"]),
            (200, &"text/html; charset=utf-8".parse().unwrap())
        );
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        let text = String::from_utf8(page.bytes.to_vec()).unwrap();
        let loaded: Vec<_> = text.split(['"']).filter_map(|part| part.strip_prefix("/api/v1/docs/")).collect();
        assert_eq!(loaded.len(), 4, "{loaded:?}");
        for name in loaded {
            let file = anonymous.get(&format!("/docs/{name}")).await;
            assert!(file.status == 200 && file.bytes.len() > 100, "{name}");
            assert_eq!(file.headers["cache-control"], "public, no-cache");
        }
    }
    anonymous.get("/docs/index.html").await.refused(404);
}

#[tokio::test]
async fn operator_can_switch_the_reference_off() {
    let app = TestApp::configured(|config| config.server.docs = false).await;
    for path in ["/docs", "/docs/start.js", "/spec"] {
        let told = app.anonymous().get(path).await.refused(404);
        assert_eq!(told, app.anonymous().get("/nowhere").await.refused(404));
    }
}
