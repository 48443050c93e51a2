//! The balance after each posting, and the time of each.

use std::collections::BTreeMap;

use super::{AccountId, Amount, AmountError, Book, Books, Entry, EntryId, PostingId};
use crate::value::Timestamp;

/// How many postings an entry can have: the lines of one entry stand between its id and that of the next.
pub const MAX_ENTRY_POSTINGS: usize = 999;

impl PostingId {
    /// The id of a posting: its entry, and its line in it from 1 to [`MAX_ENTRY_POSTINGS`]. Later postings of an account
    /// have larger ids.
    #[must_use]
    pub const fn of(entry: EntryId, line: i64) -> Self {
        Self::new(entry.get().saturating_mul(1_000).saturating_add(line))
    }
}

/// The time of a posting on an account: now, but never before the last posting there. Server clocks differ, and a
/// transaction that waits for a lock began before the one it waited for. Call it with the account locked.
#[must_use]
pub fn post_time(now: Timestamp, last_posted: Timestamp) -> Timestamp {
    now.max(last_posted)
}

impl Entry {
    /// Adds the postings to the books of their accounts, one after the other, and answers what each leaves in its book.
    /// Many transactions post to the broker's books at once, so these have no running balance.
    ///
    /// # Errors
    /// [`AmountError`] where a book grows beyond what an amount holds.
    pub fn run_on(&self, books: &mut BTreeMap<AccountId, Books>) -> Result<Vec<Option<Amount>>, AmountError> {
        let after = |posting: &super::Posting| match &posting.book {
            Book::Account(id, book) => {
                let of_account = books.entry(*id).or_default();
                of_account.add(*book, posting.amount)?;
                Ok(Some(of_account.of(*book)))
            }
            Book::Broker(_) => Ok(None),
        };
        self.postings().iter().map(after).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::{AccountBook, BrokerBook, CurrencyCode, Posting, replay};

    fn at(second: i64) -> Timestamp {
        DateTime::from_timestamp(second, 0).unwrap().into()
    }

    fn entry(account: i64, book: AccountBook, amount: i64) -> Entry {
        let posting = |book, amount: i64| Posting { book, currency: CurrencyCode::new(840), amount: amount.into() };
        let ours = Book::Account(AccountId::new(account), book);
        Entry::of([posting(ours, amount), posting(Book::Broker(BrokerBook::Corrections), -amount)]).unwrap()
    }

    #[test]
    fn a_posting_has_the_time_of_now_unless_the_last_one_is_later() {
        assert_eq!(post_time(at(5), at(3)), at(5));
        assert_eq!(post_time(at(5), at(7)), at(7));
    }

    #[test]
    fn ids_of_postings_grow_with_their_entries_and_lines() {
        let most = i64::try_from(MAX_ENTRY_POSTINGS).unwrap();
        assert!(PostingId::of(EntryId::new(1), 1) < PostingId::of(EntryId::new(1), most));
        assert!(PostingId::of(EntryId::new(1), most) < PostingId::of(EntryId::new(2), 1));
    }

    #[test]
    fn a_broker_book_has_no_running_balance() {
        let after = entry(1, AccountBook::Balance, 7).run_on(&mut BTreeMap::new());
        assert_eq!(after, Ok(vec![Some(7.into()), None]));
    }

    proptest! {
        #[test]
        fn what_postings_leave_is_the_sum_of_all_until_then(
            history in prop::collection::vec((1_i64..4, 0_usize..3, -1_000_i64..1_000), 1..60),
        ) {
            let entries: Vec<Entry> = history.iter().map(|(account, book, amount)| {
                entry(*account, AccountBook::ALL[*book], *amount)
            }).collect();
            let mut books = BTreeMap::new();
            for (number, one) in entries.iter().enumerate() {
                let after = one.run_on(&mut books).unwrap();
                let sums = replay(&entries[..=number]).unwrap();
                for (posting, after) in one.postings().iter().zip(after) {
                    if let Book::Account(id, book) = &posting.book {
                        prop_assert_eq!(after, Some(sums[id].of(*book)));
                    }
                }
            }
        }

        #[test]
        fn times_of_an_account_never_run_backwards(clocks in prop::collection::vec(0_i64..1_000, 1..60)) {
            let mut last = at(0);
            for now in clocks {
                let time = post_time(at(now), last);
                prop_assert!(time >= last && time >= at(now));
                last = time;
            }
        }
    }
}
