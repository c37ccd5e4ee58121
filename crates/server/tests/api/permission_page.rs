//! docs/permissions.md: the permission table as people read it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::permissions::rows;
use crate::schema::operations;

/// What stands above the tables.
const PREFACE: &str = "\
# Who may do what

Made of the permission table that the tests walk; `KLEISTER_WRITE_DOCS=1 cargo test -p kleister-server permission_page`
rewrites it. Each row was called by each kind of caller, users, admins and owners both by their own membership and
through a group, and answered what stands here.

**The callers**: *anonymous* sends no credential. *Stranger* is signed in and not a member. *User*, *admin* and *owner*
are members of the pack, mod or group with that right; a caller's right is the highest of his own and his groups'.
*Server admin* may everything. A deactivated user and a credential that does not hold are told 401 at every address,
also where anonymous callers may pass; only signing in, and what takes its token in the address, never looks at the
credential.

**The things** are private: a pack with a draft, a mod with a version; and a group. What one may not see is 404, with the
same answer as for what does not exist. Public packs and mods are seen by everybody (200 for all reads); what changes them
stays as it is here, with 403 instead of 404 for those who now see them.

**The marks**: ✓ it is done. 401: sign in. 403: you see it but may not do this. 404: for you it does not exist.

Rules that a table cannot show:
- Whoever makes a pack, mod or group is its owner. Every one of them keeps an owner, and the server an admin: 409.
- The members of a pack or mod are changed by its owners, from either side; those of a group by its admins, who give and
  take no right above their own. Anybody may leave by himself.
- Putting a version into a build takes admin on the pack, and seeing the mod. Letting a build run on a release of
  Minecraft or of a loader takes admin on the pack; everybody may ask which builds do, and sees those that he may see.
- E-mail address, `admin` and `active` of a user are shown to himself and to server admins.
- Drafts are seen by the admins of their pack; a build that is not public by its members.
";

/// The kinds of callers that get a column.
const CALLERS: [&str; 6] = ["anonymous", "stranger", "user", "admin", "owner", "server-admin"];

/// The page as it should be.
fn page() -> String {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    for (operation, statuses) in rows() {
        let (method, path, description) =
            operations().find(|(_, _, it)| it["operationId"] == operation).expect("the table names operations");
        let tag = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default().to_owned();
        let summary = description["summary"].as_str().unwrap_or_default();
        let path = path.trim_start_matches("/api/v1");
        let marks = CALLERS.map(|caller| {
            let status = statuses.iter().find(|(kind, _)| *kind == caller).map_or(0, |(_, status)| *status);
            if status == 200 { "✓".to_owned() } else { status.to_string() }
        });
        let section = sections.entry(tag).or_default();
        let _ = writeln!(section, "| {summary} | `{method} {path}` | {} |", marks.join(" | "));
    }
    let mut page = PREFACE.to_owned();
    for (tag, lines) in sections {
        let callers = CALLERS.map(|caller| caller.replace('-', " ")).join(" | ");
        let rules = "---|".repeat(2) + &":-:|".repeat(CALLERS.len());
        let _ = write!(page, "\n## /{tag}\n\n| operation | address | {callers} |\n|{rules}\n{lines}");
    }
    page
}

#[test]
fn page_is_what_the_table_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("KLEISTER_WRITE_DOCS").is_some() {
        std::fs::write(&file, page()).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == page(), "docs/permissions.md is out of date: run this test with KLEISTER_WRITE_DOCS=1");
}
