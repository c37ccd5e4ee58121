//! Sessions: begun by a sign-in, looked up by every request.

use std::sync::Arc;

use kleister_store::rows::user;
use kleister_store::sessions::Standing;
use kleister_store::{Db, Result, sessions, tokens, users};
use kleister_types::Timestamp;
use kleister_types::auth::AuthToken;
use moka::sync::Cache;

use super::personal;
use super::token::Claims;
use crate::App;

/// How many sessions are held in memory.
const HELD: u64 = 10_000;

/// Sessions that were looked up lately.
///
/// Each is valid for the epoch of the database before its look-up began: whatever is written in this process makes
/// all of them be looked up again, so what ends a session holds at the very next request.
#[derive(Clone)]
pub struct Sessions(Cache<String, Held>);

#[derive(Clone)]
struct Held {
    epoch: u64,
    standing: Arc<Standing>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self(Cache::new(HELD))
    }
}

impl Sessions {
    /// The session that a token speaks for, if it still stands.
    pub async fn standing(&self, db: &Db, claims: &Claims, now: Timestamp) -> Result<Option<Arc<Standing>>> {
        let standing = self.find(db, &claims.sid).await?;
        let speaks =
            |standing: &Arc<Standing>| standing.user.id == claims.sub && standing.holds(claims.ver, claims.turn, now);
        Ok(standing.filter(speaks))
    }

    async fn find(&self, db: &Db, id: &str) -> Result<Option<Arc<Standing>>> {
        let epoch = db.epoch();
        if let Some(held) = self.0.get(id).filter(|held| held.epoch == epoch) {
            return Ok(Some(held.standing));
        }
        let Some(standing) = sessions::find(&db.read().await?, id).await? else { return Ok(None) };
        let standing = Arc::new(standing);
        self.0.insert(id.to_owned(), Held { epoch, standing: Arc::clone(&standing) });
        Ok(Some(standing))
    }
}

/// Begins a session of a user whose password was verified, unless he changed since.
pub async fn begin(app: &App, verified: &user::Model) -> Result<Option<AuthToken>> {
    let now = app.clock.now();
    let write = app.db.write().await?;
    let Some(user) = users::find(&*write, &verified.id).await? else { return Ok(None) };
    if !user.active || user.stamp != verified.stamp {
        return Ok(None);
    }
    let session = sessions::begin(&*write, &user, now).await?;
    write.commit_addition().await?;
    Ok(Some(app.keys.issue(&user, &session, None, now)))
}

/// Begins a session with a code that a sign-in elsewhere gave; it works once.
pub async fn redeem(app: &App, code: &str) -> Result<Option<AuthToken>> {
    let now = app.clock.now();
    let write = app.db.write().await?;
    let user = tokens::take_code(&*write, &personal::digest(code), now).await?;
    let session = match &user {
        Some(user) => Some(sessions::begin(&*write, user, now).await?),
        None => None,
    };
    write.commit_addition().await?;
    Ok(user.zip(session).map(|(user, session)| app.keys.issue(&user, &session, None, now)))
}

/// A newer token of the same session. Of two refreshes at the same time, both get the newest turn.
pub async fn refresh(app: &App, claims: &Claims) -> Result<Option<AuthToken>> {
    let now = app.clock.now();
    let write = app.db.write().await?;
    let Some(standing) = sessions::find(&*write, &claims.sid).await? else { return Ok(None) };
    if standing.user.id != claims.sub || !standing.holds(claims.ver, claims.turn, now) {
        return Ok(None);
    }
    let Standing { session, user } = standing;
    let session = if claims.turn == session.turn { sessions::turn(&*write, session, now).await? } else { session };
    write.commit().await?;
    Ok(Some(app.keys.issue(&user, &session, Some(claims.exp), now)))
}
