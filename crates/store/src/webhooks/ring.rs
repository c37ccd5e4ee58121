//! What happened to a build is written down for each webhook of its pack, as it is at that moment.

use kleister_types::Timestamp;
use kleister_types::webhooks::{Event, Told, ToldBuild, ToldLoader, ToldPack};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{deliveries, wants};
use crate::loaders::{self, Kind};
use crate::rows::{self, build, pack, webhook};
use crate::{Error, Result};

/// What happened to a build.
pub(crate) enum Happened<'a> {
    /// Players may have it; these channels point to it.
    Published(&'a [&'a str]),
    /// It is recommended instead of the build with this identifier, if any was.
    Recommended(Option<&'a str>),
    /// It was withdrawn.
    Yanked,
}

impl Happened<'_> {
    fn event(&self) -> Event {
        match self {
            Self::Published(_) => Event::Published,
            Self::Recommended(_) => Event::Recommended,
            Self::Yanked => Event::Yanked,
        }
    }
}

/// Writes down for the webhooks of a build's pack what happened to it, in the write in which it happens. Of a build that
/// only members see, nobody else is told.
pub(crate) async fn ring(
    db: &impl ConnectionTrait,
    happened: Happened<'_>,
    build: &build::Model,
    now: Timestamp,
) -> Result<()> {
    if !build.public {
        return Ok(());
    }
    let event = happened.event();
    let of_pack = webhook::Entity::find().filter(webhook::Column::PackId.eq(&build.pack_id));
    let mut webhooks = of_pack.filter(webhook::Column::Enabled.eq(true)).all(db).await?;
    webhooks.retain(|webhook| wants(&webhook.events, event));
    if webhooks.is_empty() {
        return Ok(());
    }
    let told = told(db, &happened, build).await?;
    for webhook in &mut webhooks {
        webhook.told += 1;
        deliveries::make_room(db, webhook).await?;
    }
    let news = webhooks.iter().map(|webhook| deliveries::waiting(webhook, event, &told, now));
    rows::insert_many(db, news.collect::<Result<_>>()?).await?;
    let ids = webhooks.iter().map(|webhook| &webhook.id);
    let counted = webhook::Entity::update_many().filter(webhook::Column::Id.is_in(ids));
    counted.col_expr(webhook::Column::Told, Expr::col(webhook::Column::Told).add(1)).exec(db).await?;
    Ok(())
}

/// Everything that a message tells but for addresses, which follow from where the server is.
async fn told(db: &impl ConnectionTrait, happened: &Happened<'_>, build: &build::Model) -> Result<Told> {
    let pack = pack::Entity::find_by_id(&build.pack_id).one(db).await?.ok_or(Error::Missing("pack"))?;
    let blank = Told { build: Some(told_build(db, build).await?), ..about(&pack) };
    Ok(match happened {
        Happened::Published(channels) => {
            Told { channels: channels.iter().map(|channel| channel.to_lowercase()).collect(), ..blank }
        }
        Happened::Recommended(former) => Told { former: name_of(db, *former).await?, ..blank },
        Happened::Yanked => Told {
            reason: build.yank_reason.clone(),
            replacement: name_of(db, build.yank_replacement_id.as_deref()).await?,
            ..blank
        },
    })
}

/// A message that tells of nothing but a pack.
pub(super) fn about(pack: &pack::Model) -> Told {
    let pack = ToldPack { id: pack.id.clone(), slug: pack.slug.clone(), name: pack.name.clone(), public: pack.public };
    Told { pack, build: None, channels: Vec::new(), former: None, reason: None, replacement: None, url: None }
}

async fn told_build(db: &impl ConnectionTrait, build: &build::Model) -> Result<ToldBuild> {
    let runs_on = [build.minecraft_id.as_deref(), build.loader_id.as_deref()].into_iter().flatten().collect();
    let runs_on = loaders::by_ids(db, runs_on).await?;
    let (minecraft, loader) = runs_on.iter().partition::<Vec<_>, _>(|row| row.kind == Kind::Minecraft.as_str());
    let loader =
        loader.first().map(|row| ToldLoader { kind: row.kind.clone(), version: loaders::bare_version(row).to_owned() });
    Ok(ToldBuild {
        id: build.id.clone(),
        name: build.name.clone(),
        minecraft: minecraft.first().map(|row| row.name.clone()),
        loader,
        changelog: build.changelog.clone(),
    })
}

/// The name of another build of the pack, if everybody who sees the pack may know of it.
async fn name_of(db: &impl ConnectionTrait, id: Option<&str>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let found = build::Entity::find_by_id(id).filter(build::Column::Public.eq(true)).one(db).await?;
    Ok(found.map(|build| build.name))
}
