//! The check on a table of builds: what it finds in each, and that every remedy, applied, removes its finding.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod builder;
mod fabric;
mod files;
mod forge;
mod neoforge;
mod quilt;
mod zips;

use kleister_formats::check::{Facts, Finding, Origin, Remedy, Rule, Severity, Version, Zip, check, offer};
use kleister_formats::jar::Side;
use kleister_formats::{Delivery, Loader};

use builder::Case;

fn table() -> Vec<Case> {
    [fabric::cases(), quilt::cases(), forge::cases(), neoforge::cases(), files::cases(), zips::cases()]
        .into_iter()
        .flatten()
        .collect()
}

/// A finding in short: how bad, which rule, about what, where if not on both sides.
fn short(finding: &Finding) -> String {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let severity = word(serde_json::to_value(finding.severity).unwrap());
    let side = match finding.side {
        Side::Both => String::new(),
        side => format!(" {}", word(serde_json::to_value(side).unwrap())),
    };
    format!("{severity} {} {}{side}", word(serde_json::to_value(finding.rule).unwrap()), finding.subject)
}

fn findings(case: &Case) -> Vec<Finding> {
    let mut findings = check(&case.facts);
    offer(&mut findings, &case.facts, &case.shelf);
    findings
}

/// The build after a remedy.
fn apply(case: &Case, remedy: &Remedy) -> Facts {
    let mut facts = case.facts.clone();
    let is = |piece: &kleister_formats::check::Piece, module: &str, version: &str| {
        piece.origin.as_ref().is_some_and(|origin| origin.module == module && origin.version == version)
    };
    match remedy {
        Remedy::Attach { module, version, instead_of } => {
            if let Some(former) = instead_of {
                facts.files.retain(|piece| !is(piece, &former.module, &former.version));
            }
            let offer = case.shelf.iter().find(|one| one.origin.module == *module && one.origin.version == *version);
            facts.files.push(builder::piece(offer.expect("what is offered is on the shelf").jar.as_ref().clone()));
        }
        Remedy::Search { id, .. } => panic!("{}: nothing on the shelf does for `{id}`", case.name),
        Remedy::Detach(it) => {
            facts.files.retain(|piece| !is(piece, &it.module, &it.version));
            let origin = Some(Origin { module: it.module.clone(), version: it.version.clone() });
            facts.zips.retain(|zip| zip.origin != origin);
        }
        Remedy::TakeOut { versions, paths } => {
            facts.files.retain(|piece| !versions.iter().any(|it| is(piece, &it.module, &it.version)));
            facts.files.retain(|piece| piece.origin.is_some() || !paths.contains(&piece.path));
            let is_of = |zip: &Zip, it: &Version| {
                zip.origin.as_ref().is_some_and(|one| (&one.module, &one.version) == (&it.module, &it.version))
            };
            facts.zips.retain(|zip| !versions.iter().any(|it| is_of(zip, it)));
        }
        Remedy::RemoveFile { path } => {
            facts.files.retain(|piece| piece.path != *path);
            for own in facts.zips.iter_mut().filter(|zip| zip.origin.is_none()) {
                own.holds.iter_mut().for_each(|holds| holds.retain(|held| held.path != *path));
            }
            facts.zips.retain(|zip| zip.holds.as_ref().is_none_or(|holds| !holds.is_empty()));
            facts.overrides.unset(path);
        }
        Remedy::SetEnvironment { version, client, server } => {
            for piece in facts.files.iter_mut().filter(|piece| is(piece, &version.module, &version.version)) {
                (piece.environment.client, piece.environment.server) = (*client, *server);
            }
        }
        Remedy::SetChosen(it) => {
            for piece in facts.files.iter_mut().filter(|piece| is(piece, &it.module, &it.version)) {
                piece.chosen = true;
            }
        }
        Remedy::SetLoader { loader, version } => {
            facts.loader = Some(Loader { kind: *loader, version: version.clone().unwrap_or_else(|| "1".into()) });
        }
        Remedy::SetMinecraft { minecraft } => facts.minecraft = Some(minecraft.clone()),
        Remedy::SetJava { java } => facts.java = Some(*java),
        Remedy::Upload(it) => {
            for piece in facts.files.iter_mut().filter(|piece| is(piece, &it.module, &it.version)) {
                piece.delivery = Delivery::Stored;
            }
        }
        Remedy::MakePrivate => facts.public = false,
    }
    facts
}

fn errors_about(findings: &[Finding], subject: &str) -> Vec<Rule> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.filter(|finding| finding.subject == subject).map(|finding| finding.rule).collect()
}

#[test]
fn each_build_has_the_findings_of_the_table() {
    let table = table();
    assert!(table.len() >= 40, "{} builds", table.len());
    let mut wrong = Vec::new();
    for case in &table {
        let found: Vec<String> = findings(case).iter().map(short).collect();
        if found != case.expected {
            wrong.push(format!("{}:\n  expected {:?}\n  found    {found:?}", case.name, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_finding_has_remedies_that_remove_it_and_bring_no_error_about_it() {
    let mut tried = 0;
    for case in table() {
        for finding in findings(&case) {
            assert!(!finding.remedies.is_empty(), "{}: nothing helps against {finding:?}", case.name);
            let before = errors_about(&findings(&case), &finding.subject);
            let offered = finding.remedies.iter().any(|remedy| matches!(remedy, Remedy::Attach { .. }));
            // Where the shelf has it, the search stands behind for those who want another one.
            let mine = |remedy: &&Remedy| !(offered && matches!(remedy, Remedy::Search { .. }));
            for remedy in finding.remedies.iter().filter(mine) {
                let after = check(&apply(&case, remedy));
                let still = after.iter().find(|one| one.rule == finding.rule && one.subject == finding.subject);
                assert!(still.is_none(), "{}: after {remedy:?} there is still {still:?}", case.name);
                let mut errors = errors_about(&after, &finding.subject);
                errors.retain(|rule| !before.contains(rule));
                assert!(errors.is_empty(), "{}: {remedy:?} brings {errors:?}", case.name);
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "only {tried} remedies");
}

#[test]
fn each_rule_is_in_the_table() {
    let found: Vec<Rule> =
        table().iter().flat_map(|case| findings(case).into_iter().map(|finding| finding.rule)).collect();
    for rule in Rule::ALL {
        assert!(found.contains(&rule), "{rule:?} is broken by no build of the table");
    }
}

#[test]
fn each_finding_says_what_and_why() {
    for case in table() {
        for finding in findings(&case) {
            assert!(finding.message.ends_with('.') && finding.message.contains('`'), "{}", finding.message);
            assert!(!finding.message.contains("something"), "{}", finding.message);
            assert!(!finding.evidence.is_empty(), "{}: {}", case.name, finding.message);
            assert!(finding.evidence.iter().all(|one| !one.says.is_empty()), "{}: {:?}", case.name, finding.evidence);
        }
    }
}

#[test]
fn one_finding_names_all_who_need_what_is_missing() {
    let case = fabric::cases().into_iter().find(|case| case.name == "a library is missing").unwrap();
    let findings = findings(&case);
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(finding.message, "`fabric-api` is missing: `iris` and `sodium` need it (>=0.90; >=0.91).");
    let said: Vec<&str> = finding.evidence.iter().map(|one| &*one.says).collect();
    assert_eq!(said, ["needs fabric-api >=0.90", "needs fabric-api >=0.91"]);
    let Remedy::Attach { version, .. } = &finding.remedies[0] else { panic!("{:?}", finding.remedies) };
    assert_eq!(version, "0.92.0+1.20.1", "the newest that fits");
    let Remedy::Search { examples, .. } = &finding.remedies[1] else { panic!("{:?}", finding.remedies) };
    assert_eq!(examples, &["0.91"]);
    assert_eq!(finding.stamp, "iris 1.6.4\nsodium 0.5.3");
}

#[test]
fn of_several_copies_the_one_that_the_loader_takes_is_kept_first() {
    let case = fabric::cases().into_iter().find(|case| case.name == "the same mod three times").unwrap();
    let findings = findings(&case);
    let kept = |remedy: &Remedy| {
        let after = apply(&case, remedy).files;
        after.iter().map(|piece| piece.origin.as_ref().unwrap().version.clone()).collect::<Vec<_>>()
    };
    let all: Vec<_> = findings[0].remedies.iter().map(kept).collect();
    assert_eq!(all, [["0.5.3"], ["0.5.2"], ["0.5.1"]]);
    let Remedy::TakeOut { versions, paths } = &findings[0].remedies[0] else { panic!("{:?}", findings[0].remedies) };
    assert_eq!((versions.len(), paths.len()), (2, 0));
}

#[test]
fn what_a_pack_may_not_hand_out_need_not_be_uploaded() {
    let upload = |name: &str| {
        let case = files::cases().into_iter().find(|case| case.name == name).unwrap();
        findings(&case)[0].remedies.iter().any(|remedy| matches!(remedy, Remedy::Upload(_)))
    };
    assert!(!upload("players fetch it by hand"));
    assert!(upload("players fetch by hand what may be handed out"));
    assert!(upload("players of a private pack fetch it by hand"));
}
