//! Taking packs over, one write each.

use std::collections::HashMap;
use std::sync::Arc;

use kleister_formats::LoaderKind;
use kleister_formats::solder::{Bound, Kept};
use kleister_store::loaders::Kind;
use kleister_store::rows::{blob, build, pack};
use kleister_store::solder::old::{Given, OldBuild, OldLink, OldPack, OldVersion};
use kleister_store::solder::{self, Known, RunsOn, Taken, Unpacked};
use kleister_store::{Caller, Error, Write};
use kleister_types::Timestamp;
use kleister_types::solder::SolderReport;

use super::fetch::Fetching;
use super::unpack::Zip;
use crate::App;
use crate::delivery::publish;
use crate::problem::Problem;

/// How many versions that are in no build are taken over in one write.
const SPARE_AT_ONCE: usize = 100;

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
    let versions = old.builds.iter().flat_map(|build| &build.links).map(|link| &link.version);
    let zips = fetch(versions.clone(), fetching, report).await?;
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
    let here = versions.filter_map(|version| Some((version, unpacked(&zips, version)?)));
    let known = Known::read(&*write, &here.collect::<Vec<_>>()).await?;
    let mut taking = Taking { write: &write, caller, pack, zips: &zips, known, report, now };
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
    for some in spare.chunks(SPARE_AT_ONCE) {
        let zips = fetch(some.iter(), fetching, report).await?;
        let (write, now) = (app.db.write().await?, app.clock.now());
        let here: Vec<_> = some.iter().filter_map(|version| Some((version, unpacked(&zips, version)?))).collect();
        let mut known = Known::read(&*write, &here).await?;
        for (version, unpacked) in here {
            let taken = solder::take_version(&*write, caller, &mut known, (version, unpacked), now).await;
            match judged(taken)? {
                Ok(arrived) => {
                    report.note(matches!(arrived.version, Taken::Created(_)), called(version));
                    report.notes.extend(arrived.notes);
                }
                Err(why) => report.leave_out(called(version), why),
            }
        }
        write.commit().await?;
    }
    Ok(())
}

/// What is in the zip of a version, if it has come.
fn unpacked<'a>(zips: &'a Zips, version: &OldVersion) -> Option<&'a Unpacked> {
    zips.get(&version.handle())?.as_ref().ok().map(|zip| &zip.unpacked)
}

/// Fetches the zips of versions, and tells which there are not, and where one is not what the Solder noted.
async fn fetch<'a>(
    versions: impl Iterator<Item = &'a OldVersion>,
    fetching: &mut Fetching<'_>,
    report: &mut SolderReport,
) -> Result<Zips, Problem> {
    let mut once = std::collections::HashSet::new();
    let versions: Vec<&OldVersion> = versions.filter(|version| once.insert(version.handle())).collect();
    fetching.recall(&versions).await?;
    let mut zips = Zips::new();
    for version in versions {
        let is_first = !fetching.has(version);
        let zip = fetching.zip(version).await?;
        match &zip {
            Ok(zip) if is_first => {
                report.notes.extend(mismatch(version, &zip.unpacked.zip));
                report.notes.extend(zip.notes.iter().map(|note| format!("{}: {note}", called(version))));
            }
            Err(why) if is_first => report.leave_out(called(version), format!("there is no zip: {why}")),
            _ => {}
        }
        zips.insert(version.handle(), zip);
    }
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
    for ((kind, told), picture) in ["icon", "logo", "background"].into_iter().zip(&old.pictures).zip(&mut pictures) {
        let Some(told) = told else { continue };
        let what = format!("the {kind} of pack `{}`", old.slug);
        match fetching.picture(told).await {
            Ok(blob) => {
                if let Some(noted) = told.md5.as_ref().filter(|noted| **noted != blob.md5) {
                    let is = &blob.md5;
                    report
                        .notes
                        .push(format!("the Solder notes the MD5 {noted} of {what}, but it is {is}: that is told now"));
                }
                *picture = Some(blob);
            }
            Err(why) => report.leave_out(what, why),
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
    known: Known,
    report: &'a mut SolderReport,
    now: Timestamp,
}

impl Taking<'_> {
    async fn build(&mut self, old: &OldBuild, published_at: Timestamp) -> Result<(), Problem> {
        let what = format!("build `{}` of pack `{}`", old.name, self.pack.slug);
        let missing: Vec<_> = old.links.iter().map(|link| &link.version).filter(|it| self.zip(it).is_none()).collect();
        if let [first, others @ ..] = &missing[..] {
            let others = if others.is_empty() { String::new() } else { format!(" and of {} more", others.len()) };
            self.report.leave_out(what, format!("the zip of {}{others} is missing", called(first)));
            return Ok(());
        }
        let bound = old.links.iter().find_map(|link| self.zip(&link.version)?.loader.clone());
        let mut versions = Vec::with_capacity(old.links.len());
        for link in &old.links {
            match self.version(link).await? {
                Ok(version) => versions.push(version),
                Err(why) => {
                    self.report.leave_out(what, format!("{}: {why}", called(&link.version)));
                    return Ok(());
                }
            }
        }
        let runs_on = runs_on(old, bound.as_ref());
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

    fn zip(&self, version: &OldVersion) -> Option<&Zip> {
        self.zips.get(&version.handle())?.as_deref().ok()
    }

    /// Takes a version of a build over; within is why it cannot be.
    async fn version(&mut self, link: &OldLink) -> Result<Result<(String, Given), String>, Problem> {
        let zips = self.zips;
        let Some(unpacked) = unpacked(zips, &link.version) else { return Ok(Err("its zip is missing".to_owned())) };
        let (version, known) = (&link.version, &mut self.known);
        let taken = solder::take_version(&**self.write, self.caller, known, (version, unpacked), self.now).await;
        Ok(judged(taken)?.map(|arrived| {
            self.report.note(matches!(arrived.version, Taken::Created(_)), called(version));
            self.report.notes.extend(arrived.notes);
            (arrived.version.row().id.clone(), link.given)
        }))
    }

    async fn publish(&self, old: &OldBuild, row: build::Model, at: Timestamp) -> Result<(), Problem> {
        if old.published {
            let kept =
                Kept { id: Some(old.number), java: old.java.clone(), forge: old.forge.clone(), ..Kept::default() };
            publish::take_over(self.write, self.pack, row, kept, at).await?;
        }
        Ok(())
    }

    /// Tells where a build that is here already has become another one there.
    async fn compare(&mut self, old: &OldBuild, row: &build::Model, what: String) -> Result<(), Problem> {
        let zips = publish::zips(self.write, row).await?;
        let here: Option<Vec<_>> = zips.map(|zips| zips.into_iter().map(|zip| (zip.name, zip.version)).collect());
        let there: Vec<_> = old.given().map(OldVersion::handle).collect();
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

/// What a build runs on: the loader of its own package, or the one whose version is noted, which is Forge unless another
/// one is named.
fn runs_on(old: &OldBuild, bound: Option<&Bound>) -> RunsOn {
    let told = bound.and_then(|bound| bound.minecraft.clone());
    let minecraft = if old.minecraft.is_empty() { told.unwrap_or_default() } else { old.minecraft.clone() };
    let named = match old.loader.as_deref() {
        None | Some("forge" | "none" | "") => Some(LoaderKind::Forge),
        Some(name) => name.parse().ok(),
    };
    let is_plain = |version: &&str| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let noted = named.zip(old.forge.as_deref().filter(is_plain));
    let loader = bound.map(|bound| (bound.loader.kind, bound.loader.version.as_str())).or(noted);
    let loader = loader.map(|(kind, version)| match kind {
        // Forge's releases are listed with the Minecraft version before their own.
        LoaderKind::Forge => (Kind::Forge, format!("{minecraft}-{version}")),
        LoaderKind::NeoForge => (Kind::Neoforge, version.to_owned()),
        LoaderKind::Fabric => (Kind::Fabric, version.to_owned()),
        LoaderKind::Quilt => (Kind::Quilt, version.to_owned()),
    });
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
