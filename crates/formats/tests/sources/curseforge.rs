//! `CurseForge`'s answers.

use kleister_formats::sources::{Dependency, Kind, Need, Stage, curseforge};
use kleister_formats::{Environment, Support};
use serde_json::{Value, json};

use super::bytes;

fn project(change: impl FnOnce(&mut Value)) -> Value {
    let mut project = json!({
        "id": 990_001, "gameId": 432, "name": "Lanterns", "slug": "lanterns", "classId": 6, "status": 4,
        "links": {"websiteUrl": "https://www.curseforge.com/minecraft/mc-mods/lanterns", "wikiUrl": "", "issuesUrl": null, "sourceUrl": null},
        "summary": "Lights that hang.", "downloadCount": 7.0, "authors": [{"id": 1, "name": "lamplighter", "url": ""}, {"id": 2, "name": "wick"}],
        "logo": {"id": 3, "thumbnailUrl": "https://media.forgecdn.net/avatars/thumbnails/1/lanterns.png"},
        "allowModDistribution": true, "isAvailable": true, "latestFiles": [],
    });
    change(&mut project);
    project
}

fn file(change: impl FnOnce(&mut Value)) -> Value {
    let mut file = json!({
        "id": 5_000_001, "gameId": 432, "modId": 990_001, "isAvailable": true, "displayName": "Lanterns 1.4.0.jar",
        "fileName": "lanterns-1.4.0.jar", "releaseType": 1, "fileStatus": 4,
        "hashes": [{"value": "AB".repeat(20), "algo": 1}, {"value": "cd".repeat(16), "algo": 2}],
        "fileDate": "2026-03-01T10:00:00Z", "fileLength": 51234, "downloadCount": 3,
        "downloadUrl": "https://edge.forgecdn.net/files/5000/1/lanterns-1.4.0.jar",
        "gameVersions": ["1.20.1", "Forge", "NeoForge", "Java 17", "Client", "1.20.1-Snapshot"],
        "dependencies": [{"modId": 12, "relationType": 3}, {"modId": 13, "relationType": 2}, {"modId": 14, "relationType": 5},
            {"modId": 15, "relationType": 1}, {"modId": 16, "relationType": 4}, {"modId": 17}],
        "fileFingerprint": 4_000_000_001_u32, "modules": [],
    });
    change(&mut file);
    file
}

#[test]
fn a_mod_is_read_whole() {
    let read = curseforge::project(&bytes(&json!({"data": project(|_| {})}))).unwrap();
    assert_eq!((read.id.as_str(), read.slug.as_str(), read.kind), ("990001", "lanterns", Some(Kind::Mod)));
    assert_eq!((read.author.as_deref(), read.redistribution), (Some("lamplighter, wick"), None));
    assert_eq!(read.page.as_deref(), Some("https://www.curseforge.com/minecraft/mc-mods/lanterns"));
}

#[test]
fn an_author_who_forbids_distribution_is_heard() {
    let said = |allowed: Value| {
        let project = project(|it| it["allowModDistribution"] = allowed);
        curseforge::project(&bytes(&json!({"data": project}))).unwrap().redistribution
    };
    assert_eq!(said(false.into()), Some(false));
    assert_eq!((said(true.into()), said(Value::Null)), (None, None));
    let read = curseforge::version(&bytes(&json!({"data": file(|it| it["downloadUrl"] = Value::Null)}))).unwrap();
    assert_eq!((&read.files[0].address, read.files[0].name.as_str()), (&None, "lanterns-1.4.0.jar"));
}

#[test]
fn a_file_is_a_version() {
    let read = curseforge::version(&bytes(&json!({"data": file(|_| {})}))).unwrap();
    assert_eq!(
        (read.id.as_str(), read.project.as_str(), read.number.as_str()),
        ("5000001", "990001", "Lanterns 1.4.0")
    );
    assert_eq!(
        (read.stage, read.loaders, read.minecrafts),
        (Stage::Release, vec!["forge".into(), "neoforge".into()], vec!["1.20.1".to_owned(), "1.20.1-Snapshot".into()])
    );
    assert_eq!(read.environment, Some(Environment { client: Support::Required, server: Support::Unsupported }));
    let needs: Vec<_> =
        read.dependencies.iter().map(|Dependency { kind, project, .. }| (*kind, project.as_deref().unwrap())).collect();
    assert_eq!(
        needs,
        [(Need::Required, "12"), (Need::Optional, "13"), (Need::Incompatible, "14"), (Need::Embedded, "15")]
    );
    let [file] = &read.files[..] else { panic!("a version has one file") };
    assert_eq!(
        (file.sha1.as_deref(), file.md5.as_deref()),
        (Some("ab".repeat(20).as_str()), Some("cd".repeat(16).as_str()))
    );
    assert_eq!(file.fingerprint, Some(4_000_000_001));
}

#[test]
fn matches_are_by_fingerprint() {
    let document = json!({"data": {"isCacheBuilt": true, "exactMatches": [
        {"id": 990_001, "file": file(|_| {}), "latestFiles": []}, {"id": 2, "file": null},
    ], "exactFingerprints": [4_000_000_001_u32], "partialMatches": [], "unmatchedFingerprints": null}});
    let matches = curseforge::matches(&bytes(&document)).unwrap();
    assert_eq!(matches.keys().collect::<Vec<_>>(), [&4_000_000_001]);
    assert!(curseforge::matches(&bytes(&json!({"data": {"exactMatches": null}}))).unwrap().is_empty());
    assert!(curseforge::matches(br#"{"error": "no"}"#).is_err());
}

#[test]
fn a_search_tells_how_many_there_are() {
    let page = json!({"data": [project(|_| {}), {}, project(|it| it["classId"] = 4471.into())],
        "pagination": {"index": 0, "pageSize": 10, "resultCount": 3, "totalCount": 120}});
    let found = curseforge::found(&bytes(&page)).unwrap();
    assert_eq!((found.total, found.projects.len(), found.projects[1].kind), (120, 2, None));
    assert_eq!(curseforge::projects(&bytes(&page)).unwrap(), found.projects);
}
