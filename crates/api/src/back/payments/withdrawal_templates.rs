//! What clients saved of withdrawals, to be used again.

use domain::clients::ClientId;
use domain::identity::Permission;
use domain::payments::{TemplateData, WithdrawalTemplate, WithdrawalTemplateId};
use domain::value::{Entity as _, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::payments::withdrawal_templates::{self, Filter, Sort, StoredTemplate};
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("withdrawal-templates.list", "/api/v2/withdrawals/patterns", P::WithdrawalTemplatesRead)
        .summary("List the withdrawal templates that clients saved.")
        .describe("Clients keep their templates themselves. They move and reserve nothing. The newest come first.")
        .list(list);
    routes
        .get("withdrawal-templates.get", "/api/v2/withdrawals/patterns/{patternId}", P::WithdrawalTemplatesRead)
        .summary("Read a withdrawal template.")
        .describe("What it names may be gone; it is checked when it is used.")
        .record(get);
}

/// What a client saved of a withdrawal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WithdrawalTemplate")]
#[serde(rename_all = "camelCase")]
struct TemplateAnswer {
    id: WithdrawalTemplateId,
    /// What the client calls it.
    name: String,
    /// The withdrawal as the client typed it.
    data: TemplateData,
    client_id: ClientId,
    create_time: Timestamp,
    update_time: Timestamp,
}

impl Resource<Back> for TemplateAnswer {
    const NAME: &'static str = WithdrawalTemplate::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredTemplate> for TemplateAnswer {
    fn from(stored: StoredTemplate) -> Self {
        let StoredTemplate { id, client, data: WithdrawalTemplate { name, data }, create_time, update_time } = stored;
        Self { id, name, data, client_id: client, create_time, update_time }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            name: filters.text("name"),
            from: filters.moment("fromCreateTime"),
            to: filters.moment("toCreateTime"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime), ("name", Self::Name)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<TemplateAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(withdrawal_templates::list(reading.conn, scope, &query.filter, &query.paging)?.map(TemplateAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (WithdrawalTemplateId,)) -> Result<TemplateAnswer, Problem> {
    Ok(withdrawal_templates::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}
