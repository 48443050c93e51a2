use std::collections::BTreeMap;
use std::str::FromStr;

use domain::value::{self, Email, EmailError, Enumeration, FaultCode as _};
use serde_json::{Value, json};
use storage::{Direction, Paging};

use super::kinds::{NO_NUL, yes_no};
use crate::{Fault, Problem, RequestFault};

/// The format in which a list is exported whole.
pub const CSV: &str = "csv";
const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 1000;
/// The most characters of a filter.
const MAX_FILTER_CHARS: usize = 255;

/// What a list of an interface can be ordered by.
pub trait SortKey<I>: Copy + 'static {
    /// The names in the interface; the first is the default.
    const KEYS: &'static [(&'static str, Self)];
    /// Which way the default runs: times run from the newest.
    const DEFAULT_DIRECTION: Direction = Direction::Ascending;
}

/// What a list is asked for: filter and page.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery<F, S> {
    /// What it is narrowed to.
    pub filter: F,
    /// Which part of it.
    pub paging: Paging<S>,
    /// Whether a filter names a value outside of its enumeration: nothing can match.
    pub matches_nothing: bool,
}

/// The filters of a list: parsed, or described.
pub struct Filters {
    mode: Mode,
    matches_nothing: bool,
}

enum Mode {
    Parse { values: BTreeMap<String, String>, faults: Vec<Fault> },
    Describe(Vec<Value>),
}

/// What an interface narrows a list to.
pub trait FilterSet<I>: Sized + 'static {
    /// Reads every filter.
    fn read(filters: &mut Filters) -> Self;
}

impl<I> SortKey<I> for storage::ByTime {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

impl<I> SortKey<I> for storage::ById {
    const KEYS: &'static [(&'static str, Self)] = &[("id", Self::Id)];
}

/// A list that has no filters.
pub type NoFilter = ();

impl<I> FilterSet<I> for NoFilter {
    fn read(_: &mut Filters) -> Self {}
}

impl Filters {
    /// A text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let value = self.value(name, json!({"type": "string", "maxLength": MAX_FILTER_CHARS, "pattern": NO_NUL}))?;
        if value.chars().count() > MAX_FILTER_CHARS || value.contains('\0') {
            return self.fault(name, RequestFault::InvalidText.with("max", MAX_FILTER_CHARS));
        }
        Some(value)
    }

    /// `true`, `1` or their opposites.
    pub fn yes_no(&mut self, name: &str) -> Option<bool> {
        let value = self.value(name, json!({"type": "boolean"}))?;
        yes_no(&value).or_else(|| self.fault(name, RequestFault::NotBoolean))
    }

    /// A switch of the list beside its filters; off where it is left out.
    pub fn switch(&mut self, name: &str, description: &str) -> bool {
        match &mut self.mode {
            Mode::Parse { values, faults } => {
                let sent = values.remove(name).filter(|value| !value.is_empty());
                let is_on = sent.as_deref().map_or(Some(false), yes_no);
                faults.extend(is_on.is_none().then(|| Fault::sent(name, RequestFault::NotBoolean)));
                is_on.unwrap_or_default()
            }
            Mode::Describe(parameters) => {
                parameters.push(parameter(name, description, json!({"type": "boolean", "default": false})));
                false
            }
        }
    }

    /// An id, or another whole number.
    pub fn id<T: From<i64>>(&mut self, name: &str) -> Option<T> {
        let value =
            self.value(name, json!({"type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX}))?;
        let number = value.parse().ok().filter(|_| !value.starts_with('+'));
        number.map(T::from).or_else(|| self.fault(name, RequestFault::NotInteger))
    }

    /// A value of an enumeration; one outside of it matches nothing.
    pub fn choice<E: Enumeration>(&mut self, name: &str) -> Option<E> {
        let value = self.value(name, known_values(E::TEXTS))?;
        self.known(value.parse().ok())
    }

    /// One of these texts; another matches nothing.
    pub fn one_of(&mut self, name: &str, texts: &[&str]) -> Option<String> {
        let value = self.value(name, known_values(texts))?;
        self.known(texts.contains(&value.as_str()).then_some(value))
    }

    /// A text in the form that a type of the domain writes it in, such as an address; what matches the pattern
    /// is taken.
    pub fn canonical<T: FromStr + ToString>(&mut self, name: &str, pattern: &str) -> Option<String> {
        let value = self.value(name, json!({"type": "string", "pattern": pattern}))?;
        value.parse::<T>().ok().map(|value| value.to_string()).or_else(|| self.fault(name, RequestFault::InvalidValue))
    }

    /// An e-mail address.
    pub fn email(&mut self, name: &str) -> Option<Email> {
        let value = self.value(name, json!({"type": "string", "format": "email", "maxLength": Email::MAX_BYTES}))?;
        value.parse().map_err(|error: EmailError| self.fault::<()>(name, error)).ok()
    }

    /// E-mail addresses separated by commas.
    pub fn emails(&mut self, name: &str) -> Option<Vec<Email>> {
        let value =
            self.value(name, json!({"type": "string", "maxLength": MAX_FILTER_CHARS * 4, "pattern": NO_NUL}))?;
        if value.chars().count() > MAX_FILTER_CHARS * 4 {
            return self.fault(name, RequestFault::InvalidText.with("max", MAX_FILTER_CHARS * 4));
        }
        let parts = value.split(',').filter(|part| !part.trim().is_empty());
        let emails: Result<Vec<Email>, EmailError> = parts.map(str::parse).collect();
        emails.map_err(|error| self.fault::<()>(name, error)).ok()
    }

    /// Values separated by commas, each parsed by `parse`: one that it does not know matches nothing.
    pub fn several<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let value =
            self.value(name, json!({"type": "string", "maxLength": MAX_FILTER_CHARS * 4, "pattern": NO_NUL}))?;
        if value.chars().count() > MAX_FILTER_CHARS * 4 || value.contains('\0') {
            return self.fault(name, RequestFault::InvalidText.with("max", MAX_FILTER_CHARS));
        }
        Some(value.split(',').map(str::trim).filter(|part| !part.is_empty()).filter_map(parse).collect())
    }

    /// Several texts, any of which a record may match: separated by commas, or each under a number of its own, as in
    /// `filter[keys][0]`.
    pub fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let numbered = self.numbered(name);
        let text = json!({"type": "string", "maxLength": MAX_FILTER_CHARS, "pattern": NO_NUL});
        let schema = json!({"type": "array", "items": text});
        let joined = self.take_list(name, schema);
        let joined = joined.as_deref().into_iter().flat_map(|value| value.split(',')).map(str::trim);
        let texts: Vec<String> =
            joined.map(ToOwned::to_owned).chain(numbered).filter(|text| !text.is_empty()).collect();
        if texts.iter().any(|text| text.chars().count() > MAX_FILTER_CHARS || text.contains('\0')) {
            return self.fault(name, RequestFault::InvalidText.with("max", MAX_FILTER_CHARS));
        }
        (!texts.is_empty()).then_some(texts)
    }

    /// Takes the values out that stand under a name and a number.
    fn numbered(&mut self, name: &str) -> Vec<String> {
        let Mode::Parse { values, .. } = &mut self.mode else { return Vec::new() };
        let prefix = format!("filter[{name}][");
        let number = |key: &str| key.strip_prefix(&prefix)?.strip_suffix(']')?.parse::<u16>().ok();
        let mut found: Vec<(u16, String)> = values.keys().filter_map(|key| Some((number(key)?, key.clone()))).collect();
        found.sort_unstable();
        found.iter().filter_map(|(_, key)| values.remove(key)).collect()
    }

    /// Ids separated by commas.
    pub fn ids<T: From<i64>>(&mut self, name: &str) -> Option<Vec<T>> {
        let value = self.value(name, json!({"type": "string", "pattern": "^[1-9][0-9]{0,14}(,[1-9][0-9]{0,14})*$"}))?;
        let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
        let ids: Option<Vec<T>> = parts.map(|part| part.parse().ok().map(T::from)).collect();
        ids.or_else(|| self.fault(name, RequestFault::NotIntegers))
    }

    /// A date-time.
    pub fn moment(&mut self, name: &str) -> Option<domain::value::Timestamp> {
        let value = self.value(name, json!({"type": "string", "format": "date-time"}))?;
        self.parsed_moment(name, &value)
    }

    /// A date-time that must be sent, such as in this example.
    pub fn required_moment(&mut self, name: &str, example: &str) -> Option<domain::value::Timestamp> {
        let schema = json!({"type": "string", "format": "date-time", "examples": [example]});
        match self.take(name, schema, true) {
            Some(value) => self.parsed_moment(name, &value),
            None => self.fault(name, RequestFault::Required),
        }
    }

    fn parsed_moment(&mut self, name: &str, value: &str) -> Option<domain::value::Timestamp> {
        // A plus sign that was not encoded arrives as a blank.
        let parsed = value.replace(' ', "+").parse::<domain::value::Timestamp>();
        match parsed {
            // SQLite sorts moments as texts, and a year of five digits before all others.
            Ok(moment) if !moment.is_writable() => self.fault(name, value::CommonFault::NotDateTime),
            Ok(moment) => Some(moment),
            Err(error) => self.fault(name, error),
        }
    }

    /// An amount.
    pub fn amount(&mut self, name: &str) -> Option<domain::ledger::Amount> {
        let value =
            self.value(name, json!({"type": "string", "format": "decimal", "pattern": r"^-?\d{1,10}(\.\d{1,18})?$"}))?;
        match value.parse::<domain::ledger::Amount>() {
            Ok(amount) => Some(amount),
            Err(error) => self.fault(name, error),
        }
    }

    /// A kind that must be named: without it the list means nothing.
    pub fn required_choice<E: Enumeration>(&mut self, name: &str) -> Option<E> {
        let schema = json!({"type": "string", "minLength": 1, "examples": E::TEXTS});
        match self.take(name, schema, true) {
            Some(value) => self.known(value.parse().ok()),
            None => self.fault(name, RequestFault::Required),
        }
    }

    /// Says what the filter that was read last does, where it does not narrow a list.
    pub fn about(&mut self, description: &str) {
        if let Mode::Describe(parameters) = &mut self.mode
            && let Some(parameter) = parameters.last_mut().and_then(Value::as_object_mut)
        {
            parameter.insert("description".to_owned(), description.into());
        }
    }

    /// A filter that a rule refuses.
    pub fn refuse(&mut self, name: &str, fault: value::Fault) {
        self.fault::<()>(name, fault);
    }

    fn known<T>(&mut self, value: Option<T>) -> Option<T> {
        self.matches_nothing |= value.is_none();
        value
    }

    fn fault<T>(&mut self, name: &str, fault: impl Into<value::Fault>) -> Option<T> {
        if let Mode::Parse { faults, .. } = &mut self.mode {
            faults.push(Fault::sent(format!("filter[{name}]"), fault));
        }
        None
    }

    fn value(&mut self, name: &str, schema: Value) -> Option<String> {
        self.take(name, schema, false)
    }

    /// The same of a filter that has several values; generated clients send them separated by commas.
    fn take_list(&mut self, name: &str, schema: Value) -> Option<String> {
        let value = self.take(name, schema, false);
        if let Mode::Describe(parameters) = &mut self.mode
            && let Some(parameter) = parameters.last_mut().and_then(Value::as_object_mut)
        {
            parameter.insert("explode".to_owned(), false.into());
        }
        value
    }

    /// Takes the filter's value out; an empty one counts as absent.
    fn take(&mut self, name: &str, schema: Value, is_required: bool) -> Option<String> {
        let description = format!("Keeps the records whose `{name}` matches.");
        let name = format!("filter[{name}]");
        match &mut self.mode {
            Mode::Parse { values, .. } => values.remove(&name).filter(|value| !value.is_empty()),
            Mode::Describe(parameters) => {
                let mut parameter = json!({
                    "name": name, "in": "query", "required": is_required, "description": description, "schema": schema,
                });
                let example = schema.pointer("/examples/0").filter(|_| is_required).cloned();
                if let (Some(parameter), Some(example)) = (parameter.as_object_mut(), example) {
                    parameter.insert("example".to_owned(), example);
                }
                parameters.push(parameter);
                None
            }
        }
    }
}

/// One of an enumeration's values; any other text is taken, and matches nothing.
fn known_values(texts: &[&str]) -> Value {
    json!({"type": "string", "examples": texts})
}

fn parameter(name: &str, description: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
}

/// The parameters of a list, made by the very function that parses them; `format` is told in words, since
/// with it the answer has another type.
pub fn describe<I, F: FilterSet<I>, S: SortKey<I>>() -> Vec<Value> {
    let mut filters = Filters { mode: Mode::Describe(Vec::new()), matches_nothing: false };
    F::read(&mut filters);
    let names: Vec<&str> = S::KEYS.iter().map(|(name, _)| *name).collect();
    let direction = match S::DEFAULT_DIRECTION {
        Direction::Ascending => "asc",
        Direction::Descending => "desc",
    };
    let limit = json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT});
    let offset = json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": i64::MAX, "default": 0});
    let key = json!({"type": "string", "enum": names, "default": names.first()});
    let order = json!({"type": "string", "enum": ["asc", "desc"], "default": direction});
    let mut parameters = vec![
        parameter("limit", "How many records the page has at most.", limit),
        parameter("offset", "How many records come before the page.", offset),
        parameter("sort_by", "What the records are sorted by; their ids break ties.", key),
        parameter("sort_order", "Whether the smallest or the largest come first.", order),
        parameter("total", "Whether all records that match are counted.", json!({"type": "boolean", "default": true})),
    ];
    if let Mode::Describe(described) = filters.mode {
        parameters.extend(described);
    }
    parameters
}

/// The query that asks for no record of a list, and only whether there is such a list.
pub fn nothing<I, F: FilterSet<I>, S: SortKey<I>>() -> Option<ListQuery<F, S>> {
    let mode = Mode::Parse { values: BTreeMap::new(), faults: Vec::new() };
    let filter = F::read(&mut Filters { mode, matches_nothing: false });
    let (_, sort) = S::KEYS.first()?;
    let paging = Paging { sort: *sort, direction: S::DEFAULT_DIRECTION, limit: 0, offset: 0, counts: false };
    Some(ListQuery { filter, paging, matches_nothing: true })
}

/// Parses the query of a list.
///
/// # Errors
/// A 400 with every fault, unknown parameters among them: a typo must not answer everything.
pub fn read<I, F: FilterSet<I>, S: SortKey<I>>(query: &str) -> Result<ListQuery<F, S>, Problem> {
    let mut values = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if values.insert(name.to_string(), value.to_string()).is_some() {
            faults.push(Fault::sent(name, RequestFault::SentTwice));
        }
    }
    let limit = number(&mut values, "limit", DEFAULT_LIMIT, 1..=MAX_LIMIT, &mut faults);
    let offset = number(&mut values, "offset", 0, 0..=i64::MAX, &mut faults);
    let sort = values.remove("sort_by").filter(|name| !name.is_empty());
    let key = match &sort {
        None => S::KEYS.first(),
        Some(wanted) => S::KEYS.iter().find(|(name, _)| name == wanted),
    };
    if key.is_none() {
        let names: Vec<&str> = S::KEYS.iter().map(|(name, _)| *name).collect();
        faults.push(Fault::sent("sort_by", RequestFault::NotOneOf.with("values", names.join(", "))));
    }
    let is_default = sort.as_deref().is_none_or(|name| S::KEYS.first().is_some_and(|(first, _)| *first == name));
    let direction = match values.remove("sort_order").as_deref() {
        None | Some("") if is_default => S::DEFAULT_DIRECTION,
        None | Some("" | "asc") => Direction::Ascending,
        Some("desc") => Direction::Descending,
        Some(_) => {
            faults.push(Fault::sent("sort_order", RequestFault::NotOneOf.with("values", "asc, desc")));
            Direction::Ascending
        }
    };
    let counts = match values.remove("total").as_deref() {
        None | Some("") => true,
        Some(text) => yes_no(text).unwrap_or_else(|| {
            faults.push(Fault::sent("total", RequestFault::NotBoolean));
            true
        }),
    };
    if values.remove("format").is_some_and(|format| !matches!(format.as_str(), "" | "json" | CSV)) {
        faults.push(Fault::sent("format", RequestFault::NotOneOf.with("values", "json, csv")));
    }
    let mut filters = Filters { mode: Mode::Parse { values, faults }, matches_nothing: false };
    let filter = F::read(&mut filters);
    let Mode::Parse { values, mut faults } = filters.mode else {
        return Err(Problem::internal("filters were described, not parsed"));
    };
    faults.extend(values.into_keys().map(|name| {
        let is_filter = name.starts_with("filter[");
        Fault::sent(name, if is_filter { RequestFault::UnknownFilter } else { RequestFault::UnknownParameter })
    }));
    match key {
        Some((_, sort)) if faults.is_empty() => {
            let paging = Paging { sort: *sort, direction, limit, offset, counts };
            Ok(ListQuery { filter, paging, matches_nothing: filters.matches_nothing })
        }
        _ => Err(Problem::bad_request(faults)),
    }
}

fn number(
    values: &mut BTreeMap<String, String>,
    name: &str,
    default: i64,
    range: std::ops::RangeInclusive<i64>,
    faults: &mut Vec<Fault>,
) -> i64 {
    let Some(text) = values.remove(name).filter(|text| !text.is_empty()) else { return default };
    match text.parse() {
        Ok(number) if range.contains(&number) && !text.starts_with('+') => number,
        _ => {
            faults.push(Fault::sent(
                name,
                RequestFault::OutOfRange.with("min", *range.start()).with("max", *range.end()),
            ));
            default
        }
    }
}
