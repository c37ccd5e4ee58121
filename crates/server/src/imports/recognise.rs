//! What Modrinth and `CurseForge` know of the files in a pack that tells nothing of where they come from.

use kleister_store::Caller;

use super::Held;
use crate::App;
use crate::intake;
use crate::problem::Problem;

/// Asks once about all mods whose bytes are here and of which the pack names no source. Why somebody was not asked is
/// noted; nothing else depends on it.
pub(super) async fn ask(app: &App, caller: &Caller, held: &mut Held) -> Result<(), Problem> {
    let (mut blobs, mut places) = (Vec::new(), Vec::new());
    for piece in held.pieces.iter_mut().filter(|piece| piece.found.sources.is_empty()) {
        if let Some(bytes) = &mut piece.bytes {
            blobs.push(&mut bytes.blob);
            places.push(&mut bytes.recognition);
        }
    }
    let said = intake::ask(app, caller, &mut blobs).await?;
    let not_asked = said.first().map(intake::Recognition::not_asked).unwrap_or_default();
    for (place, recognition) in places.into_iter().zip(said) {
        *place = recognition;
    }
    held.notes.extend(not_asked.into_iter().map(|why| ("recognition".to_owned(), why)));
    Ok(())
}
