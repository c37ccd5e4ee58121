//! `kleister admin storage` and `kleister admin blob` as operators run them: beside a server or alone, on a folder and on
//! an S3 service, told in words and as JSON.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod house;
#[path = "../../../files/tests/blobs/s3.rs"]
mod s3;

use std::fs;
use std::time::Duration;

use house::{House, block_reading, said};
use serde_json::json;

/// The SHA-256 of `left behind`.
const LEFT: &str = "6b56f89a918f2feb33c2270465aed9b0e2ed2b3bc0ba33bd743b7ff1631181c1";
/// Where players get the file of the build.
const FILE: &str = "/packs/sky/1.0/files/config/sky.bin";

/// Every place of bytes, with a server and without one.
const WAYS: [(bool, bool); 4] = [(false, true), (false, false), (true, true), (true, false)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gc_tells_what_nothing_names_and_deletes_that_alone() {
    for (in_bucket, runs) in WAYS {
        let mut house = House::new(in_bucket).await;
        house.start().await;
        let kept = house.publish(b"what players have").await;
        if !runs {
            house.kill();
        }
        let left = house.stray(LEFT, b"left behind");
        let told = house.admin(&["storage", "gc", "--dry-run"]);
        assert!(told.succeeded && told.err.is_empty(), "{}", told.err);
        assert_eq!(told.out, format!("would be deleted: 1 blobs, 11 bytes\n{LEFT}\n"));
        assert!(left.exists());
        let told = house.admin(&["storage", "gc", "--dry-run", "--output", "json"]);
        assert_eq!(told.json(), json!({"blobs": [LEFT], "bytes": 11}));
        let done = house.admin(&["storage", "gc", "--output", "json"]);
        assert!(done.succeeded && done.err.is_empty(), "{}", done.err);
        assert_eq!(done.json(), told.json());
        assert!(!left.exists() && house.place(&kept).exists());
        assert_eq!(house.admin(&["storage", "gc"]).out, "deleted: 0 blobs, 0 bytes\n");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verify_names_each_bad_file_and_whom_it_hurts() {
    for (in_bucket, runs) in WAYS {
        let mut house = House::new(in_bucket).await;
        house.start().await;
        let kept = house.publish(b"what players have").await;
        let sound = house.admin(&["storage", "verify"]);
        assert!(sound.succeeded && sound.out == "all 1 blobs are sound (17 bytes)\n", "{} {}", sound.out, sound.err);
        if !runs {
            house.kill();
        }
        fs::write(house.place(&kept), b"something of else").unwrap();
        let told = house.admin(&["storage", "verify"]);
        assert!(!told.succeeded && told.err.is_empty(), "{}", told.err);
        let lines: Vec<_> = told.out.lines().collect();
        assert_eq!(lines[0], "1 of 1 blobs are bad; nobody gets them until they are uploaded again");
        assert!(lines[1].starts_with(&format!("{kept}: its bytes are others")), "{}", told.out);
        assert_eq!(lines[2..], ["    build `1.0` of pack `sky` (published)"]);
        let told = house.admin(&["storage", "verify", "--output", "json"]);
        assert!(!told.succeeded && told.err.is_empty(), "{}", told.err);
        let bad = &told.json()["bad"][0];
        assert_eq!((&bad["sha256"], bad["hurts"].as_array().unwrap().len()), (&json!(kept), 1), "{bad}");
        fs::remove_file(house.place(&kept)).unwrap();
        let told = house.admin(&["storage", "verify", "--output", "json"]);
        assert_eq!(told.json()["bad"][0]["fault"], "it is not there");
        if runs {
            assert_eq!(house.fetch(FILE).await.0, 503);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_bytes_move_to_a_bucket_and_back_and_are_the_same() {
    let mut house = House::new(false).await;
    house.start().await;
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let key = house.publish(&bytes).await;
    let moved = house.admin(&["storage", "move", "--to", "s3", "--output", "json"]);
    assert_eq!(moved.json(), json!({"copied": 1, "there": 0, "bytes": 400_000, "bad": []}), "{}", moved.err);
    let again = house.admin(&["storage", "move", "--to", "s3"]);
    assert!(again.out.starts_with("copied 0 blobs (0 bytes); 1 were there already\n"), "{}", again.out);
    house.kill();
    fs::remove_dir_all(house.path("storage/files/blobs")).unwrap();
    house.in_bucket = true;
    house.configure();
    house.start().await;
    assert!(house.fetch(FILE).await == (200, bytes.clone()));
    let wrong = house.admin(&["storage", "move", "--to", "s3", "--output", "json"]);
    assert!(!wrong.succeeded && wrong.out.is_empty() && wrong.err.contains("there already"), "{}", wrong.err);
    house.kill();
    let back = house.admin(&["storage", "move", "--to", "file", "--output", "json"]);
    assert_eq!(back.json(), json!({"copied": 1, "there": 0, "bytes": 400_000, "bad": []}), "{}", back.err);
    fs::remove_file(house.place(&key)).unwrap();
    house.in_bucket = false;
    house.configure();
    house.start().await;
    assert!(house.fetch(FILE).await == (200, bytes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn takedown_holds_at_once_and_is_taken_back_in_words_and_as_json() {
    for (in_bucket, runs) in WAYS {
        let mut house = House::new(in_bucket).await;
        house.start().await;
        let key = house.publish(b"what players have").await;
        if !runs {
            house.kill();
        }
        let done = house.admin(&["blob", "block", &key, "--reason", "it is malware", "--output", "json"]);
        let withdrawn = json!({"withdrawn": [{"pack": "sky", "build": "1.0", "owners": ["admin"]}]});
        assert_eq!(done.json(), withdrawn, "{}", done.err);
        assert!(!house.place(&key).exists());
        if !runs {
            house.start().await;
        }
        let (status, said) = house.fetch(FILE).await;
        assert!(status == 451 && String::from_utf8_lossy(&said).contains("it is malware"), "{status}");
        let shown = house.send("GET", &format!("/blobs/{key}"), None).await;
        assert_eq!(shown["blob"]["block"]["by"], "operator");
        if !runs {
            house.kill();
        }
        let undone = house.admin(&["blob", "unblock", &key, "--output", "json"]);
        assert_eq!(undone.json(), json!({"unblocked": key}), "{}", undone.err);
        let again = house.admin(&["blob", "unblock", &key]);
        assert!(
            !again.succeeded && again.out.is_empty() && again.err.contains("failed to find block"),
            "{}",
            again.err
        );
        let done = house.admin(&["blob", "block", &key, "--reason", "it is malware after all"]);
        assert!(
            done.succeeded && done.out.starts_with("nobody gets these bytes any more"),
            "{} {}",
            done.out,
            done.err
        );
        assert!(house.admin(&["blob", "unblock", &key]).out.starts_with("these bytes may be uploaded again"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_a_power_cut_breaks_off_is_done_after_the_next_start() {
    let mut house = House::new(false).await;
    house.start().await;
    let key = house.publish(b"what players have").await;
    let bytes = fs::read(house.place(&key)).unwrap();
    for command in [&["storage", "verify"][..], &["storage", "move", "--to", "s3"]] {
        block_reading(&house.place(&key));
        let asked = house.begin(command);
        let id = running(&house).await;
        house.kill();
        let told = said(asked);
        assert!(!told.succeeded && told.err.contains("did not answer"), "{} {}", told.out, told.err);
        fs::remove_file(house.place(&key)).unwrap();
        fs::write(house.place(&key), &bytes).unwrap();
        house.start().await;
        let job = over(&house, &id).await;
        assert_eq!(job["state"], "done", "{job} {}", house.log());
        let result = &job["result"];
        assert!(result["blobs"] == 1 || result["copied"] == 1, "{job}");
        assert_eq!(result["bad"], json!([]), "{job}");
    }
    // What the last of them did is there.
    house.in_bucket = true;
    assert_eq!(fs::read(house.place(&key)).unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_breaks_the_server_again_and_again_is_given_up_with_its_reason() {
    let mut house = House::new(false).await;
    house.start().await;
    let key = house.publish(b"what players have").await;
    block_reading(&house.place(&key));
    let asked = house.begin(&["storage", "verify", "--output", "json"]);
    let id = running(&house).await;
    house.kill();
    let told = said(asked);
    assert!(!told.succeeded && told.out.is_empty(), "{}", told.out);
    for _ in 1..3 {
        house.start().await;
        assert_eq!(running(&house).await, id);
        house.kill();
    }
    house.start().await;
    let job = over(&house, &id).await;
    assert_eq!(job["state"], "failed");
    assert!(job["failure"].as_str().unwrap().contains("start it again"), "{job}");
}

/// The identifier of the only job that is under way, once one is.
async fn running(house: &House) -> String {
    loop {
        let jobs = house.send("GET", "/jobs", None).await;
        let under_way = jobs["jobs"]
            .as_array()
            .unwrap()
            .iter()
            .find(|job| job["state"] == "running" && job["progress"]["total"] == 1);
        if let Some(job) = under_way {
            return job["id"].as_str().unwrap().to_owned();
        }
        // Another process does it: it can only be asked.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A job once it is over.
async fn over(house: &House, id: &str) -> serde_json::Value {
    loop {
        let job = house.send("GET", &format!("/jobs/{id}"), None).await;
        if !["waiting", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
