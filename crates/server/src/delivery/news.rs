//! What is told of a pack as a whole, on its page and in its feed: the pack, and what was published of it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use kleister_formats::markdown;
use kleister_store::Read;
use kleister_store::avatars::dress::dress;
use kleister_store::releases::{self, Ticket};
use kleister_store::rows::pack;
use kleister_types::Timestamp;
use kleister_types::builds::{Build, State};
use kleister_types::pack_tokens::TokenHolder;
use kleister_types::packs::Pack;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::answer::{self, Caching};
use super::base::Base;
use super::held::{Held, Lasting};
use super::release::Made;
use super::{Address, Plain};
use crate::problem::Problem;
use crate::signin::{memory, secret};
use crate::{App, address};

/// The channel that players are given where their token is for no other: it means `latest` until it is set.
const CHANNEL: &str = "recommended";

/// How many bytes of answers are held.
const HELD: u64 = 16 << 20;
/// About what an answer costs besides its bytes.
const OVERHEAD: usize = 1 << 10;

/// The address of a pack.
#[derive(Deserialize)]
pub(super) struct PackAddress {
    /// The token by which it is asked for.
    #[serde(default)]
    pub(super) token: Option<String>,
    pub(super) pack: String,
}

impl FromRequestParts<App> for PackAddress {
    type Rejection = Plain;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Plain> {
        let address: Self = address::parts(parts, app).await?;
        let token = address.token.or_else(|| super::offered(parts));
        Ok(Self { token, ..address })
    }
}

impl PackAddress {
    /// The address of a release of the pack.
    pub(super) fn release(&self, release: &str) -> Address {
        let (token, pack) = (self.token.clone(), self.pack.clone());
        Address { token, pack, release: release.to_owned(), path: String::new() }
    }
}

/// A pack with what was published of it last.
pub(super) struct News {
    /// The pack.
    pub(super) pack: pack::Model,
    /// The path of its picture, if everybody may see that.
    pub(super) picture: Option<String>,
    /// The pack's own address, with the token by which it was asked for.
    pub(super) address: String,
    /// The channel that its players follow.
    pub(super) channel: String,
    /// The build that the channel pointed to before: its identifier.
    pub(super) former: Option<String>,
    /// Whether whoever asks may let his Technic Launcher in.
    pub(super) invites: bool,
    /// What was published last, newest first, withdrawn builds among it.
    pub(super) builds: Vec<Build>,
    /// The token by which it was asked for.
    ticket: Option<Ticket>,
}

/// By what answers are known: the hash of the token if there is one, the pack, where this server is, and what is told.
type Key = (Option<String>, String, Base, &'static str);

/// Answers that were given lately.
pub(super) struct Answers(Held<Key, Told>);

impl Default for Answers {
    fn default() -> Self {
        Self(Held::weighing(HELD, |told: &Told| OVERHEAD + told.made.bytes.len()))
    }
}

/// What is told of a pack.
pub(super) struct Told {
    made: Made,
    ticket: Option<Ticket>,
}

impl Told {
    /// An answer with it.
    pub(super) fn answer(&self, media_type: &'static str, request: &HeaderMap) -> Response {
        let caching = if self.ticket.is_some() { Caching::Token } else { Caching::Channel };
        answer::made(&self.made.bytes, &self.made.tag, media_type, caching, request)
    }

    fn note_use(&self, app: &App) {
        if let Some(ticket) = &self.ticket {
            memory::note_used(app, &ticket.id);
        }
    }
}

impl Lasting for Told {
    fn ends_at(&self) -> Option<Timestamp> {
        self.ticket.as_ref().and_then(|ticket| ticket.ends_at)
    }
}

/// What is told of a pack, `what` it is named; it is made of so many of its builds unless it is held.
pub(super) async fn told(
    app: &App,
    (address, base): (&PackAddress, &Base),
    (what, limit): (&'static str, u64),
    write: impl AsyncFnOnce(&News) -> Result<Vec<u8>, Problem>,
) -> Result<Arc<Told>, Problem> {
    let hash = address.token.as_deref().map(secret::hash);
    let key = (hash, address.pack.clone(), base.clone(), what);
    let (epoch, held) = (app.db.epoch(), &app.releases.news.0);
    if let Some(told) = held.get(&key, epoch, app.clock.now()) {
        told.note_use(app);
        return Ok(told);
    }
    let news = find(app, (address, key.0.as_deref()), base, limit).await?;
    let made = Made::new(write(&news).await?);
    let told = held.keep(key, epoch, Told { made, ticket: news.ticket });
    told.note_use(app);
    Ok(told)
}

/// Finds a pack for who asks, with so many of its builds; the hash is that of the address's token.
async fn find(
    app: &App,
    (address, hash): (&PackAddress, Option<&str>),
    base: &Base,
    limit: u64,
) -> Result<News, Problem> {
    let db = app.db.read().await?;
    let (pack, ticket) = releases::open_pack(&db, hash, &address.pack, app.clock.now()).await?;
    let builds = releases::published(&db, &pack, ticket.as_ref(), limit).await?;
    let pass = ticket.as_ref().and_then(|ticket| ticket.pass.as_ref());
    let invites = pass.is_some_and(|pass| pass.holder == TokenHolder::Player);
    let channel = pass.and_then(|pass| pass.channel.clone()).unwrap_or_else(|| CHANNEL.to_owned());
    // Whoever has a token is no user of this server: he sees no picture that only its users see.
    let picture = if pack.row.public { picture(&db, &pack.row).await? } else { None };
    Ok(News {
        address: base.pack(address.token.as_deref(), &pack.row.slug),
        former: releases::former(&db, &pack.row.id, &channel).await?,
        channel,
        invites,
        builds: builds.into_iter().map(Into::into).collect(),
        pack: pack.row,
        picture,
        ticket,
    })
}

async fn picture(db: &Read, pack: &pack::Model) -> Result<Option<String>, Problem> {
    let path = |slug: &str| format!("/api/v1/storage/avatars/{slug}");
    let dressed: Pack = dress(db, path, pack.clone().into()).await?;
    Ok(dressed.avatar.map(|avatar| avatar.url))
}

impl News {
    /// Whether the pack was asked for by a token.
    pub(super) fn is_by_token(&self) -> bool {
        self.ticket.is_some()
    }
}

/// What a build runs on, in words.
pub(super) fn runs_on(build: &Build) -> String {
    let minecraft = build.minecraft.as_ref().map(|release| release.name.as_str()).unwrap_or_default();
    let loaders = [
        ("Forge", build.forge.as_ref().map(|release| &release.name)),
        ("NeoForge", build.neoforge.as_ref().map(|release| &release.name)),
        ("Fabric", build.fabric.as_ref().map(|release| &release.name)),
        ("Quilt", build.quilt.as_ref().map(|release| &release.name)),
    ];
    let loader = loaders.into_iter().find_map(|(kind, name)| Some((kind, name?)));
    let told = format!("Minecraft {minecraft}");
    // Forge's releases are listed with their Minecraft in front.
    let bare = |name: &str| name.strip_prefix(&format!("{minecraft}-")).unwrap_or(name).to_owned();
    loader.map_or_else(|| told.clone(), |(kind, name)| format!("{told}, {kind} {}", bare(name)))
}

/// What is said of a build that was withdrawn; nothing of others.
pub(super) fn withdrawn(build: &Build) -> Option<String> {
    let why = build.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let instead = build.replacement.as_ref().map(|name| format!(" Take {name} instead.")).unwrap_or_default();
    let end = if why.ends_with(['.', '!', '?']) { "" } else { "." };
    (build.state == State::Yanked).then(|| format!("Withdrawn{why}{end}{instead}"))
}

/// A build's changelog as HTML that can do nothing but be read; nothing if none was written.
pub(super) fn changelog(build: &Build) -> Option<Markup> {
    build.changelog.as_deref().map(|text| html! { (PreEscaped(markdown::to_html(text))) })
}
