//! Whom a mass mail is for. Clients who match a filter are written by the database itself, however many they are.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::mailing::{AddressFacts, Addressee, ClientFilter, Recipients, SentEmailId, addressee};
use domain::value::{CommonFault, Email, Fault, FaultCode as _, Field, List, Set};

use crate::client_scope::visible;
use crate::connection::{MultiBackend, on_each};
use crate::schema::clients::{self, BoxedQuery};
use crate::schema::sent_email_recipients as table;
use crate::schema::{
    client_tag_members as members, client_tags, client_types, countries, erased_emails, verification_levels,
};
use crate::{DbConnection, Error, Tx};

/// The state of a recipient who waits.
pub(super) const WAITING: &str = "waiting";

/// Whom a mail goes to, of those that the sender told.
pub(super) enum Chosen {
    /// The clients that match.
    Matching(ClientFilter),
    /// These clients, some of whom the sender may not see.
    Clients(Set<ClientId>),
    /// These clients and addresses.
    Addressed(Vec<ClientId>, Vec<Email>),
}

/// What stands for one address each.
#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Row<'a> {
    email_id: SentEmailId,
    client_id: Option<ClientId>,
    address: Option<&'a str>,
    state: &'static str,
}

/// Who is meant, and what is wrong with it.
pub(super) fn chosen(
    conn: &mut DbConnection,
    scope: &Scope,
    recipients: &Recipients,
    fingerprint: impl Fn(&Email) -> Vec<u8>,
) -> Result<(Chosen, Vec<Fault>), Error> {
    match recipients {
        Recipients::Clients(clients) => Ok((Chosen::Clients(clients.clone()), Vec::new())),
        Recipients::Filter(filter) => Ok((Chosen::Matching(filter.clone()), filter_faults(conn, scope, filter)?)),
        Recipients::Addresses(addresses) => addressed(conn, scope, addresses, fingerprint),
    }
}

/// A filter names what is there, and tags that the sender sees.
fn filter_faults(conn: &mut DbConnection, scope: &Scope, filter: &ClientFilter) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    let mut unknown = |key: &str| faults.push(CommonFault::Unknown.at(Field::RecipientFilter.entry(key)));
    if let Some(id) = filter.client_type
        && !diesel::select(diesel::dsl::exists(client_types::table.find(id))).get_result::<bool>(conn)?
    {
        unknown("clientTypeId");
    }
    if let Some(id) = filter.verification_level
        && !diesel::select(diesel::dsl::exists(verification_levels::table.find(id))).get_result::<bool>(conn)?
    {
        unknown("verificationLevelId");
    }
    if let Some(id) = filter.country
        && !diesel::select(diesel::dsl::exists(countries::table.find(id))).get_result::<bool>(conn)?
    {
        unknown("countryId");
    }
    if let Some(tags) = &filter.tags {
        let wanted: Vec<_> = tags.iter().copied().collect();
        let named = client_tags::table.filter(client_tags::id.eq_any(wanted));
        let existing: Vec<domain::clients::ClientTagId> = named.select(client_tags::id).load(conn)?;
        for (place, tag) in tags.placed() {
            if !existing.contains(tag) || !scope.sees_tag(*tag) {
                faults.push(CommonFault::Unknown.at(Field::RecipientFilter.entry("tagIds").entry(place)));
            }
        }
    }
    Ok(faults)
}

/// Whose the addresses are. One that is told twice counts once.
fn addressed(
    conn: &mut DbConnection,
    scope: &Scope,
    addresses: &List<Email>,
    fingerprint: impl Fn(&Email) -> Vec<u8>,
) -> Result<(Chosen, Vec<Fault>), Error> {
    let keys: Vec<String> = addresses.iter().map(Email::key).collect();
    let named = clients::table.filter(clients::email_key.eq_any(keys)).into_boxed();
    let seen = visible(named, scope, clients::id).select((clients::email_key, clients::id, clients::status));
    let rows: Vec<(String, ClientId, ClientStatus)> = seen.load(conn)?;
    let of_clients: HashMap<String, (ClientId, ClientStatus)> =
        rows.into_iter().map(|(key, client, status)| (key, (client, status))).collect();
    let prints: Vec<Vec<u8>> = addresses.iter().map(&fingerprint).collect();
    let same = erased_emails::table.filter(erased_emails::fingerprint.eq_any(prints));
    let erased: HashSet<Vec<u8>> = same.select(erased_emails::fingerprint).load(conn)?.into_iter().collect();
    let (mut faults, mut done) = (Vec::new(), HashSet::new());
    let (mut clients, mut strangers) = (Vec::new(), Vec::new());
    for (place, address) in addresses.iter().enumerate().filter(|(_, address)| done.insert(address.key())) {
        let client = of_clients.get(&address.key()).copied();
        let facts = AddressFacts { client, is_erased: erased.contains(&fingerprint(address)) };
        match addressee(facts, scope.sees_all_clients()) {
            Ok(Some(Addressee::Client(client))) => clients.push(client),
            Ok(Some(Addressee::Stranger)) => strangers.push(address.clone()),
            Ok(None) => {}
            Err(fault) => faults.push(fault.at(Field::Emails.entry(place))),
        }
    }
    Ok((Chosen::Addressed(clients, strangers), faults))
}

/// The clients who are meant, of those that the sender sees and whom mail may go to.
fn meant(scope: &Scope, recipients: &Recipients, chosen: &Chosen) -> BoxedQuery<'static, MultiBackend> {
    let mut query = visible(clients::table.into_boxed(), scope, clients::id);
    query = query.filter(clients::status.eq_any(recipients.statuses()));
    match chosen {
        Chosen::Clients(ids) => query.filter(clients::id.eq_any(ids.iter().copied().collect::<Vec<_>>())),
        Chosen::Addressed(ids, _) => query.filter(clients::id.eq_any(ids.clone())),
        Chosen::Matching(filter) => {
            if let Some(id) = filter.client_type {
                query = query.filter(clients::type_id.eq(id));
            }
            if let Some(id) = filter.verification_level {
                query = query.filter(clients::level_id.eq(id));
            }
            if let Some(id) = filter.country {
                query = query.filter(clients::country_id.eq(id));
            }
            if let Some(tags) = &filter.tags {
                let tags: Vec<_> = tags.iter().copied().collect();
                let tagged = members::table.filter(members::tag_id.eq_any(tags)).select(members::client_id);
                query = query.filter(clients::id.eq_any(tagged));
            }
            query
        }
    }
}

/// Whether there is anybody.
pub(super) fn is_anybody(
    conn: &mut DbConnection,
    scope: &Scope,
    recipients: &Recipients,
    chosen: &Chosen,
) -> Result<bool, Error> {
    if let Chosen::Addressed(_, strangers) = chosen
        && !strangers.is_empty()
    {
        return Ok(true);
    }
    let first = meant(scope, recipients, chosen).select(clients::id).limit(1);
    Ok(first.first::<ClientId>(conn).optional()?.is_some())
}

/// Writes the recipients of a mail; answers how many they are.
pub(super) fn write(
    tx: &mut Tx<'_>,
    scope: &Scope,
    recipients: &Recipients,
    chosen: &Chosen,
    email: SentEmailId,
) -> Result<i64, Error> {
    let rows = meant(scope, recipients, chosen).order(clients::id).select((
        email.get().into_sql::<BigInt>(),
        clients::id.nullable(),
        WAITING.into_sql::<Text>(),
    ));
    let columns = (table::email_id, table::client_id, table::state);
    let mut written = diesel::insert_into(table::table).values(rows).into_columns(columns).execute(tx.conn)?;
    if let Chosen::Addressed(_, strangers) = chosen
        && !strangers.is_empty()
    {
        let row = |address| Row { email_id: email, client_id: None, address: Some(address), state: WAITING };
        let rows: Vec<Row<'_>> = strangers.iter().map(Email::as_str).map(row).collect();
        let insert = diesel::insert_into(table::table).values(&rows);
        written += on_each!(&mut *tx.conn, conn => insert.execute(conn))?;
    }
    Ok(i64::try_from(written).unwrap_or(i64::MAX))
}
