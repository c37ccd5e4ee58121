//! How long the check of a big build takes, without its database: `cargo bench -p kleister-formats --bench check`.

use std::sync::Arc;

use divan::Bencher;
use kleister_formats::check::{Facts, Origin, Piece, Redistribution, check};
use kleister_formats::jar::{Dependency, Jar, Kind, Language, Mod, Nested, Range, System};
use kleister_formats::{Delivery, Environment, Loader, LoaderKind};

fn main() {
    divan::main();
}

/// A mod that needs the game, its loader and three others, some of them with what is not there.
fn piece(number: usize, of: usize) -> Piece {
    let needs = |id: String, versions: &str| {
        let range = Range::new(Language::Fabric, versions);
        Dependency { id, range, ..Dependency::default() }
    };
    let others = (1..4).map(|step| needs(format!("mod-{}", (number + step * 7) % of), ">=1.0 <2"));
    let absent = (number.is_multiple_of(20)).then(|| needs(format!("absent-{}", number % 3), "*"));
    let platform = [needs("minecraft".into(), ">=1.20 <1.21"), needs("fabricloader".into(), ">=0.14")];
    let module = Mod {
        system: System::Fabric,
        file: "fabric.mod.json".into(),
        id: format!("mod-{number}"),
        number: Some(format!("1.{number}.0+1.20.1")),
        dependencies: platform.into_iter().chain(others).chain(absent).collect(),
        ..Mod::default()
    };
    let library = Mod { id: format!("library-{}", number % 40), number: Some("0.3.5".into()), ..Mod::default() };
    let inner = Jar { kind: Kind::Mod, mods: vec![library], ..Jar::default() };
    let nested = Nested { systems: vec![System::Fabric], jar: Some(inner), ..Nested::default() };
    let jar = Jar { kind: Kind::Mod, mods: vec![module], nested: vec![nested], ..Jar::default() };
    Piece {
        origin: Some(Origin { module: format!("mod-{number}"), version: "1".into() }),
        path: format!("mods/mod-{number}.jar"),
        environment: Environment::default(),
        chosen: false,
        redistribution: Redistribution::Unknown,
        delivery: Delivery::Stored,
        jar: Some(Arc::new(jar)),
    }
}

#[divan::bench(args = [30, 300, 3000])]
fn build_of_mods(bencher: Bencher<'_, '_>, mods: usize) {
    let facts = Facts {
        minecraft: Some("1.20.1".into()),
        loader: Some(Loader { kind: LoaderKind::Fabric, version: "0.16.9".into() }),
        java: Some(17),
        public: true,
        files: (0..mods).map(|number| piece(number, mods)).collect(),
        ..Facts::default()
    };
    bencher.bench_local(|| check(&facts));
}
