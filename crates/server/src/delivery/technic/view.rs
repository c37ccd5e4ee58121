//! The page itself.

use kleister_store::Error;
use kleister_store::rows::pack;
use kleister_store::solder::{Door, MOST, Shown, Told};
use maud::{Markup, html};

use crate::delivery::page::frame::Frame;
use crate::problem::Problem;

/// How many builds of those that a launcher sees are named.
const NAMED: usize = 5;

/// What the page is made of.
pub(super) struct View {
    /// The pack.
    pub(super) pack: pack::Model,
    /// The channel that the token is for, if it is not for the whole pack.
    pub(super) channel: Option<String>,
    /// The launchers that were let in here.
    pub(super) launchers: Vec<Told>,
    /// The one that was asked about.
    pub(super) asked: Option<Told>,
    /// What was done.
    pub(super) done: Option<Done>,
}

/// What came of a form.
pub(super) enum Done {
    /// The launcher was let in.
    Added(String),
    /// Nothing was changed, but looked up.
    Checked(String),
    /// The launcher is let in by this address no more.
    Removed(String),
    /// What was written is no client id.
    NoClientId(String),
    /// It was not done, and why.
    Refused(String),
}

impl Done {
    /// What kept it from being done, if anything did.
    pub(super) fn problem(&self) -> Option<Problem> {
        match self {
            Self::Added(_) | Self::Checked(_) | Self::Removed(_) => None,
            Self::NoClientId(_) => Some(Error::invalid("client", "client_id", "is no client id").into()),
            Self::Refused(why) => Some(Error::Conflict(why.clone()).into()),
        }
    }

    /// The client id that it was about.
    pub(super) fn uuid(&self) -> Option<&str> {
        match self {
            Self::Added(uuid) | Self::Checked(uuid) | Self::Removed(uuid) => Some(uuid),
            Self::NoClientId(_) | Self::Refused(_) => None,
        }
    }
}

impl View {
    /// The whole page; the address is the pack's own, for the holder of the token.
    pub(super) fn page(&self, address: &str) -> Markup {
        let title = format!("{} in the Technic Launcher", self.pack.name);
        let body = html! {
            header {
                div {
                    h1 { (self.pack.name) }
                    p { "Let your Technic Launcher in" }
                    @if let Some(channel) = &self.channel {
                        p.quiet { "This address is for the builds of " b { (channel) } ", and so is what it lets in." }
                    }
                }
            }
            main {
                @if let Some(done) = &self.done { (self.outcome(done)) }
                (self.steps(address))
                (self.launchers(address))
                section {
                    h2 { "More" }
                    p { a href=(address) { "Other launchers, and what is new in the pack" } }
                    p.quiet { "This page is yours: whoever has its address can let launchers in." }
                }
            }
        };
        Frame { title: &title, is_listed: false, head: html! {} }.around(&body)
    }

    /// What came of the form, first of all, where keyboards and screen readers begin.
    fn outcome(&self, done: &Done) -> Markup {
        let title = match done {
            Done::Added(_) => "Your launcher is let in",
            Done::Checked(_) => "What this launcher is told",
            Done::Removed(_) => "Taken out",
            Done::NoClientId(_) => "That is no client ID",
            Done::Refused(_) => "Not let in",
        };
        html! {
            section.note.good[done.problem().is_none()] id="outcome" role="status" tabindex="-1" autofocus {
                h2 { (title) }
                @match done {
                    Done::NoClientId(_) => p {
                        "A client ID is 32 digits and letters from a to f, with hyphens between them, such as "
                        code { "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11" } ". Copy the whole of it from the launcher."
                    },
                    Done::Refused(why) => p { "Sorry, " (why) "." },
                    _ => @if let Some(told) = &self.asked {
                        p { code { (told.uuid) } }
                        p { (let_in(told)) (finds(told)) }
                    },
                }
                @if let Done::Added(_) = done {
                    p { "One step is left: tick " b { "Send launcher client ID" } " in the pack's options, as below." }
                }
            }
        }
    }

    fn steps(&self, address: &str) -> Markup {
        let written = match &self.done {
            Some(Done::NoClientId(written)) => Some(written),
            _ => None,
        };
        html! {
            section {
                h2 { "Three steps" }
                ol.steps {
                    li { "In the Technic Launcher, open the " b { "launcher's options" } " and copy the " b { "client ID" } "." }
                    li {
                        form method="post" action={(address) "/technic"} {
                            label for="client_id" { "Paste it here:" }
                            input id="client_id" name="client_id" type="text" required maxlength="100" value=[written]
                                autocomplete="off" autocapitalize="none" spellcheck="false"
                                placeholder="xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
                                aria-invalid=[written.map(|_| "true")] aria-describedby=[written.map(|_| "outcome")];
                            div.buttons {
                                button.button type="submit" name="do" value="add" { "Let my launcher in" }
                                button.button.plain type="submit" name="do" value="check" { "Only look it up" }
                            }
                        }
                    }
                    li {
                        "In the launcher, open the pack by its page on technicpack.net, which you have from its makers. In the "
                        b { "pack's options" } " tick " b { "Send launcher client ID" } ", then install it. "
                        "Without the tick the launcher tells nobody who it is, and sees a pack without builds."
                    }
                }
            }
        }
    }

    fn launchers(&self, address: &str) -> Markup {
        html! {
            section {
                h2 { "Launchers that this page let in" }
                @if self.launchers.is_empty() { p { "None yet. There is room for " (MOST) "." } }
                @for told in &self.launchers {
                    article {
                        h3 { code { (told.uuid) } }
                        p { (finds(told)) }
                        form method="post" action={(address) "/technic"} {
                            input type="hidden" name="client_id" value=(told.uuid);
                            button.button.plain type="submit" name="do" value="remove" aria-label={"Take out " (told.uuid)} {
                                "Take it out"
                            }
                        }
                    }
                }
                @if !self.launchers.is_empty() {
                    p.quiet { (self.launchers.len()) " of " (MOST) ". They see the pack as long as this address holds." }
                }
            }
        }
    }
}

/// By whom a launcher was let in.
fn let_in(told: &Told) -> &'static str {
    match told.by {
        Some(Door::This) => "It is let in by this page. ",
        Some(Door::Other) => "It is let in by another address like this one. ",
        Some(Door::Maker) => "The pack's makers let it in. ",
        None if told.is_known => "This server knows it, but it is not let into this pack. ",
        None => "This server does not know it. ",
    }
}

/// What a launcher is told of the pack.
fn finds(told: &Told) -> Markup {
    match &told.shown {
        None => html! { "The launcher is told that there is no such pack." },
        Some(shown) => builds(shown),
    }
}

/// The builds that a launcher sees, newest first.
fn builds(shown: &Shown) -> Markup {
    let is = |channel: &Option<String>, name: &String| channel.as_ref() == Some(name);
    let more = shown.builds.len().saturating_sub(NAMED);
    html! {
        @if shown.builds.is_empty() {
            "The launcher finds the pack, but no build in it."
        } @else {
            "The launcher finds the pack with "
            @for (at, build) in shown.builds.iter().rev().take(NAMED).enumerate() {
                @if at > 0 { ", " }
                b { (build.name) }
                @if is(&shown.recommended, &build.name) { " (recommended)" }
                @else if is(&shown.latest, &build.name) { " (latest)" }
            }
            @if more > 0 { " and " (more) " older" }
            "."
        }
    }
}
