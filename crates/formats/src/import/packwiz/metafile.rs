//! A `.pw.toml`: where one file is, what it hashes to, which side needs it, whether the player is asked.

use serde::Deserialize;

use super::super::{Found, Known, Origin, Place, Source, text};
use crate::{Choice, Environment, InstancePath, Support};

/// A metafile as packwiz and Prism Launcher write it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Metafile {
    #[serde(default)]
    name: Option<String>,
    pub(super) filename: String,
    #[serde(default)]
    side: Option<String>,
    download: Download,
    #[serde(default)]
    option: Asked,
    #[serde(default)]
    update: toml::Table,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Download {
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    mode: Option<String>,
    #[serde(default)]
    hash_format: String,
    #[serde(default)]
    hash: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    default: bool,
    #[serde(default)]
    description: Option<String>,
}

impl Metafile {
    /// The file that is described; its path follows from the metafile's own.
    pub(super) fn found(self, metafile: &InstancePath) -> Result<Found, String> {
        let path = self.path(metafile)?;
        let sources = self.sources();
        let addresses = sources.iter().filter_map(|source| source.address.clone()).collect();
        let place = match self.download.mode.as_deref().unwrap_or("url") {
            "url" | "" => Place::At(addresses),
            "metadata:curseforge" => match self.curseforge() {
                Some((project, file)) => Place::CurseForge { project, file, is_named: true },
                None => return Err("it is fetched from CurseForge, but does not say which file".to_owned()),
            },
            other => return Err(format!("its download mode {other:?} is unknown")),
        };
        let environment = self.environment();
        let choice = self.option.optional.then(|| Choice {
            default: self.option.default,
            text: text::given(self.option.description.clone(), 1024),
            group: None,
        });
        Ok(Found {
            hashes: Known::of(&self.download.hash_format, &self.download.hash),
            environment: Some(environment),
            choice,
            sources,
            name: text::given(self.name, 255),
            ..Found::new(path, place)
        })
    }

    /// Where the file lies: `filename` is relative to the metafile.
    fn path(&self, metafile: &InstancePath) -> Result<InstancePath, String> {
        let path = match metafile.folder() {
            Some(folder) => format!("{folder}/{}", self.filename),
            None => self.filename.clone(),
        };
        path.parse().map_err(|error: crate::Error| error.to_string())
    }

    /// Its name and where it comes from: what is worth knowing of a file that lies there already.
    pub(super) fn origin(self) -> (Option<String>, Vec<Source>) {
        let sources = self.sources();
        (text::given(self.name, 255), sources)
    }

    fn sources(&self) -> Vec<Source> {
        let mut sources: Vec<Source> = self.download.url.iter().filter_map(|url| Source::of_address(url)).collect();
        let text = |place: &str, key: &str| Some(text::line(self.update.get(place)?.get(key)?.as_str()?, 255));
        if let Some(project) = text("modrinth", "mod-id") {
            let known = Source {
                origin: Origin::Modrinth,
                address: None,
                project: Some(project),
                file: text("modrinth", "version"),
            };
            merge(&mut sources, known);
        }
        if let Some((project, file)) = self.curseforge() {
            merge(&mut sources, Source::curseforge(project, file));
        }
        sources
    }

    fn curseforge(&self) -> Option<(u32, u32)> {
        let numbers = self.update.get("curseforge")?;
        let number = |key: &str| u32::try_from(numbers.get(key)?.as_integer()?).ok();
        Some((number("project-id")?, number("file-id")?))
    }

    fn environment(&self) -> Environment {
        let needed = if self.option.optional { Support::Optional } else { Support::Required };
        match self.side.as_deref().unwrap_or("both") {
            "client" => Environment { client: needed, server: Support::Unsupported },
            "server" => Environment { client: Support::Unsupported, server: needed },
            _ => Environment { client: needed, server: needed },
        }
    }
}

/// Adds a source, or what it knows to the one of its place that is there.
fn merge(sources: &mut Vec<Source>, known: Source) {
    match sources.iter_mut().find(|source| source.origin == known.origin) {
        Some(source) => {
            source.project = known.project.or(source.project.take());
            source.file = known.file.or(source.file.take());
        }
        None => sources.push(known),
    }
}
