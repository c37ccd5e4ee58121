//! A small server that is told by webhooks: it keeps what comes, and answers as it is wanted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kleister_server::webhooks::send_due;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::Notify;

use crate::test_app::{Caller, TestApp};

/// The server; a clone is the same one.
#[derive(Clone)]
pub(super) struct Receiver {
    port: u16,
    state: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    got: Mutex<Vec<Got>>,
    answers: Mutex<VecDeque<Answers>>,
    arrived: Notify,
}

/// Something that came.
#[derive(Clone)]
pub(super) struct Got {
    /// Where it was sent.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

/// How the server answers.
#[derive(Clone, Copy)]
pub(super) enum Answers {
    With(u16),
    /// With 429 and the seconds to wait.
    Busy(u64),
    /// To another address.
    Elsewhere,
    Never,
}

impl Receiver {
    pub(super) async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let router = Router::new().route("/{*path}", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// A Kleister server that may send here, with its administrator and `sky` 1.0, a draft.
    pub(super) async fn world(&self) -> (TestApp, Caller) {
        let app = TestApp::configured(|config| {
            config.webhook.enabled = true;
            config.webhook.networks = serde_json::from_str("\"127.0.0.1\"").unwrap();
            config.webhook.plain_http = true;
            config.webhook.timeout = 1;
        });
        let app = app.await;
        let admin = app.user("admin", true).await;
        admin.pack_with_build().await;
        (app, admin)
    }

    pub(super) fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub(super) fn by_name(&self, host: &str) -> String {
        format!("http://{host}:{}/hook", self.port)
    }

    /// Answers so from the next request on, in this order; then 200 again.
    pub(super) fn answer(&self, answers: impl IntoIterator<Item = Answers>) {
        self.state.answers.lock().unwrap().extend(answers);
    }

    /// What came since this was called last.
    pub(super) fn got(&self) -> Vec<Got> {
        std::mem::take(&mut *self.state.got.lock().unwrap())
    }

    /// What comes next.
    pub(super) async fn next(&self) -> Got {
        loop {
            let arrived = self.state.arrived.notified();
            if let Some(got) = self.state.got.lock().unwrap().pop() {
                return got;
            }
            arrived.await;
        }
    }

    /// What came after everything that is due was sent, as type and name of the build.
    pub(super) async fn told(&self, app: &TestApp) -> Vec<String> {
        send_due(&app.app).await.unwrap();
        self.got().iter().map(Got::line).collect()
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    Path(path): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    receiver.state.got.lock().unwrap().push(Got { path, headers, bytes });
    receiver.state.arrived.notify_one();
    let answer = receiver.state.answers.lock().unwrap().pop_front().unwrap_or(Answers::With(200));
    match answer {
        Answers::With(status) => (StatusCode::from_u16(status).unwrap(), "what nobody is shown").into_response(),
        Answers::Busy(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds.to_string())]).into_response()
        }
        Answers::Elsewhere => (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]).into_response(),
        Answers::Never => std::future::pending().await,
    }
}

impl Got {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// The type and the name of the build, or Discord's title.
    pub(super) fn line(&self) -> String {
        let body = self.json();
        match body["type"].as_str() {
            Some(kind) => format!("{kind} {}", body["data"]["build"]["name"].as_str().unwrap_or("-")),
            None => body["embeds"][0]["title"].as_str().unwrap().to_owned(),
        }
    }

    /// How many of its signatures are made by this secret, as the specification says.
    pub(super) fn signed_by(&self, secret: &str) -> usize {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut code = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        code.update(format!("{}.{}.", self.header("webhook-id"), self.header("webhook-timestamp")).as_bytes());
        code.update(&self.bytes);
        let expected = format!("v1,{}", STANDARD.encode(code.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').filter(|signature| *signature == expected).count()
    }
}

/// Makes a webhook with these fields; gives its address in the API and its secret.
pub(super) async fn webhook(admin: &Caller, url: &str, fields: Value) -> (String, String) {
    let mut wanted = json!({"name": "CI", "url": url});
    wanted.as_object_mut().unwrap().extend(fields.as_object().cloned().unwrap());
    let made = admin.post("/packs/sky/webhooks", wanted).await.ok();
    let path = format!("/packs/sky/webhooks/{}", made["kept"]["id"].as_str().unwrap());
    (path, made["secret"].as_str().unwrap().to_owned())
}

/// The log of a webhook: event, state, attempts, status and failure of each, the newest first.
pub(super) async fn log(admin: &Caller, webhook: &str) -> Vec<String> {
    let list = admin.get(&format!("{webhook}/deliveries")).await.ok();
    let line = |row: &Value| {
        let word = |field: &str| row[field].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {} {}", word("event"), word("state"), row["attempts"], row["status"], word("failure"))
    };
    list["deliveries"].as_array().unwrap().iter().map(line).collect()
}
