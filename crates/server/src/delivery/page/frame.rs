//! What all pages for players have in common: the style, the head, and what browsers may do with them.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");

/// What stands around a page.
pub(in crate::delivery) struct Frame<'a> {
    /// What the page is called.
    pub(in crate::delivery) title: &'a str,
    /// Whether everybody may find it.
    pub(in crate::delivery) is_listed: bool,
    /// What else the head says.
    pub(in crate::delivery) head: Markup,
}

impl Frame<'_> {
    /// The whole page.
    pub(in crate::delivery) fn around(&self, body: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    @if !self.is_listed { meta name="robots" content="noindex"; }
                    title { (self.title) }
                    (self.head)
                    style { (PreEscaped(STYLE)) }
                }
                body { (body) }
            }
        }
    }
}

/// What browsers may do with a page that has no forms: show its own style and pictures of this server, and nothing else.
pub(in crate::delivery) fn policy() -> HeaderValue {
    static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| allowing("'none'"));
    POLICY.clone()
}

/// The same for a page with forms, which may be sent to this server only.
pub(in crate::delivery) fn policy_with_forms() -> HeaderValue {
    static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| allowing("'self'"));
    POLICY.clone()
}

fn allowing(forms: &str) -> HeaderValue {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src 'self'; base-uri 'none'; form-action {forms}; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
