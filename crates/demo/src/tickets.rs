//! Departments of the help desk, and tickets of two clients.

use domain::clients::ClientId;
use domain::identity::{Scope, UserId};
use domain::tickets::{MessageKind, TicketDepartment, TicketForm, TicketPriority};
use domain::value::LocalizedText;
use storage::tickets::messages::{self, NewMessage};
use storage::tickets::own::{self, NewTicket};
use storage::tickets::{departments, lock};
use storage::{Error, Tx};

/// Adds departments beside the one that is there.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    for (name, spanish) in [("Partners", "Socios"), ("Payments", "Pagos")] {
        let text = LocalizedText { key: "name".into(), locale: "es_ES".into(), value: spanish.into() };
        departments::insert(tx, &TicketDepartment { name: name.into(), resources: vec![text].into() })?;
    }
    Ok(())
}

/// One ticket waits for an answer, the other was answered by a user, who left a note.
pub fn submit(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    let payments = departments::all(tx.conn)?.last().map(|department| department.id);
    let urgent = TicketForm { department: payments, priority: Some(TicketPriority::High), fields: Vec::new() };
    let waiting = NewTicket {
        subject: "Where is my withdrawal?",
        text: "I asked for it two days ago, and it has not arrived.",
        form: &urgent,
        files: &[],
    };
    own::submit(tx, ClientId::new(1), &waiting)?;
    let answered = NewTicket {
        subject: "Which documents do you need?",
        text: "My passport has expired. Is an identity card enough?",
        form: &TicketForm::default(),
        files: &[],
    };
    let answered = own::submit(tx, ClientId::new(2), &answered)?.id;
    for (kind, text) in [
        (MessageKind::Answer, "Yes, both sides of it. You can upload them in your profile."),
        (MessageKind::Note, "Their residence permit ends soon, too."),
    ] {
        let ticket = lock(tx, &Scope::System, answered)?;
        messages::write_as_user(tx, &ticket, &NewMessage { kind, user: Some(user), text, files: &[] })?;
    }
    Ok(())
}
