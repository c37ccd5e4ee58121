//! An S3 service on loopback as `s3.rs` has it, with what it sees and makes of `If-None-Match`.

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;

/// What a service makes of uploads that are only to be taken if nothing is there yet.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Conditions {
    /// It looks.
    Known,
    /// It answers that it has no such thing.
    Unknown,
    /// Another server is always a moment earlier with the same bytes.
    Overtaken,
}

/// What `If-None-Match` said in each upload of a whole object.
pub(crate) type Seen = Arc<Mutex<Vec<Option<String>>>>;

/// The address of a service that keeps its buckets in a folder, where the bucket `packs` is. Its key is `access`, the
/// secret `secret`.
pub(crate) async fn serve(root: &Path, conditions: Conditions) -> (String, Seen) {
    fs::create_dir_all(root.join("packs")).unwrap();
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).unwrap());
    service.set_auth(SimpleAuth::from_single("access", "secret"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Seen::default();
    let known = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (service, seen) = (service.clone(), known.clone());
            let answer = service_fn(move |request| answer(service.clone(), conditions, seen.clone(), request));
            tokio::spawn(async move {
                let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
    (address, seen)
}

async fn answer(
    service: S3Service,
    conditions: Conditions,
    seen: Seen,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let is_whole = request.method() == Method::PUT && request.uri().query().is_none_or(str::is_empty);
    let condition = request.headers().get("if-none-match").map(|value| value.to_str().unwrap().to_owned());
    let is_conditional = condition.is_some();
    if is_whole {
        seen.lock().unwrap().push(condition);
    }
    if is_conditional && conditions == Conditions::Unknown {
        return Ok(refusal(StatusCode::NOT_IMPLEMENTED, "NotImplemented"));
    }
    let answer = service.call(request.map(Body::from)).await.unwrap();
    if is_conditional && conditions == Conditions::Overtaken {
        assert_eq!(answer.status(), StatusCode::OK);
        return Ok(refusal(StatusCode::PRECONDITION_FAILED, "PreconditionFailed"));
    }
    Ok(answer)
}

fn refusal(status: StatusCode, code: &str) -> Response<Body> {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code></Error>");
    Response::builder().status(status).body(Body::from(text)).unwrap()
}
