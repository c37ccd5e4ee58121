//! Tokens: JSON Web Tokens that name a session. What they say about rights is for clients to show, never to rely on.

use std::collections::HashMap;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use kleister_store::names;
use kleister_store::rows::{session, signing_key, user};
use kleister_types::Timestamp;
use kleister_types::auth::AuthToken;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::{self, Token as TokenConfig};

const ISSUER: &str = "kleister";
const KIND: &str = "kleister+jwt";
/// The longest text that is looked at as a token.
const LONGEST: usize = 4096;
/// How many tokens are held in memory.
const CHECKED: u64 = 10_000;
/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 30;

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The user's identifier.
    pub sub: String,
    /// The session's identifier.
    pub sid: String,
    /// The user's stamp when the session began.
    pub ver: i64,
    /// The turn of the session.
    pub turn: i64,
    iat: i64,
    nbf: i64,
    /// When the token ends, in seconds since 1970.
    pub exp: i64,
    jti: String,
    ident: String,
    login: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    admin: bool,
}

/// The keys that sign and verify tokens.
pub struct Keys {
    id: String,
    signing: EncodingKey,
    verifying: HashMap<String, DecodingKey>,
    validation: Validation,
    lifetime: i64,
    /// What tokens say whose signature was checked lately, by the token itself: a signature does not change, whether a
    /// token holds now is asked each time.
    checked: Cache<String, Arc<Claims>>,
}

impl Keys {
    /// The configured secret, or else the stored keys, the newest active one signing.
    pub fn new(stored: &[signing_key::Model], config: &TokenConfig) -> Result<Self, config::Error> {
        let secrets = if config.secret.is_empty() { stored_secrets(stored) } else { vec![configured(&config.secret)] };
        let Some((id, secret)) = secrets.first() else {
            return Err(config::Error::value("token.secret", "is missing, and no key is stored"));
        };
        let mut validation = Validation::new(Algorithm::HS256);
        // Times are checked against our own clock.
        validation.validate_exp = false;
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[ISSUER]);
        let verifying = secrets.iter().map(|(id, secret)| (id.clone(), DecodingKey::from_secret(secret)));
        Ok(Self {
            id: id.clone(),
            signing: EncodingKey::from_secret(secret),
            verifying: verifying.collect(),
            validation,
            lifetime: config.lifetime().unwrap_or(3600),
            checked: Cache::new(CHECKED),
        })
    }

    /// A token of a session. It ends with its lifetime or with the session, and never before `no_earlier`.
    pub fn issue(
        &self,
        user: &user::Model,
        session: &session::Model,
        no_earlier: Option<i64>,
        now: Timestamp,
    ) -> AuthToken {
        let session_end = Timestamp::from_millis(session.ends_at).as_seconds();
        let wanted = now.plus_seconds(self.lifetime).as_seconds();
        let expires = wanted.max(no_earlier.unwrap_or(wanted)).min(session_end);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ISSUER.to_owned(),
            sub: user.id.clone(),
            sid: session.id.clone(),
            ver: session.stamp,
            turn: session.turn,
            iat: now.as_seconds(),
            nbf: now.as_seconds(),
            exp: expires,
            jti: names::new_id(),
            ident: user.id.clone(),
            login: user.username.clone(),
            email: user.email.clone(),
            name: user.fullname.clone(),
            admin: user.admin,
        };
        let header = Header { typ: Some(KIND.to_owned()), kid: Some(self.id.clone()), ..Header::default() };
        let token = encode(&header, &claims, &self.signing).expect("claims are plain texts and numbers");
        AuthToken { token, expires_at: Timestamp::from_millis(expires * 1000) }
    }

    /// What a token says, if one of our keys signed it and its time is now. Whether its session still stands is
    /// another question.
    pub fn read(&self, token: &str, now: Timestamp) -> Option<Arc<Claims>> {
        let claims = match self.checked.get(token) {
            Some(claims) => claims,
            None => self.check(token)?,
        };
        let now = now.as_seconds();
        (claims.nbf <= now + LEEWAY && now < claims.exp).then_some(claims)
    }

    /// What a token says, if one of our keys signed it.
    fn check(&self, token: &str) -> Option<Arc<Claims>> {
        if token.len() > LONGEST {
            return None;
        }
        let header = decode_header(token).ok()?;
        let is_ours = header.typ.as_deref() == Some(KIND) && header.jku.is_none() && header.x5u.is_none();
        let key = self.verifying.get(header.kid.as_deref().filter(|_| is_ours && header.jwk.is_none())?)?;
        let claims = Arc::new(decode::<Claims>(token, key, &self.validation).ok()?.claims);
        self.checked.insert(token.to_owned(), Arc::clone(&claims));
        Some(claims)
    }
}

/// A configured secret under an id that follows from it, so that all replicas call it the same.
fn configured(secret: &str) -> (String, Vec<u8>) {
    let id = hex::encode(&Sha256::digest(format!("kleister key id\n{secret}"))[..8]);
    (id, secret.as_bytes().to_vec())
}

/// The stored keys that still verify, the one that signs first.
fn stored_secrets(stored: &[signing_key::Model]) -> Vec<(String, Vec<u8>)> {
    let mut keys: Vec<_> = stored.iter().filter(|key| ["active", "verify"].contains(&key.state.as_str())).collect();
    keys.sort_by_key(|key| key.state != "active");
    keys.into_iter().filter_map(|key| Some((key.id.clone(), hex::decode(&key.secret).ok()?))).collect()
}
