//! From the Rust client's error to Python's one exception.

use std::collections::BTreeMap;

use kleister_client::{Error, HeaderMap};
use pyo3::PyErr;

pyo3::import_exception!(kleister.exceptions, ApiException);

/// The `ApiException` that tells everything an error knows; status 0 where there is no answer.
pub(crate) fn exception(error: Error) -> PyErr {
    let text = error.to_string();
    match error {
        Error::Api { status, reason, headers, body, .. } => {
            ApiException::new_err((status, reason, Some(body), Some(plain(&headers))))
        }
        // The status alone would say that all is well.
        Error::Unreadable { status, headers, body, .. } => {
            ApiException::new_err((status, text, Some(body), Some(plain(&headers))))
        }
        Error::Network { .. } | Error::Unusable { .. } => ApiException::new_err((0, text)),
    }
}

/// Headers by name; the values of one that came several times stand in one text, as HTTP allows.
fn plain(headers: &HeaderMap) -> BTreeMap<String, String> {
    let values = |name| headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    headers.keys().map(|name| (name.to_string(), values(name).collect::<Vec<_>>().join(", "))).collect()
}
