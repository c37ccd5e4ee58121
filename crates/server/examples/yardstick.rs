//! The server with one route more: `/yardstick`, which does nothing, behind what all routes share. What other routes
//! are measured against (`tests/load/first_light.py`).

use axum::Router;
use axum::routing::get;
use clap::Parser;
use kleister_server::config::flags::ServerFlags;
use kleister_server::serve;

#[derive(Parser)]
struct Yardstick {
    #[command(flatten)]
    flags: ServerFlags,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Yardstick::parse().flags.read()?;
    serve::run_with(config, Router::new().route("/yardstick", get(async || "hello\n"))).await?;
    Ok(())
}
