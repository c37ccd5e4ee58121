//! What replies wear: the avatars of the packs and mods in them, and the portraits of users.

use kleister_types::Timestamp;
use kleister_types::builds::{Build, BuildPage};
use kleister_types::channels::ChannelList;
use kleister_types::links::{BuildVersion, BuildVersionPage, VersionBuildPage};
use kleister_types::loaders::{FabricBuildPage, ForgeBuildPage, MinecraftBuildPage, NeoforgeBuildPage, QuiltBuildPage};
use kleister_types::members::{
    GroupMod, GroupModPage, GroupPack, GroupPackPage, GroupUserPage, ModGroupPage, ModUserPage, PackGroupPage,
    PackUserPage, UserGroup, UserGroupPage, UserMod, UserModPage, UserPack, UserPackPage,
};
use kleister_types::mods::{Mod, ModAvatar, ModPage};
use kleister_types::packs::{Pack, PackAvatar, PackPage};
use kleister_types::profile::Profile;
use kleister_types::users::{User, UserPage};
use kleister_types::versions::{Version, VersionPage};
use sea_orm::ConnectionTrait;

use super::{Avatar, Pictured, USER, of_both, slug};
use crate::Result;
use crate::members::End;
use crate::rows::{module, pack};

/// A pack or mod as it travels.
pub trait Depicted {
    /// Its table.
    type Of: Pictured;
    /// Its avatar as it travels.
    type Avatar;

    /// Its identifier, and when it was created.
    fn origin(&self) -> (&str, Timestamp);

    /// An avatar of this slug and address, and of when it was set and changed.
    fn avatar(slug: String, url: String, times: (Timestamp, Timestamp)) -> Self::Avatar;

    /// Takes its avatar on.
    fn wear(&mut self, avatar: Self::Avatar);
}

/// The avatar of a thing: the one that was set, or the one made of its identifier. `address` makes an address of a slug.
pub fn shown<T: Depicted>(thing: &T, set: Option<&Avatar>, address: &impl Fn(&str) -> String) -> T::Avatar {
    let (id, created_at) = thing.origin();
    let slug = slug(T::Of::WHAT, id, set.map(|set| &*set.blob));
    let url = address(&slug);
    let time = Timestamp::from_millis;
    T::avatar(slug, url, set.map_or((created_at, created_at), |set| (time(set.created_at), time(set.updated_at))))
}

/// A reply with the avatars of all its packs and mods, found in one query, and the portraits of its users.
pub async fn dress<R: Worn>(db: &impl ConnectionTrait, address: impl Fn(&str) -> String, mut reply: R) -> Result<R> {
    let mut things = Things::default();
    reply.show(&mut things);
    let Things { packs, mods, users } = things;
    let mut set = of_both(db, ids(&packs), ids(&mods)).await?;
    set.sort_unstable_by(|one, other| one.thing.cmp(&other.thing));
    dress_all(packs, &set, &address);
    dress_all(mods, &set, &address);
    for (id, portrait) in users {
        *portrait = Some(address(&slug(USER, id, None)));
    }
    Ok(reply)
}

fn ids<'a, T: Depicted>(things: &'a [&mut T]) -> Vec<&'a str> {
    things.iter().map(|thing| thing.origin().0).collect()
}

/// Gives things their avatars, of which those that were set are in the order of what they are of.
fn dress_all<T: Depicted>(things: Vec<&mut T>, set: &[Avatar], address: &impl Fn(&str) -> String) {
    for thing in things {
        let found = set.binary_search_by(|set| (*set.thing).cmp(thing.origin().0));
        let avatar = shown(thing, found.ok().map(|at| &set[at]), address);
        thing.wear(avatar);
    }
}

/// The things within a reply that have pictures.
#[derive(Default)]
pub struct Things<'a> {
    /// Packs.
    pub packs: Vec<&'a mut Pack>,
    /// Mods.
    pub mods: Vec<&'a mut Mod>,
    /// Users: the identifier, and where the address of the portrait goes.
    pub users: Vec<(&'a str, &'a mut Option<String>)>,
}

/// A reply that can be dressed.
pub trait Worn {
    /// Adds what in it has a picture.
    fn show<'a>(&'a mut self, things: &mut Things<'a>);
}

impl Depicted for Pack {
    type Of = pack::Entity;
    type Avatar = PackAvatar;

    fn origin(&self) -> (&str, Timestamp) {
        (&self.id, self.created_at)
    }

    fn avatar(slug: String, url: String, (created_at, updated_at): (Timestamp, Timestamp)) -> PackAvatar {
        PackAvatar { slug, url, created_at, updated_at }
    }

    fn wear(&mut self, avatar: PackAvatar) {
        self.avatar = Some(avatar);
    }
}

impl Depicted for Mod {
    type Of = module::Entity;
    type Avatar = ModAvatar;

    fn origin(&self) -> (&str, Timestamp) {
        (&self.id, self.created_at)
    }

    fn avatar(slug: String, url: String, (created_at, updated_at): (Timestamp, Timestamp)) -> ModAvatar {
        ModAvatar { slug, url, created_at, updated_at }
    }

    fn wear(&mut self, avatar: ModAvatar) {
        self.avatar = Some(avatar);
    }
}

impl Worn for Pack {
    fn show<'a>(&'a mut self, things: &mut Things<'a>) {
        things.packs.push(self);
    }
}

impl Worn for Mod {
    fn show<'a>(&'a mut self, things: &mut Things<'a>) {
        things.mods.push(self);
    }
}

impl Worn for User {
    fn show<'a>(&'a mut self, things: &mut Things<'a>) {
        things.users.push((&self.id, &mut self.profile));
    }
}

impl Worn for Profile {
    fn show<'a>(&'a mut self, things: &mut Things<'a>) {
        things.users.push((&self.id, &mut self.profile));
        self.packs.show(things);
        self.mods.show(things);
    }
}

impl<T: Worn> Worn for Option<T> {
    fn show<'a>(&'a mut self, things: &mut Things<'a>) {
        if let Some(inner) = self {
            inner.show(things);
        }
    }
}

impl<T: Worn> Worn for Vec<T> {
    fn show<'a>(&'a mut self, things: &mut Things<'a>) {
        for inner in self {
            inner.show(things);
        }
    }
}

/// Says in which fields of replies there are things with pictures.
macro_rules! worn {
    ($($Reply:ident { $($field:ident),+ })+) => { $(
        impl Worn for $Reply {
            fn show<'a>(&'a mut self, things: &mut Things<'a>) {
                $(self.$field.show(things);)+
            }
        }
    )+ };
}

worn! {
    PackPage { packs }
    ModPage { mods }
    UserPage { users }
    Build { pack }
    BuildPage { pack }
    ChannelList { pack }
    Version { module }
    VersionPage { module }
    BuildVersion { build, version }
    BuildVersionPage { pack, versions }
    VersionBuildPage { module, builds }
    UserPack { user, pack }
    UserMod { user, module }
    UserGroup { user }
    GroupPack { pack }
    GroupMod { module }
    PackUserPage { pack, users }
    PackGroupPage { pack, groups }
    ModUserPage { module, users }
    ModGroupPage { module, groups }
    GroupUserPage { users }
    GroupPackPage { packs }
    GroupModPage { mods }
    UserGroupPage { user, groups }
    UserPackPage { user, packs }
    UserModPage { user, mods }
    MinecraftBuildPage { builds }
    ForgeBuildPage { builds }
    NeoforgeBuildPage { builds }
    QuiltBuildPage { builds }
    FabricBuildPage { builds }
}
