use super::{CalendarEventId, ContentFault};
use crate::identity::{Rights, UserId};
use crate::value::{Email, Entity, Fault, FaultCode as _, List, Refusal, Timestamp};

/// An event in the calendar of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEvent {
    /// What it is.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// Whom it is for; its creator where nobody is named.
    pub recipients: List<Email>,
}

impl Entity for CalendarEvent {
    type Id = CalendarEventId;
    const RESOURCE: &'static str = "calendar_event";
}

/// An event does not end before it starts.
#[must_use]
pub fn check_period(start: Timestamp, end: Timestamp) -> Option<Fault> {
    (end < start).then(|| ContentFault::EndsBeforeStart.fault())
}

/// Whose events somebody sees, and which they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarScope {
    /// All of them.
    All,
    /// They see what they created or are a recipient of, and change what they created.
    Of(UserId),
}

impl CalendarScope {
    /// Administrators see the events of everybody.
    #[must_use]
    pub const fn of(rights: &Rights, user: UserId) -> Self {
        if rights.sees_all_groups { Self::All } else { Self::Of(user) }
    }

    /// Whether an event of this user, which is seen, may be changed and deleted.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn check_change(self, creator: UserId) -> Result<(), Refusal> {
        match self {
            Self::Of(user) if user != creator => Err(ContentFault::OthersEvent.not_allowed()),
            Self::All | Self::Of(_) => Ok(()),
        }
    }
}

/// A user whom an event is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecipient {
    /// The user.
    pub user: UserId,
    /// Their address.
    pub email: Email,
}

/// What a recipient is told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It is for them now.
    Created,
    /// It has changed.
    Changed,
    /// It is deleted, or not for them any more.
    Deleted,
}

/// Who is told what when an event changes: a new one has nobody before, a deleted one nobody after.
#[must_use]
pub fn notices<'a>(before: &'a [EventRecipient], after: &'a [EventRecipient]) -> Vec<(&'a EventRecipient, Notice)> {
    let is_in = |list: &[EventRecipient], one: &EventRecipient| list.iter().any(|other| other.user == one.user);
    let stays = |one: &EventRecipient| if is_in(before, one) { Notice::Changed } else { Notice::Created };
    let gone = before.iter().filter(|one| !is_in(after, one)).map(|one| (one, Notice::Deleted));
    after.iter().map(|one| (one, stays(one))).chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Scope;

    #[test]
    fn only_the_creator_and_administrators_change_an_event() {
        let (ann, bob) = (UserId::new(1), UserId::new(2));
        let rights = Rights::without_groups(Scope::AllClients);
        assert!(CalendarScope::of(&rights, ann).check_change(ann).is_ok());
        assert!(matches!(CalendarScope::of(&rights, ann).check_change(bob), Err(Refusal::NotAllowed(_))));
        let administrator = Rights { is_administrator: true, sees_all_groups: true, ..rights };
        assert!(CalendarScope::of(&administrator, ann).check_change(bob).is_ok());
    }

    #[test]
    fn an_event_may_end_when_it_starts() {
        let moment = |text: &str| text.parse::<Timestamp>().unwrap();
        let noon = moment("2026-01-01T12:00:00+02:00");
        assert_eq!(check_period(noon, moment("2026-01-01T10:00:00Z")), None);
        assert!(check_period(noon, moment("2026-01-01T09:59:59Z")).is_some());
    }

    #[test]
    fn each_recipient_is_told_what_the_change_is_for_them() {
        let one = |id: i64| EventRecipient { user: UserId::new(id), email: "a@example.com".parse().unwrap() };
        let (before, after) = ([one(1), one(2)], [one(2), one(3)]);
        let told: Vec<_> = notices(&before, &after).into_iter().map(|(one, notice)| (one.user.get(), notice)).collect();
        assert_eq!(told, [(2, Notice::Changed), (3, Notice::Created), (1, Notice::Deleted)]);
        assert!(notices(&before, &[]).iter().all(|(_, notice)| *notice == Notice::Deleted));
        assert!(notices(&[], &after).iter().all(|(_, notice)| *notice == Notice::Created));
    }
}
