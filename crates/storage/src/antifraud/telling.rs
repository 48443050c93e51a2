//! Mails to the users who are told of an event.

use diesel::prelude::*;
use domain::antifraud::{AntifraudNotificationId, Facts, Rule};
use domain::clients::{ClientId, ClientTagId, full_name};
use domain::identity::{Scope, UserId, masked_name};
use domain::messaging::{DeliveredType, PlaceholderValue};

use crate::client_scope::visible;
use crate::messaging::dispatch::{self, Means};
use crate::messaging::outbox::{self, Mail};
use crate::messaging::placeholders;
use crate::schema::{clients, user_client_tags, users};
use crate::{DbConnection, Error, Tx};

/// A user who is told.
type Told = (UserId, String, bool);

/// Tells users of clients whom a notification names from now on: active users, and of the clients whom they see. One who
/// sees none of them is not told.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    rule: &Rule,
    notification: AntifraudNotificationId,
    named: &[ClientId],
    facts: &Facts,
    means: &Means<'_>,
) -> Result<(), Error> {
    if !means.sends_mail || rule.users.is_empty() {
        return Ok(());
    }
    let wanted: Vec<UserId> = rule.users.iter().copied().collect();
    let told = users::table.filter(users::id.eq_any(wanted)).filter(users::active.eq(true));
    let told = told.filter(users::deleted_at.is_null()).order(users::id);
    let told: Vec<Told> = told.select((users::id, users::email, users::can_view_masked_data)).load(tx.conn)?;
    let standing = placeholders::standing(tx.conn)?;
    for (user, email, is_unmasked) in told {
        let names = names_of(tx.conn, user, named)?;
        if names.is_empty() {
            continue;
        }
        let name = |(id, name): &(ClientId, String)| {
            let name = if is_unmasked { name.clone() } else { masked_name(name) };
            format!("{name} ({id})")
        };
        let facts = if is_unmasked { facts.clone() } else { facts.clone().masked() };
        let mut values = standing.clone();
        for (key, value) in [
            ("event", rule.event.to_string()),
            ("notificationId", notification.to_string()),
            ("clients", names.iter().map(name).collect::<Vec<_>>().join(", ")),
            ("details", facts.told()),
        ] {
            values.insert(key.to_owned(), PlaceholderValue::Text(value));
        }
        let kind = DeliveredType::AntifraudNotification.as_str();
        let Some((subject, html)) = dispatch::rendered(tx.conn, kind, None, &values)? else { return Ok(()) };
        let sealed_body = (means.seal)(html.as_bytes())?;
        outbox::put(tx, &Mail { recipient: email, subject, sealed_body, is_html: true })?;
    }
    Ok(())
}

/// The names of those of the clients whom a user sees.
fn names_of(conn: &mut DbConnection, user: UserId, named: &[ClientId]) -> Result<Vec<(ClientId, String)>, Error> {
    let tags = user_client_tags::table.filter(user_client_tags::user_id.eq(user)).select(user_client_tags::tag_id);
    let tags: Vec<ClientTagId> = tags.load(conn)?;
    let scope = Scope::of_tags(tags.into_iter().collect());
    let seen = visible(clients::table.into_boxed(), &scope, clients::id).filter(clients::id.eq_any(named.to_vec()));
    let names = (clients::first_name, clients::middle_name, clients::last_name);
    let rows: Vec<(ClientId, (String, Option<String>, String))> =
        seen.order(clients::id).select((clients::id, names)).load(conn)?;
    let name = |(first, middle, last): (String, Option<String>, String)| full_name(&first, middle.as_deref(), &last);
    Ok(rows.into_iter().map(|(id, names)| (id, name(names))).collect())
}
