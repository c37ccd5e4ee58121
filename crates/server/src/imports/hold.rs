//! Bytes first: what is inside is kept, what is known is found, what is to be mirrored is fetched.

use std::collections::HashMap;

use futures::{StreamExt, stream};
use kleister_files::Blob;
use kleister_formats::import::{Found, Place};
use kleister_store::Caller;
use kleister_store::arrivals::{self, Plan};
use kleister_store::imports::{Told, known_files};
use kleister_store::rows::blob;

use super::gather::Gathered;
use super::read::Unread;
use super::unpack::{Wanted, unpack};
use super::{Held, ImportPack, Target, address, arrivals as arriving, curseforge, game, icon, piece_at, read};
use crate::api::upload::row;
use crate::jobs::Running;
use crate::outbound::{Errand, Expected};
use crate::problem::Problem;
use crate::{App, uploads};

/// How many files are fetched at the same time; the user's places bound what is fetched further.
const AT_ONCE: usize = 8;

/// Gets every byte that is to be here. What cannot be had stays where it is, or is left out, with the reason.
pub(super) async fn hold(
    app: &App,
    caller: &Caller,
    gathered: Gathered,
    task: &ImportPack,
    running: &Running,
) -> Result<Held, Problem> {
    let Gathered { mut import, archive, title } = gathered;
    let mut notes = curseforge::fill_in(app, caller, &mut import).await?;
    let files = std::mem::take(&mut import.files);
    let wanted = files.iter().enumerate().filter_map(|(number, found)| match found.place {
        Place::Inside(entry) => Some(Wanted { entry, number, size: found.size.unwrap_or(0) }),
        _ => None,
    });
    let wanted: Vec<Wanted> = wanted.collect();
    uploads::check_room(app, caller, wanted.iter().map(|wanted| wanted.size).sum()).await?;
    let mut icon = None;
    let kept = match archive {
        Some(mut archive) => {
            if let (Some(entry), Target::New { .. }) = (import.icon, &task.target) {
                let taken;
                (archive, taken) = icon::take(app, archive, entry).await?;
                icon = taken.map_err(|why| notes.push(("icon".to_owned(), format!("It was not taken: {why}.")))).ok();
            }
            let progress = |done, total| running.progress("unpacking", done, total);
            unpack(app, archive, wanted, "import", progress).await?
        }
        None => Vec::new(),
    };
    let mut kept: HashMap<usize, Blob> = kept.into_iter().collect();
    check_hashes(&files, &kept)?;

    let mut held = Held { import, title, icon, pieces: Vec::new(), own: Vec::new(), notes };
    let (mut away, mut pieces) = (Vec::new(), Vec::new());
    for (number, found) in files.into_iter().enumerate() {
        let blob = kept.remove(&number).map(|blob| row(blob, caller, app.clock.now()));
        match (piece_at(found.path.as_str()), blob) {
            (Some(kind), blob) => pieces.push((found, kind, blob)),
            (None, Some(blob)) => held.own.push((found, blob)),
            (None, None) => away.push(found),
        }
    }
    fetch_own(app, caller, away, &mut held).await?;
    if task.mirror {
        fetch_pieces(app, caller, &mut pieces, &mut held, running).await?;
    }
    read::read(app, caller, pieces, &mut held).await?;
    game::leave_out(app, &mut held).await?;
    Ok(held)
}

/// Refuses a pack with a file that is not what its own index says.
fn check_hashes(files: &[Found], kept: &HashMap<usize, Blob>) -> Result<(), Problem> {
    let wrong = files.iter().enumerate().find(|(number, found)| {
        let inside = super::is_inside(found).then(|| kept.get(number)).flatten();
        inside.is_some_and(|blob| !expected(found).fits(blob))
    });
    match wrong {
        Some((_, found)) => {
            let why =
                format!("hash mismatch: `{}` is not what the pack's index says of it; refresh the index", found.path);
            Err(Problem::invalid("import", "file", why))
        }
        None => Ok(()),
    }
}

/// What the source says of a file's bytes.
fn expected(found: &Found) -> Expected {
    let hashes = found.hashes.clone();
    Expected { size: found.size, md5: hashes.md5, sha1: hashes.sha1, sha256: hashes.sha256, sha512: hashes.sha512 }
}

/// Finds or fetches the build's own files that the pack only points to: without bytes there is no such file.
async fn fetch_own(app: &App, caller: &Caller, away: Vec<Found>, held: &mut Held) -> Result<(), Problem> {
    let asked: Vec<Told> = away.iter().filter_map(told).collect();
    let known = known_files(&app.db.read().await?, caller, &asked).await?;
    let errand = address::errand(app, caller)?;
    let (known, outbound) = (&known, &errand);
    let fetched = away.into_iter().map(|found| async move {
        let known = told(&found).and_then(|told| known.iter().find(|blob| told.is(blob)));
        let blob = match known {
            Some(blob) => Ok(blob.clone()),
            None => fetch(app, caller, outbound, &found).await,
        };
        (found, blob)
    });
    let fetched: Vec<(Found, Result<blob::Model, String>)> = stream::iter(fetched).buffered(AT_ONCE).collect().await;
    for (found, blob) in fetched {
        match blob {
            Ok(blob) => held.own.push((found, blob)),
            Err(why) => {
                let why = format!("The pack only points to it, and it could not be fetched: {why}.");
                held.import.left_out.push(kleister_formats::import::LeftOut::new(found.path.as_str(), why));
            }
        }
    }
    Ok(())
}

/// The strongest hash that a source tells.
fn told(found: &Found) -> Option<Told> {
    let hashes = &found.hashes;
    let sha512 = hashes.sha512.clone().map(Told::Sha512);
    sha512.or_else(|| hashes.sha256.clone().map(Told::Sha256)).or_else(|| hashes.sha1.clone().map(Told::Sha1))
}

/// Fetches the mods that are only pointed to, but for those whose bytes are here.
async fn fetch_pieces(
    app: &App,
    caller: &Caller,
    pieces: &mut [Unread],
    held: &mut Held,
    running: &Running,
) -> Result<(), Problem> {
    let away: Vec<usize> = (0..pieces.len()).filter(|number| pieces[*number].2.is_none()).collect();
    let asked: Vec<_> =
        away.iter().map(|number| arriving::elsewhere(&pieces[*number].0, pieces[*number].1, &[])).collect();
    let plans = arrivals::plan(&app.db.read().await?, caller, &asked).await?;
    let missing = away.into_iter().zip(&plans).filter(|(_, plan)| !is_here(plan));
    let missing: Vec<(usize, Found)> = missing.map(|(number, _)| (number, pieces[number].0.clone())).collect();
    let (errand, total, mut done) = (address::errand(app, caller)?, missing.len() as u64, 0);
    let outbound = &errand;
    let fetched =
        missing.into_iter().map(|(number, found)| async move { (number, fetch(app, caller, outbound, &found).await) });
    let mut fetched = stream::iter(fetched).buffer_unordered(AT_ONCE);
    while let Some((number, result)) = fetched.next().await {
        done += 1;
        running.progress("fetching", done, total);
        let (found, _, blob) = &mut pieces[number];
        match result {
            Ok(row) => *blob = Some(row),
            Err(why) => {
                held.notes.push((found.path.to_string(), format!("It was not fetched and stays linked: {why}.")));
            }
        }
    }
    Ok(())
}

/// Whether the bytes that are planned for are here.
fn is_here(plan: &kleister_store::Result<Plan>) -> bool {
    matches!(plan, Ok(Plan::Known { file, .. }) if file.blob.is_some())
}

/// Fetches a file from the first of its addresses that has it.
async fn fetch(app: &App, caller: &Caller, errand: &Errand, found: &Found) -> Result<blob::Model, String> {
    let Place::At(addresses) = &found.place else { return Err("nothing tells its address".to_owned()) };
    let mut why = "nothing tells its address".to_owned();
    for address in addresses {
        match errand.fetch(&app.files, address, &expected(found), app.config.upload.limit).await {
            Ok(blob) => return Ok(row(blob, caller, app.clock.now())),
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}
