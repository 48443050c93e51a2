//! Which level a client got when, and why.

use domain::identity::Permission;
use domain::verification::VerificationId;
use http::request::{FilterSet, Filters, ListQuery};
use storage::verification::history::{self, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::answers::VerificationAnswer;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("verification-history.list", "/api/v2/verifications", P::VerificationHistoryRead)
        .summary("List the levels that clients got.")
        .describe("Each change of a client's level is a record, the first level included. The newest come first.")
        .list(list);
    routes
        .get("verification-history.get", "/api/v2/verifications/{verificationId}", P::VerificationHistoryRead)
        .summary("Read when and why a client got a level.")
        .describe("The levels are named as they were called then.")
        .record(get);
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self { client: filters.id("clientId") }
    }
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<Filter, ByTime>,
) -> Result<Page<VerificationAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(history::list(reading.conn, scope, query.filter, &query.paging)?.map(VerificationAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (VerificationId,)) -> Result<VerificationAnswer, Problem> {
    Ok(history::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}
