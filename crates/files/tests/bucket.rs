//! Facts about blobs in a bucket, found out at a real S3 service on loopback that checks credentials and checksums.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "blobs/both.rs"]
mod both;
#[path = "blobs/conditions.rs"]
mod conditions;
#[path = "blobs/s3.rs"]
mod s3;

use std::fs;
use std::path::Path;
use std::time::Duration;

use both::{Ground, MIB, keep, noise, read};
use conditions::Conditions;
use kleister_files::{Bucket, Error, Files};
use tempfile::TempDir;

/// A service that keeps its buckets in a folder.
async fn bucket(root: &Path) -> Bucket {
    at(s3::serve(root).await)
}

fn at(address: String) -> Bucket {
    Bucket {
        endpoint: Some(address),
        name: "packs".to_owned(),
        region: "us-east-1".to_owned(),
        access: "access".to_owned(),
        secret: "secret".to_owned(),
        prefix: "kleister".to_owned(),
        path_style: true,
    }
}

async fn files() -> (Ground, Files) {
    let folder = tempfile::tempdir().unwrap();
    let address = s3::serve(&folder.path().join("service")).await;
    opened(folder, address).await
}

async fn opened(folder: TempDir, address: String) -> (Ground, Files) {
    let drafts = folder.path().join("drafts");
    let files = Files::open_bucket(&drafts, Some(0), &at(address)).await.unwrap();
    (Ground { blobs: folder.path().join("service/packs/kleister/blobs"), drafts, folder }, files)
}

/// What is seen of two uploads of different bytes, both of which can be read afterwards.
async fn seen_of_two(conditions: Conditions) -> Vec<Option<String>> {
    let folder = tempfile::tempdir().unwrap();
    let (address, seen) = conditions::serve(&folder.path().join("service"), conditions).await;
    let (folder, files) = opened(folder, address).await;
    for length in [1000, 2000] {
        let bytes = noise(length);
        let blob = keep(&files, &bytes).await.unwrap();
        assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
    }
    assert_eq!(folder.count(), 2);
    seen.lock().unwrap().clone()
}

#[tokio::test]
async fn blobs_are_put_only_where_nothing_is() {
    let only_new = Some("*".to_owned());
    assert_eq!(seen_of_two(Conditions::Known).await, [only_new.clone(), only_new]);
}

#[tokio::test]
async fn blob_that_another_server_put_meanwhile_stays() {
    assert_eq!(seen_of_two(Conditions::Overtaken).await.len(), 2);
}

#[tokio::test]
async fn service_that_knows_no_conditions_is_asked_for_them_by_one_upload_only() {
    let seen = seen_of_two(Conditions::Unknown).await;
    let (asked, plain): (Vec<_>, Vec<_>) = seen.iter().partition(|condition| condition.is_some());
    assert!(!asked.is_empty() && plain.len() == 2, "{seen:?}");
    assert!(seen.ends_with(&[None, None]), "{seen:?}");
}

#[tokio::test]
async fn a_wrong_key_secret_or_name_is_told_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let bucket = bucket(&folder.path().join("service")).await;
    let open = async |bucket: Bucket| {
        let drafts = tempfile::tempdir_in(folder.path()).unwrap();
        Files::open_bucket(drafts.path(), Some(0), &bucket).await.err().unwrap()
    };
    let wrong = open(Bucket { secret: "guessed".to_owned(), ..bucket.clone() }).await;
    assert!(matches!(wrong, Error::Refused) && wrong.to_string().contains("upload.secret"), "{wrong}");
    assert!(matches!(open(Bucket { access: "nobody".to_owned(), ..bucket.clone() }).await, Error::Refused));
    let nowhere = open(Bucket { name: "nowhere".to_owned(), ..bucket.clone() }).await;
    assert!(matches!(nowhere, Error::NoBucket { .. }) && nowhere.to_string().contains("nowhere"), "{nowhere}");
    let silent = open(Bucket { endpoint: Some("http://127.0.0.1:1".to_owned()), ..bucket }).await;
    assert!(matches!(silent, Error::Unreachable(_)), "{silent}");
}

#[tokio::test]
async fn anybody_gets_a_blob_from_a_lent_address_until_it_ends() {
    let (_folder, files) = files().await;
    let bytes = noise(MIB);
    let blob = keep(&files, &bytes).await.unwrap();
    let lasts = Duration::from_mins(1);
    let address = files.address(&blob.sha256, blob.size, lasts, "attachment; filename=\"jei.jar\"").await.unwrap();
    let address = address.unwrap();
    let answer = reqwest::get(&address).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"jei.jar\"");
    assert_eq!(answer.bytes().await.unwrap(), bytes);
    let forged = reqwest::get(address.replace("jei.jar", "jei.exe")).await.unwrap();
    assert_eq!(forged.status(), 403);
    files.block(&blob.sha256, "malware");
    let blocked = files.address(&blob.sha256, blob.size, lasts, "attachment").await;
    assert!(matches!(blocked, Err(Error::Blocked { .. })));
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_comes_back_whole() {
    let (folder, files) = files().await;
    let bytes = noise(21 * MIB + 3);
    let blob = keep(&files, &bytes).await.unwrap();
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
    assert_eq!(read(&files, &blob, Some(9 * MIB as u64..9 * MIB as u64 + 10)).await.unwrap(), bytes[9 * MIB..][..10]);
    assert_eq!((folder.count(), folder.uploads()), (1, 0));
}

#[tokio::test]
async fn a_service_that_takes_nothing_leaves_nothing_behind() {
    let (folder, files) = files().await;
    fs::create_dir_all(folder.blobs.parent().unwrap()).unwrap();
    fs::write(&folder.blobs, "in the way").unwrap();
    let error = keep(&files, &noise(9 * MIB)).await.unwrap_err();
    assert!(matches!(error, Error::Refused | Error::Unreachable(_)), "{error:?}");
    assert_eq!(folder.uploads(), 0);
    fs::remove_file(&folder.blobs).unwrap();
    keep(&files, &noise(9 * MIB)).await.unwrap();
    assert_eq!(folder.count(), 1);
}
