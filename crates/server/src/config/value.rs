//! Values that stand elsewhere: `file://PATH` is what a file holds, `base64://TEXT` what a text means.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::Error;

/// A text that no log may have.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The text.
    pub fn shown(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Tells whether there is one.
impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "hidden" })
    }
}

/// The value that is meant. A line break at the end of a file is not part of it.
pub(super) fn meant(key: &'static str, value: &str) -> Result<String, Error> {
    if let Some(path) = value.strip_prefix("file://") {
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|error| Error::value(key, format!("names the file {path}: {error}")))?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    } else if let Some(text) = value.strip_prefix("base64://") {
        let bytes = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        bytes.ok_or_else(|| Error::value(key, "begins with base64:// but is no text in base64"))
    } else {
        Ok(value.to_owned())
    }
}
