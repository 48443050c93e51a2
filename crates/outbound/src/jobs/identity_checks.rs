use domain::platform::{Fate, JobResult};
use storage::requests::checks::{self, CheckIdentity, IdentityCheck};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::metrics::CallKind;
use crate::outbound::Outbound;

/// Asks the outside checker about clients.
pub(super) struct IdentityCheckHandler;

impl JobHandler for IdentityCheckHandler {
    type Job = CheckIdentity;
    type Work = IdentityCheck;

    /// A few, so that a slow answer does not hold up the others.
    const CONCURRENCY: usize = 2;

    fn is_able(outbound: &Outbound) -> bool {
        outbound.adapters.identity_checker.is_some()
    }

    fn load(conn: &mut DbConnection, job: &CheckIdentity) -> Result<Option<IdentityCheck>, Error> {
        checks::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, check: &IdentityCheck) -> JobResult {
        match &outbound.adapters.identity_checker {
            Some(checker) => outbound.measured(CallKind::IdentityCheck, |_| checker.check(check)),
            None => JobResult::Unanswered("no checker is set".into()),
        }
    }

    fn lock(tx: &mut Tx<'_>, job: &CheckIdentity) -> Result<(), Error> {
        checks::lock(tx, job)
    }

    fn settle(tx: &mut Tx<'_>, job: &CheckIdentity, fate: &Fate) -> Result<(), Error> {
        checks::settle(tx, job, fate)
    }
}
