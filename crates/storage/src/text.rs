//! Texts of columns and of patterns.

use crate::Error;

/// The text of a column that keeps a value as JSON.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    Ok(serde_json::to_string(value)?)
}

/// The pattern that matches a part of a folded text; `%` and `_` are plain characters.
pub(crate) fn part_of(text: &str) -> String {
    let escaped = domain::value::folded(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
