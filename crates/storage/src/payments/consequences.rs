//! What a movement leads to: bonuses that burn before it, bonuses that it earns, and its hedge.

use domain::bonuses::{burns_bonuses, earns_bonus};
use domain::clients::ClientId;
use domain::ledger::{AccountId, Amount, TransactionId, TransactionKind, TransactionStatus};
use domain::messaging::EventName;

use crate::bonuses::awarding;
use crate::bonuses::engine::burn_for_withdrawal;
use crate::ledger::accounts::StoredAccount;
use crate::ledger::hedges;
use crate::ledger::transactions::StoredTransaction;
use crate::messaging::events;
use crate::{Error, Tx};

/// A transaction that is done, as far as something follows from it.
pub(super) struct Completed<'a> {
    pub id: TransactionId,
    pub client: ClientId,
    pub kind: TransactionKind,
    pub has_method: bool,
    pub debit: Option<&'a StoredAccount>,
    pub credit: Option<&'a StoredAccount>,
    /// What left.
    pub debited: Amount,
    /// What arrived.
    pub credited: Amount,
    /// The rate between the two.
    pub rate: Amount,
}

impl<'a> Completed<'a> {
    /// A transaction that was stored before, at the amounts that it was stored with.
    pub fn of(stored: &'a StoredTransaction) -> Self {
        Self {
            id: stored.id,
            client: stored.client,
            kind: stored.kind,
            has_method: stored.method.is_some(),
            debit: stored.debit.account.as_deref(),
            credit: stored.credit.account.as_deref(),
            debited: stored.debit.amount,
            credited: stored.credit.amount,
            rate: stored.rate,
        }
    }

    /// Others hear of it, money on a trading account may earn a bonus, an exchange may be hedged.
    pub fn follow_up(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.tell(tx)?;
        match (self.kind, self.debit, self.credit) {
            (TransactionKind::Exchange, Some(source), Some(destination)) => {
                let to = destination.data.currency;
                hedges::put(tx, self.id, self.client, &source.facts, to, [self.debited, self.rate])
            }
            (kind, _, Some(account)) if earns_bonus(kind, self.has_method) => {
                awarding::earn(tx, account, self.credited)
            }
            _ => Ok(()),
        }
    }
}

impl Completed<'_> {
    fn tell(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let Some(name) = EventName::of_done(self.kind) else { return Ok(()) };
        let mut data = events::facts([
            ("transactionId", self.id.get().into()),
            ("amount", self.debited.plain().into()),
            ("status", TransactionStatus::Done.as_str().into()),
            ("type", self.kind.as_str().into()),
        ]);
        let account = if self.kind == TransactionKind::Deposit { self.credit } else { self.debit };
        data.extend(account.map(|account| ("accountId".to_owned(), account.id.get().into())));
        events::put(tx, name, Some(self.client), data)
    }
}

/// Money is about to leave an account for good: its bonuses burn first.
pub(super) fn burn_before(
    tx: &mut Tx<'_>,
    kind: TransactionKind,
    has_method: bool,
    source: Option<AccountId>,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    match held.iter_mut().find(|account| Some(account.id) == source) {
        Some(account) if burns_bonuses(kind, has_method) => burn_for_withdrawal(tx, account),
        _ => Ok(()),
    }
}

/// The same for a transaction that was stored before.
pub(super) fn burn_before_stored(
    tx: &mut Tx<'_>,
    transaction: &StoredTransaction,
    held: &mut [&mut StoredAccount],
) -> Result<(), Error> {
    let source = transaction.debit.account.as_deref().map(|account| account.id);
    burn_before(tx, transaction.kind, transaction.method.is_some(), source, held)
}
