//! Password hashes, made and checked a few at a time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use domain::identity::{HashingQueue, IpNetwork, QueueFull};
use logging::LogContext;
use storage::Error;
use tokio::sync::Semaphore;

use crate::Problem;

/// How many passwords are hashed at once: each takes 19 MiB and a core.
const MAX_HASHING: usize = 2;

/// How much work a password hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashCost {
    /// argon2id with 19 MiB and two passes, as OWASP advises.
    Full,
    /// argon2id with as little as it takes: for tests.
    Least,
}

/// Hashes passwords with argon2id, a few at a time and off the async threads.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    cost: HashCost,
    running: Arc<Semaphore>,
    queue: Arc<Mutex<Taken>>,
}

/// The places of the queue that are taken, by whom.
#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_caller: HashMap<IpNetwork, usize>,
    refused_of_address: u64,
    refused_of_all: u64,
}

/// What a [`PasswordHasher`] has to do, and what it had no time for since it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HashingLoad {
    /// How many passwords wait.
    pub waiting: usize,
    /// How many are being hashed.
    pub running: usize,
    /// How many were refused since one address had too many.
    pub refused_of_address: u64,
    /// How many were refused since there were too many.
    pub refused_of_all: u64,
}

/// A place in the queue of a [`PasswordHasher`]; free again when it is dropped.
#[derive(Debug)]
pub struct HashingPlace {
    hasher: PasswordHasher,
    caller: Option<IpNetwork>,
}

impl Drop for HashingPlace {
    fn drop(&mut self) {
        let mut taken = self.hasher.queue.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all = taken.in_all.saturating_sub(1);
        let Some(caller) = self.caller else { return };
        if let Some(places) = taken.by_caller.get_mut(&caller) {
            *places = places.saturating_sub(1);
            if *places == 0 {
                taken.by_caller.remove(&caller);
            }
        }
    }
}

impl PasswordHasher {
    /// With this cost.
    #[must_use]
    pub fn new(cost: HashCost) -> Self {
        Self { cost, running: Arc::new(Semaphore::new(MAX_HASHING)), queue: Arc::default() }
    }

    fn argon2(cost: HashCost) -> Argon2<'static> {
        let params = match cost {
            HashCost::Full => Params::default(),
            HashCost::Least => Params::new(Params::MIN_M_COST, 1, 1, None).unwrap_or_default(),
        };
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// The hash of a password, for a caller that may wait.
    pub fn hash_now(&self, password: &str) -> Result<String, Error> {
        let hash = Self::argon2(self.cost).hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|error| Error::Broken(format!("a password was not hashed: {error}")))
    }

    /// A place in the queue for a caller who is not signed in, taken before anything is counted or written.
    ///
    /// # Errors
    /// Too many of that address wait, or too many in all.
    pub fn enter_from(&self, address: IpAddr) -> Result<HashingPlace, QueueFull> {
        self.enter_as(Some(IpNetwork::of_caller(address)))
    }

    /// A place in the queue for a signed-in caller.
    ///
    /// # Errors
    /// A 503 where all places are taken.
    pub fn enter(&self) -> Result<HashingPlace, Problem> {
        self.enter_as(None).map_err(|_| Self::overloaded())
    }

    /// The server has no time to hash a password.
    pub(crate) fn overloaded() -> Problem {
        Problem::unavailable("too many passwords wait to be hashed")
    }

    /// What it has to do.
    pub(crate) fn load(&self) -> HashingLoad {
        let running = MAX_HASHING.saturating_sub(self.running.available_permits());
        let taken = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        HashingLoad {
            waiting: taken.in_all.saturating_sub(running),
            running,
            refused_of_address: taken.refused_of_address,
            refused_of_all: taken.refused_of_all,
        }
    }

    fn enter_as(&self, caller: Option<IpNetwork>) -> Result<HashingPlace, QueueFull> {
        let mut taken = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let by_caller = caller.and_then(|caller| taken.by_caller.get(&caller)).copied().unwrap_or(0);
        HashingQueue::default().check(taken.in_all, by_caller).inspect_err(|full| match full {
            QueueFull::ForThisAddress => taken.refused_of_address += 1,
            QueueFull::ForEveryone => taken.refused_of_all += 1,
        })?;
        taken.in_all += 1;
        if let Some(caller) = caller {
            taken.by_caller.insert(caller, by_caller + 1);
        }
        Ok(HashingPlace { hasher: self.clone(), caller })
    }
}

impl HashingPlace {
    /// The hash of a password.
    pub(crate) async fn hash(self, password: String) -> Result<String, Problem> {
        let hasher = self.hasher.clone();
        Ok(self.run(move || hasher.hash_now(&password)).await??)
    }

    /// Whether the password is the one of this hash. Without a hash it takes as long and is not.
    pub(crate) async fn verify(self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        let cost = self.hasher.cost;
        self.run(move || {
            if let Some(hash) = hash.as_deref().and_then(|hash| PasswordHash::new(hash).ok()) {
                PasswordHasher::argon2(cost).verify_password(password.as_bytes(), &hash).is_ok()
            } else {
                // Nobody has this e-mail, or whoever has it has no password: the same work, so that the time does not tell.
                drop(PasswordHasher::argon2(cost).hash_password(password.as_bytes()));
                false
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let closed = |_| Problem::unavailable("the server stops");
        let running = Arc::clone(&self.hasher.running).acquire_owned().await.map_err(closed)?;
        let done = actix_web::web::block(LogContext::carry(move || {
            let answer = work();
            drop((running, self));
            answer
        }));
        done.await.map_err(|error| Problem::internal(error.to_string()))
    }
}
