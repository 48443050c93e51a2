use std::marker::PhantomData;

use domain::value::{self, CommonFault, List, Locale, LocalizedText};
use serde_json::{Map, Value, json};

use super::Kind;
use crate::{Fault, Problem, RequestFault};

/// What a body is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To make a record: what is required must be there.
    Create,
    /// To change one: what is left out stays.
    Change,
}

/// What an interface parses a JSON body into.
pub trait Input<I>: Sized + 'static {
    /// What the fields that are left out are taken from when a record is changed.
    type Current;

    /// Its name in the document, where it is not called after the record that it makes or changes.
    const NAME: Option<&'static str> = None;

    /// Whether it has a `password` that is hashed before the transaction begins.
    const HASHES_PASSWORD: bool = false;

    /// The texts in languages of a record that is changed, where it has some.
    fn texts(_current: &Self::Current) -> Option<&List<LocalizedText>> {
        None
    }

    /// Reads every field, whatever was found before, so that all faults are told at once; none
    /// if there was one.
    fn read(fields: &mut Fields<'_, Self::Current>) -> Option<Self>;
}

/// The fields of a body: parsed, or described. What is left out when a record is changed is taken from the
/// record as it is.
pub struct Fields<'a, C> {
    reading: &'a mut Reading,
    current: Option<&'a C>,
}

struct Reading {
    purpose: Purpose,
    mode: Mode,
}

enum Mode {
    Parse { object: Map<String, Value>, faults: Vec<Fault> },
    Describe { properties: Map<String, Value>, required: Vec<Value>, about: Option<&'static str> },
}

impl<'a, C> Fields<'a, C> {
    /// What the body is read for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.reading.purpose
    }

    /// The record that is changed.
    #[must_use]
    pub fn current(&self) -> Option<&'a C> {
        self.current
    }

    /// The same fields, for what reads a part of the record.
    pub fn part<D: 'a>(&mut self, of: impl FnOnce(&'a C) -> &'a D) -> Fields<'_, D> {
        Fields { current: self.current.map(of), reading: self.reading }
    }

    /// The same fields, for what reads a record that is new.
    pub fn fresh<D>(&mut self) -> Fields<'_, D> {
        Fields { reading: self.reading, current: None }
    }

    /// What the next field is. One that the answer has too is described there.
    pub fn about(&mut self, text: &'static str) -> &mut Self {
        if let Mode::Describe { about, .. } = &mut self.reading.mode {
            *about = Some(text);
        }
        self
    }

    /// A field that a new record must have.
    pub fn required<K: Kind>(&mut self, name: &str, kind: &K, current: impl FnOnce(&C) -> &K::Out) -> Option<K::Out> {
        self.required_over(name, kind, self.current.map(current))
    }

    /// The same over a value that is no plain part of the record.
    pub fn required_over<K: Kind>(&mut self, name: &str, kind: &K, current: Option<&K::Out>) -> Option<K::Out> {
        let is_required = self.purpose() == Purpose::Create;
        self.describe(name, kind, false, is_required);
        match (self.sent(name), current) {
            (Some(Value::Null), _) => self.fault(name, RequestFault::Null),
            (Some(value), _) => self.parse(name, kind, &value),
            (None, Some(current)) => Some(current.clone()),
            (None, None) if is_required => self.fault(name, RequestFault::Required),
            (None, None) => None,
        }
    }

    /// A field that must be sent, whatever the body is for.
    pub fn needed<K: Kind>(&mut self, name: &str, kind: &K) -> Option<K::Out> {
        self.describe(name, kind, false, true);
        match self.sent(name) {
            Some(Value::Null) => self.fault(name, RequestFault::Null),
            Some(value) => self.parse(name, kind, &value),
            None => self.fault(name, RequestFault::Required),
        }
    }

    /// A field that has a default for a new record.
    pub fn or<K: Kind>(
        &mut self,
        name: &str,
        kind: &K,
        current: impl FnOnce(&C) -> &K::Out,
        default: impl FnOnce() -> K::Out,
    ) -> Option<K::Out> {
        let current = self.current.map(current).cloned();
        self.or_default(name, kind, || current.unwrap_or_else(default))
    }

    /// A field that has this value where it is not sent.
    pub fn or_default<K: Kind>(&mut self, name: &str, kind: &K, default: impl FnOnce() -> K::Out) -> Option<K::Out> {
        self.describe(name, kind, false, false);
        match self.sent(name) {
            Some(Value::Null) => self.fault(name, RequestFault::Null),
            Some(value) => self.parse(name, kind, &value),
            None => Some(default()),
        }
    }

    /// A field that need not be sent and is not kept as it came.
    pub fn optional<K: Kind>(&mut self, name: &str, kind: &K) -> Option<Option<K::Out>> {
        self.describe(name, kind, false, false);
        match self.sent(name) {
            Some(Value::Null) => self.fault(name, RequestFault::Null),
            Some(value) => self.parse(name, kind, &value).map(Some),
            None => Some(None),
        }
    }

    /// A field that need not be sent and that `null` clears, and is not kept as it came.
    pub fn clearable<K: Kind>(&mut self, name: &str, kind: &K) -> Option<Option<Option<K::Out>>> {
        self.describe(name, kind, true, false);
        match self.sent(name) {
            Some(Value::Null) => Some(Some(None)),
            Some(value) => self.parse(name, kind, &value).map(|value| Some(Some(value))),
            None => Some(None),
        }
    }

    /// A field that may be empty: `null` clears it.
    pub fn nullable<K: Kind>(
        &mut self,
        name: &str,
        kind: &K,
        current: impl FnOnce(&C) -> &Option<K::Out>,
    ) -> Option<Option<K::Out>> {
        self.nullable_over(name, kind, self.current.map(current))
    }

    /// A field of a new record that may be empty.
    pub fn nullable_new<K: Kind>(&mut self, name: &str, kind: &K) -> Option<Option<K::Out>> {
        self.nullable_over(name, kind, None)
    }

    fn nullable_over<K: Kind>(
        &mut self,
        name: &str,
        kind: &K,
        current: Option<&Option<K::Out>>,
    ) -> Option<Option<K::Out>> {
        self.describe(name, kind, true, false);
        match self.sent(name) {
            Some(Value::Null) => Some(None),
            Some(value) => self.parse(name, kind, &value).map(Some),
            None => Some(current.cloned().flatten()),
        }
    }

    /// A field that cannot change: it may be sent back as it is.
    pub fn fixed<K: Kind<Out: PartialEq>>(
        &mut self,
        name: &str,
        kind: &K,
        current: impl FnOnce(&C) -> &K::Out,
    ) -> Option<K::Out> {
        self.fixed_over(name, kind, self.current.map(current))
    }

    /// The same over a value that is no plain part of the record.
    pub fn fixed_over<K: Kind<Out: PartialEq>>(
        &mut self,
        name: &str,
        kind: &K,
        current: Option<&K::Out>,
    ) -> Option<K::Out> {
        let Some(current) = current else { return self.required_over(name, kind, None) };
        match self.sent(name) {
            Some(value) if self.parse(name, kind, &value)? != *current => self.fault(name, CommonFault::Fixed),
            _ => Some(current.clone()),
        }
    }

    /// A fault that is seen by looking at several fields.
    pub fn fault<T>(&mut self, name: &str, fault: impl Into<value::Fault>) -> Option<T> {
        self.add(Fault::sent(name, fault));
        None
    }

    /// Takes over what a rule of the domain found by looking at several fields.
    pub fn check(&mut self, found: Option<value::Fault>) -> Option<()> {
        match found {
            Some(fault) => {
                self.add(fault.into());
                None
            }
            None => Some(()),
        }
    }

    /// Takes over what a [`Kind`] found in a value that is seen with another one.
    pub fn take(&mut self, found: Vec<Fault>) -> Option<()> {
        let has_none = found.is_empty();
        for fault in found {
            self.add(fault);
        }
        has_none.then_some(())
    }

    fn add(&mut self, fault: Fault) {
        if let Mode::Parse { faults, .. } = &mut self.reading.mode {
            faults.push(fault);
        }
    }

    /// Whether the field was sent.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        matches!(&self.reading.mode, Mode::Parse { object, .. } if object.contains_key(name))
    }

    /// All that was sent; none where the body is described.
    #[must_use]
    pub fn all_sent(&self) -> Option<&Map<String, Value>> {
        match &self.reading.mode {
            Mode::Parse { object, .. } => Some(object),
            Mode::Describe { .. } => None,
        }
    }

    fn sent(&self, name: &str) -> Option<Value> {
        match &self.reading.mode {
            Mode::Parse { object, .. } => object.get(name).cloned(),
            Mode::Describe { .. } => None,
        }
    }

    fn parse<K: Kind>(&mut self, name: &str, kind: &K, value: &Value) -> Option<K::Out> {
        match &mut self.reading.mode {
            Mode::Parse { faults, .. } => kind.parse(value, name, faults),
            Mode::Describe { .. } => None,
        }
    }

    fn describe<K: Kind>(&mut self, name: &str, kind: &K, is_nullable: bool, is_required: bool) {
        if let Mode::Describe { properties, required, about } = &mut self.reading.mode {
            let schema = kind.schema();
            let mut schema = if is_nullable { json!({"anyOf": [schema, {"type": "null"}]}) } else { schema };
            if let (Some(about), Some(schema)) = (about.take(), schema.as_object_mut()) {
                schema.insert("description".to_owned(), about.into());
            }
            properties.insert(name.to_owned(), schema);
            if is_required {
                required.push(name.into());
            }
        }
    }
}

/// The schema of a body, made by the very function that parses it.
#[must_use]
pub fn describe<I, T: Input<I>>(purpose: Purpose) -> Value {
    let mode = Mode::Describe { properties: Map::new(), required: Vec::new(), about: None };
    let mut reading = Reading { purpose, mode };
    // Without a request there is nothing to make a value of.
    drop(T::read(&mut Fields { reading: &mut reading, current: None }));
    match reading.mode {
        Mode::Describe { properties, required, .. } if required.is_empty() => {
            json!({"type": "object", "properties": properties})
        }
        Mode::Describe { properties, required, .. } => {
            json!({"type": "object", "properties": properties, "required": required})
        }
        Mode::Parse { .. } => Value::Null,
    }
}

/// A JSON body that is still to be parsed into `T`: only after the records of the path are known
/// to exist, since those are told first.
pub struct Body<'a, I, T> {
    raw: &'a Result<Map<String, Value>, Fault>,
    /// What is wrong with parts of it already.
    part_faults: &'a [Fault],
    password_hash: Option<&'a str>,
    locale: &'a Locale,
    parsed: PhantomData<(I, T)>,
}

impl<'a, I, T: Input<I>> Body<'a, I, T> {
    /// A body, or what is wrong with it as a whole.
    #[must_use]
    pub(crate) fn new(
        raw: &'a Result<Map<String, Value>, Fault>,
        part_faults: &'a [Fault],
        password_hash: Option<&'a str>,
        locale: &'a Locale,
    ) -> Self {
        Self { raw, part_faults, password_hash, locale, parsed: PhantomData }
    }

    /// What a new record is made of.
    ///
    /// # Errors
    /// A 400 with every fault.
    pub fn create(&self) -> Result<T, Problem> {
        self.read(Purpose::Create, None)
    }

    /// What a record is changed to.
    ///
    /// # Errors
    /// A 400 with every fault.
    pub fn change(&self, current: &T::Current) -> Result<T, Problem> {
        self.read(Purpose::Change, Some(current))
    }

    /// The same where fields that are sent as they were answered, masked, count as not sent.
    ///
    /// # Errors
    /// A 400 with every fault.
    pub fn change_unmasked(&self, current: &T::Current, masked: &[(&str, String)]) -> Result<T, Problem> {
        let Ok(object) = self.raw else { return self.change(current) };
        let mut object = object.clone();
        object.retain(|name, value| {
            !masked.iter().any(|(field, shown)| field == name && value.as_str() == Some(shown.as_str()))
        });
        Body { raw: &Ok(object), ..*self }.change(current)
    }

    /// The hash of the body's `password`, made before the transaction began.
    #[must_use]
    pub fn password_hash(&self) -> Option<&str> {
        self.password_hash
    }

    fn read(&self, purpose: Purpose, current: Option<&T::Current>) -> Result<T, Problem> {
        let object = self.raw.as_ref().map_err(|fault| Problem::bad_request(vec![fault.clone()]))?;
        let object = match current.and_then(T::texts) {
            Some(texts) => self.without_read_texts(object, texts),
            None => object.clone(),
        };
        let mut reading = Reading { purpose, mode: Mode::Parse { object, faults: self.part_faults.to_vec() } };
        let value = T::read(&mut Fields { reading: &mut reading, current });
        match (reading.mode, value) {
            (Mode::Parse { faults, .. }, Some(value)) if faults.is_empty() => Ok(value),
            (Mode::Parse { faults, .. }, _) => Err(Problem::bad_request(faults)),
            (Mode::Describe { .. }, _) => Err(Problem::internal("a body was described, not parsed")),
        }
    }

    /// The fields but for those that are sent back as they were read in the caller's language: what
    /// is stored in the plain field is another text.
    fn without_read_texts(&self, object: &Map<String, Value>, texts: &List<LocalizedText>) -> Map<String, Value> {
        let was_read = |name: &str, value: &Value| {
            self.locale.text_of(texts, name).is_some_and(|text| value.as_str() == Some(text.value.as_str()))
        };
        let sent = object.iter().filter(|(name, value)| !was_read(name, value));
        sent.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}
