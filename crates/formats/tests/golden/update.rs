//! What each client's update does to a player's files, case by case.

use kleister_formats::update::{Client, Preview, Step, preview};
use kleister_formats::{Choice, Delivery, Environment, File, Policy, Release, Support};

use crate::releases;

/// The table: what a file was, what it is, and what packwiz-installer, Prism, Technic and an importer of an .mrpack do with
/// it. `-` means that it is none of the client's business.
const TABLE: &str = "
was           is             | packwiz prism  technic mrpack
nothing       config         | write   write  write   write
nothing       seed           | write   write  write   write
config        nothing        | delete  delete delete  keep
seed          nothing        | delete  delete delete  keep
config        config         | keep    write  write   write
config        config-2       | write   write  write   write
seed          seed           | keep    keep   write   write
seed          seed-2         | keep    write  write   write
keep          keep-2         | keep    write  write   write
nothing       mod            | write   write  write   write
mod           mod            | keep    keep   write   write
mod           mod-2          | write   write  write   write
mod           nothing        | delete  delete delete  keep
nothing       optional-off   | write   write  -       write
nothing       optional-on    | write   write  write   write
optional-on   optional-off   | keep    keep   delete  write
server        server         | -       -      -       -
mod           server         | delete  delete delete  keep
linked        linked         | keep    keep   -       write
linked        nothing        | delete  delete -       keep
manual        manual         | -       -      -       -
mod           manual         | delete  delete delete  keep
";

const PATHS: [&str; 2] = ["mods/a.jar", "config/a.toml"];

/// A file of a column of the table.
fn file(word: &str) -> Option<File> {
    let (kind, number) = word.split_once("-2").map_or((word, 1), |(kind, _)| (kind, 2));
    let mut file = releases::module(PATHS[0], "a", "A", "1");
    let environment = |client, server| Environment { client, server };
    match kind {
        "nothing" => return None,
        "config" | "seed" | "keep" => {
            file = File { content: None, ..releases::module(PATHS[1], "a", "A", "1") };
            file.policy = match kind {
                "seed" => Policy::Seed,
                "keep" => Policy::Keep,
                _ => Policy::Force,
            };
        }
        "optional-on" | "optional-off" => {
            file.environment = environment(Support::Optional, Support::Unsupported);
            file.choice = Some(Choice { default: kind == "optional-on", ..Choice::default() });
        }
        "server" => file.environment = environment(Support::Unsupported, Support::Required),
        "linked" => {
            file.delivery = Delivery::Linked;
            file.sources = vec!["https://example.org/a.jar".to_owned()];
        }
        "manual" => file.delivery = Delivery::Manual,
        "mod" => {}
        other => panic!("nothing is known of `{other}`"),
    }
    if number == 2 {
        file.hashes = releases::module("mods/another.jar", "b", "B", "1").hashes;
    }
    Some(file)
}

fn release(file: Option<File>) -> Release {
    Release { files: file.into_iter().collect(), ..releases::vanilla() }
}

/// What is done with the one file of a preview.
fn done(preview: &Preview) -> &'static str {
    let has = |steps: &[Step]| !steps.is_empty();
    match (has(&preview.writes), has(&preview.keeps), has(&preview.deletes)) {
        (true, false, false) => "write",
        (false, true, false) => "keep",
        (false, false, true) => "delete",
        (false, false, false) => "-",
        _ => panic!("one file, but {preview:?}"),
    }
}

#[test]
fn every_client_does_what_the_table_says() {
    let rows = TABLE.lines().skip(2);
    let mut tried = 0;
    for row in rows {
        let words: Vec<_> = row.split_whitespace().filter(|word| *word != "|").collect();
        let [was, is, expected @ ..] = &words[..] else { panic!("{row}") };
        assert_eq!(expected.len(), Client::ALL.len(), "{row}");
        for (client, expected) in Client::ALL.into_iter().zip(expected) {
            let preview = preview(&release(file(was)), &release(file(is)), client);
            assert_eq!(done(&preview), *expected, "{client:?}: {row}");
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
}

#[test]
fn a_file_that_moved_is_deleted_and_written() {
    let moved = File { path: "mods/b.jar".parse().unwrap(), ..file("mod").unwrap() };
    for client in [Client::Packwiz, Client::Prism, Client::Technic] {
        let preview = preview(&release(file("mod")), &release(Some(moved.clone())), client);
        let paths = |steps: &[Step]| steps.iter().map(|step| step.path.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (paths(&preview.deletes), paths(&preview.writes)),
            (vec!["mods/a.jar".to_owned()], vec!["mods/b.jar".to_owned()])
        );
    }
}

#[test]
fn another_minecraft_or_loader_is_said() {
    let (from, mut to) = (releases::fabric(), releases::fabric());
    assert!(!preview(&from, &to, Client::Packwiz).reinstall);
    to.minecraft = "1.21.9".to_owned();
    for client in Client::ALL {
        let preview = preview(&from, &to, client);
        assert!(preview.reinstall, "{client:?}");
        assert!(preview.notes.iter().any(|note| note.contains("Minecraft")) || client == Client::Prism, "{client:?}");
    }
}

#[test]
fn preview_as_a_document_stays_as_it_is() {
    let (from, to) = (release(file("seed")), release(file("mod")));
    insta::assert_snapshot!("update.document", preview(&from, &to, Client::Packwiz).to_document());
}
