//! Calls that are counted by all servers together: each tells the others once a second what it counted, and takes what they
//! counted off its own limits. A caller who goes to several servers at once gets at most a second's more.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::clients::ClientId;
use domain::identity::{ApiKeyId, IpNetwork};
use http::{Problem, write};
use outbound::secrets::random;
use serde::{Deserialize, Serialize};
use storage::Database;
use storage::platform::call_counts;

/// How many callers a server tells of at once: those who called most.
const MAX_TOLD: usize = 1_000;
/// How many callers are counted until it is told.
const MAX_COUNTED: usize = 100_000;
/// How many times the same is told: a server that misses some of them still hears all.
const TIMES_TOLD: usize = 5;

/// Whose calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CountedCaller {
    Client(ClientId),
    Address(IpNetwork),
    ApiKey(ApiKeyId),
}

impl fmt::Display for CountedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(id) => write!(f, "client {id}"),
            Self::Address(network) => write!(f, "address {network}"),
            Self::ApiKey(id) => write!(f, "key {id}"),
        }
    }
}

/// A text of another version, perhaps.
#[derive(Debug)]
pub(crate) struct UnknownCaller;

impl FromStr for CountedCaller {
    type Err = UnknownCaller;

    fn from_str(text: &str) -> Result<Self, UnknownCaller> {
        let (kind, name) = text.split_once(' ').ok_or(UnknownCaller)?;
        let id = || name.parse::<i64>().map_err(|_| UnknownCaller);
        match kind {
            "client" => Ok(Self::Client(ClientId::new(id()?))),
            "address" => name.parse().map(Self::Address).map_err(|_| UnknownCaller),
            "key" => Ok(Self::ApiKey(ApiKeyId::new(id()?))),
            _ => Err(UnknownCaller),
        }
    }
}

/// What a server tells: its newest counts, with the number of the last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Told {
    number: u64,
    counts: VecDeque<BTreeMap<String, u32>>,
}

impl Told {
    /// What is told beyond this number, all of it added up. Of a server that is new to the listener, the newest alone.
    fn since(&self, heard: Option<u64>) -> BTreeMap<&str, u32> {
        let missed = heard.map_or(1, |heard| self.number.saturating_sub(heard));
        let missed = usize::try_from(missed).unwrap_or(usize::MAX);
        let mut all = BTreeMap::new();
        for (caller, calls) in self.counts.iter().rev().take(missed).flatten() {
            let sum: &mut u32 = all.entry(caller.as_str()).or_default();
            *sum = sum.saturating_add(*calls);
        }
        all
    }
}

/// What this server counts and has heard.
#[derive(Default)]
struct Ledger {
    counted: HashMap<CountedCaller, u32>,
    told: Told,
    heard: BTreeMap<i64, u64>,
    is_exchanging: bool,
}

impl Ledger {
    fn count(&mut self, caller: CountedCaller) {
        if self.counted.len() >= MAX_COUNTED && !self.counted.contains_key(&caller) {
            return;
        }
        let calls = self.counted.entry(caller).or_default();
        *calls = calls.saturating_add(1);
    }

    /// What is told now, with what was counted since.
    fn tell(&mut self) -> Result<String, serde_json::Error> {
        let mut counted: Vec<(CountedCaller, u32)> = self.counted.drain().collect();
        if counted.len() > MAX_TOLD {
            counted.sort_unstable_by_key(|(_, calls)| std::cmp::Reverse(*calls));
            counted.truncate(MAX_TOLD);
        }
        let counted = counted.into_iter().map(|(caller, calls)| (caller.to_string(), calls)).collect();
        self.told.number = self.told.number.saturating_add(1);
        self.told.counts.push_back(counted);
        if self.told.counts.len() > TIMES_TOLD {
            self.told.counts.pop_front();
        }
        serde_json::to_string(&self.told)
    }

    /// What others tell that was not heard before. Servers that are silent are forgotten.
    fn hear(&mut self, others: &[(i64, String)]) -> Vec<(CountedCaller, u32)> {
        let mut heard = BTreeMap::new();
        let mut calls = Vec::new();
        for (server, told) in others {
            let Ok(told) = serde_json::from_str::<Told>(told) else { continue };
            let new = told.since(self.heard.get(server).copied());
            calls.extend(new.into_iter().filter_map(|(caller, calls)| Some((caller.parse().ok()?, calls))));
            heard.insert(*server, told.number);
        }
        self.heard = heard;
        calls
    }
}

/// The counts of this server and of the others.
pub(crate) struct SharedCounts {
    server: i64,
    ledger: Mutex<Ledger>,
}

impl SharedCounts {
    /// Of a server that others do not know yet.
    ///
    /// # Errors
    /// Where there are no random bytes.
    pub fn new() -> Result<Self, storage::Error> {
        Ok(Self { server: i64::from_be_bytes(random()?), ledger: Mutex::default() })
    }

    /// Counts a call.
    pub fn count(&self, caller: CountedCaller) {
        self.lock().count(caller);
    }

    /// Tells the others what was counted and hands on what they did, beside the calls, unless that is under way.
    pub fn exchange(
        self: &Arc<Self>,
        database: &Database,
        hear: impl FnOnce(&[(CountedCaller, u32)]) + Send + 'static,
    ) {
        if std::mem::replace(&mut self.lock().is_exchanging, true) {
            return;
        }
        let (shared, database) = (Arc::clone(self), database.clone());
        actix_web::rt::spawn(async move {
            let _exchanging = Exchanging(&shared);
            match shared.tell(&database).await {
                Ok(others) => {
                    let heard = shared.lock().hear(&others);
                    hear(&heard);
                }
                Err(problem) => {
                    log::warn!("other servers are not told of calls: {}", problem.cause.unwrap_or_default());
                }
            }
        });
    }

    async fn tell(&self, database: &Database) -> Result<Vec<(i64, String)>, Problem> {
        let (server, told) = (self.server, self.lock().tell().map_err(storage::Error::from)?);
        write(database, move |tx| call_counts::exchange(tx, server, &told)).await
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An exchange that is under way. Where it is dropped or panics, the next one begins anew.
struct Exchanging<'a>(&'a SharedCounts);

impl Drop for Exchanging<'_> {
    fn drop(&mut self) {
        self.0.lock().is_exchanging = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: CountedCaller = CountedCaller::Client(ClientId::new(1));

    fn tell(ledger: &mut Ledger, calls: u32) -> Vec<(i64, String)> {
        for _ in 0..calls {
            ledger.count(ANN);
        }
        vec![(7, ledger.tell().unwrap())]
    }

    #[test]
    fn a_caller_is_read_as_it_was_written() {
        let address = "2001:db8::/64".parse().unwrap();
        for caller in [ANN, CountedCaller::Address(address), CountedCaller::ApiKey(ApiKeyId::new(2))] {
            assert_eq!(caller.to_string().parse::<CountedCaller>().unwrap(), caller);
        }
        for rubbish in ["", "client", "client x", "address 1.2.3", "robot 1"] {
            assert!(rubbish.parse::<CountedCaller>().is_err(), "{rubbish}");
        }
    }

    #[test]
    fn what_is_told_is_heard_once_even_where_some_was_missed() {
        let (mut one, mut other) = (Ledger::default(), Ledger::default());
        tell(&mut one, 4);
        // The listener is new: what was told before it came is of no use to it.
        let told = tell(&mut one, 3);
        assert_eq!(other.hear(&told), [(ANN, 3)]);
        assert_eq!(other.hear(&told), []);
        tell(&mut one, 2);
        let told = tell(&mut one, 5);
        assert_eq!(other.hear(&told), [(ANN, 7)]);
        assert_eq!(other.hear(&tell(&mut one, 0)), []);
    }

    #[test]
    fn the_callers_who_call_most_are_told_of() {
        let mut ledger = Ledger::default();
        for id in 0..2_000 {
            ledger.count(CountedCaller::ApiKey(ApiKeyId::new(id)));
        }
        let told = tell(&mut ledger, 2);
        let heard = Ledger::default().hear(&told);
        assert_eq!(heard.len(), MAX_TOLD);
        assert!(heard.contains(&(ANN, 2)));
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        assert_eq!(Ledger::default().hear(&[(1, "rubbish".into()), (2, "{}".into())]), []);
    }
}
