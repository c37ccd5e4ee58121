//! A server on this machine, which plays everybody else.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use kleister_files::Files;

use crate::config::{Upstream, Webhook};
use crate::outbound::resolve::LookUp;
use crate::outbound::rules::Rules;
use crate::outbound::{Outbound, Refusal, Times};

pub(super) const LIMIT: u64 = 1 << 20;

/// A server on this machine, and the way out to it.
pub(super) struct World {
    pub(super) port: u16,
    pub(super) asked: Arc<AtomicUsize>,
    pub(super) outbound: Outbound,
    pub(super) files: Files,
    folder: tempfile::TempDir,
}

impl World {
    pub(super) async fn new(change: impl FnOnce(&mut Upstream)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let router = Router::new()
            .route("/echo", post(async |headers: HeaderMap, body: String| format!("{headers:?} {body}")))
            .route(
                "/{*what}",
                get(move |Path(what): Path<String>, headers: HeaderMap| {
                    count.fetch_add(1, Ordering::SeqCst);
                    answer(what, port, headers)
                }),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut config = Upstream {
            hosts: format!("mods.test:{port} other.test:{port} inner.test:{port} mixed.test:{port} 127.0.0.1:{port}"),
            networks: serde_json::from_str("\"127.0.0.1\"").unwrap(),
            plain_http: true,
            ..Upstream::default()
        };
        change(&mut config);
        let (outbound, _) = through(&config, &[]);
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path(), Some(0)).unwrap();
        Self { port, asked, outbound, files, folder }
    }

    pub(super) fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}/{path}", self.port)
    }

    pub(super) async fn get(&self, host: &str, path: &str) -> Result<String, String> {
        told(self.outbound.named("eve").get(&self.at(host, path), LIMIT).await)
    }

    /// How many files are kept.
    pub(super) fn kept(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        // An upload that was given up is taken away a moment later, and is no blob meanwhile.
        count(&self.folder.path().join("blobs"))
    }
}

/// A way out with names that mean addresses of the tests, and how often one was looked up.
pub(super) fn through(config: &Upstream, more: &[(&str, &[&str])]) -> (Outbound, Arc<AtomicUsize>) {
    let (look_up, looked_up) = names(more);
    (Outbound::through(config, TIMES, &look_up).unwrap(), looked_up)
}

/// The way to webhooks with such names.
pub(super) fn to_webhooks(config: &Webhook) -> Outbound {
    Outbound::made(true, Rules::of_webhooks(config), TIMES, &names(&[]).0).unwrap()
}

const TIMES: Times = Times {
    connect: Duration::from_secs(2),
    first_byte: Duration::from_millis(300),
    idle: Duration::from_millis(300),
    total: Duration::from_secs(3),
};

/// Names that mean addresses of the tests, and how often one was looked up.
fn names(more: &[(&str, &[&str])]) -> (LookUp, Arc<AtomicUsize>) {
    let mut names = HashMap::from([
        ("mods.test", vec!["127.0.0.1"]),
        ("other.test", vec!["127.0.0.1"]),
        ("inner.test", vec!["127.0.0.2"]),
        ("mixed.test", vec!["127.0.0.1", "10.0.0.1"]),
        ("metadata.google.internal", vec!["169.254.169.254"]),
        ("10.0.0.1.nip.test", vec!["10.0.0.1"]),
        ("localhost", vec!["127.0.0.2", "::1"]),
        ("localhost.", vec!["127.0.0.2", "::1"]),
    ]);
    names.extend(more.iter().map(|(name, addresses)| (*name, addresses.to_vec())));
    let parse = |(name, addresses): (&str, Vec<&str>)| {
        (name.to_owned(), addresses.iter().map(|address| address.parse().unwrap()).collect::<Vec<IpAddr>>())
    };
    let names: HashMap<_, _> = names.into_iter().map(parse).collect();
    let looked_up = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&looked_up);
    let look_up: LookUp = Arc::new(move |host| {
        count.fetch_add(1, Ordering::SeqCst);
        let found = names.get(&host).cloned().ok_or_else(|| std::io::Error::other("no such host"));
        Box::pin(async move { found })
    });
    (look_up, looked_up)
}

async fn answer(what: String, port: u16, headers: HeaderMap) -> Response {
    let to = |location: String| (StatusCode::FOUND, [("location", location)]).into_response();
    let pieces = |pieces: Vec<Result<Bytes, std::io::Error>>| Body::from_stream(futures::stream::iter(pieces));
    match what.as_str() {
        "mod.jar" => "the bytes of a mod".into_response(),
        "headers" => format!("{headers:?}").into_response(),
        "to/mod" => to("/mod.jar".to_owned()),
        "to/other" => to(format!("http://other.test:{port}/headers")),
        "to/same" => to("/headers".to_owned()),
        "to/metadata" => to("http://169.254.169.254/latest/meta-data/".to_owned()),
        "to/inner" => to(format!("http://inner.test:{port}/mod.jar")),
        "to/file" => to("file:///etc/passwd".to_owned()),
        "to/5" => to("/to/4".to_owned()),
        "to/4" => to("/to/3".to_owned()),
        "to/3" => to("/to/2".to_owned()),
        "to/2" => to("/to/mod".to_owned()),
        "to/6" => to("/to/5".to_owned()),
        "large" => vec![b'x'; 1 << 21].into_response(),
        "endless" => {
            let piece = Bytes::from(vec![b'x'; 1 << 16]);
            Body::from_stream(futures::stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone())))
                .into_response()
        }
        "half" => pieces(vec![Ok("half".into()), Err(std::io::Error::other("cut"))]).into_response(),
        "stalls" => {
            let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"half"))]);
            Body::from_stream(futures::StreamExt::chain(first, futures::stream::pending())).into_response()
        }
        "silence" => std::future::pending().await,
        "busy" => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "17")], "secrets").into_response(),
        _ => (StatusCode::NOT_FOUND, "nothing here, and what is here is secret").into_response(),
    }
}

pub(super) fn told(fetched: Result<Bytes, Refusal>) -> Result<String, String> {
    fetched.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()).map_err(|refusal| refusal.to_string())
}
