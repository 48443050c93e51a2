//! What bodies take from answers: a field of the same name is the same thing, so it is described once.

use serde_json::Value;

use super::Schemas;

/// Describes the fields of a body as those of the answer.
pub(super) fn take_over(body: &mut Value, answer: &Value, schemas: &Schemas) {
    let fields = body.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        let Some(of_answer) = answer.get("properties").and_then(|fields| fields.get(name)) else { continue };
        let described = [of_answer, schemas.resolved(value_of(of_answer))];
        let description = described.into_iter().find_map(|schema| schema.get("description")).cloned();
        if let (Some(field), Some(description)) = (field.as_object_mut(), description) {
            field.entry("description").or_insert(description);
        }
    }
}

/// The schema of what may be null.
fn value_of(schema: &Value) -> &Value {
    let branches = schema.get("anyOf").and_then(Value::as_array);
    let is_value = |branch: &&Value| branch.get("type").and_then(Value::as_str) != Some("null");
    branches.and_then(|branches| branches.iter().find(is_value)).unwrap_or(schema)
}
