//! The schemas of what routes take and answer.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use crate::Interface;
use crate::request::{Input, Purpose, describe_body};

/// A schema by its name in the document.
#[derive(Clone, Debug)]
pub(crate) struct NamedSchema {
    pub name: String,
    pub schema: Value,
}

/// The answer of a list.
#[derive(Serialize)]
pub(super) struct ListAnswer<A> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    pub data: Vec<A>,
}

impl<A: JsonSchema> JsonSchema for ListAnswer<A> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Page", A::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let record = generator.subschema_for::<A>();
        json_schema!({
            "type": "object",
            "description": "A part of a list.",
            "properties": {
                "total": {
                    "type": "integer",
                    "format": "int64",
                    "minimum": 0,
                    "description": "How many records match; left out with `total=false`.",
                },
                "data": {"type": "array", "items": record, "description": "The records of this part."},
            },
            "required": ["data"],
        })
    }
}

/// The schema of an answer.
pub(super) fn schema_of<A: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<A>().to_value()
}

/// The schema of a body, if it has fields at all, under the name that its type says or this one.
pub(super) fn described<I: Interface, B: Input<I>>(
    purpose: Purpose,
    name: impl FnOnce() -> String,
) -> Option<NamedSchema> {
    let schema = describe_body::<I, B>(purpose);
    let has_fields = schema.get("properties").and_then(Value::as_object).is_some_and(|fields| !fields.is_empty());
    has_fields.then(|| NamedSchema { name: B::NAME.map_or_else(name, ToOwned::to_owned), schema })
}

/// The id of an operation as the name of a type.
pub(super) fn pascal_case(operation: &str) -> String {
    let words = operation.split(['.', '-']).map(|word| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    words.collect()
}
