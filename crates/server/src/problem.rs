//! Why a request was not done: one table from what went wrong to what is answered.

use std::error::Error;
use std::fmt;
use std::iter::successors;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as Documented};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kleister_types::check::Finding;
use kleister_types::{Notice, Violation};

use crate::listen;
use crate::outbound::Refusal;
use crate::signin::password::Busy;
use crate::signin::throttle::Throttled;
use crate::sources::Unavailable;
use crate::tus;
use crate::uploads::{OverQuota, TooManyFiles, TooManyUploads};

/// Why a request was not done. The body is always a [`Notice`], its status that of the answer.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The store says no.
    #[error(transparent)]
    Store(#[from] kleister_store::Error),
    /// The files say no.
    #[error(transparent)]
    Files(#[from] kleister_files::Error),
    /// The request cannot be understood.
    #[error("{0}")]
    BadRequest(String),
    /// A credential was sent, and none of them holds.
    #[error("the token is not valid; sign in again")]
    BadCredential,
    /// Wrong password, unknown user, inactive user: the same for all.
    #[error("Wrong username or password")]
    WrongPassword,
    /// A personal token was sent where only a sign-in counts.
    #[error("a personal token cannot do this; sign in with your password")]
    NeedsSignIn,
    /// A credential was sent that has no session.
    #[error("there is no session to end; revoke a personal token by `DELETE /profile/tokens/{{token_id}}`")]
    NoSession,
    /// A personal token was sent to be refreshed.
    #[error("a personal token is not refreshed; it works until it ends or is revoked")]
    NotRefreshed,
    /// Whatever is not a token that holds.
    #[error("Failed to validate token")]
    BadToken,
    /// A key of Solder that nobody has.
    #[error("Invalid key provided.")]
    NoSolderKey,
    /// The numbers for operators are asked for without their token.
    #[error("the numbers of this server need the token that `metrics.token` sets")]
    NoMetricsToken,
    /// More than the operation takes.
    #[error("the request is larger than {limit} bytes; {advice}")]
    TooLarge {
        /// How much it takes, in bytes.
        limit: u64,
        /// What to do instead.
        advice: &'static str,
    },
    /// A field that breaks a rule.
    #[error("failed to validate {what}")]
    Invalid {
        /// The kind of thing.
        what: &'static str,
        /// The rules that are broken.
        errors: Vec<Violation>,
    },
    /// The check of a build found what stands in the way of publishing it.
    #[error("{0}")]
    Check(Box<Checked>),
    /// The record is not what the caller has seen any more.
    #[error("it was changed since you read it; read it again, then repeat your change")]
    Stale,
    /// Too many pictures wait to be decoded.
    #[error("too many pictures at once; try again in a moment")]
    TooManyPictures,
    /// No operation has this address.
    #[error("no matching operation was found")]
    NoRoute,
    /// An operation has this address, but not by this method.
    #[error("method not allowed")]
    NoMethod,
    /// The client stopped sending.
    #[error("the upload broke off; send the file again")]
    BrokenOff,
    /// The client sends too slowly.
    #[error("the body of the request comes too slowly; send it again over a better connection")]
    TooSlow,
    /// Too many files are on their way.
    #[error(transparent)]
    Uploads(#[from] TooManyUploads),
    /// The user has as many bytes here as he may.
    #[error(transparent)]
    Quota(#[from] OverQuota),
    /// A form has more files than one call takes.
    #[error(transparent)]
    TooManyFiles(#[from] TooManyFiles),
    /// A piece of a file is not taken.
    #[error(transparent)]
    Piece(#[from] tus::Refusal),
    /// Too much to do.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// A list of releases could not be had.
    #[error("failed to fetch versions: {0}")]
    Upstream(String),
    /// Something could not be fetched from elsewhere.
    #[error("nothing was fetched: {0}")]
    Outbound(#[from] Refusal),
    /// Modrinth or CurseForge does not have it, or cannot be asked.
    #[error(transparent)]
    Source(#[from] Unavailable),
    /// Too many failed attempts.
    #[error(transparent)]
    Throttled(#[from] Throttled),
    /// A release was stored that cannot be read.
    #[error("the release of this build cannot be read: {0}")]
    Release(#[from] kleister_formats::Error),
}

/// The errors that the check of a build found.
#[derive(Debug)]
pub struct Checked(pub Vec<Finding>);

impl fmt::Display for Checked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.first().map(|finding| finding.message.as_str()).unwrap_or_default();
        let more = self.0.len().saturating_sub(1);
        let others = if more > 0 { format!(" There are {more} more errors.") } else { String::new() };
        write!(
            formatter,
            "the check of this build found what players would stumble over: {first}{others} Apply a remedy from \
             `findings`, or waive a finding with a reason"
        )
    }
}

impl Problem {
    /// One field that breaks one rule.
    pub fn invalid(what: &'static str, field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { what, errors: vec![Violation::new(field, message)] }
    }

    /// The body of a request did not come to its end.
    pub fn broken_off(error: &(dyn Error + 'static)) -> Self {
        let mut causes = successors(Some(error), |&error| error.source());
        let known = |cause: &(dyn Error + 'static)| match cause.downcast_ref::<OverQuota>() {
            Some(over) => Some((*over).into()),
            None => cause.is::<listen::TooSlow>().then_some(Self::TooSlow),
        };
        causes.find_map(known).unwrap_or(Self::BrokenOff)
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        use kleister_files::Error as Files;
        use kleister_store::Error as Store;
        match self {
            Self::BadRequest(_)
            | Self::BrokenOff
            | Self::TooManyFiles(_)
            | Self::Store(Store::Sort { .. } | Store::Unsearchable) => StatusCode::BAD_REQUEST,
            Self::BadCredential
            | Self::WrongPassword
            | Self::NotRefreshed
            | Self::BadToken
            | Self::NoMetricsToken
            | Self::Store(Store::Anonymous) => StatusCode::UNAUTHORIZED,
            Self::NeedsSignIn
            | Self::NoSession
            | Self::NoSolderKey
            | Self::Store(Store::Denied(_) | Store::NotAdmin) => StatusCode::FORBIDDEN,
            Self::NoRoute | Self::Store(Store::Missing(_)) | Self::Source(Unavailable::Missing(..)) => {
                StatusCode::NOT_FOUND
            }
            Self::NoMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Check(_) | Self::Store(Store::Conflict(_)) => StatusCode::CONFLICT,
            Self::Stale | Self::Store(Store::Attached(_) | Store::Detached(_)) => StatusCode::PRECONDITION_FAILED,
            Self::Piece(refusal) => piece_status(refusal),
            Self::TooLarge { .. } | Self::Quota(_) | Self::Files(Files::TooLarge { .. }) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Files(Files::Blocked { .. }) => StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            Self::Files(Files::Range { .. }) => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Invalid { .. } | Self::Store(Store::Invalid { .. }) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Outbound(refusal) => match refusal {
                Refusal::NotAllowed | Refusal::TooLarge | Refusal::WrongHash => StatusCode::UNPROCESSABLE_ENTITY,
                Refusal::Files(Files::Full | Files::Reserved { .. }) => StatusCode::INSUFFICIENT_STORAGE,
                Refusal::Files(Files::Blocked { .. }) => StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
                Refusal::Files(_) => StatusCode::INTERNAL_SERVER_ERROR,
                Refusal::Off | Refusal::Unreachable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            },
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Throttled(_) | Self::Uploads(TooManyUploads::OfUser(_)) => StatusCode::TOO_MANY_REQUESTS,
            Self::Uploads(TooManyUploads::InAll(_))
            | Self::Busy(_)
            | Self::TooManyPictures
            | Self::Upstream(_)
            | Self::Source(_)
            | Self::Files(Files::Missing | Files::Damaged | Files::Unreachable(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Files(Files::Full | Files::Reserved { .. }) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Store(error) if error.is_full() => StatusCode::INSUFFICIENT_STORAGE,
            Self::Store(error) if error.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(
                Store::Database(_) | Store::InUse(_) | Store::Newer(_) | Store::Open { .. } | Store::Connect { .. },
            )
            | Self::Files(Files::Broken | Files::InUse | Files::Refused | Files::NoBucket { .. } | Files::Io(_))
            | Self::Release(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What is wrong in one line, with every rule that is broken.
    pub fn explained(&self) -> String {
        let rules = self.violations().iter().map(|rule| format!("{} {}", rule.field, rule.message));
        let rules = rules.collect::<Vec<_>>().join(", ");
        if rules.is_empty() { self.to_string() } else { format!("{self}: {rules}") }
    }

    /// What whoever caused it is told, in one line: all of it, except where something of ours failed.
    pub fn told(&self) -> String {
        let Notice { message, errors, .. } = self.notice();
        let rules = errors.iter().map(|rule| format!("{} {}", rule.field, rule.message)).collect::<Vec<_>>();
        if rules.is_empty() { message } else { format!("{message}: {}", rules.join(", ")) }
    }

    /// Seconds after which the same request may be done.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Throttled(throttled) => Some(throttled.retry_after),
            Self::Outbound(refusal) | Self::Source(Unavailable::Refused(_, refusal)) => match refusal {
                Refusal::Unreachable { retry_after: Some(seconds), .. } => Some(*seconds),
                Refusal::Off | Refusal::Unreachable { .. } => Some(1),
                _ => None,
            },
            _ => [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&self.status()).then_some(1),
        }
    }

    /// The rules that are broken, if that is the problem.
    fn violations(&self) -> &[Violation] {
        match self {
            Self::Invalid { errors, .. } | Self::Store(kleister_store::Error::Invalid { errors, .. }) => errors,
            _ => &[],
        }
    }

    /// What the caller is told: all of it, except where something of ours failed.
    fn notice(&self) -> Notice {
        let status = self.status();
        let message = match self {
            _ if status == StatusCode::INTERNAL_SERVER_ERROR => "something failed on the server; try again".to_owned(),
            Self::Files(kleister_files::Error::Unreachable(_)) => "the files are away; try again soon".to_owned(),
            Self::Store(error) if error.is_passing() => "the database is away or busy; try again soon".to_owned(),
            Self::Store(error) if error.is_full() => kleister_files::Error::Full.to_string(),
            shown => capitalised(&shown.to_string()),
        };
        Notice {
            status: status.as_u16(),
            message: capitalised(&message),
            errors: self.violations().to_vec(),
            findings: if let Self::Check(checked) = self { checked.0.clone() } else { Vec::new() },
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(%status, error = %self, "request failed");
        }
        let mut response = (status, Json(self.notice())).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self, Self::TooSlow) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Every operation answers problems in the same form; the document adds which of them each can have.
impl OperationOutput for Problem {
    type Inner = Self;

    fn operation_response(ctx: &mut GenContext, operation: &mut Operation) -> Option<Documented> {
        <Json<Notice> as OperationOutput>::operation_response(ctx, operation)
    }

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<u16>, Documented)> {
        Self::operation_response(ctx, operation).map(|response| (Some(500), response)).into_iter().collect()
    }
}

/// The status that the tus protocol has for a piece that is not taken.
fn piece_status(refusal: &tus::Refusal) -> StatusCode {
    match refusal {
        tus::Refusal::Offset { .. } => StatusCode::CONFLICT,
        tus::Refusal::Version => StatusCode::PRECONDITION_FAILED,
        tus::Refusal::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        tus::Refusal::Taken => StatusCode::LOCKED,
        // The protocol's own.
        tus::Refusal::Checksum => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
    }
}

/// What a status tells the caller, for the document.
pub fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read: no JSON, a wrong type, an unknown `sort`.",
        401 => "There is no credential where one is needed, or one that does not hold.",
        403 => "The caller may see the thing, but not do this.",
        404 => "The thing does not exist, or the caller may not see it: the answer is the same.",
        408 => "The request did not arrive in time.",
        409 => "Something stands in the way; the message says what, and what to do about it.",
        412 => "It is attached already, or not attached; or the thing is not as `If-Match` wants it.",
        413 => "The body is larger than the operation takes, or than what the caller may still keep here.",
        415 => "The body is of another media type than the operation takes.",
        422 => "A rule is broken; `errors` names each field with its rule.",
        423 => "Another request works on it.",
        429 => "Too many attempts; try again after the seconds of `Retry-After`.",
        460 => "The checksum of the piece is another one than `Upload-Checksum` says; send it again.",
        500 => "Something failed on the server; its log says what.",
        503 => "Too much to do just now; try again after the seconds of `Retry-After`.",
        507 => "There is no space left on the server's disk.",
        _ => "Why the request was not done.",
    }
}

/// A text with its first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(char::to_uppercase).into_iter().flatten().chain(characters).collect()
}
