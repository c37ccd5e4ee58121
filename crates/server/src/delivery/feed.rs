//! What is new in a pack, for readers of feeds: `/packs/{pack}/feed.atom`.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use kleister_formats::feed::{self, Entry, Feed};
use kleister_types::Timestamp;
use kleister_types::builds::Build;
use maud::html;
use ulid::Ulid;

use super::Plain;
use super::base::Base;
use super::news::{self, News, PackAddress};
use crate::App;

/// How many builds are in a feed.
const ENTRIES: u64 = 50;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/{pack}/feed.atom", get(show))
}

async fn show(State(app): State<App>, address: PackAddress, base: Base, headers: HeaderMap) -> Result<Response, Plain> {
    let write = async |news: &News| Ok(feed::write(&of(news)).into());
    let told = news::told(&app, (&address, &base), ("feed", ENTRIES), write).await?;
    Ok(told.answer(feed::MEDIA_TYPE, &headers))
}

fn of(News { pack, address, builds, .. }: &News) -> Feed {
    let changed = builds.iter().map(|build| build.updated_at).max();
    let pack_changed = Timestamp::from_millis(pack.updated_at);
    Feed {
        id: urn(&pack.id),
        title: pack.name.clone(),
        subtitle: pack.summary.clone(),
        author: pack.authors.clone().unwrap_or_else(|| pack.name.clone()),
        address: format!("{address}/feed.atom"),
        page: address.clone(),
        updated: changed.map_or(pack_changed, |changed| changed.max(pack_changed)).to_string(),
        entries: builds.iter().map(|build| entry(&pack.name, address, build)).collect(),
    }
}

fn entry(pack: &str, address: &str, build: &Build) -> Entry {
    let withdrawn = news::withdrawn(build);
    let note = if withdrawn.is_some() { " (withdrawn)" } else { "" };
    let content = html! {
        @if let Some(withdrawn) = withdrawn { p { (withdrawn) } }
        p { (news::runs_on(build)) }
        @if let Some(changelog) = news::changelog(build) { (changelog) }
    };
    Entry {
        id: urn(&build.id),
        title: format!("{pack} {}{note}", build.name),
        page: format!("{address}#{}", build.id),
        published: build.published_at.unwrap_or(build.created_at).to_string(),
        updated: build.updated_at.to_string(),
        html: content.into_string(),
    }
}

/// What an identifier is called everywhere: its 128 bits as a UUID.
fn urn(id: &str) -> String {
    let digits = format!("{:032x}", id.parse::<Ulid>().unwrap_or_default().0);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::urn;

    #[test]
    fn identifiers_are_told_apart_by_their_urns() {
        assert_eq!(urn("01arz3ndektsv4rrffq69g5fav"), "urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b");
        assert_ne!(urn("01arz3ndektsv4rrffq69g5fav"), urn("01arz3ndektsv4rrffq69g5faw"));
    }
}
