//! What operators see in numbers: the names of all of them, what they mean, and where requests are counted.
//!
//! A label has a few known values only: routes by their template, methods and outcomes by their word. Nothing that a
//! client makes up becomes one.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::BuildHasherDefault;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{
    Counter, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::app::StartError;
use crate::listen::every;
use crate::problem::Problem;

/// The upper ends of the classes of latency, in seconds.
const LATENCIES: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often measurements are summed up.
const UPKEEP: Duration = Duration::from_secs(5);

/// All numbers of this process.
#[derive(Clone)]
pub(crate) struct Watch {
    app: App,
    numbers: PrometheusHandle,
    began: Instant,
}

impl Watch {
    /// Begins counting, once in a process.
    pub(crate) fn begin(app: App) -> Result<Self, StartError> {
        let failed = |error| StartError::System { what: "cannot count", error: std::io::Error::other(error) };
        let latency = Matcher::Full("kleister_http_request_duration_seconds".to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(latency, &LATENCIES).map_err(failed)?;
        let numbers = builder.install_recorder().map_err(failed)?;
        describe();
        gauge!("kleister_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
        Ok(Self { app, numbers, began: Instant::now() })
    }

    /// All numbers as Prometheus reads them.
    pub(crate) fn render(&self) -> String {
        gauge!("kleister_uptime_seconds").set(self.began.elapsed().as_secs_f64());
        gauge!("kleister_password_hashes", "state" => "waiting").set(count(self.app.passwords.waiting()));
        gauge!("kleister_password_hashes", "state" => "running").set(count(self.app.passwords.running()));
        gauge!("kleister_uploads_under_way").set(count(self.app.uploads.count()));
        counter!("kleister_database_queries_total").absolute(self.app.db.queries());
        for pool in self.app.db.pools() {
            gauge!("kleister_database_connections", "pool" => pool.name, "state" => "idle").set(pool.idle);
            gauge!("kleister_database_connections", "pool" => pool.name, "state" => "in_use").set(pool.in_use);
            gauge!("kleister_database_connections_limit", "pool" => pool.name).set(pool.limit);
        }
        self.numbers.render()
    }

    /// Sums up what was measured, so that it stays small where nobody asks for it.
    pub(crate) async fn keep_small(self, stop: CancellationToken) {
        every(UPKEEP, stop, || async { self.numbers.run_upkeep() }).await;
    }
}

/// A number of things that are in memory, of which there are never so many that a float could not tell them apart.
fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

fn describe() {
    let (one, seconds) = (Unit::Count, Unit::Seconds);
    describe_counter!("kleister_http_requests_total", one, "Requests that were answered.");
    describe_histogram!("kleister_http_request_duration_seconds", seconds, "Time until an answer began.");
    describe_counter!("kleister_connections_total", one, "Connections that were let in.");
    describe_gauge!("kleister_connections_open", one, "Connections that are open.");
    describe_counter!("kleister_connections_refused_total", one, "Connections that found no place.");
    describe_counter!("kleister_connections_closed_total", one, "Connections that were ended for what clients did.");
    describe_counter!("kleister_sign_ins_total", one, "Sign-ins with a password.");
    describe_gauge!("kleister_password_hashes", one, "Passwords that wait for being hashed, or are.");
    describe_counter!("kleister_uploads_total", one, "Files that were sent.");
    describe_counter!("kleister_upload_bytes_total", Unit::Bytes, "Bytes of the files that were kept.");
    describe_gauge!("kleister_uploads_under_way", one, "Files that are being sent.");
    describe_counter!("kleister_webhook_calls_total", one, "Attempts to tell a webhook something.");
    describe_counter!("kleister_database_queries_total", one, "Statements that the database was given.");
    describe_gauge!("kleister_database_connections", one, "Connections to the database.");
    describe_gauge!("kleister_database_connections_limit", one, "The most connections to the database.");
    describe_gauge!("kleister_build_info", one, "1, with the version of this program.");
    describe_gauge!("kleister_uptime_seconds", seconds, "Time since the start.");
}

/// Counts a request that was answered.
pub(crate) fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let key = (word(method), status.as_u16());
    let known = REQUESTS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(numbers) = known.get(route).and_then(|route| route.get(&key)) {
        return numbers.count(took);
    }
    drop(known);
    let numbers = Numbers::of(key, route);
    numbers.count(took);
    let mut known = REQUESTS.write().unwrap_or_else(PoisonError::into_inner);
    known.entry(route.to_owned()).or_default().insert(key, numbers);
}

/// Counts an upload that ended in whatever way.
pub(crate) fn uploaded(outcome: &'static str, bytes: u64) {
    counter!("kleister_uploads_total", "outcome" => outcome).increment(1);
    counter!("kleister_upload_bytes_total").increment(bytes);
}

/// Counts an attempt to tell a webhook something.
pub(crate) fn told(outcome: &'static str) {
    counter!("kleister_webhook_calls_total", "outcome" => outcome).increment(1);
}

/// Counts a sign-in with a password that was answered.
pub(crate) fn signed_in<T>(result: &Result<T, Problem>) {
    let outcome = match result {
        Ok(_) => "signed_in",
        Err(Problem::WrongPassword) => "wrong_password",
        Err(Problem::Busy(_)) => "busy",
        Err(problem) if problem.status().is_server_error() => "failed",
        Err(_) => "refused",
    };
    counter!("kleister_sign_ins_total", "outcome" => outcome).increment(1);
}

/// The numbers of requests by their route, and there by method and status: to look them up by their labels each time
/// would copy the labels.
static REQUESTS: RwLock<ByRoute> = RwLock::new(ByRoute::with_hasher(BuildHasherDefault::new()));
type ByRoute = HashMap<String, HashMap<(&'static str, u16), Numbers>, BuildHasherDefault<DefaultHasher>>;

/// The numbers of requests with the same labels.
struct Numbers {
    answered: Counter,
    took: Histogram,
}

impl Numbers {
    fn of((method, status): (&'static str, u16), route: &str) -> Self {
        let (route, status) = (route.to_owned(), status.to_string());
        let labels = [("method", method.to_owned()), ("route", route), ("status", status)];
        let answered = counter!("kleister_http_requests_total", &labels);
        Self { answered, took: histogram!("kleister_http_request_duration_seconds", &labels) }
    }

    fn count(&self, took: Duration) {
        self.answered.increment(1);
        self.took.record(took);
    }
}

/// The word for a method; one that clients make up is `other`.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
