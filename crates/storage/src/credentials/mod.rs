//! What clients sign in with, from where, and how guessing is stopped.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::ClientId;

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::schema::clients;
use crate::{DbConnection, Error};

pub mod anti_phishing;
pub mod blocks;
pub mod devices;
pub mod erasure;
pub mod password_resets;
pub mod passwords;
pub mod push_tokens;
pub mod qr_sign_ins;
pub mod recipients;
pub mod second_factors;
pub mod sessions;
pub mod sign_ins;
mod standing;

pub use standing::standing;

/// What records of sign-ins and blocks show of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// First, middle and last name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// Clients by their ids, those who were removed too.
fn people(conn: &mut DbConnection, ids: &[ClientId]) -> Result<HashMap<ClientId, Person>, Error> {
    type Row = (ClientId, String, Option<String>, String, String);
    let columns = (clients::id, clients::first_name, clients::middle_name, clients::last_name, clients::email);
    let rows = clients::table.filter(one_of(clients::id, ids)).select(columns);
    let rows: Vec<Row> = on_each!(conn, conn => rows.load(conn))?;
    let person = |(id, first, middle, last, email): Row| {
        let names: Vec<String> = [Some(first), middle, Some(last)].into_iter().flatten().collect();
        (id, Person { name: names.join(" ").trim().to_owned(), email })
    };
    Ok(rows.into_iter().map(person).collect())
}
