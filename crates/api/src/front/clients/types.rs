//! The types that clients can be of.

use domain::clients::{ClientType, ClientTypeGroup, ClientTypeId};
use domain::value::{Entity as _, Identified, List, LocalizedText, Localizer};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::clients::types::{self, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::front::{Front, OpenReading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.client-types.list", "/api/v2/my/clients/types", Requirement::Anybody)
        .summary("List the client types.")
        .describe("The newest come first. For the form of the sign-up: no token is needed. Disabled types are not among them.")
        .open_list(list);
    routes
        .get("my.client-types.get", "/api/v2/my/clients/types/{typeId}", Requirement::Anybody)
        .summary("Read a client type.")
        .describe("The name is answered in the language of the call, where there is a text in it. A disabled type is not found.")
        .open_record(get);
}

/// A type of clients.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyClientType")]
struct TypeAnswer {
    id: ClientTypeId,
    /// Whether new clients get it.
    default: bool,
    /// Its name.
    name: String,
    /// Whether its clients are persons or companies.
    group: ClientTypeGroup,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl Resource<Front> for TypeAnswer {
    const NAME: &'static str = ClientType::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "name", &mut self.name);
    }
}

impl From<Identified<ClientType>> for TypeAnswer {
    fn from(Identified { id, data }: Identified<ClientType>) -> Self {
        Self { id, default: data.default, name: data.name, group: data.group, resources: data.resources }
    }
}

impl FilterSet<Front> for Filter {
    fn read(_: &mut Filters) -> Self {
        Self { enabled: Some(true), ..Self::default() }
    }
}

fn list(reading: &mut OpenReading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<TypeAnswer>, Problem> {
    Ok(types::list(reading.conn, &query.filter, &query.paging)?.map(TypeAnswer::from))
}

fn get(reading: &mut OpenReading<'_>, (id,): (ClientTypeId,)) -> Result<TypeAnswer, Problem> {
    Ok(types::get_enabled(reading.conn, id)?.into())
}
