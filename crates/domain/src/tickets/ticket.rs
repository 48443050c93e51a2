use super::{MessageKind, TicketAuthor, TicketDepartmentId, TicketId, TicketsFault};
use crate::identity::UserId;
use crate::value::{Entity, FaultCode as _, Refusal, text_enum};

text_enum! {
    /// Whether a ticket is worked on.
    TicketStatus {
        /// Client and users write to each other.
        Open = "open",
        /// Neither does, until it is opened again.
        Closed = "closed",
    }
}

text_enum! {
    /// Who is to write next.
    TicketAwaited {
        /// A user: the client wrote last.
        Staff = "staff",
        /// The client: a user wrote last.
        Client = "client",
    }
}

text_enum! {
    /// How soon a ticket is to be answered.
    TicketPriority {
        /// When there is nothing else to do.
        Low = "low",
        /// In its turn.
        Normal = "normal",
        /// Before others.
        High = "high",
        /// At once.
        Urgent = "urgent",
    }
}

impl TicketPriority {
    /// The number by which it is sent, stored and sorted.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Low => 1,
            Self::Normal => 2,
            Self::High => 3,
            Self::Urgent => 4,
        }
    }

    /// The priority of a number.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|priority| priority.number() == number)
    }
}

/// By what a ticket is called when people talk about it.
#[must_use]
pub fn number_of(id: TicketId) -> String {
    format!("{:07}", id.get())
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whether it is worked on.
    pub status: TicketStatus,
    /// How soon it is to be answered.
    pub priority: TicketPriority,
    /// Who answers it.
    pub department: TicketDepartmentId,
    /// The user who looks after it.
    pub assignee: Option<UserId>,
    /// Who wrote last, notes left out.
    pub last_author: TicketAuthor,
}

impl Entity for Ticket {
    type Id = TicketId;
    const RESOURCE: &'static str = "ticket";
}

impl Ticket {
    /// A ticket as a client submits it.
    #[must_use]
    pub const fn submitted(department: TicketDepartmentId, priority: TicketPriority) -> Self {
        Self { status: TicketStatus::Open, priority, department, assignee: None, last_author: TicketAuthor::Client }
    }

    /// Who is to write next: nobody once it is closed.
    #[must_use]
    pub const fn awaited(&self) -> Option<TicketAwaited> {
        match (self.status, self.last_author) {
            (TicketStatus::Closed, TicketAuthor::Client | TicketAuthor::Operator) => None,
            (TicketStatus::Open, TicketAuthor::Client) => Some(TicketAwaited::Staff),
            (TicketStatus::Open, TicketAuthor::Operator) => Some(TicketAwaited::Client),
        }
    }

    /// What it is after a message. A note changes nothing, and can be left in a closed ticket, too.
    ///
    /// # Errors
    /// A conflict where it is closed.
    pub fn with(self, message: MessageKind) -> Result<Self, Refusal> {
        match (message, self.status) {
            (MessageKind::Note, TicketStatus::Open | TicketStatus::Closed) => Ok(self),
            (MessageKind::Question | MessageKind::Answer, TicketStatus::Open) => {
                Ok(Self { last_author: message.author(), ..self })
            }
            (MessageKind::Question | MessageKind::Answer, TicketStatus::Closed) => {
                Err(TicketsFault::TicketClosed.conflict())
            }
        }
    }

    /// What it is once its client closes it.
    ///
    /// # Errors
    /// A conflict where it is closed already.
    pub fn closed(self) -> Result<Self, Refusal> {
        match self.status {
            TicketStatus::Open => Ok(Self { status: TicketStatus::Closed, ..self }),
            TicketStatus::Closed => Err(TicketsFault::TicketClosed.conflict()),
        }
    }

    /// What it is once its client opens it again.
    ///
    /// # Errors
    /// A conflict where it is open.
    pub fn reopened(self) -> Result<Self, Refusal> {
        match self.status {
            TicketStatus::Closed => Ok(Self { status: TicketStatus::Open, ..self }),
            TicketStatus::Open => Err(TicketsFault::TicketOpen.conflict()),
        }
    }

    /// Whom a change assigns: whoever is assigned already stays without being looked at again.
    #[must_use]
    pub fn newly_assigned(&self, before: &Self) -> Option<UserId> {
        self.assignee.filter(|assignee| before.assignee != Some(*assignee))
    }

    /// Whether the client sees what has changed: all but who is assigned.
    #[must_use]
    pub fn differs_for_client(&self, before: &Self) -> bool {
        let unassigned = |ticket: &Self| Self { assignee: None, ..*ticket };
        unassigned(self) != unassigned(before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticket() -> impl Strategy<Value = Ticket> {
        (
            prop::sample::select(TicketStatus::ALL),
            prop::sample::select(TicketPriority::ALL),
            1..3_i64,
            prop::option::of(1..3_i64),
            prop::sample::select(TicketAuthor::ALL),
        )
            .prop_map(|(status, priority, department, assignee, last_author)| Ticket {
                status,
                priority,
                department: department.into(),
                assignee: assignee.map(UserId::new),
                last_author,
            })
    }

    proptest! {
        #[test]
        fn who_wrote_last_is_not_awaited(ticket in ticket()) {
            let expected = match ticket.status {
                TicketStatus::Closed => None,
                TicketStatus::Open if ticket.last_author == TicketAuthor::Client => Some(TicketAwaited::Staff),
                TicketStatus::Open => Some(TicketAwaited::Client),
            };
            prop_assert_eq!(ticket.awaited(), expected);
        }

        #[test]
        fn a_note_is_left_at_any_time_and_changes_nothing(ticket in ticket()) {
            prop_assert_eq!(ticket.with(MessageKind::Note), Ok(ticket));
        }

        #[test]
        fn messages_go_to_open_tickets_alone(ticket in ticket()) {
            for message in [MessageKind::Question, MessageKind::Answer] {
                let after = ticket.with(message);
                prop_assert_eq!(after.is_ok(), ticket.status == TicketStatus::Open);
                if let Ok(after) = after {
                    prop_assert_eq!(after, Ticket { last_author: message.author(), ..ticket });
                }
            }
        }

        #[test]
        fn a_ticket_is_closed_and_opened_in_turn(ticket in ticket()) {
            match ticket.status {
                TicketStatus::Open => {
                    prop_assert_eq!(ticket.closed().and_then(Ticket::reopened), Ok(ticket));
                    prop_assert!(ticket.reopened().is_err());
                }
                TicketStatus::Closed => {
                    prop_assert_eq!(ticket.reopened().and_then(Ticket::closed), Ok(ticket));
                    prop_assert!(ticket.closed().is_err());
                }
            }
        }

        #[test]
        fn the_client_sees_all_changes_but_who_is_assigned(before in ticket(), after in ticket()) {
            let same_for_client = Ticket { assignee: before.assignee, ..after } == before;
            prop_assert_eq!(after.differs_for_client(&before), !same_for_client);
        }
    }

    #[test]
    fn whoever_is_assigned_already_is_not_looked_at_again() {
        let free = Ticket::submitted(1.into(), TicketPriority::Normal);
        let of = |user: i64| Ticket { assignee: Some(user.into()), ..free };
        assert_eq!(of(1).newly_assigned(&free), Some(1.into()));
        assert_eq!(of(1).newly_assigned(&of(2)), Some(1.into()));
        assert_eq!(of(1).newly_assigned(&of(1)), None);
        assert_eq!(free.newly_assigned(&of(1)), None);
    }

    #[test]
    fn priorities_are_known_by_numbers_from_one() {
        let numbers: Vec<i64> = TicketPriority::ALL.iter().map(|priority| priority.number()).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(TicketPriority::of_number(2), Some(TicketPriority::Normal));
        assert_eq!([0, 5].map(TicketPriority::of_number), [None, None]);
    }

    #[test]
    fn a_number_is_long_enough_to_be_told_from_an_id() {
        assert_eq!(number_of(42.into()), "0000042");
        assert_eq!(number_of(12_345_678.into()), "12345678");
    }
}
