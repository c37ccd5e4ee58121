//! Files of builds that belong to no mod: one at a time, or a whole archive of them.

mod sent;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use kleister_formats::InstancePath;
use kleister_store::Error;
use kleister_store::build_files::{self, FileOf, NewFile};
use kleister_store::rows::blob;
use kleister_types::build_files::{ArchiveSettings, BuildFile, BuildFilePage, FilePolicy, FileSettings, FilesChanged};
use kleister_types::{Notice, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use self::sent::{Sent, SentArchive};
use super::addition;
use super::body::{Asked, At, Page};
use super::guard::{Build, CanEdit, CanSee};
use super::reply::{Answer, Reply, Result, done};
use super::upload::row;
use crate::build_files::{self as archives, Places};
use crate::delivery::answer::{self, Caching, Stored};
use crate::delivery::base::Base;
use crate::problem::Problem;
use crate::{App, jars};

const TAG: &str = "build";

pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/packs/{pack_id}/builds/{build_id}/files",
            get_with(list, addition("ListBuildFiles", TAG, "Fetch the files of a build that belong to no mod"))
                .put_with(put_all, addition("PutBuildFiles", TAG, "Add an archive of files to a draft")),
        )
        .api_route(
            "/packs/{pack_id}/builds/{build_id}/files/{*path}",
            get_with(show, addition("ShowBuildFile", TAG, "Fetch the bytes of a file of a build"))
                .put_with(put, addition("PutBuildFile", TAG, "Add a file to a draft, or replace one"))
                .delete_with(delete, addition("DeleteBuildFile", TAG, "Take a file out of a draft")),
        )
}

/// The part of an address that names a file of a build.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct FilePath {
    /// Where the file lies in the game folder, its parts separated by `/`, such as `config/jei.toml`.
    path: String,
}

impl FilePath {
    fn parse(&self) -> std::result::Result<InstancePath, Problem> {
        self.path
            .parse()
            .map_err(|reason: kleister_formats::Error| Problem::invalid("file", "path", reason.to_string()))
    }
}

impl FilePath {
    /// The path of a file that may be there: at one that no file can have, there is none.
    fn existing(&self) -> std::result::Result<InstancePath, Problem> {
        self.path.parse().map_err(|_| Error::Missing("file").into())
    }
}

async fn list(CanSee(opened, db): CanSee<Build>, Page(paging): Page, base: Base) -> Result<BuildFilePage> {
    let page = build_files::list(&*db, &opened.build, &paging).await?;
    let address = |path: &str| base.build_file(&opened.pack.row.slug, &opened.build.name, path);
    Ok(Reply(BuildFilePage {
        total: page.total,
        limit: paging.limit(),
        offset: paging.offset(),
        files: page.rows.into_iter().map(|file| wire(file, address)).collect(),
    }))
}

async fn put_all(
    State(app): State<App>,
    edit: CanEdit<Build>,
    Asked(settings): Asked<ArchiveSettings>,
    archive: SentArchive,
) -> Result<FilesChanged> {
    let places = Places::of(&settings)?;
    // Nobody waits for an archive to be unpacked that cannot be taken.
    build_files::refuse_published(&edit.open().await?.build)?;
    let unpacked = archives::unpacked(&app, edit.caller(), &archive.blob, &places).await?;
    let (write, opened) = edit.lock().await?;
    let changed = archives::put(&app, &write, &opened.build, unpacked, (&settings, &places)).await?;
    write.commit().await?;
    Ok(Reply(changed))
}

async fn show(
    State(app): State<App>,
    CanSee(opened, db): CanSee<Build>,
    At(path): At<FilePath>,
    method: Method,
    headers: HeaderMap,
) -> std::result::Result<Answer, Problem> {
    let path = path.existing()?;
    let (_, blob) = build_files::find(&*db, &opened.build, &path.key()).await?;
    drop(db);
    let (size, crc32) = (blob.size.try_into().unwrap_or(0), blob.crc32.try_into().ok());
    let stored = Stored { sha256: &blob.sha256, size, crc32, name: path.file_name() };
    Ok(Answer(answer::stored(&app, stored, Caching::Private, (&method, &headers)).await?))
}

async fn put(
    State(app): State<App>,
    edit: CanEdit<Build>,
    At(path): At<FilePath>,
    Asked(settings): Asked<FileSettings>,
    base: Base,
    sent: Sent,
) -> Result<BuildFile> {
    let (path, now) = (path.parse()?, app.clock.now());
    let blob = row(sent.0, edit.caller(), now);
    if jars::is_game(&app, &blob).await? {
        return Err(Problem::invalid("file", "file", jars::GAME));
    }
    let (write, opened) = edit.lock().await?;
    let file = NewFile { path: path.to_string(), path_key: path.key(), blob, settings };
    build_files::put(&*write, &opened.build, vec![file], |_| false, now).await?;
    let file = build_files::find(&*write, &opened.build, &path.key()).await?;
    write.commit().await?;
    Ok(Reply(wire(file, |path| base.build_file(&opened.pack.row.slug, &opened.build.name, path))))
}

async fn delete(edit: CanEdit<Build>, At(path): At<FilePath>) -> Result<Notice> {
    let path = path.existing()?;
    let (write, opened) = edit.lock().await?;
    build_files::remove(&*write, &opened.build, &path.key()).await?;
    write.commit().await?;
    Ok(done("Successfully deleted file"))
}

fn wire((file, blob): FileOf, address: impl Fn(&str) -> String) -> BuildFile {
    let blob::Model { size, sha1, sha256, .. } = blob;
    BuildFile {
        url: address(&file.path),
        path: file.path,
        size: u64::try_from(size).unwrap_or(0),
        sha1,
        sha256,
        client: file.client,
        server: file.server,
        policy: FilePolicy::from_word(&file.policy),
        created_at: Timestamp::from_millis(file.created_at),
        updated_at: Timestamp::from_millis(file.updated_at),
    }
}
