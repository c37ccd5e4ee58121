//! `META-INF/MANIFEST.MF`: what Java and old loaders read ("JAR File Specification", section "Manifest").

use std::io::{Read, Seek};

use super::page::Page;
use super::{Guess, Marks, Source};
use crate::archive::{Archive, Refused};

/// Where it lies.
pub(super) const FILE: &str = "META-INF/MANIFEST.MF";

/// The longest manifest that is read, in bytes.
const LIMIT: u64 = 1 << 20;

/// Which class Java runs when it is told to run the jar, if the jar says so.
pub fn main_class<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Option<String>, Refused> {
    let Some(index) = archive.find(FILE).map(|entry| entry.index) else { return Ok(None) };
    let manifest = Manifest::parse(&archive.read(index, LIMIT)?);
    Ok(manifest.get("Main-Class").map(ToOwned::to_owned))
}

/// The main section of a manifest.
#[derive(Default)]
pub(super) struct Manifest {
    attributes: Vec<(String, String)>,
}

impl Manifest {
    /// Reads the main section, which ends at the first empty line. A line that begins with a space continues the one
    /// before: lines have at most 72 bytes, so that even a character may be cut in two.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut joined: Vec<u8> = Vec::with_capacity(bytes.len());
        for line in lines(bytes) {
            match line.split_first() {
                None => break,
                Some((b' ', rest)) => joined.extend_from_slice(rest),
                Some(_) => {
                    joined.push(b'\n');
                    joined.extend_from_slice(line);
                }
            }
        }
        let text = super::text::decode(&joined);
        let split =
            |line: &str| line.split_once(':').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        Self { attributes: text.lines().filter_map(split).collect() }
    }

    /// What stands under a name, whose case does not matter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// What `${file.jarVersion}` stands for.
    pub(super) fn jar_version(&self) -> &str {
        self.get("Implementation-Version").unwrap_or("0.0NONE")
    }

    /// What it asks the loader for.
    pub(super) fn marks(&self, page: &mut Page<'_>) -> Marks {
        let mut name = |key: &str| self.get(key).and_then(|value| page.name(value));
        let is_true = |key: &str| self.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        Marks {
            coremod: name("FMLCorePlugin"),
            coremod_is_mod: is_true("FMLCorePluginContainsFMLMod") || is_true("ForceLoadAsMod"),
            tweaker: name("TweakClass"),
            mod_type: name("FMLModType"),
            module: name("Automatic-Module-Name"),
            mixins: self.list("MixinConfigs", page),
        }
    }

    /// What the jar may be called, if it does not say so better.
    pub(super) fn guess(&self, page: &mut Page<'_>) -> Option<Guess> {
        let first = |keys: &[&str]| keys.iter().find_map(|key| self.get(key));
        let name = first(&["Implementation-Title", "Specification-Title", "Bundle-Name", "Automatic-Module-Name"])?;
        let number = first(&["Implementation-Version", "Bundle-Version", "Specification-Version"]);
        let number = number.and_then(|number| page.name(number));
        Some(Guess { name: page.name(name)?, number, from: Source::Manifest })
    }

    fn list(&self, key: &str, page: &mut Page<'_>) -> Vec<String> {
        self.get(key).unwrap_or_default().split(',').filter_map(|name| page.name(name)).collect()
    }
}

/// The lines of a manifest, which end in CR LF, LF or CR.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest.filter(|bytes| !bytes.is_empty())?;
        let end = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
        let step = if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = bytes.get(end + step..);
        Some(&bytes[..end])
    })
}
