//! How what was found becomes a notification: a situation has one open notification, which grows with it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::antifraud::{AntifraudEvent, AntifraudNotificationId, AntifraudStatus, Raising, Rule, Situation, raising};
use domain::clients::{ClientId, ClientStatus};
use domain::value::Timestamp;

use super::{procedures, telling};
use crate::messaging::dispatch::Means;
use crate::schema::{
    antifraud_notification_clients as members, antifraud_notifications as table, antifraud_steps as steps, clients,
};
use crate::{DbConnection, Error, Tx, json};

/// Raises what was found, unless it was raised before; tells users of a new notification, and of clients who join one.
///
/// # Errors
/// [`Error::Contended`] where users opened one of the same situation again meanwhile.
pub fn raise(tx: &mut Tx<'_>, rule: &Rule, found: &Situation, means: &Means<'_>) -> Result<(), Error> {
    let open = open_one(tx, found)?;
    let known = match open {
        Some(id) => Some(clients_of(tx.conn, id)?),
        None => None,
    };
    let closed = closed_clients(tx.conn, found)?;
    match (raising(found, known.as_ref(), closed.as_ref()), open) {
        (Raising::Refresh, Some(id)) => refresh(tx, id, found),
        // The facts would tell of a client whose data was removed since.
        (Raising::Join(clients) | Raising::New(clients), _) if !hold(tx, &clients)? => Ok(()),
        (Raising::Join(clients), Some(id)) => {
            refresh(tx, id, found)?;
            add_clients(tx, id, &clients)?;
            telling::tell(tx, rule, id, &clients, &found.facts, means)
        }
        (Raising::New(clients), None) => {
            let id = insert(tx, found)?;
            add_clients(tx, id, &clients)?;
            telling::tell(tx, rule, id, &clients, &found.facts, means)
        }
        (Raising::Nothing | Raising::Refresh | Raising::Join(_) | Raising::New(_), _) => Ok(()),
    }
}

/// Holds clients until the transaction ends; answers whether none of them was removed.
fn hold(tx: &mut Tx<'_>, named: &[ClientId]) -> Result<bool, Error> {
    tx.hold("clients", named)?;
    let removed = clients::table.filter(clients::id.eq_any(named.to_vec()));
    let removed = removed.filter(clients::status.eq(ClientStatus::Deleted));
    Ok(!diesel::select(diesel::dsl::exists(removed)).get_result::<bool>(tx.conn)?)
}

/// The open notification of the situation, which is held.
fn open_one(tx: &mut Tx<'_>, found: &Situation) -> Result<Option<AntifraudNotificationId>, Error> {
    let open = |conn: &mut DbConnection| -> Result<Option<AntifraudNotificationId>, Error> {
        let same = table::table.filter(table::event.eq(found.event)).filter(table::subject.eq(&found.subject));
        let open = same.filter(table::status.eq(AntifraudStatus::Open));
        Ok(open.select(table::id).first(conn).optional()?)
    };
    let Some(id) = open(tx.conn)? else { return Ok(None) };
    tx.lock("antifraud_notifications", id)?;
    // A user may have closed it meanwhile.
    open(tx.conn)
}

fn clients_of(conn: &mut DbConnection, id: AntifraudNotificationId) -> Result<BTreeSet<ClientId>, Error> {
    let of_one = members::table.filter(members::notification_id.eq(id)).select(members::client_id);
    Ok(of_one.load(conn)?.into_iter().collect())
}

/// The clients of the situation's closed notifications; none where there is no such notification.
fn closed_clients(conn: &mut DbConnection, found: &Situation) -> Result<Option<BTreeSet<ClientId>>, Error> {
    let same = table::table.filter(table::event.eq(found.event)).filter(table::subject.eq(&found.subject));
    let closed = same.filter(table::close_time.is_not_null()).inner_join(members::table);
    let clients: BTreeSet<ClientId> = closed.select(members::client_id).load(conn)?.into_iter().collect();
    Ok((!clients.is_empty()).then_some(clients))
}

/// When users last closed a notification of this situation.
pub(super) fn closed_at(
    conn: &mut DbConnection,
    event: AntifraudEvent,
    subject: &str,
) -> Result<Option<Timestamp>, Error> {
    let same = table::table.filter(table::event.eq(event)).filter(table::subject.eq(subject));
    let closed = same.filter(table::close_time.is_not_null()).order(table::close_time.desc());
    Ok(closed.select(table::close_time.assume_not_null()).first(conn).optional()?)
}

fn refresh(tx: &mut Tx<'_>, id: AntifraudNotificationId, found: &Situation) -> Result<(), Error> {
    diesel::update(table::table.find(id)).set(table::facts.eq(json(&found.facts)?)).execute(tx.conn)?;
    Ok(())
}

/// Writes a notification with the steps of now.
fn insert(tx: &mut Tx<'_>, found: &Situation) -> Result<AntifraudNotificationId, Error> {
    let values = (
        table::event.eq(found.event),
        table::subject.eq(&found.subject),
        table::facts.eq(json(&found.facts)?),
        table::status.eq(AntifraudStatus::Open),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| match Error::from(error) {
        Error::Taken => Error::Contended("a notification was opened again".into()),
        other => other,
    })?;
    for caption in procedures::captions(tx.conn, found.event.procedure())? {
        let values = (steps::notification_id.eq(id), steps::description.eq(caption));
        diesel::insert_into(steps::table).values(values).execute(tx.conn)?;
    }
    Ok(id)
}

fn add_clients(tx: &mut Tx<'_>, id: AntifraudNotificationId, clients: &[ClientId]) -> Result<(), Error> {
    for client in clients {
        let values = (members::notification_id.eq(id), members::client_id.eq(*client));
        diesel::insert_into(members::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}
