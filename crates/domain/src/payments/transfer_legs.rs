use std::collections::BTreeMap;

use crate::catalog::PlatformId;
use crate::ledger::{
    AccountBook, AccountFacts, AccountId, Amount, Book, BrokerBook, CurrencyCode, Entry, Posting, Unbalanced,
};

/// The two entries of a movement that an outside platform takes part in (`docs/rules.md`, Outside platforms).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferLegs {
    /// Posted at once: the money is in transit.
    pub outbound: Entry,
    /// Posted when every platform has confirmed.
    pub settlement: Entry,
}

impl TransferLegs {
    /// Splits a movement where its money is between our books and a platform; none where both sides are ours.
    ///
    /// # Errors
    /// [`Unbalanced`]: a bug.
    pub fn split(
        entry: &Entry,
        debit: Option<&AccountFacts>,
        credit: Option<&AccountFacts>,
    ) -> Result<Option<Self>, Unbalanced> {
        let outside =
            |account: Option<&AccountFacts>| account.filter(|account| account.is_outside).map(|a| (a.id, a.platform));
        let (is_outbound, platform): (Box<dyn Fn(&Posting) -> bool>, PlatformId) =
            match (outside(debit), outside(credit)) {
                (Some((source, platform)), _) => {
                    (Box::new(move |posting| account_of(posting) == Some(source)), platform)
                }
                (None, Some((destination, platform))) => {
                    (Box::new(move |posting| account_of(posting) != Some(destination)), platform)
                }
                (None, None) => return Ok(None),
            };
        let (mut outbound, mut settlement): (Vec<Posting>, Vec<Posting>) =
            entry.postings().iter().cloned().partition(|posting| is_outbound(posting));
        for (currency, sum) in sums(&outbound)? {
            let in_transit = |amount| Posting { book: Book::Broker(BrokerBook::Platform(platform)), currency, amount };
            outbound.push(in_transit(sum.negated()));
            settlement.push(in_transit(sum));
        }
        Ok(Some(Self { outbound: Entry::of(outbound)?, settlement: Entry::of(settlement)? }))
    }
}

/// The opposite of an outbound entry. What had been blocked becomes free.
///
/// # Errors
/// [`Unbalanced`]: a bug.
pub fn reversal(outbound: &Entry) -> Result<Entry, Unbalanced> {
    Entry::of(outbound.postings().iter().cloned().map(|posting| {
        let book = match posting.book {
            Book::Account(id, AccountBook::Hold) => Book::Account(id, AccountBook::Balance),
            book => book,
        };
        Posting { book, amount: posting.amount.negated(), ..posting }
    }))
}

fn account_of(posting: &Posting) -> Option<AccountId> {
    match &posting.book {
        Book::Account(id, _) => Some(*id),
        Book::Broker(_) => None,
    }
}

fn sums(postings: &[Posting]) -> Result<BTreeMap<CurrencyCode, Amount>, Unbalanced> {
    let mut sums: BTreeMap<CurrencyCode, Amount> = BTreeMap::new();
    for Posting { currency, amount, .. } in postings {
        let sum = sums.entry(*currency).or_default();
        *sum = sum.plus(*amount).map_err(|_| Unbalanced(*currency))?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::TransactionKind;
    use crate::ledger::account::tests::account;
    use crate::payments::complete_transfer;
    use crate::value::amount::tests::amount;

    fn outside(mut account: AccountFacts, platform: i64) -> AccountFacts {
        account.is_outside = true;
        account.platform = PlatformId::new(platform);
        account
    }

    fn texts(entry: &Entry) -> Vec<String> {
        let text = |posting: &Posting| match &posting.book {
            Book::Account(id, book) => format!("{id}.{book} {}", posting.amount.plain()),
            Book::Broker(book) => format!("{book} {}", posting.amount.plain()),
        };
        entry.postings().iter().map(text).collect()
    }

    /// MONEY.md: a transfer of 40 to an account on platform 7.
    #[test]
    fn money_to_a_platform_is_in_transit_until_it_confirms() {
        let (source, destination) = (account(1, 840, "100"), outside(account(2, 840, "0"), 7));
        let kind = TransactionKind::Transfer;
        let movement = complete_transfer(kind, &source, &destination, amount("40"), AccountBook::Balance).unwrap();
        let legs = TransferLegs::split(&movement.entry, Some(&source), Some(&destination)).unwrap().unwrap();
        assert_eq!(texts(&legs.outbound), ["1.balance -40", "platform:7 40"]);
        assert_eq!(texts(&legs.settlement), ["2.balance 40", "platform:7 -40"]);
        assert_eq!(texts(&reversal(&legs.outbound).unwrap()), ["1.balance 40", "platform:7 -40"]);
    }

    #[test]
    fn money_from_a_platform_leaves_its_account_first() {
        let (source, destination) = (outside(account(1, 840, "100"), 7), account(2, 840, "0"));
        let kind = TransactionKind::Transfer;
        let movement = complete_transfer(kind, &source, &destination, amount("40"), AccountBook::Hold).unwrap();
        let legs = TransferLegs::split(&movement.entry, Some(&source), Some(&destination)).unwrap().unwrap();
        assert_eq!(texts(&legs.outbound), ["1.hold -40", "platform:7 40"]);
        assert_eq!(texts(&reversal(&legs.outbound).unwrap()), ["1.balance 40", "platform:7 -40"], "it is free again");
    }

    #[test]
    fn between_accounts_of_ours_nothing_is_in_transit() {
        let (source, destination) = (account(1, 840, "100"), account(2, 840, "0"));
        let kind = TransactionKind::Transfer;
        let movement = complete_transfer(kind, &source, &destination, amount("40"), AccountBook::Balance).unwrap();
        assert_eq!(TransferLegs::split(&movement.entry, Some(&source), Some(&destination)), Ok(None));
    }
}
