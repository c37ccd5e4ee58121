//! `.mrpack`: one zip, one index.

use kleister_formats::plan::Part;
use kleister_formats::{Addresses, Bundle, Delivery, Environment, InstancePath, Policy, Release, Support, losses, mrpack};
use serde_json::Value;

use crate::{lines, packs, releases};

fn export(release: &Release) -> Bundle {
    mrpack::write(release, &releases::addresses())
}

/// The index, which is the only text in the archive.
fn text(bundle: &Bundle) -> String {
    let mut parts = bundle.plan.parts.iter();
    let is_its_head = |part: &&Part| matches!(part, Part::Bytes(bytes) if bytes.ends_with(b"modrinth.index.json"));
    parts.find(is_its_head).unwrap();
    let Some(Part::Bytes(index)) = parts.next() else { panic!("the index is not made") };
    String::from_utf8(index.clone()).unwrap()
}

/// The names of the files that lie in the archive, as the heads before them have them.
fn inside(bundle: &Bundle) -> Vec<String> {
    let pairs = bundle.plan.parts.iter().zip(bundle.plan.parts.iter().skip(1));
    let name = |(head, content): (&Part, &Part)| match (head, content) {
        (Part::Bytes(head), Part::File { .. }) => Some(String::from_utf8(head[30..].to_vec()).unwrap()),
        _ => None,
    };
    pairs.filter_map(name).collect()
}

fn index(release: &Release) -> Value {
    serde_json::from_str(&text(&export(release))).unwrap()
}

fn file<'a>(index: &'a Value, path: &str) -> &'a Value {
    index["files"].as_array().unwrap().iter().find(|file| file["path"] == path).unwrap()
}

#[test]
fn index_and_losses_stay_as_they_are() {
    for (name, release) in releases::all() {
        let export = export(&release);
        let inside = inside(&export).join("\n");
        let snapshot = format!("{}\n\n{inside}\n\n=== losses ===\n{}", text(&export), lines(&export.losses));
        insta::assert_snapshot!(format!("{name}.mrpack"), snapshot);
    }
}

#[test]
fn same_release_gives_the_same_bytes() {
    for (_, release) in releases::all() {
        assert_eq!(export(&release).plan, export(&release.clone()).plan);
    }
}

#[test]
fn own_files_lie_in_the_archive_for_the_sides_that_need_them() {
    let mut release = releases::vanilla();
    let mut own = release.files.pop().unwrap();
    (own.content, own.policy, own.choice) = (None, Policy::Force, None);
    let sides = |client, server| Environment { client, server };
    let (yes, no, perhaps) = (Support::Required, Support::Unsupported, Support::Optional);
    release.files = [
        ("config/both.toml", sides(yes, yes), Policy::Force),
        ("config/client.toml", sides(yes, no), Policy::Force),
        ("config/server.toml", sides(no, yes), Policy::Force),
        ("config/nobody.toml", sides(no, no), Policy::Force),
        ("config/asked.toml", sides(perhaps, yes), Policy::Force),
        ("config/spared.toml", sides(yes, yes), Policy::Seed),
        ("config/kept.toml", sides(yes, yes), Policy::Keep),
    ]
    .map(|(path, environment, policy)| {
        let path: InstancePath = path.parse().unwrap();
        kleister_formats::File { path, environment, policy, ..own.clone() }
    })
    .into();
    let mut empty = own.clone();
    (empty.path, empty.size) = ("config/empty.toml".parse().unwrap(), 0);
    release.files.push(empty);
    let export = export(&release);
    assert_eq!(
        inside(&export),
        ["client-overrides/config/client.toml", "overrides/config/both.toml", "server-overrides/config/server.toml"]
    );
    let index: Value = serde_json::from_str(&text(&export)).unwrap();
    let fetched: Vec<_> = index["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    let expected = ["asked", "empty", "kept", "nobody", "spared"].map(|name| format!("config/{name}.toml"));
    assert_eq!(fetched, expected, "what only the index can say, and what an update shall spare");
}

#[test]
fn client_only_mod_is_unsupported_on_the_server() {
    let index = index(&releases::forge());
    assert_eq!(file(&index, "mods/oculus.jar")["env"]["client"], "required");
    assert_eq!(file(&index, "mods/oculus.jar")["env"]["server"], "unsupported");
}

#[test]
fn dependencies_are_minecraft_and_the_bare_loader() {
    assert_eq!(index(&releases::vanilla())["dependencies"], serde_json::json!({"minecraft": "26.1"}));
    assert_eq!(
        index(&releases::forge())["dependencies"],
        serde_json::json!({"minecraft": "1.20.1", "forge": "47.2.0"})
    );
    assert_eq!(
        index(&releases::fabric())["dependencies"],
        serde_json::json!({"minecraft": "1.21.1", "fabric-loader": "0.16.9"})
    );
}

#[test]
fn linked_file_comes_from_its_https_sources_with_legal_addresses() {
    let index = index(&releases::forge());
    assert_eq!(
        file(&index, "mods/iron.jar")["downloads"],
        serde_json::json!(["https://cdn.modrinth.com/data/x/Iron%20%5BForge%5D%207.jar"])
    );
}

#[test]
fn source_without_https_is_kept_where_it_is_the_only_one_and_is_a_loss() {
    let mut release = releases::vanilla();
    release.files[0].delivery = Delivery::Linked;
    release.files[0].sources = vec!["http://mirror.example.org/a.zip".to_owned()];
    assert_eq!(index(&release)["files"][0]["downloads"], serde_json::json!(["http://mirror.example.org/a.zip"]));
    assert_eq!(export(&release).losses[0].what, "resourcepacks/faithful.zip");
}

#[test]
fn size_that_nobody_tells_is_a_loss() {
    let unmeasured = |delivery| {
        let mut release = releases::vanilla();
        (release.files[0].delivery, release.files[0].size) = (delivery, 0);
        release.files[0].sources = vec!["https://mirror.example.org/a.zip".to_owned()];
        release
    };
    let losses = export(&unmeasured(Delivery::Linked)).losses;
    assert_eq!((losses.len(), &*losses[0].what), (1, "resourcepacks/faithful.zip"));
    assert!(losses[0].why.contains("size is not known"), "{}", losses[0].why);
    // What is kept here is measured, though it be empty.
    assert_eq!(export(&unmeasured(Delivery::Stored)).losses, []);
}

#[test]
fn http_address_of_the_server_is_a_loss() {
    let addresses = Addresses::new("http://192.168.0.2:8080/packs/golden/1.0");
    let all = losses::all(&releases::vanilla(), &addresses);
    assert_eq!(all["pack.mrpack"].len(), 1);
    assert_eq!(all["pack.mrpack"][0].what, "downloads");
    let export = mrpack::write(&releases::vanilla(), &addresses);
    assert!(text(&export).contains("http://192.168.0.2:8080/packs/golden/1.0/files/"));
    assert_eq!(losses::all(&releases::vanilla(), &releases::addresses())["pack.mrpack"], []);
}

#[test]
fn file_of_four_gibibytes_is_left_out() {
    let mut release = releases::vanilla();
    release.files[0].size = 1 << 32;
    assert_eq!(index(&release)["files"], serde_json::json!([]));
    assert!(export(&release).losses[0].why.contains("4 GiB"));
    release.files[0].size -= 1;
    assert_eq!(index(&release)["files"][0]["fileSize"], u32::MAX);
}

#[test]
fn long_summary_is_cut_and_reported() {
    let mut release = releases::vanilla();
    release.pack.summary = Some("many words ".repeat(300));
    assert!(index(&release)["summary"].as_str().unwrap().len() <= 2048);
    assert_eq!(export(&release).losses[0].what, "summary");
}

/// The addresses of a file of the pack whose files are elsewhere.
fn downloads(write: fn(&Release, &Addresses) -> Bundle, path: &str) -> Vec<String> {
    let export = write(&packs::elsewhere(), &releases::addresses());
    let index: Value = serde_json::from_str(&text(&export)).unwrap();
    let downloads = file(&index, path)["downloads"].as_array().unwrap();
    downloads.iter().map(|address| address.as_str().unwrap().to_owned()).collect()
}

#[test]
fn players_fetch_from_modrinth_alone_what_modrinth_has() {
    let theirs = "https://cdn.modrinth.com/data/AANobbMI/versions/b2JhY2tz";
    assert_eq!(downloads(mrpack::write, "mods/kept.jar"), [format!("{theirs}/kept.jar")]);
    assert_eq!(downloads(mrpack::write, "mods/linked.jar"), [format!("{theirs}/linked.jar")]);
    let mut release = packs::elsewhere();
    release.files.iter_mut().for_each(|file| file.origins.clear());
    let kept = index(&release);
    assert_eq!(file(&kept, "mods/kept.jar")["downloads"].as_array().unwrap().len(), 3, "nobody says it is the same");
}

#[test]
fn own_source_has_no_other_address_of_what_is_kept_here() {
    let ours = "https://mc.example.org/packs/golden/1.0/files/mods/kept.jar";
    assert_eq!(downloads(mrpack::write_own, "mods/kept.jar"), [ours]);
    assert_eq!(downloads(mrpack::write_own, "mods/linked.jar").len(), 1, "what is only linked has no address of ours");
}

#[test]
fn upload_fetches_from_modrinth_and_github_only() {
    let upload = mrpack::write_upload(&packs::elsewhere(), &releases::addresses());
    let Some(Part::Bytes(index)) = upload.plan.parts.get(1) else { panic!("the index is the only entry") };
    let index: Value = serde_json::from_slice(index).unwrap();
    let files = index["files"].as_array().unwrap();
    let hosts = files.iter().flat_map(|file| file["downloads"].as_array().unwrap());
    assert!(hosts.clone().count() > 0);
    assert!(hosts.into_iter().all(|address| address.as_str().unwrap().starts_with("https://cdn.modrinth.com/")));
    insta::assert_snapshot!("elsewhere.upload", lines(&upload.losses));
}

#[test]
fn upload_names_the_jars_whose_permission_must_be_shown() {
    let upload = mrpack::write_upload(&packs::forge_1_20_1(), &releases::addresses());
    let asked = upload.losses.iter().filter(|loss| loss.why.contains("may hand it out")).map(|loss| &*loss.what);
    assert_eq!(
        asked.collect::<Vec<_>>(),
        [
            "mods/create-1.20.1-0.5.1.jar",
            "mods/embeddium-0.3.31.jar",
            "mods/oculus-1.7.0.jar",
            "mods/spark-1.10.53.jar"
        ]
    );
}
