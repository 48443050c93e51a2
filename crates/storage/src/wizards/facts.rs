//! What decides which steps a client or a visitor takes.

use diesel::prelude::*;
use domain::clients::{ClientId, ClientTypeId};
use domain::credentials::PasswordState;
use domain::wizards::{Learned, RunFacts};

use crate::credentials::{passwords, recipients, second_factors};
use crate::platform::settings;
use crate::schema::{clients, countries};
use crate::{DbConnection, Error};

/// What is known of a visitor.
pub fn of_visitor(conn: &mut DbConnection) -> Result<RunFacts, Error> {
    let has_captcha = settings::get(conn)?.data.captcha_secret.is_some();
    Ok(RunFacts { has_captcha, ..RunFacts::default() })
}

/// What is known of a client who is signed in.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<RunFacts, Error> {
    let has_captcha = of_visitor(conn)?.has_captcha;
    let learned = learned(conn, client)?;
    Ok(RunFacts {
        country: learned.country,
        client_type: learned.client_type,
        second_factors: learned.second_factors.unwrap_or_default(),
        has_phone: learned.has_phone.unwrap_or_default(),
        has_captcha,
        must_reset_password: false,
    })
}

/// What a step tells that shows who takes the run.
///
/// # Errors
/// [`Error::NotFound`].
pub fn learned(conn: &mut DbConnection, client: ClientId) -> Result<Learned, Error> {
    let row = clients::table
        .left_join(countries::table)
        .filter(clients::id.eq(client))
        .select((clients::type_id, countries::alpha2_code.nullable()));
    let (client_type, country): (ClientTypeId, Option<String>) = row.first(conn)?;
    let factors = second_factors::of_client(conn, client)?;
    let must_reset_password = match passwords::state(conn, client)? {
        PasswordState::ResetPrompted => true,
        PasswordState::Missing | PasswordState::Set => false,
    };
    Ok(Learned {
        client: Some(client),
        country: country.and_then(|code| code.parse().ok()),
        client_type: Some(client_type),
        second_factors: Some(factors.iter().map(|factor| factor.method.into()).collect()),
        has_phone: Some(recipients::of_client(conn, client)?.phone.is_some()),
        must_reset_password: Some(must_reset_password),
    })
}
