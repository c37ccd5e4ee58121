//! The address by which this server is reached, from which absolute addresses in answers are made.

use std::convert::Infallible;

use aide::OperationInput;
use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use kleister_formats::Addresses;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::App;
use crate::config::Server;

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address by which this server is reached, without a slash at its end: the configured `server.host`, or else the
/// request's `Host`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Base(String);

impl Base {
    /// The configured one, for what is made outside of a request.
    pub fn configured(config: &Server) -> Option<Self> {
        let configured = config.host.trim_end_matches('/');
        (!configured.is_empty()).then(|| Self(configured.to_owned()))
    }

    /// The address itself.
    pub fn root(&self) -> &str {
        &self.0
    }

    /// The address of a file of a version.
    pub fn storage(&self, file_id: &str, name: &str) -> String {
        format!("{}/api/v1/storage/versions/{file_id}/{}", self.0, segment(name))
    }

    /// The address of a file of a build within the API.
    pub fn build_file(&self, pack_slug: &str, build: &str, path: &str) -> String {
        let path = path.split('/').map(segment).collect::<Vec<_>>().join("/");
        format!("{}/api/v1/packs/{}/builds/{}/files/{path}", self.0, segment(pack_slug), segment(build))
    }

    /// What stands before the addresses of packs, for the holder of a token or for everybody.
    fn tree(&self, token: Option<&str>) -> String {
        let token = token.map(|token| format!("/t/{}", segment(token))).unwrap_or_default();
        format!("{}{token}", self.0)
    }

    /// The address of a pack, for the holder of a token or for everybody.
    pub fn pack(&self, token: Option<&str>, pack_slug: &str) -> String {
        format!("{}/packs/{}", self.tree(token), segment(pack_slug))
    }

    /// An address below `/solder`, of these parts, for the holder of a token or for everybody.
    pub fn solder(&self, token: Option<&str>, parts: &[&str]) -> String {
        let solder = format!("{}/solder", self.tree(token));
        parts.iter().fold(solder, |address, part| format!("{address}/{}", segment(part)))
    }

    /// How an address is made of the slug of a picture.
    pub fn avatars(&self) -> impl Fn(&str) -> String {
        move |slug| format!("{}/api/v1/storage/avatars/{slug}", self.0)
    }

    /// The address of a named build, from which those of its files follow.
    pub fn build(&self, token: Option<&str>, pack_slug: &str, build: &str) -> Addresses {
        Addresses::new(format!("{}/{}", self.pack(token, pack_slug), segment(build)))
    }
}

/// One part of a path, with everything that could mean something else escaped.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

impl FromRequestParts<App> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        if let Some(configured) = Self::configured(&app.config.server) {
            return Ok(configured);
        }
        let header = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = header.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
        let host = host.filter(|host| is_host(host)).unwrap_or("localhost");
        Ok(Self(format!("http://{host}")))
    }
}

impl OperationInput for Base {}

/// Whether a `Host` has only characters of a name or address with a port: it ends up in documents.
fn is_host(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(allowed)
}
