//! What was done, by whom, to what: rows that outlive what they tell of.

use kleister_types::Timestamp;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::rows::{self, audit_event};
use crate::{Caller, Result, names};

/// Something that was done.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// What, such as `channel.move`.
    pub(crate) action: &'static str,
    /// What kind of thing it was done to.
    pub(crate) kind: &'static str,
    /// The thing's identifier.
    pub(crate) id: String,
    /// What the thing was called then.
    pub(crate) name: String,
    /// What changed.
    pub(crate) changes: Value,
}

/// Notes what the caller did, in the transaction in which he did it.
pub(crate) async fn note(
    db: &impl ConnectionTrait,
    caller: &Caller,
    events: impl IntoIterator<Item = Event>,
    now: Timestamp,
) -> Result<()> {
    let who = caller.who();
    let row = |event: Event| audit_event::Model {
        id: names::new_id(),
        actor_id: who.map(|who| who.id.clone()),
        actor_name: who.map(|who| who.username.clone()),
        session_id: None,
        address: None,
        user_agent: None,
        action: event.action.to_owned(),
        object_kind: Some(event.kind.to_owned()),
        object_id: Some(event.id),
        object_name: Some(event.name),
        result: "done".to_owned(),
        request_id: None,
        changes: Some(event.changes.to_string()),
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    Ok(rows::insert_many(db, events.into_iter().map(row).collect()).await?)
}
