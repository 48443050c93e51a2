//! The languages of the clients' interface.

use domain::clients::Locality;
use domain::content::{Localization, LocalizationFormat, LocalizationId};
use domain::identity::Permission;
use domain::value::{CommonFault, Entity, FaultCode as _};
use http::request::{Boolean, Fields, Input, Integer, Kind, ListQuery, NoFilter, Object, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::Page;
use storage::content::localizations::{self, Filter, Sort, StoredLocalization};

use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const LANGUAGE: &str = "/api/v2/localizations/{localizationId}";
    routes
        .get("localizations.list", "/api/v2/localizations", P::LocalizationsRead)
        .summary("List languages with their formats.")
        .describe("By priority, low first. Languages are neither added nor deleted.")
        .list(list);
    routes
        .get("localizations.get", LANGUAGE, P::LocalizationsRead)
        .summary("Read a language with its formats.")
        .describe("Formats are for display: this interface writes times and amounts in one way only.")
        .record(get);
    routes
        .put_and_patch("localizations.update", LANGUAGE, P::LocalizationsUpdate)
        .summary("Change a language.")
        .describe(
            "The members of `format` that are sent change, the others stay. Exactly one language is the default, and it \
             is enabled: one that becomes the default takes the mark from the other. Clients whose language is disabled \
             keep it and read the default one.",
        )
        .example_at("/api/v2/localizations/3", json!({"isEnabled": true, "format": {"shortDate": "j.n.Y"}}))
        .changed(update);
}

/// A language of the clients' interface.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Localization")]
struct LocalizationAnswer {
    id: LocalizationId,
    /// The name of the language.
    caption: String,
    /// Language and country, such as `en_US`.
    locale: Locality,
    /// The language alone, such as `en`.
    language_code: String,
    /// Whether clients may choose it.
    is_enabled: bool,
    /// Whether it is used where nothing else is chosen.
    is_default: bool,
    /// Whether it is written from the right to the left.
    is_right_to_left: bool,
    /// Its place in lists, low first.
    priority: i64,
    /// How times, numbers and names are written.
    format: LocalizationFormat,
}

impl Resource<Back> for LocalizationAnswer {
    const NAME: &'static str = Localization::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredLocalization> for LocalizationAnswer {
    fn from(StoredLocalization { id, locale, data }: StoredLocalization) -> Self {
        Self {
            id,
            caption: data.caption,
            language_code: locale.language().to_owned(),
            locale,
            is_enabled: data.is_enabled,
            is_default: data.is_default,
            is_right_to_left: data.is_right_to_left,
            priority: data.priority,
            format: data.format,
        }
    }
}

/// What stands between digits. Blanks count, since some languages part thousands by one.
#[derive(Clone, Copy, Debug)]
struct Separator {
    min: usize,
}

impl Separator {
    const MAX_CHARS: usize = 4;
}

impl Kind for Separator {
    type Out = String;

    fn schema(&self) -> Value {
        json!({"type": "string", "minLength": self.min, "maxLength": Self::MAX_CHARS, "pattern": "^[^\\u0000]*$"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let fault = match value.as_str() {
            None => RequestFault::NotString.fault(),
            Some(text) if text.is_empty() && self.min > 0 => CommonFault::Empty.fault(),
            Some(text) if text.chars().count() > Self::MAX_CHARS => {
                CommonFault::Length.with("min", self.min).with("max", Self::MAX_CHARS)
            }
            Some(text) if text.contains('\0') => CommonFault::NulCharacter.fault(),
            Some(text) => return Some(text.to_owned()),
        };
        faults.push(Fault::sent(at, fault));
        None
    }
}

/// A member of the formats.
enum Member {
    Separator(Separator),
    Pattern,
}

const PATTERN: Text = Text { min: 1, max: 64 };

impl Member {
    fn described(&self, about: &str) -> Value {
        match self {
            Self::Separator(separator) => separator.described(about),
            Self::Pattern => PATTERN.described(about),
        }
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        match (self, value) {
            (_, Value::Null) => {
                faults.push(Fault::sent(at, RequestFault::Null));
                None
            }
            (Self::Separator(separator), value) => separator.parse(value, at, faults),
            (Self::Pattern, value) => PATTERN.parse(value, at, faults),
        }
    }
}

/// A member: its name in the interface, what it is, its kind, and where it is kept.
struct Format {
    name: &'static str,
    about: &'static str,
    member: Member,
    field: fn(&mut LocalizationFormat) -> &mut String,
}

const fn pattern(name: &'static str, about: &'static str, field: fn(&mut LocalizationFormat) -> &mut String) -> Format {
    Format { name, about, member: Member::Pattern, field }
}

const FORMATS: [Format; 10] = [
    Format {
        name: "decimal",
        about: "What stands before the decimals.",
        member: Member::Separator(Separator { min: 1 }),
        field: |format| &mut format.decimal,
    },
    pattern("fullDate", "A date with its weekday.", |format| &mut format.full_date),
    pattern("fullTime", "A time with its zone.", |format| &mut format.full_time),
    pattern("longDate", "A date with the whole name of its month.", |format| &mut format.long_date),
    pattern("middleDate", "A date with a short name of its month.", |format| &mut format.middle_date),
    pattern("middleTime", "A time with seconds.", |format| &mut format.middle_time),
    pattern("name", "The order of a person's names.", |format| &mut format.name),
    pattern("shortDate", "A date in digits.", |format| &mut format.short_date),
    pattern("shortTime", "A time without seconds.", |format| &mut format.short_time),
    Format {
        name: "thousands",
        about: "What stands between thousands; it may be empty.",
        member: Member::Separator(Separator { min: 0 }),
        field: |format| &mut format.thousands,
    },
];

/// The members that are sent, by their places; the others stay.
type SentFormat = Vec<(usize, String)>;

fn format_schema() -> Value {
    let property = |format: &Format| (format.name.to_owned(), format.member.described(format.about));
    let properties: Map<String, Value> = FORMATS.iter().map(property).collect();
    json!({"title": "NewLocalizationFormat", "type": "object", "properties": properties})
}

fn read_format(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentFormat> {
    let before = faults.len();
    let mut sent = Vec::new();
    for (place, Format { name, member, .. }) in FORMATS.iter().enumerate() {
        if let Some(value) = object.get(*name) {
            let text = member.parse(value, &format!("{at}.{name}"), faults);
            sent.extend(text.map(|text| (place, text)));
        }
    }
    (faults.len() == before).then_some(sent)
}

const SENT_FORMAT: Object<SentFormat> = Object { schema: format_schema, read: read_format };

impl Input<Back> for Localization {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let caption = fields.required("caption", &Text::NAME, |language| &language.caption);
        let is_enabled = fields.required("isEnabled", &Boolean, |language| &language.is_enabled);
        let is_default = fields.required("isDefault", &Boolean, |language| &language.is_default);
        let is_right_to_left = fields.required("isRightToLeft", &Boolean, |language| &language.is_right_to_left);
        let priority = fields.required("priority", &Integer::ANY, |language| &language.priority);
        let sent = fields.optional("format", &SENT_FORMAT);
        // Languages are only changed, so there is one.
        let mut format = fields.current()?.format.clone();
        for (place, text) in sent?.unwrap_or_default() {
            if let Some(Format { field, .. }) = FORMATS.get(place) {
                *field(&mut format) = text;
            }
        }
        Some(Self {
            caption: caption?,
            is_enabled: is_enabled?,
            is_default: is_default?,
            is_right_to_left: is_right_to_left?,
            priority: priority?,
            format,
        })
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority)];
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, Sort>,
) -> Result<Page<LocalizationAnswer>, Problem> {
    Ok(localizations::list(reading.conn, Filter::default(), &query.paging)?.map(LocalizationAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (LocalizationId,)) -> Result<LocalizationAnswer, Problem> {
    Ok(localizations::get(reading.conn, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (LocalizationId,),
    body: &Body<'_, Localization>,
) -> Result<Change<LocalizationAnswer>, Problem> {
    let before = localizations::lock(writing.tx, id)?;
    Ok(writing.change(before, body, localizations::update)?.map(LocalizationAnswer::from))
}
