//! One card for each launcher: how the pack comes into it, in at most three steps.
//!
//! A card stands here once the format exists that its launcher reads. To add one: its function, and its line in [`CARDS`].

#![expect(clippy::unnecessary_wraps, reason = "some cards are not for every pack, and all stand in one table")]

use kleister_formats::{LoaderKind, Release, prism};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Every card, in the order of the page: what updates itself comes first.
const CARDS: [fn(&Offer<'_>) -> Option<Card>; 10] =
    [updated, launcher, modrinth, atlauncher, curseforge, technic, mcupdater, unsup, server, curl];

/// What is offered to players.
pub(super) struct Offer<'a> {
    /// The address of the channel that players are given.
    pub(super) channel: String,
    /// Where Solder's readers are answered, if the pack is there for everybody.
    pub(super) solder: Option<String>,
    /// The page on which a player lets his Technic Launcher in, if he may.
    pub(super) invitation: Option<String>,
    /// The release that the channel points to.
    pub(super) release: &'a Release,
}

/// How the pack comes into one launcher.
pub(super) struct Card {
    /// What the card is called in addresses of this page.
    pub(super) id: &'static str,
    /// The launcher.
    pub(super) name: &'static str,
    /// What to expect of updates.
    pub(super) updates: &'static str,
    /// At most three.
    pub(super) steps: Vec<Markup>,
}

/// The cards of the launchers that can have the pack.
pub(super) fn all(offer: &Offer<'_>) -> Vec<Card> {
    CARDS.iter().filter_map(|card| card(offer)).collect()
}

impl Offer<'_> {
    /// The address of something that is below every release.
    fn at(&self, what: &str) -> String {
        format!("{}/{what}", self.channel)
    }

    /// What an instance must run on, in words.
    fn runs_on(&self) -> String {
        let loader = self.release.loader.as_ref();
        let loader =
            loader.map(|loader| format!(" with {} {}", proper(loader.kind), loader.version)).unwrap_or_default();
        format!("Minecraft {}{loader}", self.release.minecraft)
    }
}

/// What people call a loader.
pub(super) fn proper(kind: LoaderKind) -> &'static str {
    match kind {
        LoaderKind::Forge => "Forge",
        LoaderKind::NeoForge => "NeoForge",
        LoaderKind::Fabric => "Fabric",
        LoaderKind::Quilt => "Quilt",
    }
}

fn launcher(offer: &Offer<'_>) -> Option<Card> {
    let file = offer.at("pack.mrpack");
    let link = format!("prismlauncher://import?url={}", utf8_percent_encode(&file, NON_ALPHANUMERIC));
    Some(Card {
        id: "prism",
        name: "Prism Launcher, MultiMC",
        updates: "To update, import the same address again and choose to update the instance. Minecraft and the loader change \
                  only by that.",
        steps: vec![
            html! { a.button href=(link) { "Open in Prism Launcher" } },
            html! { "Or choose " b { "Add Instance" } ", " b { "Import" } " and paste " code { (file) } },
            html! { "Confirm, and choose among the optional mods." },
        ],
    })
}

fn atlauncher(offer: &Offer<'_>) -> Option<Card> {
    Some(Card {
        id: "atlauncher",
        name: "ATLauncher",
        updates: "It cannot update packs from here: a newer file becomes a new instance. Copy your worlds over, or use Prism \
                  Launcher.",
        steps: vec![
            html! { "Choose " b { "Instances" } ", " b { "Import" } " and paste " code { (offer.at("pack.mrpack")) } },
            html! { "Choose among the optional mods." },
        ],
    })
}

fn modrinth(offer: &Offer<'_>) -> Option<Card> {
    Some(Card {
        id: "modrinth",
        name: "Modrinth App",
        updates: "It cannot update packs from here: a newer file becomes a new instance. Copy your worlds over, or use Prism \
                  Launcher.",
        steps: vec![
            html! { a.button href=(offer.at("pack.mrpack")) { "Download pack.mrpack" } },
            html! { "Open the file with Modrinth App." },
        ],
    })
}

/// What to expect of an instance that updates itself.
const UPDATED: &str = "Mods and files are brought up to date before each start. Another Minecraft or loader is never sure to \
                       arrive: packwiz-installer asks you first, and not every launcher keeps what it changes. If the game \
                       does not run then, set up the instance anew.";

fn updated(offer: &Offer<'_>) -> Option<Card> {
    let (id, name) = ("packwiz", "An instance that updates itself");
    if prism::is_updated(offer.release) {
        let file = offer.at("prism.zip");
        let link = format!("prismlauncher://import?url={}", utf8_percent_encode(&file, NON_ALPHANUMERIC));
        let steps = vec![
            html! { a.button href=(link) { "Open in Prism Launcher" } },
            html! { "Or in MultiMC choose " b { "Add Instance" } ", " b { "Import" } " and paste " code { (file) } },
            html! { "Start it, and choose among the optional mods when you are asked." },
        ];
        return Some(Card { id, name, updates: UPDATED, steps });
    }
    let command = format!("\"$INST_JAVA\" -jar packwiz-installer-bootstrap.jar {}", offer.at("packwiz/pack.toml"));
    Some(Card {
        id,
        name,
        updates: UPDATED,
        steps: vec![
            html! { "In Prism Launcher or MultiMC, make an instance of " b { (offer.runs_on()) } "." },
            html! {
                "Put "
                a href="https://github.com/packwiz/packwiz-installer-bootstrap/releases" { "packwiz-installer-bootstrap.jar" }
                " into its " code { ".minecraft" } " folder."
            },
            html! { "Set as its pre-launch command (" b { "Settings" } ", " b { "Custom commands" } ") " code { (command) } },
        ],
    })
}

fn unsup(offer: &Offer<'_>) -> Option<Card> {
    let settings =
        format!("version=1\npreset=minecraft\nsource_format=packwiz\nsource={}\n", offer.at("packwiz/pack.toml"));
    Some(Card {
        id: "unsup",
        name: "Any other launcher, with unsup",
        updates: "It asks you, and brings mods and files up to date at each start. Another Minecraft or loader is never sure to \
                  arrive.",
        steps: vec![
            html! { "Make an instance of " b { (offer.runs_on()) } ", and put " code { "unsup.jar" } " into its game folder." },
            html! { "Beside it, make a file " code { "unsup.ini" } ": " pre tabindex="0" { code { (settings) } } },
            html! { "Add " code { "-javaagent:unsup.jar" } " to its Java arguments, and start." },
        ],
    })
}

fn server(offer: &Offer<'_>) -> Option<Card> {
    let loader = offer.release.loader.as_ref();
    let (kind, variable) = match loader.map(|loader| loader.kind) {
        None => ("VANILLA", None),
        Some(LoaderKind::Forge) => ("FORGE", Some("FORGE_VERSION")),
        Some(LoaderKind::NeoForge) => ("NEOFORGE", Some("NEOFORGE_VERSION")),
        Some(LoaderKind::Fabric) => ("FABRIC", Some("FABRIC_LOADER_VERSION")),
        Some(LoaderKind::Quilt) => ("QUILT", Some("QUILT_LOADER_VERSION")),
    };
    let version = variable.zip(loader).map(|(name, loader)| format!("  {name}: \"{}\"\n", loader.version));
    let settings = format!(
        "environment:\n  TYPE: {kind}\n  VERSION: \"{}\"\n{}  PACKWIZ_URL: {}\n",
        offer.release.minecraft,
        version.unwrap_or_default(),
        offer.at("packwiz/pack.toml"),
    );
    Some(Card {
        id: "server",
        name: "A server in a container",
        updates: "Mods and files are brought up to date at each start. When Minecraft or the loader changes, change the two \
                  versions.",
        steps: vec![
            html! { "Take the image " code { "itzg/minecraft-server" } " with " pre tabindex="0" { code { (settings) } } },
            html! { "Accept Minecraft's EULA yourself: " code { "EULA: \"TRUE\"" } },
            html! { "Start it." },
        ],
    })
}

fn technic(offer: &Offer<'_>) -> Option<Card> {
    let ask = match (&offer.solder, &offer.invitation) {
        (Some(solder), _) => html! {
            "Ask whoever makes the pack for its page on technicpack.net, where it is linked to " code { (solder) }
        },
        (None, Some(_)) => html! { "Ask whoever makes the pack for its page on technicpack.net." },
        (None, None) => return None,
    };
    let enter = offer.invitation.as_ref().map(|page| html! { a.button href=(page) { "Let your launcher in" } });
    let install = html! { "Paste that page's address into the launcher's search, and press " b { "Install" } "." };
    Some(Card {
        id: "technic",
        name: "Technic Launcher",
        updates: "The launcher offers each new recommended build. Jars that you put into the mods folder yourself are deleted \
                  by it.",
        steps: enter.into_iter().chain([ask, install]).collect(),
    })
}

fn curseforge(offer: &Offer<'_>) -> Option<Card> {
    Some(Card {
        id: "curseforge",
        name: "CurseForge App",
        updates: "It cannot update packs from here: a newer file becomes a new profile. Copy your worlds over, or use Prism \
                  Launcher.",
        steps: vec![
            html! { a.button href=(offer.at("curseforge.zip")) { "Download curseforge.zip" } },
            html! { "Choose " b { "Create Custom Profile" } ", " b { "Import" } " and this file." },
        ],
    })
}

fn mcupdater(offer: &Offer<'_>) -> Option<Card> {
    // It knows no other loader.
    offer.release.loader.as_ref().is_none_or(|loader| loader.kind == LoaderKind::Forge).then(|| Card {
        id: "mcupdater",
        name: "MCUpdater",
        updates: "The launcher offers each new recommended build.",
        steps: vec![html! { "Add the address " code { (offer.at("mcupdater.xml")) } }],
    })
}

fn curl(offer: &Offer<'_>) -> Option<Card> {
    let command = format!("curl -fLO {}", offer.at("pack.mrpack"));
    Some(Card {
        id: "curl",
        name: "By hand, or with tools of your own",
        updates: "The addresses stay the same, and answer for the build that is recommended then.",
        steps: vec![
            html! { code { (command) } },
            html! { "Every file with its hashes and addresses: " a href=(offer.at("index.json")) { "index.json" } },
        ],
    })
}
