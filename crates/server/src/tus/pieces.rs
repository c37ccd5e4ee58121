//! Pieces of files on their way in: written behind those before, noted once they are durable, and made a file of the
//! intake when there are no more.

use axum::body::Body;
use futures::StreamExt;
use kleister_files::Partial;
use kleister_store::rows::upload;
use kleister_store::{Caller, Error, uploads};
use tokio::time::Instant;

use super::{Beginning, Piece, Refusal, Turn, recognises};
use crate::App;
use crate::intake;
use crate::problem::Problem;
use crate::uploads::check_room;

/// After how many bytes of one piece it is noted how far the upload is: that is how much a crash can cost.
const NOTED: u64 = 64 << 20;

/// Begins an upload, and takes in the piece that came with it.
pub async fn begin(app: &App, caller: &Caller, beginning: Beginning, body: Body) -> Result<upload::Model, Problem> {
    let Beginning { name, size, metadata, piece } = beginning;
    if piece.as_ref().and_then(|piece| piece.size).is_some_and(|piece| piece > size) {
        return Err(too_many(size));
    }
    check_room(app, caller, size).await?;
    let (write, now) = (app.db.write().await?, app.clock.now());
    let most = app.config.upload.unfinished;
    if uploads::unfinished(&*write, caller).await? >= most {
        let why = format!(
            "{most} of your uploads are not finished, which is the most (`upload.unfinished`); finish one, or end it by DELETE"
        );
        return Err(Error::Conflict(why).into());
    }
    let row = uploads::create(&*write, caller, (name, size, metadata), now).await?;
    app.files.begin_partial(&row.id, size).await?;
    write.commit_addition().await?;
    if piece.is_none() && size > 0 {
        return Ok(row);
    }
    let piece = piece.unwrap_or(Piece { offset: 0, size: Some(0), checksum: None });
    go_on(app, caller, &row.id.clone(), piece, body).await
}

/// Takes in a piece. Once begun it goes on even if the connection of the client breaks, so that what has come counts.
pub async fn go_on(app: &App, caller: &Caller, id: &str, piece: Piece, body: Body) -> Result<upload::Model, Problem> {
    let turn = turn(app, caller, id).await?;
    let row = uploads::open(&app.db.read().await?, caller, id, app.clock.now()).await?;
    let (received, size) = (unsigned(row.received), unsigned(row.size));
    if piece.offset != received {
        return Err(Refusal::Offset { sent: piece.offset, received }.into());
    }
    if piece.size.is_some_and(|piece| piece > size - received) {
        return Err(too_many(size));
    }
    if row.intake_id.is_some() {
        return Ok(row);
    }
    let place = app.uploads.begin(&caller.signed_in()?.id)?;
    let (app, caller) = (app.clone(), caller.clone());
    let received = tokio::spawn(async move {
        let received = receive(&app, &caller, row, piece, (&turn, body)).await;
        drop((turn, place));
        received
    });
    received.await.map_err(kleister_files::Error::from)?
}

/// Ends an upload; what has come of it is dropped.
pub async fn end(app: &App, caller: &Caller, id: &str) -> Result<(), Problem> {
    let _turn = turn(app, caller, id).await?;
    let write = app.db.write().await?;
    uploads::open(&*write, caller, id, app.clock.now()).await?;
    uploads::delete(&*write, id).await?;
    write.commit_addition().await?;
    Ok(app.files.drop_partial(id).await?)
}

/// The turn with an upload of the caller's.
async fn turn(app: &App, caller: &Caller, id: &str) -> Result<Turn, Problem> {
    // Nobody stops the upload of another.
    uploads::open(&app.db.read().await?, caller, id, app.clock.now()).await?;
    Ok(app.turns.take(id).await?)
}

/// Writes a piece behind those before it, and notes how far the upload is, also where the piece breaks off.
async fn receive(
    app: &App,
    caller: &Caller,
    mut row: upload::Model,
    piece: Piece,
    (turn, body): (&Turn, Body),
) -> Result<upload::Model, Problem> {
    let algorithm = piece.checksum.as_ref().map(|(algorithm, _)| *algorithm);
    let mut partial = app.files.open_partial(&row.id, unsigned(row.received), algorithm).await?;
    let poured = pour(app, &mut row, &mut partial, algorithm.is_none(), (turn, body)).await;
    if let Some((_, wanted)) = &piece.checksum {
        // Nothing of a piece counts before all of it does.
        poured?;
        if partial.checksum().await?.as_ref() != Some(wanted) {
            return Err(Refusal::Checksum.into());
        }
        keep(app, caller, &mut row, &mut partial).await?;
    } else {
        keep(app, caller, &mut row, &mut partial).await?;
        poured?;
    }
    Ok(row)
}

/// Writes what comes of a piece to the file, which takes no more bytes than it was said to have.
async fn pour(
    app: &App,
    row: &mut upload::Model,
    partial: &mut Partial,
    counts: bool,
    (turn, body): (&Turn, Body),
) -> Result<(), Problem> {
    let (mut bytes, size) = (body.into_data_stream(), unsigned(row.size));
    loop {
        let chunk = tokio::select! {
            () = turn.stop.cancelled() => return Err(Refusal::Taken.into()),
            chunk = bytes.next() => chunk,
        };
        let Some(chunk) = chunk else { return Ok(()) };
        let chunk = chunk.map_err(|error| Problem::broken_off(&error))?;
        let length = partial.length() + chunk.len() as u64;
        if length > size {
            return Err(too_many(size));
        }
        partial.write(chunk).await?;
        if counts && length < size && length - unsigned(row.received) >= NOTED {
            let durable = partial.sync().await?;
            note(app, row, durable).await?;
        }
    }
}

/// Makes durable what has come, and a file of the intake once that is all.
async fn keep(app: &App, caller: &Caller, row: &mut upload::Model, partial: &mut Partial) -> Result<(), Problem> {
    let (durable, size) = (partial.sync().await?, unsigned(row.size));
    if durable < size {
        return note(app, row, durable).await;
    }
    let finished = finish(app, caller, row).await;
    if finished.is_err() {
        // The last byte counts only together with what becomes of the file, so that the client tries again.
        note(app, row, size.saturating_sub(1)).await?;
    }
    finished
}

async fn note(app: &App, row: &mut upload::Model, received: u64) -> Result<(), Problem> {
    let (write, now) = (app.db.write().await?, app.clock.now());
    // One that was forgotten meanwhile does not come back.
    uploads::still_there(&*write, &row.id).await?;
    row.received = signed(received);
    row.updated_at = now.as_millis();
    uploads::update(&*write, row.clone()).await?;
    Ok(write.commit_addition().await?)
}

/// Makes a file of the intake of an upload that is complete.
async fn finish(app: &App, caller: &Caller, row: &mut upload::Model) -> Result<(), Problem> {
    let begun = Instant::now();
    let blob = app.files.finish_partial(&row.id, unsigned(row.size)).await?;
    let mut files = vec![intake::read(app, &row.name, blob).await?];
    // It was read as the upload began, so it can be read now.
    if recognises(row.metadata.as_deref().unwrap_or_default()).unwrap_or(true) {
        intake::look_up(app, caller, &mut files).await?;
    }
    let (write, now) = (app.db.write().await?, app.clock.now());
    uploads::still_there(&*write, &row.id).await?;
    let made = intake::create(&write, caller, files, now).await?.pop();
    row.intake_id = made.map(|intake| intake.id);
    row.received = row.size;
    row.updated_at = now.as_millis();
    uploads::update(&*write, row.clone()).await?;
    write.commit_addition().await?;
    tracing::debug!(size = row.size, millis = begun.elapsed().as_millis(), "an upload is complete");
    // What is not deleted now is swept later.
    app.files.drop_partial(&row.id).await.ok();
    Ok(())
}

fn too_many(size: u64) -> Problem {
    Problem::TooLarge { limit: size, advice: "`Upload-Length` said that the file has no more" }
}

fn unsigned(number: i64) -> u64 {
    number.try_into().unwrap_or(0)
}

fn signed(number: u64) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
