//! Sessions: what a sign-in began, and whether it still stands.

use kleister_types::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::Result;
use crate::names;
use crate::rows::{self, session, user};

/// How long a session lasts, however often it is refreshed: 30 days.
pub const LIFETIME_SECONDS: i64 = 30 * 24 * 3600;
/// How long the token before the newest one is still taken, for answers that got lost: a minute.
pub const GRACE_MILLISECONDS: i64 = 60_000;

/// A session with its user, both as they stand now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The session.
    pub session: session::Model,
    /// Whose it is.
    pub user: user::Model,
}

impl Standing {
    /// Whether a token of this turn speaks for the user now.
    pub fn holds(&self, stamp: i64, turn: i64, now: Timestamp) -> bool {
        let now = now.as_millis();
        let Self { session, user } = self;
        let current = turn == session.turn || turn == session.turn - 1 && now <= session.turned_at + GRACE_MILLISECONDS;
        user.active
            && user.stamp == stamp
            && session.stamp == stamp
            && session.revoked_at.is_none()
            && now < session.ends_at
            && current
    }
}

/// Finds a session with its user.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Standing>> {
    let Some(session) = session::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let user = user::Entity::find_by_id(&session.user_id).one(db).await?;
    Ok(user.map(|user| Standing { session, user }))
}

/// Begins a session of a user.
pub async fn begin(db: &impl ConnectionTrait, user: &user::Model, now: Timestamp) -> Result<session::Model> {
    let session = session::Model {
        id: names::new_id(),
        user_id: user.id.clone(),
        kind: "login".to_owned(),
        secret_hash: None,
        stamp: user.stamp,
        turn: 0,
        turned_at: now.as_millis(),
        ends_at: now.plus_seconds(LIFETIME_SECONDS).as_millis(),
        revoked_at: None,
        address: None,
        user_agent: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    };
    rows::insert(db, session.clone()).await?;
    Ok(session)
}

/// Goes on to the session's next turn, after which older tokens are taken for the grace time only.
pub async fn turn(db: &impl ConnectionTrait, mut session: session::Model, now: Timestamp) -> Result<session::Model> {
    session.turn += 1;
    session.turned_at = now.as_millis();
    session.updated_at = now.as_millis();
    rows::update(db, session.clone()).await?;
    Ok(session)
}

/// Ends a session at once.
pub async fn end(db: &impl ConnectionTrait, id: &str, now: Timestamp) -> Result<()> {
    let ended = Expr::value(now.as_millis());
    let open = session::Entity::update_many().filter(session::Column::Id.eq(id));
    open.col_expr(session::Column::RevokedAt, ended).exec(db).await?;
    Ok(())
}

/// Forgets sessions that are over for good.
pub async fn forget_ended(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    session::Entity::delete_many().filter(session::Column::EndsAt.lt(now.as_millis())).exec(db).await?;
    Ok(())
}
