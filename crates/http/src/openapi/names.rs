//! What names say by themselves, where no declaration says more.

use serde_json::Value;

/// A name of the interface as words: `permissionGroup` is `permission group`.
pub(super) fn words(name: &str) -> String {
    let spaced =
        |letter: char| if letter.is_uppercase() { format!(" {}", letter.to_lowercase()) } else { letter.into() };
    name.chars().map(spaced).collect()
}

/// Describes the fields of a schema that are not described and whose names mean the same everywhere.
pub(super) fn describe_fields(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    for (name, field) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if let (Some(field), Some(meaning)) = (field.as_object_mut(), meaning(name)) {
            field.entry("description").or_insert_with(|| meaning.into());
        }
        describe_fields(field);
    }
    schema.get_mut("items").into_iter().for_each(describe_fields);
    let branches = schema.get_mut("anyOf").and_then(Value::as_array_mut);
    branches.into_iter().flatten().for_each(describe_fields);
}

fn meaning(name: &str) -> Option<String> {
    let meaning = match name {
        "id" => "The id.".to_owned(),
        "createTime" => "When it was created.".to_owned(),
        "updateTime" => "When it was last changed.".to_owned(),
        "resources" => "The texts in other languages.".to_owned(),
        _ => match (name.strip_suffix("Id"), name.strip_suffix("Ids")) {
            (Some(record), _) => format!("The id of the {}.", words(record)),
            (None, Some(record)) => format!("The ids of the {}s.", words(record)),
            (None, None) => return None,
        },
    };
    Some(meaning)
}
