//! Which level the client got when, and how they climb to the next one.

use domain::verification::VerificationId;
use http::request::{ListQuery, NoFilter};
use storage::verification::history::{self, Filter};
use storage::{ByTime, Page};

use crate::Problem;
use crate::answers::VerificationAnswer;
use crate::front::{Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.verifications.list", "/api/v2/my/verifications", Requirement::SignedIn)
        .summary("List how the client got verification levels.")
        .describe("Each change of the level is a record, the first level included. The newest come first.")
        .list(list);
    routes
        .get("my.verifications.get", "/api/v2/my/verifications/{verificationId}", Requirement::SignedIn)
        .summary("Read one grant of a level.")
        .describe("The levels are named as they were called then.")
        .record(get);
}

fn list(
    reading: &mut Reading<'_>,
    (): (),
    query: &ListQuery<NoFilter, ByTime>,
) -> Result<Page<VerificationAnswer>, Problem> {
    let caller = reading.caller;
    let filter = Filter { client: Some(caller.client()) };
    Ok(history::list(reading.conn, &caller.scope(), filter, &query.paging)?.map(VerificationAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (VerificationId,)) -> Result<VerificationAnswer, Problem> {
    Ok(history::get(reading.conn, &reading.caller.scope(), id)?.into())
}
