//! Links between builds and versions, from either side.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use kleister_formats::InstancePath;
use kleister_store::avatars::dress::dress;
use kleister_store::builds::Dressed;
use kleister_store::links::VersionLink;
use kleister_store::rows::build_version;
use kleister_store::{Need, builds, links, mods, versions};
use kleister_types::builds::Build as WireBuild;
use kleister_types::links::{
    BuildOfPack, BuildVersion, BuildVersionPage, VersionBuildPage, VersionEntry, VersionOfMod, VersionToAttach,
    VersionsChange,
};
use kleister_types::versions::Version as WireVersion;
use kleister_types::{Notice, Timestamp, Violation};

use super::body::{Json, Page};
use super::guard::{Build, CanEdit, CanSee, CanTake, Version};
use super::reply::{Reply, Result, done};
use super::versions::wire;
use super::{addition, op};
use crate::App;
use crate::delivery::base::Base;
use crate::problem::Problem;
use crate::signin::caller::Asking;

/// The largest JSON body that may hold a list of versions, in bytes.
pub(super) const LIST_LIMIT: u64 = 4 << 20;

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/builds/{build_id}/versions",
            get_with(list_versions, op("ListBuildVersions", "build", "Fetch all versions attached to build"))
                .put_with(
                    replace_versions,
                    addition("ReplaceBuildVersions", "build", "Replace all versions of a draft"),
                )
                .post_with(attach_version, op("AttachBuildToVersion", "build", "Attach a version to a build"))
                .delete_with(detach_version, op("DeleteBuildFromVersion", "build", "Unlink a version from a build")),
        )
        .api_route(
            "/mods/{mod_id}/versions/{version_id}/builds",
            get_with(list_builds, op("ListVersionBuilds", "version", "Fetch all builds attached to version"))
                .post_with(attach_build, op("AttachVersionToBuild", "version", "Attach a build to a version"))
                .delete_with(detach_build, op("DeleteVersionFromBuild", "version", "Unlink a build from a version")),
        )
}

async fn list_versions(
    CanSee(Build { pack, build, outfit }, db): CanSee<Build>,
    Asking(caller): Asking,
    Page(paging): Page,
    base: Base,
) -> Result<BuildVersionPage> {
    let page = links::list_versions(&*db, &caller, &build, &paging).await?;
    let seen: Vec<bool> = page.rows.iter().map(|row| row.sees_module).collect();
    let page = BuildVersionPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        versions: page.rows.into_iter().map(|row| wire_version_link(row, &base)).collect(),
        build: Dressed { build, outfit }.into(),
        pack: pack.row.into(),
    };
    let mut page = dress(&*db, base.avatars(), page).await?;
    veil_avatars(&mut page, &seen);
    Ok(Reply(page))
}

/// A link with its version, and with as much of the mod as the caller may know.
fn wire_version_link(row: VersionLink, base: &Base) -> BuildVersion {
    let module = if row.sees_module { row.module } else { mods::veiled(row.module) };
    let version = WireVersion { module: Some(module.into()), ..wire(row.version, row.file, base) };
    BuildVersion { version: Some(version), ..wire_link(row.link) }
}

/// Takes the avatars of those mods away that the caller does not see.
fn veil_avatars(page: &mut BuildVersionPage, seen: &[bool]) {
    let modules = page.versions.iter_mut().map(|link| link.version.as_mut()?.module.as_mut());
    for (module, _) in modules.zip(seen).filter(|(_, seen)| !**seen) {
        if let Some(module) = module {
            module.avatar = None;
        }
    }
}

async fn replace_versions(
    State(app): State<App>,
    edit: CanEdit<Build>,
    Json(wanted): Json<VersionsChange, LIST_LIMIT>,
) -> Result<Notice> {
    check_paths(&wanted.versions)?;
    let (write, opened) = edit.lock().await?;
    links::replace(&*write, edit.caller(), &opened.build, &wanted.versions, app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully replaced versions of build"))
}

/// Refuses entries whose files would not lie within the instance.
pub(super) fn check_paths(versions: &[VersionEntry]) -> std::result::Result<(), Problem> {
    let faults = versions.iter().enumerate().filter_map(|(at, entry)| fault(&format!("versions[{at}].path"), entry));
    refuse(faults.collect())
}

fn check_path(field: &str, entry: &VersionEntry) -> std::result::Result<(), Problem> {
    refuse(fault(field, entry).into_iter().collect())
}

/// What is wrong with the path of an entry, if it has one.
fn fault(field: &str, entry: &VersionEntry) -> Option<Violation> {
    let path = entry.path.as_deref().filter(|path| !path.is_empty())?;
    Some(Violation::new(field, path.parse::<InstancePath>().err()?.to_string()))
}

fn refuse(errors: Vec<Violation>) -> std::result::Result<(), Problem> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::Invalid { what: "build", errors }) }
}

async fn attach_version(
    State(app): State<App>,
    edit: CanEdit<Build>,
    Asking(caller): Asking,
    Json(mut wanted): Json<VersionToAttach>,
) -> Result<Notice> {
    let former = wanted.instead_of.take();
    let wanted = VersionEntry::from(wanted);
    check_path("path", &wanted)?;
    let (write, build) = edit.lock().await?;
    let opened = versions::open(&*write, &caller, &wanted.module, &wanted.version, Need::See).await?;
    links::attach_as(&*write, &build, &opened, (&wanted, former.as_deref()), app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully attached build to version"))
}

async fn detach_version(
    edit: CanEdit<Build>,
    Asking(caller): Asking,
    Json(wanted): Json<VersionOfMod>,
) -> Result<Notice> {
    let (write, build) = edit.lock().await?;
    let opened = versions::open(&*write, &caller, &wanted.module, &wanted.version, Need::See).await?;
    links::detach(&*write, &build, &opened.version, "version").await?;
    write.commit().await?;
    Ok(done("Successfully dropped build from version"))
}

async fn list_builds(
    CanSee(opened, db): CanSee<Version>,
    Asking(caller): Asking,
    Page(paging): Page,
    base: Base,
) -> Result<VersionBuildPage> {
    let page = links::list_builds(&*db, &caller, &opened.version, &paging).await?;
    let dressed = builds::dress(&*db, page.rows.iter().map(|(_, build, _)| build.clone()).collect()).await?;
    let rows = page.rows.into_iter().zip(dressed).map(|((link, _, pack), build)| {
        let build = WireBuild { pack: Some(pack.into()), ..build.into() };
        BuildVersion { build: Some(build), ..wire_link(link) }
    });
    let file = versions::first_file(&*db, &opened.version).await?;
    let page = VersionBuildPage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        builds: rows.collect(),
        version: wire(opened.version, file, &base),
        module: opened.module.row.into(),
    };
    Ok(Reply(dress(&*db, base.avatars(), page).await?))
}

/// Attaching from the version's side needs what attaching from the build's side needs: to change the build.
async fn attach_build(
    State(app): State<App>,
    take: CanTake<Version>,
    Asking(caller): Asking,
    Json(wanted): Json<BuildOfPack>,
) -> Result<Notice> {
    let (write, opened) = take.lock().await?;
    let build = builds::open_locked(&*write, &caller, &wanted.pack, &wanted.build, builds::CHANGE).await?;
    links::attach(&*write, &build, &opened.version, "build", app.clock.now()).await?;
    write.commit().await?;
    Ok(done("Successfully attached version to build"))
}

async fn detach_build(
    take: CanTake<Version>,
    Asking(caller): Asking,
    Json(wanted): Json<BuildOfPack>,
) -> Result<Notice> {
    let (write, opened) = take.lock().await?;
    let build = builds::open_locked(&*write, &caller, &wanted.pack, &wanted.build, builds::CHANGE).await?;
    links::detach(&*write, &build, &opened.version, "build").await?;
    write.commit().await?;
    Ok(done("Successfully dropped version from build"))
}

/// A link without the things at its ends.
fn wire_link(row: build_version::Model) -> BuildVersion {
    BuildVersion {
        build_id: row.build_id,
        build: None,
        version_id: row.version_id,
        version: None,
        client: row.client,
        server: row.server,
        default: row.chosen,
        text: row.choice_text,
        group: row.choice_group,
        path: row.path,
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
    }
}
