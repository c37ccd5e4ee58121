//! Memberships: who belongs to a pack, a mod or a group, and what he may do there.
//!
//! Five kinds of membership, each seen from both of its ends: ten families with a page each, and a body for each kind
//! of thing at the far end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::groups::Group;
use crate::mods::Mod;
use crate::packs::Pack;
use crate::users::User;
use crate::{Perm, Timestamp};

/// What a membership allows, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// What the member may do.
    pub perm: Perm,
    /// When the membership began.
    pub created_at: Timestamp,
    /// When the permission was changed last.
    pub updated_at: Timestamp,
}

/// Makes a kind of membership: its two ends, each by identifier and, where it is the far one, whole.
macro_rules! membership {
    ($(#[$doc:meta])* $name:ident {
        $(#[$left_id_doc:meta])* $left_id:ident, $(#[$left_doc:meta])* $left:ident: $Left:ty,
        $(#[$right_id_doc:meta])* $right_id:ident, $(#[$right_doc:meta])* $right:ident: $Right:ty $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            $(#[$left_id_doc])*
            pub $left_id: String,
            $(#[$left_doc])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $left: Option<$Left>,
            $(#[$right_id_doc])*
            pub $right_id: String,
            $(#[$right_doc])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub $right: Option<$Right>,
            /// What the member may do.
            #[serde(default)]
            pub perm: Perm,
            /// When the membership began.
            pub created_at: Timestamp,
            /// When the permission was changed last.
            pub updated_at: Timestamp,
        }

        impl $name {
            /// The membership by identifiers, without what is at its ends.
            pub fn between($left_id: String, $right_id: String, term: Term) -> Self {
                let Term { perm, created_at, updated_at } = term;
                Self { $left_id, $left: None, $right_id, $right: None, perm, created_at, updated_at }
            }
        }
    };
}

membership! {
    /// What a user may do with a pack.
    UserPack {
        /// The user's identifier.
        user_id,
        /// The user, where the users of a pack are listed.
        user: User,
        /// The pack's identifier.
        pack_id,
        /// The pack, where the packs of a user are listed.
        pack: Pack,
    }
}

membership! {
    /// What a user may do with a mod.
    UserMod {
        /// The user's identifier.
        user_id,
        /// The user, where the users of a mod are listed.
        user: User,
        /// The mod's identifier.
        mod_id,
        /// The mod, where the mods of a user are listed.
        #[serde(rename = "mod")]
        module: Mod,
    }
}

membership! {
    /// What a user may do in a group.
    UserGroup {
        /// The user's identifier.
        user_id,
        /// The user, where the users of a group are listed.
        user: User,
        /// The group's identifier.
        group_id,
        /// The group, where the groups of a user are listed.
        group: Group,
    }
}

membership! {
    /// What the members of a group may do with a pack.
    GroupPack {
        /// The group's identifier.
        group_id,
        /// The group, where the groups of a pack are listed.
        group: Group,
        /// The pack's identifier.
        pack_id,
        /// The pack, where the packs of a group are listed.
        pack: Pack,
    }
}

membership! {
    /// What the members of a group may do with a mod.
    GroupMod {
        /// The group's identifier.
        group_id,
        /// The group, where the groups of a mod are listed.
        group: Group,
        /// The mod's identifier.
        mod_id,
        /// The mod, where the mods of a group are listed.
        #[serde(rename = "mod")]
        module: Mod,
    }
}

/// Makes the page of a family: the thing whose members they are, and its members.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident {
        $(#[$near_doc:meta])* $near:ident: $Near:ty, $(#[$members_doc:meta])* $members:ident: $Member:ty $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// How many members match in all, among those that the caller may see.
            pub total: u64,
            /// The rows on a page, as applied.
            pub limit: u64,
            /// The rows passed over, as applied.
            pub offset: u64,
            $(#[$near_doc])*
            pub $near: $Near,
            $(#[$members_doc])*
            pub $members: Vec<$Member>,
        }
    };
}

page! {
    /// A page of the users of a pack.
    PackUserPage {
        /// The pack.
        pack: Pack,
        /// The users of this page.
        users: UserPack,
    }
}

page! {
    /// A page of the groups of a pack.
    PackGroupPage {
        /// The pack.
        pack: Pack,
        /// The groups of this page.
        groups: GroupPack,
    }
}

page! {
    /// A page of the users of a mod.
    ModUserPage {
        /// The mod.
        #[serde(rename = "mod")]
        module: Mod,
        /// The users of this page.
        users: UserMod,
    }
}

page! {
    /// A page of the groups of a mod.
    ModGroupPage {
        /// The mod.
        #[serde(rename = "mod")]
        module: Mod,
        /// The groups of this page.
        groups: GroupMod,
    }
}

page! {
    /// A page of the users of a group.
    GroupUserPage {
        /// The group.
        group: Group,
        /// The users of this page.
        users: UserGroup,
    }
}

page! {
    /// A page of the packs of a group.
    GroupPackPage {
        /// The group.
        group: Group,
        /// The packs of this page.
        packs: GroupPack,
    }
}

page! {
    /// A page of the mods of a group.
    GroupModPage {
        /// The group.
        group: Group,
        /// The mods of this page.
        mods: GroupMod,
    }
}

page! {
    /// A page of the groups of a user.
    UserGroupPage {
        /// The user.
        user: User,
        /// The groups of this page.
        groups: UserGroup,
    }
}

page! {
    /// A page of the packs of a user.
    UserPackPage {
        /// The user.
        user: User,
        /// The packs of this page.
        packs: UserPack,
    }
}

page! {
    /// A page of the mods of a user.
    UserModPage {
        /// The user.
        user: User,
        /// The mods of this page.
        mods: UserMod,
    }
}

/// Makes the bodies that name the far end of a membership: with what it may do, and alone.
macro_rules! bodies {
    ($(#[$member_doc:meta])* $Member:ident, $(#[$name_doc:meta])* $Name:ident {
        $(#[$key_doc:meta])* $key:ident $(,)?
    }) => {
        $(#[$member_doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $Member {
            $(#[$key_doc])*
            pub $key: String,
            /// What the member may do.
            #[schemars(with = "Perm")]
            pub perm: Option<String>,
        }

        $(#[$name_doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        pub struct $Name {
            $(#[$key_doc])*
            pub $key: String,
        }

        impl From<$Member> for Wanted {
            fn from(wanted: $Member) -> Self {
                Self { key: wanted.$key, perm: wanted.perm }
            }
        }

        impl From<$Name> for Wanted {
            fn from(wanted: $Name) -> Self {
                Self { key: wanted.$key, perm: None }
            }
        }
    };
}

/// What a body asks for, whatever the kind of its far end.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The far end, by identifier, slug or username.
    pub key: String,
    /// The word for what it may do, as it was sent.
    pub perm: Option<String>,
}

impl Wanted {
    /// What the member may do; none where no word or an unknown one was sent.
    pub fn perm(&self) -> Option<Perm> {
        [Perm::User, Perm::Admin, Perm::Owner].into_iter().find(|perm| self.perm.as_deref() == Some(perm.as_str()))
    }
}

bodies! {
    /// A user to become a member, or whose permission to change.
    UserMember,
    /// A user whose membership to end.
    UserName {
        /// The user, by identifier or username.
        user,
    }
}

bodies! {
    /// A group to become a member, or whose permission to change.
    GroupMember,
    /// A group whose membership to end.
    GroupName {
        /// The group, by identifier or slug.
        group,
    }
}

bodies! {
    /// A pack to become a member of, or in which to change the permission.
    PackMember,
    /// A pack in which to end the membership.
    PackName {
        /// The pack, by identifier or slug.
        pack,
    }
}

bodies! {
    /// A mod to become a member of, or in which to change the permission.
    ModMember,
    /// A mod in which to end the membership.
    ModName {
        /// The mod, by identifier or slug.
        #[serde(rename = "mod")]
        module,
    }
}
