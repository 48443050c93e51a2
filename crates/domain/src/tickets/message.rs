use crate::value::text_enum;

/// The most files of a message.
pub const MAX_ATTACHMENTS: usize = 5;

text_enum! {
    /// Who wrote a message.
    TicketAuthor {
        /// The client.
        Client = "client",
        /// A user.
        Operator = "operator",
    }
}

text_enum! {
    /// Where a client looks for something in their tickets.
    TicketSearch {
        /// In subjects.
        Subject = "subject",
        /// In messages.
        MessageText = "message_text",
    }
}

/// What is added to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// What the client writes.
    Question,
    /// What a user writes to the client.
    Answer,
    /// What users write for each other; the client is never shown it.
    Note,
}

impl MessageKind {
    /// Who writes it.
    #[must_use]
    pub const fn author(self) -> TicketAuthor {
        match self {
            Self::Question => TicketAuthor::Client,
            Self::Answer | Self::Note => TicketAuthor::Operator,
        }
    }

    /// Whether users alone are shown it.
    #[must_use]
    pub const fn is_note(self) -> bool {
        match self {
            Self::Question | Self::Answer => false,
            Self::Note => true,
        }
    }
}
