//! What the placeholders of mails stand for beside the facts of an event: key-value pairs and settings.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::messaging::{PairId, PairType, PlaceholderValue};

use crate::platform::settings;
use crate::schema::{email_templates as mass_mail, key_value_pairs as pairs, notification_templates as templates};
use crate::{DbConnection, Error, Tx};

/// The values of pairs and settings by their names. What is there under a name of the event goes before them.
pub fn standing(conn: &mut DbConnection) -> Result<HashMap<String, PlaceholderValue>, Error> {
    let settings = settings::get(conn)?.data;
    let rows: Vec<(String, String, PairType)> =
        pairs::table.select((pairs::key, pairs::value, pairs::kind)).load(conn)?;
    let pair = |(key, value, kind): (String, String, PairType)| match kind {
        PairType::Html => (key, PlaceholderValue::Html(value)),
        PairType::String | PairType::Mail | PairType::Url => (key, PlaceholderValue::Text(value)),
    };
    let mut values: HashMap<String, PlaceholderValue> = rows.into_iter().map(pair).collect();
    values.insert("companyName".into(), PlaceholderValue::Text(settings.company_name));
    values.extend(settings.front_url.map(|url| ("frontUrl".into(), PlaceholderValue::Text(url))));
    Ok(values)
}

/// The hosts that webhooks may reach without TLS, and that may be private.
pub(super) fn webhook_http_hosts(conn: &mut DbConnection) -> Result<Vec<String>, Error> {
    Ok(settings::get(conn)?.data.webhook_http_hosts.iter().map(|host| host.as_str().to_owned()).collect())
}

/// Holds those of the keys that are pairs, so that they are not deleted or renamed, and answers which they are.
pub(crate) fn hold_pairs(tx: &mut Tx<'_>, keys: &[&str]) -> Result<Vec<String>, Error> {
    let named = pairs::table.filter(pairs::key.eq_any(keys.to_vec())).order(pairs::id);
    let rows: Vec<(PairId, String)> = named.select((pairs::id, pairs::key)).load(tx.conn)?;
    let (ids, keys): (Vec<PairId>, Vec<String>) = rows.into_iter().unzip();
    tx.hold("key_value_pairs", &ids)?;
    Ok(keys)
}

/// Whether a text of a mail takes a pair in.
pub(super) fn is_taken_in(conn: &mut DbConnection, key: &str) -> Result<bool, Error> {
    let pattern = format!("%{{{}}}%", key.replace('_', "\\_"));
    let taking = templates::table.filter(
        templates::template
            .like(pattern.clone())
            .escape('\\')
            .or(templates::subject.like(pattern.clone()).escape('\\')),
    );
    let in_mass_mail = mass_mail::table
        .filter(mass_mail::body.like(pattern.clone()).escape('\\').or(mass_mail::subject.like(pattern).escape('\\')));
    let taken_in = diesel::dsl::exists(taking).or(diesel::dsl::exists(in_mass_mail));
    Ok(diesel::select(taken_in).get_result(conn)?)
}
