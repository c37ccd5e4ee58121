//! Webhooks: addresses elsewhere that are told of a pack's builds.

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::extract::State;
use kleister_store::webhooks::{self, shown, shown_delivery};
use kleister_types::Notice;
use kleister_types::webhooks::{
    Delivery, DeliveryList, SavedWebhook, Webhook as WireWebhook, WebhookChange, WebhookList,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{At, Json, Page};
use super::guard::{CanEdit, CanSee, Pack, Webhook};
use super::reply::{Reply, Result, done};
use crate::App;
use crate::signin::caller::Asking;
use crate::signin::secret;
use crate::webhooks::attempt;

const TAG: &str = "webhook";

/// The part of an address that names something that a webhook was told.
#[derive(Debug, Deserialize, JsonSchema)]
struct WebhookDeliveryPath {
    /// The delivery, by identifier.
    delivery_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    let again = "Send something to a webhook once more";
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/webhooks",
            get_with(list, addition("ListWebhooks", TAG, "Fetch all webhooks of a pack"))
                .post_with(create, addition("CreateWebhook", TAG, "Make a webhook of a pack")),
        )
        .api_route(
            "/packs/{pack_id}/webhooks/{webhook_id}",
            get_with(show, addition("ShowWebhook", TAG, "Fetch a specific webhook of a pack"))
                .put_with(update, addition("UpdateWebhook", TAG, "Change a webhook of a pack"))
                .delete_with(delete, addition("DeleteWebhook", TAG, "Delete a webhook of a pack")),
        )
        .api_route(
            "/packs/{pack_id}/webhooks/{webhook_id}/test",
            post_with(test, addition("TestWebhook", TAG, "Send a test to a webhook and wait for the answer")),
        )
        .api_route(
            "/packs/{pack_id}/webhooks/{webhook_id}/deliveries",
            get_with(deliveries, addition("ListWebhookDeliveries", TAG, "Fetch what a webhook was told")),
        )
        .api_route(
            "/packs/{pack_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/again",
            post_with(repeat, addition("RepeatWebhookDelivery", TAG, again)),
        )
}

async fn list(CanSee(pack, db): CanSee<Pack>, Page(paging): Page, Asking(caller): Asking) -> Result<WebhookList> {
    let page = webhooks::list(&*db, &caller, &pack, &paging).await?;
    let webhooks = page.rows.into_iter().map(shown).collect();
    Ok(Reply(WebhookList { total: page.total, limit: paging.limit(), offset: paging.offset(), webhooks }))
}

async fn create(
    State(app): State<App>,
    edit: CanEdit<Pack>,
    Json(wanted): Json<WebhookChange>,
) -> Result<SavedWebhook> {
    let (secret, fault) = (secret::signing(), fault(&app, &wanted));
    let (write, pack) = edit.lock().await?;
    let asked = (&wanted, fault, secret.clone());
    let row = webhooks::create(&*write, edit.caller(), &pack, asked, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(SavedWebhook { kept: shown(row), secret: Some(secret) }))
}

async fn show(CanSee(opened, _): CanSee<Webhook>) -> Result<WireWebhook> {
    Ok(Reply(shown(opened.webhook)))
}

async fn update(
    State(app): State<App>,
    edit: CanEdit<Webhook>,
    Json(wanted): Json<WebhookChange>,
) -> Result<SavedWebhook> {
    let (secret, fault) = (secret::signing(), fault(&app, &wanted));
    let (write, opened) = edit.lock().await?;
    let asked = (&wanted, fault, secret.clone());
    let row = webhooks::update(&*write, edit.caller(), opened, asked, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(SavedWebhook { kept: shown(row), secret: webhooks::rotates(&wanted).then_some(secret) }))
}

async fn delete(State(app): State<App>, edit: CanEdit<Webhook>) -> Result<Notice> {
    let (write, opened) = edit.lock().await?;
    webhooks::delete(&*write, edit.caller(), opened, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted webhook"))
}

async fn test(State(app): State<App>, edit: CanEdit<Webhook>) -> Result<Delivery> {
    let (Webhook { pack, webhook }, now) = (edit.open().await?, app.clock.now());
    webhooks::refuse_test(&app.db.read().await?, &webhook, now).await?;
    let delivery = webhooks::test_of(&webhook, &pack.row, now)?;
    let whom = &edit.caller().signed_in()?.id;
    let outcome = attempt(&app, whom, &webhook, &delivery).await;
    let (write, opened) = edit.lock().await?;
    let row = webhooks::note_test(&*write, (opened.webhook, delivery), &outcome, app.clock.now()).await?;
    write.commit_addition().await?;
    Ok(Reply(shown_delivery(row)))
}

async fn deliveries(CanSee(opened, db): CanSee<Webhook>, Page(paging): Page) -> Result<DeliveryList> {
    let page = webhooks::list_deliveries(&*db, &opened.webhook, &paging).await?;
    let deliveries = page.rows.into_iter().map(shown_delivery).collect();
    Ok(Reply(DeliveryList { total: page.total, limit: paging.limit(), offset: paging.offset(), deliveries }))
}

async fn repeat(State(app): State<App>, edit: CanEdit<Webhook>, At(path): At<WebhookDeliveryPath>) -> Result<Delivery> {
    let (write, opened) = edit.lock().await?;
    let row = webhooks::again(&*write, &opened.webhook, &path.delivery_id, app.clock.now()).await?;
    write.commit_addition().await?;
    Ok(Reply(shown_delivery(row)))
}

/// What is wrong with an address that is sent; a missing one is judged by the store.
fn fault(app: &App, wanted: &WebhookChange) -> Option<&'static str> {
    wanted.url.as_deref().and_then(|url| app.webhooks.fault(url))
}
