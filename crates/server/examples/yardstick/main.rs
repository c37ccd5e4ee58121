//! The server with routes more, behind what all routes share, that other routes are measured against
//! (`tests/load`): `/yardstick` does nothing, those below it answer lists by SQL written by hand.

mod by_hand;

use axum::Router;
use axum::routing::get;
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
    let routes = Router::new().route("/yardstick", get(async || "hello\n")).merge(by_hand::routes(database));
    serve::run_with(config, routes).await?;
    Ok(())
}
