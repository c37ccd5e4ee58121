//! What a build wears when it travels: what it runs on, the channels that point to it, what replaces it. Read with the
//! build itself, in the same query.

use std::collections::HashMap;

use kleister_types::Timestamp;
use kleister_types::builds::{Build, State};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iden, Iterable, JoinType, QueryFilter,
    QueryResult, QueryTrait, TryGetError,
};

use crate::channels::{LATEST, RECOMMENDED};
use crate::rows::{build, loader};
use crate::{Error, Result, loaders};

/// The tables that are joined, as they are called in a query, and what their columns are called in its result.
const MINECRAFT: (&str, &str) = ("on_minecraft", "on_minecraft_");
const LOADER: (&str, &str) = ("on_loader", "on_loader_");
const REPLACEMENT: &str = "replacement";

/// What a build runs on, which channels point to it and what replaces it.
#[derive(Clone, Debug)]
pub struct Outfit {
    minecraft: Option<loader::Model>,
    loader: Option<loader::Model>,
    latest: bool,
    recommended: bool,
    /// The name of the build to take instead of a withdrawn one.
    replacement: Option<String>,
}

/// A build with its outfit.
#[derive(Clone, Debug)]
pub struct Dressed {
    /// The build.
    pub build: build::Model,
    /// What it wears.
    pub outfit: Outfit,
}

impl Dressed {
    /// Takes away what replaces it.
    pub(crate) fn forget_replacement(&mut self) {
        self.outfit.replacement = None;
    }
}

/// Adds to a query for builds what they wear.
pub(crate) fn with_outfits<S: QueryTrait<QueryStatement = SelectStatement>>(mut builds: S) -> S {
    let query = builds.query();
    for ((table, prefix), column) in [(MINECRAFT, "minecraft_id"), (LOADER, "loader_id")] {
        join(query, "loaders", table, column);
        for column in loader::Column::iter() {
            let column = column.unquoted().to_owned();
            query.expr_as(Expr::col((table, column.clone())), format!("{prefix}{column}"));
        }
    }
    join(query, "builds", REPLACEMENT, "yank_replacement_id");
    query.expr_as(Expr::col((REPLACEMENT, "name")), "replacement_name");
    query.expr_as(Expr::col((REPLACEMENT, "public")), "replacement_public");
    query.expr_as(is_pointed_to(LATEST), "is_latest").expr_as(is_pointed_to(RECOMMENDED), "is_recommended");
    builds
}

/// Joins the row of a table that a column of the build names, if there is one.
fn join(query: &mut SelectStatement, table: &'static str, alias: &'static str, column: &'static str) {
    query.join_as(JoinType::LeftJoin, table, alias, Expr::col((alias, "id")).equals(("builds", column)));
}

/// Whether the channel of this name points to the build.
fn is_pointed_to(channel: &str) -> Expr {
    let pointing = Query::select()
        .expr(Expr::value(1))
        .from("channels")
        .and_where(Expr::col(("channels", "pack_id")).equals(("builds", "pack_id")))
        .and_where(Expr::col(("channels", "name")).eq(channel))
        .and_where(Expr::col(("channels", "build_id")).equals(("builds", "id")))
        .to_owned();
    Expr::exists(pointing)
}

/// Adds to builds what they wear, in one query.
pub async fn dress(db: &impl ConnectionTrait, builds: Vec<build::Model>) -> Result<Vec<Dressed>> {
    if builds.is_empty() {
        return Ok(Vec::new());
    }
    let these = build::Entity::find().filter(build::Column::Id.is_in(builds.iter().map(|build| &*build.id)));
    let found = with_outfits(these).into_model::<Dressed>().all(db).await?;
    let mut outfits: HashMap<_, _> = found.into_iter().map(|dressed| (dressed.build.id, dressed.outfit)).collect();
    let dress = |build: build::Model| Some(Dressed { outfit: outfits.remove(&build.id)?, build });
    Ok(builds.into_iter().filter_map(dress).collect())
}

/// Adds to one build what it wears.
pub async fn dress_one(db: &impl ConnectionTrait, build: build::Model) -> Result<Dressed> {
    let mut dressed = dress(db, vec![build]).await?;
    dressed.pop().ok_or(Error::Missing("build"))
}

impl FromQueryResult for Dressed {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self::from_query_result_nullable(result, prefix)?)
    }

    fn from_query_result_nullable(result: &QueryResult, prefix: &str) -> Result<Self, TryGetError> {
        let build = build::Model::from_query_result_nullable(result, prefix)?;
        let replacement: Option<String> = result.try_get("", "replacement_name")?;
        // Whoever sees a public build may be nobody's member: he is told of no replacement that is not public any more.
        let is_shown = result.try_get::<Option<bool>>("", "replacement_public")? == Some(true) || !build.public;
        let outfit = Outfit {
            minecraft: loader::Model::from_query_result_optional(result, MINECRAFT.1)?,
            loader: loader::Model::from_query_result_optional(result, LOADER.1)?,
            latest: result.try_get("", "is_latest")?,
            recommended: result.try_get("", "is_recommended")?,
            replacement: replacement.filter(|_| is_shown),
        };
        Ok(Self { build, outfit })
    }
}

impl From<Dressed> for Build {
    fn from(dressed: Dressed) -> Self {
        let Dressed { build, outfit: Outfit { minecraft, loader, latest, recommended, replacement } } = dressed;
        let of = |kind: loaders::Kind| loader.clone().filter(|loader| loader.kind == kind.as_str());
        let [forge, neoforge, quilt, fabric] = loaders::Kind::LOADERS.map(of);
        let id = |loader: &Option<loader::Model>| loader.as_ref().map(|loader| loader.id.clone());
        Self {
            id: build.id,
            name: build.name,
            pack: None,
            minecraft_id: id(&minecraft),
            minecraft: minecraft.map(Into::into),
            forge_id: id(&forge),
            forge: forge.map(Into::into),
            neoforge_id: id(&neoforge),
            neoforge: neoforge.map(Into::into),
            quilt_id: id(&quilt),
            quilt: quilt.map(Into::into),
            fabric_id: id(&fabric),
            fabric: fabric.map(Into::into),
            java: build.java,
            memory: build.memory_maximum.map(|memory| memory.to_string()),
            latest,
            recommended,
            public: build.public,
            state: State::from_word(&build.state),
            published: build.state != State::Draft.as_str(),
            reason: build.yank_reason,
            replacement,
            changelog: build.changelog,
            published_at: build.published_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(build.created_at),
            updated_at: Timestamp::from_millis(build.updated_at),
        }
    }
}
