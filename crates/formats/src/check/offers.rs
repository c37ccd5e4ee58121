//! Versions that the server has and that would help.

use std::sync::Arc;

use crate::Delivery;
use crate::jar::{Jar, Relation};
use crate::ranges::Wish;

use super::present::active;
use super::remedies::newer;
use super::{Facts, Finding, Origin, Piece, Remedy, Rule};

/// A version that could be attached.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its name and mod.
    pub origin: Origin,
    /// What its jar says.
    pub jar: Arc<Jar>,
}

/// Puts a version that the server has before each search that it satisfies: the newest one that fits the build.
pub fn offer(findings: &mut [Finding], facts: &Facts, shelf: &[Offer]) {
    for finding in findings {
        let place = finding.remedies.iter().position(|remedy| matches!(remedy, Remedy::Search { .. }));
        let Some((place, Remedy::Search { id, ranges, instead_of, .. })) =
            place.map(|place| (place, finding.remedies[place].clone()))
        else {
            continue;
        };
        let wishes: Vec<Wish> = ranges.iter().filter_map(|range| Wish::read(range).ok()).collect();
        let fitting = shelf.iter().filter_map(|offer| Some((fits(offer, &id, &wishes, facts)?, offer)));
        let newest = fitting.max_by(|(one, _), (other, _)| newer(one, other, facts));
        if let Some((_, Offer { origin, .. })) = newest {
            let (module, version) = (origin.module.clone(), origin.version.clone());
            finding.remedies.insert(place, Remedy::Attach { module, version, instead_of });
        }
    }
}

/// The number of the mod in an offer, if it has the id, will do, and runs on the build's Minecraft.
fn fits(offer: &Offer, id: &str, wishes: &[Wish], facts: &Facts) -> Option<String> {
    let piece = |facts: &Facts| Piece {
        origin: Some(offer.origin.clone()),
        path: "mods/offer.jar".to_owned(),
        environment: crate::Environment::default(),
        chosen: true,
        redistribution: super::Redistribution::Unknown,
        delivery: Delivery::Stored,
        jar: facts.loader.as_ref().map(|_| offer.jar.clone()),
    };
    let (mods, _) = active(facts, &offer.jar, false);
    let module =
        mods.into_iter().find(|module| module.id == id || module.provides.iter().any(|provided| provided.id == id))?;
    let number = module.number.clone().filter(|_| !module.unexpanded)?;
    if !wishes.iter().all(|wish| wish.accepts(&number)) {
        return None;
    }
    let asks = module.dependencies.iter().any(|one| one.relation == Relation::Required);
    let alone = Facts { files: vec![piece(facts)], public: false, ..facts.clone_without_files() };
    let unfit = [Rule::WrongMinecraft, Rule::WrongLoaderVersion, Rule::JavaTooOld];
    let refused =
        || super::check(&alone).iter().any(|finding| unfit.contains(&finding.rule) && finding.subject == module.id);
    (!asks || !refused()).then_some(number)
}
