//! What a sign-up collects: the main form, and what later steps add to it.

use chrono::NaiveDate;
use domain::clients::{ClientTypeId, PhoneNumber};
use domain::content::CountryId;
use domain::value::Email;
use http::request::{Day, Id, Kind, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::front::credentials::SentFingerprint;
use crate::{Fault, RequestFault};

/// What was collected so far; the password as its hash.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Collected {
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub fingerprint: Option<SentFingerprint>,
    pub person: Person,
    pub phone: Option<String>,
    pub address: Option<SentAddress>,
    pub requirements: Vec<String>,
    pub client_type: Option<ClientTypeId>,
    /// Where the client came from, by the names of the tags.
    pub utm: Vec<(String, String)>,
}

/// Names and the date of birth.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Person {
    pub first_name: String,
    pub last_name: String,
    pub middle_name: Option<String>,
    pub birthday: Option<NaiveDate>,
}

/// Where the client lives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SentAddress {
    pub country: CountryId,
    pub city: String,
    pub address: String,
    pub postcode: Option<String>,
    pub state: Option<String>,
}

/// The main form of a sign-up.
pub(super) struct MainForm {
    pub email: Email,
    pub fingerprint: SentFingerprint,
    pub person: Person,
    pub phone: Option<PhoneNumber>,
    pub address: Option<SentAddress>,
}

fn text_of(object: &Map<String, Value>, names: &[&str], at: &str, faults: &mut Vec<Fault>) -> Option<String> {
    let (name, value) = names.iter().find_map(|name| Some((name, object.get(*name)?)))?;
    if value.is_null() {
        return None;
    }
    let text = Text::SHORT.parse(value, &format!("{at}.{name}"), faults)?;
    (!text.is_empty()).then_some(text)
}

fn part_schema(fields: &[&str]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| ((*field).to_owned(), json!({"type": ["string", "null"]}))).collect();
    json!({"type": "object", "properties": properties})
}

/// Names, under either of the names that programs send.
#[derive(Clone, Copy)]
pub(super) struct Info;

impl Kind for Info {
    type Out = Person;

    fn schema(&self) -> Value {
        let mut schema = part_schema(&["givenName", "familyName", "middleName", "firstName", "lastName"]);
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("birthday".into(), json!({"type": ["string", "null"], "format": "date"}));
        }
        schema
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Person> {
        let Some(object) = value.as_object() else {
            faults.push(Fault::sent(at, RequestFault::NotObject));
            return None;
        };
        let before = faults.len();
        let first_name = text_of(object, &["givenName", "firstName"], at, faults).unwrap_or_default();
        let last_name = text_of(object, &["familyName", "lastName"], at, faults).unwrap_or_default();
        let middle_name = text_of(object, &["middleName"], at, faults);
        let birthday = object.get("birthday").filter(|value| !value.is_null());
        let birthday = birthday.map(|value| Day.parse(value, &format!("{at}.birthday"), faults));
        (faults.len() == before).then(|| Person { first_name, last_name, middle_name, birthday: birthday.flatten() })
    }
}

/// The first of a map or a list of parts: programs number them from 0.
fn first_of(value: &Value) -> Option<(String, &Map<String, Value>)> {
    match value {
        Value::Array(parts) => Some(("0".to_owned(), parts.first()?.as_object()?)),
        Value::Object(parts) => {
            let (key, part) = parts.iter().next()?;
            Some((key.clone(), part.as_object()?))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Phone numbers by their index, of which the first counts.
#[derive(Clone, Copy)]
pub(super) struct Phones;

impl Kind for Phones {
    type Out = Option<PhoneNumber>;

    fn schema(&self) -> Value {
        json!({"type": "object", "additionalProperties": part_schema(&["phone"])})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Option<PhoneNumber>> {
        let Some((key, part)) = first_of(value) else { return Some(None) };
        let at = format!("{at}.{key}");
        let Some(phone) = text_of(part, &["phone", "number"], &at, faults) else { return Some(None) };
        match phone.parse() {
            Ok(number) => Some(Some(number)),
            Err(error) => {
                faults.push(Fault::sent(format!("{at}.phone"), error));
                None
            }
        }
    }
}

/// Addresses by their index, of which the first counts.
#[derive(Clone, Copy)]
pub(super) struct Addresses;

impl Kind for Addresses {
    type Out = Option<SentAddress>;

    fn schema(&self) -> Value {
        let mut part = part_schema(&["city", "address", "postalCode", "state"]);
        if let Some(properties) = part.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("countryId".into(), json!({"type": "integer"}));
        }
        json!({"type": "object", "additionalProperties": part})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Option<SentAddress>> {
        let Some((key, part)) = first_of(value) else { return Some(None) };
        let (at, before) = (format!("{at}.{key}"), faults.len());
        let country = part.get("countryId").filter(|id| !id.is_null());
        let country: Option<CountryId> = country.and_then(|id| Id::of().parse(id, &format!("{at}.countryId"), faults));
        let city = text_of(part, &["city"], &at, faults).unwrap_or_default();
        let address = text_of(part, &["address"], &at, faults).unwrap_or_default();
        let (postcode, state) = (text_of(part, &["postalCode"], &at, faults), text_of(part, &["state"], &at, faults));
        if faults.len() > before {
            return None;
        }
        let Some(country) = country else {
            faults.push(Fault::sent(format!("{at}.countryId"), RequestFault::Required));
            return None;
        };
        Some(Some(SentAddress { country, city, address, postcode, state }))
    }
}

/// The names of the tags that tell where a client came from.
const UTM: [&str; 10] = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "utm_uri",
    "utm_referrer",
    "utm_referral",
    "gclid",
    "referral",
];

/// Where the client came from.
#[derive(Clone, Copy)]
pub(super) struct Utm;

impl Kind for Utm {
    type Out = Vec<(String, String)>;

    fn schema(&self) -> Value {
        part_schema(&UTM)
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Vec<(String, String)>> {
        let Some(object) = value.as_object() else {
            faults.push(Fault::sent(at, RequestFault::NotObject));
            return None;
        };
        let before = faults.len();
        let sent = |name: &str, faults: &mut Vec<Fault>| Some((name.to_owned(), text_of(object, &[name], at, faults)?));
        let tags: Vec<(String, String)> = UTM.iter().filter_map(|name| sent(name, faults)).collect();
        (faults.len() == before).then_some(tags)
    }
}

/// Consents, by their names.
#[derive(Clone, Copy)]
pub(super) struct Requirements;

impl Kind for Requirements {
    type Out = Vec<String>;

    fn schema(&self) -> Value {
        json!({"type": "object", "additionalProperties": {"type": "boolean"}})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Vec<String>> {
        let Some(object) = value.as_object() else {
            faults.push(Fault::sent(at, RequestFault::NotObject));
            return None;
        };
        let before = faults.len();
        for (name, given) in object {
            if http::request::Boolean.parse(given, &format!("{at}.{name}"), faults) == Some(false) {
                // A consent that is asked for is given.
                faults.push(Fault::sent(format!("{at}.{name}"), domain::wizards::WizardsFault::NotTicked));
            }
        }
        (faults.len() == before).then(|| object.keys().cloned().collect())
    }
}
