//! What is in a release, as a bill of materials: `CycloneDX` 1.6 in JSON.
//!
//! It says of every file what it hashes to, under which licence it comes, where it came from and what else it is called
//! there. It is the same wherever it is handed out: it has none of our addresses, no time and no version of ours, and its
//! serial number follows from the files.

mod components;

use serde::Serialize;
use sha2::{Digest, Sha256};

use self::components::{Component, Reference};
use crate::Release;

/// The media type of the document.
pub const MEDIA_TYPE: &str = "application/vnd.cyclonedx+json; version=1.6";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component<'a>>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    component: Pack<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pack<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref")]
    reference: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_references: Vec<Reference>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    #[serde(rename = "ref")]
    reference: &'static str,
    depends_on: Vec<String>,
}

/// What the document calls the pack itself.
const PACK: &str = "pack";

/// The release's bill of materials.
pub fn write(release: &Release) -> String {
    let components = components::of(release);
    let document = Document {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: serial_number(release),
        version: 1,
        metadata: Metadata { component: pack(release) },
        dependencies: vec![Dependency {
            reference: PACK,
            depends_on: components.iter().map(|component| component.reference.clone()).collect(),
        }],
        components,
    };
    serde_json::to_string_pretty(&document).expect("a release has nothing that JSON lacks") + "\n"
}

fn pack(release: &Release) -> Pack<'_> {
    let pack = &release.pack;
    Pack {
        kind: "application",
        reference: PACK,
        authors: pack.authors.iter().map(|name| Author { name }).collect(),
        name: &pack.name,
        version: &release.version,
        description: pack.summary.as_deref(),
        external_references: pack.website.as_deref().and_then(Reference::website).into_iter().collect(),
    }
}

/// A UUID of version 8 (RFC 9562) that no other contents have.
///
/// It is made of what any Kleister reads in the stored release, so that an update does not change it.
fn serial_number(release: &Release) -> String {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update(text);
        digest.update([0]);
    };
    for text in [&release.pack.id, &release.version, &release.minecraft] {
        add(text);
    }
    if let Some(loader) = &release.loader {
        add(loader.kind.name());
        add(&loader.version);
    }
    for file in release.sorted_files() {
        add(file.path.as_str());
        add(file.hashes.best().map_or("", |(_, hash)| hash));
    }
    let mut uuid = digest.finalize();
    uuid[6] = uuid[6] & 0x0f | 0x80;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    let uuid = hex::encode(&uuid[..16]);
    format!("urn:uuid:{}-{}-{}-{}-{}", &uuid[..8], &uuid[8..12], &uuid[12..16], &uuid[16..20], &uuid[20..])
}
