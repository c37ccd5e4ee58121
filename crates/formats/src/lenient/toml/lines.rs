//! A document that is no TOML, line by line.

use serde_json::{Map, Value};

use super::values::{self, Place};
use crate::lenient::DEPTH_LIMIT;

/// Reads what can be read, and tells which lines could not.
pub(super) fn read(text: &str) -> (Value, Vec<usize>) {
    let mut document = Document { root: Map::new(), path: Vec::new(), left_out: Vec::new(), patience: PATIENCE };
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        // What is left of the last line has been judged with what is before it.
        let used = document.line(rest, line);
        let used = rest[used..].find('\n').map_or(rest.len(), |end| used + end + 1);
        line += rest[..used].matches('\n').count();
        rest = &rest[used..];
    }
    (Value::Object(document.root), document.left_out)
}

/// How many values without an end are searched for it to the end of the text.
const PATIENCE: u32 = 16;

struct Document {
    root: Map<String, Value>,
    /// The table that the last header named.
    path: Vec<String>,
    left_out: Vec<usize>,
    /// How many more values may be searched beyond their line in vain.
    patience: u32,
}

impl Document {
    /// Reads what begins at the start of a line, and tells how many bytes that took, within its last line.
    fn line(&mut self, rest: &str, number: usize) -> usize {
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = rest[..end].trim();
        let read = match line.as_bytes() {
            [] | [b'#', ..] => Some(end),
            [b'[', ..] => self.header(line).then_some(end),
            _ => self.pair(rest, end),
        };
        read.unwrap_or_else(|| {
            self.left_out.push(number);
            end
        })
    }

    /// `[table]` or `[[list.of.tables]]`.
    fn header(&mut self, line: &str) -> bool {
        let is_list = line.starts_with("[[");
        let Some((path, _)) = key(line.trim_start_matches('['), ']') else { return false };
        let Some((last, parents)) = path.split_last().filter(|_| path.len() < DEPTH_LIMIT) else { return false };
        if is_list {
            let Some(table) = table(&mut self.root, parents) else { return false };
            let there = table.entry(last.as_str()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Object(_) = there {
                *there = Value::Array(vec![there.take()]);
            }
            let Value::Array(tables) = there else { return false };
            tables.push(Value::Object(Map::new()));
        } else if table(&mut self.root, &path).is_none() {
            return false;
        }
        self.path = path;
        true
    }

    /// `key = value`, whose value may take several lines.
    fn pair(&mut self, rest: &str, end: usize) -> Option<usize> {
        let (path, value_at) = key(&rest[..end], '=')?;
        let (last, parents) = path.split_last()?;
        if self.path.len() + path.len() >= DEPTH_LIMIT {
            return None;
        }
        let depth = DEPTH_LIMIT - self.path.len() - path.len();
        let reach = if self.patience > 0 { rest.len() } else { end };
        let Some((value, used)) = values::read(&rest[value_at..reach], Place::Line, depth) else {
            self.patience = self.patience.saturating_sub(1);
            return None;
        };
        let full: Vec<String> = self.path.iter().chain(parents).cloned().collect();
        table(&mut self.root, &full)?.insert(last.clone(), value);
        Some(value_at + used)
    }
}

/// The table at a path, made if it is not there; of a list of tables, the last one. None if something else is there.
fn table<'a>(root: &'a mut Map<String, Value>, path: &[String]) -> Option<&'a mut Map<String, Value>> {
    let mut table = root;
    for part in path {
        let below = table.entry(part.as_str()).or_insert_with(|| Value::Object(Map::new()));
        table = match below {
            Value::Object(table) => table,
            Value::Array(list) => list.last_mut()?.as_object_mut()?,
            _ => return None,
        };
    }
    Some(table)
}

/// A key with its parts, up to the sign behind it; and where that sign is over.
pub(super) fn key(line: &str, sign: char) -> Option<(Vec<String>, usize)> {
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        at += line[at..].len() - line[at..].trim_start().len();
        let rest = &line[at..];
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        let part = if let Some(quote) = quote {
            let end = rest[1..].find(quote)? + 1;
            at += end + 1;
            &rest[1..end]
        } else {
            let end = rest.find(['.', sign])?;
            at += end;
            rest[..end].trim_end()
        };
        if part.is_empty() && quote.is_none() {
            return None;
        }
        parts.push(part.to_owned());
        at += line[at..].len() - line[at..].trim_start().len();
        match line[at..].chars().next()? {
            '.' => at += 1,
            found if found == sign => return Some((parts, at + 1)),
            _ => return None,
        }
    }
}
