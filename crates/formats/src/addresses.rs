//! Where clients find the files of a release.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::{Delivery, File, InstancePath};

/// The longest upstream address that is handed on, in bytes; unsup reads metafiles up to 8 KiB.
const SOURCE_LIMIT: usize = 2048;

/// What no address may hold as it is. Escapes that are there already stay (`%` is not in the set).
const ILLEGAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The address of one published build, from which those of its files follow.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Addresses {
    base: String,
    /// The channel that updates come from, as it stands in addresses.
    followed: String,
}

impl Addresses {
    /// Takes the address of the named build, such as `https://mc.example.org/packs/skyblock/1.0`.
    ///
    /// It must name the build and not a channel, or the bytes behind a written address could change.
    pub fn new(base: impl Into<String>) -> Self {
        let mut base = base.into();
        base.truncate(base.trim_end_matches('/').len());
        Self { base, followed: "recommended".to_owned() }
    }

    /// The same for clients that follow this channel, whose name is encoded already: what was given to them opens no other.
    #[must_use]
    pub fn following(self, channel: impl Into<String>) -> Self {
        Self { followed: channel.into(), ..self }
    }

    /// Our own address of a file.
    pub fn file(&self, path: &InstancePath) -> String {
        format!("{}/files/{}", self.base, path.encoded())
    }

    /// The address of the channel that updates come from, which is `recommended` unless said otherwise.
    pub(crate) fn channel(&self) -> String {
        let pack = self.base.rsplit_once('/').map_or(self.base.as_str(), |(pack, _)| pack);
        format!("{pack}/{}", self.followed)
    }

    /// Whether clients reach us by HTTPS, which the `.mrpack` format asks for.
    pub fn is_secure(&self) -> bool {
        is_secure(&self.base)
    }

    /// Every address from which a client may fetch the file by itself, best first; none if the player must fetch it.
    pub(crate) fn downloads(&self, file: &File) -> Vec<String> {
        match file.delivery {
            Delivery::Stored => {
                let mut downloads: Vec<_> = file.sources.iter().filter_map(|source| legal(source)).collect();
                downloads.insert(if file.source_first { downloads.len() } else { 0 }, self.file(&file.path));
                downloads
            }
            Delivery::Linked => file.sources.iter().filter_map(|source| legal(source)).collect(),
            Delivery::Manual => Vec::new(),
        }
    }
}

/// Whether the address is one of HTTPS.
pub(crate) fn is_secure(address: &str) -> bool {
    scheme_length(address) == Some("https://".len())
}

/// The address with what is not legal in one escaped; none if no launcher could fetch from it.
pub(crate) fn legal(address: &str) -> Option<String> {
    let scheme = scheme_length(address)?;
    let path = address[scheme..].find('/').map_or(address.len(), |slash| scheme + slash);
    let escaped = format!("{}{}", &address[..path], utf8_percent_encode(&address[path..], ILLEGAL));
    (path > scheme && escaped.len() <= SOURCE_LIMIT).then_some(escaped)
}

/// How long the address's scheme is, if it is one of the two that launchers speak.
fn scheme_length(address: &str) -> Option<usize> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let given = address.get(..scheme.len())?;
        given.eq_ignore_ascii_case(scheme).then_some(scheme.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_lies_below_the_build_with_its_path_encoded() {
        let addresses = Addresses::new("https://mc.example.org/packs/sky/1.0/");
        let path = "mods/[A] b+c.jar".parse().unwrap();
        assert_eq!(addresses.file(&path), "https://mc.example.org/packs/sky/1.0/files/mods/%5BA%5D%20b%2Bc.jar");
    }

    #[test]
    fn channel_lies_beside_the_build() {
        let addresses = Addresses::new("https://mc.example.org/t/klp_x/packs/sky/1.0%2B");
        assert_eq!(addresses.channel(), "https://mc.example.org/t/klp_x/packs/sky/recommended");
        assert_eq!(addresses.following("beta").channel(), "https://mc.example.org/t/klp_x/packs/sky/beta");
    }

    #[test]
    fn only_https_is_secure() {
        assert!(Addresses::new("HTTPS://mc.example.org").is_secure());
        assert!(!Addresses::new("http://mc.example.org").is_secure());
        assert!(!Addresses::new("https.example.org").is_secure());
    }

    #[test]
    fn upstream_addresses_are_made_legal_once() {
        for (given, written) in [
            ("https://cdn.example.org/a/b%20c.jar", Some("https://cdn.example.org/a/b%20c.jar")),
            ("https://cdn.example.org/[a] ü.jar?x=1", Some("https://cdn.example.org/%5Ba%5D%20%C3%BC.jar?x=1")),
            ("http://[::1]:8080/a.jar", Some("http://[::1]:8080/a.jar")),
            ("ftp://example.org/a.jar", None),
            ("file:///etc/passwd", None),
            ("https://", None),
            ("mods/a.jar", None),
            ("", None),
        ] {
            assert_eq!(legal(given).as_deref(), written, "{given}");
        }
        assert_eq!(legal(&format!("https://example.org/{}", "x".repeat(SOURCE_LIMIT))), None);
    }
}
