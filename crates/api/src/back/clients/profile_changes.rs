//! The history of profiles.

use crate::back::{Back, Reading, Routes};
use domain::clients::{ClientId, ProfileChange, ProfileChangeId, ProfileChangeKind};
use domain::identity::{Permission, UserId, masked_email};
use domain::value::{Entity, Timestamp};
use http::request::{FilterSet, Filters, ListQuery};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::clients::profile_changes::{self, Filter, StoredProfileChange};
use storage::{ByTime, Page};

use crate::Problem;

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const CHANGES: &str = "/api/v2/clients/{clientId}/changes";
    const CHANGE: &str = "/api/v2/clients/{clientId}/changes/{changeId}";
    routes
        .get("profile-changes.list", CHANGES, P::ProfileChangesRead)
        .summary("List the changes of a client's profile.")
        .describe("The filter `type` is needed: it says of which field. The newest come first.")
        .list(list);
    routes
        .get("profile-changes.get", CHANGE, P::ProfileChangesRead)
        .summary("Read a change of a client's profile.")
        .describe("Names the user who made the change, or none where the client did.")
        .example_path("/api/v2/clients/1/changes/1")
        .filtered(get);
}

/// A change of a profile.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProfileChange")]
#[serde(rename_all = "camelCase")]
struct ChangeAnswer {
    id: ProfileChangeId,
    client_id: ClientId,
    /// What it was changed to then.
    current_value: String,
    /// What it was before.
    previous_value: String,
    /// What was changed.
    #[serde(rename = "type")]
    kind: ProfileChangeKind,
    /// The user who changed it; none where the client did.
    user_id: Option<UserId>,
    create_time: Timestamp,
}

impl Resource<Back> for ChangeAnswer {
    const NAME: &'static str = ProfileChange::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn mask(&mut self) {
        match self.kind {
            ProfileChangeKind::Email => {
                self.current_value = masked_email(&self.current_value);
                self.previous_value = masked_email(&self.previous_value);
            }
        }
    }
}

impl From<StoredProfileChange> for ChangeAnswer {
    fn from(stored: StoredProfileChange) -> Self {
        let ProfileChange { client, current_value, previous_value, kind, user } = stored.data;
        Self {
            id: stored.id,
            client_id: client,
            current_value,
            previous_value,
            kind,
            user_id: user,
            create_time: stored.create_time,
        }
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { kind: filters.required_choice("type") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (client,): (ClientId,),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<ChangeAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(profile_changes::list(reading.conn, scope, client, query.filter, &query.paging)?.map(ChangeAnswer::from))
}

fn get(
    reading: &mut Reading<'_>,
    (client, id): (ClientId, ProfileChangeId),
    filter: Result<Filter, Problem>,
) -> Result<ChangeAnswer, Problem> {
    let change = profile_changes::get(reading.conn, &reading.caller.rights.scope, client, id)?;
    match filter?.kind {
        Some(kind) if kind == change.data.kind => Ok(change.into()),
        _ => Err(Problem::not_found()),
    }
}
