//! What the pack is made of: the game, its loader, and every file.

use serde::Serialize;

use crate::addresses::legal;
use crate::{File, LoaderKind, Origin, Place, Release, Support};

/// One thing that the pack is made of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    pub(super) reference: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    scope: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<LicenceChoice<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Hash<'a> {
    alg: &'static str,
    content: &'a str,
}

/// A licence by its SPDX identifier, an expression of such, or in words.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum LicenceChoice<'a> {
    License(Licence<'a>),
    Expression(&'a str),
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Licence<'a> {
    Id(&'a str),
    Name(&'a str),
}

/// An address elsewhere that says more, or has the bytes.
#[derive(Serialize)]
pub(super) struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'static str,
    value: &'a str,
}

impl Reference {
    /// A page to read; none if the address is not one.
    pub(super) fn website(address: &str) -> Option<Self> {
        Some(Self { kind: "website", url: legal(address)? })
    }

    fn distribution(address: &str) -> Option<Self> {
        Some(Self { kind: "distribution", url: legal(address)? })
    }

    /// The page of the project at the place that a file comes from.
    fn origin(origin: &Origin) -> Option<Self> {
        Self::website(&match origin.place {
            Place::Modrinth => format!("https://modrinth.com/project/{}", origin.project),
            Place::Curseforge => format!("https://www.curseforge.com/projects/{}", origin.project),
        })
    }
}

/// Everything that the pack is made of: the game first, then files in the order of their paths.
pub(super) fn of(release: &Release) -> Vec<Component<'_>> {
    let game = plain("application", "minecraft", "Minecraft", &release.minecraft);
    let loader = release.loader.as_ref().map(|loader| {
        let name = match loader.kind {
            LoaderKind::Forge => "Forge",
            LoaderKind::NeoForge => "NeoForge",
            LoaderKind::Fabric => "Fabric Loader",
            LoaderKind::Quilt => "Quilt Loader",
        };
        plain("framework", "loader", name, &loader.version)
    });
    std::iter::once(game).chain(loader).chain(release.sorted_files().into_iter().map(file)).collect()
}

fn plain<'a>(kind: &'static str, reference: &str, name: &'a str, version: &'a str) -> Component<'a> {
    Component {
        kind,
        reference: reference.to_owned(),
        name,
        version: Some(version),
        scope: "required",
        hashes: Vec::new(),
        licenses: Vec::new(),
        external_references: Vec::new(),
        properties: Vec::new(),
    }
}

fn file(file: &File) -> Component<'_> {
    let content = file.content.as_ref();
    let scope = match (file.environment.client, file.environment.server) {
        (Support::Unsupported, Support::Unsupported) => "excluded",
        _ if file.is_optional() => "optional",
        _ => "required",
    };
    let pages = file.origins.iter().filter_map(Reference::origin);
    Component {
        kind: if content.is_some() { "library" } else { "file" },
        reference: format!("files/{}", file.path),
        name: content.map_or(file.path.file_name(), |content| &content.name),
        version: content.map(|content| content.version.as_str()),
        scope,
        hashes: hashes(file),
        licenses: content.and_then(|content| content.licence.as_deref()).map(licence).into_iter().collect(),
        external_references: pages
            .chain(file.sources.iter().filter_map(|source| Reference::distribution(source)))
            .collect(),
        properties: properties(file),
    }
}

fn hashes(file: &File) -> Vec<Hash<'_>> {
    let hashes = &file.hashes;
    let named =
        [("MD5", &hashes.md5), ("SHA-1", &hashes.sha1), ("SHA-256", &hashes.sha256), ("SHA-512", &hashes.sha512)];
    named.into_iter().filter_map(|(alg, hash)| Some(Hash { alg, content: hash.as_deref()? })).collect()
}

/// What a file says of its licence: mods write SPDX's identifiers, expressions of them, or whatever they like.
fn licence(text: &str) -> LicenceChoice<'_> {
    if spdx::license_id(text).is_some_and(|id| id.name == text) {
        return LicenceChoice::License(Licence::Id(text));
    }
    match spdx::Expression::parse(text) {
        Ok(_) => LicenceChoice::Expression(text),
        Err(_) => LicenceChoice::License(Licence::Name(text)),
    }
}

fn properties(file: &File) -> Vec<Property<'_>> {
    let word = |support| match support {
        Support::Required => "required",
        Support::Optional => "optional",
        Support::Unsupported => "unsupported",
    };
    let module = file.content.as_ref().map(|content| ("kleister:mod", content.module.as_str()));
    let origins = file.origins.iter().flat_map(|origin| match origin.place {
        Place::Modrinth => {
            [("kleister:modrinth:project", &origin.project), ("kleister:modrinth:version", &origin.version)]
        }
        Place::Curseforge => {
            [("kleister:curseforge:project", &origin.project), ("kleister:curseforge:file", &origin.version)]
        }
    });
    [
        ("kleister:path", file.path.as_str()),
        ("kleister:client", word(file.environment.client)),
        ("kleister:server", word(file.environment.server)),
    ]
    .into_iter()
    .chain(module)
    .chain(origins.map(|(name, value)| (name, value.as_str())))
    .map(|(name, value)| Property { name, value })
    .collect()
}
