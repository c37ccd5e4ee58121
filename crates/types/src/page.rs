//! Long lists, a page at a time.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// How many rows a page holds when nothing is asked for.
pub const DEFAULT_LIMIT: u64 = 100;
/// How many rows a page holds at the most.
pub const MAXIMUM_LIMIT: u64 = 10_000;

/// Which page of a list, in which order, matching what.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Paging {
    /// A text that must occur in one of the list's text columns, upper and lower case alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The column to sort by; the allowed ones are named when an unknown one is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The direction to sort in: `asc` (the default) or `desc`.
    #[serde(default, deserialize_with = "empty_is_none", skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Rows on a page: 100 unless given; 0 or less means the cap of 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Rows to pass over: 0 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

impl Paging {
    /// The rows that a page holds, as applied and echoed.
    pub fn limit(&self) -> u64 {
        match self.limit {
            None => DEFAULT_LIMIT,
            Some(limit) => {
                u64::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(MAXIMUM_LIMIT).min(MAXIMUM_LIMIT)
            }
        }
    }

    /// The rows passed over, as applied and echoed; no more than the databases can count.
    pub fn offset(&self) -> u64 {
        self.offset.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0)
    }
}

/// The direction in which a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// From the smallest to the largest.
    #[default]
    Asc,
    /// From the largest to the smallest.
    Desc,
}

/// Reads `order=` as if it was not sent.
fn empty_is_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Order>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    match text.as_deref() {
        None | Some("") => Ok(None),
        Some("asc") => Ok(Some(Order::Asc)),
        Some("desc") => Ok(Some(Order::Desc)),
        Some(other) => Err(serde::de::Error::unknown_variant(other, &["asc", "desc"])),
    }
}
