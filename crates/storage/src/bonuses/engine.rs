//! The engine: it does to a bonus what its rules say, step by step, each in the ledger and in the
//! history. Each bonus has a time at which it is due; whoever takes it holds its account first, so that
//! each step is done once, by whichever server.

use diesel::prelude::*;
use domain::bonuses::{BonusEvent, BonusFacts, BonusFailure, BonusState, BonusesFault, Obstacle, decide, next_event};
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountFacts, AccountId, Amount, BonusId, EntryId, PlatformOrderId};
use domain::value::{FaultCode as _, Timestamp};

use super::account_facts::for_bonus;
use super::awards::{self, Standing, StoredBonus};
use super::history::{self, NewStep};
use super::settings;
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::platform_orders::{self, OrderSubject};
use crate::ledger::postings::{Cause, post};
use crate::money::Stored;
use crate::schema::{bonuses as table, entries};
use crate::{DbConnection, Error, Tx};

/// How many bonuses one transaction of the engine takes.
const MAX_TAKEN: i64 = 100;
/// How long a bonus waits whose step failed by a fault of the program.
const RETRY_AFTER: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// The bonuses that are due, with their accounts, in the order in which accounts are held.
pub fn due(conn: &mut DbConnection, now: Timestamp) -> Result<Vec<(AccountId, BonusId)>, Error> {
    let query = table::table.filter(table::due_at.le(now.naive())).order(table::due_at).limit(MAX_TAKEN);
    let mut due: Vec<(AccountId, BonusId)> = query.select((table::account_id, table::id)).load(conn)?;
    due.sort_unstable();
    Ok(due)
}

/// Does what is due with each of these bonuses. One that fails does not stop the others.
pub fn run(tx: &mut Tx<'_>, due: &[(AccountId, BonusId)]) -> Result<(), Error> {
    for (account, id) in due {
        let done = tx.attempt(|tx| {
            let mut held = lock_by_ids(tx, &[*account])?.remove(account).ok_or(Error::NotFound)?;
            let due_at: Option<Timestamp> = table::table.find(id).select(table::due_at).first(tx.conn)?;
            // Another server may have done it meanwhile.
            if due_at.is_some_and(|due_at| due_at <= tx.now) { advance(tx, &mut held, *id) } else { Ok(()) }
        });
        match done {
            Err(error @ (Error::Broken(_) | Error::Refused(_) | Error::NotFound)) => {
                log::error!("bonus {id}: {error}");
                let later = tx.now.plus(RETRY_AFTER).naive();
                diesel::update(table::table.find(id)).set(table::due_at.eq(Some(later))).execute(tx.conn)?;
            }
            other => other?,
        }
    }
    Ok(())
}

/// A bonus that takes its steps, while its account is held.
struct BonusRun<'a> {
    account: &'a mut StoredAccount,
    bonus: StoredBonus,
    obstacles: Vec<Obstacle>,
    is_removed: bool,
}

/// When the outside platform that keeps the account learns of a posting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlatformConsent {
    /// It is asked, and the step is taken when it has confirmed.
    AskFirst,
    /// A user has decided that the step is taken now; it is informed.
    TellAfterwards,
    /// It was asked, and has confirmed.
    Confirmed,
}

impl<'a> BonusRun<'a> {
    fn load(tx: &mut Tx<'_>, account: &'a mut StoredAccount, id: BonusId) -> Result<Self, Error> {
        let bonus = awards::by_ids(tx.conn, &[id])?.pop().ok_or(Error::NotFound)?;
        let obstacles = for_bonus(tx.conn, account)?.obstacles(bonus.data.amount);
        Ok(Self { account, bonus, obstacles, is_removed: false })
    }

    fn facts(&self, tx: &mut Tx<'_>) -> Result<BonusFacts, Error> {
        let settings = settings::get(tx.conn)?.data;
        let waits = self.bonus.data.state == BonusState::Queued && !self.bonus.data.terms.enable_auto_credit;
        let books = &self.account.facts.books;
        Ok(BonusFacts {
            obstacles: self.obstacles.clone(),
            has_earlier: waits && self.has_earlier(tx.conn)?,
            credit: books.credit,
            balance: books.balance,
            burns_if_negative: settings.burn_if_balance_negative,
            burns_on_withdrawal: settings.burn_on_withdrawal,
            asks_platform: self.account.facts.is_outside,
            is_asked: self.bonus.asked_order.is_some(),
        })
    }

    /// Whether an earlier bonus of the account, by time and id, is unfinished.
    fn has_earlier(&self, conn: &mut DbConnection) -> Result<bool, Error> {
        let made = self.bonus.create_time.naive();
        let earlier = table::create_time.lt(made).or(table::create_time.eq(made).and(table::id.lt(self.bonus.id)));
        let unfinished = table::table
            .filter(table::account_id.eq(self.account.id))
            .filter(table::is_removed.eq(false))
            .filter(table::state.eq_any(BonusState::unfinished()))
            .filter(earlier);
        Ok(diesel::select(diesel::dsl::exists(unfinished)).get_result(conn)?)
    }

    /// Takes one step.
    fn step(
        &mut self,
        tx: &mut Tx<'_>,
        event: &BonusEvent,
        facts: &BonusFacts,
        user: Option<UserId>,
        consent: PlatformConsent,
    ) -> Result<(), Error> {
        let decision = decide(&self.bonus.data, event, facts, tx.now)?;
        let from = self.bonus.data.state;
        let mut entry_id = None;
        if let Some(money) = decision.money {
            let entry = money.entry(&self.account.facts).map_err(|unbalanced| Error::Broken(unbalanced.to_string()))?;
            let is_outside = self.account.facts.is_outside;
            if is_outside && consent != PlatformConsent::Confirmed {
                let order =
                    platform_orders::put(tx, OrderSubject::Bonus(self.bonus.id), self.account.id, &entry, &entry)?;
                if consent == PlatformConsent::AskFirst {
                    self.bonus.asked_order = Some(order);
                    return Ok(());
                }
            }
            let round = decision.bonus.round;
            post(tx, Cause::Bonus(self.bonus.id, round), money.step(), &entry, &mut [&mut *self.account])?;
            let posted = entries::table
                .filter(entries::bonus_id.eq(self.bonus.id))
                .filter(entries::step.eq(money.step()))
                .filter(entries::round.eq(round));
            entry_id = posted.select(entries::id).first::<EntryId>(tx.conn).optional()?;
        }
        self.bonus.data = decision.bonus;
        self.bonus.asked_order = None;
        self.is_removed = decision.is_removed;
        let step = NewStep {
            bonus_id: self.bonus.id,
            event: event.name(),
            from_state: Some(from),
            to_state: self.bonus.data.state,
            entry_id,
            user_id: user,
        };
        history::record(tx, step)
    }

    /// Takes every step that is due now.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        while !self.is_removed {
            let facts = self.facts(tx)?;
            let Some(event) = next_event(&self.bonus.data, &facts, tx.now) else { break };
            match self.step(tx, &event, &facts, None, PlatformConsent::AskFirst) {
                // What cannot be done is for a user to look into.
                Err(Error::Refused(refusal)) => {
                    let reason = BonusEvent::Fail(refusal.into());
                    self.step(tx, &reason, &facts, None, PlatformConsent::AskFirst)?;
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// Writes the bonus, and wakes the account's next ones, since it may be their turn.
    fn store(self, tx: &mut Tx<'_>) -> Result<StoredBonus, Error> {
        let facts = self.facts(tx)?;
        let bonus = &self.bonus.data;
        let waits = facts.is_asked || (bonus.state == BonusState::Queued && facts.has_earlier);
        let due_at = if waits || self.is_removed { None } else { bonus.due_at(tx.now) };
        let standing = Standing { due_at, asked_order: self.bonus.asked_order, is_removed: self.is_removed };
        awards::update(tx, self.bonus.id, bonus, standing)?;
        if self.is_removed || bonus.state.is_over() {
            let next = table::table
                .filter(table::account_id.eq(self.account.id))
                .filter(table::state.eq(BonusState::Queued))
                .filter(table::is_removed.eq(false))
                .filter(table::asked_order.is_null())
                .filter(table::due_at.is_null());
            diesel::update(next).set(table::due_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
        }
        Ok(StoredBonus { update_time: tx.now, ..self.bonus })
    }
}

/// Takes every step of a bonus that is due now, while its account is held.
pub(crate) fn advance(tx: &mut Tx<'_>, account: &mut StoredAccount, id: BonusId) -> Result<(), Error> {
    let mut run = BonusRun::load(tx, account, id)?;
    run.run(tx)?;
    run.store(tx)?;
    Ok(())
}

/// Holds the account of a bonus, and the bonus with it, until the transaction ends.
fn lock_account(tx: &mut Tx<'_>, scope: &Scope, id: BonusId) -> Result<StoredAccount, Error> {
    let account = awards::get(tx.conn, scope, id)?.account;
    let held = lock_by_ids(tx, &[account])?.remove(&account).ok_or(Error::NotFound)?;
    // It may have been removed before the account was held.
    awards::get(tx.conn, scope, id)?;
    Ok(held)
}

/// A bonus before and after a user's action.
#[derive(Clone, Debug)]
pub struct BonusChange {
    /// As it was.
    pub before: StoredBonus,
    /// As it is.
    pub after: StoredBonus,
}

/// Holds a bonus by its account until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for a bonus of a client whom the caller does not see.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: BonusId) -> Result<StoredBonus, Error> {
    lock_account(tx, scope, id)?;
    awards::get(tx.conn, scope, id)
}

/// A user does something with a bonus; what follows from it is done at once.
///
/// # Errors
/// [`Error::NotFound`], and a conflict where the state does not allow it.
pub fn act(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    id: BonusId,
    event: &BonusEvent,
) -> Result<BonusChange, Error> {
    let mut account = lock_account(tx, scope, id)?;
    let mut run = BonusRun::load(tx, &mut account, id)?;
    let before = run.bonus.clone();
    let facts = run.facts(tx)?;
    if facts.is_asked && *event == BonusEvent::Continue {
        return Err(BonusesFault::PlatformNotAnswered.conflict().into());
    }
    run.step(tx, event, &facts, Some(user), PlatformConsent::TellAfterwards)?;
    run.run(tx)?;
    Ok(BonusChange { before, after: run.store(tx)? })
}

/// The states in which a bonus burns when money leaves.
const BURNING: [BonusState; 3] = [BonusState::Active, BonusState::Pending, BonusState::Hold];

/// Money leaves an account that is held (T11): where that is switched on, its credited bonuses burn first. An
/// outside platform is asked to take the credit back.
pub(crate) fn burn_for_withdrawal(tx: &mut Tx<'_>, account: &mut StoredAccount) -> Result<(), Error> {
    if !burns_on_withdrawal(tx.conn, &account.facts)? {
        return Ok(());
    }
    let burning = table::table
        .filter(table::account_id.eq(account.id))
        .filter(table::is_removed.eq(false))
        .filter(table::state.eq_any(BURNING));
    let ids: Vec<BonusId> = burning.order((table::create_time, table::id)).select(table::id).load(tx.conn)?;
    for id in ids {
        let mut run = BonusRun::load(tx, account, id)?;
        let facts = run.facts(tx)?;
        run.step(tx, &BonusEvent::MoneyWithdrawn, &facts, None, PlatformConsent::AskFirst)?;
        run.run(tx)?;
        run.store(tx)?;
    }
    Ok(())
}

fn burns_on_withdrawal(conn: &mut DbConnection, account: &AccountFacts) -> Result<bool, Error> {
    Ok(account.books.credit.is_positive() && settings::get(conn)?.data.burn_on_withdrawal)
}

/// The facts of an account whose money leaves: without the credit that burns then.
pub(crate) fn facts_after_burning(conn: &mut DbConnection, account: &AccountFacts) -> Result<AccountFacts, Error> {
    let mut facts = account.clone();
    if burns_on_withdrawal(conn, account)? {
        let burning = table::table
            .filter(table::account_id.eq(account.id))
            .filter(table::is_removed.eq(false))
            .filter(table::state.eq_any(BURNING).or(table::state.eq(BonusState::Processing)));
        for Stored(credited) in burning.select(table::credited).load(conn)? {
            facts.books.credit = facts.books.credit.minus(credited)?.max(Amount::ZERO);
        }
    }
    Ok(facts)
}

/// A platform has answered what it was asked for a bonus: the step is taken, or has failed.
pub(crate) fn answered(
    tx: &mut Tx<'_>,
    id: BonusId,
    order: PlatformOrderId,
    failure: Option<&str>,
) -> Result<(), Error> {
    let account: AccountId = table::table.find(id).select(table::account_id).first(tx.conn)?;
    let mut account = lock_by_ids(tx, &[account])?.remove(&account).ok_or(Error::NotFound)?;
    let mut run = BonusRun::load(tx, &mut account, id)?;
    if run.bonus.asked_order != Some(order) {
        return Ok(());
    }
    // It was its turn, and nothing stood against it, when the platform was asked.
    let facts = BonusFacts { obstacles: Vec::new(), has_earlier: false, is_asked: false, ..run.facts(tx)? };
    let event = match (failure, run.bonus.data.state) {
        (Some(reason), _) => BonusEvent::Fail(BonusFailure::Platform(reason.to_owned())),
        (None, BonusState::Queued) => BonusEvent::Credit,
        (None, _) => BonusEvent::Confirm,
    };
    run.step(tx, &event, &facts, None, PlatformConsent::Confirmed)?;
    run.run(tx)?;
    run.store(tx)?;
    Ok(())
}
