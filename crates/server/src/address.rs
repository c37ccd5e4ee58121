//! The parts of an address that name things.

use axum::extract::{FromRequestParts, Path, RawPathParams};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::App;
use crate::problem::Problem;

/// Reads the parts of an address. [`Problem::NoRoute`] for one that is no text or has a NUL in it: nothing is called
/// so, and not every database can be asked for it.
pub(crate) async fn parts<T: DeserializeOwned + Send>(request: &mut Parts, app: &App) -> Result<T, Problem> {
    let raw = RawPathParams::from_request_parts(request, app).await.map_err(|_| Problem::NoRoute)?;
    if raw.iter().any(|(_, part)| part.contains('\0')) {
        return Err(Problem::NoRoute);
    }
    let parts = Path::<T>::from_request_parts(request, app).await;
    parts.map(|Path(parts)| parts).map_err(|_| Problem::NoRoute)
}
