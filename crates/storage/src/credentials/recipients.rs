//! Where codes reach clients.

use diesel::prelude::*;
use domain::clients::{ClientId, Locality};
use domain::credentials::SecondFactorMethod;

use super::second_factors;
use crate::schema::{clients, phones};
use crate::{DbConnection, Error};

/// Who is sent a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The first name.
    pub first_name: String,
    /// The e-mail address.
    pub email: String,
    /// The language that they read.
    pub locale: Locality,
    /// The number to which codes go.
    pub phone: Option<String>,
}

/// Where codes reach a client: the number of the second factor, else the default one.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<Recipient, Error> {
    let columns = (clients::first_name, clients::email, clients::locale);
    let (first_name, email, locale): (String, String, String) =
        clients::table.find(client).select(columns).first(conn)?;
    let locale = locale.parse().map_err(|_| Error::Broken(format!("client {client} has no locale")))?;
    let factors = second_factors::of_client(conn, client)?;
    let of_factor = factors.into_iter().find(|factor| factor.method == SecondFactorMethod::Sms);
    let phone = match of_factor.and_then(|factor| factor.phone) {
        Some(phone) => Some(phone),
        None => default_phone(conn, client)?,
    };
    Ok(Recipient { first_name, email, locale, phone })
}

fn default_phone(conn: &mut DbConnection, client: ClientId) -> Result<Option<String>, Error> {
    let numbers = phones::table.filter(phones::client_id.eq(client));
    let numbers = numbers.order((phones::is_default.desc(), phones::id)).select(phones::number);
    Ok(numbers.first(conn).optional()?)
}
