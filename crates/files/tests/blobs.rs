//! Facts about blobs in a folder, found out from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "blobs/both.rs"]
mod both;

use std::fs;
use std::io;
use std::time::{Duration, SystemTime};

use both::{Ground, LIMIT, MIB, NOTHING, all, keep, noise, read};
use bytes::Bytes;
use kleister_files::{Error, Files};

async fn files() -> (Ground, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::open(folder.path(), Some(0)).unwrap();
    (Ground { drafts: folder.path().to_owned(), blobs: folder.path().join("blobs"), folder }, files)
}

#[tokio::test]
async fn reserve_larger_than_the_disk_refuses_the_upload() {
    let (folder, files) = files().await;
    drop(files);
    let files = Files::open(folder.path(), Some(u64::MAX)).unwrap();
    assert!(matches!(files.upload(None, LIMIT).await, Err(Error::Reserved { reserve: u64::MAX })));
    assert!(matches!(files.upload(Some(1), LIMIT).await, Err(Error::Reserved { reserve: u64::MAX })));
    assert_eq!(folder.uploads(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn folders_and_files_may_be_read_by_those_who_are_let() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, files) = files().await;
    files.permit(0o750).unwrap();
    let blob = keep(&files, &Bytes::from_static(b"a secret of the group")).await.unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let place = folder.place(&blob.sha256);
    assert_eq!(mode(&place), 0o640);
    for above in place.ancestors().skip(1).take(4) {
        assert_eq!(mode(above), 0o750, "{}", above.display());
    }
    assert_eq!(read(&files, &blob, None).await.unwrap(), "a secret of the group");
}

#[test]
fn full_disk_is_told_from_other_failures() {
    let store =
        |kind: io::ErrorKind| object_store::Error::Generic { store: "Test", source: Box::new(io::Error::from(kind)) };
    assert!(matches!(store(io::ErrorKind::StorageFull).into(), Error::Full));
    assert!(matches!(store(io::ErrorKind::QuotaExceeded).into(), Error::Full));
    assert!(matches!(store(io::ErrorKind::PermissionDenied).into(), Error::Io(_)));
}

#[tokio::test]
async fn upload_that_finds_no_place_leaves_nothing() {
    let (folder, files) = files().await;
    let in_the_way = folder.path().join("blobs").join(&NOTHING[..2]);
    fs::write(&in_the_way, "").unwrap();
    assert!(matches!(keep(&files, &Bytes::new()).await, Err(Error::Io(_))));
    assert_eq!(folder.uploads(), 0);
    fs::remove_file(in_the_way).unwrap();
    keep(&files, &Bytes::new()).await.unwrap();
}

#[tokio::test]
async fn stream_of_a_blob_cut_short_meanwhile_ends_in_an_error() {
    let (folder, files) = files().await;
    let blob = keep(&files, &noise(MIB)).await.unwrap();
    let body = files.read(&blob.sha256, blob.size, None).await.unwrap();
    fs::write(folder.place(&blob.sha256), "short").unwrap();
    assert!(matches!(all(body).await, Err(Error::Io(_))));
}

#[tokio::test]
async fn opening_removes_what_uploads_left_and_keeps_blobs() {
    let (folder, files) = files().await;
    let bytes = noise(5000);
    let blob = keep(&files, &bytes).await.unwrap();
    drop(files);
    fs::write(folder.path().join("uploads/left"), "whole").unwrap();
    fs::write(folder.path().join("uploads/right#1"), "half").unwrap();
    let files = Files::open(folder.path(), None).unwrap();
    assert_eq!(folder.uploads(), 0);
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
}

#[tokio::test]
async fn folder_belongs_to_one_server_at_a_time() {
    let (folder, files) = files().await;
    assert!(matches!(Files::open(folder.path(), None), Err(Error::InUse)));
    drop(files);
    Files::open(folder.path(), None).unwrap();
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the times of files are the system's own")]
async fn sweep_removes_only_what_nobody_writes_to() {
    let (folder, files) = files().await;
    let bytes = noise(MIB);
    let mut upload = files.upload(None, LIMIT).await.unwrap();
    let now = SystemTime::now();
    let left = fs::File::create(folder.path().join("uploads/left#1")).unwrap();
    left.set_modified(now - Duration::from_hours(25)).unwrap();
    assert_eq!(files.sweep(now - Duration::from_hours(24)).await.unwrap(), 1);
    upload.write(bytes.clone()).await.unwrap();
    let blob = upload.finish().await.unwrap();
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
}
