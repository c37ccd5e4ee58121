//! The server as a whole: its routes with what all of them share, its listeners, its end.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aide::axum::ApiRouter;
use aide::openapi::OpenApi;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kleister_store::{intakes, jobs as finished, logins, sessions, setup, tokens, uploads, webhooks as told};
use tower::{Layer, ServiceBuilder};
use tower_http::normalize_path::{NormalizePath, NormalizePathLayer};

use crate::app::StartError;
use crate::listen::{Listening, every, raise_file_limit, stop_signal};
use crate::logs::{self, log_request};
use crate::problem::Problem;
use crate::signin::memory;
use crate::watch::Watch;
use crate::{App, Clock, Config, admin, api, delivery, fingerprints, first_steps, jobs, operations, storage, webhooks};

/// How often what is over is forgotten.
const SWEEP: Duration = Duration::from_hours(1);
/// How long jobs that are over are remembered, and what webhooks were told: 30 days.
const REMEMBERED: i64 = 30 * 24 * 3600;
/// How old a file of an unfinished upload must be to be swept away.
const STALE_UPLOAD: Duration = Duration::from_hours(24);

/// Runs the server until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<(), StartError> {
    run_with(config, Router::new()).await
}

/// Runs the server with more routes than its own, which stand behind what all routes share.
pub async fn run_with(config: Config, more: Router<App>) -> Result<(), StartError> {
    let no_log = |error| StartError::System { what: "cannot write the log to standard error", error };
    logs::start(&config.log).map_err(no_log)?;
    let app = App::open(config, Clock::default()).await?;
    raise_file_limit(&app.config.listener);
    let main = Listening::on(&app.config.server.addr, "--server-addr").await?;
    let metrics = match app.config.metrics.addr.as_str() {
        "" => None,
        address => Some((Listening::on(address, "--metrics-addr").await?, Watch::begin(app.clone())?)),
    };
    let socket = admin::Socket::bind(&app.config)?;
    let stop = stop_signal()?;
    greet(&app, &main).await?;
    let among_others = app.db.heard().is_some();
    if !among_others && let Err(error) = jobs::resume(&app, jobs::KINDS).await {
        tracing::error!(%error, "cannot go on with the jobs that a stop interrupted");
    }
    let shared = among_others.then(|| {
        let jobs = tokio::spawn(jobs::keep(app.clone(), stop.clone()));
        [jobs, tokio::spawn(storage::follow(app.clone(), stop.clone()))]
    });
    let admin = tokio::spawn(socket.serve(app.clone(), stop.clone()));
    let sweeper = tokio::spawn(sweep(app.clone(), stop.clone()));
    let memory = tokio::spawn(memory::keep(app.clone(), stop.clone()));
    let webhooks = tokio::spawn(webhooks::keep(app.clone(), stop.clone()));
    let operators = metrics.map(|(metrics, watch)| {
        tokio::spawn(watch.clone().keep_small(stop.clone()));
        let service = operations::routes(app.clone(), watch).into_service();
        tokio::spawn(metrics.serve(service, Arc::clone(&app.config), stop.clone()))
    });
    main.serve(trimmed(router(app.clone(), more)), Arc::clone(&app.config), stop.clone()).await;
    stop.cancel();
    app.jobs.halt().await;
    let tasks = [admin, sweeper, memory, webhooks].into_iter().chain(operators).chain(shared.into_iter().flatten());
    for task in tasks {
        let _ = task.await;
    }
    app.db.close().await?;
    Ok(())
}

/// Everything that the main address answers, with trailing slashes taken off first.
pub fn service(app: App) -> NormalizePath<Router> {
    trimmed(router(app, Router::new()))
}

fn trimmed(router: Router) -> NormalizePath<Router> {
    NormalizePathLayer::trim_trailing_slash().layer(router)
}

/// All routes with what they share.
fn router(app: App, more: Router<App>) -> Router {
    let api = ApiRouter::new().nest("/api/v1", api::routes()).finish_api(&mut OpenApi::default());
    let api = api.method_not_allowed_fallback(api::body::no_method).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/", get(welcome))
        .merge(api)
        .nest("/packs", delivery::routes())
        .nest("/t/{token}/packs", delivery::routes_by_token())
        .nest("/solder", delivery::solder::routes())
        .nest("/t/{token}/solder", delivery::solder::routes_by_token())
        .merge(more)
        .fallback(unknown)
        .with_state(app)
        .layer(ServiceBuilder::new().layer(from_fn(log_request)).map_response(with_fixed_headers))
}

/// Adds the headers that every answer has, unless it has one of its own.
fn with_fixed_headers(mut response: Response) -> Response {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("x-kleister-version"), env!("CARGO_PKG_VERSION")),
    ];
    for (name, value) in fixed {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn welcome(State(app): State<App>) -> Result<Response, Problem> {
    let is_new = setup::is_open(&app.db.read().await?).await?;
    let next = if is_new {
        "There is no administrator yet: the server printed the first steps when it started.\n"
    } else {
        "The API is at /api/v1, published packs are at /packs/PACK/RELEASE/pack.mrpack.\n"
    };
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], format!("This is Kleister.\n{next}")).into_response())
}

async fn unknown(uri: Uri) -> Response {
    if uri.path() == "/api" || uri.path().starts_with("/api/") {
        return Problem::NoRoute.into_response();
    }
    (StatusCode::NOT_FOUND, "Not found.\n").into_response()
}

/// Tells whoever started the server where it is, and a newcomer what to do first.
async fn greet(app: &App, main: &Listening) -> Result<(), StartError> {
    let address = main.address;
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "kleister listens");
    if app.config.server.host.is_empty() {
        tracing::warn!("`server.host` is not set: addresses in answers follow the Host that each request names");
    }
    if let Some(key) = &app.signing {
        tracing::info!(public_key = key.public(), "pack.toml is signed for unsup");
    }
    first_steps::offer(app, address.port()).await
}

/// Once an hour forgets what is over: unfinished uploads, sessions, tokens, failed sign-ins and jobs.
async fn sweep(app: App, stop: tokio_util::sync::CancellationToken) {
    every(SWEEP, stop, || async {
        let now = app.clock.now();
        let now_since_1970 = Duration::from_millis(now.as_millis().try_into().unwrap_or(0));
        let before = UNIX_EPOCH + now_since_1970.saturating_sub(STALE_UPLOAD);
        if let Err(error) = app.files.sweep(before).await {
            tracing::warn!(%error, "cannot sweep unfinished uploads");
        }
        if let Err(error) = forget_files(&app, before).await {
            tracing::warn!(%error, "cannot forget files that were not accepted");
        }
        if let Err(error) = look_after_bytes(&app).await {
            tracing::warn!(%error, "cannot look after the storage");
        }
        if let Err(error) = fingerprints::catch_up(&app).await {
            tracing::warn!(%error, "cannot find the fingerprints of files");
        }
        if let Err(error) = forget_what_is_over(&app).await {
            tracing::warn!(%error, "cannot forget sign-ins and jobs that are over");
        }
    })
    .await;
}

/// Forgets files that nobody accepted, and uploads that nobody went on with.
async fn forget_files(app: &App, before: SystemTime) -> Result<(), Problem> {
    let (write, now) = (app.db.write().await?, app.clock.now());
    intakes::forget_old(&*write, now).await?;
    uploads::forget_ended(&*write, now).await?;
    let kept = uploads::all_unfinished(&*write).await?;
    write.commit().await?;
    app.files.sweep_partials(kept.into_iter().collect(), before).await?;
    Ok(())
}

/// Looks again at what is damaged, and deletes what nothing names.
async fn look_after_bytes(app: &App) -> Result<(), Problem> {
    storage::look_again(app).await?;
    if app.config.upload.collect {
        let collected = storage::collect(app, false, &|_| {}).await?;
        if !collected.blobs.is_empty() {
            tracing::info!(blobs = collected.blobs.len(), bytes = collected.bytes, "deleted bytes that nothing names");
        }
    }
    Ok(())
}

async fn forget_what_is_over(app: &App) -> kleister_store::Result<()> {
    let (write, now) = (app.db.write().await?, app.clock.now());
    sessions::forget_ended(&*write, now).await?;
    tokens::forget_ended(&*write, now).await?;
    logins::forget_old(&*write, now).await?;
    finished::forget_old(&*write, now.plus_seconds(-REMEMBERED)).await?;
    told::forget_old(&*write, now.plus_seconds(-REMEMBERED)).await?;
    write.commit().await
}
