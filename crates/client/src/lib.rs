//! Types spoken over HTTP: the Kleister API for Rust programs.
//!
//! ```no_run
//! use kleister_client::{Client, types::auth::AuthLogin};
//!
//! # async fn example() -> kleister_client::Result<()> {
//! let mut client = Client::new("https://packs.example.com/api/v1")?;
//! let login = AuthLogin { username: "anna".into(), password: "correct horse".into() };
//! let session = client.login(&login).await?;
//! client.set_header("Authorization", &format!("Bearer {}", session.token))?;
//! println!("signed in as {}", client.verify_own().await?.username);
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] holds an address and the headers that go with every request; its methods stand in one file per feature,
//! named like the files of [`types`]. Whatever goes wrong is an [`Error`].
//!
//! This room knows the wire and nothing of what stands behind it: no database, no server.

mod auth;
mod client;
mod error;

pub use client::Client;
pub use error::{Error, Result};
pub use kleister_types as types;
pub use reqwest::header::HeaderMap;
