//! What upstream lists becomes what this server knows: identifiers stay, nothing is deleted.

use std::collections::{BTreeSet, HashMap, HashSet};

use kleister_types::Timestamp;
use kleister_types::loaders::Search;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Kind, list, sort_key};
use crate::rows::{loader, loader_minecraft};
use crate::{Result, names};

/// The releases of Minecraft known when this program was built, oldest first, a name a line.
const MINECRAFT_RELEASES: &str = include_str!("minecraft.txt");
/// How many rows are written by one statement.
const ROWS: usize = 500;

/// A release as upstream lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// When it was released, where upstream says so.
    pub released_at: Option<Timestamp>,
    /// The one release of Minecraft that it is made for, where it is made for one.
    pub minecraft: Option<String>,
    /// The releases of Minecraft that it runs on, where upstream says so.
    pub runs_on: BTreeSet<String>,
}

/// Makes the releases of one kind what upstream lists: adds what is new, marks what is gone, takes back a mark where
/// something has come back. A handful of statements, however long the list.
pub async fn sync(db: &impl ConnectionTrait, kind: Kind, listed: Vec<Listed>, now: Timestamp) -> Result<()> {
    wait_for_turn(db).await?;
    let known = loader::Entity::find().filter(loader::Column::Kind.eq(kind.as_str())).all(db).await?;
    let mut known: HashMap<String, loader::Model> = known.into_iter().map(|row| (row.name.clone(), row)).collect();
    let (mut written, mut running, mut seen) = (Vec::new(), HashMap::new(), HashSet::new());
    // A name that looks like an identifier could not be asked for, and one that comes twice is one release.
    for release in listed.into_iter().filter(|it| !names::is_id(&it.name) && seen.insert(it.name.clone())) {
        let former = known.remove(&release.name);
        let row = merged(former.as_ref(), kind, &release, now);
        running.insert(row.id.clone(), release.runs_on);
        if former.as_ref() != Some(&row) {
            written.push(loader::Model { updated_at: now.as_millis(), ..row });
        }
    }
    let gone = known.into_values().filter(|row| row.gone_at.is_none());
    written.extend(gone.map(|row| loader::Model {
        gone_at: Some(now.as_millis()),
        updated_at: now.as_millis(),
        ..row
    }));
    write(db, written).await?;
    run_on(db, kind, running).await
}

/// Lets one sync after the other pass: each locks the row that is there on every server, the oldest Minecraft.
async fn wait_for_turn(db: &impl ConnectionTrait) -> Result<()> {
    let oldest = loader::Entity::find().filter(loader::Column::Kind.eq(Kind::Minecraft.as_str()));
    oldest.order_by_asc(loader::Column::Id).lock_exclusive().one(db).await?;
    Ok(())
}

/// A release as it is to be stored: the row that is there, with what upstream says now.
fn merged(former: Option<&loader::Model>, kind: Kind, release: &Listed, now: Timestamp) -> loader::Model {
    let former = former.cloned().unwrap_or_else(|| blank(kind, &release.name, now));
    let released_at = release.released_at.map(Timestamp::as_millis).or(former.released_at);
    let sort_key = sort_key(&release.name);
    loader::Model { released_at, sort_key, minecraft: release.minecraft.clone(), gone_at: None, ..former }
}

fn blank(kind: Kind, name: &str, now: Timestamp) -> loader::Model {
    loader::Model {
        id: names::new_id(),
        kind: kind.as_str().to_owned(),
        name: name.to_owned(),
        sort_key: sort_key(name),
        minecraft: None,
        released_at: None,
        gone_at: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}

/// Adds the rows that are new and writes over those that are there.
async fn write(db: &impl ConnectionTrait, rows: Vec<loader::Model>) -> Result<()> {
    use loader::Column::{GoneAt, Id, Minecraft, ReleasedAt, SortKey, UpdatedAt};
    let over = OnConflict::column(Id).update_columns([SortKey, Minecraft, ReleasedAt, GoneAt, UpdatedAt]).to_owned();
    for rows in rows.chunks(ROWS) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        Insert::many(rows).on_conflict(over.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Stores what each release runs on, where that is another than before. What is gone keeps what was known of it.
async fn run_on(db: &impl ConnectionTrait, kind: Kind, wanted: HashMap<String, BTreeSet<String>>) -> Result<()> {
    let mut of_kind = Query::select();
    of_kind.column(loader::Column::Id).from(loader::Entity).and_where(loader::Column::Kind.eq(kind.as_str()));
    let known = loader_minecraft::Entity::find().filter(loader_minecraft::Column::LoaderId.in_subquery(of_kind));
    let mut former: HashMap<String, BTreeSet<String>> = HashMap::new();
    for pair in known.all(db).await? {
        former.entry(pair.loader_id).or_default().insert(pair.minecraft);
    }
    let mut added = Vec::new();
    let mut stale = HashSet::new();
    for (loader_id, mut games) in wanted {
        if let Some(before) = former.remove(&loader_id) {
            if before.is_subset(&games) {
                games.retain(|game| !before.contains(game));
            } else {
                stale.insert(loader_id.clone());
            }
        }
        let pair = |minecraft| loader_minecraft::Model { loader_id: loader_id.clone(), minecraft };
        added.extend(games.into_iter().map(pair));
    }
    let stale: Vec<String> = stale.into_iter().collect();
    for ids in stale.chunks(ROWS) {
        let pairs = loader_minecraft::Entity::delete_many();
        pairs.filter(loader_minecraft::Column::LoaderId.is_in(ids)).exec(db).await?;
    }
    for pairs in added.chunks(ROWS) {
        let pairs = pairs.iter().cloned().map(IntoActiveModel::into_active_model);
        Insert::many(pairs).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Adds the releases of Minecraft known when this program was built that the database does not know.
pub async fn seed_minecraft(db: &impl ConnectionTrait, now: Timestamp) -> Result<()> {
    let known = list(db, Kind::Minecraft, &Search::default()).await?;
    let new = MINECRAFT_RELEASES.lines().filter(|name| known.iter().all(|row| row.name != *name));
    write(db, new.map(|name| blank(Kind::Minecraft, name, now)).collect()).await
}
