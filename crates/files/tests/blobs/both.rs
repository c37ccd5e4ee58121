//! Facts about blobs that hold wherever they lie. The room above says where, by `files`.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future};
use kleister_files::{Blob, Body, Error, Files, Result};
use tempfile::TempDir;

use super::files;

pub(crate) const MIB: usize = 1024 * 1024;

/// More than any of these tests uploads.
pub(crate) const LIMIT: u64 = 1 << 30;

/// SHA-256 of nothing: well formed, and never uploaded here unless a test says so.
pub(crate) const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What blobs stand on: a folder, the part of it that was opened, and where blobs lie in it.
pub(crate) struct Ground {
    #[expect(dead_code, reason = "it is gone with this")]
    pub(crate) folder: TempDir,
    pub(crate) drafts: PathBuf,
    pub(crate) blobs: PathBuf,
}

impl Ground {
    pub(crate) fn path(&self) -> &Path {
        &self.drafts
    }

    pub(crate) fn place(&self, sha256: &str) -> PathBuf {
        self.blobs.join(&sha256[..2]).join(&sha256[2..4]).join(sha256)
    }

    pub(crate) fn uploads(&self) -> usize {
        fs::read_dir(self.path().join("uploads")).unwrap().count()
    }

    /// Waits for the removal that goes on behind a dropped upload.
    async fn no_uploads(&self) {
        let emptied = async {
            while self.uploads() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), emptied).await.expect("the upload's file is still there");
    }

    /// How many blobs lie there.
    pub(crate) fn count(&self) -> usize {
        files_below(&self.blobs)
    }
}

fn files_below(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let entries = entries.map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

/// Bytes that do not repeat at any size of chunk or part.
pub(crate) fn noise(length: usize) -> Bytes {
    (0..length as u64).map(|at| (at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect()
}

pub(crate) async fn keep(files: &Files, bytes: &Bytes) -> Result<Blob> {
    let mut upload = files.upload(Some(bytes.len() as u64), LIMIT).await?;
    for chunk in bytes.chunks(100_000) {
        upload.write(bytes.slice_ref(chunk)).await?;
    }
    upload.finish().await
}

pub(crate) async fn read(files: &Files, blob: &Blob, range: Option<Range<u64>>) -> Result<Bytes> {
    all(files.read(&blob.sha256, blob.size, range).await?).await
}

pub(crate) async fn all(body: Body) -> Result<Bytes> {
    match body {
        Body::Whole(bytes) => Ok(bytes),
        Body::Stream(chunks) => Ok(chunks.try_collect::<Vec<_>>().await?.concat().into()),
    }
}

#[tokio::test]
async fn all_digests_are_told() {
    let (_folder, files) = files().await;
    let blob = keep(&files, &Bytes::from_static(b"The quick brown fox jumps over the lazy dog")).await.unwrap();
    let expected = Blob {
        sha256: "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592".into(),
        size: 43,
        md5: "9e107d9d372bb6826bd81d3542a419d6".into(),
        sha1: "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12".into(),
        sha512: concat!(
            "07e547d9586f6a73f73fbac0435ed76951218fb7d0c8d788a309d785436bbb64",
            "2e93a252a954f23912547d1e8a3b5ed6e1bfd7097821233fa0538f3db854fee6"
        )
        .into(),
        crc32: 0x414F_A339,
        content_type: "application/octet-stream".into(),
    };
    assert_eq!(blob, expected);
}

#[tokio::test]
async fn digests_do_not_depend_on_how_the_bytes_arrive() {
    let (_folder, files) = files().await;
    let bytes = noise(3 * MIB + 17);
    let blob = keep(&files, &bytes).await.unwrap();
    let mut upload = files.upload(None, LIMIT).await.unwrap();
    upload.write(bytes.slice(..1)).await.unwrap();
    upload.write(Bytes::new()).await.unwrap();
    upload.write(bytes.slice(1..)).await.unwrap();
    assert_eq!(upload.finish().await.unwrap(), blob);
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
}

#[tokio::test]
async fn empty_file_is_a_blob() {
    let (_folder, files) = files().await;
    let blob = keep(&files, &Bytes::new()).await.unwrap();
    assert_eq!((blob.sha256.as_str(), blob.size), (NOTHING, 0));
    assert_eq!(read(&files, &blob, None).await.unwrap(), Bytes::new());
}

#[tokio::test]
async fn content_type_is_told_from_the_bytes() {
    let (_folder, files) = files().await;
    let zip = keep(&files, &Bytes::from_static(b"PK\x03\x04\x14\0\0\0\0\0")).await.unwrap();
    let png = keep(&files, &Bytes::from_static(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")).await.unwrap();
    assert_eq!((zip.content_type.as_str(), png.content_type.as_str()), ("application/zip", "image/png"));
}

#[tokio::test]
async fn same_bytes_twice_are_one_blob() {
    let (folder, files) = files().await;
    let bytes = noise(2 * MIB);
    let first = keep(&files, &bytes).await.unwrap();
    let kept = fs::metadata(folder.place(&first.sha256)).unwrap().modified().unwrap();
    assert_eq!(keep(&files, &bytes).await.unwrap(), first);
    assert_eq!(fs::metadata(folder.place(&first.sha256)).unwrap().modified().unwrap(), kept);
    assert_eq!(folder.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_uploads_at_once_are_one_blob() {
    let (folder, files) = files().await;
    let bytes = noise(MIB + 1);
    let blobs = future::try_join_all((0..20).map(|_| keep(&files, &bytes))).await.unwrap();
    assert!(blobs.iter().all(|blob| blob == &blobs[0]));
    assert_eq!(folder.count(), 1);
    assert_eq!(read(&files, &blobs[0], None).await.unwrap(), bytes);
}

#[tokio::test]
async fn an_upload_tells_its_digests_before_it_is_kept() {
    let (folder, files) = files().await;
    for size in [0, 1000, 2 * MIB, 2 * MIB + 1] {
        let bytes = noise(size);
        let begun = async || {
            let mut upload = files.upload(None, LIMIT).await.unwrap();
            upload.write(bytes.clone()).await.unwrap();
            upload
        };
        let mut unwanted = begun().await;
        let told = unwanted.digest().await.unwrap();
        drop(unwanted);
        assert!(matches!(files.read(&told.sha256, told.size, None).await, Err(Error::Missing)));
        let mut wanted = begun().await;
        assert_eq!(wanted.digest().await.unwrap(), told);
        assert_eq!(wanted.finish().await.unwrap(), told);
        assert_eq!(read(&files, &told, None).await.unwrap(), bytes);
    }
    folder.no_uploads().await;
}

#[tokio::test]
async fn dropped_upload_leaves_nothing() {
    let (folder, files) = files().await;
    let mut upload = files.upload(None, LIMIT).await.unwrap();
    upload.write(noise(2 * MIB)).await.unwrap();
    assert_eq!(folder.uploads(), 1);
    drop(upload);
    folder.no_uploads().await;
    assert_eq!(folder.count(), 0);
}

#[tokio::test]
async fn upload_past_the_limit_is_refused_and_removed() {
    let (folder, files) = files().await;
    let mut upload = files.upload(None, 1000).await.unwrap();
    upload.write(noise(1000)).await.unwrap();
    assert!(matches!(upload.write(noise(1)).await, Err(Error::TooLarge { limit: 1000 })));
    folder.no_uploads().await;
    assert!(matches!(upload.write(noise(1)).await, Err(Error::Broken)));
    assert!(matches!(upload.finish().await, Err(Error::Broken)));
}

#[tokio::test]
async fn declared_size_past_the_limit_is_refused_at_once() {
    let (folder, files) = files().await;
    assert!(matches!(files.upload(Some(1001), 1000).await, Err(Error::TooLarge { limit: 1000 })));
    assert_eq!(folder.uploads(), 0);
}

#[tokio::test]
async fn small_blob_is_whole_and_large_one_a_stream() {
    let (_folder, files) = files().await;
    for (size, whole) in [(256 * 1024, true), (256 * 1024 + 1, false)] {
        let bytes = noise(size);
        let blob = keep(&files, &bytes).await.unwrap();
        let body = files.read(&blob.sha256, blob.size, None).await.unwrap();
        assert_eq!(matches!(body, Body::Whole(_)), whole);
        assert_eq!(all(body).await.unwrap(), bytes);
    }
}

#[tokio::test]
async fn range_of_a_large_blob() {
    let (_folder, files) = files().await;
    let bytes = noise(MIB);
    let blob = keep(&files, &bytes).await.unwrap();
    for range in [0..1, 1000..700_000, 262_144..524_288, 1_048_575..1_048_576, 0..1_048_576] {
        let part = read(&files, &blob, Some(range.start as u64..range.end as u64)).await.unwrap();
        assert_eq!(part, bytes.slice(range));
    }
}

#[tokio::test]
async fn range_of_a_small_blob() {
    let (_folder, files) = files().await;
    let bytes = noise(5000);
    let blob = keep(&files, &bytes).await.unwrap();
    assert_eq!(read(&files, &blob, Some(10..4321)).await.unwrap(), bytes.slice(10..4321));
}

#[tokio::test]
async fn range_outside_the_blob_is_refused() {
    let (_folder, files) = files().await;
    for size in [5000, MIB] {
        let blob = keep(&files, &noise(size)).await.unwrap();
        for range in [7..7, 0..blob.size + 1, blob.size..blob.size + 1] {
            let refused = files.read(&blob.sha256, blob.size, Some(range)).await;
            assert!(matches!(refused, Err(Error::Range { size }) if size == blob.size));
        }
    }
}

#[tokio::test]
async fn reader_finishes_after_deletion() {
    let (_folder, files) = files().await;
    let bytes = noise(2 * MIB);
    let blob = keep(&files, &bytes).await.unwrap();
    let Body::Stream(mut chunks) = files.read(&blob.sha256, blob.size, None).await.unwrap() else {
        panic!("a large blob is a stream");
    };
    let first = chunks.next().await.unwrap().unwrap();
    files.delete(&blob.sha256).await.unwrap();
    let rest = all(Body::Stream(chunks)).await.unwrap();
    assert_eq!([first, rest].concat(), bytes);
    assert!(matches!(read(&files, &blob, None).await, Err(Error::Missing)));
}

#[tokio::test]
async fn deleted_blob_is_missing_and_may_come_back() {
    let (_folder, files) = files().await;
    let bytes = noise(5000);
    let blob = keep(&files, &bytes).await.unwrap();
    read(&files, &blob, None).await.unwrap();
    files.delete(&blob.sha256).await.unwrap();
    files.delete(&blob.sha256).await.unwrap();
    assert!(matches!(read(&files, &blob, None).await, Err(Error::Missing)));
    assert!(matches!(files.check(&blob.sha256, blob.size).await, Err(Error::Missing)));
    keep(&files, &bytes).await.unwrap();
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
}

#[tokio::test]
async fn damaged_blob_is_not_served() {
    let (folder, files) = files().await;
    for size in [5000, MIB] {
        let blob = keep(&files, &noise(size)).await.unwrap();
        fs::write(folder.place(&blob.sha256), "short").unwrap();
        assert!(matches!(files.check(&blob.sha256, blob.size).await, Err(Error::Damaged)));
        for range in [None, Some(0..3), Some(10..20)] {
            assert!(matches!(read(&files, &blob, range).await, Err(Error::Damaged)));
        }
    }
}

#[tokio::test]
async fn changed_bytes_are_never_read_to_the_end() {
    let (folder, files) = files().await;
    let mut blob = keep(&files, &noise(5000)).await.unwrap();
    change_a_bit(&folder.place(&blob.sha256));
    assert!(matches!(files.read_whole(&blob.sha256, blob.size, Some(blob.crc32)).await, Err(Error::Damaged)));
    blob = keep(&files, &noise(MIB)).await.unwrap();
    let sound = files.read_whole(&blob.sha256, blob.size, Some(blob.crc32)).await.unwrap();
    assert_eq!(all(sound).await.unwrap(), noise(MIB));
    change_a_bit(&folder.place(&blob.sha256));
    for crc32 in [Some(blob.crc32), None] {
        let Body::Stream(mut chunks) = files.read_whole(&blob.sha256, blob.size, crc32).await.unwrap() else {
            panic!("a large blob is a stream");
        };
        let (mut read, mut failed) = (0, false);
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(chunk) => read += chunk.len(),
                Err(error) => failed = matches!(error.downcast::<Error>(), Ok(Error::Damaged)),
            }
        }
        assert!(failed && read < MIB, "{read} bytes were read");
    }
}

fn change_a_bit(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[1000] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn upload_of_the_same_bytes_mends_a_damaged_blob() {
    let (folder, files) = files().await;
    let bytes = noise(5000);
    let blob = keep(&files, &bytes).await.unwrap();
    fs::write(folder.place(&blob.sha256), "short").unwrap();
    keep(&files, &bytes).await.unwrap();
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
    assert_eq!(folder.count(), 1);
}

#[tokio::test]
async fn crafted_keys_are_missing() {
    let (folder, files) = files().await;
    fs::write(folder.path().join("secret"), "bytes").unwrap();
    let upper = NOTHING.to_uppercase();
    let longer = format!("{NOTHING}0");
    let dotted = format!("../../../{}", &NOTHING[9..]);
    let nul = format!("\0{}", &NOTHING[1..]);
    let wide = "é".repeat(32);
    for key in ["", "../secret", "..%2fsecret", "/etc/passwd", &upper, &longer, &dotted, &nul, &wide, &NOTHING[1..]] {
        assert!(matches!(files.read(key, 5, None).await, Err(Error::Missing)), "{key:?} is read");
        assert!(matches!(files.check(key, 5).await, Err(Error::Missing)), "{key:?} is found");
        assert!(matches!(files.delete(key).await, Err(Error::Missing)), "{key:?} is deleted");
    }
}

#[tokio::test]
async fn every_blob_is_listed_and_nothing_else() {
    let (folder, files) = files().await;
    let mut kept = Vec::new();
    for size in [0, 1000, 2 * MIB] {
        kept.push(keep(&files, &noise(size)).await.unwrap());
    }
    fs::write(folder.place(NOTHING).with_file_name("stray"), "of somebody else").unwrap();
    let mut listed: Vec<_> = files.list().map_ok(|kept| (kept.sha256, kept.size)).try_collect().await.unwrap();
    let mut expected: Vec<_> = kept.into_iter().map(|blob| (blob.sha256, blob.size)).collect();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn examining_tells_what_the_bytes_are_now() {
    let (folder, files) = files().await;
    let blob = keep(&files, &noise(MIB + 5)).await.unwrap();
    assert_eq!(files.examine(&blob.sha256).await.unwrap(), blob);
    let mut bytes = noise(MIB + 5).to_vec();
    bytes[MIB] ^= 1;
    fs::write(folder.place(&blob.sha256), &bytes).unwrap();
    assert_ne!(files.examine(&blob.sha256).await.unwrap().sha256, blob.sha256);
}

#[tokio::test]
async fn a_blob_marked_damaged_is_not_served_until_it_is_uploaded_again() {
    let (folder, files) = files().await;
    let bytes = noise(MIB);
    let blob = keep(&files, &bytes).await.unwrap();
    let mut other = bytes.to_vec();
    other[7] ^= 1;
    fs::write(folder.place(&blob.sha256), &other).unwrap();
    files.mark_damaged(&blob.sha256).await;
    assert!(matches!(read(&files, &blob, None).await, Err(Error::Damaged)));
    assert!(matches!(files.open_seekable(&blob.sha256, blob.size).await, Err(Error::Damaged)));
    keep(&files, &bytes).await.unwrap();
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
}

#[tokio::test]
async fn blocked_bytes_go_neither_out_nor_in() {
    let (folder, files) = files().await;
    let blob = keep(&files, &noise(1000)).await.unwrap();
    read(&files, &blob, None).await.unwrap();
    files.block(&blob.sha256, "it steals passwords");
    let refused = |result: Result<Bytes>| matches!(result, Err(Error::Blocked { reason }) if reason.contains("steals"));
    assert!(refused(read(&files, &blob, None).await));
    files.delete(&blob.sha256).await.unwrap();
    assert!(refused(keep(&files, &noise(1000)).await.map(|_| Bytes::new())));
    assert_eq!((folder.count(), folder.uploads()), (0, 0));
    files.unblock(&blob.sha256);
    assert!(matches!(read(&files, &blob, None).await, Err(Error::Missing)));
    keep(&files, &noise(1000)).await.unwrap();
    assert_eq!(read(&files, &blob, None).await.unwrap(), noise(1000));
}

#[tokio::test]
async fn only_what_nobody_brought_lately_is_collected() {
    let (folder, files) = files().await;
    let blob = keep(&files, &noise(1000)).await.unwrap();
    let written = files.list().try_collect::<Vec<_>>().await.unwrap()[0].written;
    assert!(!files.collect(&blob.sha256, written - Duration::from_mins(1)).await.unwrap());
    read(&files, &blob, None).await.unwrap();
    assert!(files.collect(&blob.sha256, written + Duration::from_mins(1)).await.unwrap());
    assert_eq!(folder.count(), 0);
    assert!(matches!(read(&files, &blob, None).await, Err(Error::Missing)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_read_from_anywhere() {
    let (_folder, files) = files().await;
    let bytes = noise(2 * MIB + 11);
    let blob = keep(&files, &bytes).await.unwrap();
    let mut opened = files.open_seekable(&blob.sha256, blob.size).await.unwrap();
    let read = tokio::task::spawn_blocking(move || {
        let mut read = |from: SeekFrom, length: usize| {
            let mut part = vec![0; length];
            opened.seek(from).unwrap();
            opened.read_exact(&mut part).unwrap();
            part
        };
        [read(SeekFrom::End(-20), 20), read(SeekFrom::Start(MIB as u64 - 3), 700_000), read(SeekFrom::Start(0), 4)]
    });
    let [end, middle, start] = read.await.unwrap();
    assert_eq!(end, bytes[bytes.len() - 20..]);
    assert_eq!(middle, bytes[MIB - 3..][..700_000]);
    assert_eq!(start, bytes[..4]);
}

#[tokio::test]
async fn a_copy_elsewhere_is_checked_and_made_once() {
    let (folder, files) = files().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Files::open(elsewhere.path(), Some(0)).unwrap();
    let (bytes, bad) = (noise(9 * MIB + 1), noise(3000));
    let (blob, damaged) = (keep(&files, &bytes).await.unwrap(), keep(&files, &bad).await.unwrap());
    fs::write(folder.place(&damaged.sha256), vec![0; 3000]).unwrap();
    assert!(files.copy_to(&other, &blob.sha256, blob.size).await.unwrap());
    assert!(!files.copy_to(&other, &blob.sha256, blob.size).await.unwrap());
    assert!(matches!(files.copy_to(&other, &damaged.sha256, damaged.size).await, Err(Error::Damaged)));
    assert_eq!(read(&other, &blob, None).await.unwrap(), bytes);
    files.delete(&blob.sha256).await.unwrap();
    assert!(other.copy_to(&files, &blob.sha256, blob.size).await.unwrap());
    assert_eq!(read(&files, &blob, None).await.unwrap(), bytes);
}
