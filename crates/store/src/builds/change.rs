//! What may be changed about a build, and when.

use kleister_types::Timestamp;
use kleister_types::builds::{BuildChange, State};
use sea_orm::ConnectionTrait;

use super::{copy, withdraw};
use crate::channels::{LATEST, RECOMMENDED};
use crate::loaders::{self, Kind};
use crate::names::{self, Scope};
use crate::rows::{self, build, pack};
use crate::rules::{Rules, edit, given};
use crate::webhooks::{self, Happened};
use crate::{Caller, Error, Result, channels, check, links};

/// Makes a draft of a pack, empty or from another build of it.
pub async fn create(
    db: &impl ConnectionTrait,
    caller: &Caller,
    pack: &pack::Model,
    wanted: &BuildChange,
    now: Timestamp,
) -> Result<build::Model> {
    let mut rules = Rules::of("build");
    let empty = given(wanted.from.as_ref()).is_none() && wanted.versions.is_none();
    let hint = "cannot be true for a new build without `versions` or `from`: attach versions, then publish it";
    rules.check("published", (wanted.published == Some(true) && empty).then_some(hint));
    let from = source(db, pack, wanted, &mut rules).await?;
    let blank = blank(pack, now);
    let mut row = from.as_ref().map_or_else(|| blank.clone(), |from| copy::settings(from, blank.clone()));
    apply(db, &mut row, wanted, rules).await?;
    claim_name(db, &row, now).await?;
    rows::insert(db, row.clone()).await?;
    if let Some(from) = &from {
        copy::versions(db, from, &row, now).await?;
        copy::files(db, from, &row, now).await?;
    }
    check::inherit(db, from.as_ref(), &row, now).await?;
    if let Some(versions) = &wanted.versions {
        links::replace(db, caller, &row, versions, now).await?;
    }
    Ok(row)
}

/// The build that a new one begins from.
async fn source(
    db: &impl ConnectionTrait,
    pack: &pack::Model,
    wanted: &BuildChange,
    rules: &mut Rules,
) -> Result<Option<build::Model>> {
    let Some(key) = given(wanted.from.as_ref()) else { return Ok(None) };
    let found = super::in_pack(db, &pack.id, key).await?;
    rules.check("from", found.is_none().then_some("is not a build of this pack"));
    Ok(found)
}

/// Changes a build. What players got of a published one stays as it is.
pub async fn update(
    db: &impl ConnectionTrait,
    caller: &Caller,
    former: build::Model,
    wanted: &BuildChange,
    now: Timestamp,
) -> Result<build::Model> {
    let mut row = former.clone();
    let mut rules = Rules::of("build");
    rules.check("from", given(wanted.from.as_ref()).map(|_| "is only for a new build"));
    let hint = "are only for a new build; replace those of a draft by PUT on its own list of versions";
    rules.check("versions", wanted.versions.as_ref().map(|_| hint));
    apply(db, &mut row, wanted, rules).await?;
    row.updated_at = now.as_millis();
    if former.state == State::Draft.as_str() {
        if row.name != former.name {
            names::give_up(db, Scope::Builds(&row.pack_id), &former.name).await?;
            claim_name(db, &row, now).await?;
        }
        rows::update(db, row.clone()).await?;
        return Ok(row);
    }
    refuse_change_of_frozen(&former, &row, wanted)?;
    rows::update(db, row.clone()).await?;
    match (is_offered(&former), is_offered(&row)) {
        (true, false) => channels::leave(db, caller, &row, now).await?,
        (false, true) => channels::settle_latest(db, caller, &row.pack_id, "", now).await?,
        _ => {}
    }
    tell(db, &former, &row, now).await?;
    move_channels(db, caller, &row, wanted, now).await?;
    Ok(row)
}

/// Tells those who want to know that a build was withdrawn, or that one which was published for members is for everybody
/// now.
async fn tell(db: &impl ConnectionTrait, former: &build::Model, row: &build::Model, now: Timestamp) -> Result<()> {
    let is_published = former.state == State::Published.as_str();
    match State::from_word(&row.state) {
        State::Yanked if is_published => webhooks::ring(db, Happened::Yanked, row, now).await,
        State::Published if is_published && row.public && !former.public => {
            let pointing = channels::pointing_to(db, vec![&row.id]).await?;
            let channels: Vec<&str> = pointing.iter().map(|channel| channel.name.as_str()).collect();
            webhooks::ring(db, Happened::Published(&channels), row, now).await
        }
        _ => Ok(()),
    }
}

/// Whether channels may point to a build.
fn is_offered(row: &build::Model) -> bool {
    row.public && row.state == State::Published.as_str()
}

/// Moves the channels of a published build as asked for.
async fn move_channels(
    db: &impl ConnectionTrait,
    caller: &Caller,
    row: &build::Model,
    wanted: &BuildChange,
    now: Timestamp,
) -> Result<()> {
    let latest = (wanted.latest == Some(true)).then_some(LATEST);
    let recommended = (wanted.recommended == Some(true)).then_some(RECOMMENDED);
    for channel in [latest, recommended, wanted.channel.as_deref()].into_iter().flatten() {
        channels::point(db, caller, channel, row, now).await?;
    }
    if wanted.recommended == Some(false) {
        channels::unset_recommended(db, caller, row, now).await?;
    }
    Ok(())
}

/// Refuses what would change a published build for those who have it.
fn refuse_change_of_frozen(former: &build::Model, row: &build::Model, wanted: &BuildChange) -> Result<()> {
    let changes = [
        ("name", former.name != row.name),
        ("Minecraft", former.minecraft_id != row.minecraft_id),
        ("loader", former.loader_id != row.loader_id),
        ("Java", former.java != row.java),
        ("memory", former.memory_maximum != row.memory_maximum),
        ("state", wanted.published == Some(false)),
    ];
    match changes.into_iter().find(|(_, changed)| *changed) {
        Some((what, _)) => Err(frozen(former, &format!("its {what} cannot change"))),
        None => Ok(()),
    }
}

/// The error for whatever would change a published build.
pub(crate) fn frozen(build: &build::Model, what: &str) -> Error {
    Error::Conflict(format!("build `{}` is published, so {what}; make a new build from this one", build.name))
}

/// Writes what is wanted into a row, if it keeps the rules.
async fn apply(
    db: &impl ConnectionTrait,
    row: &mut build::Model,
    wanted: &BuildChange,
    mut rules: Rules,
) -> Result<()> {
    if let Some(name) = &wanted.name {
        row.name.clone_from(name);
        row.sort_key = names::sort_key(name);
        row.search = Some(names::search_text([Some(&**name)]));
    }
    rules.check("name", names::name_fault(&row.name));
    let reserved = channels::is_reserved(&row.name);
    rules.check("name", reserved.then_some("is reserved for a channel or an address of the pack"));
    apply_releases(db, row, wanted, &mut rules).await?;
    if let Some(java) = &wanted.java {
        rules.check("java", java_fault(java));
        row.java = given(Some(java)).map(str::to_owned);
    }
    if let Some(memory) = &wanted.memory {
        let megabytes = memory.parse().ok().filter(|megabytes| (1..=1_048_576).contains(megabytes));
        rules.check("memory", (!memory.is_empty() && megabytes.is_none()).then_some("must be a number of MB"));
        row.memory_maximum = megabytes;
    }
    rules.at_most("changelog", wanted.changelog.as_ref(), 65_536);
    edit(&mut row.changelog, wanted.changelog.as_ref());
    row.public = wanted.public.unwrap_or(row.public);
    withdraw::apply(db, row, wanted, &mut rules).await?;
    if row.state == State::Draft.as_str() {
        let unpublished = wanted.channel.is_some() && wanted.published != Some(true);
        rules.check("channel", unpublished.then_some("moves when a build is published; send `published: true` too"));
        row.wants_latest = wanted.latest.unwrap_or(row.wants_latest);
        row.wants_recommended = wanted.recommended.unwrap_or(row.wants_recommended);
    }
    rules.end()
}

/// Finds the wanted releases of Minecraft and of one loader. A loader takes the place of the one before.
async fn apply_releases(
    db: &impl ConnectionTrait,
    row: &mut build::Model,
    wanted: &BuildChange,
    rules: &mut Rules,
) -> Result<()> {
    if let Some(key) = &wanted.minecraft_id {
        row.minecraft_id = release(db, Kind::Minecraft, key, rules).await?;
    }
    let loaders = [&wanted.forge_id, &wanted.neoforge_id, &wanted.quilt_id, &wanted.fabric_id];
    let given: Vec<(Kind, &String)> =
        Kind::LOADERS.into_iter().zip(loaders).filter_map(|(kind, key)| Some((kind, key.as_ref()?))).collect();
    let mut chosen = given.iter().filter(|(_, key)| !key.is_empty());
    match (chosen.next(), chosen.next()) {
        (_, Some((kind, _))) => rules.check(kind.field(), Some("a build has at most one loader")),
        (Some((kind, key)), None) => row.loader_id = release(db, *kind, key, rules).await?,
        (None, None) => clear_loader(db, row, &given).await?,
    }
    Ok(())
}

/// Removes the loader if it is of a kind that was sent empty.
async fn clear_loader(db: &impl ConnectionTrait, row: &mut build::Model, given: &[(Kind, &String)]) -> Result<()> {
    for (kind, _) in given {
        let Some(id) = row.loader_id.as_deref() else { return Ok(()) };
        if loaders::find(db, *kind, id).await?.is_some() {
            row.loader_id = None;
        }
    }
    Ok(())
}

async fn release(db: &impl ConnectionTrait, kind: Kind, key: &str, rules: &mut Rules) -> Result<Option<String>> {
    if key.is_empty() {
        return Ok(None);
    }
    let found = loaders::find(db, kind, key).await?;
    let unknown = found.is_none().then(|| format!("is not a known release of {}", kind.as_str()));
    rules.check(kind.field(), unknown);
    Ok(found.map(|row| row.id))
}

async fn claim_name(db: &impl ConnectionTrait, row: &build::Model, now: Timestamp) -> Result<()> {
    names::claim(db, Scope::Builds(&row.pack_id), ("name", &row.name), ("build", &row.id), now).await
}

fn java_fault(java: &str) -> Option<&'static str> {
    (!java.is_empty() && java_major(java).is_none()).then_some("must be a Java major version such as 17, or 1.8")
}

/// The major version that a Java version means: `1.8` is 8, `17` is 17.
pub fn java_major(java: &str) -> Option<u32> {
    let (number, range) = match java.strip_prefix("1.") {
        Some(old) => (old, 5..=8),
        None => (java, 6..=99),
    };
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    number.parse().ok().filter(|major| is_plain && range.contains(major))
}

/// A draft of which only the pack is known.
pub(crate) fn blank(pack: &pack::Model, now: Timestamp) -> build::Model {
    build::Model {
        id: names::new_id(),
        pack_id: pack.id.clone(),
        name: String::new(),
        sort_key: String::new(),
        search: None,
        minecraft_id: None,
        loader_id: None,
        java: pack.java.map(|java| java.to_string()),
        memory_minimum: pack.memory_minimum,
        memory_maximum: pack.memory_maximum,
        jvm_arguments: None,
        components: None,
        changelog: None,
        public: true,
        state: State::Draft.as_str().to_owned(),
        wants_latest: true,
        wants_recommended: false,
        published_at: None,
        yank_reason: None,
        yank_replacement_id: None,
        created_at: now.as_millis(),
        updated_at: now.as_millis(),
    }
}

#[cfg(test)]
mod tests {
    use super::java_major;

    #[test]
    fn java_is_a_major_version_or_its_old_form() {
        for (java, major) in [("17", Some(17)), ("1.8", Some(8)), ("8", Some(8)), ("21", Some(21))] {
            assert_eq!(java_major(java), major);
        }
        for java in ["", "java", "1.9", "017", "17.0.1", "100", "-8", "+8"] {
            assert_eq!(java_major(java), None, "{java}");
        }
    }
}
