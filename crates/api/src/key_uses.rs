//! When API keys were used last, to the minute. It is written beside the calls, which do not wait for it: once a minute
//! for a key, and what is used while a write is under way is written by the next one. A crash loses what is not
//! written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::identity::ApiKeyId;
use domain::value::Timestamp;
use http::write;
use storage::Database;
use storage::identity::api_keys;

/// How many keys are remembered as noted. Beyond that all are forgotten, which costs a statement for each.
const MAX_NOTED: usize = 10_000;

/// The uses of keys on this server.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<Uses>);

#[derive(Default)]
struct Uses {
    /// In which minute each key was used last.
    noted: BTreeMap<ApiKeyId, Timestamp>,
    /// What is still to be written.
    waiting: BTreeMap<ApiKeyId, Timestamp>,
    is_writing: bool,
}

impl KeyUses {
    /// Notes that a key is used.
    pub fn note(self: &Arc<Self>, database: &Database, key: ApiKeyId, now: Timestamp) {
        if self.begins_to_write(key, now.start_of_minute()) {
            let (uses, database) = (Arc::clone(self), database.clone());
            actix_web::rt::spawn(async move { uses.write(&database).await });
        }
    }

    /// Whether something is still to be written.
    pub fn is_writing(&self) -> bool {
        self.lock().is_writing
    }

    /// Whether it is to be written by the one who notes it: nobody writes now.
    fn begins_to_write(&self, key: ApiKeyId, minute: Timestamp) -> bool {
        let mut uses = self.lock();
        if uses.noted.get(&key).is_some_and(|noted| *noted >= minute) {
            return false;
        }
        if uses.noted.len() >= MAX_NOTED {
            uses.noted.clear();
        }
        uses.noted.insert(key, minute);
        uses.waiting.insert(key, minute);
        !std::mem::replace(&mut uses.is_writing, true)
    }

    /// What is to be written now. Nothing: the writer is done.
    fn next(&self) -> Vec<(ApiKeyId, Timestamp)> {
        let mut uses = self.lock();
        let next: Vec<_> = std::mem::take(&mut uses.waiting).into_iter().collect();
        uses.is_writing = !next.is_empty();
        next
    }

    async fn write(&self, database: &Database) {
        let mut writer = Writer { uses: self, is_done: false };
        loop {
            let next = self.next();
            if next.is_empty() {
                writer.is_done = true;
                return;
            }
            if let Err(problem) = write(database, move |tx| api_keys::note_uses(tx, &next)).await {
                log::warn!("when API keys were used is not written: {}", problem.cause.unwrap_or_default());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Uses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one who writes. Where it is dropped or panics, the next use begins anew.
struct Writer<'a> {
    uses: &'a KeyUses,
    is_done: bool,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.uses.lock().is_writing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_once_a_minute_and_by_one_writer() {
        let uses = KeyUses::default();
        let (one, other) = (ApiKeyId::new(1), ApiKeyId::new(2));
        let minute = |text: &str| text.parse::<Timestamp>().unwrap();
        let (first, second) = (minute("2026-01-01T00:00:00Z"), minute("2026-01-01T00:01:00Z"));
        assert!(uses.begins_to_write(one, first));
        assert_eq!(uses.next(), [(one, first)]);
        assert!(!uses.begins_to_write(one, first), "it is noted");
        assert!(!uses.begins_to_write(other, first), "the writer will see it");
        assert_eq!(uses.next(), [(other, first)]);
        assert!(uses.next().is_empty());
        assert!(!uses.is_writing());
        assert!(uses.begins_to_write(one, second));
    }
}
