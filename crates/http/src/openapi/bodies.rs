//! What bodies take from answers: a field of the same name is the same thing, so it is described once.

use serde_json::{Value, json};

use super::Schemas;

/// Completes the fields of a body by those of the answer.
pub(super) fn take_over(body: &mut Value, answer: &Value, schemas: &Schemas) {
    let fields = body.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        let Some(of_answer) = answer.get("properties").and_then(|fields| fields.get(name)) else { continue };
        if let Some(same) = with_names(field, of_answer, schemas) {
            *field = same;
        }
        let described = [of_answer, schemas.resolved(value_of(of_answer))];
        let description = described.into_iter().find_map(|schema| schema.get("description")).cloned();
        if let (Some(field), Some(description)) = (field.as_object_mut(), description) {
            field.entry("description").or_insert(description);
        }
    }
}

/// A field in which an enumeration has the name that the answer's has; none where nothing changes.
fn with_names(field: &Value, of_answer: &Value, schemas: &Schemas) -> Option<Value> {
    let of_answer = value_of(of_answer);
    if let Some(items) = field.get("items") {
        let items = with_names(items, of_answer.get("items")?, schemas)?;
        return Some(with(field, "items", items));
    }
    if let Some(branches) = field.get("anyOf").and_then(Value::as_array) {
        let (value, absent) = (branches.first()?, branches.get(1)?);
        let named = with_names(value, of_answer, schemas)?;
        return Some(with(field, "anyOf", json!([named, absent])));
    }
    let values = field.get("enum")?;
    let reference = of_answer.get("$ref")?;
    (schemas.resolved(of_answer).get("enum") == Some(values)).then(|| {
        let named = json!({"$ref": reference});
        field.get("description").map_or_else(|| named.clone(), |about| with(&named, "description", about.clone()))
    })
}

fn with(schema: &Value, name: &str, value: Value) -> Value {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert(name.to_owned(), value);
    }
    schema
}

/// The schema of what may be null.
fn value_of(schema: &Value) -> &Value {
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let is_value = |branch: &&Value| branch.get("type").and_then(Value::as_str) != Some("null");
    branches.and_then(|branches| branches.iter().find(is_value)).unwrap_or(schema)
}
