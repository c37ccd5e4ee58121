//! What is sent: a message of what was written down, in the shape that the webhook wants.

use axum::http::HeaderMap;
use bytes::Bytes;
use kleister_store::rows::{webhook, webhook_delivery};
use kleister_types::Timestamp;
use kleister_types::webhooks::{Message, Shape, Told};

use super::{discord, signature};
use crate::App;
use crate::delivery::base::Base;

/// The message of a delivery: what was written down, with the address of the pack's page where that can be said.
pub(super) fn of(app: &App, delivery: &webhook_delivery::Model) -> Result<Message, serde_json::Error> {
    let told: Told = serde_json::from_str(&delivery.document)?;
    let base = Base::configured(&app.config.server);
    let kind = match delivery.event.as_str() {
        "test" => "test".to_owned(),
        event => format!("build.{event}"),
    };
    let data = Told { url: base.and_then(|base| page(&base, &told)), ..told };
    Ok(Message { kind, timestamp: Timestamp::from_millis(delivery.created_at), data })
}

/// The page of a pack at a build; that of a pack which is not public is nowhere.
fn page(base: &Base, told: &Told) -> Option<String> {
    let page = base.pack(None, &told.pack.slug);
    let page = told.build.as_ref().map_or_else(|| page.clone(), |build| format!("{page}#{}", build.id));
    told.pack.public.then_some(page)
}

/// A message as its webhook wants it, with the headers that belong to it.
pub(super) fn written(message: &Message, webhook: &webhook::Model, id: &str, now: Timestamp) -> (HeaderMap, Bytes) {
    let (document, is_signed) = match Shape::from_word(&webhook.shape) {
        Shape::Standard => (serde_json::to_vec(message), true),
        Shape::Discord => (serde_json::to_vec(&discord::of(message)), false),
    };
    let document = Bytes::from(document.expect("a message has nothing that JSON has not"));
    let headers = if is_signed { signature::headers(webhook, id, &document, now) } else { HeaderMap::new() };
    (headers, document)
}
