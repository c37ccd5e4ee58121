//! A Solder as its users have it: what it holds, and its files.

use std::io::{Cursor, Write};

use kleister_samples as samples;
use md5::{Digest, Md5};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

pub(crate) const EVE: &str = "2f6a0d1c-58b1-4f0e-9d5b-0c8f3f3f3a11";
pub(crate) const BOB: &str = "8c1b7a52-0f0e-4b86-9b0e-3a9e1d2c4b77";
/// What a pack has pictures for.
pub(crate) const PICTURES: [&str; 3] = ["icon", "logo", "background"];
pub(crate) const KEY: &str = "a8f5f167f44f4964e6c998dee827110c";

/// A mod with its versions.
pub(crate) struct Mod {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) author: Option<&'static str>,
    /// Which side alone needs it, as solder.py has it.
    pub(crate) side: Option<&'static str>,
    pub(crate) versions: Vec<Version>,
}

/// A version: one zip.
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) name: &'static str,
    pub(crate) zip: Vec<u8>,
    /// What the database notes of it, where that is wrong.
    pub(crate) noted_md5: Option<&'static str>,
}

/// A pack with its builds.
pub(crate) struct Pack {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) order: i64,
    pub(crate) hidden: bool,
    pub(crate) private: bool,
    pub(crate) recommended: Option<&'static str>,
    pub(crate) latest: Option<&'static str>,
    pub(crate) builds: Vec<Build>,
    /// Its icon, logo and background.
    pub(crate) pictures: [Option<Vec<u8>>; 3],
    /// Whether its builds are there with what is optional, and as servers have them, as solder.py does it.
    pub(crate) variants: bool,
}

/// A build with the numbers of its versions.
pub(crate) struct Build {
    pub(crate) name: &'static str,
    pub(crate) minecraft: &'static str,
    pub(crate) java: Option<&'static str>,
    pub(crate) memory: Option<i64>,
    pub(crate) forge: Option<&'static str>,
    pub(crate) published: bool,
    pub(crate) private: bool,
    pub(crate) versions: Vec<u64>,
    /// Those of its versions that are optional, as solder.py has it.
    pub(crate) optional: Vec<u64>,
}

/// All that a Solder holds.
pub(crate) struct Fixture {
    pub(crate) mods: Vec<Mod>,
    pub(crate) packs: Vec<Pack>,
    /// Whose launcher sees which pack.
    pub(crate) clients: Vec<(&'static str, &'static str, &'static str)>,
}

/// A zip as people pack theirs: compressed, with today's date.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// A picture of this width, as drawing programs write it.
fn picture(width: u32, red: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(width, 5, image::Rgb([red, 1, 2]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn version(number: u64, name: &'static str, files: &[(&str, &[u8])]) -> Version {
    Version { number, name, zip: zip(files), noted_md5: None }
}

fn build(name: &'static str, versions: &[u64]) -> Build {
    let (java, memory, forge) = (Some("1.8"), Some(3072), Some("14.23.5.2859"));
    let (versions, optional) = (versions.to_vec(), Vec::new());
    Build { name, minecraft: "1.12.2", java, memory, forge, published: true, private: false, versions, optional }
}

fn pack(slug: &'static str, name: &'static str, order: i64, builds: Vec<Build>) -> Pack {
    let last = builds.last().map(|build| build.name);
    let (pictures, variants) = ([None, None, None], false);
    let (recommended, latest) = (last, last);
    Pack { slug, name, order, hidden: false, private: false, recommended, latest, builds, pictures, variants }
}

impl Fixture {
    /// Four packs, of which one is hidden and one private, with all that makes moving hard.
    pub(crate) fn new() -> Self {
        let profile =
            br#"{"inheritsFrom": "1.12.2", "libraries": [{"name": "net.minecraftforge:forge:1.12.2-14.23.5.2859"}]}"#;
        let forge = zip(&[("version.json", profile)]);
        let quilt = br#"{"inheritsFrom": "1.20.1", "libraries": [{"name": "org.quiltmc:quilt-loader:0.24.0"}]}"#;
        let one = |slug, name, author, versions| Mod { slug, name, author, side: None, versions };
        let mods = vec![
            one("forge", "Forge", None, vec![version(1, "14.23.5.2859", &[("bin/modpack.jar", &forge)])]),
            one(
                "jei",
                "Just Enough Items",
                Some("mezz"),
                vec![
                    version(2, "4.16.1", &[("mods/jei_1.12.2-4.16.1.jar", b"PK jei 4.16.1")]),
                    version(3, "4.16.1.302", &[("mods/jei_1.12.2-4.16.1.302.jar", b"PK jei 4.16.1.302")]),
                ],
            ),
            one(
                "Z-configs",
                "Configs",
                None,
                vec![version(
                    4,
                    "1.0",
                    &[
                        ("config/jei.cfg", b"a=1"),
                        ("options.txt", b"lang:en"),
                        ("mods/jei_1.12.2-4.16.1.jar", b"older"),
                    ],
                )],
            ),
            one("quilt", "Quilt", None, vec![version(5, "0.24.0", &[("bin/version.json", quilt)])]),
            Mod {
                side: Some("CLIENT"),
                ..one(
                    "shaders",
                    "Pretty shaders",
                    None,
                    vec![version(6, "r1 + fix", &[("shaderpacks/pretty.zip", b"PK s")])],
                )
            },
            one("spare", "Spare part", None, vec![version(7, "0.1", &[("mods/spare.jar", b"PK spare")])]),
        ];
        let mut sky = pack(
            "SkyPack",
            "Sky Pack",
            2,
            vec![
                build("1.0", &[1, 2]),
                build("1.1", &[1, 3, 4]),
                Build { private: true, ..build("1.2-secret", &[1, 3]) },
                Build { published: false, ..build("2.0", &[1, 3, 4, 6]) },
            ],
        );
        (sky.recommended, sky.latest) = (Some("1.0"), Some("1.1"));
        let quilted =
            Build { minecraft: "1.20.1", java: Some("17"), memory: None, forge: None, ..build("0.9 beta", &[5, 6]) };
        let hidden = Pack { hidden: true, ..pack("unlisted", "An unlisted one", 1, vec![quilted]) };
        let secret = Pack { private: true, ..pack("secret", "No", 0, vec![build("1", &[1, 2]), build("2", &[1, 3])]) };
        let mut bare =
            pack("bare", "Bare", 3, vec![Build { java: None, memory: None, forge: None, ..build("0.1", &[]) }]);
        bare.recommended = None;
        Self {
            mods,
            packs: vec![sky, hidden, secret, bare],
            clients: vec![("Eve", EVE, "secret"), ("Eve", EVE, "SkyPack"), ("Bob", BOB, "")],
        }
    }

    /// A solder.py with packs for three loaders, real jars in the zips, mods for one side, optional ones, and pictures.
    pub(crate) fn mixed() -> Self {
        let needs = r#""depends": {"minecraft": "~1.20.1", "oil": ">=2"}, "environment": "server""#;
        let (lamp, fog) = (samples::fabric("lamp", "1.4.0", needs), samples::forge("fog", "0.9", ""));
        let (guard, tune) = (samples::fabric("guard", "3", ""), samples::neoforge("tune", "5.1", ""));
        let profile = br#"{"inheritsFrom": "1.20.1", "libraries": [{"name": "net.fabricmc:fabric-loader:0.15.11"}]}"#;
        let one = |slug, name, number, version_name, files: &[(&str, &[u8])]| Mod {
            slug,
            name,
            author: Some("Anna"),
            side: None,
            versions: vec![version(number, version_name, files)],
        };
        let mods = vec![
            one("fabric-loader", "Fabric", 1, "0.15.11", &[("bin/version.json", profile)]),
            one("lamps", "Lamps", 2, "1.20.1-1.4.0", &[("mods/lamp-1.4.0.jar", &lamp), ("config/lamp.json", b"{}")]),
            one("fog", "Fog", 3, "1.20.1-0.9", &[("mods/fog.jar", &fog)]),
            Mod { side: Some("SERVER"), ..one("guard", "Guard", 4, "1.20.1-3", &[("mods/guard.jar", &guard)]) },
            one("tune", "Tune", 5, "1.21.1-5.1", &[("mods/tune.jar", &tune)]),
            one("lamps-with-fog", "Both", 6, "1", &[("mods/lamp.jar", &lamp), ("mods/fog.jar", &fog)]),
        ];
        let build = |name, minecraft, versions| Build { minecraft, forge: None, ..build(name, versions) };
        let lit = Build { optional: vec![3], ..build("1.0", "1.20.1", &[1, 2, 3, 4]) };
        let mut lit = pack("lit", "Lit", 0, vec![lit, build("1.1", "1.20.1", &[1, 2, 4, 6])]);
        lit.variants = true;
        lit.pictures = [(90, 200), (40, 30), (7, 99)].map(|(width, red)| Some(picture(width, red)));
        let plain = Build { optional: vec![2], ..build("2.0", "1.21.1", &[5, 2]) };
        let mut plain = pack("plain", "Plain", 1, vec![plain]);
        plain.pictures[1] = Some(picture(11, 3));
        plain.private = true;
        Self { mods, packs: vec![lit, plain], clients: vec![("Eve", EVE, "plain"), ("Bob", BOB, "")] }
    }

    /// The version of this number, with its mod.
    pub(crate) fn version(&self, number: u64) -> (&Mod, &Version) {
        let all = self.mods.iter().flat_map(|module| module.versions.iter().map(move |version| (module, version)));
        all.into_iter().find(|(_, version)| version.number == number).unwrap()
    }

    /// Its files, as they lie below the address of its repository, with the pictures of its packs.
    pub(crate) fn files(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for pack in &self.packs {
            let place = folder.path().join("resources").join(pack.slug);
            std::fs::create_dir_all(&place).unwrap();
            for (kind, picture) in PICTURES.into_iter().zip(&pack.pictures) {
                if let Some(bytes) = picture {
                    std::fs::write(place.join(format!("{kind}.png")), bytes).unwrap();
                }
            }
        }
        for module in &self.mods {
            let place = folder.path().join("mods").join(module.slug);
            std::fs::create_dir_all(&place).unwrap();
            for version in &module.versions {
                std::fs::write(place.join(format!("{}-{}.zip", module.slug, version.name)), &version.zip).unwrap();
            }
        }
        folder
    }
}
