//! What each reader of Solder's answers takes, one table per reader. Facts: the launchers' and the Platform's own sources, and
//! what the Technic Launcher's classes were seen to do.

use serde_json::Value;
use url::Url;

use Kind::{Build, Described, FullList, List, Pack, Verified};

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `modpack`
    List,
    /// `modpack?include=full`
    FullList,
    /// `modpack/{slug}`
    Pack,
    /// `modpack/{slug}/{build}`
    Build,
    /// `modpack/{slug}/{build}?include=mods`
    Described,
    /// `verify/{key}`
    Verified,
}

/// Something that a reader asks of answers.
pub(super) struct Rule {
    /// Of which.
    kinds: &'static [Kind],
    /// Of what in them: `mods[].name` is the name of each of the mods, `modpacks{}` each of the packs, nothing the whole.
    at: &'static str,
    /// What it must be; what is not there is null.
    is: fn(&Value) -> bool,
    /// What happens else.
    otherwise: &'static str,
}

const fn rule(kinds: &'static [Kind], at: &'static str, is: fn(&Value) -> bool, otherwise: &'static str) -> Rule {
    Rule { kinds, at, is, otherwise }
}

/// A reader with its table.
pub(super) struct Reader {
    pub(super) name: &'static str,
    pub(super) rules: &'static [Rule],
}

/// The Technic Launcher 4, in Java with Gson, which makes texts of numbers.
pub(super) const TECHNIC: Reader = Reader { name: "Technic", rules: LAUNCHER };
/// Prism Launcher and `MultiMC`, which make nothing of anything.
pub(super) const PRISM: Reader = Reader { name: "Prism", rules: PRISMS };
/// technicpack.net's `SolderClient`, in PHP with declared types.
pub(super) const PLATFORM: Reader = Reader { name: "Platform", rules: PLATFORMS };
/// What we promise beside what anybody asks: the shapes of `TechnicSolder` itself, without what any reader trips over.
pub(super) const OURS: Reader = Reader { name: "ours", rules: PROMISES };

const ALL: &[Kind] = &[List, FullList, Pack, Build, Described, Verified];
const LISTS: &[Kind] = &[List, FullList];
const BUILDS: &[Kind] = &[Build, Described];

const LAUNCHER: &[Rule] = &[
    rule(&[List, FullList, Pack, Build], "error", Value::is_null, "is refused, whatever it says"),
    rule(LISTS, "mirror_url", Value::is_string, "every pack of the server is refused"),
    rule(LISTS, "modpacks", is_map, "NullPointerException"),
    rule(&[List], "modpacks{}", is_scalar, "the list cannot be parsed"),
    rule(&[FullList], "modpacks{}.name", is_scalar, "the whole list fails"),
    rule(&[FullList], "modpacks{}.builds", Value::is_array, "NullPointerException"),
    rule(&[Pack], "builds", Value::is_array, "NullPointerException"),
    rule(&[Pack], "builds[]", is_scalar, "the pack cannot be parsed"),
    rule(&[Pack], "", has_a_build_to_install, "players are told to pick a build"),
    rule(&[Build], "mods", Value::is_array, "NullPointerException"),
    rule(&[Build], "mods[]", Value::is_object, "NullPointerException"),
    rule(&[Build], "mods[].name", is_scalar, "the zip has no name"),
    rule(&[Build], "mods[].url", is_fetched, "download error for the whole install"),
    rule(&[Build], "mods[].md5", is_scalar_or_null, "the build cannot be parsed"),
    rule(&[Build], "", has_zips_of_different_names, "install aborts: overlapping files"),
    rule(&[Build], "minecraft", is_scalar, "No game version found"),
    rule(&[Build], "java", is_java_or_none, "IllegalArgumentException at launch"),
    rule(&[Build], "memory", is_scalar_or_null, "the build cannot be parsed"),
];

const PRISMS: &[Rule] = &[
    rule(&[Pack], "recommended", Value::is_string, "requireString"),
    rule(&[Pack], "latest", Value::is_string, "requireString"),
    rule(&[Pack], "builds", Value::is_array, "requireArray"),
    rule(&[Pack], "builds[]", Value::is_string, "requireString"),
    rule(&[Build], "minecraft", Value::is_string, "requireString"),
    rule(&[Build], "mods", Value::is_array, "requireArray"),
    rule(&[Build], "mods[].name", Value::is_string, "requireString"),
    rule(&[Build], "mods[].md5", Value::is_string, "requireString"),
    rule(&[Build], "mods[].url", is_fetched, "download error"),
];

const PLATFORMS: &[Rule] = &[
    rule(&[List, FullList, Pack, Described, Verified], "", has_no_error, "is refused"),
    rule(&[List, FullList, Pack, Described, Verified], "", has_no_status, "is refused"),
    rule(LISTS, "modpacks", is_map, "needs an array"),
    rule(&[FullList], "modpacks{}", has_name_if_any, "TypeError"),
    rule(&[Pack], "", has_name_if_any, "TypeError"),
    rule(&[Described], "minecraft", Value::is_string, "TypeError"),
    rule(&[Described], "java", is_text_or_null, "TypeError"),
    rule(&[Described], "mods[].md5", Value::is_string, "TypeError"),
    rule(&[Described], "mods[].pretty_name", Value::is_string, "TypeError, the whole list of mods fails"),
    rule(&[Described], "mods[].filesize", is_number_or_null, "TypeError"),
    rule(&[Verified], "valid", is_there, "the key is not taken"),
];

const PROMISES: &[Rule] = &[
    rule(ALL, "", has_no_error, "launchers refuse what has an error"),
    rule(ALL, "", has_no_status, "the Platform refuses what has a status"),
    rule(LISTS, "mirror_url", is_folder, "is the base of a file store"),
    rule(LISTS, "modpacks", Value::is_object, "is an object also where there is none"),
    rule(&[List], "modpacks{}", Value::is_string, "is a display name"),
    rule(&[FullList], "modpacks{}.display_name", Value::is_string, "is a pack"),
    rule(&[Pack], "id", is_small_number, "PHP and Java take 31 bits"),
    rule(&[Pack], "name", is_name, "is the slug"),
    rule(&[Pack], "display_name", Value::is_string, "is a text"),
    rule(&[Pack], "builds[]", is_name, "Prism wants texts"),
    rule(&[Pack], "", names_builds_that_are_there, "recommended and latest are builds that can be fetched"),
    rule(&[Pack], "", has_pictures_with_md5s, "launchers keep pictures by their MD5"),
    rule(BUILDS, "id", is_small_number, "PHP and Java take 31 bits"),
    rule(BUILDS, "minecraft", is_name, "is a version"),
    rule(BUILDS, "java", is_java_or_null, "is a text of Java's syntax"),
    rule(BUILDS, "memory", is_number_or_null, "is in megabytes"),
    rule(BUILDS, "mods", Value::is_array, "is never null"),
    rule(BUILDS, "mods[].name", is_name, "is part of an address and of a file's name"),
    rule(BUILDS, "mods[].version", is_name, "is part of an address and of a file's name"),
    rule(BUILDS, "mods[].md5", is_md5, "without it a changed file is not noticed"),
    rule(BUILDS, "mods[].filesize", Value::is_u64, "is shown by the Platform"),
    rule(BUILDS, "mods[].url", is_encoded, "is an address as it is sent"),
    rule(BUILDS, "", has_zips_of_different_names, "are kept in one folder"),
    rule(&[Described], "mods[].pretty_name", Value::is_string, "the Platform wants a text"),
];

impl Reader {
    /// What the reader trips over in an answer: the places of the rules in its table, with what happens.
    pub(super) fn faults(&self, kind: Kind, body: &Value) -> Vec<(usize, String)> {
        let asked = self.rules.iter().enumerate().filter(|(_, rule)| rule.kinds.contains(&kind));
        let broken = asked.filter(|(_, rule)| !found(body, rule.at).into_iter().all(rule.is));
        broken.map(|(at, rule)| (at, format!("{} `{}`: {}", self.name, rule.at, rule.otherwise))).collect()
    }

    /// Whether the reader asks for such answers.
    pub(super) fn reads(&self, kind: Kind) -> bool {
        self.rules.iter().any(|rule| rule.kinds.contains(&kind))
    }
}

/// The values at a place: what is not there is null, and nothing is within what is no list.
fn found<'a>(body: &'a Value, at: &str) -> Vec<&'a Value> {
    let parts = at.split('.').filter(|part| !part.is_empty());
    parts.fold(vec![body], |values, part| {
        let name = part.trim_end_matches(['[', ']', '{', '}']);
        let within = values.into_iter().map(|value| &value[name]);
        match &part[name.len()..] {
            "[]" => within.flat_map(|list| list.as_array().into_iter().flatten()).collect(),
            "{}" => within.flat_map(|map| map.as_object().into_iter().flat_map(|map| map.values())).collect(),
            _ => within.collect(),
        }
    })
}

fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_number() || value.is_boolean()
}

fn is_scalar_or_null(value: &Value) -> bool {
    value.is_null() || is_scalar(value)
}

fn is_there(value: &Value) -> bool {
    !value.is_null()
}

fn is_text_or_null(value: &Value) -> bool {
    value.is_null() || value.is_string()
}

fn is_number_or_null(value: &Value) -> bool {
    value.is_null() || value.is_u64()
}

fn is_small_number(value: &Value) -> bool {
    value.as_u64().is_some_and(|number| number < 1 << 31)
}

/// An object, or PHP's way to write an empty one.
fn is_map(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(Vec::is_empty)
}

fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(|name| !name.is_empty() && !name.contains(['/', '\\']))
}

fn is_md5(value: &Value) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    value.as_str().is_some_and(|md5| md5.len() == 32 && md5.bytes().all(is_hex))
}

/// Java's way to write its versions: `1.8`, `17`, `21.0.1`, `8u202`.
fn is_java(java: &str) -> bool {
    let (number, update) = java.split_once('u').unwrap_or((java, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number.split('.').all(is_number) && is_number(update)
}

fn is_java_or_none(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(java) => java.is_empty() || is_java(java),
        Value::Number(java) => is_java(&java.to_string()),
        _ => false,
    }
}

fn is_java_or_null(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(is_java)
}

/// An absolute address, which launchers repair where it has characters that must be encoded.
fn is_fetched(value: &Value) -> bool {
    let address = value.as_str().and_then(|address| Url::parse(address).ok());
    address.is_some_and(|address| ["http", "https"].contains(&address.scheme()) && address.has_host())
}

fn is_encoded(value: &Value) -> bool {
    let sent = |byte: u8| byte.is_ascii_graphic() && !b"\"<>[\\]^`{|}".contains(&byte);
    is_fetched(value) && value.as_str().is_some_and(|address| address.bytes().all(sent))
}

fn is_folder(value: &Value) -> bool {
    is_encoded(value) && value.as_str().is_some_and(|address| address.ends_with('/'))
}

fn has_no_error(body: &Value) -> bool {
    body.get("error").is_none()
}

fn has_no_status(body: &Value) -> bool {
    body.get("status").is_none()
}

fn has_name_if_any(body: &Value) -> bool {
    body.get("name").is_none_or(Value::is_string)
}

/// A recommended build, or exactly one; a pack without builds is shown as offline.
fn has_a_build_to_install(body: &Value) -> bool {
    is_scalar(&body["recommended"]) || body["builds"].as_array().is_none_or(|builds| builds.len() < 2)
}

/// Names as the launcher keeps zips under them.
fn has_zips_of_different_names(body: &Value) -> bool {
    let mods = body["mods"].as_array().map(Vec::as_slice).unwrap_or_default();
    let name = |zip: &Value| {
        let name =
            format!("{}-{}", zip["name"].as_str().unwrap_or_default(), zip["version"].as_str().unwrap_or_default());
        name.replace(['\\', '/', ':', '*', '?', '"', '<', '>', '|'], "-").to_lowercase()
    };
    let mut names: Vec<String> = mods.iter().map(name).collect();
    names.sort();
    names.windows(2).all(|pair| pair[0] != pair[1])
}

fn names_builds_that_are_there(body: &Value) -> bool {
    let Some(builds) = body["builds"].as_array() else { return false };
    let is_one = |named: &Value| if builds.is_empty() { named.is_null() } else { builds.contains(named) };
    ["recommended", "latest"].iter().all(|channel| is_one(&body[*channel]))
}

fn has_pictures_with_md5s(body: &Value) -> bool {
    let is_whole = |kind: &str| match (&body[kind], &body[format!("{kind}_md5")]) {
        (Value::Null, Value::Null) => true,
        (address, md5) => is_encoded(address) && is_md5(md5),
    };
    ["icon", "logo", "background"].into_iter().all(is_whole)
}
