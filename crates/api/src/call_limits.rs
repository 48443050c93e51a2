//! How often clients may call, and addresses on their behalf. Each server counts for itself.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use domain::clients::ClientId;
use domain::identity::IpNetwork;
use domain::value::Timestamp;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::Problem;
use outbound::Outbound;

/// How many calls a minute are answered on average, in bursts of as many; none for no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallRates {
    /// Of one client.
    pub per_client: Option<NonZeroU32>,
    /// From one address, whoever calls.
    pub per_address: Option<NonZeroU32>,
}

/// Idle keys are dropped once per this many calls.
const CALLS_BETWEEN_SWEEPS: usize = 65_536;

/// The calls of the last minute.
pub(crate) struct CallLimits {
    clients: Option<Limiter<ClientId>>,
    addresses: Option<Limiter<IpNetwork>>,
}

impl CallLimits {
    pub fn new(rates: CallRates, outbound: &Arc<Outbound>) -> Self {
        let clock = || AppClock(Arc::clone(outbound));
        Self {
            clients: rates.per_client.map(|rate| Limiter::new(rate, clock())),
            addresses: rates.per_address.map(|rate| Limiter::new(rate, clock())),
        }
    }

    /// Counts a call of a client.
    ///
    /// # Errors
    /// A 429 where there were too many.
    pub fn count_client(&self, client: ClientId) -> Result<(), Problem> {
        self.clients.as_ref().map_or(Ok(()), |limiter| limiter.count(&client))
    }

    /// Counts a call from an address.
    ///
    /// # Errors
    /// A 429 where there were too many.
    pub fn count_address(&self, ip: IpAddr) -> Result<(), Problem> {
        self.addresses.as_ref().map_or(Ok(()), |limiter| limiter.count(&IpNetwork::of_caller(ip)))
    }
}

/// The clock of the application, as the limiter wants it.
#[derive(Clone)]
struct AppClock(Arc<Outbound>);

impl AppClock {
    fn time(&self) -> Timestamp {
        self.0.now()
    }
}

impl Clock for AppClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let since_epoch = self.time().naive().and_utc().timestamp_nanos_opt().unwrap_or_default();
        Nanos::from(u64::try_from(since_epoch).unwrap_or_default())
    }
}

/// The quotas are by the minute.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

struct Limiter<K: Hash + Eq + Clone> {
    calls: RateLimiter<K, DashMapStateStore<K>, AppClock, NoOpMiddleware<Nanos>>,
    counted: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    fn new(per_minute: NonZeroU32, clock: AppClock) -> Self {
        let calls = RateLimiter::new(Quota::per_minute(per_minute), DashMapStateStore::default(), clock);
        Self { calls, counted: AtomicUsize::new(0) }
    }

    fn count(&self, key: &K) -> Result<(), Problem> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % CALLS_BETWEEN_SWEEPS == CALLS_BETWEEN_SWEEPS - 1 {
            self.calls.retain_recent();
            self.calls.shrink_to_fit();
        }
        let Err(refused) = self.calls.check_key(key) else { return Ok(()) };
        let clock = self.calls.clock();
        let wait = refused.wait_time_from(clock.now());
        // Nobody waits longer, unless the clock was set back.
        if wait > LONGEST_WAIT {
            return Ok(());
        }
        let now = clock.time();
        Err(Problem::too_many(now.plus(TimeDelta::from_std(wait).unwrap_or_default()), now))
    }
}
