//! Why an archive is refused: which entry, which rule, and what to do about it.

use std::fmt;
use std::io;

use thiserror::Error;

/// Why an archive, or what an entry of it holds, is refused.
#[derive(Debug, Error)]
pub enum Refused {
    /// The archive breaks a rule: a fault of the file, whoever reads it.
    #[error("{place}{}{} {}", .rule.says(), Because(*.why), .rule.remedy())]
    Rule {
        /// The rule.
        rule: Rule,
        /// What exactly breaks it, as the rest of a sentence, if the rule has several ways.
        why: Option<&'static str>,
        /// The entry that breaks it; of none when it is about the archive as a whole.
        place: Place,
    },

    /// The file could not be read: no fault of the file.
    #[error("the archive cannot be read: {0}")]
    Unreadable(io::Error),
}

/// Which entry of an archive an error is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(pub Option<(usize, String)>);

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some((index, name)) => write!(formatter, "Entry {index} ({name}): "),
            None => Ok(()),
        }
    }
}

/// The rest of a sentence, with its end.
struct Because(Option<&'static str>);

impl fmt::Display for Because {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(why) => write!(formatter, ": {why}."),
            None => formatter.write_str("."),
        }
    }
}

impl Refused {
    /// A refusal of the archive as a whole.
    pub(crate) fn whole(rule: Rule) -> Self {
        Self::Rule { rule, why: None, place: Place(None) }
    }

    /// A refusal because of one entry. Its name is escaped and cut, so that it can be printed anywhere.
    pub(crate) fn entry(rule: Rule, index: usize, name: &[u8]) -> Self {
        Self::Rule { rule, why: None, place: Place(Some((index, escape(name)))) }
    }

    /// A refusal because of an entry's name, with what is wrong with it.
    pub(crate) fn name(index: usize, name: &[u8], why: &'static str) -> Self {
        Self::Rule { rule: Rule::Path, why: Some(why), place: Place(Some((index, escape(name)))) }
    }

    /// The rule that is broken; none if the file could not be read.
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::Rule { rule, .. } => Some(*rule),
            Self::Unreadable(_) => None,
        }
    }
}

/// Takes a refusal out again that went through a reader.
impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(refused) => refused,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::whole(Rule::Cut),
            Err(error) => Self::Unreadable(error),
        }
    }
}

impl From<Refused> for io::Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unreadable(error) => error,
            rule @ Refused::Rule { .. } => Self::new(io::ErrorKind::InvalidData, rule),
        }
    }
}

/// A name in quotes, without anything that could not be printed; at most 120 characters of it.
fn escape(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(&name[..name.len().min(480)]);
    let mut short: String = text.chars().take(120).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    let visible = |character: char| match character {
        _ if crate::path::is_invisible(character) => character.escape_unicode().to_string(),
        _ => character.to_string(),
    };
    format!("{short:?}").chars().map(visible).collect()
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident: $says:literal, $remedy:expr;)+) => {
        /// What an archive must not do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// What is wrong, as a sentence without its full stop.
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)+ }
            }

            /// What to do about it, as a sentence.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)+ }
            }
        }
    };
}

const REPACK: &str = "Unpack it and pack it again with an ordinary zip tool.";
const ANEW: &str = "Get the file anew from its author.";
const LESS: &str = "Take out what does not belong into it and pack it again.";
const RENAME: &str = "Rename it and pack again.";

rules! {
    /// The file is no zip archive, or an empty one.
    NoArchive: "The file is no zip archive", "Send a .jar, .zip or .mrpack file.";
    /// The archive has no entries.
    Empty: "The archive is empty", "Send one that holds something.";
    /// The archive ends before what it names.
    Cut: "The archive is not whole: it ends before what it names", "Send the file again; if that does not help, get it anew.";
    /// Something lies before the first entry.
    Prefix: "Something lies before the archive's first entry", REPACK;
    /// Something lies behind the archive's end, or between its directory and its end.
    Trailing: "Something lies behind the archive's directory", REPACK;
    /// Two ends could be meant.
    TwoEnds: "The archive has two ends, so that readers see different files in it", REPACK;
    /// It is one of several volumes.
    Volumes: "The archive is one of several volumes", "Pack it as one archive.";
    /// The end and its 64-bit form contradict one another.
    Zip64: "The archive's 64-bit fields contradict its others", REPACK;
    /// The directory is not where or what the end says.
    Directory: "The archive's directory is damaged", ANEW;
    /// The directory takes more than 32 MiB.
    DirectorySize: "The archive's directory takes more than 32 MiB", LESS;
    /// A jar has more than 65,535 entries, or a pack more than 20,000.
    Count: "There are too many entries: a pack has at most 20,000, a jar 65,535", LESS;
    /// A name is longer than 512 bytes.
    NameLength: "The name is longer than 512 bytes", RENAME;
    /// A name is more than 32 folders deep.
    Depth: "The name is more than 32 folders deep", RENAME;
    /// A name has NUL in it, or is empty.
    Name: "The name is empty or has a NUL in it", RENAME;
    /// A pack's name that would be dangerous or impossible on some machine.
    Path: "The name cannot be that of a file on every player's machine", RENAME;
    /// A pack's name that is not UTF-8.
    Encoding: "The name is not written in UTF-8, so that it reads differently everywhere", "Pack again with a tool that writes names in UTF-8.";
    /// Two names of a pack are one file on somebody's machine, or a file is a folder as well.
    Twice: "Another entry is the same file on machines that ignore case", "Keep one of the two and pack again.";
    /// A jar has two of a file in which loaders look for mods.
    TwiceMetadata: "A file in which loaders look for mods is there twice", ANEW;
    /// The directory and the entry's own header, or two fields, name it differently.
    TwoNames: "The entry has two names: readers do not agree what it is", ANEW;
    /// The directory and the entry's own header describe it differently.
    TwoHeaders: "The entry is described in two ways: readers do not agree what it holds", ANEW;
    /// The entry has no header where it should.
    NoHeader: "There is no such entry where the directory says", ANEW;
    /// Entries share bytes.
    Overlap: "The entry shares bytes with another one, as archive bombs do", ANEW;
    /// There is an entry that the directory does not know.
    Hidden: "Before it lies an entry that the directory does not name", REPACK;
    /// The entry is encrypted.
    Encrypted: "The entry is encrypted", "Pack again without a password.";
    /// The entry is compressed in another way than deflate.
    Method: "The entry is compressed by a method other than deflate", "Pack again with deflate, as all zip tools do by default.";
    /// A pack's entry that is neither a file nor a folder.
    Special: "The entry is a link or a device, not a file", "Put the file itself into the archive.";
    /// A folder that holds bytes.
    FolderWithContent: "The entry is a folder and holds bytes", REPACK;
    /// The entry holds more than 512 MiB.
    EntrySize: "The entry holds more than 512 MiB", LESS;
    /// All entries together hold too much.
    TotalSize: "Up to this entry the archive holds more than 4 GiB, or more than 200 times its own size", LESS;
    /// The entry is larger than what it is read for allows.
    TooLarge: "The entry is larger than such a file may be", LESS;
    /// The entry holds another number of bytes than it declares.
    OtherSize: "The entry holds more or fewer bytes than it declares", ANEW;
    /// The entry's compressed bytes are damaged.
    Damaged: "The entry's compressed bytes are damaged", "Send the file again; if that does not help, get it anew.";
    /// The entry's checksum is wrong.
    Checksum: "The entry's checksum is wrong", "Send the file again; if that does not help, get it anew.";
}
