//! The languages that clients can choose.

use domain::clients::Locality;
use domain::content::{Localization, LocalizationFormat, LocalizationId};
use domain::value::Entity as _;
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::Page;
use storage::content::localizations::{self, Filter, Sort, StoredLocalization};

use crate::Problem;
use crate::front::{Front, OpenReading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.localizations.list", "/api/v2/my/localizations", Requirement::Anybody)
        .summary("List the languages with their formats.")
        .describe("By priority, low first, for the page of the sign-in: no token is needed. Disabled languages are not among them.")
        .open_list(list);
    routes
        .get("my.localizations.get", "/api/v2/my/localizations/{localizationId}", Requirement::Anybody)
        .summary("Read a language with its formats.")
        .describe("Formats are for display: this interface writes times and amounts in one way only.")
        .open_record(get);
}

/// A language that clients can choose.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MyLocalization")]
struct LocalizationAnswer {
    id: LocalizationId,
    /// The name of the language.
    caption: String,
    /// Language and country, such as `en_US`.
    locale: Locality,
    /// The language alone, such as `en`.
    language_code: String,
    /// Whether it is used where nothing else is chosen.
    is_default: bool,
    /// Whether it is written from the right to the left.
    is_right_to_left: bool,
    /// Its place in lists, low first.
    priority: i64,
    /// How times, numbers and names are written.
    format: LocalizationFormat,
}

impl Resource<Front> for LocalizationAnswer {
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
            is_default: data.is_default,
            is_right_to_left: data.is_right_to_left,
            priority: data.priority,
            format: data.format,
        }
    }
}

impl FilterSet<Front> for Filter {
    fn read(_: &mut Filters) -> Self {
        Self { is_enabled: Some(true) }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority)];
}

fn list(
    reading: &mut OpenReading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<LocalizationAnswer>, Problem> {
    Ok(localizations::list(reading.conn, query.filter, &query.paging)?.map(LocalizationAnswer::from))
}

fn get(reading: &mut OpenReading<'_>, (id,): (LocalizationId,)) -> Result<LocalizationAnswer, Problem> {
    Ok(localizations::get_enabled(reading.conn, id)?.into())
}
