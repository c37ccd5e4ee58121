//! A pack's file as something that arrives here.

use kleister_formats::import::{Found, Origin, Place};
use kleister_formats::jar::Jar;
use kleister_store::arrivals::{Arrival, Bytes, Hashes, Source};
use kleister_types::mods::Kind;

use super::Piece;
use crate::jars;

/// What arrives: with its bytes where they are here, otherwise with what the pack tells of them. What a file says of itself
/// counts before what the places say that know it.
///
/// `games` are the releases of Minecraft that this server knows.
pub(super) fn arrival(piece: &Piece, games: &[String]) -> Arrival {
    let Some(bytes) = &piece.bytes else { return elsewhere(&piece.found, piece.kind, games) };
    let mut arrival = elsewhere(&piece.found, piece.kind, games);
    if let Some(jar) = &bytes.jar {
        let title = arrival.facts.title.take();
        arrival.facts = jars::facts(jar, &arrival.name, games);
        bytes.recognition.complete(&mut arrival.facts, jar);
        arrival.facts.title = arrival.facts.title.or(title);
        if arrival.facts.kind == Kind::Mod {
            arrival.facts.kind = piece.kind;
        }
    }
    arrival.bytes = Bytes::Here(Box::new(bytes.blob.clone()));
    if arrival.sources.is_empty() {
        arrival.sources.push(Source { kind: "upload".to_owned(), ..Source::default() });
    }
    arrival.sources.extend(bytes.recognition.sources());
    arrival.redistribution = arrival.redistribution.or_else(|| bytes.recognition.redistribution());
    arrival
}

/// What arrives without its bytes: its name, its hashes, and where it comes from.
pub(super) fn elsewhere(found: &Found, kind: Kind, games: &[String]) -> Arrival {
    let name = found.path.file_name().to_owned();
    let mut facts = jars::facts(&Jar::default(), &name, games);
    facts.kind = kind;
    if let Place::CurseForge { project, file, is_named: false } = found.place {
        // The file's name is made up, so it tells nothing.
        facts.identities.clear();
        facts.title = Some(format!("CurseForge {project}"));
        facts.number = Some(file.to_string());
    }
    facts.title = found.name.clone().or(facts.title);
    let hashes = found.hashes.clone();
    Arrival {
        facts,
        name_key: found.path.key().rsplit('/').next().unwrap_or_default().to_owned(),
        name,
        bytes: Bytes::Elsewhere(Hashes {
            size: found.size,
            md5: hashes.md5,
            sha1: hashes.sha1,
            sha256: hashes.sha256,
            sha512: hashes.sha512,
            murmur2: hashes.murmur2,
        }),
        sources: found.sources.iter().map(source).collect(),
        redistribution: found.redistribution,
        ..Arrival::default()
    }
}

fn source(source: &kleister_formats::import::Source) -> Source {
    // A project of GitHub may hold many mods, so it is no name of one.
    let project = source.project.clone().filter(|_| source.origin != Origin::Github);
    Source {
        kind: source.origin.as_str().to_owned(),
        address: source.address.clone(),
        project,
        file: source.file.clone(),
    }
}
