use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of the help desk.
    TicketsFault {
        /// Nothing is sent in a closed ticket, and it is not closed again.
        TicketClosed = "ticketClosed",
        /// An open ticket is not opened again.
        TicketOpen = "ticketOpen",
        /// Whoever is assigned may read tickets.
        AssigneeLacksPermission = "assigneeLacksPermission",
        /// Whoever is assigned sees the client.
        AssigneeOutOfScope = "assigneeOutOfScope",
        /// There is always a department.
        LastDepartment = "lastDepartment",
        /// The form asks for each thing once.
        FormFieldRepeated = "formFieldRepeated",
    }
}

impl FaultCode for TicketsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
