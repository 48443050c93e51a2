//! How bonuses are awarded: by a user, by a deposit or a transfer that earns one, or claimed by a client.

use domain::bonuses::{Award, BonusProgram, BonusProgramId, BonusTerms, BonusesFault, takes_bonuses};
use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountId, Amount, BonusId};
use domain::value::{FaultCode as _, Field, Refusal};

use super::account_facts::for_bonus;
use super::awards::{StoredBonus, by_ids, insert};
use super::{engine, presets, programs, settings};
use crate::ledger::account_locks::lock_by_ids;
use crate::ledger::accounts::{StoredAccount, if_visible};
use crate::ledger::rates;
use crate::{Error, Tx};

/// A user awards a bonus (T01); it is credited at once where its turn has come.
///
/// # Errors
/// A refusal with every rule that the account and the amount break.
pub fn award(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    id: AccountId,
    amount: Amount,
    terms: BonusTerms,
) -> Result<StoredBonus, Error> {
    let held = lock_by_ids(tx, &[id])?.remove(&id);
    let held = if_visible(tx.conn, scope, held)?;
    let mut held = held.ok_or_else(|| Refusal::unknown(Field::Account))?;
    let bonus = for_bonus(tx.conn, &held)?.award(Award::Manual, amount, terms, Vec::new())?;
    let bonus = insert(tx, &held, None, &bonus, Some(user))?;
    engine::advance(tx, &mut held, bonus)?;
    by_ids(tx.conn, &[bonus])?.pop().ok_or(Error::NotFound)
}

/// A deposit or a transfer that is done may earn a bonus (T02); the engine credits it.
pub(crate) fn earn(tx: &mut Tx<'_>, held: &StoredAccount, amount: Amount) -> Result<(), Error> {
    if !takes_bonuses(&held.facts, held.platform_kind) {
        return Ok(());
    }
    let settings = settings::get(tx.conn)?.data;
    if !settings.is_enabled {
        return Ok(());
    }
    let Some(preset) = presets::default_of(tx.conn, held.data.platform)? else { return Ok(()) };
    let rate = rates::to_usd(tx.conn, tx.now, held.data.currency)?;
    let Some(amount) = settings.award(amount, held.facts.currency, rate) else { return Ok(()) };
    match for_bonus(tx.conn, held)?.award(Award::Earned, amount, preset.terms, Vec::new()) {
        Ok(bonus) => insert(tx, held, None, &bonus, None).map(drop),
        // The money has arrived; it earns nothing.
        Err(_) => Ok(()),
    }
}

/// A client claims a bonus from a program (T03); the engine credits it.
///
/// # Errors
/// A refusal with every rule that it breaks; a conflict where they have claimed one before.
pub fn claim(tx: &mut Tx<'_>, client: ClientId, program: BonusProgramId, id: AccountId) -> Result<BonusId, Error> {
    // Bonuses name their program without a foreign key.
    tx.hold("bonus_programs", &[program])?;
    let program = programs::get(tx.conn, program)?;
    let held = lock_by_ids(tx, &[id])?.remove(&id).filter(|account| account.data.client == client);
    let held = held.filter(|account| account.data.is_shown()).ok_or_else(|| Refusal::unknown(Field::Account))?;
    let faults = program.data.claim_faults(&held.data, held.platform_group.as_deref(), tx.now);
    let BonusProgram { amount, terms, name, .. } = program.data;
    let bonus = for_bonus(tx.conn, &held)?.award(Award::Claimed, amount, terms, faults)?;
    let claimed = insert(tx, &held, Some((program.id, &name)), &bonus, None);
    claimed.map_err(|error| error.or_taken(|| BonusesFault::ProgramAlreadyClaimed.conflict()))
}
