//! What operations say of themselves: a Markdown file beside each file of routes, a heading with the operation's
//! identifier before each text. A heading may name several operations that say the same.

/// The files.
const FILES: &[&str] = &[
    include_str!("../auth.md"),
    include_str!("../avatars.md"),
    include_str!("../blobs.md"),
    include_str!("../build_files.md"),
    include_str!("../builds.md"),
    include_str!("../channels.md"),
    include_str!("../groups.md"),
    include_str!("../intake.md"),
    include_str!("../uploads.md"),
    include_str!("../imports.md"),
    include_str!("../jobs.md"),
    include_str!("../links.md"),
    include_str!("../members.md"),
    include_str!("../loaders.md"),
    include_str!("../mods.md"),
    include_str!("../packs.md"),
    include_str!("../check.md"),
    include_str!("../compare.md"),
    include_str!("../pack_tokens.md"),
    include_str!("../previews.md"),
    include_str!("../providers.md"),
    include_str!("../setup.md"),
    include_str!("../solder.md"),
    include_str!("../sources.md"),
    include_str!("../storage.md"),
    include_str!("../tokens.md"),
    include_str!("../users.md"),
    include_str!("../versions.md"),
    include_str!("../webhooks.md"),
];

/// Every text with the identifiers of its operations.
pub fn all() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    let sections = FILES.iter().flat_map(|file| file.split("\n## ").skip(1));
    sections.filter_map(|section| {
        let (heading, text) = section.split_once('\n')?;
        Some((heading.split(", ").map(str::trim).collect(), text.trim()))
    })
}

/// The text of an operation.
pub(super) fn of(id: &str) -> Option<&'static str> {
    all().find(|(ids, _)| ids.contains(&id)).map(|(_, text)| text)
}
