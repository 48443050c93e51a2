### The help desk.

ticketClosed = The ticket is closed. Open it again first.
ticketOpen = The ticket is open already.
assigneeLacksPermission = must be a user who may read tickets
assigneeOutOfScope = must be a user who sees the client
lastDepartment = The last department cannot be deleted.
formFieldRepeated = contradicts what is chosen elsewhere in the form
