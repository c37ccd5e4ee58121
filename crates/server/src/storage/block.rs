//! Taking down: nobody gets the bytes from now on, nobody may bring them, and what has them is withdrawn.

use kleister_store::{Caller, storage};
use kleister_types::blobs::WithdrawnBuild;

use crate::App;
use crate::problem::Problem;

/// Takes bytes down: nobody gets them from now on, nobody may bring them, builds that have them are withdrawn. Gives
/// those builds. The bytes are deleted.
pub async fn block(app: &App, caller: &Caller, sha256: &str, reason: &str) -> Result<Vec<WithdrawnBuild>, Problem> {
    let digits = sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !digits || sha256.len() != 64 {
        return Err(Problem::invalid("block", "sha256", "must be a SHA-256 of 64 lower-case hexadecimal digits"));
    }
    if reason.trim().is_empty() || reason.chars().count() > 1024 || reason.contains('\0') {
        return Err(Problem::invalid("block", "reason", "must be given, in at most 1024 characters"));
    }
    let write = app.db.write().await?;
    let affected = storage::block(&*write, caller, (sha256, reason), app.clock.now()).await?;
    write.commit().await?;
    app.files.block(sha256, reason);
    app.files.delete(sha256).await?;
    Ok(affected)
}

/// Takes a block back. The bytes come back only by an upload of them.
pub async fn unblock(app: &App, caller: &Caller, sha256: &str) -> Result<(), Problem> {
    let write = app.db.write().await?;
    storage::unblock(&*write, caller, sha256, app.clock.now()).await?;
    write.commit().await?;
    app.files.unblock(sha256);
    Ok(())
}
