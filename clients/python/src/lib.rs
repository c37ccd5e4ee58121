//! The compiled half of the Python package `kleister`: HTTP and JSON, as the Rust client speaks them.
//!
//! What Python says better itself (names, models, configuration, exceptions) is written in Python and stands in
//! `python/kleister`. The two halves meet in one class, `Client`, which takes plain values and gives keyword
//! arguments.

mod client;
mod error;

/// The module `kleister._kleister`; its types for Python stand in `python/kleister/_kleister.pyi`.
#[pyo3::pymodule]
mod _kleister {
    /// The version of this package, which is that of the whole workspace.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use super::client::Client;
}
