//! Files that come in pieces: what is acknowledged stays, what is not is cut off.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use kleister_files::{Algorithm, Error, Files};
use tempfile::TempDir;

fn files() -> (TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::open(folder.path(), Some(0)).unwrap();
    (folder, files)
}

async fn add(files: &Files, name: &str, length: u64, bytes: &'static [u8]) -> u64 {
    let mut partial = files.open_partial(name, length, None).await.unwrap();
    partial.write(Bytes::from_static(bytes)).await.unwrap();
    partial.sync().await.unwrap()
}

#[tokio::test]
async fn pieces_become_one_blob() {
    let (_folder, files) = files();
    files.begin_partial("a1", 10).await.unwrap();
    assert_eq!(add(&files, "a1", 0, b"hello").await, 5);
    assert_eq!(add(&files, "a1", 5, b"world").await, 10);
    let blob = files.finish_partial("a1", 10).await.unwrap();
    assert_eq!((blob.size, &*blob.md5), (10, "fc5e038d38a57032085441e7fe7010b0"));
    files.check(&blob.sha256, 10).await.unwrap();
    files.drop_partial("a1").await.unwrap();
    files.drop_partial("a1").await.unwrap();
    assert!(matches!(files.finish_partial("a1", 10).await, Err(Error::Missing)));
}

#[tokio::test]
async fn what_was_not_acknowledged_is_cut_off() {
    let (_folder, files) = files();
    files.begin_partial("a1", 10).await.unwrap();
    add(&files, "a1", 0, b"hello, lost").await;
    assert_eq!(add(&files, "a1", 5, b"world").await, 10);
    let blob = files.finish_partial("a1", 10).await.unwrap();
    assert_eq!(blob.md5, "fc5e038d38a57032085441e7fe7010b0");
}

#[tokio::test]
async fn pieces_that_are_gone_are_told() {
    let (_folder, files) = files();
    assert!(matches!(files.open_partial("a1", 0, None).await, Err(Error::Missing)));
    files.begin_partial("a1", 10).await.unwrap();
    add(&files, "a1", 0, b"hello").await;
    assert!(matches!(files.open_partial("a1", 6, None).await, Err(Error::Damaged)));
    assert!(matches!(files.finish_partial("a1", 10).await, Err(Error::Damaged)));
}

#[tokio::test]
async fn piece_is_summed_up_without_what_came_before() {
    let (_folder, files) = files();
    files.begin_partial("a1", 10).await.unwrap();
    add(&files, "a1", 0, b"before").await;
    for (algorithm, wanted) in [
        (Algorithm::Md5, "5d41402abc4b2a76b9719d911017c592"),
        (Algorithm::Sha1, "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        (Algorithm::Sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
    ] {
        let mut partial = files.open_partial("a1", 6, Some(algorithm)).await.unwrap();
        partial.write(Bytes::from_static(b"hel")).await.unwrap();
        partial.write(Bytes::from_static(b"lo")).await.unwrap();
        assert_eq!(partial.checksum().await.unwrap().map(hex::encode).as_deref(), Some(wanted));
    }
}

#[tokio::test]
async fn piece_is_of_any_size() {
    let (_folder, files) = files();
    let bytes: Vec<u8> = (0..3_333_333_u32).map(|number| number.to_le_bytes()[1]).collect();
    files.begin_partial("a1", bytes.len() as u64).await.unwrap();
    let mut partial = files.open_partial("a1", 0, None).await.unwrap();
    for chunk in bytes.chunks(70_001) {
        partial.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    assert_eq!(partial.sync().await.unwrap(), bytes.len() as u64);
    let blob = files.finish_partial("a1", bytes.len() as u64).await.unwrap();
    let mut whole = files.upload(None, u64::MAX).await.unwrap();
    whole.write(bytes.into()).await.unwrap();
    assert_eq!(whole.finish().await.unwrap(), blob);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the times of files are the system's own")]
async fn pieces_that_nobody_keeps_count_of_are_swept_once_they_are_old() {
    let (_folder, files) = files();
    for name in ["a1", "b2"] {
        files.begin_partial(name, 1).await.unwrap();
    }
    let kept = HashSet::from(["a1".to_owned()]);
    assert_eq!(files.sweep_partials(kept.clone(), SystemTime::UNIX_EPOCH).await.unwrap(), 0);
    let later = SystemTime::now() + Duration::from_mins(1);
    assert_eq!(files.sweep_partials(kept, later).await.unwrap(), 1);
    assert!(files.open_partial("a1", 0, None).await.is_ok());
    assert!(matches!(files.open_partial("b2", 0, None).await, Err(Error::Missing)));
}

#[tokio::test]
async fn names_are_identifiers_only() {
    let (_folder, files) = files();
    for bad in ["", "..", "a/b", "A1", "a1.tmp"] {
        assert!(matches!(files.begin_partial(bad, 1).await, Err(Error::Missing)), "{bad}");
    }
}
