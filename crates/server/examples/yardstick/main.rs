//! The server with routes more, behind what all routes share, that other routes are measured against
//! (`tests/load`): `/yardstick` does nothing, `/yardstick/bytes` answers from memory what it was sent, the others below it answer
//! lists by SQL written by hand.

mod by_hand;

use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Extension, Router};
use clap::Parser;
use kleister_server::config::flags::ServerFlags;
use kleister_server::serve;
use kleister_store::Location;

#[derive(Parser)]
struct Yardstick {
    #[command(flatten)]
    flags: ServerFlags,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Yardstick::parse().flags.read()?;
    let Location::Sqlite(file) = config.database.location()? else { return Err("the yardstick is for SQLite".into()) };
    let database = by_hand::open(&file);
    let bytes = Router::new().route("/yardstick/bytes", get(answer).put(keep)).layer(Extension(Held::default()));
    let routes =
        Router::new().route("/yardstick", get(async || "hello\n")).merge(by_hand::routes(database)).merge(bytes);
    serve::run_with(config, routes).await?;
    Ok(())
}

/// Bytes in memory.
type Held = Arc<RwLock<Bytes>>;

async fn keep(Extension(held): Extension<Held>, bytes: Bytes) {
    *held.write().unwrap_or_else(PoisonError::into_inner) = bytes;
}

async fn answer(Extension(held): Extension<Held>) -> impl IntoResponse {
    let bytes = held.read().unwrap_or_else(PoisonError::into_inner).clone();
    ([(CONTENT_TYPE, "application/json")], bytes)
}
