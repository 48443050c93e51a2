//! Who is connected: how many in all, and how many from one address who have not shown who they are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::identity::IpNetwork;
use prometheus::IntGauge;

use crate::Problem;

/// How many connections a server has at once.
pub(super) const MAX_CONNECTIONS: usize = 10_000;
/// How many of them may come from one caller's address before they are known; a household, or an office of a few pages.
const MAX_UNKNOWN_OF_ADDRESS: usize = 32;

/// The connections that are open.
pub(super) struct Visitors {
    counted: Mutex<Counted>,
    gauge: IntGauge,
}

#[derive(Default)]
struct Counted {
    in_all: usize,
    unknown: HashMap<IpNetwork, usize>,
}

/// A connection that is counted until it is dropped.
pub(super) struct Visit {
    visitors: Arc<Visitors>,
    caller: IpNetwork,
    is_known: AtomicBool,
}

impl Visitors {
    /// Nobody yet. The gauge tells how many there are.
    pub fn new(gauge: IntGauge) -> Self {
        Self { counted: Mutex::default(), gauge }
    }

    /// Takes another connection.
    ///
    /// # Errors
    /// A 503 where the server has too many, and a 429 where the address has.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Visit, Problem> {
        let caller = IpNetwork::of_caller(address);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.in_all >= MAX_CONNECTIONS {
            return Err(Problem::unavailable("too many connections are open"));
        }
        if counted.unknown.get(&caller).is_some_and(|unknown| *unknown >= MAX_UNKNOWN_OF_ADDRESS) {
            return Err(Problem::too_many_connections());
        }
        counted.in_all += 1;
        counted.count(caller, true);
        self.gauge.inc();
        Ok(Visit { visitors: Arc::clone(self), caller, is_known: AtomicBool::new(false) })
    }
}

impl Counted {
    /// Counts one more who is unknown, or one less.
    fn count(&mut self, caller: IpNetwork, is_one_more: bool) {
        let unknown = self.unknown.entry(caller).or_default();
        *unknown = if is_one_more { *unknown + 1 } else { unknown.saturating_sub(1) };
        if *unknown == 0 {
            self.unknown.remove(&caller);
        }
    }
}

impl Visit {
    /// Notes whether it is known who they are. Who was known once may stay, however many others there are.
    pub fn set_known(&self, is_known: bool) {
        let mut counted = self.visitors.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_known.swap(is_known, Ordering::SeqCst) != is_known {
            counted.count(self.caller, !is_known);
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.set_known(true);
        let mut counted = self.visitors.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.in_all = counted.in_all.saturating_sub(1);
        self.visitors.gauge.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody() -> Arc<Visitors> {
        Arc::new(Visitors::new(IntGauge::new("connections", "Connections.").unwrap()))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_few_connections_that_are_unknown() {
        let visitors = nobody();
        let home = address("203.0.113.7");
        let mut visits: Vec<Visit> = (0..MAX_UNKNOWN_OF_ADDRESS).map(|_| visitors.enter(home).unwrap()).collect();
        assert_eq!(visitors.enter(home).err().map(|problem| problem.status), Some(429));
        assert!(visitors.enter(address("203.0.113.8")).is_ok());
        visits[0].set_known(true);
        visits[0].set_known(true);
        visits.push(visitors.enter(home).unwrap());
        assert!(visitors.enter(home).is_err());
        // Whose subscription has ended counts again, and stays.
        visits[0].set_known(false);
        visits.pop();
        assert!(visitors.enter(home).is_err());
        visits.pop();
        assert!(visitors.enter(home).is_ok());
        assert_eq!(visitors.gauge.get(), i64::try_from(visits.len()).unwrap());
        drop(visits);
        assert_eq!(visitors.gauge.get(), 0);
        assert!(visitors.counted.lock().unwrap().unknown.is_empty());
    }

    #[test]
    fn a_block_of_ipv6_is_one_address() {
        let visitors = nobody();
        let of_block = |last| visitors.enter(address(&format!("2001:db8::{last}")));
        let visits: Vec<Visit> = (1..=MAX_UNKNOWN_OF_ADDRESS).map(|last| of_block(last).unwrap()).collect();
        assert!(of_block(1_000).is_err());
        drop(visits);
    }

    #[test]
    fn a_server_has_so_many_connections() {
        let visitors = nobody();
        let visit = |number: usize| {
            let visit = visitors.enter(IpAddr::V4(u32::try_from(number).unwrap().into())).unwrap();
            visit.set_known(true);
            visit
        };
        let visits: Vec<Visit> = (0..MAX_CONNECTIONS).map(visit).collect();
        assert_eq!(visitors.enter(address("203.0.113.7")).err().map(|problem| problem.status), Some(503));
        drop(visits);
        assert!(visitors.enter(address("203.0.113.7")).is_ok());
    }
}
