//! Releases of Minecraft and of its loaders: the same five operations for each of five families.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_store::avatars::dress::{Worn, dress};
use kleister_store::builds;
use kleister_store::loaders::{self, Kind};
use kleister_store::rows::loader;
use kleister_types::builds::Build;
use kleister_types::links::BuildOfPack;
use kleister_types::loaders::{
    Fabric, FabricBuildPage, Forge, ForgeBuildPage, LoaderPage, Minecraft, MinecraftBuildPage, Neoforge,
    NeoforgeBuildPage, Quilt, QuiltBuildPage, Search,
};
use kleister_types::{Notice, Paging};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::body::{Asked, Json, Page};
use super::guard::{CanSee, CanTake, Release, Snapshot};
use super::op;
use super::reply::{Reply, Result, done};
use crate::delivery::base::Base;
use crate::signin::caller::Asking;
use crate::{App, upstream};

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .merge(routes_of::<Minecraft>())
        .merge(routes_of::<Forge>())
        .merge(routes_of::<Neoforge>())
        .merge(routes_of::<Quilt>())
        .merge(routes_of::<Fabric>())
}

fn routes_of<F: Family>() -> ApiRouter<App> {
    let (path, name) = (F::KIND.as_str(), F::NAME);
    let list_op = (format!("List{name}s"), format!("Fetch the available {name} versions"));
    let sync_op = (format!("Update{name}"), format!("Update the available {name} versions from upstream"));
    let builds_op = (format!("List{name}Builds"), format!("Fetch all builds attached to a {name} version"));
    let attach_op = (format!("Attach{name}ToBuild"), format!("Attach a {name} version to a build"));
    let detach_op = (format!("Delete{name}FromBuild"), format!("Unlink a {name} version from a build"));
    ApiRouter::new()
        .api_route(
            &format!("/{path}"),
            get_with(list::<F>, op(&list_op.0, path, &list_op.1)).put_with(sync::<F>, op(&sync_op.0, path, &sync_op.1)),
        )
        .api_route(
            &format!("/{path}/{{{path}_id}}/builds"),
            get_with(list_builds::<F>, op(&builds_op.0, path, &builds_op.1))
                .post_with(attach::<F>, op(&attach_op.0, path, &attach_op.1))
                .delete_with(detach::<F>, op(&detach_op.0, path, &detach_op.1)),
        )
}

/// What tells one family from another: its releases on the wire and the names of things.
pub trait Family: From<loader::Model> + Serialize + JsonSchema + Send + Sync + 'static {
    /// The family in the store, in paths and in messages.
    const KIND: Kind;
    /// The family in the names of operations.
    const NAME: &'static str;
    /// The part of an address that names a release.
    type Path: DeserializeOwned + JsonSchema + Clone + Send + Sync;
    /// A page of the builds that run on a release.
    type BuildPage: Serialize + JsonSchema + Worn + Send;

    /// The identifier or name in an address.
    fn key(path: &Self::Path) -> &str;

    /// A page of so many builds in all that run on a release.
    fn page(release: loader::Model, builds: Vec<Build>, total: u64, paging: &Paging) -> Self::BuildPage;
}

macro_rules! family {
    ($name:ident, $key:ident, $path:ident { $id:ident }, $page:ident) => {
        /// The address of a release.
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        pub struct $path {
            /// The release, by identifier or name.
            $id: String,
        }

        impl Family for $name {
            const KIND: Kind = Kind::$name;
            const NAME: &'static str = stringify!($name);
            type Path = $path;
            type BuildPage = $page;

            fn key(path: &$path) -> &str {
                &path.$id
            }

            fn page(release: loader::Model, builds: Vec<Build>, total: u64, paging: &Paging) -> $page {
                $page { total, limit: paging.limit(), offset: paging.offset(), $key: release.into(), builds }
            }
        }
    };
}

family!(Minecraft, minecraft, MinecraftPath { minecraft_id }, MinecraftBuildPage);
family!(Forge, forge, ForgePath { forge_id }, ForgeBuildPage);
family!(Neoforge, neoforge, NeoforgePath { neoforge_id }, NeoforgeBuildPage);
family!(Quilt, quilt, QuiltPath { quilt_id }, QuiltBuildPage);
family!(Fabric, fabric, FabricPath { fabric_id }, FabricBuildPage);

async fn list<F: Family>(_: Asking, Asked(search): Asked<Search>, db: Snapshot) -> Result<LoaderPage<F>> {
    let rows = loaders::list(&*db, F::KIND, &search).await?;
    let versions: Vec<F> = rows.into_iter().map(Into::into).collect();
    Ok(Reply(LoaderPage { total: versions.len() as u64, limit: 0, offset: 0, versions }))
}

async fn sync<F: Family>(State(app): State<App>, Asking(caller): Asking) -> Result<Notice> {
    caller.server_admin()?;
    upstream::sync(&app, F::KIND).await?;
    Ok(done("Successfully synced versions"))
}

/// Everybody may ask, and gets the builds that he may see.
async fn list_builds<F: Family>(
    CanSee(Release { row: release, .. }, db): CanSee<Release<F>>,
    Asking(caller): Asking,
    Page(paging): Page,
    base: Base,
) -> Result<F::BuildPage> {
    let page = loaders::list_builds(&*db, &caller, &release, &paging).await?;
    let (rows, packs): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
    let dressed = builds::dress(&*db, rows).await?.into_iter().map(Build::from).zip(packs);
    let builds = dressed.map(|(build, pack)| Build { pack: Some(pack.into()), ..build }).collect();
    let page = F::page(release, builds, page.total, &paging);
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

async fn attach<F: Family>(
    State(app): State<App>,
    take: CanTake<Release<F>>,
    Asking(caller): Asking,
    Json(wanted): Json<BuildOfPack>,
) -> Result<Notice> {
    let (write, Release { row: release, .. }) = take.lock().await?;
    let build = builds::open_locked(&*write, &caller, &wanted.pack, &wanted.build, builds::CHANGE).await?;
    loaders::attach(&*write, build, &release, F::KIND, app.clock.now()).await?;
    write.commit().await?;
    Ok(done(&format!("Successfully attached {} to build", F::KIND)))
}

async fn detach<F: Family>(
    State(app): State<App>,
    take: CanTake<Release<F>>,
    Asking(caller): Asking,
    Json(wanted): Json<BuildOfPack>,
) -> Result<Notice> {
    let (write, Release { row: release, .. }) = take.lock().await?;
    let build = builds::open_locked(&*write, &caller, &wanted.pack, &wanted.build, builds::CHANGE).await?;
    loaders::detach(&*write, build, &release, F::KIND, app.clock.now()).await?;
    write.commit().await?;
    Ok(done(&format!("Successfully dropped {} from build", F::KIND)))
}
