//! Where a file comes from, told from its address.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// A place that hands a file out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Which place.
    pub origin: Origin,
    /// The file's absolute address there.
    pub address: Option<String>,
    /// The project, as the place numbers it.
    pub project: Option<String>,
    /// The file or version, as the place numbers it.
    pub file: Option<String>,
}

/// The places that Kleister knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Modrinth; a project's and a version's id.
    Modrinth,
    /// CurseForge; a project's and a file's number.
    Curseforge,
    /// GitHub; `owner/name` and a tag.
    Github,
    /// Any other address.
    Url,
}

impl Origin {
    /// The word for it in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modrinth => "modrinth",
            Self::Curseforge => "curseforge",
            Self::Github => "github",
            Self::Url => "url",
        }
    }
}

/// The longest address that is kept, in bytes: as long as a row holds and packwiz's readers take.
const ADDRESS_LIMIT: usize = 2048;
/// The longest id of a project or file that is kept, in bytes.
const ID_LIMIT: usize = 255;

impl Source {
    /// What an address tells; none if nobody could fetch from it.
    ///
    /// Modrinth's files lie at `cdn.modrinth.com/data/<project>/versions/<version>/<name>`, CurseForge's at
    /// `edge.forgecdn.net/files/<number / 1000>/<number % 1000>/<name>`, GitHub's at
    /// `github.com/<owner>/<name>/releases/download/<tag>/<name>`.
    pub fn of_address(address: &str) -> Option<Self> {
        let address = address.trim();
        let rest = ["https://", "http://"].into_iter().find_map(|scheme| {
            let given = address.get(..scheme.len())?;
            given.eq_ignore_ascii_case(scheme).then(|| &address[scheme.len()..])
        })?;
        if address.len() > ADDRESS_LIMIT || address.chars().any(char::is_control) {
            return None;
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || host.contains('@') {
            return None;
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<_> = path.split('/').map(|part| percent_decode_str(part).decode_utf8_lossy()).collect();
        let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
        let (origin, project, file) = match (host.to_ascii_lowercase().as_str(), parts.as_slice()) {
            ("cdn.modrinth.com", ["data", project, "versions", version, ..]) => {
                (Origin::Modrinth, Some((*project).to_owned()), Some((*version).to_owned()))
            }
            ("edge.forgecdn.net" | "mediafilez.forgecdn.net" | "media.forgecdn.net", ["files", high, low, ..]) => {
                (Origin::Curseforge, None, number(high, low))
            }
            ("github.com", [owner, name, "releases", "download", tag, ..]) => {
                (Origin::Github, Some(format!("{owner}/{name}")), Some((*tag).to_owned()))
            }
            _ => (Origin::Url, None, None),
        };
        let short = |id: &String| !id.is_empty() && id.len() <= ID_LIMIT;
        Some(Self {
            origin,
            address: Some(address.to_owned()),
            project: project.filter(short),
            file: file.filter(short),
        })
    }

    /// A project's file at CurseForge.
    pub(super) fn curseforge(project: u32, file: u32) -> Self {
        let (project, file) = (Some(project.to_string()), Some(file.to_string()));
        Self { origin: Origin::Curseforge, address: None, project, file }
    }
}

/// The number of a file of which CurseForge's address has the thousands and the rest.
fn number(high: &str, low: &str) -> Option<String> {
    let (high, low): (u32, u32) = (high.parse().ok()?, low.parse().ok()?);
    (low < 1000).then(|| high.checked_mul(1000)?.checked_add(low)).flatten().map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: &str) -> Option<(Origin, Option<String>, Option<String>)> {
        Source::of_address(address).map(|source| (source.origin, source.project, source.file))
    }

    #[test]
    fn address_tells_project_and_file() {
        let ids = |project: &str, file: &str| (Some(project.to_owned()), Some(file.to_owned()));
        let (project, file) = ids("u6dRKJwZ", "Hgkk8Jms");
        let modrinth = told("https://cdn.modrinth.com/data/u6dRKJwZ/versions/Hgkk8Jms/jei%201.jar");
        assert_eq!(modrinth, Some((Origin::Modrinth, project, file)));
        let forge = told("https://edge.forgecdn.net/files/4712/9/jei.jar");
        assert_eq!(forge, Some((Origin::Curseforge, None, Some("4712009".to_owned()))));
        let (project, file) = ids("owner/name", "v1.0");
        let github = told("https://github.com/owner/name/releases/download/v1.0/a.jar");
        assert_eq!(github, Some((Origin::Github, project, file)));
        assert_eq!(told("http://mc.example.org/a.jar"), Some((Origin::Url, None, None)));
    }

    #[test]
    fn what_nobody_can_fetch_is_no_source() {
        for address in
            ["", "mods/a.jar", "ftp://a/b", "file:///etc/passwd", "https://", "https://u:p@host/a", "https://a/\nb"]
        {
            assert_eq!(told(address), None, "{address:?}");
        }
        assert_eq!(told(&format!("https://a/{}", "x".repeat(2048))), None);
    }
}
