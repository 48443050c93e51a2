//! How an outbox is followed whose entries do not become visible in the order of their ids: several transactions write
//! at the same time, and one that has got its id first may be committed last.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::value::Timestamp;

/// An entry that is so old has none before it which may still become visible: no transaction takes half as long.
const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Up to where an outbox was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxCursor {
    floor: i64,
    /// What was read above the floor.
    seen: BTreeMap<i64, Timestamp>,
}

impl OutboxCursor {
    /// From when on entries count as recent.
    #[must_use]
    pub fn recent_since(now: Timestamp) -> Timestamp {
        now.plus(-SETTLED_AFTER)
    }

    /// Behind all that is there: the entries above a floor, below which nothing becomes visible any more.
    #[must_use]
    pub fn behind(floor: i64, there: impl IntoIterator<Item = (i64, Timestamp)>) -> Self {
        Self { floor, seen: there.into_iter().collect() }
    }

    /// All entries above this id are to be looked at.
    #[must_use]
    pub const fn floor(&self) -> i64 {
        self.floor
    }

    /// Whether an entry was not read before. It has been from now on.
    pub fn take(&mut self, id: i64, time: Timestamp) -> bool {
        id > self.floor && self.seen.insert(id, time).is_none()
    }

    /// Raises the floor as far as nothing can become visible below it any more.
    pub fn settle(&mut self, now: Timestamp) {
        let until = Self::recent_since(now);
        let settled = self.seen.iter().rev().find(|(_, time)| **time <= until).map(|(id, _)| *id);
        if let Some(settled) = settled {
            self.floor = settled;
            self.seen = self.seen.split_off(&settled.saturating_add(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(1_767_225_600 + second, 0).unwrap().into()
    }

    #[test]
    fn an_entry_is_read_once() {
        let mut cursor = OutboxCursor::behind(3, [(5, at(0))]);
        assert!(!cursor.take(3, at(0)));
        assert!(!cursor.take(5, at(0)));
        assert!(cursor.take(6, at(0)));
        // Committed after the one behind it.
        assert!(cursor.take(4, at(0)));
        assert!(!cursor.take(4, at(0)));
        assert!(!cursor.take(6, at(0)));
    }

    #[test]
    fn the_floor_rises_with_time() {
        let mut cursor = OutboxCursor::default();
        assert!(cursor.take(1, at(0)) && cursor.take(2, at(30)));
        cursor.settle(at(59));
        assert_eq!(cursor.floor(), 0);
        cursor.settle(at(60));
        assert_eq!(cursor, OutboxCursor::behind(1, [(2, at(30))]));
        cursor.settle(at(600));
        assert_eq!(cursor, OutboxCursor::behind(2, []));
    }

    proptest! {
        /// Transactions of up to ten seconds write entries, and somebody looks now and then.
        #[test]
        fn every_entry_is_read_once_whenever_it_is_committed(
            mut entries in proptest::collection::vec((0_i64..300, 0_i64..10, 0_i64..10), 0..40),
            pauses in proptest::collection::vec(0_i64..40, 1..60),
        ) {
            // Ids are given when entries are written.
            entries.sort_unstable_by_key(|(written, ..)| *written);
            let entries: Vec<_> = (1_i64..)
                .zip(entries)
                .map(|(id, (written, before, after))| (id, at(written - before), written + after))
                .collect();
            let mut cursor = OutboxCursor::default();
            let mut times = vec![0; entries.len() + 1];
            let mut now = 0;
            for pause in pauses.into_iter().chain([400]) {
                now += pause;
                for (id, begun, committed) in &entries {
                    if *committed <= now && *id > cursor.floor() && cursor.take(*id, *begun) {
                        times[usize::try_from(*id).unwrap()] += 1;
                    }
                }
                cursor.settle(at(now));
            }
            prop_assert!(times.iter().skip(1).all(|times| *times == 1), "{times:?}");
        }
    }
}
