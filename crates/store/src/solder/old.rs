//! What a Solder that is to be taken over holds, however it is read.

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
    /// What could not be told or taken over, for whoever moves.
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
    /// The addresses of its icon, logo and background.
    pub pictures: [Option<String>; 3],
    /// The client ids that see it though it is private.
    pub clients: Vec<String>,
    /// Its builds, the oldest first.
    pub builds: Vec<OldBuild>,
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
    /// The version of Forge, in anybody's words.
    pub forge: Option<String>,
    /// The least version of Java.
    pub java: Option<String>,
    /// The least memory in megabytes.
    pub memory: Option<u64>,
    /// Whether anybody gets it.
    pub published: bool,
    /// Whether it needs a key or client.
    pub private: bool,
    /// Its zips, in the order in which launchers are told of them.
    pub versions: Vec<OldVersion>,
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
    /// `both`, `client` or `server`, where that was told.
    pub side: Option<String>,
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

impl OldVersion {
    /// What players' launchers call it.
    pub fn handle(&self) -> (String, String) {
        (self.slug.clone(), self.version.clone())
    }
}
