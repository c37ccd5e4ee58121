//! What one may not see is answered like what does not exist: the same status, the same headers, the same bytes.
//!
//! The operations come from the document, so a new one is covered by itself. The one exception is a slug that is given:
//! that it is taken shows, whoever has it.

mod addresses;
mod world;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};
use world::{Case, World};

use crate::schema::{DOCUMENT, operations};
use crate::test_app::{Answer, Caller};
use crate::upstream::FAMILIES;

/// The parts of addresses that may name what is unseen; a case for each is in [`World::cases`].
const UNSEEN: [&str; 9] = ["pack", "build", "mod", "version", "preview", "pack_token", "token", "webhook", "delivery"];

/// What the stranger names where nothing else is said: his own things, and what everybody who is signed in sees.
const NAMED: &[(&str, &str)] = &[
    ("pack", "mine"),
    ("build", "1.0"),
    ("mod", "own"),
    ("version", "1.0"),
    ("user", "eve"),
    ("group", "circle"),
    ("channel", "beta"),
    ("preview", world::NO_ID),
    ("pack_token", world::NO_ID),
    ("token", world::NO_ID),
    ("webhook", world::NO_ID),
    ("delivery", world::NO_ID),
    ("perm", "user"),
    ("provider", "github"),
    ("source", "modrinth"),
    ("project", "lanterns"),
    ("import", world::NO_ID),
    ("job", world::NO_ID),
    ("path", "options.txt"),
    ("client", "nobodys"),
    ("key", world::NO_ID),
    ("intake", world::NO_ID),
    ("upload", world::NO_ID),
    ("rule", "missing_dependency"),
    ("subject", "lanterns"),
    ("sha256", "0000000000000000000000000000000000000000000000000000000000000000"),
];

/// What of an answer may differ from one request to the next.
const PASSING: [&str; 2] = ["date", "request-id"];

/// An answer as a client can compare it with another one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    status: u16,
    headers: Vec<String>,
    body: String,
}

impl From<Answer> for Told {
    fn from(answer: Answer) -> Self {
        let headers = answer.headers.iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
        let mut headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.sort();
        let body = String::from_utf8_lossy(&answer.bytes).into_owned();
        Self { status: answer.status.as_u16(), headers, body }
    }
}

/// The parts of a path of the document that are filled in, without `_id`.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    parts.map(|part| part.strip_suffix("_id").unwrap_or(part))
}

/// What stands in a case for a name: what is said beside, or what is named everywhere.
fn value(name: &str, case: &Case, absent: bool) -> Option<String> {
    if name == case.what {
        return Some(if absent { case.absent.clone() } else { case.unseen.clone() });
    }
    let beside = case.beside.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    let named = NAMED.iter().chain(&FAMILIES).find(|(known, _)| *known == name);
    beside.or_else(|| named.map(|(_, value)| (*value).to_owned()))
}

/// A path of the document with a case's names in it, below `/api/v1`.
fn address(path: &str, case: &Case, absent: bool) -> String {
    let fill = |part: &str| match parameters(part).next() {
        Some(name) => value(name, case, absent).unwrap_or_else(|| panic!("nothing is known of `{name}` in {path}")),
        None => part.to_owned(),
    };
    path.trim_start_matches("/api/v1").split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// The JSON schema of an operation's body, if it takes one.
fn schema(operation: &Value) -> Option<&'static Value> {
    let reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
    DOCUMENT.pointer(reference.trim_start_matches('#'))
}

/// A body with a case's names in it: what the operation needs, and the name that the case is about.
fn body(schema: &Value, case: &Case, absent: bool) -> Value {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let names = required.chain([case.what]).filter(|name| schema["properties"].get(name).is_some());
    let mut body: Map<_, _> = names.map(|name| (name.to_owned(), json!(value(name, case, absent)))).collect();
    if schema["properties"].get("versions").is_some() && ["mod", "version"].contains(&case.what) {
        let entry = json!({"mod": value("mod", case, absent), "version": value("version", case, absent)});
        body.insert("versions".to_owned(), json!([entry]));
    }
    if schema["properties"].get("intakes").is_some() {
        body.insert("intakes".to_owned(), json!([]));
        for name in ["pack", "build"] {
            body.insert(name.to_owned(), json!(value(name, case, absent)));
        }
    }
    Value::Object(body)
}

/// Whether a body names what a case is about.
fn names(body: &Value, case: &Case) -> bool {
    body.get(case.what).is_some() || body.get("versions").is_some_and(|versions| versions[0].get(case.what).is_some())
}

async fn head(caller: &Caller, path: &str) -> Answer {
    caller.request(Request::head(format!("/api/v1{path}")).body(Body::empty()).unwrap()).await
}

/// What is answered to every way of calling an operation on what a case names.
async fn told(
    caller: &Caller,
    (method, path, operation): &(String, String, Value),
    case: &Case,
    absent: bool,
) -> Vec<Told> {
    let path = address(path, case, absent);
    let mut told = vec![caller.send(method, &path, None).await];
    if method == "GET" {
        told.push(head(caller, &path).await);
        told.push(caller.get(&format!("{path}?search=a&sort=nothing&limit=1")).await);
    } else if let Some(schema) = schema(operation) {
        let own = Case { what: "nothing", unseen: String::new(), absent: String::new(), beside: Vec::new() };
        told.push(caller.send(method, &path, Some(body(schema, &own, false))).await);
    } else if path.ends_with("/avatar") && method == "POST" {
        told.push(caller.send_picture(&path, &crate::avatars::png()).await);
    }
    told.into_iter().map(Told::from).collect()
}

#[tokio::test]
async fn every_operation_answers_what_is_unseen_like_what_is_not_there() {
    let world = World::visible().await;
    world.hide().await;
    let cases = world.cases().await;
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for operation in operations() {
        let (method, path, _) = &operation;
        let mut tried = BTreeSet::new();
        for case in cases.iter().filter(|case| parameters(path).any(|name| name == case.what)) {
            // Whatever is sent to be verified is judged as the caller's credential, which is no thing of anybody's.
            if path.ends_with("/verify/{token}") || !tried.insert(address(path, case, false)) {
                continue;
            }
            for caller in [&world.stranger, &world.app.anonymous()] {
                let unseen = told(caller, &operation, case, false).await;
                let absent = told(caller, &operation, case, true).await;
                let refused = unseen.iter().all(|told| [401, 404].contains(&told.status));
                if unseen != absent || !refused {
                    wrong
                        .push(format!("{method} {path} with {} `{}`: {unseen:#?} {absent:#?}", case.what, case.unseen));
                }
                compared += 1;
            }
            if method == "GET" && !case.is_elsewhere() {
                let query = if path.ends_with("/compare") { "?from=1.0&to=1.0" } else { "" };
                let shown = world.maker.get(&(address(path, case, false) + query)).await;
                assert_eq!(shown.status, 200, "{path} with {} `{}` is there for nobody", case.what, case.unseen);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 400, "only {compared} answers were compared");
}

#[tokio::test]
async fn bodies_name_what_is_unseen_like_what_is_not_there() {
    let world = World::visible().await;
    world.hide().await;
    let cases = world.cases().await;
    let (mut wrong, mut named) = (Vec::new(), BTreeSet::new());
    for (method, path, operation) in operations() {
        let Some(schema) = schema(&operation) else { continue };
        for case in &cases {
            let unseen = body(schema, case, false);
            // A source's versions are not ours.
            let is_theirs = case.what == "version" && path.contains("{source}");
            if case.what == "token" || is_theirs || !names(&unseen, case) {
                continue;
            }
            named.insert(case.what);
            let own = Case { what: "nothing", unseen: String::new(), absent: String::new(), beside: Vec::new() };
            let path = address(&path, &own, false);
            let unseen = Told::from(world.stranger.send(&method, &path, Some(unseen)).await);
            let absent = Told::from(world.stranger.send(&method, &path, Some(body(schema, case, true))).await);
            if unseen != absent || ![404, 422].contains(&unseen.status) {
                wrong.push(format!("{method} {path} with {} `{}`: {unseen:#?} {absent:#?}", case.what, case.unseen));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["build", "from", "mod", "pack", "replacement", "version"]);
}

#[test]
fn every_part_of_an_address_is_unseen_or_open_to_all_who_are_signed_in() {
    for (_, path, _) in operations() {
        for name in parameters(&path) {
            // A job, an import or a file of the intake is its owner's alone, as their tests say; a path is only one
            // beside a build.
            let open =
                ["user", "group", "channel", "provider", "source", "project", "job", "import", "path"].contains(&name);
            // Whoever knows a client id has it from its player; keys and bytes are server administrators' alone.
            let open = open || ["client", "key", "rule", "subject", "intake", "sha256", "upload"].contains(&name);
            let known = open || UNSEEN.contains(&name) || FAMILIES.iter().any(|(family, _)| *family == name);
            assert!(known, "may `{name}` in {path} name what somebody may not see? Say so in this test");
        }
    }
}

#[tokio::test]
async fn what_is_unseen_changes_no_answer_about_what_is_seen() {
    let world = World::visible().await;
    let before = everything(&world).await;
    world.hide().await;
    for ((asked, before), (_, after)) in before.iter().zip(everything(&world).await) {
        assert_eq!(before, &after, "{asked}");
    }
    assert!(before.len() > 500, "only {} answers were compared", before.len());
}

/// Every answer to a reading of what strangers see, with the question.
async fn everything(world: &World) -> Vec<(String, Told)> {
    // These make a token each time that they are called.
    let changing = ["RefreshAuth", "TokenProfile"];
    let reads = operations().filter(|(method, _, operation)| {
        method == "GET" && !changing.contains(&operation["operationId"].as_str().unwrap())
    });
    let mut told = Vec::new();
    for (_, path, operation) in reads {
        let mut addresses: Vec<_> = seen().iter().map(|case| address(&path, case, false)).collect();
        addresses.sort();
        addresses.dedup();
        for address in addresses {
            for (who, caller) in [("stranger", &world.stranger), ("anonymous", &world.app.anonymous())] {
                for query in queries(&operation) {
                    let asked = format!("{address}{query}");
                    let answer = caller.get(&asked).await;
                    // That the mod is in a public pack is told in the list of what that pack consists of, nowhere else.
                    let told_of = String::from_utf8_lossy(&answer.bytes).to_lowercase().contains("vault");
                    assert!(!told_of || operation["operationId"] == "ListBuildVersions", "{asked} shows it to {who}");
                    told.push((format!("{asked} by {who}"), answer.into()));
                }
            }
        }
    }
    told
}

/// What strangers see of each kind of thing.
fn seen() -> Vec<Case> {
    let case = |pack: &str, module: &str, group: &str, user: &str| {
        let beside = [("pack", pack), ("mod", module), ("group", group), ("user", user)];
        let beside = beside.map(|(name, value)| (name, value.to_owned())).to_vec();
        Case { what: "nothing", unseen: String::new(), absent: String::new(), beside }
    };
    vec![
        case("sky", "jei", "crew", "insider"),
        case("mine", "own", "circle", "eve"),
        case("open", "jei", "crew", "maker"),
    ]
}

/// The questions to a list: pages, orders and searches.
fn queries(operation: &Value) -> &'static [&'static str] {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let is_list = parameters.into_iter().any(|parameter| parameter["name"] == "search");
    if !is_list {
        return &[""];
    }
    &["", "?sort=name&order=desc&limit=1&offset=1", "?sort=latest", "?search=secret", "?search=vault"]
}

#[tokio::test]
async fn only_a_slug_that_is_given_shows_that_it_is_taken() {
    let world = World::visible().await;
    world.hide().await;
    for (things, unseen, seen) in [("packs", "secret", "sky"), ("mods", "secret-mod", "jei")] {
        let path = format!("/{things}");
        let taken = |slug: &str| json!({"name": "Another", "slug": slug});
        let unseen = world.stranger.post(&path, taken(unseen)).await;
        assert_eq!(unseen.violations(), ["slug: is already taken"]);
        assert_eq!(Told::from(unseen), Told::from(world.stranger.post(&path, taken(seen)).await));
        let free = world.stranger.post(&path, json!({"name": "Secret Pack"})).await.ok();
        assert_eq!(free["name"], "Secret Pack");
    }
}

#[tokio::test]
async fn replacement_that_is_unseen_is_not_named() {
    let world = World::visible().await;
    world.hide().await;
    world.maker.put("/packs/sky/builds/1.1", json!({"public": true})).await.ok();
    let withdrawn = json!({"yanked": true, "replacement": "1.1"});
    world.maker.put("/packs/sky/builds/1.0", withdrawn).await.ok();
    let replacement = async |caller: &Caller| caller.get("/packs/sky/builds/1.0").await.ok()["replacement"].clone();
    assert_eq!(replacement(&world.stranger).await, "1.1");
    world.maker.put("/packs/sky/builds/1.1", json!({"public": false})).await.ok();
    assert_eq!(replacement(&world.stranger).await, Value::Null);
    assert_eq!(replacement(&world.app.anonymous()).await, Value::Null);
    world.maker.put("/packs/sky/builds/1.0", json!({"public": false})).await.ok();
    assert_eq!(replacement(&world.maker).await, "1.1");
}
