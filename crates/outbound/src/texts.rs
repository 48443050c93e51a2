//! Short texts to users: by Slack, Telegram and SMS.

use domain::messaging::Channel;
use domain::platform::{JobResult, Settings};
use serde_json::{Value, json};

use crate::client::{self, Answer};
use crate::connections::{SmsDelivery, SmsFailure, send_sms};
use crate::mail::text_of;
use crate::metrics::CallKind;
use crate::options::opened;
use crate::outbound::Outbound;

/// How much of an answer is read.
const MAX_ANSWER_BYTES: u64 = 64 * 1024;
/// The longest text of the services, in characters: Telegram's, the shorter one.
const MAX_CHARS: usize = 4_000;

const SLACK: &str = "https://slack.com/api";
const TELEGRAM: &str = "https://api.telegram.org";

/// Sends the text of a mail to an address of a channel.
pub(crate) fn send(outbound: &Outbound, settings: &Settings, channel: Channel, to: &str, html: &str) -> JobResult {
    let text: String = text_of(html).trim().chars().take(MAX_CHARS).collect();
    let token = |sealed: &Option<String>| sealed.as_ref().and_then(|sealed| opened(&outbound.secret, sealed));
    match channel {
        Channel::Slack => {
            let Some(token) = token(&settings.slack_bot_token) else { return unset("slackBotToken") };
            let url = format!("{}/chat.postMessage", base(&settings.slack_api_url, SLACK));
            // What a client is called must not call people or show links (Slack, Formatting text).
            let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let body = json!({"channel": to, "text": plain, "mrkdwn": false, "unfurl_links": false});
            outbound.measured(CallKind::Slack, |_| post(&url, Some(&token), &body, &token))
        }
        Channel::Telegram => {
            let Some(token) = token(&settings.telegram_bot_token) else { return unset("telegramBotToken") };
            let url = format!("{}/bot{token}/sendMessage", base(&settings.telegram_api_url, TELEGRAM));
            let body = json!({"chat_id": to, "text": text});
            outbound.measured(CallKind::Telegram, |_| post(&url, None, &body, &token))
        }
        Channel::Sms => match send_sms(outbound, to, &text) {
            Ok(SmsDelivery { taken_by: Some(_), .. }) => JobResult::Done,
            Ok(SmsDelivery { taken_by: None, failures }) if failures.is_empty() => {
                JobResult::Unanswered("no SMS provider is enabled".into())
            }
            Ok(SmsDelivery { taken_by: None, failures }) => {
                let reason = |failure: &SmsFailure| format!("provider {}: {}", failure.provider, failure.reason);
                JobResult::Unanswered(failures.iter().map(reason).collect::<Vec<_>>().join("; "))
            }
            Err(error) => JobResult::Unanswered(error.to_string()),
        },
        Channel::Email => JobResult::Failed("mail has an outbox of its own".into()),
    }
}

fn unset(setting: &str) -> JobResult {
    JobResult::Unanswered(format!("the setting {setting} is not set"))
}

fn base<'a>(setting: &'a Option<String>, public: &'a str) -> &'a str {
    setting.as_deref().unwrap_or(public).trim_end_matches('/')
}

/// Both services answer JSON whose `ok` says whether the text was taken. The token stands in no reason.
fn post(url: &str, bearer: Option<&str>, body: &Value, token: &str) -> JobResult {
    let hidden = |reason: String| JobResult::Unanswered(reason.replace(token, "***"));
    let mut request = client::agent().post(url).header("Content-Type", "application/json; charset=utf-8");
    if let Some(bearer) = bearer {
        request = request.header("Authorization", format!("Bearer {bearer}"));
    }
    let Answer { status, body } = match client::received(request.send(body.to_string()), MAX_ANSWER_BYTES) {
        Ok(answer) => answer,
        Err(reason) => return hidden(reason),
    };
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    if status.is_success() && answer.get("ok") == Some(&Value::Bool(true)) {
        return JobResult::Done;
    }
    let reason = answer.get("error").or_else(|| answer.get("description")).and_then(Value::as_str).unwrap_or_default();
    hidden(format!("{}: {reason}", status.as_u16()))
}
