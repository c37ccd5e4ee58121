//! Who asks and what is answered: the HTTP side of Kleister.
//!
//! A request makes three hops: the route table of its file in [`api`] or [`delivery`], the handler, one function of
//! the store. [`signin`] tells who asks, [`config`] what the operator wants, [`App`] holds what all of them share.

mod address;
pub mod admin;
pub mod api;
pub mod app;
pub mod build_files;
pub mod check;
pub mod clock;
pub mod compare;
pub mod config;
pub mod delivery;
pub mod fingerprints;
mod first_steps;
pub mod imports;
pub mod intake;
pub mod jars;
pub mod jobs;
mod listen;
pub mod listings;
pub mod loader_packages;
mod logs;
pub mod operations;
pub mod outbound;
pub mod pictures;
pub mod problem;
pub mod serve;
pub mod signify;
pub mod signin;
pub mod solder;
pub mod sources;
pub mod storage;
pub mod tus;
mod unread;
pub mod updater;
pub mod uploads;
mod upstream;
mod watch;
pub mod webhooks;

pub use app::App;
pub use clock::Clock;
pub use config::Config;
