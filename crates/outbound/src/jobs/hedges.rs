use domain::platform::{Fate, JobResult};
use storage::ledger::hedges::{self, AskForHedge, Hedge};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::metrics::CallKind;
use crate::outbound::Outbound;

/// Asks for hedges.
pub(super) struct HedgeHandler;

impl JobHandler for HedgeHandler {
    type Job = AskForHedge;
    type Work = Hedge;

    const CONCURRENCY: usize = 1;

    fn load(conn: &mut DbConnection, job: &AskForHedge) -> Result<Option<Hedge>, Error> {
        hedges::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, hedge: &Hedge) -> JobResult {
        match &outbound.adapters.hedger {
            Some(hedger) => outbound.measured(CallKind::Hedge, |_| hedger.hedge(hedge)),
            None => JobResult::Failed("no provider is set (BACKOFFICE_HEDGING_URL)".into()),
        }
    }

    fn settle(tx: &mut Tx<'_>, job: &AskForHedge, fate: &Fate) -> Result<(), Error> {
        hedges::settle(tx, job, fate)
    }
}
