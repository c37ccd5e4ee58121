//! A row of a foreign table, read without knowing its types.

use sea_orm::{QueryResult, TryGetable};

/// A row of a foreign table.
pub(super) struct Cells(QueryResult);

impl Cells {
    pub(super) const fn new(row: QueryResult) -> Self {
        Self(row)
    }

    /// Whether the table has this column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.0.column_names().iter().any(|name| name == column)
    }

    /// A text that is not empty, or what is written as one.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        let text = match self.get::<String>(column) {
            Some(text) => Some(text),
            None => match self.get::<Vec<u8>>(column) {
                Some(bytes) => String::from_utf8(bytes).ok(),
                None => self.number(column).map(|number| number.to_string()),
            },
        };
        text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A number, or a text that is one.
    pub(super) fn number(&self, column: &str) -> Option<u64> {
        let signed = self.get::<i64>(column).or_else(|| self.get::<i32>(column).map(i64::from));
        let signed = signed.or_else(|| self.get::<i16>(column).map(i64::from));
        let signed = signed.or_else(|| self.get::<i8>(column).map(i64::from));
        let unsigned = signed.and_then(|number| u64::try_from(number).ok()).or_else(|| self.get::<u64>(column));
        let unsigned = unsigned.or_else(|| self.get::<u32>(column).map(u64::from));
        let unsigned = unsigned.or_else(|| self.get::<bool>(column).map(u64::from));
        unsigned.or_else(|| self.get::<String>(column)?.trim().parse().ok())
    }

    /// A flag; nothing where the column is not there.
    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        self.get::<bool>(column).or_else(|| self.number(column).map(|number| number != 0))
    }

    /// Numbers in a text, with commas between them.
    pub(super) fn numbers(&self, column: &str) -> Vec<u64> {
        let text = self.text(column).unwrap_or_default();
        text.split(',').filter_map(|number| number.trim().parse().ok()).collect()
    }

    fn get<T: TryGetable>(&self, column: &str) -> Option<T> {
        self.0.try_get::<Option<T>>("", column).ok().flatten()
    }
}
