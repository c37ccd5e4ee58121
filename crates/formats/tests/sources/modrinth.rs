//! Modrinth's answers.

use kleister_formats::sources::{Dependency, Kind, Need, Stage, modrinth};
use kleister_formats::{Environment, Support};
use serde_json::{Value, json};

use super::bytes;

fn project(change: impl FnOnce(&mut Value)) -> Value {
    let mut project = json!({
        "id": "Wnxd13zP", "slug": "lanterns", "project_type": "mod", "team": "BZoBsPo6", "title": "Lanterns",
        "description": "Lights that hang.", "body": "# Lanterns", "client_side": "required", "server_side": "optional",
        "license": {"id": "LGPL-3.0-only", "name": "GNU Lesser General Public License v3.0 only", "url": null},
        "icon_url": "https://cdn.modrinth.com/data/Wnxd13zP/icon.png", "donation_urls": [], "downloads": 7,
        "game_versions": ["1.20.1"], "loaders": ["fabric"], "versions": ["a1B2c3D4"], "status": "approved",
    });
    change(&mut project);
    project
}

fn version(change: impl FnOnce(&mut Value)) -> Value {
    let mut version = json!({
        "id": "a1B2c3D4", "project_id": "Wnxd13zP", "author_id": "u5e6r7", "featured": false, "name": "Lanterns 1.4.0",
        "version_number": "1.4.0+mc1.20.1", "changelog": "- hangs better", "date_published": "2026-03-01T10:00:00Z",
        "downloads": 3, "version_type": "beta", "status": "listed", "requested_status": null,
        "files": [
            {"hashes": {"sha1": "11".repeat(20), "sha512": "22".repeat(64)}, "url": "https://cdn.modrinth.com/data/Wnxd13zP/versions/a1B2c3D4/lanterns-sources.jar",
             "filename": "lanterns-sources.jar", "primary": false, "size": 10, "file_type": null},
            {"hashes": {"sha1": "AB".repeat(20), "sha512": "CD".repeat(64)}, "url": "https://cdn.modrinth.com/data/Wnxd13zP/versions/a1B2c3D4/lanterns-1.4.0.jar",
             "filename": "lanterns-1.4.0.jar", "primary": true, "size": 51234, "file_type": null},
        ],
        "dependencies": [
            {"version_id": null, "project_id": "P7dR8mSH", "file_name": null, "dependency_type": "required"},
            {"version_id": "zzzzzzzz", "project_id": null, "file_name": null, "dependency_type": "optional"},
            {"version_id": null, "project_id": null, "file_name": "other.jar", "dependency_type": "embedded"},
        ],
        "game_versions": ["1.20.1", "1.20"], "loaders": ["fabric", "Quilt"],
    });
    change(&mut version);
    version
}

#[test]
fn a_project_is_read_whole() {
    let read = modrinth::project(&bytes(&project(|_| {}))).unwrap();
    assert_eq!((read.id.as_str(), read.slug.as_str(), read.name.as_str()), ("Wnxd13zP", "lanterns", "Lanterns"));
    assert_eq!(
        (read.kind, read.licence.as_deref(), read.redistribution),
        (Some(Kind::Mod), Some("LGPL-3.0-only"), Some(true))
    );
    assert_eq!(read.page.as_deref(), Some("https://modrinth.com/mod/lanterns"));
    assert_eq!(read.environment, Some(Environment { client: Support::Required, server: Support::Optional }));
}

#[test]
fn what_a_project_does_not_say_is_not_known() {
    let environment = |client: &str, server: &str| {
        let project = project(|it| {
            it["client_side"] = client.into();
            it["server_side"] = server.into();
        });
        modrinth::project(&bytes(&project)).unwrap().environment
    };
    assert_eq!(environment("unknown", "required"), None);
    assert_eq!(environment("unsupported", "unsupported"), None);
    assert!(environment("optional", "unsupported").is_some());
    let reserved = project(|it| it["license"]["id"] = "LicenseRef-All-Rights-Reserved".into());
    assert_eq!(modrinth::project(&bytes(&reserved)).unwrap().redistribution, None);
    let pack = project(|it| it["project_type"] = "modpack".into());
    assert_eq!(modrinth::project(&bytes(&pack)).unwrap().kind, None);
    assert!(modrinth::project(&bytes(&project(|it| it["id"] = "../../admin".into()))).is_err());
}

#[test]
fn a_search_names_projects_in_its_own_way() {
    let hit = json!({"project_id": "Wnxd13zP", "slug": "lanterns", "project_type": "mod", "author": "lamplighter", "title": "Lanterns",
        "description": "Lights that hang.", "license": "ARR", "client_side": "required", "server_side": "required",
        "versions": ["1.20.1"], "downloads": 7, "latest_version": "a1B2c3D4", "icon_url": ""});
    let found = modrinth::found(&bytes(
        &json!({"hits": [hit, {"slug": "broken"}, 7], "offset": 0, "limit": 10, "total_hits": 31}),
    ))
    .unwrap();
    assert_eq!((found.total, found.projects.len()), (31, 1));
    assert_eq!((found.projects[0].author.as_deref(), found.projects[0].icon.as_deref()), (Some("lamplighter"), None));
    assert_eq!(found.projects[0].redistribution, None);
}

#[test]
fn a_version_is_read_whole_its_own_file_first() {
    let read = modrinth::version(&bytes(&version(|_| {}))).unwrap();
    assert_eq!((read.number.as_str(), read.stage, read.project.as_str()), ("1.4.0+mc1.20.1", Stage::Beta, "Wnxd13zP"));
    assert_eq!(
        (read.loaders, read.minecrafts),
        (vec!["fabric".to_owned(), "quilt".to_owned()], vec!["1.20.1".to_owned(), "1.20".to_owned()])
    );
    let names: Vec<_> = read.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["lanterns-1.4.0.jar", "lanterns-sources.jar"]);
    assert_eq!((read.files[0].size, read.files[0].sha1.as_deref()), (Some(51234), Some("ab".repeat(20).as_str())));
    assert_eq!(read.files[0].sha512.as_deref(), Some("cd".repeat(64).as_str()));
    let dependencies = [
        Dependency { kind: Need::Required, project: Some("P7dR8mSH".to_owned()), version: None },
        Dependency { kind: Need::Optional, project: None, version: Some("zzzzzzzz".to_owned()) },
    ];
    assert_eq!(read.dependencies, dependencies);
}

#[test]
fn a_file_that_cannot_lie_in_an_instance_is_none() {
    for name in ["../../x.jar", "mods/x.jar", "x\u{0}.jar", "CON", "", "C:x.jar"] {
        let read = modrinth::version(&bytes(&version(|it| it["files"][1]["filename"] = name.into()))).unwrap();
        assert_eq!(read.files.len(), 1, "{name:?}");
    }
    let read = modrinth::version(&bytes(&version(|it| {
        it["files"][1]["url"] = "javascript:alert(1)".into();
        it["files"][1]["hashes"]["sha1"] = "beef".into();
    })))
    .unwrap();
    assert_eq!((&read.files[0].address, &read.files[0].sha1), (&None, &None));
}

#[test]
fn matches_are_by_the_hash_that_was_asked_for() {
    let hash = "CD".repeat(64);
    let document = json!({hash: version(|_| {}), "ef": {"id": "no version"}, "00": null});
    let matches = modrinth::matches(&bytes(&document)).unwrap();
    assert_eq!(matches.keys().collect::<Vec<_>>(), [&"cd".repeat(64)]);
    assert!(modrinth::matches(b"{}").unwrap().is_empty());
    assert!(modrinth::matches(b"[]").is_err());
}
