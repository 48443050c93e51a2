//! Who may call: the IP lists and the session of a token, from the database or from a cache that any write makes void.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use domain::identity::{IdentityFault, IpPolicies, is_ip_allowed};
use domain::value::Timestamp;
use http::{CallFault, GateRequest, Problem, read};
use outbound::SecretKey;
use storage::identity::sessions::{Session, TokenHash};
use storage::identity::{security_policies, sessions};
use storage::{Database, Error};

/// How long what is kept may be old on PostgreSQL, where other servers write too.
const MAX_AGE: TimeDelta = TimeDelta::seconds(1);
/// How many sessions are kept in memory.
const MAX_CACHED_SESSIONS: usize = 10_000;

/// The cache. On SQLite it holds until the next write. On PostgreSQL, where other servers write too,
/// IP lists are kept for a second; sessions too, but whether one still holds is asked in the very
/// transaction that rests on it ([`sessions::holds`]).
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
    sessions: HashMap<TokenHash, Arc<Session>>,
}

/// What is known before the database was asked.
struct Known {
    policies: Option<Arc<IpPolicies>>,
    session: Option<Arc<Session>>,
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

    /// The user of the token, if the address may call the path and the user may call from it.
    pub async fn admit(
        &self,
        sources: &Sources<'_>,
        entry: GateRequest<'_>,
        token: Option<&str>,
    ) -> Result<Option<Arc<Session>>, Problem> {
        let Sources { database, secret, now } = *sources;
        let GateRequest { ip, path, .. } = entry;
        let hash = token.map(outbound::secrets::token_hash);
        let generation = self.generation(database);
        let known = self.known(database.is_shared(), generation, hash.as_ref(), now);
        let (policies, session) = match known {
            // Only what the database knows is cached, so a cached token needs no look at its signature.
            Known { policies: Some(policies), session: Some(session) } => (policies, Some(session)),
            Known { policies, session: _ } => {
                let signed = token.and_then(|token| secret.verify(token));
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
        let session = session.filter(|session| session.expires_at > now);
        let reason = if token.is_empty() { CallFault::TokenMissing } else { CallFault::TokenInvalid };
        let session = session.ok_or_else(|| Problem::unauthorized(reason))?;
        if !is_ip_allowed(&session.ip_whitelist, ip) {
            return Err(Problem::forbidden(IdentityFault::IpNotAllowed));
        }
        Ok(Some(session))
    }

    fn known(&self, is_shared: bool, generation: u64, hash: Option<&TokenHash>, now: Timestamp) -> Known {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = is_shared && cached.since.is_none_or(|since| now.since(since) >= MAX_AGE);
        if cached.generation != generation || is_old {
            *cached = Cached { generation, since: Some(now), ..Cached::default() };
        }
        Known { policies: cached.policies.clone(), session: hash.and_then(|hash| cached.sessions.get(hash)).cloned() }
    }

    async fn load(
        &self,
        database: &Database,
        generation: u64,
        policies: Option<Arc<IpPolicies>>,
        hash: Option<TokenHash>,
        now: Timestamp,
    ) -> Result<(Arc<IpPolicies>, Option<Arc<Session>>), Problem> {
        let wanted = policies.is_none();
        let (loaded, session) = read(database, move |conn| {
            let policies = if wanted { Some(security_policies::active(conn)?) } else { None };
            let session = match &hash {
                Some(hash) => sessions::of_access_token(conn, hash, now)?,
                None => None,
            };
            Ok::<_, Error>((policies, session))
        })
        .await?;
        let policies = policies.or(loaded.map(Arc::new)).unwrap_or_default();
        let session = session.map(Arc::new);
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        // What was read before a write must not be kept after it.
        if cached.generation == generation && self.generation(database) == generation {
            cached.policies = Some(Arc::clone(&policies));
            if let (Some(hash), Some(session)) = (hash, &session) {
                if cached.sessions.len() >= MAX_CACHED_SESSIONS {
                    cached.sessions.clear();
                }
                cached.sessions.insert(hash, Arc::clone(session));
            }
        }
        Ok((policies, session))
    }
}
