//! Hashes of passwords: argon2id for new ones, and what older servers left behind.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use bcrypt::HashParts;

use crate::config::Signin;

/// The costs of bcrypt that are taken: one more doubles the work, and 14 is a second of it.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// Bcrypt below this cost is cheaper than what argon2id costs by default.
const BCRYPT_CHEAP: u32 = 9;
/// The most memory, in KiB, and passes of an argon2 hash that is taken from elsewhere.
const MOST_MEMORY: u32 = 1 << 20;
const MOST_PASSES: u32 = 64;

/// Makes and checks hashes.
pub(super) struct Hashing {
    argon2: Argon2<'static>,
    /// A hash that no password has, for users who do not exist: it costs what a real one costs.
    dummy: String,
    computed: AtomicU64,
}

impl Hashing {
    /// Hashing as configured.
    pub(super) fn new(config: &Signin) -> Self {
        let params = Params::new(config.memory, config.passes, 1, Some(32));
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.expect("the configuration was checked"));
        let hashing = Self { argon2, dummy: String::new(), computed: AtomicU64::new(0) };
        Self { dummy: hashing.hash(&kleister_store::keys::random_hex()), ..hashing }
    }

    /// The PHC string of a password.
    pub(super) fn hash(&self, password: &str) -> String {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let hash = self.argon2.hash_password(password.as_bytes());
        hash.expect("argon2 takes any password of our length").to_string()
    }

    /// Whether a password is the one of this hash. Without a hash it never is, after the same work.
    pub(super) fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        match hash.map(Kind::of) {
            Some(Kind::Argon2(hash)) => self.verify_argon2(password, &hash),
            Some(Kind::Bcrypt(hash, cost)) => self.verify_bcrypt(password, hash, cost),
            Some(Kind::Unknown) | None => self.verify_dummy(password),
        }
    }

    /// Whether a hash should be replaced by one made now: it is not argon2id, or weaker than what is configured.
    pub(super) fn is_outdated(&self, hash: &str) -> bool {
        let Kind::Argon2(hash) = Kind::of(hash) else { return true };
        let strength = |params: &Params| u64::from(params.m_cost()) * u64::from(params.t_cost());
        let weaker = |params: Params| strength(&params) < strength(self.argon2.params());
        hash.algorithm.as_str() != "argon2id"
            || hash.version != Some(0x13)
            || Params::try_from(&*hash).map_or(true, weaker)
    }

    /// How many hashes were computed so far.
    pub(super) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    fn verify_argon2(&self, password: &str, hash: &PasswordHash) -> bool {
        self.computed.fetch_add(1, Ordering::Relaxed);
        self.argon2.verify_password(password.as_bytes(), hash).is_ok()
    }

    /// As the servers did that made these hashes: what is behind the 72nd byte does not count, and NUL is a byte like
    /// any other.
    fn verify_bcrypt(&self, password: &str, hash: &str, cost: u32) -> bool {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let matches = bcrypt::verify(password, hash).unwrap_or(false);
        if !matches && cost < BCRYPT_CHEAP {
            // A cheap hash must not answer sooner than a user who does not exist.
            self.verify_dummy(password);
        }
        matches
    }

    fn verify_dummy(&self, password: &str) -> bool {
        let Kind::Argon2(dummy) = Kind::of(&self.dummy) else { return false };
        self.verify_argon2(password, &dummy);
        false
    }
}

/// A hash that can be checked, or one that cannot.
enum Kind<'a> {
    Argon2(Box<PasswordHash>),
    Bcrypt(&'a str, u32),
    Unknown,
}

impl<'a> Kind<'a> {
    fn of(hash: &'a str) -> Self {
        let is_bcrypt = ["$2a$", "$2b$", "$2y$"].iter().any(|prefix| hash.starts_with(prefix));
        if is_bcrypt {
            let cost = HashParts::from_str(hash).ok().map(|parts| parts.get_cost());
            return cost
                .filter(|cost| BCRYPT_COSTS.contains(cost))
                .map_or(Self::Unknown, |cost| Self::Bcrypt(hash, cost));
        }
        let parsed = PasswordHash::new(hash).ok().filter(|parsed| parsed.hash.is_some());
        let bounded = |params: Params| params.m_cost() <= MOST_MEMORY && params.t_cost() <= MOST_PASSES;
        let bounded = |parsed: &PasswordHash| Params::try_from(parsed).is_ok_and(bounded);
        let argon2 = parsed.filter(|parsed| parsed.algorithm.as_str().starts_with("argon2")).filter(bounded);
        argon2.map_or(Self::Unknown, |parsed| Self::Argon2(Box::new(parsed)))
    }
}

/// What is wrong with a hash from elsewhere; nothing for one that sign-in can check.
pub fn fault(hash: &str) -> Option<&'static str> {
    let unknown = matches!(Kind::of(hash), Kind::Unknown);
    unknown.then_some(
        "is not a hash that can be checked; allowed are argon2 as a PHC string, with up to 1048576 KiB and 64 passes, \
         and bcrypt as $2a$, $2b$ or $2y$ of cost 4 to 14",
    )
}

#[cfg(test)]
mod tests {
    use super::{Hashing, fault};
    use crate::config::Signin;

    /// From the tests of jBCrypt, and of Go's bcrypt, with which the server before this one made its hashes.
    const KNOWN: [(&str, &str); 4] = [
        ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
        ("allmine", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"),
    ];

    fn hashing() -> Hashing {
        Hashing::new(&Signin { memory: 64, passes: 2, ..Signin::default() })
    }

    #[test]
    fn bcrypt_of_other_servers_is_checked() {
        for (password, hash) in KNOWN {
            for hash in [hash.to_owned(), hash.replacen("$2a$", "$2b$", 1), hash.replacen("$2a$", "$2y$", 1)] {
                assert!(hashing().verify(password, Some(&hash)), "{hash}");
                assert!(!hashing().verify("wrong", Some(&hash)), "{hash}");
                assert!(hashing().is_outdated(&hash));
                assert_eq!(fault(&hash), None);
            }
        }
    }

    #[test]
    fn bcrypt_looks_at_72_bytes_and_does_not_end_at_nul() {
        let cut = bcrypt::hash("x".repeat(72), 4).unwrap();
        assert!(hashing().verify(&"x".repeat(100), Some(&cut)));
        assert!(!hashing().verify(&"x".repeat(71), Some(&cut)));
        let nul = bcrypt::hash("be\0fore", 4).unwrap();
        assert!(hashing().verify("be\0fore", Some(&nul)));
        assert!(!hashing().verify("be", Some(&nul)));
        assert!(!hashing().verify("be\0", Some(&nul)));
    }

    #[test]
    fn what_costs_too_much_is_never_computed() {
        let dear = [
            "$2a$15$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga",
            "$2a$03$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga",
            "$2x$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHRzb21lc2FsdA",
            "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
            "plain",
            "",
        ];
        for hash in dear {
            assert!(fault(hash).is_some(), "{hash}");
            assert!(!hashing().verify("allmine", Some(hash)), "{hash}");
        }
    }

    #[test]
    fn weaker_argon2_is_outdated_and_stronger_is_not() {
        let of = |memory, passes| Hashing::new(&Signin { memory, passes, ..Signin::default() }).hash("x");
        assert!(hashing().is_outdated(&of(32, 2)));
        assert!(hashing().is_outdated(&of(64, 1)));
        assert!(!hashing().is_outdated(&of(64, 2)));
        assert!(!hashing().is_outdated(&of(128, 1)));
        assert!(hashing().is_outdated(&of(64, 2).replacen("argon2id", "argon2i", 1)));
    }

    #[test]
    fn every_check_computes_at_least_one_hash() {
        let hashing = hashing();
        let own = hashing.hash("x");
        let cheap = bcrypt::hash("x", 4).unwrap();
        for (hash, least) in [(None, 1), (Some(own.as_str()), 1), (Some("unknown"), 1), (Some(cheap.as_str()), 2)] {
            let before = hashing.computed();
            assert!(!hashing.verify("wrong", hash));
            assert_eq!(hashing.computed() - before, least, "{hash:?}");
        }
    }
}
