//! Steps as they are sent.

use domain::clients::ClientTypeId;
use domain::value::FaultCode as _;
use domain::wizards::{
    CountryCode, CustomFieldName, CustomFieldType, MAX_FIELDS, MAX_OPTIONS, SentField, SentStep, Step,
};
use http::request::{Boolean, Choice, EachOf, Id, Kind, Object, Parsed, SetOf, Text};
use serde_json::{Map, Value, json};

use crate::{Fault, RequestFault};

/// The steps of a wizard.
pub(super) const STEPS: EachOf<Object<SentStep>> = EachOf(Object { schema: step_schema, read: read_step });

const FIELDS: AtMost<EachOf<Object<SentField>>> =
    AtMost { max: MAX_FIELDS, kind: EachOf(Object { schema: field_schema, read: read_field }) };
const COUNTRIES: SetOf<Parsed<CountryCode>> = SetOf(Parsed::matching(CountryCode::PATTERN));
const CLIENT_TYPES: SetOf<Id<ClientTypeId>> = SetOf(Id::of());
const NAME: Parsed<CustomFieldName> = Parsed::matching(CustomFieldName::PATTERN);
const OPTIONS: AtMost<EachOf<Text>> = AtMost { max: MAX_OPTIONS, kind: EachOf(Text::NAME) };

/// A list with a smaller bound than others have.
struct AtMost<K> {
    max: usize,
    kind: K,
}

impl<K: Kind> Kind for AtMost<K> {
    type Out = K::Out;

    fn schema(&self) -> Value {
        let mut schema = self.kind.schema();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("maxItems".to_owned(), json!(self.max));
        }
        schema
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<K::Out> {
        if value.as_array().is_some_and(|values| values.len() > self.max) {
            faults.push(Fault::sent(at, RequestFault::TooManyEntries.with("max", self.max)));
            return None;
        }
        self.kind.parse(value, at, faults)
    }
}

/// The parts of an object in a body.
struct Parts<'a> {
    object: &'a Map<String, Value>,
    at: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Parts<'_> {
    fn required<K: Kind>(&mut self, name: &str, kind: &K) -> Option<K::Out> {
        match self.object.get(name) {
            None => self.fault(name, RequestFault::Required),
            Some(Value::Null) => self.fault(name, RequestFault::Null),
            Some(value) => kind.parse(value, &format!("{}.{name}", self.at), self.faults),
        }
    }

    fn or_default<K: Kind<Out: Default>>(&mut self, name: &str, kind: &K) -> Option<K::Out> {
        if self.object.contains_key(name) { self.required(name, kind) } else { Some(K::Out::default()) }
    }

    fn fault<T>(&mut self, name: &str, fault: RequestFault) -> Option<T> {
        self.faults.push(Fault::sent(format!("{}.{name}", self.at), fault));
        None
    }
}

fn step_schema() -> Value {
    json!({
        "title": "NewWizardStep",
        "type": "object",
        "properties": {
            "step": Choice::<Step>::of().described("The step, one of its type; none stands there twice."),
            "fields": FIELDS.described("Fields of your own; only forms have some."),
            "countries": COUNTRIES.described("The countries whose clients take it, as two letters; empty for all."),
            "clientTypes": CLIENT_TYPES.described("The ids of client types whose clients take it; empty for all."),
        },
        "required": ["step"],
    })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of objects may find nothing")]
fn read_step(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentStep> {
    let mut parts = Parts { object, at, faults };
    let step = parts.required("step", &Choice::of());
    let fields = parts.or_default("fields", &FIELDS);
    let countries = parts.or_default("countries", &COUNTRIES);
    let client_types = parts.or_default("clientTypes", &CLIENT_TYPES);
    Some(SentStep { step, fields, countries, client_types })
}

fn field_schema() -> Value {
    json!({
        "title": "NewCustomField",
        "type": "object",
        "properties": {
            "name": NAME.described("What its answer is sent under; no other field of the wizard has it."),
            "type": Choice::<CustomFieldType>::of().described("How it is answered."),
            "caption": Text::NAME.described("What clients are shown beside it."),
            "isRequired": Boolean.described("Whether it must be answered; a checkbox must be ticked then."),
            "options": OPTIONS.described("What there is to choose from; for `select` alone."),
        },
        "required": ["name", "type", "caption"],
    })
}

#[expect(clippy::unnecessary_wraps, reason = "readers of objects may find nothing")]
fn read_field(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentField> {
    let mut parts = Parts { object, at, faults };
    let name = parts.required("name", &NAME);
    let kind = parts.required("type", &Choice::of());
    let caption = parts.required("caption", &Text::NAME);
    let is_required = parts.or_default("isRequired", &Boolean);
    let options = parts.or_default("options", &OPTIONS);
    Some(SentField { name, kind, caption, is_required, options })
}
