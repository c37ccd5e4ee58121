//! Reading the mods of a pack: what the intake refuses does not come in by a pack either.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use kleister_formats::archive::Rule;
use kleister_formats::import::{Found, LeftOut};
use kleister_store::Caller;
use kleister_store::arrivals::{Arrival, Plan, plan};
use kleister_store::rows::blob;
use kleister_types::mods::Kind;

use super::arrivals::arrival;
use super::{Bytes, Held, Piece};
use crate::App;
use crate::intake::Recognition;
use crate::jars::{ARCHIVES, Reading, read_new};
use crate::problem::Problem;

/// How many files are read at the same time.
const AT_ONCE: usize = 8;

/// A mod of the pack, with its bytes if they are here.
pub(super) type Unread = (Found, Kind, Option<blob::Model>);

/// Reads what the mods that are here say about themselves. An archive that readers could see differently, or that could hurt
/// a machine, is left out with the reason, unless the caller has just these bytes as a version already. A file that is no
/// archive at all tells nothing, and is taken as that.
pub(super) async fn read(app: &App, caller: &Caller, pieces: Vec<Unread>, held: &mut Held) -> Result<(), Problem> {
    let read = pieces.into_iter().map(|piece| read_one(app, piece));
    let read: Vec<(Piece, Option<Arc<str>>)> = stream::iter(read).buffered(AT_ONCE).try_collect().await?;
    let known = known(app, caller, &read).await?;
    for (number, (piece, refusal)) in read.into_iter().enumerate() {
        match refusal.filter(|_| !known.contains(&number)) {
            Some(refusal) => held.import.left_out.push(LeftOut::new(piece.found.path.as_str(), &*refusal)),
            None => held.pieces.push(piece),
        }
    }
    Ok(())
}

/// Reads one of them; beside it is why it is not taken.
async fn read_one(app: &App, (found, kind, blob): Unread) -> Result<(Piece, Option<Arc<str>>), Problem> {
    let Some(blob) = blob else { return Ok((Piece { found, kind, bytes: None }, None)) };
    let (reading, description) = read_new(app, &blob).await?;
    let (jar, refusal) = match reading {
        Reading::Read(jar) => (Some(jar), None),
        Reading::Refused(refusal) => (None, Some(refusal).filter(|refusal| !is_no_archive(&blob, refusal))),
    };
    let bytes = Some(Bytes { blob, jar, description, recognition: Recognition::default() });
    Ok((Piece { found, kind, bytes }, refusal))
}

/// Whether a file was refused for nothing worse than that it is something else than an archive, by its beginning too.
fn is_no_archive(blob: &blob::Model, refusal: &str) -> bool {
    refusal.starts_with(Rule::NoArchive.says()) && !ARCHIVES.contains(&blob.content_type.as_str())
}

/// Which of the refused ones the caller has as a version already: somebody has brought it on purpose.
async fn known(app: &App, caller: &Caller, read: &[(Piece, Option<Arc<str>>)]) -> Result<HashSet<usize>, Problem> {
    let refused = read.iter().enumerate().filter(|(_, (_, refusal))| refusal.is_some());
    let refused: Vec<(usize, Arrival)> = refused.map(|(number, (piece, _))| (number, arrival(piece, &[]))).collect();
    if refused.is_empty() {
        return Ok(HashSet::new());
    }
    let (numbers, arrivals): (Vec<usize>, Vec<Arrival>) = refused.into_iter().unzip();
    let plans = plan(&app.db.read().await?, caller, &arrivals).await?;
    let known = numbers.into_iter().zip(plans).filter(|(_, plan)| matches!(plan, Ok(Plan::Known { .. })));
    Ok(known.map(|(number, _)| number).collect())
}
