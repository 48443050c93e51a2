//! Records as lines of CSV: which columns a list has, and what stands in each.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value};

/// How deep objects are laid out in columns.
const MAX_DEPTH: usize = 6;

/// The text of a column in a record.
pub(crate) fn cell(row: &Value, path: &[String]) -> String {
    let value = path.iter().try_fold(row, |value, name| value.get(name));
    defused(match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let texts = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned));
            texts.collect::<Vec<_>>().join(";")
        }
        Some(value) => value.to_string(),
    })
}

/// A spreadsheet takes a cell that begins so for a formula; numbers with a sign are none.
fn defused(text: String) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let unsigned = text.trim_start_matches(['+', '-']);
    let is_number = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_formula && !(is_number && unsigned.len() + 1 == text.len()) { format!("'{text}") } else { text }
}

/// The columns of a list: the paths to all values of its records, as their schema has them.
pub(crate) fn columns_of<A: JsonSchema>() -> Vec<Vec<String>> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let schema = generator.subschema_for::<A>().to_value();
    let definitions: Map<String, Value> = generator.take_definitions(true);
    let mut columns = Vec::new();
    lay_out(&schema, &definitions, &mut Vec::new(), &mut columns);
    columns
}

fn lay_out(schema: &Value, definitions: &Map<String, Value>, path: &mut Vec<String>, columns: &mut Vec<Vec<String>>) {
    let schema = resolved(schema, definitions);
    match schema.get("properties").and_then(Value::as_object) {
        Some(properties) if !properties.is_empty() && path.len() < MAX_DEPTH => {
            for (name, property) in properties {
                path.push(name.clone());
                lay_out(property, definitions, path, columns);
                path.pop();
            }
        }
        _ => columns.push(path.clone()),
    }
}

/// The schema behind a reference, or beside null.
fn resolved<'a>(schema: &'a Value, definitions: &'a Map<String, Value>) -> &'a Value {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    if let Some(definition) = named.and_then(|name| definitions.get(name)) {
        return resolved(definition, definitions);
    }
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let branch =
        branches.and_then(|all| all.iter().find(|branch| branch.get("type").and_then(Value::as_str) != Some("null")));
    branch.map_or(schema, |branch| resolved(branch, definitions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_defused_and_a_number_is_none() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1202", "+1202"),
            ("-5.00", "-5.00"),
            ("-1+1", "'-1+1"),
            ("@x", "'@x"),
            ("a=b", "a=b"),
            ("--5", "'--5"),
            ("", ""),
            ("-", "'-"),
        ] {
            assert_eq!(defused(text.into()), expected);
        }
    }
}
