//! How events reach those who hear of them: mails to clients and users, texts, and webhooks are written in one transaction
//! with the mark that the event was passed on, so each is passed on once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::catalog::SendMailSetting;
use domain::clients::{ClientId, Locality};
use domain::identity::{UserId, masked_email};
use domain::ledger::AccountId;
use domain::messaging::{Channel, EventName, PlaceholderValue, Template, Workflow, type_for_client, type_of_event};
use serde_json::Value;

use super::deliveries::{self, Message};
use super::event_notifications::{self, Told};
use super::events::{self, StoredEvent};
use super::facts::{self, Facts};
use super::listeners::{self, StoredListener};
use super::outbox::{self, Mail};
use super::user_messages::{self, UserMessage};
use super::{notification_templates, placeholders};
use crate::schema::{accounts, client_tag_members, products, user_client_tags};
use crate::{DbConnection, Error, Tx};

/// The advisory lock of PostgreSQL under which events are passed on one after the other, in their order.
const DISPATCH_LOCK: i64 = 7_305_806_821;

/// How many events one transaction passes on.
const BATCH: i64 = 100;

/// What passing on needs of the application.
pub struct Means<'a> {
    /// Whether mail can be sent; if not, none is written.
    pub sends_mail: bool,
    /// Seals a text.
    pub seal: &'a dyn Fn(&[u8]) -> Result<Vec<u8>, Error>,
}

/// Passes on events that wait; answers whether there were some.
pub fn run(tx: &mut Tx<'_>, means: &Means<'_>) -> Result<bool, Error> {
    tx.conn.wait_lock(DISPATCH_LOCK)?;
    let waiting = events::waiting(tx.conn, BATCH)?;
    if waiting.is_empty() {
        return Ok(false);
    }
    let listeners = listeners::enabled(tx.conn)?;
    let mut told: HashMap<EventName, Vec<Told>> = HashMap::new();
    let standing = placeholders::standing(tx.conn)?;
    for event in &waiting {
        let told = match told.entry(event.name) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(event_notifications::told_of(tx.conn, event.name)?),
        };
        let concerned: Vec<&StoredListener> =
            listeners.iter().filter(|listener| listener.data.event.covers(event.name)).collect();
        let for_client = type_for_client(event.name).filter(|_| means.sends_mail);
        if told.is_empty() && concerned.is_empty() && for_client.is_none() {
            continue;
        }
        let passed_on = tx.attempt(|tx| {
            let facts = facts::of(tx.conn, event)?;
            let passing = Passing { event, facts: &facts, standing: &standing, means };
            passing.to_client(tx)?;
            for listener in &concerned {
                if listener.data.conditions.are_met(facts.transfer.as_ref(), facts.balance.as_ref()) {
                    passing.to_listener(tx, listener)?;
                }
            }
            told.iter().try_for_each(|user| passing.to_user(tx, user))
        });
        match passed_on {
            // One that cannot be put together does not stop the others.
            Err(error) if error.is_fault() => log::error!("event {} is passed on to nobody: {error}", event.id),
            passed_on => passed_on?,
        }
    }
    let ids: Vec<_> = waiting.iter().map(|event| event.id).collect();
    events::settle(tx, &ids)?;
    Ok(true)
}

/// An event on its way.
struct Passing<'a> {
    event: &'a StoredEvent,
    facts: &'a Facts,
    standing: &'a HashMap<String, PlaceholderValue>,
    means: &'a Means<'a>,
}

impl Passing<'_> {
    fn to_client(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let (Some(kind), Some(client)) = (type_for_client(self.event.name), &self.facts.client) else { return Ok(()) };
        let kind = match (self.event.name, self.facts.account) {
            (EventName::AccountCreated, Some(account)) => match mail_of_product(tx.conn, account)? {
                Some(own) => own.unwrap_or_else(|| kind.as_str().to_owned()),
                None => return Ok(()),
            },
            _ => kind.as_str().to_owned(),
        };
        self.mail(tx, &kind, &client.email, client.locale.as_ref(), &self.values(true))
    }

    fn to_listener(&self, tx: &mut Tx<'_>, listener: &StoredListener) -> Result<(), Error> {
        match &listener.data.workflow {
            Workflow::Webhook { .. } => {
                let message = Message {
                    listener: listener.id,
                    client: self.event.client,
                    id: format!("event-{}-{}", self.event.id, listener.id),
                    event: listener.data.event.as_str(),
                    time: self.event.create_time,
                    data: &self.facts.data,
                };
                deliveries::put(tx, &message).map(drop)
            }
            Workflow::Notification { emails, kind } => {
                let values = self.values(true);
                emails.iter().try_for_each(|email| self.mail(tx, kind, email.as_str(), None, &values))
            }
        }
    }

    fn to_user(&self, tx: &mut Tx<'_>, told: &Told) -> Result<(), Error> {
        let user = told.notification.user;
        if let Some(client) = self.event.client
            && !sees(tx.conn, user, client)?
        {
            return Ok(());
        }
        let values = self.values(told.can_view_masked_data);
        for channel in told.notification.channels.iter() {
            let kind = told.notification.templates.of(*channel).unwrap_or_else(|| type_of_event(self.event.name));
            let address = match channel {
                Channel::Email => {
                    self.mail(tx, kind, &told.email, None, &values)?;
                    continue;
                }
                // Mostly it tells that no SMS can be sent.
                Channel::Sms if self.event.name == EventName::NotifiableException => continue,
                Channel::Sms => &told.phone,
                Channel::Slack => &told.slack_chat_id,
                Channel::Telegram => &told.telegram_chat_id,
            };
            match address {
                Some(address) => self.text(tx, kind, *channel, address, &values)?,
                None => log::warn!("user {user} is not told of {} by {channel}: no address is set", self.event.name),
            }
        }
        Ok(())
    }

    fn mail(
        &self,
        tx: &mut Tx<'_>,
        kind: &str,
        to: &str,
        reader: Option<&Locality>,
        values: &Values,
    ) -> Result<(), Error> {
        if !self.means.sends_mail {
            return Ok(());
        }
        let Some((subject, html)) = rendered(tx.conn, kind, reader, values)? else { return Ok(()) };
        let sealed_body = (self.means.seal)(html.as_bytes())?;
        outbox::put(tx, &Mail { recipient: to.to_owned(), subject, sealed_body, is_html: true })
    }

    fn text(&self, tx: &mut Tx<'_>, kind: &str, channel: Channel, to: &str, values: &Values) -> Result<(), Error> {
        let Some((_, html)) = rendered(tx.conn, kind, None, values)? else { return Ok(()) };
        let sealed_html = (self.means.seal)(html.as_bytes())?;
        user_messages::put(tx, &UserMessage { channel, recipient: to.to_owned(), sealed_html })
    }

    /// The values of placeholders, for somebody who sees clients as they are or masked.
    fn values(&self, is_unmasked: bool) -> Values {
        let mut values = self.standing.clone();
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let known = self.facts.data.iter().filter(|(_, value)| !value.is_null());
        values.extend(known.map(|(key, value)| (key.clone(), PlaceholderValue::Text(text(value)))));
        let mut set = |key: &str, value: String| values.insert(key.to_owned(), PlaceholderValue::Text(value));
        set("event", self.event.name.to_string());
        if let Some(client) = &self.facts.client {
            if is_unmasked {
                set("firstName", client.first_name.clone());
                set("lastName", client.last_name.clone());
                set("name", format!("{} {}", client.first_name, client.last_name));
                set("email", client.email.clone());
            } else {
                set("clientEmail", masked_email(&client.email));
            }
        }
        values
    }
}

/// The values of placeholders.
pub type Values = HashMap<String, PlaceholderValue>;

/// The subject and the HTML of a mail for a reader, if its type is enabled and has an enabled text.
pub fn rendered(
    conn: &mut DbConnection,
    kind: &str,
    reader: Option<&Locality>,
    values: &Values,
) -> Result<Option<(String, String)>, Error> {
    let Some((subject, template)) = notification_templates::for_reader(conn, kind, reader)? else { return Ok(None) };
    let value = |key: &str| values.get(key).cloned();
    Ok(Some((Template::new(&subject).line(value), Template::new(&template).html(value))))
}

/// The type of mail that tells of an account of this product: none where the product does not tell, none inside where it names
/// none of its own.
fn mail_of_product(conn: &mut DbConnection, account: AccountId) -> Result<Option<Option<String>>, Error> {
    let of_account = accounts::table.inner_join(products::table).filter(accounts::id.eq(account));
    let (setting, own): (SendMailSetting, Option<String>) =
        of_account.select((products::send_mail_setting, products::mail_template)).first(conn)?;
    Ok(setting.sends().then(|| own.filter(|name| !name.is_empty())))
}

/// Whether a user sees a client: one without tags sees all of them.
fn sees(conn: &mut DbConnection, user: UserId, client: ClientId) -> Result<bool, Error> {
    let tags = user_client_tags::table.filter(user_client_tags::user_id.eq(user));
    let is_restricted: bool = diesel::select(exists(tags)).get_result(conn)?;
    if !is_restricted {
        return Ok(true);
    }
    let tags = tags.select(user_client_tags::tag_id);
    let shared = client_tag_members::table
        .filter(client_tag_members::client_id.eq(client))
        .filter(client_tag_members::tag_id.eq_any(tags));
    Ok(diesel::select(exists(shared)).get_result(conn)?)
}
