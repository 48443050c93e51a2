//! What answers show of a record that they refer to.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// A record by its id and name.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Named<I> {
    pub id: I,
    pub name: String,
}

impl<I: JsonSchema> JsonSchema for Named<I> {
    /// Called after the record: `ClientTypeBrief`.
    fn schema_name() -> Cow<'static, str> {
        let id = I::schema_name();
        format!("{}Brief", id.strip_suffix("Id").unwrap_or(&id)).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut id = generator.subschema_for::<I>();
        id.insert("description".to_owned(), "The id.".into());
        json_schema!({
            "type": "object",
            "description": "A record by its id and name.",
            "properties": {"id": id, "name": {"type": "string", "description": "The name."}},
            "required": ["id", "name"],
        })
    }
}
