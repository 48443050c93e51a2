//! Who may call: the IP lists and the caller of a token or a key, from the database or from a cache that any write
//! makes void.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use domain::identity::{IdentityFault, IpPolicies};
use domain::value::Timestamp;
use http::{CallFault, GateRequest, Problem, read};
use outbound::SecretKey;
use storage::identity::callers::{self, Caller, Shown};
use storage::identity::security_policies;
use storage::identity::sessions::TokenHash;
use storage::{Database, Error};

/// How long what is kept may be old on PostgreSQL, where other servers write too.
const MAX_AGE: TimeDelta = TimeDelta::seconds(1);
/// How many callers are kept in memory.
const MAX_CACHED_CALLERS: usize = 10_000;

/// The cache. On SQLite it holds until the next write. On PostgreSQL, where other servers write too,
/// IP lists are kept for a second; callers too, but whether what is known of one still holds is asked in the very
/// transaction that rests on it ([`Caller::guard`]).
#[derive(Default)]
pub(crate) struct AccessControl {
    cached: Mutex<Cached>,
    /// How many writes of this server might have changed who may call.
    writes: AtomicU64,
}

/// What it goes by.
pub(crate) struct Sources<'a> {
    pub database: &'a Database,
    pub secret: &'a SecretKey,
    pub now: Timestamp,
}

#[derive(Default)]
struct Cached {
    generation: u64,
    since: Option<Timestamp>,
    policies: Option<Arc<IpPolicies>>,
    callers: HashMap<TokenHash, Arc<Caller>>,
}

/// What is known before the database was asked.
struct Known {
    policies: Option<Arc<IpPolicies>>,
    caller: Option<Arc<Caller>>,
}

impl AccessControl {
    /// Counts a write that may change who may call.
    pub fn count_write(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    /// A number that grows with every write that may change who may call. On SQLite that is any write, also of other
    /// processes; on PostgreSQL those of this server are counted here.
    fn generation(&self, database: &Database) -> u64 {
        if database.is_shared() { self.writes.load(Ordering::SeqCst) } else { database.generation() }
    }

    /// Forgets everything, so that it is read anew.
    pub fn forget(&self) {
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = Cached::default();
    }

    /// The user of the token or key, if the address may call the path and the user may call from it with that.
    pub async fn admit(
        &self,
        sources: &Sources<'_>,
        entry: GateRequest<'_>,
        token: Option<&str>,
    ) -> Result<Option<Arc<Caller>>, Problem> {
        let Sources { database, secret, now } = *sources;
        let GateRequest { ip, path, .. } = entry;
        let hash = token.map(outbound::secrets::token_hash);
        let generation = self.generation(database);
        let known = self.known(database.is_shared(), generation, hash.as_ref(), now);
        let (policies, caller) = match known {
            // Only what the database knows is cached, so a cached token needs no look at its signature.
            Known { policies: Some(policies), caller: Some(caller) } => (policies, Some(caller)),
            Known { policies, caller: _ } => {
                let signed = token.and_then(|token| secret.recognize(token));
                match policies {
                    // Neither an address that is kept out nor a forged token costs a query.
                    Some(policies) if signed.is_none() || !policies.allow(ip, path) => (policies, None),
                    policies => self.load(database, generation, policies, signed, now).await?,
                }
            }
        };
        if !policies.allow(ip, path) {
            return Err(Problem::forbidden(IdentityFault::IpNotAllowed));
        }
        let Some(token) = token else { return Ok(None) };
        let caller = caller.filter(|caller| caller.expires_at.is_none_or(|end| end > now));
        let reason = if token.is_empty() { CallFault::TokenMissing } else { CallFault::TokenInvalid };
        let caller = caller.ok_or_else(|| Problem::unauthorized(reason))?;
        if !caller.is_allowed_from(ip) {
            return Err(Problem::forbidden(IdentityFault::IpNotAllowed));
        }
        Ok(Some(caller))
    }

    fn known(&self, is_shared: bool, generation: u64, hash: Option<&TokenHash>, now: Timestamp) -> Known {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = is_shared && cached.since.is_none_or(|since| now.since(since) >= MAX_AGE);
        if cached.generation != generation || is_old {
            *cached = Cached { generation, since: Some(now), ..Cached::default() };
        }
        Known { policies: cached.policies.clone(), caller: hash.and_then(|hash| cached.callers.get(hash)).cloned() }
    }

    async fn load(
        &self,
        database: &Database,
        generation: u64,
        policies: Option<Arc<IpPolicies>>,
        shown: Option<Shown>,
        now: Timestamp,
    ) -> Result<(Arc<IpPolicies>, Option<Arc<Caller>>), Problem> {
        let wanted = policies.is_none();
        let (loaded, caller) = read(database, move |conn| {
            let policies = if wanted { Some(security_policies::active(conn)?) } else { None };
            let caller = match &shown {
                Some(shown) => callers::find(conn, shown, now)?,
                None => None,
            };
            Ok::<_, Error>((policies, caller))
        })
        .await?;
        let policies = policies.or(loaded.map(Arc::new)).unwrap_or_default();
        let caller = caller.map(Arc::new);
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        // What was read before a write must not be kept after it.
        if cached.generation == generation && self.generation(database) == generation {
            cached.policies = Some(Arc::clone(&policies));
            if let (Some(shown), Some(caller)) = (shown, &caller) {
                if cached.callers.len() >= MAX_CACHED_CALLERS {
                    cached.callers.clear();
                }
                cached.callers.insert(shown.hash(), Arc::clone(caller));
            }
        }
        Ok((policies, caller))
    }
}
