//! What a few clients ask for, beside the money that they want to have moved.

use std::net::{IpAddr, Ipv4Addr};

use domain::clients::ClientId;
use domain::identity::Scope;
use domain::requests::{Asked, Requester};
use storage::clients::profiles::{self, Filter};
use storage::requests::asking;
use storage::verification::levels;
use storage::{ByTime, DbConnection, Direction, Error, Paging, Tx};

/// Asks for it, in the name of the first clients.
pub fn ask(tx: &mut Tx<'_>) -> Result<(), Error> {
    let level = levels::named(tx.conn, "Verified")?;
    let asked = [
        Asked::Profile { first_name: "Maria".into(), last_name: "Lopez".into() },
        Asked::Address {
            address: "12 Harbour Street".into(),
            city: "Lisbon".into(),
            country: 1.into(),
            postcode: Some("1100-148".into()),
            state: None,
        },
        Asked::Verification { level },
    ];
    for (client, asked) in first_clients(tx.conn)?.into_iter().zip(asked) {
        // An address that is set aside for documentation.
        let requester = Requester { client, ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10)) };
        asking::ask(tx, requester, &asked)?;
    }
    Ok(())
}

fn first_clients(conn: &mut DbConnection) -> Result<Vec<ClientId>, Error> {
    let first =
        Paging { sort: ByTime::CreateTime, direction: Direction::Ascending, limit: 3, offset: 0, counts: false };
    let page = profiles::list(conn, &Scope::System, &Filter::default(), &first)?;
    Ok(page.data.into_iter().map(|client| client.id).collect())
}
