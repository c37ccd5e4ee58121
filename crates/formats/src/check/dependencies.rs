//! What mods think of each other, of the game and of its loader.

use crate::jar::{Dependency, Jar, Range, Relation, Side, Wanted};
use crate::ranges::{Wish, maven};
use crate::{LoaderKind, Support};

use super::book::{Book, Draft};
use super::present::{Found, Meaning, Present, bare};
use super::{Rule, Severity};

/// Judges every dependency of every mod that one side loads.
pub(super) fn judge(present: &Present<'_>, book: &mut Book<'_>) {
    for found in present.mods.iter().filter(|found| speaks(found, present)) {
        for dependency in found.dependencies.iter() {
            if holds_on(dependency.side, present.side) && !present.has_any(&dependency.unless) {
                judge_one(found, dependency, present, book);
            }
        }
        judge_language(found, present, book);
    }
}

/// Whether the loader looks at what a mod says.
///
/// It looks at those that it loads: on Fabric the one of several copies that it takes, and of those within others the
/// ones that are needed. What Sinytra Connector runs is judged by Connector, which stands in for much of Fabric.
/// `mcmod.info` counts only if it says so itself.
fn speaks(found: &Found<'_>, present: &Present<'_>) -> bool {
    let old = found.module.file == "mcmod.info" && !found.module.uses_dependency_information;
    let one_of_several = found.nested || present.loader() == Some(LoaderKind::Fabric) && !found.off;
    let asked = !found.nested || found.fate.needed || !present.is_fabric_like();
    !found.by_connector && !old && asked && (!one_of_several || present.takes(found))
}

/// Whether what is said of one side counts on another.
pub(super) fn holds_on(said: Side, side: Side) -> bool {
    said == Side::Both || said == side
}

fn judge_one(found: &Found<'_>, dependency: &Dependency, present: &Present<'_>, book: &mut Book<'_>) {
    let Ok(wish) = Wish::read(&dependency.range) else {
        let says = format!("cannot be read: {}", words(dependency));
        complain(book, Rule::UnreadableRange, &found.module.id, Severity::Error, (found, present))
            .mod_says(found, says);
        return;
    };
    match dependency.relation {
        Relation::Required => require(found, dependency, &wish, present, book),
        Relation::Optional => match present.meaning(&dependency.id) {
            Meaning::Mod(other, Some(number))
                if !other.off && !other.is_left_out() && !accepts(&wish, number, &dependency.id, present) =>
            {
                out_of_range(found, dependency, (other, number), present, book);
            }
            Meaning::Platform(Some(number)) if !accepts(&wish, &number, &dependency.id, present) => {
                wrong_platform(found, dependency, &number, present, book);
            }
            _ => {}
        },
        Relation::Incompatible => {
            dislike(found, dependency, &wish, (Rule::Incompatible, Severity::Error), present, book);
        }
        Relation::Discouraged => {
            dislike(found, dependency, &wish, (Rule::Discouraged, Severity::Warning), present, book);
        }
        Relation::Recommended => {
            if matches!(present.meaning(&dependency.id), Meaning::Nothing) {
                let draft = complain(book, Rule::Recommended, bare(&dependency.id), Severity::Note, (found, present));
                draft.asks(&dependency.range).mod_says(found, words(dependency));
            }
        }
        Relation::Suggested | Relation::Embedded => {}
    }
}

/// The finding of a rule about a subject, with a mod that complains. What is off until a player wants it stops nobody.
fn complain<'b>(
    book: &'b mut Book<'_>,
    rule: Rule,
    subject: &str,
    severity: Severity,
    (found, present): (&Found<'_>, &Present<'_>),
) -> &'b mut Draft {
    let severity = if found.off { severity.min(Severity::Warning) } else { severity };
    let draft = book.about(rule, subject).at(severity).on(present.side);
    draft.complaining.insert(place(found, present));
    draft
}

pub(super) fn place(found: &Found<'_>, present: &Present<'_>) -> usize {
    present.facts.files.iter().position(|piece| std::ptr::eq(piece, found.piece)).unwrap_or_default()
}

fn require(found: &Found<'_>, dependency: &Dependency, wish: &Wish, present: &Present<'_>, book: &mut Book<'_>) {
    if present.has_any(&dependency.instead) {
        return;
    }
    match present.meaning(&dependency.id) {
        Meaning::Nothing => missing(found, dependency, present, book),
        Meaning::Mod(other, _) if other.off && !found.off => {
            let draft =
                complain(book, Rule::MissingDependency, bare(&dependency.id), Severity::Warning, (found, present));
            draft.asks(&dependency.range).mod_says(found, words(dependency));
            draft.accused.insert(place(other, present));
        }
        Meaning::Mod(other, Some(number)) if !accepts(wish, number, &dependency.id, present) => {
            out_of_range(found, dependency, (other, number), present, book);
        }
        Meaning::Platform(Some(number)) if !accepts(wish, &number, &dependency.id, present) => {
            wrong_platform(found, dependency, &number, present, book);
        }
        Meaning::Mod(..) | Meaning::Platform(_) => {}
    }
}

/// Whether a version will do: Forge and `NeoForge` let `0.0NONE` do for everything, and a few versions for others
/// (`VersionSupportMatrix` of both).
fn accepts(wish: &Wish, number: &str, id: &str, present: &Present<'_>) -> bool {
    if wish.accepts(number) || number == "0.0NONE" && !present.is_fabric_like() {
        return true;
    }
    let game = present.facts.minecraft.as_deref();
    let stands_for = match (present.loader(), game, id) {
        (Some(LoaderKind::NeoForge), Some("1.20.1"), "forge") => "47.1.79",
        (Some(LoaderKind::NeoForge), Some("1.21.1"), "minecraft") => "1.21",
        (Some(LoaderKind::NeoForge), Some("1.21.1"), "neoforge") => "21.0.166",
        (Some(LoaderKind::Forge), Some("1.16.5"), "minecraft") => "1.16.4",
        (Some(LoaderKind::Forge), Some("1.16.5"), "forge") => "35.1.37",
        _ => return false,
    };
    wish.accepts(stands_for)
}

/// Nothing has the id on this side. Perhaps the other one has it.
fn missing(found: &Found<'_>, dependency: &Dependency, present: &Present<'_>, book: &mut Book<'_>) {
    let id = bare(&dependency.id);
    let elsewhere = elsewhere(id, present);
    let rule = if elsewhere.is_empty() { Rule::MissingDependency } else { Rule::WrongSide };
    let draft = complain(book, rule, id, Severity::Error, (found, present));
    draft.asks(&dependency.range).mod_says(found, words(dependency));
    draft.accused.extend(elsewhere);
}

/// The files that have a mod which this side leaves out.
fn elsewhere(id: &str, present: &Present<'_>) -> Vec<usize> {
    let files = present.facts.files.iter().enumerate();
    let with_id = files.filter(|(_, piece)| {
        let mods = present
            .facts
            .loaded(piece)
            .map(|jar| super::present::active(present.facts, jar, false).0)
            .unwrap_or_default();
        mods.iter().any(|module| module.id == id || module.provides.iter().any(|provided| provided.id == id))
    });
    with_id
        .filter(|(_, piece)| piece.support(other(present.side)) != Support::Unsupported)
        .map(|(place, _)| place)
        .collect()
}

fn other(side: Side) -> Side {
    if side == Side::Server { Side::Client } else { Side::Server }
}

fn out_of_range(
    found: &Found<'_>,
    dependency: &Dependency,
    (other, number): (&Found<'_>, &str),
    present: &Present<'_>,
    book: &mut Book<'_>,
) {
    let draft = complain(book, Rule::OutOfRange, bare(&dependency.id), Severity::Error, (found, present));
    draft.asks(&dependency.range).mod_says(found, words(dependency)).mod_says(other, format!("is {number}"));
    draft.found = Some(number.to_owned());
    draft.accused.insert(place(other, present));
}

/// The game, Java or the loader is not what a mod is made for.
fn wrong_platform(
    found: &Found<'_>,
    dependency: &Dependency,
    number: &str,
    present: &Present<'_>,
    book: &mut Book<'_>,
) {
    let too_old =
        |wish: &Wish| wish.examples().iter().any(|one| maven::Version::new(one) > maven::Version::new(number));
    let rule = match &*dependency.id {
        "minecraft" => Rule::WrongMinecraft,
        "java" if Wish::read(&dependency.range).is_ok_and(|wish| too_old(&wish)) => Rule::JavaTooOld,
        "java" => Rule::JavaTooNew,
        _ => Rule::WrongLoaderVersion,
    };
    let draft = complain(book, rule, &found.module.id, Severity::Error, (found, present));
    draft.asks(&dependency.range).mod_says(found, words(dependency));
    draft.found = Some(number.to_owned());
}

fn dislike(
    found: &Found<'_>,
    dependency: &Dependency,
    wish: &Wish,
    (rule, severity): (Rule, Severity),
    present: &Present<'_>,
    book: &mut Book<'_>,
) {
    let other = match present.meaning(&dependency.id) {
        Meaning::Mod(other, number) if number.is_none_or(|number| wish.accepts(number)) => other,
        // That a mod does not like a game or a loader is said where it is: the mod is made for other ones.
        Meaning::Platform(Some(number)) if wish.accepts(&number) => {
            return dislike_platform(found, dependency, &number, severity, present, book);
        }
        _ => return,
    };
    if std::ptr::eq(other.piece, found.piece) || other.is_left_out() {
        return;
    }
    let severity = if other.off { severity.min(Severity::Warning) } else { severity };
    let draft = complain(book, rule, &found.module.id, severity, (found, present));
    draft.mod_says(found, words(dependency));
    draft.mod_says(other, format!("is {}", other.module.number.as_deref().unwrap_or("there")));
    draft.accused.insert(place(other, present));
}

fn dislike_platform(
    found: &Found<'_>,
    dependency: &Dependency,
    number: &str,
    severity: Severity,
    present: &Present<'_>,
    book: &mut Book<'_>,
) {
    let rule = match &*dependency.id {
        "minecraft" => Rule::WrongMinecraft,
        "java" => Rule::JavaTooNew,
        _ => Rule::WrongLoaderVersion,
    };
    let draft = complain(book, rule, &found.module.id, severity, (found, present));
    draft.mod_says(found, words(dependency));
    draft.found = Some(number.to_owned());
}

/// Forge's `modLoader` with `loaderVersion`: `javafml` is as old as Forge itself; other languages come with mods, or with
/// jars that do not tell which ones they bring.
fn judge_language(found: &Found<'_>, present: &Present<'_>, book: &mut Book<'_>) {
    let (Some(language), Some(loader)) = (&found.module.language, &present.facts.loader) else { return };
    if !matches!(&*language.id, "javafml" | "lowcodefml" | "minecraft" | "") {
        return judge_other_language(found, language, present, book);
    }
    if loader.kind == LoaderKind::Forge {
        let major = loader.version.split('.').next().unwrap_or_default();
        if !Wish::read(&language.range).is_ok_and(|wish| wish.accepts(major) || wish.accepts(&loader.version)) {
            let id = &found.module.id;
            let draft = complain(book, Rule::WrongLoaderVersion, id, Severity::Error, (found, present));
            draft.asks(&language.range).mod_says(found, asks(&language.id, &language.range));
            draft.found = Some(loader.version.clone());
        }
    }
}

fn judge_other_language(found: &Found<'_>, language: &Wanted, present: &Present<'_>, book: &mut Book<'_>) {
    let (rule, accused) = match present.meaning(&language.id) {
        Meaning::Mod(other, Some(number)) => {
            if Wish::read(&language.range).is_ok_and(|wish| accepts(&wish, number, &language.id, present)) {
                return;
            }
            (Rule::OutOfRange, Some((other, number)))
        }
        Meaning::Mod(..) | Meaning::Platform(_) => return,
        Meaning::Nothing if provides_languages(present) => return,
        Meaning::Nothing => (Rule::MissingDependency, None),
    };
    let draft = complain(book, rule, &language.id, Severity::Error, (found, present));
    draft.asks(&language.range).mod_says(found, asks(&language.id, &language.range));
    if let Some((other, number)) = accused {
        draft.mod_says(other, format!("is {number}"));
        draft.found = Some(number.to_owned());
        draft.accused.insert(place(other, present));
    }
}

/// Whether this side has a jar that brings languages. Which ones, only its code tells.
fn provides_languages(present: &Present<'_>) -> bool {
    let here = present.facts.files.iter().filter(|piece| piece.support(present.side) != Support::Unsupported);
    let mut jars = here.filter_map(|piece| present.facts.loaded(piece)).flat_map(Jar::all);
    jars.any(|jar| jar.marks.mod_type.as_deref() == Some("LANGPROVIDER"))
}

/// What a mod says of another one.
fn words(dependency: &Dependency) -> String {
    let verb = match dependency.relation {
        Relation::Required => "needs",
        Relation::Optional => "goes only with",
        Relation::Recommended => "recommends",
        Relation::Suggested => "suggests",
        Relation::Incompatible => "does not go with",
        Relation::Discouraged => "had better not be with",
        Relation::Embedded => "brings",
    };
    let reason = dependency.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{verb} {}{reason}", named(bare(&dependency.id), &dependency.range))
}

fn asks(id: &str, range: &Range) -> String {
    format!("needs {}", named(id, range))
}

/// A mod with the versions of it, as they were written.
pub(super) fn named(id: &str, range: &Range) -> String {
    let any: Vec<String> = range.any.iter().map(|all| all.join(" and ")).collect();
    if any.is_empty() { id.to_owned() } else { format!("{id} {}", any.join(" or ")) }
}
