//! Jars and packs of all kinds and ages: what is read of each.

use std::io::Cursor;

use kleister_formats::jar::{self, Dependency, Jar, Mod, Range};
use kleister_samples::zoo;

#[test]
fn every_file_says_what_its_author_meant() {
    let all = zoo();
    assert!(all.len() >= 60, "{}", all.len());
    let mut wrong = String::new();
    for sample in &all {
        let jar = jar::read(Cursor::new(&sample.bytes), &sample.file).expect(sample.name);
        let text = told(&jar, "");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        if lines.join("\n") != sample.says {
            wrong.extend([format!("{}\n{text}\ninstead of\n{}\n\n", sample.name, sample.says)]);
        }
        let stored = serde_json::to_string(&jar).unwrap();
        assert_eq!(serde_json::from_str::<Jar>(&stored).unwrap(), jar, "{}", sample.name);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A jar in a few lines: what it is, then its mods, marks, nested jars, guess and notes.
fn told(jar: &Jar, indent: &str) -> String {
    let mut text = word(jar.kind);
    let sides = jar.sides();
    text.extend([format!(", client {}, server {}", word(sides.environment.client), word(sides.environment.server))]);
    text += &jar.java.map(|java| format!(", java {java}")).unwrap_or_default();
    let mut lines = vec![text];
    lines.extend(jar.mods.iter().flat_map(module));
    if let Some(pack) = &jar.pack {
        lines.push(format!("pack {:?} to {:?}: {}", pack.least, pack.most, pack.description.as_deref().unwrap_or("-")));
    }
    let marks = &jar.marks;
    let texts = [
        ("coremod", &marks.coremod),
        ("tweaker", &marks.tweaker),
        ("type", &marks.mod_type),
        ("module", &marks.module),
    ];
    lines.extend(texts.iter().filter_map(|(name, text)| text.as_ref().map(|text| format!("{name} {text}"))));
    if marks.coremod_is_mod {
        lines.push("coremod is mod".to_owned());
    }
    if !marks.mixins.is_empty() {
        lines.push(format!("mixins {}", marks.mixins.join(", ")));
    }
    for nested in &jar.nested {
        let by: Vec<String> = nested.systems.iter().map(word).collect();
        let mut line = format!("nested {} for {}", nested.path, by.join(", "));
        if let Some(artifact) = &nested.artifact {
            let obfuscated = if artifact.obfuscated { " obfuscated" } else { "" };
            line.extend([format!(
                " as {}:{}:{} of {}{obfuscated}",
                artifact.group,
                artifact.artifact,
                artifact.number,
                range(&artifact.range)
            )]);
        }
        lines.push(line);
        lines.extend(nested.jar.iter().map(|jar| told(jar, "  ").trim_end().to_owned()));
    }
    lines.extend(
        jar.guess
            .iter()
            .map(|guess| format!("{} {} {}", word(guess.from), guess.name, guess.number.as_deref().unwrap_or("-"))),
    );
    lines.extend(jar.notes.iter().map(|note| format!("note {}: {}", note.file, note.says)));
    let indented: Vec<String> =
        lines.iter().flat_map(|line| line.lines()).map(|line| format!("{indent}{line}\n")).collect();
    indented.concat()
}

/// A mod in a line, and one more for each thing that not all have.
fn module(module: &Mod) -> Vec<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let unexpanded = if module.unexpanded { " (unexpanded)" } else { "" };
    let mut lines = vec![format!(
        "{} {} {}{unexpanded}: {}; {}; {}",
        word(module.system),
        module.id,
        or(&module.number),
        or(&module.name),
        module.authors.join(", "),
        module.licences.join(", ")
    )];
    let sides = &module.sides;
    if !sides.said.is_empty() {
        lines.push(format!(
            "  {} {}/{}: {}",
            word(sides.evidence),
            word(sides.environment.client),
            word(sides.environment.server),
            sides.said
        ));
    }
    let provides: Vec<String> = module.provides.iter().map(|one| format!("{} {}", one.id, or(&one.number))).collect();
    let addresses = &module.links;
    let others = addresses.others.iter().map(|link| format!("{} {}", link.name, link.address));
    let known = [("homepage", &addresses.homepage), ("sources", &addresses.sources), ("issues", &addresses.issues)];
    let known = known.iter().filter_map(|(name, link)| link.as_ref().map(|link| format!("{name} {link}")));
    let addresses: Vec<String> = known.chain(others).collect();
    for (name, text) in [
        ("provides", provides.join(", ")),
        ("links", addresses.join(", ")),
        ("text", module.description.clone().unwrap_or_default().replace('\n', "\\n").chars().take(60).collect()),
        (
            "minecraft",
            module.minecraft.as_ref().map(|it| format!("{} {}", word(it.language), range(it))).unwrap_or_default(),
        ),
        (
            "language",
            module
                .language
                .as_ref()
                .map(|language| format!("{} {}", language.id, range(&language.range)))
                .unwrap_or_default(),
        ),
        ("icon", module.icon.clone().unwrap_or_default()),
    ] {
        if !text.is_empty() {
            lines.push(format!("  {name} {text}"));
        }
    }
    if module.uses_dependency_information {
        lines.push("  uses dependency information".to_owned());
    }
    lines.extend(module.dependencies.iter().map(|dependency| format!("  {}", thinks(dependency))));
    lines
}

fn thinks(dependency: &Dependency) -> String {
    let mut text = format!("{} {} {}", word(dependency.relation), dependency.id, range(&dependency.range));
    if dependency.side != jar::Side::Both {
        text.extend([format!(" on {}", word(dependency.side))]);
    }
    for (name, list) in [("or", &dependency.instead), ("unless", &dependency.unless)] {
        for wanted in list {
            text.extend([format!(" {name} {} {}", wanted.id, range(&wanted.range))]);
        }
    }
    match &dependency.reason {
        Some(reason) => format!("{text} ({reason})"),
        None => text,
    }
}

fn range(range: &Range) -> String {
    let any: Vec<String> = range.any.iter().map(|all| all.join(" & ")).collect();
    if any.is_empty() { "any".to_owned() } else { any.join(" | ") }
}

/// How a value of an enum is stored.
fn word(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("a value that can be stored");
    value.as_str().expect("an enum is stored as a word").to_owned()
}
