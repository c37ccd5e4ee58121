//! Where findings are gathered while both sides are judged.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::jar::{Range, Side};

use super::present::Found;
use super::{Evidence, Facts, Finding, Origin, Rule, Severity, remedies, sentences};

/// The findings so far, one for each rule and subject.
pub(super) struct Book<'a> {
    facts: &'a Facts,
    drafts: BTreeMap<(Rule, String), Draft>,
}

/// A finding that is still being gathered.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) rule: Rule,
    pub(super) subject: String,
    pub(super) severity: Severity,
    client: bool,
    server: bool,
    pub(super) evidence: Vec<Evidence>,
    /// What is asked of the subject's version.
    pub(super) ranges: Vec<Range>,
    /// The version that is there.
    pub(super) found: Option<String>,
    /// The files whose mods complain.
    pub(super) complaining: BTreeSet<Place>,
    /// The files that are complained about.
    pub(super) accused: BTreeSet<Place>,
    /// The zips that do not go together.
    pub(super) zips: BTreeSet<Place>,
    /// A text that belongs into the sentence, or is it: a loader, a version of Java.
    pub(super) detail: String,
}

/// A file or zip of the build, by its place among the facts: what a remedy changes.
pub(super) type Place = usize;

impl<'a> Book<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        Self { facts, drafts: BTreeMap::new() }
    }

    /// The finding of a rule about a subject, begun if it is new.
    pub(super) fn about(&mut self, rule: Rule, subject: &str) -> &mut Draft {
        let key = (rule, subject.to_owned());
        self.drafts.entry(key).or_insert_with(|| Draft {
            rule,
            subject: subject.to_owned(),
            severity: Severity::Note,
            client: false,
            server: false,
            evidence: Vec::new(),
            ranges: Vec::new(),
            found: None,
            complaining: BTreeSet::new(),
            accused: BTreeSet::new(),
            zips: BTreeSet::new(),
            detail: String::new(),
        })
    }

    /// The rules that stop a subject from starting.
    pub(super) fn errors_about(&self, subject: &str) -> Vec<Rule> {
        let about = self.drafts.values().filter(|draft| draft.subject == subject);
        about.filter(|draft| draft.severity == Severity::Error).map(|draft| draft.rule).collect()
    }

    /// All findings, the worst first.
    pub(super) fn findings(self) -> Vec<Finding> {
        let facts = self.facts;
        let mut findings: Vec<Finding> = self.drafts.into_values().map(|draft| finding(draft, facts)).collect();
        findings.sort_by_key(|finding| Reverse(finding.severity));
        findings
    }
}

impl Draft {
    /// As bad as this at least.
    pub(super) fn at(&mut self, severity: Severity) -> &mut Self {
        self.severity = self.severity.max(severity);
        self
    }

    /// It happens on this side too.
    pub(super) fn on(&mut self, side: Side) -> &mut Self {
        self.client |= side != Side::Server;
        self.server |= side != Side::Client;
        self
    }

    /// Something that a file says.
    pub(super) fn says(&mut self, evidence: Evidence) -> &mut Self {
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
        self
    }

    /// Something that a mod says.
    pub(super) fn mod_says(&mut self, found: &Found<'_>, says: impl Into<String>) -> &mut Self {
        self.says(Evidence {
            path: found.piece.path.clone(),
            id: Some(found.module.id.clone()),
            number: found.module.number.clone(),
            says: says.into(),
        })
    }

    /// What is asked of the subject's version.
    pub(super) fn asks(&mut self, range: &Range) -> &mut Self {
        if !self.ranges.contains(range) {
            self.ranges.push(range.clone());
        }
        self
    }

    /// The side on which it happens, if it is only one.
    pub(super) fn lone_side(&self) -> Option<Side> {
        Some(self.side()).filter(|side| *side != Side::Both)
    }

    fn side(&self) -> Side {
        match (self.client, self.server) {
            (true, false) => Side::Client,
            (false, true) => Side::Server,
            _ => Side::Both,
        }
    }

    /// The files and versions that the finding follows from.
    fn stamp(&self, facts: &Facts) -> String {
        let told = |origin: Option<&Origin>, name: &String| {
            origin.map_or_else(|| name.clone(), |origin| format!("{} {}", origin.module, origin.version))
        };
        let files = self.complaining.iter().chain(&self.accused).map(|place| &facts.files[*place]);
        let files = files.map(|piece| told(piece.origin.as_ref(), &piece.path));
        let zips = self.zips.iter().map(|place| &facts.zips[*place]);
        let zips = zips.map(|zip| told(zip.origin.as_ref(), &zip.name));
        let all: BTreeSet<String> = files.chain(zips).collect();
        all.into_iter().collect::<Vec<_>>().join("\n")
    }
}

fn finding(draft: Draft, facts: &Facts) -> Finding {
    Finding {
        message: sentences::sentence(&draft),
        remedies: remedies::remedies(&draft, facts),
        side: draft.side(),
        stamp: draft.stamp(facts),
        rule: draft.rule,
        severity: draft.severity,
        subject: draft.subject,
        evidence: draft.evidence,
    }
}
