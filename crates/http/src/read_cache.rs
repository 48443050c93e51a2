//! Answers to reads, kept until the next write. Dashboards ask the same again and again, and an
//! answer that nothing was written after is still right.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::identity::Principal;

use crate::Answer;

/// How much is kept.
const MAX_CACHED_BYTES: usize = 32 * 1024 * 1024;
/// The largest answer that is kept.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Answers of one generation of the database. Used where no other server writes, so on SQLite
/// alone; what another process writes to the file is seen within half a second.
#[derive(Default)]
pub(crate) struct ReadCache {
    cached: Mutex<Cached>,
}

#[derive(Default)]
struct Cached {
    generation: u64,
    bytes: usize,
    answers: HashMap<Question, Answer>,
}

/// What an answer rests on beside what is stored: who asks, what, and in which language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub caller: Principal,
    pub path_and_query: String,
    pub language: String,
}

impl ReadCache {
    /// The answer of this generation, if it is kept.
    pub fn get(&self, generation: u64, question: &Question) -> Option<Answer> {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.generation == generation { cached.answers.get(question).cloned() } else { None }
    }

    /// Keeps an answer that was read in this generation.
    pub fn keep(&self, generation: u64, question: Question, answer: &Answer) {
        if answer.body.len() > MAX_ANSWER_BYTES {
            return;
        }
        let size = answer.body.len() + question.path_and_query.len() + question.language.len() + size_of::<Question>();
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.generation > generation {
            return;
        }
        if cached.generation < generation || cached.bytes + size > MAX_CACHED_BYTES {
            *cached = Cached { generation, ..Cached::default() };
        }
        cached.bytes += size;
        cached.answers.insert(question, answer.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(path: &str) -> Question {
        Question { caller: Principal::System, path_and_query: path.into(), language: String::new() }
    }

    fn answer(body: Vec<u8>) -> Answer {
        Answer { status: 200, body: body.into(), ..Answer::empty() }
    }

    #[test]
    fn an_answer_holds_for_its_generation() {
        let cache = ReadCache::default();
        cache.keep(1, question("/a"), &answer(b"one".to_vec()));
        assert_eq!(cache.get(1, &question("/a")).map(|answer| answer.body), Some(b"one".as_slice().into()));
        assert!(cache.get(2, &question("/a")).is_none());
        assert!(cache.get(1, &question("/b")).is_none());
    }

    #[test]
    fn an_answer_of_an_old_generation_is_not_kept() {
        let cache = ReadCache::default();
        cache.keep(2, question("/a"), &answer(b"two".to_vec()));
        cache.keep(1, question("/a"), &answer(b"one".to_vec()));
        assert_eq!(cache.get(2, &question("/a")).map(|answer| answer.body), Some(b"two".as_slice().into()));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let cache = ReadCache::default();
        let largest = answer(vec![0; MAX_ANSWER_BYTES]);
        for number in 0..1000 {
            cache.keep(1, question(&number.to_string()), &largest);
        }
        assert!(cache.cached.lock().unwrap().bytes <= MAX_CACHED_BYTES);
        cache.keep(1, question("large"), &answer(vec![0; MAX_ANSWER_BYTES + 1]));
        assert!(cache.get(1, &question("large")).is_none());
    }
}
