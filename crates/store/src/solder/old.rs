//! What a Solder that is to be taken over holds, however it is read.

use kleister_types::mods::Kind;

/// Everything that is taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Old {
    /// The packs, in the order of the list.
    pub packs: Vec<OldPack>,
    /// Versions of mods that are in no build.
    pub spare: Vec<OldVersion>,
    /// Players' launchers.
    pub clients: Vec<OldClient>,
    /// Keys of the Technic Platform, each with its name.
    pub keys: Vec<(String, String)>,
    /// What is not taken over, each with why and what helps.
    pub left_out: Vec<(String, String)>,
    /// What whoever moves should know besides.
    pub notes: Vec<String>,
}

/// A pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldPack {
    /// Its number.
    pub number: u64,
    /// Its slug.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Where to read more.
    pub website: Option<String>,
    /// Whether it is in no list.
    pub hidden: bool,
    /// Whether it needs a key or client.
    pub private: bool,
    /// The name of the build that players should have; it need not exist.
    pub recommended: Option<String>,
    /// The name of the newest build; it need not exist.
    pub latest: Option<String>,
    /// Its icon, logo and background.
    pub pictures: [Option<OldPicture>; 3],
    /// The client ids that see it though it is private.
    pub clients: Vec<String>,
    /// Its builds, the oldest first.
    pub builds: Vec<OldBuild>,
}

/// A picture of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldPicture {
    /// Where it is: an address, or a path beside the files.
    pub place: String,
    /// Its MD5 as it was noted, in lower case.
    pub md5: Option<String>,
}

/// A build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldBuild {
    /// Its number.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// The Minecraft version.
    pub minecraft: String,
    /// The version of Forge, in anybody's words; of the other loader where one is named.
    pub forge: Option<String>,
    /// The loader, as solder.py names it, in lower case.
    pub loader: Option<String>,
    /// The least version of Java.
    pub java: Option<String>,
    /// The least memory in megabytes.
    pub memory: Option<u64>,
    /// Whether anybody gets it.
    pub published: bool,
    /// Whether it needs a key or client.
    pub private: bool,
    /// Its zips, in the order in which launchers are told of them.
    pub links: Vec<OldLink>,
}

/// A version in a build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldLink {
    /// The version.
    pub version: OldVersion,
    /// Who is given it.
    pub given: Given,
}

/// Who is given a version of a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Everybody who asks for the build.
    #[default]
    Always,
    /// Players who wish it, which they are taken to do or not to until they say so.
    Wished {
        /// Whether they are taken to.
        default: bool,
    },
    /// Nobody who asks for the build; it is what servers have.
    Server,
}

/// A version of a mod: one zip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldVersion {
    /// Its number.
    pub number: u64,
    /// The mod's slug.
    pub slug: String,
    /// The version's name.
    pub version: String,
    /// The mod's name for people.
    pub name: String,
    /// Who made the mod.
    pub author: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Where to read more.
    pub link: Option<String>,
    /// Where to give its author money.
    pub donate: Option<String>,
    /// `client` or `server`, where somebody said that only that side needs it.
    pub side: Option<String>,
    /// What somebody said that it is.
    pub kind: Option<Kind>,
    /// The loader that it is for, as solder.py names it, in lower case.
    pub loader: Option<String>,
    /// The releases of Minecraft that it was said to be for.
    pub minecrafts: Vec<String>,
    /// The MD5 of the jar in the zip as it was noted, in lower case.
    pub jar_md5: Option<String>,
    /// The MD5 of the zip as it was noted, in lower case; empty where none was.
    pub md5: String,
    /// The size of the zip as it was noted.
    pub size: Option<u64>,
    /// Where the zip is: an address, or a path below the files.
    pub place: String,
}

/// A player's launcher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldClient {
    /// Whose it is.
    pub name: String,
    /// The client id.
    pub uuid: String,
}

impl OldBuild {
    /// The versions that whoever asks for the build is told of.
    pub fn given(&self) -> impl Iterator<Item = &OldVersion> {
        self.links.iter().filter(|link| link.given.is_told()).map(|link| &link.version)
    }
}

impl Given {
    /// Whether readers of Solder are told of it.
    pub const fn is_told(self) -> bool {
        matches!(self, Self::Always | Self::Wished { default: true })
    }
}

impl OldVersion {
    /// What players' launchers call it.
    pub fn handle(&self) -> (String, String) {
        (self.slug.clone(), self.version.clone())
    }
}
