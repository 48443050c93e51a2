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

use crate::request::OWN_DESCRIPTION;
use crate::routes::NamedSchema;
use crate::{ErrorAnswer, Interface, Route};

/// Groups of operations, each with what it is about.
pub type Groups = &'static [(&'static str, &'static str)];

/// What a document says of its interfaces.
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
    /// The groups of operations of each interface in the order in which they are shown, each with what it is about.
    pub groups: &'static [Groups],
    /// How callers show who they are: the parts of `components.securitySchemes`.
    pub security: fn() -> Value,
}

/// The document of the interfaces of a server, as it is put together.
pub struct Document {
    schemas: Schemas,
    paths: BTreeMap<&'static str, Map<String, Value>>,
}

impl Default for Document {
    fn default() -> Self {
        Self { schemas: Schemas::new(), paths: BTreeMap::new() }
    }
}

impl Document {
    /// Describes the routes of an interface.
    ///
    /// # Errors
    /// A schema that cannot be written; two that have one name.
    pub fn add<I: Interface>(&mut self, routes: &[Route<I>]) -> Result<(), serde_json::Error> {
        let examples = operation::example_paths(routes);
        for route in routes {
            let described = operation::describe(route, examples.get(route.path).copied(), &mut self.schemas)?;
            self.paths.entry(route.path).or_default().insert(route.method.to_lowercase(), described);
        }
        Ok(())
    }

    /// The document as text.
    ///
    /// # Errors
    /// As of [`Self::add`].
    pub fn write(self, info: &Info) -> Result<String, serde_json::Error> {
        let groups = info.groups.iter().copied().flatten();
        let groups = groups.map(|(name, about)| json!({"name": name, "description": about}));
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
            "paths": self.paths,
            "components": {
                "headers": responses::headers(&self.schemas),
                "schemas": self.schemas.into_definitions()?,
                "securitySchemes": (info.security)(),
            },
        });
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }
}

fn two_are_called(name: &str) -> serde_json::Error {
    serde_json::Error::custom(format!("two schemas are called {name}"))
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
        let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
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
        self.name_parts(&mut schema)?;
        self.keep(&body.name, schema)
    }

    /// Keeps the parts of a schema that have a title under that name, and refers to them.
    fn name_parts(&mut self, schema: &mut Value) -> Result<(), serde_json::Error> {
        match schema {
            Value::Array(parts) => parts.iter_mut().try_for_each(|part| self.name_parts(part)),
            Value::Object(keywords) => {
                keywords.values_mut().try_for_each(|part| self.name_parts(part))?;
                // A field may be called `title`, too: its schema is an object.
                if let Some(Value::String(title)) = keywords.get("title").cloned() {
                    keywords.remove("title");
                    let description = keywords.remove("description");
                    let own = keywords.remove(OWN_DESCRIPTION);
                    keywords.extend(own.map(|own| ("description".to_owned(), own)));
                    let mut reference = self.keep(&title, Value::Object(std::mem::take(keywords)))?;
                    if let (Some(reference), Some(description)) = (reference.as_object_mut(), description) {
                        reference.insert("description".to_owned(), description);
                    }
                    *schema = reference;
                }
                Ok(())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    /// Keeps a schema under its name, and refers to it.
    fn keep(&mut self, name: &str, schema: Value) -> Result<Value, serde_json::Error> {
        match self.bodies.get(name) {
            Some(kept) if *kept != schema => return Err(two_are_called(name)),
            Some(_) => {}
            None => drop(self.bodies.insert(name.to_owned(), schema)),
        }
        Ok(json!({"$ref": format!("#/components/schemas/{name}")}))
    }

    fn into_definitions(mut self) -> Result<Map<String, Value>, serde_json::Error> {
        let mut definitions = self.generator.take_definitions(true);
        for (name, schema) in self.bodies {
            match definitions.get(&name).map(|answer| answer.get("enum")) {
                None => drop(definitions.insert(name, schema)),
                // An enumeration is the same in answers, where it is described.
                Some(values) if values.is_some() && values == schema.get("enum") => {}
                Some(_) => return Err(two_are_called(&name)),
            }
        }
        definitions.values_mut().for_each(names::describe_fields);
        Ok(definitions)
    }
}
