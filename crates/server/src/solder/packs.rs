//! Taking packs over, one write each.

use std::collections::HashMap;
use std::sync::Arc;

use kleister_formats::LoaderKind;
use kleister_formats::solder::Kept;
use kleister_store::loaders::Kind;
use kleister_store::rows::{blob, build, pack};
use kleister_store::solder::old::{OldBuild, OldPack, OldVersion};
use kleister_store::solder::{self, RunsOn, Taken};
use kleister_store::{Caller, Error, Write};
use kleister_types::Timestamp;
use kleister_types::solder::SolderReport;

use super::fetch::Fetching;
use super::unpack::Zip;
use crate::App;
use crate::delivery::publish;
use crate::problem::Problem;

/// Zips that have come, or why not, by what players' launchers call them.
type Zips = HashMap<(String, String), Result<Arc<Zip>, String>>;

/// Takes a pack over with all its builds.
pub(super) async fn take(
    app: &App,
    caller: &Caller,
    (old, position): (&OldPack, usize),
    fetching: &mut Fetching<'_>,
    report: &mut SolderReport,
) -> Result<(), Problem> {
    let zips = fetch(old.builds.iter().flat_map(|build| &build.versions), fetching, report).await?;
    let pictures = pictures(old, fetching, report).await;
    let now = app.clock.now();
    let write = app.db.write().await?;
    let position = i64::try_from(position).unwrap_or(i64::MAX);
    let taken = solder::take_pack(&*write, caller, (old, position), pictures, now).await;
    let taken = match judged(taken)? {
        Ok(taken) => taken,
        Err(why) => {
            report.leave_out(format!("pack `{}`", old.slug), why);
            return Ok(());
        }
    };
    report.note(matches!(taken, Taken::Created(_)), format!("pack `{}`", old.slug));
    let pack = taken.row();
    solder::take_links(&*write, pack, old, now).await?;
    let mut taking = Taking { write: &write, caller, pack, zips: &zips, report, now };
    for (at, build) in old.builds.iter().enumerate() {
        // Lists are sorted by the time of publishing, and these are from the oldest to the newest.
        let before = i64::try_from(old.builds.len() - at).unwrap_or(0);
        taking.build(build, Timestamp::from_millis(now.as_millis() - before)).await?;
    }
    let refused = solder::take_channels(&*write, caller, pack, old, now).await?;
    write.commit().await?;
    report.notes.extend(refused);
    Ok(())
}

/// Takes versions over that are in no build.
pub(super) async fn take_spare(
    app: &App,
    caller: &Caller,
    spare: &[OldVersion],
    fetching: &mut Fetching<'_>,
    report: &mut SolderReport,
) -> Result<(), Problem> {
    for version in spare {
        let zips = fetch(std::iter::once(version), fetching, report).await?;
        let zip = match zips.get(&version.handle()) {
            Some(Ok(zip)) => zip,
            Some(Err(why)) => {
                report.leave_out(called(version), why);
                continue;
            }
            None => continue,
        };
        let write = app.db.write().await?;
        let taken = solder::take_version(&*write, caller, (version, &zip.unpacked), app.clock.now()).await;
        match judged(taken)? {
            Ok(taken) => {
                write.commit().await?;
                report.note(matches!(taken, Taken::Created(_)), called(version));
            }
            Err(why) => report.leave_out(called(version), why),
        }
    }
    Ok(())
}

/// Fetches the zips of versions, and tells where one is not what the Solder noted.
async fn fetch(
    versions: impl Iterator<Item = &OldVersion>,
    fetching: &mut Fetching<'_>,
    report: &mut SolderReport,
) -> Result<Zips, Problem> {
    let mut zips = Zips::new();
    for version in versions {
        if zips.contains_key(&version.handle()) {
            continue;
        }
        let zip = fetching.zip(version).await?;
        if let Ok(zip) = &zip {
            report.notes.extend(mismatch(version, &zip.unpacked.zip));
            report.notes.extend(zip.note.as_ref().map(|note| {
                format!("{} is handed out as it is, but what is in it cannot be told: {note}", called(version))
            }));
        }
        zips.insert(version.handle(), zip);
    }
    report.notes.dedup();
    Ok(zips)
}

/// What the Solder notes of a zip, if that is not what it is.
fn mismatch(old: &OldVersion, zip: &blob::Model) -> Option<String> {
    if !old.md5.is_empty() && old.md5 != zip.md5 {
        let (noted, is) = (&old.md5, &zip.md5);
        return Some(format!(
            "the Solder notes the MD5 {noted} of {}, but its zip has {is}: that is told now",
            called(old)
        ));
    }
    let noted = old.size.filter(|size| i64::try_from(*size) != Ok(zip.size))?;
    Some(format!("the Solder notes {noted} bytes of {}, but its zip has {}: that is told now", called(old), zip.size))
}

/// The icon, logo and background, as far as they can be had.
async fn pictures(old: &OldPack, fetching: &Fetching<'_>, report: &mut SolderReport) -> [Option<blob::Model>; 3] {
    let mut pictures = [None, None, None];
    for (place, picture) in old.pictures.iter().zip(&mut pictures) {
        let Some(place) = place else { continue };
        match fetching.picture(place).await {
            Ok(blob) => *picture = Some(blob),
            Err(why) => report.leave_out(format!("a picture of pack `{}`", old.slug), why),
        }
    }
    pictures
}

/// A pack that is being taken over.
struct Taking<'a> {
    write: &'a Write,
    caller: &'a Caller,
    pack: &'a pack::Model,
    zips: &'a Zips,
    report: &'a mut SolderReport,
    now: Timestamp,
}

impl Taking<'_> {
    async fn build(&mut self, old: &OldBuild, published_at: Timestamp) -> Result<(), Problem> {
        let what = format!("build `{}` of pack `{}`", old.name, self.pack.slug);
        let mut zips = Vec::with_capacity(old.versions.len());
        for version in &old.versions {
            match self.zips.get(&version.handle()) {
                Some(Ok(zip)) => zips.push((version, zip)),
                Some(Err(why)) => {
                    self.report.leave_out(what, format!("{} is missing: {why}", called(version)));
                    return Ok(());
                }
                None => {}
            }
        }
        let runs_on = runs_on(old, zips.iter().find_map(|(_, zip)| zip.loader.as_ref()));
        let mut versions = Vec::with_capacity(zips.len());
        for (version, zip) in zips {
            let taken = solder::take_version(&**self.write, self.caller, (version, &zip.unpacked), self.now).await;
            match judged(taken)? {
                Ok(taken) => {
                    self.report.note(matches!(taken, Taken::Created(_)), called(version));
                    versions.push(taken.row().id.clone());
                }
                Err(why) => {
                    self.report.leave_out(what, format!("{}: {why}", called(version)));
                    return Ok(());
                }
            }
        }
        let taken = solder::take_build(&**self.write, self.pack, (old, &runs_on), &versions, self.now).await;
        match judged(taken)? {
            Ok(Taken::Created(row)) => {
                self.report.note(true, what);
                self.publish(old, row, published_at).await?;
            }
            Ok(Taken::Matched(row)) => self.compare(old, &row, what).await?,
            Err(why) => self.report.leave_out(what, why),
        }
        Ok(())
    }

    async fn publish(&self, old: &OldBuild, row: build::Model, at: Timestamp) -> Result<(), Problem> {
        if old.published {
            let kept =
                Kept { id: Some(old.number), java: old.java.clone(), forge: old.forge.clone(), ..Kept::default() };
            publish::take_over(self.write, self.caller, self.pack, row, kept, at).await?;
        }
        Ok(())
    }

    /// Tells where a build that is here already has become another one there.
    async fn compare(&mut self, old: &OldBuild, row: &build::Model, what: String) -> Result<(), Problem> {
        let zips = publish::zips(self.write, row).await?;
        let here: Option<Vec<_>> = zips.map(|zips| zips.into_iter().map(|zip| (zip.name, zip.version)).collect());
        let there: Vec<_> = old.versions.iter().map(OldVersion::handle).collect();
        match here {
            None if old.published => {
                let why = "it is a draft here and published there; publish it here, or delete it and move again";
                self.report.notes.push(format!("{what}: {why}"));
            }
            Some(here) if here != there => {
                let why = "its mods were changed there since it was moved; here it stays as it was published";
                self.report.notes.push(format!("{what}: {why}"));
            }
            _ => {}
        }
        self.report.note(false, what);
        Ok(())
    }
}

/// What a build runs on: the loader of its own package, or Forge if its version is noted.
fn runs_on(old: &OldBuild, bound: Option<&kleister_formats::solder::Bound>) -> RunsOn {
    let told = bound.and_then(|bound| bound.minecraft.clone());
    let minecraft = if old.minecraft.is_empty() { told.unwrap_or_default() } else { old.minecraft.clone() };
    // Forge's releases are listed with the Minecraft version before their own.
    let forge = |version: &str| (Kind::Forge, format!("{minecraft}-{version}"));
    let loader = match bound.map(|bound| (bound.loader.kind, bound.loader.version.as_str())) {
        Some((LoaderKind::Forge, version)) => Some(forge(version)),
        Some((LoaderKind::NeoForge, version)) => Some((Kind::Neoforge, version.to_owned())),
        Some((LoaderKind::Fabric, version)) => Some((Kind::Fabric, version.to_owned())),
        Some((LoaderKind::Quilt, version)) => Some((Kind::Quilt, version.to_owned())),
        None => {
            let plain = |version: &&String| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            old.forge.as_ref().filter(plain).map(|version| forge(version))
        }
    };
    RunsOn { minecraft, loader }
}

/// What the store says against it, as text for the report; everything else is a failure.
fn judged<T>(result: kleister_store::Result<T>) -> Result<Result<T, String>, Problem> {
    match result {
        Ok(taken) => Ok(Ok(taken)),
        Err(error @ (Error::Conflict(_) | Error::Invalid { .. })) => Ok(Err(Problem::from(error).explained())),
        Err(error) => Err(error.into()),
    }
}

fn called(version: &OldVersion) -> String {
    format!("version `{}` of mod `{}`", version.version, version.slug)
}
