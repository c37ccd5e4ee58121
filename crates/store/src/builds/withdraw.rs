//! Withdrawing a published build: it leaves lists and channels, but those who point at it still get it.

use std::collections::HashMap;

use kleister_types::builds::{BuildChange, State};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::rows::build;
use crate::rules::{Rules, edit, given};
use crate::{Error, Result};

/// Writes into a row whether it is withdrawn, why, and what is to be taken instead.
pub(super) async fn apply(
    db: &impl ConnectionTrait,
    row: &mut build::Model,
    wanted: &BuildChange,
    rules: &mut Rules,
) -> Result<()> {
    match (State::from_word(&row.state), wanted.yanked) {
        (State::Draft, Some(true)) => {
            let why = format!("build `{}` is a draft, which nobody has; delete it instead", row.name);
            return Err(Error::Conflict(why));
        }
        (State::Published, Some(true)) => State::Yanked.as_str().clone_into(&mut row.state),
        (State::Yanked, Some(false)) => take_back(row),
        _ => {}
    }
    if row.state != State::Yanked.as_str() {
        let hint = "only a withdrawn build has one; send `yanked: true` too";
        rules.check("reason", given(wanted.reason.as_ref()).map(|_| hint));
        rules.check("replacement", given(wanted.replacement.as_ref()).map(|_| hint));
        return Ok(());
    }
    rules.at_most("reason", wanted.reason.as_ref(), 1024);
    edit(&mut row.yank_reason, wanted.reason.as_ref());
    if let Some(key) = &wanted.replacement {
        row.yank_replacement_id = replacement(db, row, key, rules).await?;
    }
    Ok(())
}

fn take_back(row: &mut build::Model) {
    State::Published.as_str().clone_into(&mut row.state);
    row.yank_reason = None;
    row.yank_replacement_id = None;
}

/// The published build of the same pack that is to be taken instead.
async fn replacement(
    db: &impl ConnectionTrait,
    row: &build::Model,
    key: &str,
    rules: &mut Rules,
) -> Result<Option<String>> {
    if key.is_empty() {
        return Ok(None);
    }
    let found = super::in_pack(db, &row.pack_id, key).await?;
    let found = found.filter(|found| found.state == State::Published.as_str() && found.id != row.id);
    rules.check("replacement", found.is_none().then_some("is not another published build of this pack"));
    Ok(found.map(|found| found.id))
}

/// The names of the builds that replace others, by the identifiers of those; no query where none is replaced.
///
/// Whoever sees a public build may be nobody's member: he is told of no replacement that is not public any more.
pub(super) async fn replacements(
    db: &impl ConnectionTrait,
    builds: &[build::Model],
) -> Result<HashMap<String, String>> {
    let ids: Vec<&str> = builds.iter().filter_map(|build| build.yank_replacement_id.as_deref()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = build::Entity::find().filter(build::Column::Id.is_in(ids)).all(db).await?;
    let found: HashMap<String, build::Model> = found.into_iter().map(|build| (build.id.clone(), build)).collect();
    let named = builds.iter().filter_map(|build| {
        let replacement = found.get(build.yank_replacement_id.as_deref()?)?;
        let shown = replacement.public || !build.public;
        shown.then(|| (build.id.clone(), replacement.name.clone()))
    });
    Ok(named.collect())
}
