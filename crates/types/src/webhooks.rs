//! Webhooks: addresses elsewhere that are told when a build of a pack is published, recommended or withdrawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// An address elsewhere that is told what happens to the builds of a pack.
///
/// It is a secret as a whole, since whoever knows Discord's may write there; so only its host and its end are shown. The
/// standard shape is signed by the Standard Webhooks specification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Webhook {
    /// The identifier: 26 characters, lower case.
    pub id: String,
    /// What it is for, in its maker's words.
    pub name: String,
    /// The scheme and the host of the address and its last four characters, such as `https://discord.com/…x7Qz`.
    pub address: String,
    /// What is sent there.
    pub shape: Shape,
    /// What is told.
    pub events: Vec<Event>,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Why the server switched it off, if it did; switched on again, it is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_because: Option<Disabled>,
    /// Since when nothing has arrived there, if something should have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When somebody changed it last.
    pub updated_at: Timestamp,
}

/// What is sent to an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "WebhookShape")]
pub enum Shape {
    /// A JSON document of Kleister's own, signed by the Standard Webhooks specification.
    #[default]
    Standard,
    /// A message as Discord shows it.
    Discord,
}

impl Shape {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Discord => "discord",
        }
    }

    /// What a stored word means; the standard one where it is not known.
    pub fn from_word(word: &str) -> Self {
        if word == Self::Discord.as_str() { Self::Discord } else { Self::Standard }
    }
}

/// What a webhook can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "WebhookEvent")]
pub enum Event {
    /// Players may have a build from now on: it was published, or a published one was made public.
    Published,
    /// The channel `recommended` moved to another build.
    Recommended,
    /// A published build was withdrawn.
    Yanked,
}

impl Event {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Published, Self::Recommended, Self::Yanked];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Recommended => "recommended",
            Self::Yanked => "yanked",
        }
    }
}

/// Why the server switched a webhook off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "WebhookDisabled")]
pub enum Disabled {
    /// The receiver says that the address is no more: 410, or Discord's 404.
    Gone,
    /// Nothing arrived for days.
    Failing,
}

impl Disabled {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    /// What a stored word means; `failing` where it is not known.
    pub fn from_word(word: &str) -> Self {
        if word == Self::Gone.as_str() { Self::Gone } else { Self::Failing }
    }
}

/// A webhook to be made, or what to change about one; what is absent or null stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct WebhookChange {
    /// What it is for, 1 to 255 characters. Needed to make one.
    pub name: Option<String>,
    /// The address: `https`, at a public host, in at most 2048 characters. Needed to make one.
    pub url: Option<String>,
    /// What is sent there; unless given, what fits the address: `discord` for a webhook of Discord, else `standard`.
    pub shape: Option<Shape>,
    /// What is told, at least one; everything unless given.
    pub events: Option<Vec<Event>>,
    /// Whether anything is sent; true unless given. What waits to be sent when it is switched off is not sent any more.
    pub enabled: Option<bool>,
    /// True makes a new secret, which is in the answer. For a day the former one signs too, so that the receiver can be told
    /// of the new one without a gap.
    pub rotate_secret: Option<bool>,
}

/// A webhook that was made or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedWebhook {
    /// What is kept of it.
    pub kept: Webhook,
    /// The secret by which what is sent is signed, where it is new: `whsec_…`. It is never shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A page of the webhooks of a pack.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct WebhookList {
    /// How many there are on all pages.
    pub total: u64,
    /// The limit as applied.
    pub limit: u64,
    /// The offset as applied.
    pub offset: u64,
    /// The webhooks.
    pub webhooks: Vec<Webhook>,
}

/// Something that a webhook is told: what, and whether it has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookDelivery")]
pub struct Delivery {
    /// The identifier: 26 characters, lower case. The receiver gets it as `webhook-id`, the same one at each attempt.
    pub id: String,
    /// What is told: `published`, `recommended`, `yanked`, or `test`.
    pub event: String,
    /// The name of the build that it is about; a test is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was sent, since it was last asked for.
    pub attempts: u32,
    /// The status of the last answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it did not arrive at the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// When it happened.
    pub created_at: Timestamp,
    /// When it is sent, unless something before it still waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// When it arrived, or was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "WebhookDeliveryState")]
pub enum DeliveryState {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// It has arrived: the receiver answered 2xx.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// What a stored word means; failed where it is not known.
    pub fn from_word(word: &str) -> Self {
        match word {
            "waiting" => Self::Waiting,
            "delivered" => Self::Delivered,
            _ => Self::Failed,
        }
    }
}

/// Why something did not arrive. No more is told: an answer or an address would let users look around in our network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WebhookFailure")]
pub enum Failure {
    /// The receiver answered with another status than 2xx.
    Refused,
    /// Nobody answered, or not in time.
    Unreachable,
    /// The address may not be reached: it is not public, or not `https`.
    NotAllowed,
    /// The webhook, or sending to webhooks at all, was switched off.
    Off,
}

impl Failure {
    /// Every one with its word.
    const WORDS: [(Self, &str); 4] = [
        (Self::Refused, "refused"),
        (Self::Unreachable, "unreachable"),
        (Self::NotAllowed, "not_allowed"),
        (Self::Off, "off"),
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(failure, _)| *failure == self).map_or("", |(_, word)| word)
    }

    /// What a stored word means.
    pub fn from_word(stored: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, word)| *word == stored).map(|(failure, _)| *failure)
    }
}

/// A page of what a webhook was told, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookDeliveryList")]
pub struct DeliveryList {
    /// How many there are on all pages.
    pub total: u64,
    /// The limit as applied.
    pub limit: u64,
    /// The offset as applied.
    pub offset: u64,
    /// The deliveries.
    pub deliveries: Vec<Delivery>,
}

/// What is sent in the standard shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What happened: `build.published`, `build.recommended`, `build.yanked`, or `test`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What it happened to.
    pub data: Told,
}

/// What a message tells. What is not known, or does not belong to what happened, is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The pack, as it was then.
    pub pack: ToldPack,
    /// The build; a test is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<ToldBuild>,
    /// For a published build: the channels that point to it now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// For a recommended build: the name of the one that was recommended before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<String>,
    /// For a withdrawn build: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// For a withdrawn build: the name of the build to take instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// The pack's page for players, at this build; where the server knows its own address and the pack is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A pack that a message tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldPack {
    /// The identifier.
    pub id: String,
    /// The name in addresses.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Whether everybody may see it.
    pub public: bool,
}

/// A build that a message tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldBuild {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The release of Minecraft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minecraft: Option<String>,
    /// The loader, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loader: Option<ToldLoader>,
    /// What is new in it, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<String>,
}

/// A loader that a message tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldLoader {
    /// `forge`, `neoforge`, `fabric` or `quilt`.
    pub kind: String,
    /// Its version.
    pub version: String,
}
