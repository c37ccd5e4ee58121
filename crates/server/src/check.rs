//! The check of a build: its rows and jars become facts, the findings a reply or the reason why it is not published.
//!
//! What jars say is read before the write that publishes: a write waits for nobody's disk. A file that came in between
//! is noticed, and the caller tries again.

mod facts;
mod reading;
mod wire;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kleister_formats::check::{Facts, Finding, Offer, Origin, Remedy, Severity, check, offer};
use kleister_formats::jar::Jar;
use kleister_formats::listings::Held;
use kleister_store::builds::OpenBuild;
use kleister_store::check::{self as store, Found};
use kleister_store::releases::{Contents, contents};
use kleister_store::rows::{build, build_waiver, pack};
use kleister_store::{Caller, Error, Write};
use kleister_types::check::{Check, Waiver};

use crate::problem::{Checked, Problem};
use crate::{App, listings};

/// What the files of a build say, read ahead of its check.
#[derive(Debug, Default)]
pub struct Ahead {
    /// The files that were read, by their SHA-256, also those that say nothing.
    asked: HashSet<String>,
    jars: HashMap<String, Arc<Jar>>,
    /// What lies in zips that are handed out as they came, by their SHA-256.
    listings: HashMap<String, Vec<Held>>,
    overrides: HashMap<String, reading::Held>,
}

/// What the check of a build finds.
#[derive(Debug)]
pub struct Judged {
    facts: Facts,
    findings: Vec<Finding>,
    waivers: Vec<build_waiver::Model>,
}

/// Reads what the files of a build say.
pub async fn ahead(app: &App, build: &build::Model) -> Result<Ahead, Problem> {
    let contents = contents(&app.db.read().await?, build).await?;
    read(app, &contents).await
}

/// Reads what the files of these rows say.
pub async fn read(app: &App, contents: &Contents) -> Result<Ahead, Problem> {
    let (blobs, zips) = (facts::blobs(contents), facts::zips(contents));
    let asked = blobs.iter().chain(&zips).map(|blob| blob.sha256.clone()).collect();
    let jars = reading::describe(app, &blobs).await?;
    let listings = listings::list(app, &zips).await?;
    let overrides = reading::overrides(app, contents).await?;
    Ok(Ahead { asked, jars, listings, overrides })
}

/// Judges a build as a write sees it.
pub async fn judge(write: &Write, pack: &pack::Model, build: &build::Model, ahead: &Ahead) -> Result<Judged, Problem> {
    let db = &**write;
    let contents = contents(db, build).await?;
    let waivers = store::waivers(db, build).await?;
    judge_contents((pack, build), &contents, waivers, ahead)
}

fn judge_contents(
    (pack, build): (&pack::Model, &build::Model),
    contents: &Contents,
    waivers: Vec<build_waiver::Model>,
    ahead: &Ahead,
) -> Result<Judged, Problem> {
    let blobs = facts::blobs(contents).into_iter().chain(facts::zips(contents));
    if blobs.into_iter().any(|blob| !ahead.asked.contains(&blob.sha256)) {
        let changed = "files of this build changed while it was checked; try again".to_owned();
        return Err(Error::Conflict(changed).into());
    }
    let facts = facts::facts((pack, build), contents, ahead);
    let findings = check(&facts);
    Ok(Judged { facts, findings, waivers })
}

/// Checks a build for its pack's admins, with versions that the server has and that would help.
pub async fn report(app: &App, caller: &Caller, opened: &OpenBuild) -> Result<Check, Problem> {
    let (pack, build) = (&opened.pack.row, &opened.build);
    let db = app.db.read().await?;
    let (contents, waivers) = (contents(&db, build).await?, store::waivers(&db, build).await?);
    drop(db);
    let ahead = read(app, &contents).await?;
    let mut judged = judge_contents((pack, build), &contents, waivers, &ahead)?;
    let shelf = shelf(app, caller, &judged.findings).await?;
    offer(&mut judged.findings, &judged.facts, &shelf);
    Ok(judged.wire())
}

/// The versions that the server has of what is looked for.
async fn shelf(app: &App, caller: &Caller, findings: &[Finding]) -> Result<Vec<Offer>, Problem> {
    let searched = findings.iter().flat_map(|finding| &finding.remedies).filter_map(|remedy| match remedy {
        Remedy::Search { id, .. } => Some(id.to_lowercase()),
        _ => None,
    });
    // Slugs that were made of ids have no underscores.
    let ids: HashSet<String> = searched.flat_map(|id| [id.replace('_', "-"), id]).collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let offered = store::offers(&app.db.read().await?, caller, &ids).await?;
    let blobs: Vec<_> = offered.iter().map(|(_, _, blob)| blob).collect();
    let jars = reading::describe(app, &blobs).await?;
    let offer = |(version, module, blob): store::Offered| {
        let jar = jars.get(&blob.sha256)?.clone();
        Some(Offer { origin: Origin { module: module.slug, version: version.name }, jar })
    };
    Ok(offered.into_iter().filter_map(offer).collect())
}

/// Refuses to publish a build whose check has errors that nobody waived.
pub async fn gate(write: &Write, pack: &pack::Model, build: &build::Model, ahead: &Ahead) -> Result<(), Problem> {
    let judged = judge(write, pack, build, ahead).await?;
    let mut findings = judged.wire().findings;
    findings.retain(|finding| finding.severity == "error" && finding.waived.is_none());
    if findings.is_empty() { Ok(()) } else { Err(Problem::Check(Box::new(Checked(findings)))) }
}

impl Judged {
    /// The finding of a rule about a subject, as a waiver needs it.
    pub fn find(&self, rule: &str, subject: &str) -> Result<Found<'_>, Error> {
        let mine = |finding: &&Finding| finding.subject == subject && wire::known(finding.rule) == rule;
        let finding = self.findings.iter().find(mine).ok_or(Error::Missing("finding"))?;
        Ok(Found { rule: wire::known(finding.rule), subject: &finding.subject, stamp: &finding.stamp })
    }

    fn wire(self) -> Check {
        let Self { findings, waivers, .. } = self;
        let holds = |waiver: &build_waiver::Model| findings.iter().any(|finding| is_of(waiver, finding));
        let wired: Vec<Waiver> = waivers.iter().map(|waiver| wire::waiver(waiver, holds(waiver))).collect();
        let reason =
            |finding: &Finding| waivers.iter().find(|waiver| is_of(waiver, finding)).map(|it| it.reason.clone());
        let reasons: Vec<Option<String>> = findings.iter().map(reason).collect();
        let count = |severity: Severity| {
            let standing = findings.iter().zip(&reasons).filter(|(_, reason)| reason.is_none());
            standing.filter(|(finding, _)| finding.severity == severity).count() as u64
        };
        let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
        let findings =
            findings.into_iter().zip(reasons).map(|(finding, waived)| wire::finding(finding, waived)).collect();
        Check { errors, warnings, notes, findings, waivers: wired }
    }
}

/// A waiver that was made just now.
pub fn waiver(row: &build_waiver::Model) -> Waiver {
    wire::waiver(row, true)
}

/// Whether a waiver is of a finding, and of the same versions.
fn is_of(waiver: &build_waiver::Model, finding: &Finding) -> bool {
    waiver.rule == wire::known(finding.rule) && waiver.subject == finding.subject && waiver.stamp == finding.stamp
}
