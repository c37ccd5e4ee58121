//! Keys and clients of Technic Solder.

use aide::axum::ApiRouter;
use aide::axum::routing::{delete_with, get_with, post_with};
use axum::extract::State;
use kleister_store::permissions::{Opened, open_locked};
use kleister_store::rows::{pack, solder_client, solder_key};
use kleister_store::{Caller, Need, Write, solder};
use kleister_types::jobs::Job;
use kleister_types::solder::{
    ClientChange, ClientPackParams, KeyRequest, NewSolderKey, SolderClient, SolderClientList, SolderClientPacks,
    SolderImport, SolderKey, SolderKeyList,
};
use kleister_types::{Notice, Perm, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::addition;
use super::body::{At, Json, Page};
use super::guard::Snapshot;
use super::reply::{Reply, Result, done};
use crate::problem::Problem;
use crate::signin::caller::Asking;
use crate::signin::secret;
use crate::solder::Move;
use crate::{App, jobs};

const TAG: &str = "solder";
/// What a right on a pack must be to say which clients see it.
const OWN: Need = Need::Have(Perm::Owner);

/// The part of an address that names a key.
#[derive(Debug, Deserialize, JsonSchema)]
struct KeyPath {
    /// The key's identifier, not the key itself.
    key_id: String,
}

/// The part of an address that names a client.
#[derive(Debug, Deserialize, JsonSchema)]
struct ClientPath {
    /// The client, by identifier or by the client id of its launcher.
    client_id: String,
}

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/imports/solder",
            post_with(import, addition("ImportSolder", TAG, "Move a Technic Solder here by its read API")),
        )
        .api_route(
            "/solder/keys",
            get_with(list_keys, addition("ListSolderKeys", TAG, "Fetch all keys of the Technic Platform"))
                .post_with(create_key, addition("CreateSolderKey", TAG, "Keep a key of the Technic Platform")),
        )
        .api_route(
            "/solder/keys/{key_id}",
            delete_with(delete_key, addition("DeleteSolderKey", TAG, "Forget a key of the Technic Platform")),
        )
        .api_route(
            "/solder/clients",
            get_with(list_clients, addition("ListSolderClients", TAG, "Fetch all clients"))
                .post_with(create_client, addition("CreateSolderClient", TAG, "Make a client")),
        )
        .api_route(
            "/solder/clients/{client_id}",
            get_with(show_client, addition("ShowSolderClient", TAG, "Fetch a client"))
                .put_with(change_client, addition("UpdateSolderClient", TAG, "Change a client"))
                .delete_with(delete_client, addition("DeleteSolderClient", TAG, "Delete a client")),
        )
        .api_route(
            "/solder/clients/{client_id}/packs",
            get_with(list_packs, addition("ListSolderClientPacks", TAG, "Fetch the packs that a client sees"))
                .post_with(link, addition("AttachSolderClientToPack", TAG, "Let a client see a private pack"))
                .delete_with(unlink, addition("DeleteSolderClientFromPack", TAG, "Hide a private pack from a client")),
        )
}

async fn import(State(app): State<App>, Asking(caller): Asking, Json(wanted): Json<SolderImport>) -> Result<Job> {
    caller.server_admin()?;
    Ok(Reply(jobs::start(&app, &caller, Move::new(wanted)).await?))
}

async fn list_keys(Page(paging): Page, Asking(caller): Asking, db: Snapshot) -> Result<SolderKeyList> {
    let page = solder::list_keys(&*db, &caller, &paging).await?;
    let keys = page.rows.into_iter().map(key).collect();
    Ok(Reply(SolderKeyList { total: page.total, limit: paging.limit(), offset: paging.offset(), keys }))
}

async fn create_key(
    State(app): State<App>,
    Asking(caller): Asking,
    Json(wanted): Json<KeyRequest>,
) -> Result<NewSolderKey> {
    caller.server_admin()?;
    let made = wanted.key.is_none().then(|| secret::new(""));
    let secret = made.as_deref().or(wanted.key.as_deref()).unwrap_or_default();
    let write = app.db.write().await?;
    let row = solder::create_key(&*write, &caller, (&wanted, secret::kept(secret)), app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(NewSolderKey { kept: key(row), key: made }))
}

async fn delete_key(State(app): State<App>, Asking(caller): Asking, At(path): At<KeyPath>) -> Result<Notice> {
    caller.server_admin()?;
    let write = app.db.write().await?;
    solder::delete_key(&*write, &caller, &path.key_id, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted key"))
}

async fn list_clients(Page(paging): Page, Asking(caller): Asking, db: Snapshot) -> Result<SolderClientList> {
    let page = solder::list_clients(&*db, &caller, &paging).await?;
    let clients = page.rows.into_iter().map(client).collect();
    Ok(Reply(SolderClientList { total: page.total, limit: paging.limit(), offset: paging.offset(), clients }))
}

async fn create_client(
    State(app): State<App>,
    Asking(caller): Asking,
    Json(wanted): Json<ClientChange>,
) -> Result<SolderClient> {
    caller.signed_in()?;
    let write = app.db.write().await?;
    let row = solder::create_client(&*write, &caller, &wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(client(row)))
}

async fn show_client(Asking(caller): Asking, At(path): At<ClientPath>, db: Snapshot) -> Result<SolderClient> {
    Ok(Reply(client(solder::open_client(&*db, &caller, &path.client_id).await?)))
}

async fn change_client(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<ClientPath>,
    Json(wanted): Json<ClientChange>,
) -> Result<SolderClient> {
    caller.server_admin()?;
    let write = app.db.write().await?;
    let row = solder::open_client(&*write, &caller, &path.client_id).await?;
    let row = solder::change_client(&*write, &caller, row, &wanted, app.clock.now()).await?;
    write.commit().await?;
    Ok(Reply(client(row)))
}

async fn delete_client(State(app): State<App>, Asking(caller): Asking, At(path): At<ClientPath>) -> Result<Notice> {
    caller.server_admin()?;
    let write = app.db.write().await?;
    let row = solder::open_client(&*write, &caller, &path.client_id).await?;
    solder::delete_client(&*write, &caller, &row, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted client"))
}

async fn list_packs(Asking(caller): Asking, At(path): At<ClientPath>, db: Snapshot) -> Result<SolderClientPacks> {
    let row = solder::open_client(&*db, &caller, &path.client_id).await?;
    let packs: Vec<_> = solder::client_packs(&*db, &caller, &row).await?.into_iter().map(Into::into).collect();
    Ok(Reply(SolderClientPacks { total: packs.len() as u64, client: client(row), packs }))
}

async fn link(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<ClientPath>,
    Json(wanted): Json<ClientPackParams>,
) -> Result<Notice> {
    let (write, pack, row) = both(&app, &caller, &path, &wanted).await?;
    solder::link_client(&*write, &caller, &row, &pack, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully attached client to pack"))
}

async fn unlink(
    State(app): State<App>,
    Asking(caller): Asking,
    At(path): At<ClientPath>,
    Json(wanted): Json<ClientPackParams>,
) -> Result<Notice> {
    let (write, pack, row) = both(&app, &caller, &path, &wanted).await?;
    solder::unlink_client(&*write, &caller, &row, &pack, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully unlinked client from pack"))
}

/// A pack, which the caller must own, and a client that is linked to it or not any more; with the write that does it.
async fn both(
    app: &App,
    caller: &Caller,
    path: &ClientPath,
    wanted: &ClientPackParams,
) -> std::result::Result<(Write, Opened<pack::Model>, solder_client::Model), Problem> {
    caller.signed_in()?;
    let write = app.db.write().await?;
    let pack = open_locked::<pack::Entity>(&*write, caller, &wanted.pack, OWN).await?;
    let client = solder::open_client(&*write, caller, &path.client_id).await?;
    Ok((write, pack, client))
}

fn key(row: solder_key::Model) -> SolderKey {
    SolderKey {
        id: row.id,
        name: row.name,
        last_four: row.last_four,
        created_at: Timestamp::from_millis(row.created_at),
    }
}

fn client(row: solder_client::Model) -> SolderClient {
    SolderClient {
        id: row.id,
        name: row.name,
        uuid: row.uuid,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}
