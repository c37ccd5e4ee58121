//! Releases of Minecraft and of its loaders, and the builds that run on them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::builds::Build;

/// A release of one family and a page of the builds that run on it; what only some families have stands in braces.
macro_rules! family {
    ($(#[$about:meta])* $name:ident { $($(#[$fact:meta])* $field:ident: $type:ty,)* } $key:ident, $page:ident) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// The identifier: 26 characters, lower case. It stays when the list is synced.
            pub id: String,
            /// The release's name, unique within its family.
            pub name: String,
            $($(#[$fact])* pub $field: $type,)*
            /// When upstream was first seen not to list it any more; absent while it does. Builds may go on using it.
            #[schemars(extend("x-kleister-addition" = true))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub gone_at: Option<Timestamp>,
            /// When this server learned of it.
            pub created_at: Timestamp,
            /// When this server's knowledge of it was changed last.
            pub updated_at: Timestamp,
        }

        /// A page of the builds that run on one release.
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $page {
            /// How many builds match in all, among those that the caller may see.
            pub total: u64,
            /// The rows on a page, as applied.
            pub limit: u64,
            /// The rows passed over, as applied.
            pub offset: u64,
            /// The release.
            pub $key: $name,
            /// The builds of this page, each with its pack.
            pub builds: Vec<Build>,
        }
    };
}

family! {
    /// A release of Minecraft, such as `1.21.1` or `26.1`.
    Minecraft {
        /// What Mojang calls this kind of version; only finished ones are listed, so always `release`.
        #[serde(rename = "type")]
        kind: String,
        /// When Mojang released it, where that is known.
        #[schemars(extend("x-kleister-addition" = true))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        released_at: Option<Timestamp>,
    }
    minecraft, MinecraftBuildPage
}

family! {
    /// A release of Forge, such as `47.2.0`.
    Forge {
        /// The name of the release of Minecraft that it is made for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minecraft: Option<String>,
    }
    forge, ForgeBuildPage
}

family! {
    /// A release of NeoForge, such as `21.1.77`.
    Neoforge {
        /// The name of the release of Minecraft that it is made for, where its own name tells.
        #[schemars(extend("x-kleister-addition" = true))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minecraft: Option<String>,
    }
    neoforge, NeoforgeBuildPage
}

family! {
    /// A release of the Quilt loader, such as `0.26.4`.
    Quilt {}
    quilt, QuiltBuildPage
}

family! {
    /// A release of the Fabric loader, such as `0.16.5`.
    Fabric {}
    fabric, FabricBuildPage
}

/// All known releases of one family that match, the oldest version first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{L}Page")]
pub struct LoaderPage<L> {
    /// How many releases match.
    pub total: u64,
    /// Always 0: this list has no pages.
    pub limit: u64,
    /// Always 0: this list has no pages.
    pub offset: u64,
    /// The releases.
    pub versions: Vec<L>,
}

/// Which releases to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Search {
    /// A text that must occur in the name, upper and lower case alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The name of a release of Minecraft, to list only what is known to run on it.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minecraft: Option<String>,
}
