use std::time::Instant;

use domain::messaging::GONE;
use domain::platform::{Fate, JobResult};
use storage::messaging::deliveries::{self, Attempt, SendWebhook, Webhook};
use storage::{DbConnection, Error, Tx};

use super::handler::JobHandler;
use crate::metrics::CallKind;
use crate::outbound::Outbound;
use crate::webhooks::{self, Message, Receipt};

/// Sends webhooks.
pub(super) struct WebhookHandler;

impl JobHandler for WebhookHandler {
    type Job = SendWebhook;
    type Work = Webhook;

    /// Many, so that slow receivers do not hold up the others. Those of one client go to a receiver in their order.
    const CONCURRENCY: usize = 16;

    fn load(conn: &mut DbConnection, job: &SendWebhook) -> Result<Option<Webhook>, Error> {
        deliveries::of_job(conn, job)
    }

    fn carry_out(outbound: &Outbound, webhook: &Webhook) -> JobResult {
        let Some(url) = &webhook.url else { return JobResult::Refused("its listener is switched off".into()) };
        let (time, begun) = (outbound.now(), Instant::now());
        let valid = webhook.secrets.iter().filter(|secret| secret.expires_at.is_none_or(|at| at > time));
        let opened = valid.filter_map(|secret| outbound.secret.open(&secret.sealed));
        let keys: Vec<Vec<u8>> =
            opened.filter_map(|secret| webhooks::key_of(std::str::from_utf8(&secret).ok()?)).collect();
        if keys.is_empty() {
            return JobResult::Refused("its listener has no signing secret: rotate it".into());
        }
        let message = Message {
            url,
            id: &webhook.message_id,
            time,
            body: &webhook.body,
            keys: &keys,
            open_hosts: &webhook.open_hosts,
        };
        let Receipt { status, error } = outbound.measured(CallKind::Webhook, |_| webhooks::send(&message));
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let attempt = Attempt { time, status_code: status, duration_ms, error: error.clone() };
        let id = webhook.id;
        if let Err(error) = outbound.database.write(move |tx| deliveries::note(tx, id, &attempt)) {
            log::warn!("an attempt at delivery {id} cannot be noted: {error}");
        }
        match (status, error) {
            (Some(_), None) => JobResult::Done,
            (Some(GONE), Some(_)) => JobResult::Refused("the receiver wants no more".into()),
            (status, error) => {
                let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                JobResult::Unanswered(format!("{status}: {}", error.unwrap_or_default()))
            }
        }
    }

    fn lock(tx: &mut Tx<'_>, job: &SendWebhook) -> Result<(), Error> {
        deliveries::lock(tx, job)
    }

    fn settle(tx: &mut Tx<'_>, job: &SendWebhook, fate: &Fate) -> Result<(), Error> {
        deliveries::settle(tx, job, fate)
    }
}
