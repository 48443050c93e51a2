//! The users who are in charge or told, by their addresses. They are kept by their ids, so another address of a user
//! is shown wherever the user is.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::antifraud::AntifraudFault;
use domain::identity::UserId;
use domain::value::{Email, Fault, FaultCode as _, Place, Set};

use crate::schema::{antifraud_procedure_users as in_charge, antifraud_rule_users as told, users};
use crate::{Error, Tx};

/// An address that a body names, and where.
pub(crate) type Named<'a> = (Place, &'a Email);

/// The users of these addresses, who are held until the transaction ends, so that they are not deleted meanwhile; and a
/// fault for each address that is none of a user.
pub(crate) fn of_addresses(
    tx: &mut Tx<'_>,
    named: &[Named<'_>],
) -> Result<(HashMap<String, UserId>, Vec<Fault>), Error> {
    let keys: Vec<String> = named.iter().map(|(_, email)| email.key()).collect();
    let active = || users::table.filter(users::email_key.eq_any(keys.clone())).filter(users::deleted_at.is_null());
    let ids: Vec<UserId> = active().select(users::id).load(tx.conn)?;
    tx.lock_all("users", &ids)?;
    let known: Vec<(String, UserId)> = active().select((users::email_key, users::id)).load(tx.conn)?;
    let known: HashMap<String, UserId> = known.into_iter().collect();
    let unknown = named.iter().filter(|(_, email)| !known.contains_key(&email.key()));
    let fault =
        |(place, email): &Named<'_>| AntifraudFault::NotUserEmail.at(place.clone()).with("email", email.as_str());
    let faults = unknown.map(fault).collect();
    Ok((known, faults))
}

/// Those of the users whom these addresses name.
pub(crate) fn chosen(known: &HashMap<String, UserId>, emails: &[Email]) -> Set<UserId> {
    emails.iter().filter_map(|email| known.get(&email.key()).copied()).collect()
}

/// A deleted user is in charge of nothing, and told nothing.
pub(crate) fn forget(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::delete(in_charge::table.filter(in_charge::user_id.eq(user))).execute(tx.conn)?;
    diesel::delete(told::table.filter(told::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}
