//! The OpenAPI document, made from the routes that serve.

mod bodies;
mod names;
mod operation;
mod responses;

use std::collections::{BTreeMap, BTreeSet};

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde::ser::Error as _;
use serde_json::{Map, Value, json};

use crate::routes::NamedSchema;
use crate::{ErrorAnswer, Interface, Route};

/// What a document says of its interface.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its title.
    pub title: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it is, and how a first call is made.
    pub description: &'static str,
    /// Whom to ask.
    pub contact: fn() -> Value,
    /// The groups of operations in the order in which they are shown, each with what it is about.
    pub groups: &'static [(&'static str, &'static str)],
    /// How callers show who they are: the parts of `components.securitySchemes`.
    pub security: fn() -> Value,
}

/// The document as text.
///
/// # Errors
/// A schema that cannot be written; two that have one name.
pub fn document<I: Interface>(routes: &[Route<I>], info: &Info) -> Result<String, serde_json::Error> {
    let mut schemas = Schemas::new();
    let examples = operation::example_paths(routes);
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let described = operation::describe(route, examples.get(route.path).copied(), &mut schemas)?;
        paths.entry(route.path).or_default().insert(route.method.to_lowercase(), described);
    }
    let groups = info.groups.iter().map(|(name, about)| json!({"name": name, "description": about}));
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": info.title,
            "version": info.version,
            "description": info.description,
            "contact": (info.contact)(),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The server that serves this document."}],
        "tags": groups.collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "headers": responses::headers(&schemas),
            "schemas": schemas.into_definitions()?,
            "securitySchemes": (info.security)(),
        },
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// The schemas of the document, each under its name.
struct Schemas {
    generator: SchemaGenerator,
    bodies: BTreeMap<String, Value>,
    error: Value,
    /// The headers that are referred to.
    headers: BTreeSet<&'static str>,
}

impl Schemas {
    fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        let mut generator = settings.into_generator();
        let error = generator.subschema_for::<ErrorAnswer>().to_value();
        Self { generator, bodies: BTreeMap::new(), error, headers: BTreeSet::new() }
    }

    /// The schema itself, where this is a reference to one.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
        name.and_then(|name| self.generator.definitions().get(name)).unwrap_or(schema)
    }

    /// Keeps the schema of a body, which takes from the answer what is the same there, and refers to it.
    fn add_body(&mut self, body: &NamedSchema, answer: Option<&Value>) -> Result<Value, serde_json::Error> {
        let mut schema = body.schema.clone();
        if let Some(answer) = answer {
            bodies::take_over(&mut schema, self.resolved(answer), self);
        }
        let name = body.name.clone();
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        match self.bodies.get(&name) {
            Some(kept) if *kept != schema => Err(serde_json::Error::custom(format!("two bodies are called {name}"))),
            Some(_) => Ok(reference),
            None => {
                self.bodies.insert(name, schema);
                Ok(reference)
            }
        }
    }

    fn into_definitions(mut self) -> Result<Map<String, Value>, serde_json::Error> {
        let mut definitions = self.generator.take_definitions(true);
        for (name, schema) in self.bodies {
            if definitions.insert(name.clone(), schema).is_some() {
                return Err(serde_json::Error::custom(format!("a body and an answer are called {name}")));
            }
        }
        definitions.values_mut().for_each(names::describe_fields);
        Ok(definitions)
    }
}
