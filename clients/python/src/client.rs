//! The Rust client with Python's way of waiting: blocking, without the interpreter lock, interruptible.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kleister_client::types::Timestamp;
use kleister_client::types::auth::{AuthLogin, AuthToken, AuthVerify};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::error::exception;

/// How often a waiting thread looks whether Python has a signal for it, such as Ctrl-C.
const GLANCE: Duration = Duration::from_millis(100);

/// Asks one server; threads may share it.
#[pyclass(frozen, module = "kleister._kleister")]
pub(crate) struct Client {
    /// Nothing once it is closed.
    connection: Mutex<Option<Connection>>,
}

/// What a call takes along, so that it holds no lock while it waits.
#[derive(Clone)]
struct Connection {
    runtime: Arc<Runtime>,
    client: kleister_client::Client,
}

/// The keyword arguments of Python's `AuthToken`.
#[derive(IntoPyObject)]
struct Token {
    token: String,
    expires_at: DateTime<Utc>,
}

/// The keyword arguments of Python's `AuthVerify`.
#[derive(IntoPyObject)]
struct Owner {
    username: String,
    created_at: DateTime<Utc>,
}

#[pymethods]
impl Client {
    #[new]
    fn new(host: &str) -> PyResult<Self> {
        let mut client = kleister_client::Client::new(host).map_err(|error| unusable(&error))?;
        // Between two calls nobody would see the server close a connection, and the second call would run into it.
        client.set_header("Connection", "close").map_err(|error| unusable(&error))?;
        let runtime = Arc::new(Builder::new_current_thread().enable_all().build()?);
        Ok(Self { connection: Mutex::new(Some(Connection { runtime, client })) })
    }

    fn set_header(&self, name: &str, value: &str) -> PyResult<()> {
        self.with(|connection| connection.client.set_header(name, value).map_err(|error| unusable(&error)))?
    }

    fn login(&self, py: Python<'_>, username: String, password: String) -> PyResult<Token> {
        let credentials = AuthLogin { username, password };
        self.wait(py, async |client| client.login(&credentials).await).map(Token::from)
    }

    fn refresh(&self, py: Python<'_>) -> PyResult<Token> {
        self.wait(py, async |client| client.refresh().await).map(Token::from)
    }

    fn verify(&self, py: Python<'_>, token: &str) -> PyResult<Owner> {
        self.wait(py, async |client| client.verify(token).await).map(Owner::from)
    }

    fn close(&self) {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Calls that other threads are waiting for keep it alive until they are answered.
        if let Some(runtime) = connection.and_then(|connection| Arc::into_inner(connection.runtime)) {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    fn with<T>(&self, act: impl FnOnce(&mut Connection) -> T) -> PyResult<T> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        connection.as_mut().map(act).ok_or_else(|| PyRuntimeError::new_err("this ApiClient is closed"))
    }

    /// Runs one call to its end while other Python threads go on.
    fn wait<T: Send>(
        &self,
        py: Python<'_>,
        call: impl AsyncFnOnce(&kleister_client::Client) -> kleister_client::Result<T> + Send,
    ) -> PyResult<T> {
        let Connection { runtime, client } = self.with(|connection| connection.clone())?;
        py.detach(|| {
            let mut call = pin!(call(&client));
            loop {
                match runtime.block_on(async { timeout(GLANCE, &mut call).await }) {
                    Ok(answer) => return answer.map_err(exception),
                    // Outside of the runtime, because a signal's handler may make a call of its own.
                    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is not general enough")]
                    Err(_) => Python::attach(|py| py.check_signals())?,
                }
            }
        })
    }
}

impl From<AuthToken> for Token {
    fn from(AuthToken { token, expires_at }: AuthToken) -> Self {
        Self { token, expires_at: moment(expires_at) }
    }
}

impl From<AuthVerify> for Owner {
    fn from(AuthVerify { username, created_at }: AuthVerify) -> Self {
        Self { username, created_at: moment(created_at) }
    }
}

/// Python's own kind of time; what was read from RFC 3339 always fits.
fn moment(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(time.as_millis()).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// An argument that cannot be sent, before there is a request.
fn unusable(error: &kleister_client::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}
