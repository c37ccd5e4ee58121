//! Builds for the table, in few words.

use std::sync::Arc;

use kleister_formats::check::{Facts, Offer, Origin, Piece, Redistribution, Zip};
use kleister_formats::jar::{
    Dependency, Evidence, Jar, Kind, Language, Mod, Nested, Provided, Range, Relation, Side, Sides, System, Wanted,
};
use kleister_formats::listings::Held;
use kleister_formats::{Delivery, Environment, Loader, LoaderKind, Support};

/// One build, and what the check should find.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) facts: Facts,
    /// What the server has beside.
    pub(crate) shelf: Vec<Offer>,
    pub(crate) expected: Vec<&'static str>,
}

pub(crate) fn case(name: &'static str, facts: Facts) -> Case {
    Case { name, facts, shelf: Vec::new(), expected: Vec::new() }
}

impl Case {
    pub(crate) fn shelf(mut self, jars: impl IntoIterator<Item = Jar>) -> Self {
        self.shelf.extend(jars.into_iter().map(|jar| Offer { origin: origin(&jar), jar: Arc::new(jar) }));
        self
    }

    pub(crate) fn finds(mut self, expected: &'static str) -> Self {
        self.expected.push(expected);
        self
    }
}

pub(crate) fn build(loader: &str, version: &str, minecraft: &str, java: u32) -> Facts {
    let kind: LoaderKind = loader.parse().unwrap();
    Facts {
        minecraft: Some(minecraft.into()),
        loader: Some(Loader { kind, version: version.into() }),
        java: Some(java),
        public: true,
        ..Facts::default()
    }
}

/// Adds files to a build.
pub(crate) trait With {
    fn with(self, piece: impl Into<Piece>) -> Self;
    fn overridden(self, path: &str, text: &str) -> Self;
    fn overridden_on(self, client: Support, server: Support, path: &str, text: &str) -> Self;
    fn overridden_unread(self, path: &str, reason: &str) -> Self;
    /// With a file of the build itself, for which readers of Solder have a zip.
    fn owning(self, path: &str, bytes: &str) -> Self;
    fn zipped(self, zip: Zip) -> Self;
}

impl With for Facts {
    fn with(mut self, piece: impl Into<Piece>) -> Self {
        self.files.push(piece.into());
        self
    }

    fn overridden(self, path: &str, text: &str) -> Self {
        self.overridden_on(Support::Required, Support::Required, path, text)
    }

    fn overridden_on(mut self, client: Support, server: Support, path: &str, text: &str) -> Self {
        self.overrides.set(path, Ok(text.to_owned()));
        let piece = Piece { origin: None, path: path.to_owned(), ..piece(Jar::default()) };
        self.with(piece.sides(client, server))
    }

    fn overridden_unread(mut self, path: &str, reason: &str) -> Self {
        self.overrides.set(path, Err(reason.to_owned()));
        self.with(Piece { origin: None, path: path.to_owned(), ..piece(Jar::default()) })
    }

    fn owning(mut self, path: &str, bytes: &str) -> Self {
        self.files.push(Piece { origin: None, path: path.to_owned(), ..piece(Jar::default()) });
        self.zipped(Zip { origin: None, ..zip("sky-files", "1.0", &[(path, bytes)]) })
    }

    fn zipped(mut self, zip: Zip) -> Self {
        self.zips.push(zip);
        self
    }
}

/// A zip with these files, of a mod's version that is called like it.
pub(crate) fn zip(name: &str, version: &str, files: &[(&str, &str)]) -> Zip {
    let held = |(path, bytes): &(&str, &str)| Held {
        path: (*path).to_owned(),
        size: bytes.len() as u64,
        // As good as a checksum where all are texts of few letters.
        crc32: bytes.bytes().fold(0, |sum, byte| sum * 31 + u32::from(byte)),
    };
    let origin = Some(Origin { module: name.to_owned(), version: version.to_owned() });
    let holds = Some(files.iter().map(held).collect());
    Zip { name: name.to_owned(), version: version.to_owned(), origin, holds }
}

pub(crate) fn piece(jar: Jar) -> Piece {
    let origin = origin(&jar);
    Piece {
        path: format!("mods/{}-{}.jar", origin.module, origin.version.replace(['$', '{', '}'], "_")),
        origin: Some(origin),
        environment: Environment::default(),
        chosen: false,
        redistribution: Redistribution::Unknown,
        delivery: Delivery::Stored,
        jar: Some(Arc::new(jar)),
    }
}

fn origin(jar: &Jar) -> Origin {
    let first = jar.mods.first();
    let module = first.map_or("thing", |module| &module.id).to_owned();
    let version = first.and_then(|module| module.number.clone()).unwrap_or_else(|| "1".into());
    Origin { module, version }
}

impl From<M> for Piece {
    fn from(module: M) -> Self {
        piece(module.jar())
    }
}

/// What a build does with a file.
pub(crate) trait Set {
    fn sides(self, client: Support, server: Support) -> Piece;
    fn optional(self, chosen: bool) -> Piece;
    fn at(self, path: &str) -> Piece;
    fn delivered(self, delivery: Delivery, redistribution: Redistribution) -> Piece;
}

impl<T: Into<Piece>> Set for T {
    fn sides(self, client: Support, server: Support) -> Piece {
        Piece { environment: Environment { client, server }, ..self.into() }
    }

    fn optional(self, chosen: bool) -> Piece {
        let environment = Environment { client: Support::Optional, server: Support::Optional };
        Piece { environment, chosen, ..self.into() }
    }

    fn at(self, path: &str) -> Piece {
        let piece = self.into();
        let origin =
            piece.origin.clone().map(|origin| Origin { version: format!("{}+{path}", origin.version), ..origin });
        Piece { path: path.to_owned(), origin, ..piece }
    }

    fn delivered(self, delivery: Delivery, redistribution: Redistribution) -> Piece {
        Piece { delivery, redistribution, ..self.into() }
    }
}

/// A jar with one mod.
#[derive(Clone)]
pub(crate) struct M {
    pub(crate) module: Mod,
    nested: Vec<Nested>,
    java: Option<u32>,
    language: Language,
}

fn module(system: System, file: &str, language: Language, id: &str, number: &str) -> M {
    let module = Mod { system, file: file.into(), id: id.into(), number: Some(number.into()), ..Mod::default() };
    M { module, nested: Vec::new(), java: None, language }
}

pub(crate) fn fabric(id: &str, number: &str) -> M {
    module(System::Fabric, "fabric.mod.json", Language::Fabric, id, number)
}

pub(crate) fn quilt(id: &str, number: &str) -> M {
    module(System::Quilt, "quilt.mod.json", Language::Quilt, id, number)
}

pub(crate) fn forge(id: &str, number: &str) -> M {
    module(System::Forge, "META-INF/mods.toml", Language::Maven, id, number)
}

pub(crate) fn neoforge(id: &str, number: &str) -> M {
    module(System::NeoForge, "META-INF/neoforge.mods.toml", Language::Maven, id, number)
}

pub(crate) fn mcmod(id: &str, number: &str) -> M {
    module(System::Forge, "mcmod.info", Language::Maven, id, number)
}

impl M {
    pub(crate) fn says(mut self, relation: Relation, id: &str, versions: &str) -> Self {
        let any = versions.split(" or ").filter(|text| !text.is_empty()).map(|text| vec![text.to_owned()]).collect();
        let range = Range { language: self.language, any };
        self.module.dependencies.push(Dependency { relation, id: id.into(), range, ..Dependency::default() });
        self
    }

    pub(crate) fn needs(self, id: &str, versions: &str) -> Self {
        self.says(Relation::Required, id, versions)
    }

    pub(crate) fn breaks(self, id: &str, versions: &str) -> Self {
        self.says(Relation::Incompatible, id, versions)
    }

    /// The last dependency holds on one side only.
    pub(crate) fn on(mut self, side: Side) -> Self {
        self.module.dependencies.last_mut().unwrap().side = side;
        self
    }

    pub(crate) fn unless(mut self, id: &str) -> Self {
        let range = Range { language: self.language, any: Vec::new() };
        self.module.dependencies.last_mut().unwrap().unless.push(Wanted { id: id.into(), range });
        self
    }

    pub(crate) fn or(mut self, id: &str, versions: &str) -> Self {
        let range = Range::new(self.language, versions);
        self.module.dependencies.last_mut().unwrap().instead.push(Wanted { id: id.into(), range });
        self
    }

    pub(crate) fn provides(mut self, id: &str) -> Self {
        self.module.provides.push(Provided { id: id.into(), number: None });
        self
    }

    pub(crate) fn client_only(mut self) -> Self {
        let environment = Environment { client: Support::Required, server: Support::Unsupported };
        self.module.sides = Sides { environment, evidence: Evidence::Declared, said: "client".into() };
        self
    }

    pub(crate) fn unexpanded(mut self) -> Self {
        self.module.unexpanded = true;
        self
    }

    pub(crate) fn language(mut self, id: &str, versions: &str) -> Self {
        self.module.language = Some(Wanted { id: id.into(), range: Range::new(Language::Maven, versions) });
        self
    }

    pub(crate) fn named_for(mut self, minecraft: &str) -> Self {
        self.module.minecraft = Some(Range::new(Language::Plain, minecraft));
        self
    }

    pub(crate) fn uses_information(mut self) -> Self {
        self.module.uses_dependency_information = true;
        self
    }

    pub(crate) fn java(mut self, java: u32) -> Self {
        self.java = Some(java);
        self
    }

    /// The jar brings languages, and says nothing of which.
    pub(crate) fn brings_languages(self) -> Jar {
        let mut jar = self.jar();
        jar.mods.clear();
        jar.kind = Kind::Library;
        jar.marks.mod_type = Some("LANGPROVIDER".into());
        jar
    }

    pub(crate) fn holds(mut self, inner: Self) -> Self {
        let systems = vec![inner.module.system];
        self.nested.push(Nested {
            path: "META-INF/jars/inner.jar".into(),
            systems,
            artifact: None,
            jar: Some(inner.jar()),
        });
        self
    }

    /// The jar is for another loader too.
    pub(crate) fn and(self, other: Self) -> Jar {
        let mut jar = self.jar();
        jar.mods.push(other.module);
        jar
    }

    pub(crate) fn jar(self) -> Jar {
        Jar { kind: Kind::Mod, mods: vec![self.module], nested: self.nested, java: self.java, ..Jar::default() }
    }
}
