use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use domain::clients::{
    Address, AddressKind, ClientId, ClientStatus, ClientTypeId, InternalType, ManagerId, PhoneKind, PhoneNumber,
    Profile, RiskLevel, VerificationLevelId,
};
use domain::content::CountryId;
use domain::value::{Email, Timestamp, folded};
use domain::verification::GrantReason;

use super::ROWS_AN_INSERT;
use crate::connection::on_each;
use crate::schema::{addresses, client_search, clients, phones, verification_levels, verifications};
use crate::{Error, Tx};

/// A client who is loaded.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Their id.
    pub id: ClientId,
    /// Their e-mail address.
    pub email: Email,
    /// Who they are. Companies, nicknames and tags are not loaded.
    pub profile: Profile,
    /// Their type.
    pub kind: ClientTypeId,
    /// Their verification level.
    pub level: VerificationLevelId,
    /// Their manager.
    pub manager: Option<ManagerId>,
    /// Their mobile phone number.
    pub phone: Option<PhoneNumber>,
    /// Where they live.
    pub address: Option<Address>,
    /// When they came.
    pub create_time: Timestamp,
}

pub(super) fn insert(tx: &mut Tx<'_>, new: &[NewClient]) -> Result<(), Error> {
    let of_clients: Vec<ClientRow<'_>> = new.iter().map(client_row).collect();
    let searches: Vec<SearchRow> = new.iter().map(search_row).collect();
    let levels = verification_levels::table.select((verification_levels::id, verification_levels::name));
    let levels: HashMap<VerificationLevelId, String> =
        levels.load::<(VerificationLevelId, String)>(tx.conn)?.into_iter().collect();
    let granted: Vec<VerificationRow<'_>> = new.iter().filter_map(|client| verification_row(client, &levels)).collect();
    let of_phones: Vec<PhoneRow<'_>> = new.iter().filter_map(phone_row).collect();
    let of_addresses: Vec<AddressRow<'_>> = new.iter().filter_map(address_row).collect();
    on_each!(&mut *tx.conn, conn => {
        for rows in of_clients.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(clients::table).values(rows).execute(conn)?;
        }
        for rows in searches.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(client_search::table).values(rows).execute(conn)?;
        }
        for rows in granted.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(verifications::table).values(rows).execute(conn)?;
        }
        for rows in of_phones.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(phones::table).values(rows).execute(conn)?;
        }
        for rows in of_addresses.chunks(ROWS_AN_INSERT) {
            diesel::insert_into(addresses::table).values(rows).execute(conn)?;
        }
        Ok(())
    })
}

#[derive(Insertable)]
#[diesel(table_name = clients, treat_none_as_default_value = false)]
struct ClientRow<'a> {
    id: ClientId,
    email: &'a str,
    email_key: String,
    first_name: &'a str,
    last_name: &'a str,
    middle_name: Option<&'a str>,
    birthday: Option<NaiveDate>,
    country_id: Option<CountryId>,
    city: Option<&'a str>,
    internal_type: InternalType,
    risk_level: RiskLevel,
    status: ClientStatus,
    type_id: ClientTypeId,
    level_id: VerificationLevelId,
    manager_id: Option<ManagerId>,
    locale: String,
    phone: Option<&'a str>,
    analytics: &'static str,
    create_time: NaiveDateTime,
}

fn client_row(client: &NewClient) -> ClientRow<'_> {
    let profile = &client.profile;
    ClientRow {
        id: client.id,
        email: client.email.as_str(),
        email_key: client.email.key(),
        first_name: &profile.first_name,
        last_name: &profile.last_name,
        middle_name: profile.middle_name.as_deref(),
        birthday: profile.birthday,
        country_id: profile.country,
        city: profile.city.as_deref(),
        internal_type: profile.internal_type,
        risk_level: profile.risk_level,
        status: profile.status,
        type_id: client.kind,
        level_id: client.level,
        manager_id: client.manager,
        locale: profile.locale.to_string(),
        phone: client.phone.as_ref().map(PhoneNumber::as_str),
        analytics: "[]",
        create_time: client.create_time.naive(),
    }
}

#[derive(Insertable)]
#[diesel(table_name = client_search, treat_none_as_default_value = false)]
struct SearchRow {
    rowid: ClientId,
    name: String,
    nickname: &'static str,
    city: String,
    company_short: &'static str,
    company_full: &'static str,
}

fn search_row(client: &NewClient) -> SearchRow {
    SearchRow {
        rowid: client.id,
        name: folded(&client.profile.name()),
        nickname: "",
        city: folded(client.profile.city.as_deref().unwrap_or_default()),
        company_short: "",
        company_full: "",
    }
}

#[derive(Insertable)]
#[diesel(table_name = verifications, treat_none_as_default_value = false)]
struct VerificationRow<'a> {
    client_id: ClientId,
    level_id: VerificationLevelId,
    level_name: &'a str,
    reason: GrantReason,
    create_time: NaiveDateTime,
}

fn verification_row<'a>(
    client: &NewClient,
    levels: &'a HashMap<VerificationLevelId, String>,
) -> Option<VerificationRow<'a>> {
    Some(VerificationRow {
        client_id: client.id,
        level_id: client.level,
        level_name: levels.get(&client.level)?,
        reason: GrantReason::Registration,
        create_time: client.create_time.naive(),
    })
}

#[derive(Insertable)]
#[diesel(table_name = phones, treat_none_as_default_value = false)]
struct PhoneRow<'a> {
    client_id: ClientId,
    number: &'a str,
    kind: PhoneKind,
    confirmed: bool,
    is_default: bool,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
}

/// The first number of a client, as registration adds it.
fn phone_row(client: &NewClient) -> Option<PhoneRow<'_>> {
    let time = client.create_time.naive();
    Some(PhoneRow {
        client_id: client.id,
        number: client.phone.as_ref()?.as_str(),
        kind: PhoneKind::Mobile,
        confirmed: false,
        is_default: true,
        create_time: time,
        update_time: time,
    })
}

#[derive(Insertable)]
#[diesel(table_name = addresses, treat_none_as_default_value = false)]
struct AddressRow<'a> {
    client_id: ClientId,
    address: &'a str,
    city: &'a str,
    country_id: CountryId,
    postcode: Option<&'a str>,
    state: Option<&'a str>,
    kind: AddressKind,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
}

fn address_row(client: &NewClient) -> Option<AddressRow<'_>> {
    let Address { address, city, country, postcode, state, kind } = client.address.as_ref()?;
    let time = client.create_time.naive();
    Some(AddressRow {
        client_id: client.id,
        address,
        city,
        country_id: *country,
        postcode: postcode.as_deref(),
        state: state.as_deref(),
        kind: *kind,
        create_time: time,
        update_time: time,
    })
}
