use domain::platform::{Fate, JobResult};
use storage::ledger::platform_orders::{self, PlatformOrder, SendOrder};
use storage::payments::platform_answers;
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::metrics::CallKind;
use crate::outbound::Outbound;

/// Sends orders to outside platforms.
pub(super) struct PlatformOrderHandler;

impl JobHandler for PlatformOrderHandler {
    type Job = SendOrder;
    type Work = PlatformOrder;

    /// A few, so that a slow platform does not hold up the others. Orders of one account share a lane.
    const CONCURRENCY: usize = 4;

    fn load(conn: &mut DbConnection, job: &SendOrder) -> Result<Option<PlatformOrder>, Error> {
        platform_orders::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, order: &PlatformOrder) -> JobResult {
        outbound.measured(CallKind::PlatformOrder, |adapters| adapters.gateway.ask(order))
    }

    fn lock(tx: &mut Tx<'_>, job: &SendOrder) -> Result<(), Error> {
        platform_orders::lock(tx, job)
    }

    fn settle(tx: &mut Tx<'_>, job: &SendOrder, fate: &Fate) -> Result<(), Error> {
        platform_answers::settle(tx, job, fate)
    }
}
