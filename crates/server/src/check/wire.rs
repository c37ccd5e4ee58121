//! Findings, remedies and waivers as they travel.

use kleister_formats::Support;
use kleister_formats::check::{Evidence, Finding, Remedy, Rule, Severity, Version};
use kleister_formats::jar::{Range, Side};
use kleister_store::rows::build_waiver;
use kleister_types::Timestamp;
use kleister_types::check::{self as wire, NamedVersion, Waiver};

/// What a rule is called.
pub(super) fn known(rule: Rule) -> &'static str {
    match rule {
        Rule::MissingDependency => "missing_dependency",
        Rule::WrongSide => "wrong_side",
        Rule::OutOfRange => "out_of_range",
        Rule::Incompatible => "incompatible",
        Rule::Discouraged => "discouraged",
        Rule::Recommended => "recommended",
        Rule::Duplicate => "duplicate",
        Rule::WrongLoader => "wrong_loader",
        Rule::WrongLoaderVersion => "wrong_loader_version",
        Rule::WrongMinecraft => "wrong_minecraft",
        Rule::JavaTooOld => "java_too_old",
        Rule::JavaTooNew => "java_too_new",
        Rule::PathClash => "path_clash",
        Rule::ZipOverlap => "zip_overlap",
        Rule::ZipNameClash => "zip_name_clash",
        Rule::Unexpanded => "unexpanded",
        Rule::UnreadableRange => "unreadable_range",
        Rule::UnreadableOverrides => "unreadable_overrides",
        Rule::Redistribution => "redistribution",
        Rule::ManualDownload => "manual_download",
        Rule::Unknown => "unknown",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Both => "both",
        Side::Client => "client",
        Side::Server => "server",
    }
}

fn support(support: Support) -> String {
    let word = match support {
        Support::Required => "required",
        Support::Optional => "optional",
        Support::Unsupported => "unsupported",
    };
    word.to_owned()
}

/// A finding, with the reason why it was waived.
pub(super) fn finding(finding: Finding, waived: Option<String>) -> wire::Finding {
    wire::Finding {
        rule: known(finding.rule).to_owned(),
        severity: severity(finding.severity).to_owned(),
        subject: finding.subject,
        side: side(finding.side).to_owned(),
        message: finding.message,
        evidence: finding.evidence.into_iter().map(evidence).collect(),
        remedies: finding.remedies.into_iter().map(remedy).collect(),
        waived,
    }
}

fn evidence(evidence: Evidence) -> wire::Evidence {
    let Evidence { path, id, number, says } = evidence;
    wire::Evidence { path, id, number, says }
}

fn named(version: Version) -> NamedVersion {
    NamedVersion { module: version.module, version: version.version }
}

fn remedy(remedy: Remedy) -> wire::Remedy {
    let of = |kind: &str| wire::Remedy { kind: kind.to_owned(), ..wire::Remedy::default() };
    let about =
        |kind: &str, it: Version| wire::Remedy { module: Some(it.module), version: Some(it.version), ..of(kind) };
    match remedy {
        Remedy::Attach { module, version, instead_of } => {
            wire::Remedy { instead_of: instead_of.map(named), ..about("attach", Version { module, version }) }
        }
        Remedy::Search { id, ranges, examples, instead_of } => wire::Remedy {
            id: Some(id),
            ranges: ranges.iter().filter(|range| !range.is_any()).map(written).collect(),
            examples,
            instead_of: instead_of.map(named),
            ..of("search")
        },
        Remedy::Detach(version) => about("detach", version),
        Remedy::RemoveFile { path } => wire::Remedy { path: Some(path), ..of("remove_file") },
        Remedy::TakeOut { versions, paths } => {
            wire::Remedy { versions: versions.into_iter().map(named).collect(), paths, ..of("take_out") }
        }
        Remedy::SetEnvironment { version, client, server } => wire::Remedy {
            client: Some(support(client)),
            server: Some(support(server)),
            ..about("set_environment", version)
        },
        Remedy::SetChosen(version) => about("set_chosen", version),
        Remedy::SetLoader { loader, version } => {
            wire::Remedy { loader: Some(loader.name().to_owned()), loader_version: version, ..of("set_loader") }
        }
        Remedy::SetMinecraft { minecraft } => wire::Remedy { minecraft: Some(minecraft), ..of("set_minecraft") },
        Remedy::SetJava { java } => wire::Remedy { java: Some(java.to_string()), ..of("set_java") },
        Remedy::Upload(version) => about("upload", version),
        Remedy::MakePrivate => of("make_private"),
    }
}

/// A range as its author wrote it.
fn written(range: &Range) -> String {
    range.any.iter().map(|all| all.join(" and ")).collect::<Vec<_>>().join(" or ")
}

/// A waiver, and whether it holds.
pub(super) fn waiver(row: &build_waiver::Model, holds: bool) -> Waiver {
    Waiver {
        rule: row.rule.clone(),
        subject: row.subject.clone(),
        reason: row.reason.clone(),
        holds,
        maker: row.maker.clone(),
        created_at: Timestamp::from_millis(row.created_at),
    }
}
