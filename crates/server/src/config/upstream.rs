//! Where lists of releases are fetched from.

use kleister_store::loaders::Kind;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::Error;

/// The addresses of the lists of releases that a sync fetches: one, several separated by spaces, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Upstream {
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
    /// The seconds that fetching one list may take.
    pub timeout: u64,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            minecraft: "https://piston-meta.mojang.com/mc/game/version_manifest_v2.json".to_owned(),
            forge: "https://files.minecraftforge.net/net/minecraftforge/forge/maven-metadata.json".to_owned(),
            neoforge: "https://maven.neoforged.net/releases/net/neoforged/neoforge/maven-metadata.xml \
                       https://maven.neoforged.net/releases/net/neoforged/forge/maven-metadata.xml"
                .to_owned(),
            quilt: "https://meta.quiltmc.org/v3/versions".to_owned(),
            fabric: "https://meta.fabricmc.net/v2/versions".to_owned(),
            timeout: 30,
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

    pub(super) fn check(&self) -> Result<(), Error> {
        for kind in Kind::ALL {
            let is_web = |address: &str| Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if let Some(address) = self.addresses(kind).find(|address| !is_web(address)) {
                let message = format!("has `{address}`; it takes http and https addresses, separated by spaces");
                return Err(Error::value(key(kind), message));
            }
        }
        if !(1..=600).contains(&self.timeout) {
            return Err(Error::value("upstream.timeout", "must be from 1 to 600 seconds"));
        }
        Ok(())
    }
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
