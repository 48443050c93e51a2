//! The removal of a client's personal data: what the books need stays, under placeholders (`docs/rules.md`, Removal of
//! clients).

use diesel::prelude::*;
use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::ledger::RequestKind;
use domain::requests::Asked;
use domain::verification::AnsweredQuestion;
use serde_json::{Map, Value};

use super::clients::lock_removable;
use crate::antifraud::notifications;
use crate::clients::profiles::StoredClient;
use crate::connection::on_each;
use crate::credentials::erasure;
use crate::files::{client_files, photos};
use crate::identity::approval_ends;
use crate::payments::{whitelisted_addresses, withdrawal_templates};
use crate::schema::{
    addresses, client_additional_information, client_search, clients as table, erased_emails, event_deliveries,
    mail_outbox, phones, profile_changes, requests, sent_email_recipients, system_logs, test_attempts,
    verification_runs, wizard_runs,
};
use crate::services::subscriptions;
use crate::verification::documents;
use crate::{Error, Tx, json, tickets};

/// What stands where a name was.
const NAME: &str = "Removed";
/// Where nobody calls from.
const NO_ADDRESS: &str = "0.0.0.0";
/// How many records of the audit log are looked at in one statement.
const LOGS_AT_ONCE: i64 = 1000;

/// Removes a client and their personal data. Their e-mail address stays taken, by its fingerprint.
///
/// # Errors
/// As of [`super::clients::delete`].
pub(crate) fn erase(tx: &mut Tx<'_>, scope: &Scope, id: ClientId, email_fingerprint: &[u8]) -> Result<(), Error> {
    // The request that asks for the removal ends with it.
    let client = lock_removable(tx, scope, id, Some(RequestKind::DeletingAccount))?;
    let email = format!("removed-{id}@invalid");
    diesel::insert_into(erased_emails::table)
        .values(erased_emails::fingerprint.eq(email_fingerprint))
        .execute(tx.conn)?;
    erase_profile(tx, id, &email)?;
    erase_belongings(tx, &client, &email)?;
    erase_requests(tx, id)?;
    erase_answers(tx, id)?;
    notifications::erase(tx, id)?;
    approval_ends::erase(tx, id)?;
    documents::remove_all(tx, id)?;
    client_files::remove_all(tx, id)?;
    photos::remove(tx, id)?;
    tickets::erase(tx, id, NAME)?;
    erasure::erase(tx, (id, client.data.email.as_str()), &email, NO_ADDRESS)?;
    withdrawal_templates::remove_all(tx, id)?;
    whitelisted_addresses::remove_all(tx, id)?;
    erase_logs(tx, &client, &email)?;
    subscriptions::switch_off(tx, id)
}

#[derive(AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct ErasedProfile<'a> {
    email: &'a str,
    email_key: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    middle_name: Option<&'a str>,
    nickname: Option<&'a str>,
    nickname_key: Option<&'a str>,
    birthday: Option<chrono::NaiveDate>,
    country_id: Option<i64>,
    city: Option<&'a str>,
    company_full_name: Option<&'a str>,
    company_short_name: Option<&'a str>,
    phone: Option<&'a str>,
    analytics: &'a str,
    status: ClientStatus,
}

fn erase_profile(tx: &mut Tx<'_>, id: ClientId, email: &str) -> Result<(), Error> {
    let erased = ErasedProfile {
        email,
        email_key: email,
        first_name: NAME,
        last_name: "",
        middle_name: None,
        nickname: None,
        nickname_key: None,
        birthday: None,
        country_id: None,
        city: None,
        company_full_name: None,
        company_short_name: None,
        phone: None,
        analytics: "[]",
        status: ClientStatus::Deleted,
    };
    let values = (erased, table::update_time.eq(Some(tx.now.naive())));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    let searched = (
        client_search::name.eq(domain::value::folded(NAME)),
        client_search::nickname.eq(""),
        client_search::city.eq(""),
        client_search::company_short.eq(""),
        client_search::company_full.eq(""),
    );
    let row = client_search::table.filter(client_search::rowid.eq(id));
    diesel::update(row).set(searched).execute(tx.conn)?;
    Ok(())
}

/// What was answered in words.
fn erase_answers(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let of_client = test_attempts::table.filter(test_attempts::client_id.eq(id));
    let rows: Vec<(i64, String)> = of_client.select((test_attempts::id, test_attempts::questions)).load(tx.conn)?;
    for (attempt, questions) in rows {
        let mut questions: Vec<AnsweredQuestion> = serde_json::from_str(&questions)?;
        for text in questions.iter_mut().filter_map(|question| question.text.as_mut()) {
            NAME.clone_into(text);
        }
        let stripped = test_attempts::questions.eq(json(&questions)?);
        diesel::update(test_attempts::table.find(attempt)).set(stripped).execute(tx.conn)?;
    }
    Ok(())
}

fn erase_belongings(tx: &mut Tx<'_>, client: &StoredClient, email: &str) -> Result<(), Error> {
    let id = client.id;
    diesel::delete(addresses::table.filter(addresses::client_id.eq(id))).execute(tx.conn)?;
    diesel::delete(phones::table.filter(phones::client_id.eq(id))).execute(tx.conn)?;
    let answers = client_additional_information::table.filter(client_additional_information::client_id.eq(id));
    diesel::delete(answers).execute(tx.conn)?;
    diesel::delete(wizard_runs::table.filter(wizard_runs::client_id.eq(id))).execute(tx.conn)?;
    diesel::delete(verification_runs::table.find(id)).execute(tx.conn)?;
    let changes = profile_changes::table.filter(profile_changes::client_id.eq(id));
    let mut addresses_had: Vec<String> = changes.select(profile_changes::previous_value).load(tx.conn)?;
    addresses_had.push(client.data.email.to_string());
    erase_actor(tx, &addresses_had, email)?;
    let placeholders = (
        profile_changes::current_value.eq(email),
        profile_changes::previous_value.eq(email),
        profile_changes::previous_key.eq(email),
    );
    diesel::update(changes).set(placeholders).execute(tx.conn)?;
    let mass_mailed = sent_email_recipients::table.filter(sent_email_recipients::address.eq_any(addresses_had.clone()));
    diesel::update(mass_mailed).set(sent_email_recipients::address.eq(None::<String>)).execute(tx.conn)?;
    let mails = mail_outbox::table.filter(mail_outbox::recipient.eq_any(addresses_had));
    diesel::update(mails)
        .set((mail_outbox::recipient.eq(email), mail_outbox::subject.eq(""), mail_outbox::body.eq(None::<Vec<u8>>)))
        .execute(tx.conn)?;
    erase_deliveries(tx, id)
}

/// What the client did stays in the audit log, but for who and from where.
fn erase_actor(tx: &mut Tx<'_>, addresses_had: &[String], email: &str) -> Result<(), Error> {
    let keys: Vec<String> = addresses_had.iter().map(|address| domain::value::folded(address)).collect();
    let own = system_logs::table.filter(system_logs::actor_key.eq_any(keys)).filter(system_logs::actor_id.is_null());
    let nobody = (system_logs::actor.eq(email), system_logs::actor_key.eq(email), system_logs::ip.eq(NO_ADDRESS));
    diesel::update(own).set(nobody).execute(tx.conn)?;
    Ok(())
}

/// What other systems were told stays, but for the address.
fn erase_deliveries(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let of_client = event_deliveries::table.filter(event_deliveries::client_id.eq(id));
    let rows: Vec<(i64, String)> = of_client.select((event_deliveries::id, event_deliveries::body)).load(tx.conn)?;
    for (delivery, body) in rows {
        let mut body: serde_json::Value = serde_json::from_str(&body)?;
        let address = body.pointer_mut("/data").and_then(serde_json::Value::as_object_mut);
        if address.and_then(|data| data.remove("clientEmail")).is_some() {
            let stripped = event_deliveries::body.eq(body.to_string());
            diesel::update(event_deliveries::table.find(delivery)).set(stripped).execute(tx.conn)?;
        }
    }
    Ok(())
}

/// What was asked for stays, but for names and addresses.
fn erase_requests(tx: &mut Tx<'_>, id: ClientId) -> Result<(), Error> {
    let of_client = || requests::table.filter(requests::client_id.eq(id));
    let asked = of_client().filter(requests::asked.is_not_null());
    let rows: Vec<(i64, Option<String>)> = asked.select((requests::id, requests::asked)).load(tx.conn)?;
    for (request, asked) in rows {
        let Some(asked) = asked else { continue };
        let stripped = match serde_json::from_str(&asked)? {
            Asked::Profile { .. } => {
                Asked::Profile { first_name: NAME.to_owned(), last_name: String::new(), rest: None }
            }
            Asked::ClientType { kind, .. } => Asked::ClientType { kind, comment: None },
            Asked::Address { country, .. } => {
                Asked::Address { address: NAME.to_owned(), city: NAME.to_owned(), country, postcode: None, state: None }
            }
            Asked::Account { product, currency, leverage, start_amount, .. } => {
                Asked::Account { product, currency, caption: None, leverage, start_amount }
            }
            other => other,
        };
        let stripped = requests::asked.eq(Some(json(&stripped)?));
        diesel::update(requests::table.find(request)).set(stripped).execute(tx.conn)?;
    }
    let noted = (requests::ip.eq(NO_ADDRESS), requests::comment.eq(None::<String>));
    diesel::update(of_client()).set(noted).execute(tx.conn)?;
    Ok(())
}

/// Replaces names, e-mail addresses and the like in the audit log's records of the client.
fn erase_logs(tx: &mut Tx<'_>, client: &StoredClient, email: &str) -> Result<(), Error> {
    let mut after = 0_i64;
    loop {
        let next = system_logs::table
            .filter(system_logs::client_id.eq(client.id))
            .filter(system_logs::id.gt(after))
            .order(system_logs::id)
            .limit(LOGS_AT_ONCE)
            .select((system_logs::id, system_logs::details));
        let records: Vec<(i64, String)> = on_each!(&mut *tx.conn, conn => next.load(conn))?;
        let Some((last, _)) = records.last() else { return Ok(()) };
        after = *last;
        for (id, details) in records {
            let mut value: Value = serde_json::from_str(&details)?;
            if strip(&mut value, email) {
                let row = diesel::update(system_logs::table.find(id));
                row.set(system_logs::details.eq(value.to_string())).execute(tx.conn)?;
            }
        }
    }
}

/// The keys of personal data in records of a client.
const PERSONAL: [&str; 24] = [
    "address",
    "analytics",
    "birthday",
    "city",
    "clientEmail",
    "comment",
    "company",
    "currentValue",
    "email",
    "fingerprint",
    "firstName",
    "hash",
    "ip",
    "ipAddress",
    "lastName",
    "middleName",
    "name",
    "nickname",
    "number",
    "phone",
    "postcode",
    "previousValue",
    "state",
    "userAgent",
];

/// Puts placeholders in the place of personal data; answers whether there was any.
fn strip(value: &mut Value, email: &str) -> bool {
    match value {
        Value::Object(fields) => strip_fields(fields, email),
        // Each of them, whatever was found before.
        Value::Array(values) => values.iter_mut().map(|value| strip(value, email)).filter(|found| *found).count() > 0,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn strip_fields(fields: &mut Map<String, Value>, email: &str) -> bool {
    // A type or a level has a name of its own; a file is called what the client called it.
    let is_of_client = ["clientId", "directoryId"].iter().any(|key| fields.contains_key(*key));
    let is_named_record = fields.contains_key("id") && !is_of_client;
    let mut found = false;
    for (key, value) in fields.iter_mut() {
        let is_personal = PERSONAL.contains(&key.as_str()) && !(key == "name" && is_named_record);
        match value {
            Value::Object(_) if key == "manager" => {}
            Value::String(text) if is_personal => {
                *text = if text.contains('@') { email.to_owned() } else { NAME.to_owned() };
                found = true;
            }
            Value::Object(_) | Value::Array(_) if is_personal => {
                *value = Value::Null;
                found = true;
            }
            value => found = strip(value, email) || found,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn personal_data_goes_and_names_of_other_records_stay() {
        let mut record = json!({
            "id": 4,
            "old": {"clientId": 4, "name": "Ann Doe", "email": "ann@example.com", "city": null,
                "type": {"id": 1, "name": "Individual"}, "company": {"fullName": "Doe Ltd"}, "tags": ["vip"]},
        });
        assert!(strip(&mut record, "removed-4@invalid"));
        let stripped = json!({
            "id": 4,
            "old": {"clientId": 4, "name": "Removed", "email": "removed-4@invalid", "city": null,
                "type": {"id": 1, "name": "Individual"}, "company": null, "tags": ["vip"]},
        });
        assert_eq!(record, stripped);
        assert!(!strip(&mut json!({"id": 4, "status": "active"}), "x"));
        let mut device = json!({"id": 2, "fingerprint": {"userAgent": "x"}, "hash": "h", "ipAddress": "203.0.113.9"});
        let mut block = json!({"id": 2, "clientEmail": "ann@example.com", "ip": "203.0.113.9"});
        assert!(strip(&mut device, "x") && strip(&mut block, "removed-4@invalid"));
        assert_eq!(device, json!({"id": 2, "fingerprint": null, "hash": "Removed", "ipAddress": "Removed"}));
        assert_eq!(block, json!({"id": 2, "clientEmail": "removed-4@invalid", "ip": "Removed"}));
    }
}
