//! Where the makers of loaders publish their packages.

use kleister_formats::loader_package::{Form, forms};
use kleister_formats::{Loader, LoaderKind};
use reqwest::Url;

use crate::config::Upstream;

/// Where something may be fetched.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The address.
    pub(super) address: String,
    /// Whether its SHA-1 lies beside it, as in every repository of Maven.
    pub(super) has_sha1: bool,
}

/// The places of a loader's package, best first; none where the settings name no address.
pub(super) fn places(config: &Upstream, loader: &Loader, minecraft: &str) -> Vec<Place> {
    let base = match loader.kind {
        LoaderKind::Fabric => &config.fabric_profiles,
        LoaderKind::Quilt => &config.quilt_profiles,
        LoaderKind::Forge => &config.forge_maven,
        LoaderKind::NeoForge => &config.neoforge_maven,
    };
    let forms = forms(loader.kind, minecraft);
    let is_old = forms.contains(&Form::Universal);
    let places = forms.iter().flat_map(|form| {
        let behind = is_old.then(|| place(base, *form, loader, (minecraft, true)));
        [place(base, *form, loader, (minecraft, false)), behind.flatten()]
    });
    places.flatten().collect()
}

/// One place. Some of the old Forges have the Minecraft behind their version too.
fn place(base: &str, form: Form, loader: &Loader, (minecraft, is_behind): (&str, bool)) -> Option<Place> {
    let version = loader.version.as_str();
    let classifier = match form {
        Form::Profile => return address(base, &[minecraft, version, "profile", "json"], false),
        Form::Universal => "universal",
        Form::Installer => "installer",
    };
    // Forge writes `1.7.10_pre4` for what Mojang calls `1.7.10-pre4`.
    let game = minecraft.replace('-', "_");
    let both = if is_behind { format!("{game}-{version}-{game}") } else { format!("{game}-{version}") };
    // NeoForge for 1.20.1 went on with Forge's name and its versions.
    let (group, artifact, version) = match loader.kind {
        LoaderKind::NeoForge if minecraft == "1.20.1" => (["net", "neoforged"], "forge", both.as_str()),
        LoaderKind::NeoForge => (["net", "neoforged"], "neoforge", version),
        _ => (["net", "minecraftforge"], "forge", both.as_str()),
    };
    let file = format!("{artifact}-{version}-{classifier}.jar");
    address(base, &[&group[..], &[artifact, version, &file]].concat(), true)
}

/// The address below a base; none where there is no base.
fn address(base: &str, parts: &[&str], has_sha1: bool) -> Option<Place> {
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
    Some(Place { address: url.into(), has_sha1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_where_their_makers_publish_them() {
        let config = Upstream::default();
        let at = |kind, version: &str, minecraft| -> Vec<String> {
            let loader = Loader { kind, version: version.to_owned() };
            places(&config, &loader, minecraft).into_iter().map(|place| place.address).collect()
        };
        let forge = "https://maven.minecraftforge.net/net/minecraftforge/forge";
        let neoforge = "https://maven.neoforged.net/releases/net/neoforged";
        assert_eq!(
            at(LoaderKind::Fabric, "0.16.5", "1.21.1"),
            ["https://meta.fabricmc.net/v2/versions/loader/1.21.1/0.16.5/profile/json"]
        );
        assert_eq!(
            at(LoaderKind::Quilt, "0.26.4", "1.21.1"),
            ["https://meta.quiltmc.org/v3/versions/loader/1.21.1/0.26.4/profile/json"]
        );
        let jars = |form: &str| {
            ["1.7.10-10.13.4.1614", "1.7.10-10.13.4.1614-1.7.10"]
                .map(|version| format!("{forge}/{version}/forge-{version}-{form}.jar"))
        };
        assert_eq!(at(LoaderKind::Forge, "10.13.4.1614", "1.7.10"), ["universal", "installer"].map(jars).concat());
        assert_eq!(
            at(LoaderKind::Forge, "47.2.0", "1.20.1"),
            [format!("{forge}/1.20.1-47.2.0/forge-1.20.1-47.2.0-installer.jar")]
        );
        assert_eq!(
            at(LoaderKind::NeoForge, "21.1.77", "1.21.1"),
            [format!("{neoforge}/neoforge/21.1.77/neoforge-21.1.77-installer.jar")]
        );
        assert_eq!(
            at(LoaderKind::NeoForge, "47.1.106", "1.20.1"),
            [format!("{neoforge}/forge/1.20.1-47.1.106/forge-1.20.1-47.1.106-installer.jar")]
        );
        let odd = at(LoaderKind::Fabric, "../0.16.5?a", "1.21.1/..");
        assert_eq!(odd, ["https://meta.fabricmc.net/v2/versions/loader/1.21.1%2F../..%2F0.16.5%3Fa/profile/json"]);
        let nowhere = Upstream { fabric_profiles: String::new(), ..Upstream::default() };
        let fabric = Loader { kind: LoaderKind::Fabric, version: "0.16.5".to_owned() };
        assert_eq!(places(&nowhere, &fabric, "1.21.1"), []);
    }
}
