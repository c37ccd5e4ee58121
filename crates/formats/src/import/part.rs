//! Files for a game folder, or for one folder of it, as somebody packed them: no pack, only what is to lie there.

use std::io::{Read, Seek};

use super::collection::{Collection, Rank};
use super::{Found, Import, Kind, LeftOut, Place, Refused, leave};
use crate::InstancePath;
use crate::archive::{Archive, Rules};

/// Files for a game folder.
pub struct Part<R> {
    /// The files, sorted by path; their bytes are in the archive.
    pub files: Vec<Found>,
    /// What is not among them, and why.
    pub left_out: Vec<LeftOut>,
    /// Where their bytes are.
    pub archive: Archive<R>,
}

/// Reads the files of an archive: those below `strip`, or all, as they lie below `folder`, or in the game folder itself.
///
/// What is the player's own is left out, as it is of packs: worlds, logs, accounts, caches.
pub fn read_part<R: Read + Seek>(
    source: R,
    strip: Option<&InstancePath>,
    folder: Option<&InstancePath>,
) -> Result<Part<R>, Refused> {
    let archive = Archive::open(source, Rules::Pack)?;
    let begin = |folder: Option<&InstancePath>| folder.map(|folder| format!("{folder}/")).unwrap_or_default();
    let (strip, folder) = (begin(strip), begin(folder));
    let mut collection = Collection::default();
    for entry in archive.entries().filter(|entry| !entry.is_folder) {
        let Some(rest) = entry.path.strip_prefix(&strip) else {
            collection.leave(entry.path, format!("It does not lie in `{strip}`."));
            continue;
        };
        let path = format!("{folder}{rest}");
        match (leave::reason(&path), path.parse()) {
            (Some(reason), _) => collection.leave_behind(&path, entry.path, reason),
            (None, Err(error)) => collection.leave(entry.path, format!("{error}.")),
            (None, Ok(path)) => {
                let file = Found { size: Some(entry.size), ..Found::new(path, Place::Inside(entry.index)) };
                collection.add(file, entry.path, Rank::First);
            }
        }
    }
    let mut import = Import::new(Kind::Folder);
    collection.finish(&mut import)?;
    Ok(Part { files: import.files, left_out: import.left_out, archive })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(entries: &[(&str, &str)], strip: &str, folder: &str) -> (Vec<String>, Vec<String>) {
        let archive = Cursor::new(kleister_samples::archive(entries));
        let parse = |text: &str| text.parse::<InstancePath>().ok();
        let part = read_part(archive, parse(strip).as_ref(), parse(folder).as_ref()).unwrap();
        let (files, left_out) = (part.files, part.left_out);
        let files = files.into_iter().map(|file| file.path.to_string());
        (files.collect(), left_out.into_iter().map(|left| left.what).collect())
    }

    #[test]
    fn files_lie_where_they_are_wanted() {
        let entries = [("sky-main/config/a.toml", "a"), ("sky-main/README.md", "r"), ("LICENSE", "l")];
        let all = ["LICENSE", "sky-main/README.md", "sky-main/config/a.toml"].map(str::to_owned);
        assert_eq!(read(&entries, "", ""), (all.to_vec(), vec![]));
        let (files, left_out) = read(&entries, "sky-main/config", "config/sky");
        assert_eq!(files, ["config/sky/a.toml"]);
        assert_eq!(left_out, ["LICENSE", "sky-main/README.md"]);
    }

    #[test]
    fn what_is_the_players_own_is_left_out_wherever_it_is_put() {
        let entries = [("latest.log", "x"), ("b.toml", "y"), (".DS_Store", "z")];
        assert_eq!(read(&entries, "", "logs"), (vec![], vec![".DS_Store".to_owned(), "logs/".to_owned()]));
        assert_eq!(read(&entries, "", ""), (vec!["b.toml".to_owned()], vec![".DS_Store".into(), "latest.log".into()]));
    }
}
