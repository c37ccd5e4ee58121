//! What has bytes: versions of mods, builds of packs, pictures, files that wait for their user.

use std::collections::{BTreeMap, BTreeSet};

use kleister_types::blobs::{BlobUse, BlobUseKind as Kind};
use kleister_types::builds::State;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::block::naming;
use crate::Result;
use crate::rows::{
    build, build_file, build_version, intake, module, pack, solder_pack, user, version, version_file, wrapper,
};

/// Everything that has a blob, in as many queries however much that is.
pub async fn uses(db: &impl ConnectionTrait, sha256: &str) -> Result<Vec<BlobUse>> {
    let files = version_file::Entity::find().filter(version_file::Column::Blob.eq(sha256)).all(db).await?;
    let files: BTreeSet<String> = files.into_iter().map(|file| file.version_id).collect();
    let wrapped = wrapper::Entity::find().filter(wrapper::Column::Blob.eq(sha256)).all(db).await?;
    let wrapped: BTreeSet<String> = wrapped.into_iter().map(|wrapper| wrapper.version_id).collect();
    let mut found = of_builds(db, sha256, &files).await?;
    found.extend(of_versions(db, &files, &wrapped).await?);
    found.extend(pictures(db, sha256).await?);
    let waiting = intake::Entity::find().filter(intake::Column::Sha256.eq(sha256)).all(db).await?;
    let users = user::Entity::find().filter(user::Column::Id.is_in(waiting.iter().map(|row| &row.user_id)));
    found.extend(users.all(db).await?.into_iter().map(|user| just(Kind::Intake, user.username)));
    found.sort_by(|one, other| (one.kind, &one.of, &one.name).cmp(&(other.kind, &other.of, &other.name)));
    found.dedup();
    Ok(found)
}

/// A use in words, for operators.
pub fn words(used: &BlobUse) -> String {
    let BlobUse { kind, of, name, state } = used;
    let name = name.as_deref().unwrap_or_default();
    match kind {
        Kind::Version => format!("version `{name}` of mod `{of}`"),
        Kind::Wrapper => format!("the Solder zip of version `{name}` of mod `{of}`"),
        Kind::Build => format!("build `{name}` of pack `{of}` ({})", state.unwrap_or_default().as_str()),
        Kind::ModPicture => format!("the picture of mod `{of}`"),
        Kind::PackPicture => format!("a picture of pack `{of}`"),
        Kind::Intake => format!("a file that `{of}` has brought and not accepted yet"),
    }
}

fn just(kind: Kind, of: String) -> BlobUse {
    BlobUse { kind, of, name: None, state: None }
}

async fn of_versions(
    db: &impl ConnectionTrait,
    files: &BTreeSet<String>,
    wrapped: &BTreeSet<String>,
) -> Result<Vec<BlobUse>> {
    let versions = version::Entity::find().filter(version::Column::Id.is_in(files.union(wrapped))).all(db).await?;
    let mods = module::Entity::find().filter(module::Column::Id.is_in(versions.iter().map(|row| &row.mod_id)));
    let slugs: BTreeMap<_, _> = mods.all(db).await?.into_iter().map(|row| (row.id, row.slug)).collect();
    let mut uses = Vec::new();
    for (kind, ids) in [(Kind::Version, files), (Kind::Wrapper, wrapped)] {
        for version in versions.iter().filter(|version| ids.contains(&version.id)) {
            let of = slugs.get(&version.mod_id).cloned().unwrap_or_default();
            uses.push(BlobUse { kind, of, name: Some(version.name.clone()), state: None });
        }
    }
    Ok(uses)
}

/// Builds whose releases name the blob, and drafts that would.
async fn of_builds(db: &impl ConnectionTrait, sha256: &str, versions: &BTreeSet<String>) -> Result<Vec<BlobUse>> {
    let mut builds = naming(db, sha256).await?;
    let links = build_version::Entity::find().filter(build_version::Column::VersionId.is_in(versions));
    let mut ids: Vec<_> = links.all(db).await?.into_iter().map(|link| link.build_id).collect();
    let own = build_file::Entity::find().filter(build_file::Column::Blob.eq(sha256)).all(db).await?;
    ids.extend(own.into_iter().map(|file| file.build_id));
    ids.retain(|id| builds.iter().all(|build| &build.id != id));
    builds.extend(build::Entity::find().filter(build::Column::Id.is_in(ids)).all(db).await?);
    let packs = pack::Entity::find().filter(pack::Column::Id.is_in(builds.iter().map(|row| &row.pack_id)));
    let slugs: BTreeMap<_, _> = packs.all(db).await?.into_iter().map(|row| (row.id, row.slug)).collect();
    let used = |build: build::Model| BlobUse {
        kind: Kind::Build,
        of: slugs.get(&build.pack_id).cloned().unwrap_or_default(),
        name: Some(build.name),
        state: Some(State::from_word(&build.state)),
    };
    Ok(builds.into_iter().map(used).collect())
}

async fn pictures(db: &impl ConnectionTrait, sha256: &str) -> Result<Vec<BlobUse>> {
    let of_mods = module::Column::Id.in_subquery(pictured("mod_avatars", "mod_id", sha256));
    let mods = module::Entity::find().filter(of_mods).all(db).await?;
    let of_solder =
        Condition::any().add(solder_pack::Column::Logo.eq(sha256)).add(solder_pack::Column::Background.eq(sha256));
    let solder = solder_pack::Entity::find().filter(of_solder).all(db).await?;
    let of_packs = Condition::any()
        .add(pack::Column::Icon.eq(sha256))
        .add(pack::Column::Id.is_in(solder.into_iter().map(|row| row.pack_id)))
        .add(pack::Column::Id.in_subquery(pictured("pack_avatars", "pack_id", sha256)));
    let packs = pack::Entity::find().filter(of_packs).all(db).await?;
    let of_mods = mods.into_iter().map(|row| just(Kind::ModPicture, row.slug));
    Ok(of_mods.chain(packs.into_iter().map(|row| just(Kind::PackPicture, row.slug))).collect())
}

/// The things whose picture, in a table of its own, is a blob.
fn pictured(pictures: &'static str, thing: &'static str, sha256: &str) -> SelectStatement {
    let same = Expr::col("blob").eq(sha256);
    Query::select().column(thing).from(pictures).and_where(same).to_owned()
}
