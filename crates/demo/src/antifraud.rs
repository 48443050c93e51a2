//! The steps of antifraud, and a notification that waits for a user.

use domain::antifraud::{AntifraudEvent, AntifraudProcedureType, Facts, Procedure, Rule, Situation};
use domain::clients::ClientId;
use storage::antifraud::{procedures, raising};
use storage::identity::users;
use storage::messaging::dispatch::Means;
use storage::{Direction, Error, Paging, Tx};

/// Loads the steps.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let first = Paging { sort: storage::ById::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = users::list(tx.conn, &users::Filter::default(), &first)?;
    for (priority, caption) in (1..).zip(["Compare the documents of the clients", "Call the clients"]) {
        let procedure = Procedure {
            kind: AntifraudProcedureType::IdenticalIp,
            caption: caption.into(),
            users: page.data.iter().map(|user| user.id).collect(),
            priority,
        };
        procedures::insert(tx, &procedure)?;
    }
    Ok(())
}

/// Finds that two of these clients signed in from one address.
pub fn find(tx: &mut Tx<'_>, clients: &[ClientId]) -> Result<(), Error> {
    let address = "192.0.2.10";
    let found = Situation {
        event: AntifraudEvent::IdenticalIp,
        subject: address.into(),
        clients: clients.to_vec(),
        news: clients.to_vec(),
        facts: Facts { ip_address: Some(address.into()), period_days: Some(30), ..Facts::default() },
    };
    let nobody = Means { sends_mail: false, seal: &|_| Ok(Vec::new()) };
    raising::raise(tx, &Rule::off(found.event), &found, &nobody)
}
