//! Free-form settings of payment systems, rate providers and platforms, which may hold secrets at any depth.

use serde_json::{Map, Value};

use super::{IdentityFault, ends_as_address, names_address, names_secret};
use crate::value::{Fault, FaultCode as _, Field, Place, Refusal};

/// What stands for a secret in answers, and for the stored one in bodies.
pub const MASK: &str = "***";

/// Settings by their names.
pub type Options = Map<String, Value>;

/// What becomes of settings that are left out of a change. A secret stays in any case, and what holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// They stay.
    Kept,
    /// They go: what is sent is all there is.
    Removed,
}

/// Settings after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedOptions {
    /// The settings: secrets that stay are as they are stored, the others as they were sent.
    pub options: Options,
    /// Where the secrets that were sent are, as JSON pointers: they are to be sealed.
    pub new_secrets: Vec<String>,
}

/// The settings as they are answered: whatever is set under the name of a secret is masked.
#[must_use]
pub fn masked(options: &Options) -> Options {
    let mask = |(name, value): (&String, &Value)| {
        let value = if names_secret(name) && !value.is_null() { MASK.into() } else { masked_value(value) };
        (name.clone(), value)
    };
    options.iter().map(mask).collect()
}

fn masked_value(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(masked(object)),
        Value::Array(values) => values.iter().map(masked_value).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Where secrets are set, as JSON pointers.
#[must_use]
pub fn secrets_of(options: &Options) -> Vec<String> {
    let mut found = Vec::new();
    find_secrets(options, "", &mut found);
    found
}

fn find_secrets(options: &Options, at: &str, found: &mut Vec<String>) {
    for (name, value) in options {
        let place = format!("{at}/{}", escaped(name));
        if !names_secret(name) {
            find_secrets_in(value, &place, found);
        } else if !value.is_null() {
            found.push(place);
        }
    }
}

fn find_secrets_in(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => find_secrets(object, at, found),
        Value::Array(values) => {
            for (place, value) in values.iter().enumerate() {
                find_secrets_in(value, &format!("{at}/{place}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A name within a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn holds_secret(value: &Value) -> bool {
    let mut found = Vec::new();
    find_secrets_in(value, "", &mut found);
    !found.is_empty()
}

fn without_secrets(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let open = object.iter().filter(|(name, _)| !names_secret(name));
            Value::Object(open.map(|(name, value)| (name.clone(), without_secrets(value))).collect())
        }
        Value::Array(values) => values.iter().map(without_secrets).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Whether a setting says where something is sent: by its name, or since it is a URL.
fn tells_address(name: &str, value: &Value) -> bool {
    names_address(name) || is_url(value)
}

fn is_url(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("://"),
        Value::Array(values) => values.iter().any(is_url),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// The settings after a change. A secret that is left out, or sent as [`MASK`], stays; `null` takes it away.
///
/// # Errors
/// [`Refusal::Unprocessable`] where an address is new or changes while a secret stays, since the secret would be sent
/// there: each such secret must be sent again. Also where [`MASK`] stands in an entry of a list that is none of the stored
/// ones.
pub fn changed(stored: &Options, sent: &Options, left_out: LeftOut) -> Result<ChangedOptions, Refusal> {
    let mut merge = Merge::default();
    let options = merge.object(Some(stored), sent, left_out, &Position::whole());
    if merge.address_changes {
        merge.faults.extend(merge.kept.into_iter().map(|place| IdentityFault::SecretForNewAddress.at(place)));
    }
    Refusal::unless_empty(merge.faults)?;
    Ok(ChangedOptions { options, new_secrets: merge.new_secrets })
}

/// Where something is within the settings.
#[derive(Clone, Debug)]
struct Position {
    pointer: String,
    place: Place,
    is_in_list: bool,
}

impl Position {
    /// The settings as a whole.
    fn whole() -> Self {
        Self { pointer: String::new(), place: Field::Options.into(), is_in_list: false }
    }

    fn of(&self, name: &str) -> Self {
        Self {
            pointer: format!("{}/{}", self.pointer, escaped(name)),
            place: self.place.clone().entry(name),
            is_in_list: self.is_in_list,
        }
    }

    fn entry(&self, number: usize) -> Self {
        Self { is_in_list: true, ..self.of(&number.to_string()) }
    }
}

/// What is found out on the way through the settings.
#[derive(Default)]
struct Merge {
    new_secrets: Vec<String>,
    kept: Vec<Place>,
    address_changes: bool,
    faults: Vec<Fault>,
}

impl Merge {
    fn object(&mut self, stored: Option<&Options>, sent: &Options, left_out: LeftOut, at: &Position) -> Options {
        let mut options = Options::new();
        for (name, value) in sent {
            let (before, place) = (stored.and_then(|stored| stored.get(name)), at.of(name));
            if names_secret(name) {
                self.compare_secret_address(name, value);
                options.extend(self.secret(before, value, &place).map(|value| (name.clone(), value)));
            } else {
                self.compare_address(name, before, value);
                options.insert(name.clone(), self.value(before, value, &place));
            }
        }
        for (name, value) in stored.into_iter().flatten().filter(|(name, _)| !sent.contains_key(*name)) {
            let is_secret = names_secret(name) && !value.is_null();
            if is_secret || left_out == LeftOut::Kept || holds_secret(value) {
                self.keep(name, value, &at.of(name));
                options.insert(name.clone(), value.clone());
            }
        }
        options
    }

    /// Notes an address under a name that counts as a secret too, such as `tokenUrl`. What is stored of it
    /// is sealed, so that any other value than the mask counts as another address.
    fn compare_secret_address(&mut self, name: &str, sent: &Value) {
        let is_new = !sent.is_null() && sent.as_str() != Some(MASK);
        self.address_changes |= is_new && (is_url(sent) || ends_as_address(name));
    }

    /// Notes the secrets of a setting that stays as it is stored.
    fn keep(&mut self, name: &str, value: &Value, at: &Position) {
        if names_secret(name) {
            self.kept.extend((!value.is_null()).then(|| at.place.clone()));
            return;
        }
        let mut found = Vec::new();
        find_secrets_in(value, "", &mut found);
        let below = |pointer: &String| pointer.split('/').skip(1).fold(at.place.clone(), Place::entry);
        self.kept.extend(found.iter().map(below));
    }

    fn secret(&mut self, stored: Option<&Value>, sent: &Value, at: &Position) -> Option<Value> {
        if sent.is_null() {
            return Some(Value::Null);
        }
        if sent.as_str() != Some(MASK) {
            self.new_secrets.push(at.pointer.clone());
            return Some(sent.clone());
        }
        match stored.filter(|stored| !stored.is_null()) {
            Some(stored) => {
                self.kept.push(at.place.clone());
                Some(stored.clone())
            }
            None if at.is_in_list => {
                self.faults.push(IdentityFault::SecretOfUnknownEntry.at(at.place.clone()));
                None
            }
            None => None,
        }
    }

    fn compare_address(&mut self, name: &str, stored: Option<&Value>, sent: &Value) {
        let tells = tells_address(name, sent) || stored.is_some_and(|stored| tells_address(name, stored));
        let is_same = stored.is_some_and(|stored| without_secrets(stored) == without_secrets(sent));
        self.address_changes |= tells && !sent.is_null() && !is_same;
    }

    fn value(&mut self, stored: Option<&Value>, sent: &Value, at: &Position) -> Value {
        match sent {
            Value::Object(sent) => {
                Value::Object(self.object(stored.and_then(Value::as_object), sent, LeftOut::Removed, at))
            }
            Value::Array(sent) => {
                let stored = stored.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                Value::Array(self.list(stored, sent, at))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => sent.clone(),
        }
    }

    /// An entry of a list has no name: the stored one that it continues is the one with the same open settings, else the one
    /// in the same place, unless the list grew or shrank.
    fn list(&mut self, stored: &[Value], sent: &[Value], at: &Position) -> Vec<Value> {
        let mut free: Vec<Option<(&Value, Value)>> =
            stored.iter().map(|value| Some((value, without_secrets(value)))).collect();
        let open: Vec<Value> = sent.iter().map(without_secrets).collect();
        let mut continued: Vec<Option<&Value>> = open
            .iter()
            .map(|open| {
                let same = free.iter_mut().find(|stored| stored.as_ref().is_some_and(|(_, other)| other == open));
                same.and_then(Option::take).map(|(value, _)| value)
            })
            .collect();
        if stored.len() == sent.len() {
            for (entry, stored) in continued.iter_mut().zip(&mut free) {
                if entry.is_none() {
                    *entry = stored.take().map(|(value, _)| value);
                }
            }
        }
        let entries = sent.iter().zip(continued).enumerate();
        entries.map(|(number, (sent, stored))| self.value(stored, sent, &at.entry(number))).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn options(value: Value) -> Options {
        value.as_object().cloned().unwrap()
    }

    fn change(stored: Value, sent: Value) -> Result<Value, Vec<String>> {
        match changed(&options(stored), &options(sent), LeftOut::Kept) {
            Ok(changed) => Ok(Value::Object(changed.options)),
            Err(Refusal::Unprocessable(faults)) => Err(faults
                .into_iter()
                .filter_map(|fault| Some(format!("options.{}", fault.at?.path.join("."))))
                .collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn secrets_are_masked_at_any_depth_and_whatever_they_are() {
        let stored = json!({
            "address": "https://x", "apiKey": "s3cret", "pin_token": 7, "empty_token": null,
            "credentials": {"user": "u", "password": "p"}, "inner": {"list": [{"secret": "s", "name": "n"}, 1]},
        });
        let shown = json!({
            "address": "https://x", "apiKey": "***", "pin_token": "***", "empty_token": null,
            "credentials": "***", "inner": {"list": [{"secret": "***", "name": "n"}, 1]},
        });
        assert_eq!(Value::Object(masked(&options(stored))), shown);
    }

    #[test]
    fn secrets_are_found_where_they_are_set() {
        let stored = json!({"a/b": {"secret": "s"}, "list": [{"token": 1}, {"token": null}], "name": "n"});
        assert_eq!(secrets_of(&options(stored)), ["/a~1b/secret", "/list/0/token"]);
    }

    #[test]
    fn a_secret_that_is_sent_back_masked_or_left_out_stays() {
        let stored = json!({"key": "kept", "inner": {"secret": "kept", "limit": 1}, "limit": 1});
        let expected = json!({"key": "kept", "inner": {"secret": "kept", "limit": 2}, "limit": 2});
        assert_eq!(change(stored.clone(), json!({"key": "***", "inner": {"limit": 2}, "limit": 2})), Ok(expected));
        assert_eq!(change(stored.clone(), json!({})), Ok(stored.clone()));
        assert_eq!(change(stored.clone(), Value::Object(masked(&options(stored.clone())))), Ok(stored));
    }

    #[test]
    fn null_takes_a_secret_away_and_a_mask_without_a_secret_is_none() {
        assert_eq!(change(json!({"key": "kept"}), json!({"key": null})), Ok(json!({"key": null})));
        assert_eq!(change(json!({}), json!({"key": "***"})), Ok(json!({})));
    }

    #[test]
    fn what_is_replaced_as_a_whole_keeps_its_secrets() {
        let stored = options(json!({"a": 1, "token": "kept", "inner": {"secret": "kept", "b": 1}}));
        let after = changed(&stored, &options(json!({"c": 1})), LeftOut::Removed).unwrap();
        let expected = json!({"c": 1, "token": "kept", "inner": {"secret": "kept", "b": 1}});
        assert_eq!((Value::Object(after.options), after.new_secrets), (expected, vec![]));
    }

    #[test]
    fn new_secrets_are_told_by_their_place() {
        let sent = options(json!({"key": "new", "list": [{"token": "new"}], "inner": {"secret": {"a": 1}}}));
        let after = changed(&Options::new(), &sent, LeftOut::Kept).unwrap();
        assert_eq!(after.new_secrets, ["/inner/secret", "/key", "/list/0/token"]);
    }

    #[test]
    fn a_changed_address_demands_each_secret_that_would_stay() {
        let stored = json!({"url": "https://a", "key": "kept", "inner": {"token": "kept", "limit": 1}});
        for sent in [
            json!({"url": "https://b"}),
            json!({"url": "https://b", "key": "***", "inner": {"token": "***"}}),
            json!({"host": "b"}),
            json!({"production": "https://b"}),
            json!({"inner": {"port": 1}}),
        ] {
            let demanded = Err(vec!["options.inner.token".to_owned(), "options.key".to_owned()]);
            assert_eq!(
                change(stored.clone(), sent.clone()).map_err(|mut fields| {
                    fields.sort();
                    fields
                }),
                demanded,
                "{sent}"
            );
        }
        let again = json!({"url": "https://b", "key": "new", "inner": {"token": "new", "limit": 1}});
        assert_eq!(change(stored.clone(), again.clone()), Ok(again));
        let same = json!({"url": "https://a", "key": "***", "inner": {"limit": 2}});
        assert!(change(stored.clone(), same).is_ok());
        let gone = json!({"url": "https://b", "key": null, "inner": {"token": null}});
        assert!(change(stored, gone).is_ok());
    }

    #[test]
    fn an_address_whose_name_looks_like_a_secret_counts_as_one() {
        for (name, address) in [("tokenUrl", "https://b"), ("keyServer", "b.example.com"), ("authKey", "https://b")] {
            let stored = json!({name: "sealed", "clientSecret": "sealed"});
            let moved = change(stored.clone(), json!({name: address, "clientSecret": "***"}));
            assert_eq!(moved, Err(vec!["options.clientSecret".to_owned()]), "{name}");
            let kept = change(stored.clone(), json!({name: "***", "clientSecret": "***"}));
            assert_eq!(kept, Ok(stored), "{name}");
        }
        let stored = json!({"proxy-authorization": "sealed", "clientSecret": "sealed"});
        let sent = json!({"proxy-authorization": "Basic x", "clientSecret": "***"});
        assert!(change(stored, sent).is_ok());
    }

    #[test]
    fn an_address_that_is_taken_away_demands_its_secret_when_it_comes_back() {
        let stored = json!({"url": "https://a", "key": "kept"});
        let without = change(stored, json!({"url": null})).unwrap();
        assert_eq!(change(without, json!({"url": "https://b"})), Err(vec!["options.key".to_owned()]));
    }

    #[test]
    fn an_entry_of_a_list_is_known_by_its_open_settings_else_by_its_place() {
        let stored = json!({"list": [{"user": "a", "token": "A"}, {"user": "b", "token": "B"}]});
        let turned = json!({"list": [{"user": "b", "token": "***"}, {"user": "a"}]});
        let expected = json!({"list": [{"user": "b", "token": "B"}, {"user": "a", "token": "A"}]});
        assert_eq!(change(stored.clone(), turned), Ok(expected));
        let renamed = json!({"list": [{"user": "a", "token": "***"}, {"user": "c", "token": "***"}]});
        let expected = json!({"list": [{"user": "a", "token": "A"}, {"user": "c", "token": "B"}]});
        assert_eq!(change(stored.clone(), renamed), Ok(expected));
        let shortened = json!({"list": [{"user": "b", "token": "***"}]});
        assert_eq!(change(stored.clone(), shortened), Ok(json!({"list": [{"user": "b", "token": "B"}]})));
        let unclear = json!({"list": [{"user": "c", "token": "***"}]});
        let refused = changed(&options(stored), &options(unclear), LeftOut::Kept);
        let fault = IdentityFault::SecretOfUnknownEntry.at(Field::Options.entry("list").entry(0).entry("token"));
        assert_eq!(refused, Err(fault.unprocessable()));
    }

    #[test]
    fn secrets_of_a_list_do_not_change_places_with_their_addresses() {
        let stored = json!({"list": [{"url": "a", "n": 1, "token": "A"}, {"url": "b", "n": 2, "token": "B"}]});
        let crossed = json!({"list": [{"url": "b", "n": 1, "token": "***"}, {"url": "a", "n": 2, "token": "***"}]});
        let demanded = ["options.list.0.token", "options.list.1.token"].map(ToOwned::to_owned).to_vec();
        assert_eq!(change(stored, crossed), Err(demanded));
    }
}
