//! What the API says in words: that something is done, or why it is not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Finding;

/// A message: the answer of operations that return no record, and the body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Notification")]
pub struct Notice {
    /// The HTTP status, always the same as that of the answer.
    pub status: u16,
    /// What happened, why, and where there is one, the next step.
    pub message: String,
    /// The fields that break a rule; only with status 422.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
    /// What the check of a build found that stands in the way of publishing it; only with status 409.
    #[schemars(extend("x-kleister-addition" = true))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// One field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Validation")]
pub struct Violation {
    /// The field's name in the request body.
    pub field: String,
    /// The rule that it breaks.
    pub message: String,
}

impl Violation {
    /// One broken rule of one field.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}
