use std::collections::BTreeSet;

use super::Situation;
use super::event::Recurrence;
use crate::value::ClientId;

/// The most clients that one notification names.
pub const MOST_CLIENTS: usize = 100;

/// What becomes of a situation that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raising {
    /// Nothing: users have closed it, and nothing is new.
    Nothing,
    /// The open notification is about the same clients, and gets the figures of now.
    Refresh,
    /// These clients join the open notification.
    Join(Vec<ClientId>),
    /// A notification about these clients is raised.
    New(Vec<ClientId>),
}

/// What becomes of a situation. `open` has the clients of its open notification, `closed` those of the closed ones; none
/// where there is no such notification.
#[must_use]
pub fn raising(
    situation: &Situation,
    open: Option<&BTreeSet<ClientId>>,
    closed: Option<&BTreeSet<ClientId>>,
) -> Raising {
    if let Some(open) = open {
        let room = MOST_CLIENTS.saturating_sub(open.len());
        let joining: Vec<ClientId> = first_news(situation).filter(|client| !open.contains(client)).take(room).collect();
        return if joining.is_empty() { Raising::Refresh } else { Raising::Join(joining) };
    }
    let is_news = match (situation.event.recurrence(), closed) {
        (_, None) | (Recurrence::SinceClosed, Some(_)) => true,
        (Recurrence::AnotherClient, Some(closed)) => situation.news.iter().any(|client| !closed.contains(client)),
        (Recurrence::Never, Some(_)) => false,
    };
    if is_news { Raising::New(first_news(situation).take(MOST_CLIENTS).collect()) } else { Raising::Nothing }
}

/// Each client once, those first whose doing was new.
fn first_news(situation: &Situation) -> impl Iterator<Item = ClientId> {
    let others = situation.clients.iter().filter(|client| !situation.news.contains(client));
    let mut seen = BTreeSet::new();
    situation.news.iter().chain(others).copied().filter(move |client| seen.insert(*client))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{AntifraudEvent, Facts};
    use super::*;

    fn ids(numbers: &[i64]) -> Vec<ClientId> {
        numbers.iter().copied().map(ClientId::new).collect()
    }

    fn set(numbers: &[i64]) -> BTreeSet<ClientId> {
        ids(numbers).into_iter().collect()
    }

    fn of(event: AntifraudEvent, clients: &[i64], news: &[i64]) -> Situation {
        let subject = "192.0.2.1".to_owned();
        Situation { event, subject, clients: ids(clients), news: ids(news), facts: Facts::default() }
    }

    #[test]
    fn an_open_notification_is_joined_and_a_closed_one_followed_by_another() {
        let found = of(AntifraudEvent::IdenticalIp, &[1, 2, 3], &[3]);
        assert_eq!(raising(&found, None, None), Raising::New(ids(&[3, 1, 2])));
        assert_eq!(raising(&found, Some(&set(&[1, 2])), None), Raising::Join(ids(&[3])));
        assert_eq!(raising(&found, Some(&set(&[1, 2, 3])), Some(&set(&[1, 2]))), Raising::Refresh);
        assert_eq!(raising(&found, None, Some(&set(&[1, 2]))), Raising::New(ids(&[3, 1, 2])));
        assert_eq!(raising(&found, None, Some(&set(&[1, 3]))), Raising::Nothing, "the others did nothing new");
    }

    #[test]
    fn what_is_counted_is_told_again_and_what_happened_once_is_not() {
        let closed = set(&[1]);
        let counted = of(AntifraudEvent::FrequentDeposits, &[1], &[1]);
        assert_eq!(raising(&counted, None, Some(&closed)), Raising::New(ids(&[1])));
        let once = of(AntifraudEvent::VerificationLevelUnauthorisedChange, &[1], &[1]);
        assert_eq!(raising(&once, None, Some(&closed)), Raising::Nothing);
        assert_eq!(raising(&once, None, None), Raising::New(ids(&[1])));
    }

    proptest! {
        #[test]
        fn a_notification_never_names_a_client_twice_nor_too_many(
            clients in prop::collection::btree_set(1..300_i64, 1..200),
            known in prop::collection::btree_set(1..300_i64, 0..200),
            places in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
        ) {
            let clients: Vec<i64> = clients.into_iter().collect();
            let news: Vec<i64> = places.iter().map(|place| clients[place.index(clients.len())]).collect();
            let found = of(AntifraudEvent::IdenticalIp, &clients, &news);
            let known: BTreeSet<ClientId> = known.into_iter().take(MOST_CLIENTS).map(ClientId::new).collect();
            for open in [None, Some(&known)] {
                let named = match raising(&found, open, None) {
                    Raising::New(named) => named,
                    Raising::Join(joining) => known.iter().copied().chain(joining).collect(),
                    Raising::Refresh | Raising::Nothing => continue,
                };
                prop_assert!(named.len() <= MOST_CLIENTS);
                prop_assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len());
            }
        }

        #[test]
        fn what_was_raised_and_closed_is_not_raised_by_the_same_clients(
            clients in prop::collection::btree_set(1..50_i64, 2..40),
        ) {
            let clients: Vec<i64> = clients.into_iter().collect();
            let found = of(AntifraudEvent::IdenticalPhone, &clients, &clients[..1]);
            let Raising::New(named) = raising(&found, None, None) else { panic!("it is new") };
            let closed: BTreeSet<ClientId> = named.into_iter().collect();
            prop_assert_eq!(raising(&found, None, Some(&closed)), Raising::Nothing);
        }
    }
}
