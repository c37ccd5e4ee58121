//! What the store promises on every kind of database; `TEST_DATABASE_URL` names the one that is tried.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod fresh;
mod migrations;
mod servers;
mod sharing;
mod sorting;
