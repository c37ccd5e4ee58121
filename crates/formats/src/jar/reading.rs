//! How a jar is read: which of its files, in which order, and what follows from them.

use std::io::{Read, Seek};

use serde_json::Value;

use super::manifest::Manifest;
use super::nested::{self, Allowance};
use super::page::Page;
use super::survey::Survey;
use super::{Jar, Kind, Mod, Refused, System, fabric, forge, game, guess, legacy, manifest, packs, plugins, quilt};
use crate::archive::{Archive, Rule, Rules};
use crate::lenient;

/// The most bytes of a metadata file.
const FILE_LIMIT: u64 = 1 << 20;
/// The most bytes of one in TOML or YAML, whose readers take a hundred times as many.
const SMALL_LIMIT: u64 = 128 << 10;
/// How deep jars within jars are opened.
const DEPTH: usize = 2;

/// What archives are read from.
pub(super) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Reads what a file says about itself.
pub(super) fn read(source: &mut dyn Source, name: &str) -> Result<Jar, Refused> {
    describe(source, name, DEPTH, &mut Allowance::new())
}

fn describe(source: &mut dyn Source, name: &str, depth: usize, allowance: &mut Allowance) -> Result<Jar, Refused> {
    let archive = Archive::open(source, Rules::Jar)?;
    let survey = Survey::of(&archive);
    let mut reading = Reading { archive, survey, allowance, manifest: Manifest::default(), jar: Jar::default() };
    reading.manifest()?;
    reading.fabric_and_quilt()?;
    reading.forges()?;
    reading.older()?;
    reading.plugins()?;
    reading.pack()?;
    reading.jarjar()?;
    reading.nested(depth)?;
    reading.java()?;
    Ok(reading.conclude(name))
}

/// A jar while it is read.
struct Reading<'a, 'b> {
    archive: Archive<&'a mut dyn Source>,
    survey: Survey,
    allowance: &'b mut Allowance,
    manifest: Manifest,
    jar: Jar,
}

impl Reading<'_, '_> {
    fn manifest(&mut self) -> Result<(), Refused> {
        let Some(bytes) = self.bytes(manifest::FILE)? else { return Ok(()) };
        self.manifest = Manifest::parse(&bytes);
        let mut page = Page::new(manifest::FILE, &mut self.jar.notes);
        self.jar.marks = self.manifest.marks(&mut page);
        self.jar.guess = self.manifest.guess(&mut page);
        Ok(())
    }

    fn fabric_and_quilt(&mut self) -> Result<(), Refused> {
        for (file, reader) in [(fabric::FILE, fabric::read as fn(&_, &mut Page<'_>) -> _), (quilt::FILE, quilt::read)] {
            if let Some(document) = self.json(file)? {
                let (mods, nested) = reader(&document, &mut Page::new(file, &mut self.jar.notes));
                self.keep(file, mods);
                nested::add(&mut self.jar.nested, nested);
            }
        }
        Ok(())
    }

    fn forges(&mut self) -> Result<(), Refused> {
        for file in [forge::NEOFORGE, forge::FORGE] {
            if let Some(document) = self.toml(file)? {
                let mods = forge::read(&document, &self.manifest, &mut Page::new(file, &mut self.jar.notes));
                self.keep(file, mods);
            }
        }
        Ok(())
    }

    /// `mcmod.info` is left over in many jars for later loaders, which do not look at it.
    fn older(&mut self) -> Result<(), Refused> {
        let has_later = self.jar.mods.iter().any(|module| module.system == System::Forge);
        if has_later && self.survey.place(legacy::FORGE).is_some() {
            self.page(legacy::FORGE)
                .note("It was not read, since there is META-INF/mods.toml, which Forge reads since 1.13.");
        }
        let forge = if has_later { None } else { self.json(legacy::FORGE)? };
        let readers: [(_, _, fn(&_, &mut Page<'_>) -> _); 3] = [
            (legacy::FORGE, forge, legacy::forge),
            (legacy::LITELOADER, self.json(legacy::LITELOADER)?, legacy::liteloader),
            (legacy::RIFT, self.json(legacy::RIFT)?, legacy::rift),
        ];
        for (file, document, reader) in readers {
            if let Some(document) = document {
                let mods = reader(&document, &mut self.page(file));
                self.keep(file, mods);
            }
        }
        Ok(())
    }

    fn plugins(&mut self) -> Result<(), Refused> {
        let bukkit = if self.survey.place(plugins::PAPER).is_some() { plugins::PAPER } else { plugins::BUKKIT };
        for (file, system) in [(bukkit, System::Bukkit), (plugins::BUNGEE, System::Bungee)] {
            if let Some(document) = self.yaml(file)?.filter(plugins::is_plugin) {
                let mods = plugins::read(&document, system, &mut self.page(file));
                self.keep(file, mods);
            }
        }
        if let Some(document) = self.json(plugins::VELOCITY)? {
            let mods = plugins::read(&document, System::Velocity, &mut self.page(plugins::VELOCITY));
            self.keep(plugins::VELOCITY, mods);
        }
        Ok(())
    }

    /// Mods carry `pack.mcmeta` too, for their assets, which says nothing of them.
    fn pack(&mut self) -> Result<(), Refused> {
        let may_be = self.jar.mods.is_empty() && self.survey.classes.is_empty();
        if let Some(document) = if may_be { self.json(packs::FILE)? } else { None } {
            self.jar.pack = packs::read(&document, &mut self.page(packs::FILE));
        }
        Ok(())
    }

    fn jarjar(&mut self) -> Result<(), Refused> {
        let Some(document) = self.json(nested::FILE)? else { return Ok(()) };
        let known = self.jar.systems().into_iter().filter(|system| matches!(system, System::Forge | System::NeoForge));
        let mut systems: Vec<System> = known.collect();
        if systems.is_empty() {
            systems = vec![System::Forge, System::NeoForge];
        }
        let more = nested::read(&document, &systems, &mut self.page(nested::FILE));
        nested::add(&mut self.jar.nested, more);
        Ok(())
    }

    fn nested(&mut self, depth: usize) -> Result<(), Refused> {
        let mut all = std::mem::take(&mut self.jar.nested);
        Page::new("", &mut self.jar.notes).cut(&mut all, "nested jars");
        for nested in &mut all {
            let path = nested.path.clone();
            if depth == 0 {
                self.page(&path).note("It lies too deep within other jars to be opened.");
                continue;
            }
            let act =
                |source: &mut dyn Source, allowance: &mut Allowance| describe(source, &path, depth - 1, allowance);
            match nested::open(&mut self.archive, &path, self.allowance, act)? {
                Ok(Ok(jar)) => nested.jar = Some(jar),
                Ok(Err(Refused::Unreadable(error))) => return Err(Refused::Unreadable(error)),
                Ok(Err(refused)) => self.page(&path).note(format!("This nested jar was not opened. {refused}")),
                Err(says) => self.page(&path).note(says),
            }
            nested.path = self.page("").name(&path).unwrap_or_default();
        }
        self.jar.nested = all;
        Ok(())
    }

    /// The Java version that the looked-at classes need: bytes 6 and 7 of a class are its version, of which 52 is Java 8
    /// ("The Java Virtual Machine Specification", 4.1).
    fn java(&mut self) -> Result<(), Refused> {
        for &index in &self.survey.classes {
            if let [0xca, 0xfe, 0xba, 0xbe, _, _, high, low] = self.archive.peek(index, 8)?[..] {
                let version = u32::from(u16::from_be_bytes([high, low])).checked_sub(44);
                self.jar.java = self.jar.java.max(version.filter(|version| (1..200).contains(version)));
            }
        }
        Ok(())
    }

    /// Keeps the mods of one file, unless there are too many of them altogether.
    fn keep(&mut self, file: &str, mut mods: Vec<Mod>) {
        for module in &mut mods {
            let is_placeholder =
                |number: &str| number.contains("${") || (number.starts_with('@') && number.ends_with('@'));
            module.unexpanded = module.number.as_deref().is_some_and(is_placeholder);
        }
        let things = mods.iter().map(|module| 1 + module.dependencies.len() + module.provides.len()).sum();
        match self.allowance.things.checked_sub(things) {
            Some(left) => {
                self.allowance.things = left;
                self.jar.mods.extend(mods);
            }
            None => self.page(file).note("There are too many mods and dependencies altogether; these were left out."),
        }
    }

    fn conclude(mut self, name: &str) -> Jar {
        self.jar.game = self.jar.mods.is_empty() && game::is_game(&self.archive, &self.manifest);
        let is_plugin = |system: &System| matches!(system, System::Bukkit | System::Bungee | System::Velocity);
        let systems = self.jar.systems();
        let mod_type = self.jar.marks.mod_type.as_deref().unwrap_or_default();
        self.jar.kind = match packs::kind(&self.survey, self.jar.pack.as_ref()) {
            _ if systems.iter().any(|system| !is_plugin(system)) => Kind::Mod,
            _ if !systems.is_empty() => Kind::Plugin,
            _ if self.jar.marks.coremod.is_some() || self.jar.marks.tweaker.is_some() || mod_type == "MOD" => Kind::Mod,
            _ if ["LIBRARY", "GAMELIBRARY", "LANGPROVIDER"].contains(&mod_type) => Kind::Library,
            Some(kind) => kind,
            None => Kind::Unknown,
        };
        if !self.jar.mods.is_empty() {
            self.jar.guess = None;
        } else if self.jar.guess.is_none() {
            self.jar.guess = guess::from_file(name.rsplit('/').next().unwrap_or(name), &mut self.page(""));
        }
        self.jar
    }

    fn page<'p>(&'p mut self, file: &'p str) -> Page<'p> {
        Page::new(file, &mut self.jar.notes)
    }

    fn json(&mut self, file: &str) -> Result<Option<Value>, Refused> {
        self.parse(file, |text, _| lenient::json(text).map_err(|error| error.to_string()))
    }

    fn toml(&mut self, file: &str) -> Result<Option<Value>, Refused> {
        self.parse(file, |text, page| {
            let read = lenient::toml(text).map_err(|error| error.to_string())?;
            if let Some(wrong) = read.wrong {
                page.note(format!("It is not quite TOML ({wrong}); it was read as loaders do."));
            }
            if let Some(line) = read.left_out.first() {
                page.note(format!(
                    "Line {line} has no meaning and was left out, and {} more.",
                    read.left_out.len() - 1
                ));
            }
            Ok(read.value)
        })
    }

    fn yaml(&mut self, file: &str) -> Result<Option<Value>, Refused> {
        self.parse(file, |text, _| plugins::yaml(text))
    }

    fn parse(
        &mut self,
        file: &str,
        parser: impl Fn(&str, &mut Page<'_>) -> Result<Value, String>,
    ) -> Result<Option<Value>, Refused> {
        let Some(bytes) = self.bytes(file)? else { return Ok(None) };
        let mut page = self.page(file);
        let value = parser(&super::text::decode(&bytes), &mut page);
        Ok(value.map_err(|says| page.note(format!("It cannot be read: {says}."))).ok())
    }

    /// The bytes of a metadata file, if it is there and not larger than such files are.
    fn bytes(&mut self, file: &str) -> Result<Option<Vec<u8>>, Refused> {
        let Some(index) = self.survey.place(file) else { return Ok(None) };
        let own = if file.ends_with("toml") || file.ends_with("yml") { SMALL_LIMIT } else { FILE_LIMIT };
        let limit = own.min(self.allowance.metadata);
        match self.archive.read(index, limit) {
            Ok(bytes) => {
                self.allowance.metadata -= bytes.len() as u64;
                Ok(Some(bytes))
            }
            Err(refused) if refused.rule() == Some(Rule::TooLarge) => {
                self.page(file).note("It is larger than such files are, or all of them together are; it was not read.");
                Ok(None)
            }
            Err(refused) => Err(refused),
        }
    }
}
