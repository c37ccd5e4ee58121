//! Signatures as OpenBSD's signify makes them, by which unsup knows that a `pack.toml` is the maker's own.
//!
//! Keys and signatures are files of two lines: a comment, and in base64 `Ed` for Ed25519, eight bytes that tell keys apart, and the
//! key or signature itself. A secret key has the salt and the rounds of its passphrase before that; without rounds it has
//! none (`signify -G -n`), as servers need it.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngCore;
use sha2::{Digest, Sha512};

/// Ed25519.
const ALGORITHM: &[u8; 2] = b"Ed";
/// bcrypt's derivation of keys, which is of no matter without rounds.
const DERIVATION: &[u8; 2] = b"BK";
/// How long a secret key is: algorithm, derivation, rounds, salt, checksum, number, seed and public key.
const LENGTH: usize = 2 + 2 + 4 + 16 + 8 + 8 + 32 + 32;

/// A secret key.
pub struct Key {
    number: [u8; 8],
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

/// Tells which key it is, not the key.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public())
    }
}

impl Key {
    /// A new one.
    pub fn random() -> Self {
        let (mut number, mut seed) = ([0; 8], [0; 32]);
        rand::rng().fill_bytes(&mut number);
        rand::rng().fill_bytes(&mut seed);
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("every 32 bytes are a seed");
        Self { number, seed, pair }
    }

    /// Reads a secret key, with its comment or without, or tells what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let line = text.trim().lines().next_back().unwrap_or_default().trim();
        let bytes = STANDARD.decode(line).map_err(|_| "is no key of signify: its last line is not base64")?;
        let bytes: [u8; LENGTH] = bytes
            .try_into()
            .map_err(|_| "is no secret key of signify: it has another length; make one by `signify -G -n`")?;
        let part = |from: usize, length: usize| &bytes[from..from + length];
        if part(0, 2) != ALGORITHM || part(2, 2) != DERIVATION {
            return Err("is no secret key of signify, or one of another kind than Ed25519");
        }
        if part(4, 4) != [0; 4] {
            return Err("is locked by a passphrase, which nobody could enter; make a key by `signify -G -n`");
        }
        let (secret, public) = (part(40, 64), part(72, 32));
        let (mut number, mut seed) = ([0; 8], [0; 32]);
        number.copy_from_slice(part(32, 8));
        seed.copy_from_slice(part(40, 32));
        let pair = Ed25519KeyPair::from_seed_and_public_key(&seed, public);
        if Sha512::digest(secret)[..8] != *part(24, 8) {
            return Err("is damaged: its checksum is wrong");
        }
        Ok(Self { number, seed, pair: pair.map_err(|_| "is damaged: its two halves do not belong together")? })
    }

    /// The public key, as `unsup.ini` takes it behind `public_key=signify `.
    pub fn public(&self) -> String {
        self.encode(&[ALGORITHM], self.pair.public_key().as_ref())
    }

    /// The public key as signify's file.
    pub fn public_file(&self) -> String {
        file("Kleister's key, by which packs are signed", &self.public())
    }

    /// The secret key as signify's file. Its comment has the public one.
    pub fn secret_file(&self) -> String {
        let secret = [&self.seed[..], self.pair.public_key().as_ref()].concat();
        let checksum = Sha512::digest(&secret);
        let before: [&[u8]; 4] = [ALGORITHM, DERIVATION, &[0; 4 + 16], &checksum[..8]];
        let comment = format!("secret key of a Kleister server, whose public key is {}", self.public());
        file(&comment, &self.encode(&before, &secret))
    }

    /// The signature of a message as signify's file. The same message always has the same one.
    pub fn sign(&self, message: &[u8]) -> String {
        let signature = self.encode(&[ALGORITHM], self.pair.sign(message).as_ref());
        file("verify with the public key of this Kleister server", &signature)
    }

    fn encode(&self, before: &[&[u8]], what: &[u8]) -> String {
        STANDARD.encode([&before.concat(), &self.number[..], what].concat())
    }
}

fn file(comment: &str, line: &str) -> String {
    format!("untrusted comment: {comment}\n{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_read_back_and_its_comment_tells_the_public_one() {
        let key = Key::random();
        let file = key.secret_file();
        assert!(file.lines().next().unwrap().ends_with(&key.public()));
        let read = Key::parse(&file).unwrap();
        assert_eq!((read.public(), read.sign(b"x")), (key.public(), key.sign(b"x")));
        assert_eq!(Key::parse(file.lines().nth(1).unwrap()).unwrap().public(), key.public());
        assert!(!format!("{key:?}").contains(file.lines().nth(1).unwrap()));
    }

    #[test]
    fn what_is_no_secret_key_is_refused_with_its_reason() {
        let key = Key::random();
        let mut bytes = STANDARD.decode(key.secret_file().lines().nth(1).unwrap()).unwrap();
        bytes[7] = 42;
        let locked = STANDARD.encode(&bytes);
        bytes[7] = 0;
        bytes[40] ^= 1;
        let damaged = STANDARD.encode(&bytes);
        for (text, word) in [
            ("", "length"),
            ("a key", "base64"),
            (&key.public_file(), "length"),
            (&locked, "passphrase"),
            (&damaged, "damaged"),
        ] {
            assert!(Key::parse(text).unwrap_err().contains(word), "{text}");
        }
    }
}
