//! What is fetched from others, and whom it may be fetched from.

use kleister_store::loaders::Kind;
use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};

use super::value::Hidden;
use super::{Error, Networks};

/// What is fetched from others: lists of releases, mods, and what is known of them.
///
/// The address of a list may be several, separated by spaces, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting that operators switch by itself")]
pub struct Upstream {
    /// Whether anything is fetched at all.
    pub enabled: bool,
    /// Mojang's manifest of versions.
    pub minecraft: String,
    /// Forge's list, as JSON or as Maven's metadata.
    pub forge: String,
    /// Maven's metadata of NeoForge; its releases for Minecraft 1.20.1 have a document of their own.
    pub neoforge: String,
    /// The whole of Quilt's meta, version 3.
    pub quilt: String,
    /// The whole of Fabric's meta, version 2.
    pub fabric: String,
    /// Where Fabric's meta makes profiles; empty for nowhere.
    pub fabric_profiles: String,
    /// The same of Quilt.
    pub quilt_profiles: String,
    /// The repository of Maven that has Forge's jars; empty for none.
    pub forge_maven: String,
    /// The one that has NeoForge's.
    pub neoforge_maven: String,
    /// The seconds that fetching one list may take.
    pub timeout: u64,
    /// Modrinth's API, version 2; empty for none.
    pub modrinth: String,
    /// `CurseForge`'s API, version 1.
    pub curseforge: String,
    /// The key that `CurseForge`'s API asks for; without one it is not asked.
    pub curseforge_key: Hidden,
    /// packwiz-installer, with which instances of packs update themselves; empty for none.
    pub packwiz_installer: String,
    /// The SHA-256 that it must have, if that is known.
    pub packwiz_installer_sha256: String,
    /// packwiz-installer-bootstrap, which runs it; empty for none.
    pub packwiz_bootstrap: String,
    /// The SHA-256 that it must have, if that is known.
    pub packwiz_bootstrap_sha256: String,
    /// Whether Modrinth and `CurseForge` are asked if they know the files that users send: hashes of them go there.
    pub recognise: bool,
    /// The hosts that files are fetched from, separated by spaces; one with a port is fetched from at that port.
    pub hosts: String,
    /// Networks that are fetched from although they are not public.
    pub networks: Networks,
    /// Whether administrators may have files fetched from any public host.
    pub free: bool,
    /// Whether files may be fetched without encryption.
    pub plain_http: bool,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            enabled: true,
            minecraft: "https://piston-meta.mojang.com/mc/game/version_manifest_v2.json".to_owned(),
            forge: "https://files.minecraftforge.net/net/minecraftforge/forge/maven-metadata.json".to_owned(),
            neoforge: "https://maven.neoforged.net/releases/net/neoforged/neoforge/maven-metadata.xml \
                       https://maven.neoforged.net/releases/net/neoforged/forge/maven-metadata.xml"
                .to_owned(),
            quilt: "https://meta.quiltmc.org/v3/versions".to_owned(),
            fabric: "https://meta.fabricmc.net/v2/versions".to_owned(),
            fabric_profiles: "https://meta.fabricmc.net/v2/versions/loader".to_owned(),
            quilt_profiles: "https://meta.quiltmc.org/v3/versions/loader".to_owned(),
            forge_maven: "https://maven.minecraftforge.net".to_owned(),
            neoforge_maven: "https://maven.neoforged.net/releases".to_owned(),
            timeout: 30,
            modrinth: "https://api.modrinth.com/v2".to_owned(),
            curseforge: "https://api.curseforge.com/v1".to_owned(),
            curseforge_key: Hidden::default(),
            packwiz_installer:
                "https://github.com/packwiz/packwiz-installer/releases/latest/download/packwiz-installer.jar".to_owned(),
            packwiz_installer_sha256: String::new(),
            packwiz_bootstrap: "https://github.com/packwiz/packwiz-installer-bootstrap/releases/latest/download/\
                                packwiz-installer-bootstrap.jar"
                .to_owned(),
            packwiz_bootstrap_sha256: String::new(),
            recognise: true,
            hosts: "api.modrinth.com cdn.modrinth.com api.curseforge.com edge.forgecdn.net mediafilez.forgecdn.net"
                .to_owned(),
            networks: Networks::default(),
            free: false,
            plain_http: false,
        }
    }
}

impl Upstream {
    /// The addresses of the lists of one kind.
    pub fn addresses(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let addresses = match kind {
            Kind::Minecraft => &self.minecraft,
            Kind::Forge => &self.forge,
            Kind::Neoforge => &self.neoforge,
            Kind::Quilt => &self.quilt,
            Kind::Fabric => &self.fabric,
        };
        addresses.split_whitespace()
    }

    /// The hosts that files are fetched from: each as addresses have it, with its port where one is named.
    pub fn hosts(&self) -> impl Iterator<Item = Option<(String, Option<u16>)>> {
        self.hosts.split_whitespace().map(|host| {
            let url = Url::parse(&format!("https://{host}/")).ok()?;
            let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            let host = url.host_str().filter(|_| is_bare && !host.contains('@'))?;
            Some((host.to_owned(), url.port()))
        })
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        for kind in Kind::ALL {
            if let Some(address) = self.addresses(kind).find(|address| !is_web(address)) {
                let message = format!("has `{address}`; it takes http and https addresses, separated by spaces");
                return Err(Error::value(key(kind), message));
            }
        }
        if !(1..=600).contains(&self.timeout) {
            return Err(Error::value("upstream.timeout", "must be from 1 to 600 seconds"));
        }
        let packages = [
            ("upstream.fabric_profiles", &self.fabric_profiles),
            ("upstream.quilt_profiles", &self.quilt_profiles),
            ("upstream.forge_maven", &self.forge_maven),
            ("upstream.neoforge_maven", &self.neoforge_maven),
        ];
        let others = [
            ("upstream.modrinth", &self.modrinth),
            ("upstream.curseforge", &self.curseforge),
            ("upstream.packwiz_installer", &self.packwiz_installer),
            ("upstream.packwiz_bootstrap", &self.packwiz_bootstrap),
        ];
        for (key, address) in packages.into_iter().chain(others) {
            if !address.is_empty() && !is_web(address) {
                return Err(Error::value(
                    key,
                    format!("is `{address}`; it must be an http or https address, or empty"),
                ));
            }
        }
        for (key, hash) in [
            ("upstream.packwiz_installer_sha256", &self.packwiz_installer_sha256),
            ("upstream.packwiz_bootstrap_sha256", &self.packwiz_bootstrap_sha256),
        ] {
            if !hash.is_empty() && (hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit())) {
                return Err(Error::value(key, format!("is `{hash}`; a SHA-256 has 64 hexadecimal digits")));
            }
        }
        if HeaderValue::from_str(self.curseforge_key.shown()).is_err() {
            return Err(Error::value("upstream.curseforge_key", "has characters that no key has"));
        }
        if self.hosts().any(|host| host.is_none()) {
            let message =
                format!("is `{}`; it takes hosts such as cdn.example.org or mods.example.org:8443", self.hosts);
            return Err(Error::value("upstream.hosts", message));
        }
        Ok(())
    }
}

/// Whether it is an address that can be fetched from.
fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// The setting that has the addresses of one kind.
pub fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Minecraft => "upstream.minecraft",
        Kind::Forge => "upstream.forge",
        Kind::Neoforge => "upstream.neoforge",
        Kind::Quilt => "upstream.quilt",
        Kind::Fabric => "upstream.fabric",
    }
}

#[cfg(test)]
mod tests {
    use crate::Config;

    fn read(key: &str, text: &str) -> Result<Config, String> {
        Config::read(None, &[(key, text.to_owned())]).map_err(|error| error.to_string())
    }

    #[test]
    fn hosts_have_a_port_where_one_is_named() {
        let config = read("upstream.hosts", "CDN.example.org  mods.example.org:8443 127.0.0.1:80 [::1]").unwrap();
        let hosts: Vec<_> = config.upstream.hosts().map(Option::unwrap).collect();
        let listed =
            [("cdn.example.org", None), ("mods.example.org", Some(8443)), ("127.0.0.1", Some(80)), ("[::1]", None)];
        assert_eq!(hosts, listed.map(|(host, port)| (host.to_owned(), port)));
        assert_eq!(read("upstream.hosts", "").unwrap().upstream.hosts().count(), 0);
        for text in ["https://cdn.example.org", "cdn.example.org/files", "me@cdn.example.org", "a?b", "a#b", ":80"] {
            assert!(read("upstream.hosts", text).unwrap_err().contains("upstream.hosts"), "{text}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        let config = read("upstream.curseforge_key", "$2a$10$a.key.of.theirs").unwrap();
        assert_eq!(config.upstream.curseforge_key.shown(), "$2a$10$a.key.of.theirs");
        assert!(!format!("{config:?}").contains("theirs"));
        assert!(read("upstream.curseforge_key", "a\nb").unwrap_err().contains("upstream.curseforge_key"));
        assert!(read("upstream.modrinth", "modrinth.com").unwrap_err().contains("upstream.modrinth"));
    }
}
