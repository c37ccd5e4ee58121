//! What is wrong with single files: made for another loader, there twice, not to be handed out.

use std::collections::HashMap;

use crate::jar::{Jar, Kind, Language, Side, System};
use crate::ranges::maven;
use crate::{Delivery, InstancePath, LoaderKind};

use super::book::Book;
use super::present::{Found, Present, active};
use super::{Evidence, Facts, Piece, Redistribution, Rule, Severity};

/// Judges what one side loads.
pub(super) fn judge_loaded(present: &Present<'_>, book: &mut Book<'_>) {
    duplicates(present, book);
    for found in present.mods.iter().filter(|found| !found.nested) {
        if found.module.unexpanded {
            let draft = book.about(Rule::Unexpanded, &found.module.id).at(Severity::Warning).on(present.side);
            let number = found.module.number.as_deref().unwrap_or_default();
            draft.mod_says(found, format!("calls its version `{number}`"));
            draft.complaining.insert(place(found.piece, present.facts));
        }
        unfit_names(found, present, book);
    }
}

fn place(piece: &Piece, facts: &Facts) -> usize {
    facts.files.iter().position(|other| std::ptr::eq(other, piece)).unwrap_or_default()
}

/// One id in several files. Fabric takes the newest; the other loaders refuse to choose.
fn duplicates(present: &Present<'_>, book: &mut Book<'_>) {
    let mut by_id: HashMap<&str, Vec<&Found<'_>>> = HashMap::new();
    for found in present.mods.iter().filter(|found| !found.nested && !found.by_connector) {
        let all = by_id.entry(&found.module.id).or_default();
        if !all.iter().any(|other| std::ptr::eq(other.piece, found.piece)) {
            all.push(found);
        }
    }
    for (id, all) in by_id.into_iter().filter(|(_, all)| all.len() > 1) {
        let all_on = all.iter().filter(|found| !found.off).count() > 1;
        let refuses = present.loader() != Some(LoaderKind::Fabric) && all_on;
        let severity = if refuses { Severity::Error } else { Severity::Warning };
        let draft = book.about(Rule::Duplicate, id).at(severity).on(present.side);
        for range in present.ranges_asked_of(id) {
            draft.asks(range);
        }
        for found in all {
            draft.mod_says(found, format!("is {id} {}", found.module.number.as_deref().unwrap_or_default()));
            let place = place(found.piece, present.facts);
            draft.complaining.insert(place);
            if !present.is_best(found) {
                draft.accused.insert(place);
            }
        }
    }
}

/// `mcmod.info` and its like name the game's versions where no loader looks.
fn unfit_names(found: &Found<'_>, present: &Present<'_>, book: &mut Book<'_>) {
    let (Some(range), Some(game)) = (&found.module.minecraft, &present.facts.minecraft) else { return };
    if range.language != Language::Plain {
        return;
    }
    let fits = |text: &String| {
        let brackets = text.starts_with(['[', '(']);
        let range = brackets.then(|| text.parse::<maven::Range>().ok()).flatten();
        let numbers = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        match range {
            Some(range) => range.contains(&maven::Version::new(game.as_str())),
            // Nothing to go by: `${mcversion}`, `1.7.x`, `any`.
            None => !numbers || game == text || game.starts_with(&format!("{text}.")),
        }
    };
    let texts: Vec<&String> = range.any.iter().flatten().filter(|text| !text.trim().is_empty()).collect();
    if texts.is_empty() || texts.iter().any(|text| fits(text)) {
        return;
    }
    let said: Vec<&str> = texts.into_iter().map(String::as_str).collect();
    let draft = book.about(Rule::WrongMinecraft, &found.module.id).at(Severity::Warning).on(present.side);
    draft.mod_says(found, format!("is made for Minecraft {}", said.join(", ")));
    draft.complaining.insert(place(found.piece, present.facts));
    draft.found = Some(game.clone());
}

/// Judges what is the same on both sides.
pub(super) fn judge(facts: &Facts, book: &mut Book<'_>) {
    path_clashes(facts, book);
    let connector = facts.files.iter().filter_map(|piece| facts.loaded(piece)).flat_map(Jar::all).any(is_connector);
    for (place, piece) in facts.files.iter().enumerate() {
        delivery(place, piece, facts.public, book);
        if facts.scans(&piece.path) {
            loader(place, piece, facts, connector, book);
        }
    }
}

fn is_connector(jar: &Jar) -> bool {
    jar.mods.iter().any(|module| matches!(&*module.id, "connector" | "connectormod"))
}

/// The files of which a player's disk would hold several at one place, by the path for comparing.
pub(super) fn shared_places(facts: &Facts) -> HashMap<String, Vec<usize>> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, piece) in facts.files.iter().enumerate() {
        let path = piece.path.parse::<InstancePath>();
        let key = path.map_or_else(|_| piece.path.to_lowercase(), |path| path.key());
        places.entry(key).or_default().push(place);
    }
    places.retain(|_, all| all.len() > 1);
    places
}

/// Two files that a player's disk would hold at one place.
fn path_clashes(facts: &Facts, book: &mut Book<'_>) {
    for (key, all) in shared_places(facts) {
        let draft = book.about(Rule::PathClash, &key).at(Severity::Error).on(Side::Both);
        for place in all {
            let piece = &facts.files[place];
            draft.says(said(piece, format!("lies at `{}`{}", piece.path, of(piece))));
            draft.complaining.insert(place);
        }
    }
}

fn of(piece: &Piece) -> String {
    let named = |origin: &super::Origin| format!(" ({} {})", origin.module, origin.version);
    piece.origin.as_ref().map(named).unwrap_or_default()
}

fn said(piece: &Piece, says: impl Into<String>) -> Evidence {
    let module = piece.jar.as_ref().and_then(|jar| jar.mods.first());
    Evidence {
        path: piece.path.clone(),
        id: module.map(|module| module.id.clone()),
        number: module.and_then(|module| module.number.clone()),
        says: says.into(),
    }
}

fn delivery(place: usize, piece: &Piece, public: bool, book: &mut Book<'_>) {
    let (rule, severity, says) = match piece.delivery {
        Delivery::Manual if public => (Rule::ManualDownload, Severity::Error, "is not here, and has no address"),
        Delivery::Manual => (Rule::ManualDownload, Severity::Warning, "is not here, and has no address"),
        Delivery::Stored if public && piece.redistribution == Redistribution::No => {
            (Rule::Redistribution, Severity::Error, "may not be handed out by others than its author")
        }
        Delivery::Stored | Delivery::Linked => return,
    };
    let draft = book.about(rule, &piece.subject()).at(severity).on(Side::Both);
    draft.says(said(piece, says));
    draft.complaining.insert(place);
}

/// Whether the build's loader finds something in a file. It passes over what is made for another one.
fn loader(place: usize, piece: &Piece, facts: &Facts, connector: bool, book: &mut Book<'_>) {
    let Some(jar) = piece.jar.as_ref().filter(|jar| matches!(jar.kind, Kind::Mod | Kind::Library | Kind::Unknown))
    else {
        if piece.jar.is_none() && piece.delivery == Delivery::Stored {
            unknown(place, piece, "cannot be read", book);
        }
        return;
    };
    let loaders = jar.systems().into_iter().filter_map(|system| Some((system, loader_of(system)?)));
    let loaders: Vec<(System, LoaderKind)> = loaders.collect();
    if loaders.is_empty() {
        if jar.kind == Kind::Unknown && jar.mods.is_empty() {
            unknown(place, piece, "says nothing of itself", book);
        }
        return;
    }
    let (mods, by_connector) = active(facts, jar, connector);
    if !mods.is_empty() && !by_connector {
        return;
    }
    let severity = if by_connector { Severity::Note } else { Severity::Warning };
    let draft = book.about(Rule::WrongLoader, &piece.subject()).at(severity).on(Side::Both);
    let names: Vec<&str> = loaders.iter().map(|(_, kind)| kind.name()).collect();
    draft.says(said(piece, format!("is made for {}", names.join(", "))));
    draft.complaining.insert(place);
    draft.detail = names.join(", ");
    draft.found = by_connector.then(|| "connector".to_owned());
}

fn loader_of(system: System) -> Option<LoaderKind> {
    match system {
        System::Fabric => Some(LoaderKind::Fabric),
        System::Quilt => Some(LoaderKind::Quilt),
        System::Forge => Some(LoaderKind::Forge),
        System::NeoForge => Some(LoaderKind::NeoForge),
        _ => None,
    }
}

fn unknown(place: usize, piece: &Piece, says: &str, book: &mut Book<'_>) {
    let draft = book.about(Rule::Unknown, &piece.path).at(Severity::Note).on(Side::Both);
    draft.says(said(piece, says));
    draft.complaining.insert(place);
}
