//! The page itself. Whatever people wrote is escaped by the templates; a changelog is made harmless before.

use kleister_formats::Release;
use kleister_types::Timestamp;
use kleister_types::builds::{Build, State};
use maud::{Markup, html};

use super::SHOWN;
use super::cards::{self, Card, Offer};
use super::frame::Frame;
use crate::delivery::base::{Base, segment};
use crate::delivery::news::{self, News};

/// What can be had of every build, by its address below that.
const FILES: [(&str, &str); 4] = [
    ("prism.zip", "prism.zip"),
    ("pack.mrpack", "pack.mrpack"),
    ("curseforge.zip", "curseforge.zip"),
    ("packwiz/pack.toml", "pack.toml"),
];

/// What the page is made of.
pub(super) struct View<'a> {
    /// The pack and its builds.
    pub(super) news: &'a News,
    /// Where this server is.
    pub(super) base: &'a Base,
    /// The release that players are given, if anything is published.
    pub(super) release: Option<&'a Release>,
}

impl View<'_> {
    /// The whole page.
    pub(super) fn page(&self) -> Markup {
        let feed = format!("{}/feed.atom", self.news.address);
        let head = html! { link rel="alternate" type="application/atom+xml" href=(feed) title="What is new"; };
        let body = html! {
            a.skip href="#install" { "Skip to installing" }
            (self.header())
            main {
                (self.install())
                (self.builds(&feed))
            }
        };
        Frame { title: &self.news.pack.name, is_listed: self.is_listed(), head }.around(&body)
    }

    /// Whether everybody may find the pack.
    fn is_listed(&self) -> bool {
        self.news.pack.public && !self.news.pack.hidden
    }

    fn header(&self) -> Markup {
        let pack = &self.news.pack;
        html! {
            header {
                @if let Some(picture) = &self.news.picture { img src=(picture) alt="" width="96" height="96"; }
                div {
                    h1 { (pack.name) }
                    @if let Some(summary) = &pack.summary { p { (summary) } }
                    @if let Some(authors) = &pack.authors { p.quiet { "by " (authors) } }
                    @if let Some(website) = pack.website.as_deref().filter(|address| leads_to_the_web(address)) {
                        p { a href=(website) { (website) } }
                    }
                    @if let Some(release) = self.release { (now(release)) }
                }
            }
        }
    }

    fn install(&self) -> Markup {
        html! {
            section id="install" tabindex="-1" {
                h2 { "Install it" }
                @match self.release {
                    None => p { "Nothing is published yet." },
                    Some(release) => {
                        @if let Some(former) = self.moved(release) {
                            p.note {
                                b { "Minecraft or the loader changed" } " since " (former)
                                ". Instances that update themselves may stay on the old one: install the pack anew if yours does."
                            }
                        }
                        div.cards {
                            @for card in cards::all(&self.offer(release)) { (shown(&card)) }
                        }
                    }
                }
            }
        }
    }

    fn offer<'a>(&self, release: &'a Release) -> Offer<'a> {
        let everybodys = self.news.pack.public && !self.news.is_by_token();
        Offer {
            channel: format!("{}/{}", self.news.address, self.news.channel),
            solder: everybodys.then(|| self.base.solder(None, &["api"]) + "/"),
            invitation: self.news.invites.then(|| format!("{}/technic", self.news.address)),
            release,
        }
    }

    /// The build that players were given before, if that ran on something else.
    fn moved(&self, release: &Release) -> Option<&str> {
        let builds = &self.news.builds;
        let given = builds.iter().find(|build| build.name == release.version)?;
        let former = builds.iter().find(|build| Some(&build.id) == self.news.former.as_ref())?;
        (news::runs_on(given) != news::runs_on(former)).then_some(former.name.as_str())
    }

    fn builds(&self, feed: &str) -> Markup {
        html! {
            section {
                h2 { "What is new" }
                @for build in self.news.builds.iter().take(SHOWN) { (self.build(build)) }
                @for build in self.news.builds.iter().skip(SHOWN).filter(|build| build.state == State::Yanked) {
                    (self.build(build))
                }
                p { a href=(feed) { "Follow it in a feed reader" } }
            }
        }
    }

    fn build(&self, build: &Build) -> Markup {
        let address = format!("{}/{}", self.news.address, segment(&build.name));
        let published = build.published_at.unwrap_or(build.created_at);
        html! {
            article id=(build.id) {
                h3 {
                    (build.name) " "
                    @if build.latest { span.tag { "latest" } " " }
                    @if build.recommended { span.tag { "recommended" } " " }
                    @if build.state == State::Yanked { span.tag.bad { "withdrawn" } }
                }
                p.quiet { (day(published)) " · " (news::runs_on(build)) }
                @if let Some(withdrawn) = news::withdrawn(build) { p.note { (withdrawn) } }
                @if let Some(changelog) = news::changelog(build) { div.changelog { (changelog) } }
                p.quiet {
                    @for (file, name) in FILES { a href={(address) "/" (file)} { (name) } " · " }
                    a href={(address) "/index.json"} { "index.json" }
                }
            }
        }
    }
}

/// What players are given now.
fn now(release: &Release) -> Markup {
    let loader = release.loader.as_ref();
    html! {
        p {
            b { (release.version) } " · Minecraft " (release.minecraft)
            @if let Some(loader) = loader { " · " (cards::proper(loader.kind)) " " (loader.version) }
            @if let Some(java) = release.java { " · Java " (java) }
        }
    }
}

fn shown(card: &Card) -> Markup {
    html! {
        article.card id=(card.id) {
            h3 { (card.name) }
            ol { @for step in &card.steps { li { (step) } } }
            p.quiet { (card.updates) }
        }
    }
}

/// The day of a time, with the time for programs.
fn day(time: Timestamp) -> Markup {
    let time = time.to_string();
    html! { time datetime=(time) { (time.split('T').next().unwrap_or_default()) } }
}

fn leads_to_the_web(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme))
}
