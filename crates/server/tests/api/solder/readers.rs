//! What the Technic Launcher, Prism Launcher and technicpack.net read of us: every answer to every kind of viewer, by the rules of
//! each reader.

mod shapes;
mod tables;
mod world;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::shapes::shapes;
use self::tables::{Kind, OURS, PLATFORM, PRISM, Reader, TECHNIC};
use self::world::{CID, Viewer, World};
use super::fixture::KEY;
use super::md5;
use crate::test_app::{Answer, Caller};

const READERS: [Reader; 4] = [TECHNIC, PRISM, PLATFORM, OURS];
const HOST: &str = "https://mc.example.org";

/// What the Technic Launcher sends as `Accept`, and what others may.
const ACCEPTS: [&str; 3] = ["text/html, image/gif, image/jpeg, */*; q=0.2", "text/html", "application/xml"];

#[test]
fn each_reader_trips_over_what_its_table_says_and_over_nothing_else() {
    for shape in shapes() {
        for reader in READERS.iter().filter(|reader| reader.reads(shape.kind)) {
            let before = reader.faults(shape.kind, &shapes::good(shape.kind));
            assert!(before.is_empty(), "{before:?}");
            let refused = !reader.faults(shape.kind, &shape.body()).is_empty();
            assert_eq!(refused, shape.refused_by.contains(&reader.name), "{} by {}", shape.told(), reader.name);
        }
    }
}

#[test]
fn each_rule_of_each_reader_is_broken_by_a_shape() {
    for reader in &READERS {
        let broken: BTreeSet<usize> =
            shapes().iter().flat_map(|shape| reader.faults(shape.kind, &shape.body())).map(|(rule, _)| rule).collect();
        let never: Vec<usize> = (0..reader.rules.len()).filter(|rule| !broken.contains(rule)).collect();
        assert!(never.is_empty(), "{}: nothing breaks the rules {never:?} of its table", reader.name);
    }
}

/// An answer that was read, and what is said of it by readers.
struct Read {
    address: String,
    body: Value,
    complaints: Vec<String>,
}

impl Viewer {
    /// Asks for something below `api`, and has it read by all who ask for it.
    async fn read(&self, caller: &Caller, kind: Kind, path: &str) -> Read {
        let include = match kind {
            Kind::FullList => "include=full",
            Kind::Described => "include=mods",
            _ => "",
        };
        let address = self.address(path, include);
        let answer = caller.fetch(&address).await;
        assert_eq!(answer.status, 200, "{address}: {}", String::from_utf8_lossy(&answer.bytes));
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("application/json"), "{address}");
        is_the_same_however_it_is_asked_for(caller, &address, &answer).await;
        let body = answer.json();
        let faults = READERS.iter().flat_map(|reader| reader.faults(kind, &body));
        let complaints = faults.map(|(_, fault)| fault).collect();
        Read { address, body, complaints }
    }
}

/// Neither a slash at the end nor what is accepted makes a difference.
async fn is_the_same_however_it_is_asked_for(caller: &Caller, address: &str, answer: &Answer) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let slashed = caller.fetch(&format!("{path}/?{query}")).await;
    assert_eq!((slashed.status, &slashed.bytes), (answer.status, &answer.bytes), "{address} with a slash");
    for accept in ACCEPTS {
        let other = caller.fetch_with(address, &[("accept", accept.to_owned())]).await;
        assert_eq!((other.status, &other.bytes), (answer.status, &answer.bytes), "{address} as {accept}");
        assert_eq!(other.headers.get("content-type"), answer.headers.get("content-type"), "{address} as {accept}");
    }
}

/// Asserts that nobody complains.
fn is_taken(read: &Read) {
    assert!(read.complaints.is_empty(), "{}: {:?}\n{:#}", read.address, read.complaints, read.body);
}

/// Everything that a viewer comes to, along what is answered.
async fn walk(caller: &Caller, viewer: &Viewer) {
    let list = viewer.read(caller, Kind::List, "/modpack").await;
    is_taken(&list);
    let full = viewer.read(caller, Kind::FullList, "/modpack").await;
    is_taken(&full);
    let listed: Vec<_> = list.body["modpacks"].as_object().unwrap().keys().cloned().collect();
    let mut expected: Vec<_> = viewer.packs.iter().filter(|pack| pack.is_listed).map(|pack| pack.slug).collect();
    expected.sort_unstable();
    assert_eq!(listed, expected, "{}", viewer.name);
    for shown in viewer.packs {
        let read = viewer.read(caller, Kind::Pack, &format!("/modpack/{}", shown.slug)).await;
        assert_eq!(read.body["builds"], json!(shown.builds), "{}: the oldest first", read.address);
        if shown.builds.is_empty() {
            // There is nothing that these could name. The Technic Launcher then offers to send its client id.
            let expected = ["recommended", "latest"].map(|channel| format!("Prism `{channel}`: requireString"));
            assert_eq!(read.complaints, expected, "{}", read.address);
        } else {
            is_taken(&read);
            assert_eq!(full.body["modpacks"].get(shown.slug).is_some(), shown.is_listed, "{}", read.address);
        }
        for build in shown.builds {
            walk_build(caller, viewer, shown.slug, build).await;
        }
    }
    for module in viewer.read_plain(caller, "/mod").await["mods"].as_object().unwrap().keys() {
        let details = viewer.read_plain(caller, &format!("/mod/{module}")).await;
        for version in details["versions"].as_array().unwrap() {
            let version = World::segment(version.as_str().unwrap());
            let zip = viewer.read_plain(caller, &format!("/mod/{module}/{version}")).await;
            is_downloaded(caller, &zip).await;
        }
    }
}

async fn walk_build(caller: &Caller, viewer: &Viewer, slug: &str, build: &str) {
    let path = format!("/modpack/{slug}/{}", World::segment(build));
    let read = viewer.read(caller, Kind::Build, &path).await;
    is_taken(&read);
    is_taken(&viewer.read(caller, Kind::Described, &path).await);
    for zip in read.body["mods"].as_array().unwrap() {
        is_downloaded(caller, zip).await;
    }
}

/// Asserts that a zip has the bytes that are told of it.
async fn is_downloaded(caller: &Caller, zip: &Value) {
    let address = zip["url"].as_str().unwrap();
    let fetched = caller.fetch(address.strip_prefix(HOST).unwrap()).await;
    assert_eq!(fetched.status, 200, "{address}");
    assert_eq!((json!(md5(&fetched.bytes)), json!(fetched.bytes.len())), (zip["md5"].clone(), zip["filesize"].clone()));
    assert_eq!(fetched.headers["content-length"], fetched.bytes.len().to_string(), "the launcher counts");
}

impl Viewer {
    /// An answer that none of the readers asks for, but that has no more of an error than others.
    async fn read_plain(&self, caller: &Caller, path: &str) -> Value {
        let address = self.address(path, "");
        let answer = caller.fetch(&address).await;
        assert_eq!(answer.status, 200, "{address}");
        is_the_same_however_it_is_asked_for(caller, &address, &answer).await;
        let body = answer.json();
        assert!(body.get("error").is_none() && body.get("status").is_none(), "{address}");
        body
    }
}

#[tokio::test]
async fn every_answer_is_taken_by_every_reader() {
    let world = World::new().await;
    for viewer in world.viewers() {
        Box::pin(walk(&world.anonymous, &viewer)).await;
    }
    let verified = world.viewers()[0].read(&world.anonymous, Kind::Verified, &format!("/verify/{KEY}")).await;
    is_taken(&verified);
}

#[tokio::test]
async fn every_refusal_has_its_status_and_its_words() {
    const NO_PACK: (u16, &str) = (404, "Modpack does not exist");
    const NO_BUILD: (u16, &str) = (404, "Build does not exist");
    let world = World::new().await;
    for (path, (status, error)) in [
        ("/modpack/none", NO_PACK),
        ("/modpack/mine", NO_PACK),
        ("/modpack/mine?k=wrong", NO_PACK),
        ("/modpack/mine?cid=11111111-2222-3333-4444-555555555555", NO_PACK),
        ("/modpack/mine/1.0", NO_PACK),
        ("/modpack/none/1.0", NO_PACK),
        ("/modpack/secret/1", NO_PACK),
        ("/modpack/sky/9.9", NO_BUILD),
        ("/modpack/sky/draft", NO_BUILD),
        (&format!("/modpack/sky/draft?k={KEY}"), NO_BUILD),
        ("/modpack/sky/latest", NO_BUILD),
        ("/modpack/empty/1.0", NO_BUILD),
        (&format!("/modpack/empty/1.0?cid={CID}"), NO_BUILD),
        ("/modpack/SkyPack/1.2-secret", NO_BUILD),
        ("/modpack/sky/1.0%2Fmore", NO_BUILD),
        ("/mod/none", (404, "Mod does not exist")),
        ("/mod/none/1", (404, "Mod does not exist")),
        ("/mod/lens/9.9", (404, "Mod version does not exist")),
        ("/verify/wrong", (403, "Invalid key provided.")),
        ("/verify", (404, "No API key provided.")),
        ("/index.html", (404, "Not found")),
        ("/modpack/sky/1.0/more", (404, "Not found")),
    ] {
        let address = format!("/solder/api{path}");
        let answer = world.anonymous.fetch(&address).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (status, json!({"error": error})), "{address}");
        assert_eq!(answer.headers["content-type"], "application/json", "{address}");
        is_the_same_however_it_is_asked_for(&world.anonymous, &address, &answer).await;
        // Each reader takes it for what it is, were the status lost on the way.
        for (reader, kind) in [(&TECHNIC, Kind::Pack), (&PRISM, Kind::Pack), (&PLATFORM, Kind::Described)] {
            assert!(!reader.faults(kind, &answer.json()).is_empty(), "{} takes {address}", reader.name);
        }
    }
}
