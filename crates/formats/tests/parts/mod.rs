//! What the sample packs of several tests are put together from.

use kleister_formats::{
    Delivery, Environment, Extras, File, Hashes, Loader, LoaderKind, Memory, Origin, Pack, Place, Policy, Release,
};

/// A pack of which nothing is told but its names.
pub(crate) fn pack(slug: &str, name: &str) -> Pack {
    Pack {
        id: format!("01j0{slug}"),
        slug: slug.to_owned(),
        name: name.to_owned(),
        summary: None,
        authors: None,
        website: None,
    }
}

/// Version 1.0 of a pack, with nothing set but what it runs on.
pub(crate) fn release(pack: Pack, minecraft: &str, loader: Option<(LoaderKind, &str)>, files: Vec<File>) -> Release {
    Release {
        pack,
        version: "1.0".to_owned(),
        minecraft: minecraft.to_owned(),
        loader: loader.map(|(kind, version)| Loader { kind, version: version.to_owned() }),
        loader_package: None,
        java: None,
        memory: Memory::default(),
        jvm_arguments: None,
        files,
        solder: None,
        extras: Extras::default(),
        losses: None,
    }
}

/// A file of the build itself, needed by both sides and handed out by this server.
pub(crate) fn own(path: &str, policy: Policy, hashes: Hashes, size: u64) -> File {
    File {
        path: path.parse().unwrap(),
        environment: Environment::default(),
        choice: None,
        policy,
        hashes,
        size,
        delivery: Delivery::Stored,
        sources: Vec::new(),
        source_first: false,
        origins: Vec::new(),
        content: None,
    }
}

/// What a place that has the file calls it.
pub(crate) fn origin(place: Place, project: &str, version: &str) -> Origin {
    Origin { place, project: project.to_owned(), version: version.to_owned() }
}
