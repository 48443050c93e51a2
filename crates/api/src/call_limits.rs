//! How often clients may call, and addresses on their behalf, by the setting `clientRequestsPerMinute`, and how often
//! API keys, by `apiKeyRequestsPerMinute`. Servers that share a database count together.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use domain::clients::ClientId;
use domain::identity::{ApiKeyId, IpNetwork};
use domain::platform::Settings;
use domain::value::Timestamp;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::{Problem, read_on};
use outbound::Outbound;
use storage::platform::settings;
use storage::{Error, Terms, View};

use crate::shared_counts::{CountedCaller, SharedCounts};

/// How old the settings may be: they are not read at every call.
const MAX_AGE: TimeDelta = TimeDelta::seconds(1);
/// Idle keys are dropped once per this many calls.
const CALLS_BETWEEN_SWEEPS: usize = 65_536;
/// The quotas are by the minute.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The limits in force.
pub(crate) struct CallLimits {
    outbound: Arc<Outbound>,
    kept: Mutex<Option<Kept>>,
    /// None where there is one server.
    shared: Option<Arc<SharedCounts>>,
}

struct Kept {
    since: Timestamp,
    quotas: Arc<Quotas>,
}

/// What is left of the last minute.
pub(crate) struct Quotas {
    clients: Arc<Limiter<ClientId>>,
    addresses: Arc<Limiter<IpNetwork>>,
    api_keys: Arc<Limiter<ApiKeyId>>,
    shared: Option<Arc<SharedCounts>>,
}

impl CallLimits {
    pub fn new(outbound: Arc<Outbound>) -> Self {
        let shared = if outbound.database.is_shared() {
            let unshared = |error: &Error| log::error!("calls are counted for this server alone: {error}");
            SharedCounts::new().inspect_err(unshared).ok().map(Arc::new)
        } else {
            None
        };
        Self { outbound, kept: Mutex::new(None), shared }
    }

    /// The quotas by the settings as they are, or were a second ago. What has another setting begins anew.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn quotas(&self) -> Result<Arc<Quotas>, Problem> {
        let now = self.outbound.now();
        let fresh = |kept: &Kept| (TimeDelta::zero()..MAX_AGE).contains(&now.since(kept.since));
        if let Some(kept) = self.lock().as_ref().filter(|kept| fresh(kept)) {
            return Ok(Arc::clone(&kept.quotas));
        }
        let terms = Terms { view: View::Statement, ..Terms::default() };
        let settings =
            read_on(&self.outbound.database, terms, |conn| Ok::<_, Error>(settings::get(conn)?.data)).await?;
        let mut kept = self.lock();
        let former = kept.as_ref().map(|kept| &*kept.quotas);
        let quotas = Arc::new(Quotas::new(former, &settings, &self.outbound, self.shared.as_ref()));
        *kept = Some(Kept { since: now, quotas: Arc::clone(&quotas) });
        drop(kept);
        if let Some(shared) = &self.shared {
            let hearing = Arc::clone(&quotas);
            shared.exchange(&self.outbound.database, move |counted| hearing.take_off(counted));
        }
        Ok(quotas)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Quotas {
    fn new(
        former: Option<&Self>,
        settings: &Settings,
        outbound: &Arc<Outbound>,
        shared: Option<&Arc<SharedCounts>>,
    ) -> Self {
        let of_clients = per_minute(settings.client_requests_per_minute);
        let of_keys = per_minute(settings.api_key_requests_per_minute);
        Self {
            clients: Limiter::kept_or_new(former.map(|former| &former.clients), of_clients, outbound),
            addresses: Limiter::kept_or_new(former.map(|former| &former.addresses), of_clients, outbound),
            api_keys: Limiter::kept_or_new(former.map(|former| &former.api_keys), of_keys, outbound),
            shared: shared.cloned(),
        }
    }

    /// Counts a call of a client.
    ///
    /// # Errors
    /// A 429 where there were too many.
    pub fn count_client(&self, client: ClientId) -> Result<(), Problem> {
        self.clients.count(&client)?;
        self.tell(CountedCaller::Client(client));
        Ok(())
    }

    /// Counts a call from an address.
    ///
    /// # Errors
    /// A 429 where there were too many.
    pub fn count_address(&self, ip: IpAddr) -> Result<(), Problem> {
        let network = IpNetwork::of_caller(ip);
        self.addresses.count(&network)?;
        self.tell(CountedCaller::Address(network));
        Ok(())
    }

    /// Counts a call with an API key.
    ///
    /// # Errors
    /// A 429 where there were too many.
    pub fn count_api_key(&self, key: ApiKeyId) -> Result<(), Problem> {
        self.api_keys.count(&key)?;
        self.tell(CountedCaller::ApiKey(key));
        Ok(())
    }

    fn tell(&self, caller: CountedCaller) {
        if let Some(shared) = &self.shared {
            shared.count(caller);
        }
    }

    /// Takes calls that other servers counted off what is left here.
    fn take_off(&self, counted: &[(CountedCaller, u32)]) {
        for (caller, calls) in counted {
            match caller {
                CountedCaller::Client(client) => self.clients.take_off(client, *calls),
                CountedCaller::Address(network) => self.addresses.take_off(network, *calls),
                CountedCaller::ApiKey(key) => self.api_keys.take_off(key, *calls),
            }
        }
    }
}

fn per_minute(setting: i64) -> NonZeroU32 {
    u32::try_from(setting).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MAX)
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

struct Limiter<K: Hash + Eq + Clone> {
    per_minute: NonZeroU32,
    calls: RateLimiter<K, DashMapStateStore<K>, AppClock, NoOpMiddleware<Nanos>>,
    counted: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// The former one, unless the setting is another now.
    fn kept_or_new(former: Option<&Arc<Self>>, per_minute: NonZeroU32, outbound: &Arc<Outbound>) -> Arc<Self> {
        if let Some(former) = former.filter(|former| former.per_minute == per_minute) {
            return Arc::clone(former);
        }
        let clock = AppClock(Arc::clone(outbound));
        let calls = RateLimiter::new(Quota::per_minute(per_minute), DashMapStateStore::default(), clock);
        Arc::new(Self { per_minute, calls, counted: AtomicUsize::new(0) })
    }

    /// Takes so many calls off, or as many of them as are left.
    fn take_off(&self, key: &K, calls: u32) {
        let mut left = calls.min(self.per_minute.get());
        let mut step = left;
        while let Some(cells) = NonZeroU32::new(step.min(left)) {
            if matches!(self.calls.check_key_n(key, cells), Ok(Ok(()))) {
                left -= cells.get();
            } else {
                step = cells.get() / 2;
            }
        }
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
