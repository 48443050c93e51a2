use super::{Localizer, Timestamp};

/// What has an id of its own and is written to the audit log under a name.
pub trait Entity {
    /// The id of its table.
    type Id: Copy + Into<i64>;

    /// Its name in the audit log, such as `product_group`.
    const RESOURCE: &'static str;

    /// Puts texts in the caller's language where there are any; what is plain stays the fallback.
    fn localize(&mut self, _localizer: &mut Localizer<'_>) {}
}

/// A record as it is stored, beside what can be set of it.
pub trait Stored {
    /// What can be set.
    type Data;

    /// What can be set, as it is.
    fn data(&self) -> &Self::Data;
}

impl<T: Entity> Stored for Identified<T> {
    type Data = T;

    fn data(&self) -> &T {
        &self.data
    }
}

impl<T: Entity> Stored for Record<T> {
    type Data = T;

    fn data(&self) -> &T {
        &self.data
    }
}

/// An entity as it is stored: its id beside what can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "serde", serde(bound(serialize = "T: serde::Serialize, T::Id: serde::Serialize")))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Identified<T: Entity> {
    /// Its id.
    pub id: T::Id,
    /// What can be set.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub data: T,
}

/// An entity as it is stored, with the times that its answers show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "serde", serde(bound(serialize = "T: serde::Serialize, T::Id: serde::Serialize")))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Record<T: Entity> {
    /// Its id.
    pub id: T::Id,
    /// What can be set.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub data: T,
    /// When it was created.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// An answer is called after its resource and described as what can be set of it.
#[cfg(feature = "schema")]
mod schemas {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator};
    use serde_json::{Value, json};

    use super::{Entity, Identified, Record, Timestamp};

    impl<T: Entity<Id: JsonSchema> + JsonSchema> JsonSchema for Identified<T> {
        fn schema_name() -> Cow<'static, str> {
            name_of::<T>()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let id = described(generator.subschema_for::<T::Id>(), "The id.");
            with(T::json_schema(generator), [("id", id)])
        }
    }

    impl<T: Entity<Id: JsonSchema> + JsonSchema> JsonSchema for Record<T> {
        fn schema_name() -> Cow<'static, str> {
            name_of::<T>()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let created = described(generator.subschema_for::<Timestamp>(), "When it was made.");
            let updated = described(generator.subschema_for::<Timestamp>(), "When it was last changed.");
            let times = [("createTime", created), ("updateTime", updated)];
            with(Identified::<T>::json_schema(generator), times)
        }
    }

    /// The resource's name in the audit log as the name of a type.
    fn name_of<T: Entity>() -> Cow<'static, str> {
        let words = T::RESOURCE.split('_').map(|word| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
        });
        words.collect::<String>().into()
    }

    fn described(mut schema: Schema, description: &str) -> Schema {
        schema.insert("description".to_owned(), description.into());
        schema
    }

    fn with<const N: usize>(mut schema: Schema, fields: [(&str, Schema); N]) -> Schema {
        for (name, field) in fields {
            let keywords = schema.ensure_object();
            if let Value::Object(properties) = keywords.entry("properties").or_insert_with(|| json!({})) {
                properties.insert(name.to_owned(), field.to_value());
            }
            if let Value::Array(required) = keywords.entry("required").or_insert_with(|| json!([])) {
                required.push(name.into());
            }
        }
        schema
    }
}
