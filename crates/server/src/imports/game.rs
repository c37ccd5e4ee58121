//! Minecraft itself in a pack: some tools put it there, and nobody but Mojang may hand it out.

use std::collections::HashSet;

use futures::{StreamExt, TryStreamExt, stream};
use kleister_formats::import::LeftOut;

use super::Held;
use crate::App;
use crate::jars;
use crate::problem::Problem;

/// How many files are read at the same time.
const AT_ONCE: usize = 4;

/// Leaves out what is Minecraft itself, as a mod or as a file of the build.
pub(super) async fn leave_out(app: &App, held: &mut Held) -> Result<(), Problem> {
    let blobs: Vec<_> = held.own.iter().map(|(_, blob)| blob.clone()).collect();
    let read = blobs
        .into_iter()
        .map(|blob| async move { Ok::<_, Problem>(jars::is_game(app, &blob).await?.then_some(blob.sha256)) });
    let read: Vec<_> = stream::iter(read).buffer_unordered(AT_ONCE).try_collect().await?;
    let games: HashSet<String> = read.into_iter().flatten().collect();
    let mut left = Vec::new();
    held.own.retain(|(found, blob)| {
        let is_game = games.contains(&blob.sha256);
        left.extend(is_game.then(|| found.path.to_string()));
        !is_game
    });
    held.pieces.retain(|piece| {
        let is_game = piece.bytes.as_ref().and_then(|bytes| bytes.jar.as_ref()).is_some_and(|jar| jar.game);
        left.extend(is_game.then(|| piece.found.path.to_string()));
        !is_game
    });
    held.import.left_out.extend(left.iter().map(|path| LeftOut::new(path, format!("It {}.", jars::GAME))));
    Ok(())
}
