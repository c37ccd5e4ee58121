//! One try to sign in with a username and a password, whichever way they came.

use kleister_store::rows::user;
use kleister_store::users;

use super::network::Network;
use super::throttle::Account;
use crate::App;
use crate::problem::Problem;

/// The user with this name and password, if he may sign in: wrong password, unknown, inactive and without a password
/// are the same, after the same work. Too many failures before, and nothing is looked at.
pub async fn verify(
    app: &App,
    network: Network,
    username: &str,
    password: String,
) -> Result<Option<user::Model>, Problem> {
    let account = Account::named(username);
    app.throttle.permit(network, &account, app.clock.now())?;
    let (app, username) = (app.clone(), username.to_owned());
    // In a task of its own: whoever hangs up is counted nevertheless.
    let attempt = tokio::spawn(async move { count(&app, network, &account, &username, password).await });
    attempt.await.map_err(|_| super::password::Busy)?
}

/// Tries once and counts how it went.
///
/// Between asking and counting a thread is held, so that at most as many tries as there are threads are judged by the
/// same count, however many were sent at once.
async fn count(
    app: &App,
    network: Network,
    account: &Account,
    username: &str,
    password: String,
) -> Result<Option<user::Model>, Problem> {
    let turn = app.passwords.turn().await?;
    app.throttle.permit(network, account, app.clock.now())?;
    let user = users::find_by_name(&app.db.read().await?, username).await?.filter(|user| user.active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let verified = turn.verify(password.clone(), hash).await?;
    let Some(user) = user.filter(|_| verified) else {
        app.throttle.fail(network, account, app.clock.now());
        return Ok(None);
    };
    app.throttle.succeed(network, account, app.clock.now());
    match &user.password_hash {
        Some(former) if app.passwords.is_outdated(former) => {
            let hash = turn.hash(password).await?;
            Ok(Some(rehashed(app, user, hash).await))
        }
        _ => Ok(Some(user)),
    }
}

/// The user with his password hashed anew, unless the password was changed meanwhile. That it cannot be stored is no
/// reason to keep him out.
async fn rehashed(app: &App, mut user: user::Model, hash: String) -> user::Model {
    let former = user.password_hash.take().unwrap_or_default();
    let stored = async {
        let write = app.db.write().await?;
        let stored = users::rehash(&*write, &user.id, &former, &hash).await?;
        write.commit().await?;
        Ok::<_, kleister_store::Error>(stored)
    };
    match stored.await {
        Ok(true) => user.password_hash = Some(hash),
        Ok(false) => user.password_hash = Some(former),
        Err(error) => {
            tracing::warn!(%error, "cannot store a password hashed anew");
            user.password_hash = Some(former);
        }
    }
    user
}
