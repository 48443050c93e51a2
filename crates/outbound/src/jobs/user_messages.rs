use domain::platform::{Fate, JobResult, Settings};
use storage::messaging::user_messages::{self, SendText, UserMessage};
use storage::platform::settings;
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::outbound::Outbound;
use crate::texts;

/// Sends texts to users.
pub(super) struct UserMessageHandler;

impl JobHandler for UserMessageHandler {
    type Job = SendText;
    type Work = (UserMessage, Settings);

    /// A few, so that one service does not hold up the others.
    const CONCURRENCY: usize = 2;

    fn load(conn: &mut DbConnection, job: &SendText) -> Result<Option<(UserMessage, Settings)>, Error> {
        let Some(message) = user_messages::of_job(conn, job)? else { return Ok(None) };
        Ok(Some((message, settings::get(conn)?.data)))
    }

    fn carry_out(outbound: &Outbound, (message, settings): &(UserMessage, Settings)) -> JobResult {
        let html = outbound.secret.open(&message.sealed_html).and_then(|html| String::from_utf8(html).ok());
        match html {
            Some(html) => texts::send(outbound, settings, message.channel, &message.recipient, &html),
            None => JobResult::Failed("its text does not open with this secret".into()),
        }
    }

    fn settle(tx: &mut Tx<'_>, job: &SendText, fate: &Fate) -> Result<(), Error> {
        user_messages::settle(tx, job, fate)
    }
}
