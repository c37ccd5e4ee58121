//! Which of the mods that lie within others Fabric and Quilt load.
//!
//! A mod in `mods` must be loaded. One within another is loaded with it where nothing stands against that, and left out
//! otherwise; if one that is loaded needs it, it is needed itself, and what stands against it stops the game. Of one
//! id there is one mod: Fabric takes another copy where the newest cannot be loaded (`ModSolver` and `ModResolver` of
//! Fabric Loader: `generateMainConstraints`; Quilt's `load_type`, `if_possible`).

use crate::LoaderKind;
use crate::jar::{Dependency, Range, Relation, Wanted};
use crate::ranges::Wish;

use super::dependencies::holds_on;
use super::present::{Found, Meaning, Present, bare};

/// How often is looked again whether what was left out takes others with it. Longer chains are no mods of people.
const ROUNDS: usize = 64;

impl Found<'_> {
    /// Whether the mod counts as not there: nobody needs it, and it cannot be loaded.
    pub(super) fn is_left_out(&self) -> bool {
        self.nested && !self.fate.needed && !self.fate.loadable
    }
}

impl Present<'_> {
    /// Finds out which mods cannot be loaded, and which of those within others are needed.
    pub(super) fn settle(&mut self) {
        if self.is_fabric_like() {
            self.mark_loadable();
        }
        self.gather_wishes();
        for _ in 0..ROUNDS {
            let needed: Vec<usize> = self.needed().into_iter().filter(|place| !self.mods[*place].fate.needed).collect();
            if needed.is_empty() {
                break;
            }
            for place in needed {
                self.mods[place].fate.needed = true;
            }
            self.gather_wishes();
        }
    }

    /// Whether the loader takes this mod for its id. Of those that all cannot be loaded, each says why.
    pub(super) fn takes(&self, found: &Found<'_>) -> bool {
        let Meaning::Mod(best, _) = self.meaning(&found.module.id) else { return true };
        let same = || self.compare(best.number.unwrap_or_default(), found.number.unwrap_or_default()).is_eq();
        std::ptr::eq(best, found) || found.fate.loadable == best.fate.loadable && (!found.fate.loadable || same())
    }

    /// What is asked of the version of an id.
    pub(super) fn ranges_asked_of(&self, id: &str) -> impl Iterator<Item = &Range> {
        let said = self.mods.iter().filter(|found| !found.nested || found.fate.needed);
        let said = said.flat_map(|found| found.dependencies.iter());
        let asks = move |one: &&Dependency| one.relation == Relation::Required && bare(&one.id) == id;
        said.filter(asks).map(|one| &one.range)
    }

    /// Whether this very mod is the one of its id.
    pub(super) fn is_best(&self, found: &Found<'_>) -> bool {
        matches!(self.meaning(&found.module.id), Meaning::Mod(best, _) if std::ptr::eq(best, found))
    }

    fn mark_loadable(&mut self) {
        let read = |one: &Dependency| Wish::read(&one.range).ok();
        let wishes: Vec<Vec<Option<Wish>>> =
            self.mods.iter().map(|found| found.dependencies.iter().map(read).collect()).collect();
        for _ in 0..ROUNDS {
            let mut fell = false;
            for (place, wishes) in wishes.iter().enumerate() {
                let found = &self.mods[place];
                if found.fate.loadable && !self.must_load(found) && !self.may_load(found, wishes) {
                    self.mods[place].fate.loadable = false;
                    fell = true;
                }
            }
            if !fell {
                break;
            }
        }
    }

    /// Whether the loader refuses to start without exactly this mod.
    fn must_load(&self, found: &Found<'_>) -> bool {
        let alone = || self.loader() == Some(LoaderKind::Quilt) || self.having(&found.module.id).count() == 1;
        !found.nested && !found.off && alone()
    }

    fn may_load(&self, found: &Found<'_>, wishes: &[Option<Wish>]) -> bool {
        let counts = |one: &Dependency| holds_on(one.side, self.side) && !self.has_any(&one.unless);
        let said = found.dependencies.iter().zip(wishes).filter(|(one, _)| counts(one));
        let mut said = said.filter_map(|(one, wish)| Some((one, wish.as_ref()?)));
        let met = said.all(|(one, wish)| match one.relation {
            Relation::Required => {
                let instead =
                    |other: &Wanted| Wish::read(&other.range).is_ok_and(|wish| self.could_be(&other.id, &wish));
                self.could_be(&one.id, wish) || one.instead.iter().any(instead)
            }
            Relation::Incompatible => !self.must_be(&one.id, wish),
            _ => true,
        });
        met && found.parent.is_none_or(|parent| self.mods[parent].fate.loadable) && !self.is_refused(found)
    }

    /// Whether something that would do for an id can be loaded.
    fn could_be(&self, id: &str, wish: &Wish) -> bool {
        if let Meaning::Platform(number) = self.meaning(id) {
            return number.is_none_or(|number| wish.accepts(&number));
        }
        self.having(id).any(|(found, number)| found.fate.loadable && (number.is_empty() || wish.accepts(number)))
    }

    /// Whether an id is there in such a version whatever is chosen.
    fn must_be(&self, id: &str, wish: &Wish) -> bool {
        match self.meaning(id) {
            Meaning::Platform(number) => number.is_some_and(|number| wish.accepts(&number)),
            _ => self.having(id).any(|(found, number)| self.must_load(found) && wish.accepts(number)),
        }
    }

    /// Whether a mod that must be loaded does not go with this one.
    fn is_refused(&self, found: &Found<'_>) -> bool {
        let ids = || std::iter::once(&found.module.id).chain(found.module.provides.iter().map(|one| &one.id));
        self.refusals.iter().any(|(place, id, wish)| {
            let number = found.number.unwrap_or_default();
            ids().any(|own| own == id) && wish.accepts(number) && self.must_load(&self.mods[*place])
        })
    }

    /// The mods within others that those which are loaded need, with what brings them.
    fn needed(&self) -> Vec<usize> {
        let mut needed = Vec::new();
        let loaded = self.mods.iter().filter(|found| !found.nested && self.takes(found) || found.fate.needed);
        for found in loaded {
            needed.extend(found.parent);
            let asks = |one: &&Dependency| one.relation == Relation::Required && holds_on(one.side, self.side);
            for one in found.dependencies.iter().filter(asks) {
                let ids = std::iter::once(&*one.id).chain(one.instead.iter().map(|other| &*other.id));
                if let Some(id) = ids.into_iter().find(|id| matches!(self.meaning(id), Meaning::Mod(..))) {
                    needed.extend(self.places(bare(id)).filter(|place| self.takes(&self.mods[*place])));
                }
            }
        }
        needed.retain(|place| self.mods[*place].nested);
        needed
    }
}
