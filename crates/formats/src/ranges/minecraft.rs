//! How loaders see a version of Minecraft.
//!
//! Forge and `NeoForge` take its name as it is. Fabric and Quilt make a semantic version of it, so that previews stand
//! before their release (Fabric Loader, `McVersionLookup`). Nothing here expects a name to begin with `1.`: since 26.1,
//! releases are `YY.N[.P]` and their previews `26.1-snapshot-1`, `26.1-pre-1`, `26.1-rc-1`.

/// The snapshots of a year and the weeks of it (first, last) that led to a release.
const SNAPSHOTS: [(u32, u32, u32, &str); 43] = [
    (26, 14, 14, "26.1.1"),
    (25, 41, 53, "1.21.11"),
    (25, 31, 37, "1.21.9"),
    (25, 15, 21, "1.21.6"),
    (25, 2, 10, "1.21.5"),
    (24, 44, 53, "1.21.4"),
    (24, 33, 40, "1.21.2"),
    (24, 18, 21, "1.21"),
    (24, 1, 14, "1.20.5"),
    (23, 51, 53, "1.20.5"),
    (23, 40, 46, "1.20.3"),
    (23, 31, 35, "1.20.2"),
    (23, 12, 18, "1.20"),
    (23, 1, 7, "1.19.4"),
    (22, 42, 53, "1.19.3"),
    (22, 24, 24, "1.19.1"),
    (22, 11, 19, "1.19"),
    (22, 3, 7, "1.18.2"),
    (21, 37, 44, "1.18"),
    (21, 1, 20, "1.17"),
    (20, 45, 53, "1.17"),
    (20, 27, 30, "1.16.2"),
    (20, 6, 22, "1.16"),
    (19, 34, 53, "1.15"),
    (19, 1, 14, "1.14"),
    (18, 43, 53, "1.14"),
    (18, 30, 33, "1.13.1"),
    (18, 1, 22, "1.13"),
    (17, 43, 53, "1.13"),
    (17, 31, 31, "1.12.1"),
    (17, 6, 18, "1.12"),
    (16, 50, 50, "1.11.1"),
    (16, 32, 44, "1.11"),
    (16, 20, 21, "1.10"),
    (16, 14, 15, "1.9.3"),
    (16, 1, 7, "1.9"),
    (15, 31, 53, "1.9"),
    (14, 2, 34, "1.8"),
    (13, 47, 49, "1.7.3"),
    (13, 36, 43, "1.7"),
    (13, 16, 26, "1.6"),
    (13, 11, 12, "1.5.1"),
    (13, 1, 10, "1.5"),
];

/// The version of Minecraft as Fabric and Quilt compare it: `1.21-pre1` is `1.21-beta.1`, `24w14a` is
/// `1.20.5-alpha.24.14.a`, `26.1-snapshot-3` is `26.1-alpha.3`. A name that follows no rule stays as it is.
pub fn semantic(name: &str) -> String {
    if let Some((year, week, letter)) = snapshot(name) {
        let known = SNAPSHOTS.iter().find(|(of, first, last, _)| *of == year && (*first..=*last).contains(&week));
        return known.map_or_else(|| name.to_owned(), |known| format!("{}-alpha.{year}.{week}.{letter}", known.3));
    }
    preview(name).unwrap_or_else(|| name.to_owned())
}

/// Year, week and letter of `24w14a`.
fn snapshot(name: &str) -> Option<(u32, u32, char)> {
    let (year, rest) = name.split_once('w')?;
    let letter = rest.chars().next_back().filter(char::is_ascii_lowercase)?;
    Some((year.parse().ok()?, rest[..rest.len() - 1].parse().ok()?, letter))
}

/// `1.21-pre1`, `1.14.2 Pre-Release 4`, `1.21-rc1`, `26.1-snapshot-1`, `26.1-pre-1` and their like.
fn preview(name: &str) -> Option<String> {
    const KINDS: [(&str, &str); 8] = [
        ("-snapshot-", "alpha"),
        ("-pre-", "beta"),
        ("-rc-", "rc"),
        ("-pre", "beta"),
        (" Pre-Release ", "beta"),
        (" Pre-release ", "beta"),
        ("-rc", "rc"),
        (" Release Candidate ", "rc"),
    ];
    KINDS.into_iter().find_map(|(mark, kind)| {
        let (release, count) = name.split_once(mark)?;
        let count: u32 = count.parse().ok()?;
        let numbers: Vec<u32> = release.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        let dated = mark.len() > 3 && mark.ends_with('-');
        Some(match kind {
            // 1.16 had eight previews before its candidates, and those before it had none that were called so.
            "rc" if release == "1.16" => format!("{release}-rc.{}", count.saturating_add(8)),
            "beta" if !dated && numbers <= vec![1, 16] => format!("{release}-rc.{count}"),
            _ => format!("{release}-{}.{count}", dated_kind(kind, dated)),
        })
    })
}

/// Since 26.1, Fabric Loader keeps `pre` as it is.
fn dated_kind(kind: &'static str, dated: bool) -> &'static str {
    if dated && kind == "beta" { "pre" } else { kind }
}
