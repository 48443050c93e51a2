//! What follows from the answers of outside platforms, for transactions and for bonuses.

use diesel::prelude::*;
use domain::bonuses::BonusState;
use domain::ledger::BonusId;
use domain::platform::Fate;

use super::{received_payments, transit};
use crate::bonuses::engine;
use crate::ledger::platform_orders::{self, OrderSubject, SendOrder};
use crate::schema::bonuses;
use crate::{DbConnection, Error, Tx};

/// Carries out what follows from a platform's answer, while what it changes is held.
pub fn settle(tx: &mut Tx<'_>, job: &SendOrder, fate: &Fate) -> Result<(), Error> {
    let Some(order) = platform_orders::pending(tx.conn, *job)? else { return Ok(()) };
    match order.subject {
        OrderSubject::Transaction(transaction) => {
            platform_orders::note(tx, *job, fate)?;
            match fate {
                Fate::Done => transit::settle(tx, transaction, order.account, &order.arrival),
                Fate::Refused(_) => {
                    transit::reverse(tx, transaction, order.account)?;
                    received_payments::come_back(tx, transaction)
                }
                Fate::Dead(_) => transit::give_up(tx, transaction),
                Fate::Again { .. } => Ok(()),
            }
        }
        OrderSubject::Bonus(bonus) if order.was_given_up && waits_for_user(tx.conn, bonus)? => Ok(()),
        OrderSubject::Bonus(bonus) => {
            platform_orders::note(tx, *job, fate)?;
            match fate {
                Fate::Done => engine::answered(tx, bonus, job.order(), None),
                Fate::Refused(reason) | Fate::Dead(reason) => engine::answered(tx, bonus, job.order(), Some(reason)),
                Fate::Again { .. } => Ok(()),
            }
        }
    }
}

/// Whether a bonus waits for a user, who lets it be asked for again under the key of the order that was given up. Until
/// then that order must stay as it is, or the platform would be asked for the same under a second key.
fn waits_for_user(conn: &mut DbConnection, bonus: BonusId) -> Result<bool, Error> {
    let state: Option<BonusState> = bonuses::table.find(bonus).select(bonuses::state).first(conn).optional()?;
    Ok(state == Some(BonusState::Error))
}
