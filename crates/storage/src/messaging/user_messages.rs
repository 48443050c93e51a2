//! Short texts to users over the channels that are not mail.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::messaging::{Channel, EventName, UserMessageId};
use domain::platform::{Fate, Pauses, RetryPolicy};
use serde::{Deserialize, Serialize};

use super::events;
use crate::platform::queue::{self, Job};
use crate::schema::user_messages as table;
use crate::{DbConnection, Error, Tx};

/// The job that sends a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendText(UserMessageId);

impl Job for SendText {
    const KIND: &'static str = "user_message";
    const RETRY: RetryPolicy = RetryPolicy {
        lease: TimeDelta::minutes(1),
        max_attempts: 3,
        pauses: Pauses::Listed(&[TimeDelta::minutes(1), TimeDelta::minutes(5)]),
    };
}

/// A text that is to be sent.
#[derive(Clone, Debug, Queryable)]
pub struct UserMessage {
    /// How.
    pub channel: Channel,
    /// To which chat or phone.
    pub recipient: String,
    /// HTML, sealed.
    pub sealed_html: Vec<u8>,
}

/// Writes a text and asks for it to be sent.
pub(super) fn put(tx: &mut Tx<'_>, message: &UserMessage) -> Result<(), Error> {
    let values = (
        table::channel.eq(message.channel),
        table::recipient.eq(&message.recipient),
        table::text.eq(Some(&message.sealed_html)),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    queue::put(tx, &SendText(id))
}

/// The text of a job; none where it was sent already.
pub fn of_job(conn: &mut DbConnection, SendText(id): &SendText) -> Result<Option<UserMessage>, Error> {
    let unsent = table::table.find(id).filter(table::sent_at.is_null()).filter(table::text.is_not_null());
    Ok(unsent.select((table::channel, table::recipient, table::text.assume_not_null())).first(conn).optional()?)
}

/// Notes what became of a text. One that was sent is wiped.
pub fn settle(tx: &mut Tx<'_>, SendText(id): &SendText, fate: &Fate) -> Result<(), Error> {
    match fate {
        Fate::Done => {
            let values = (table::sent_at.eq(Some(tx.now.naive())), table::text.eq(None::<Vec<u8>>));
            diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
            Ok(())
        }
        Fate::Refused(reason) | Fate::Dead(reason) => tell_of_failure(tx, *id, reason),
        Fate::Again { .. } => Ok(()),
    }
}

/// Users are told that no SMS can be sent, over the other channels.
fn tell_of_failure(tx: &mut Tx<'_>, id: UserMessageId, reason: &str) -> Result<(), Error> {
    let channel: Channel = table::table.find(id).select(table::channel).first(tx.conn)?;
    match channel {
        Channel::Sms => {
            let comment = format!("No text can be sent to phones: {reason}");
            events::put(tx, EventName::NotifiableException, None, events::facts([("comment", comment.into())]))
        }
        Channel::Email | Channel::Slack | Channel::Telegram => Ok(()),
    }
}
