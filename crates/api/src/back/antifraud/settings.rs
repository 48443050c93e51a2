//! How events are looked for. Ours: the documented interface has no operations for it.

use domain::antifraud::{AntifraudEvent, AntifraudFault, Exception, Rule, Settings};
use domain::identity::Permission;
use domain::ledger::Amount;
use domain::value::{Email, FaultCode as _, List, Set};
use http::request::{Boolean, Choice, Decimal, EachOf, Fields, Input, Integer, Kind, ListOf, Object, Parsed, SetOf};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::antifraud::rules::{self, StoredSettings};

use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const SETTINGS: &str = "/api/v2/antifraud/settings";
    routes
        .get("antifraud-settings.get", SETTINGS, P::AntifraudSettingsRead)
        .summary("Read thresholds and exceptions of every kind of event.")
        .describe("All of them are off at the start.")
        .extension()
        .record(get);
    routes
        .put_and_patch("antifraud-settings.update", SETTINGS, P::AntifraudSettingsUpdate)
        .summary("Change thresholds and exceptions.")
        .describe(
            "Only the events that are named change, each only in what is sent of it. An event that is enabled has the \
             threshold and the period that it counts by (422), and is looked for in what happens from then on.",
        )
        .example(json!({"events": [{
            "event": "frequent_deposits", "isEnabled": true, "threshold": "5", "periodDays": 7,
            "exceptions": ["*@example.com"], "emails": ["admin@example.com"],
        }]}))
        .extension()
        .changed(update);
}

/// How an event is looked for, and who is told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AntifraudRule")]
#[serde(rename_all = "camelCase")]
struct RuleAnswer {
    /// Which event.
    event: AntifraudEvent,
    /// Whether it is looked for.
    is_enabled: bool,
    /// What is not looked at: IP addresses and e-mail addresses, with `*` for any part.
    exceptions: Set<Exception>,
    /// The addresses of the users who are told.
    emails: Vec<String>,
    /// The number, or the sum in EUR, that counts as too much.
    threshold: Option<Amount>,
    /// How far back is looked, in days.
    period_days: Option<i64>,
}

/// How every event is looked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AntifraudSettings")]
struct SettingsAnswer {
    /// Every event that the server looks for.
    events: Vec<RuleAnswer>,
}

impl Resource<Back> for SettingsAnswer {
    const NAME: &'static str = "antifraud_settings";

    fn id(&self) -> i64 {
        1
    }
}

impl From<StoredSettings> for SettingsAnswer {
    fn from(StoredSettings { data, emails }: StoredSettings) -> Self {
        let rule = |rule: Rule| RuleAnswer {
            event: rule.event,
            is_enabled: rule.is_enabled,
            exceptions: rule.exceptions,
            emails: rule.users.iter().filter_map(|user| emails.get(user).cloned()).collect(),
            threshold: rule.threshold,
            period_days: rule.period_days,
        };
        Self { events: data.rules.into_iter().map(rule).collect() }
    }
}

/// What is sent of an event; none stays, or is faulty and told.
#[derive(Clone, Debug)]
struct SentRule {
    event: AntifraudEvent,
    is_enabled: Option<bool>,
    exceptions: Option<Set<Exception>>,
    emails: Option<List<Email>>,
    threshold: Option<Option<Amount>>,
    period_days: Option<Option<i64>>,
}

const THRESHOLD: Decimal = Decimal::Positive;
const PERIOD: Integer = Integer { min: 1, max: Rule::MAX_PERIOD_DAYS };
const EXCEPTIONS: SetOf<Parsed<Exception>> = SetOf(Parsed::matching(Exception::PATTERN));
const EMAILS: ListOf<Parsed<Email>> = ListOf(Parsed::with_format("email"));

fn rule_schema() -> Value {
    let nullable =
        |kind: Value, description: &str| json!({"anyOf": [kind, {"type": "null"}], "description": description});
    json!({
        "title": "AntifraudRuleChange",
        "type": "object",
        "properties": {
            "event": Choice::<AntifraudEvent>::of().described("Which event."),
            "isEnabled": Boolean.described("Whether it is looked for."),
            "exceptions": EXCEPTIONS.described("IP addresses and e-mail addresses that are not looked at."),
            "emails": EMAILS.described("The addresses of the users who are told."),
            "threshold": nullable(
                THRESHOLD.schema(),
                "A whole number for `withdrawals_without_trading` and `frequent_deposits`, a sum in EUR for \
                 `excessive_deposits_sum`; others have none.",
            ),
            "periodDays": nullable(
                PERIOD.schema(),
                "How far back `identical_ip`, `withdrawals_without_trading`, `excessive_deposits_sum` and \
                 `frequent_deposits` look; others have none.",
            ),
        },
        "required": ["event"],
    })
}

fn read_rule(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<SentRule> {
    let mut reading = RuleFields { object, at, faults };
    let event = reading.get("event", &Choice::<AntifraudEvent>::of());
    let is_enabled = reading.get("isEnabled", &Boolean);
    let exceptions = reading.get("exceptions", &EXCEPTIONS);
    let emails = reading.get("emails", &EMAILS);
    let threshold = reading.clearable("threshold", &THRESHOLD);
    let period_days = reading.clearable("periodDays", &PERIOD);
    let Some(event) = event else {
        if !object.contains_key("event") {
            faults.push(Fault::sent(format!("{at}.event"), RequestFault::Required));
        }
        return None;
    };
    let threshold_fault = threshold.flatten().and_then(|threshold| event.threshold_fault(threshold));
    let period_fault = period_days.flatten().and_then(|_| event.period_fault());
    for (name, fault) in [("threshold", threshold_fault), ("periodDays", period_fault)] {
        faults.extend(fault.map(|fault| Fault::sent(format!("{at}.{name}"), fault)));
    }
    Some(SentRule { event, is_enabled, exceptions, emails, threshold, period_days })
}

/// The fields of an event that is sent.
struct RuleFields<'a> {
    object: &'a Map<String, Value>,
    at: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl RuleFields<'_> {
    /// A field that is sent and not null.
    fn get<K: Kind>(&mut self, name: &str, kind: &K) -> Option<K::Out> {
        let at = format!("{}.{name}", self.at);
        match self.object.get(name)? {
            Value::Null => {
                self.faults.push(Fault::sent(at, RequestFault::Null));
                None
            }
            value => kind.parse(value, &at, self.faults),
        }
    }

    /// A field that null clears.
    fn clearable<K: Kind>(&mut self, name: &str, kind: &K) -> Option<Option<K::Out>> {
        match self.object.get(name)? {
            Value::Null => Some(None),
            value => kind.parse(value, &format!("{}.{name}", self.at), self.faults).map(Some),
        }
    }
}

/// The events that are sent.
struct SentSettings(List<SentRule>);

impl Input<Back> for SentSettings {
    type Current = Settings;

    const NAME: Option<&'static str> = Some("AntifraudSettingsChange");

    fn read(fields: &mut Fields<'_, Settings>) -> Option<Self> {
        let events = EachOf(Object { schema: rule_schema, read: read_rule });
        let events = fields.about("The events that change.").or_default("events", &events, Vec::new)?;
        let mut seen = Vec::new();
        let mut faults = Vec::new();
        for (place, rule) in events.iter().enumerate() {
            let Some(rule) = rule else { continue };
            if seen.contains(&rule.event) {
                faults.push(Fault::sent(format!("events.{place}.event"), AntifraudFault::EventRepeated.fault()));
            }
            seen.push(rule.event);
        }
        fields.take(faults)?;
        events.into_iter().collect::<Option<_>>().map(Self)
    }
}

impl SentSettings {
    /// Each event after the change, with the addresses that are sent.
    fn over(&self, before: &Settings) -> Vec<(Rule, Option<Vec<Email>>)> {
        let changed = |sent: &SentRule| {
            let stored = before.rules.iter().find(|rule| rule.event == sent.event);
            let stored = stored.cloned().unwrap_or_else(|| Rule::off(sent.event));
            let rule = Rule {
                is_enabled: sent.is_enabled.unwrap_or(stored.is_enabled),
                threshold: sent.threshold.unwrap_or(stored.threshold),
                period_days: sent.period_days.unwrap_or(stored.period_days),
                exceptions: sent.exceptions.clone().unwrap_or(stored.exceptions),
                ..stored
            };
            (rule, sent.emails.as_ref().map(|emails| emails.to_vec()))
        };
        self.0.iter().map(changed).collect()
    }
}

fn get(reading: &mut Reading<'_>, (): ()) -> Result<SettingsAnswer, Problem> {
    Ok(rules::get(reading.conn)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (): (),
    body: &Body<'_, SentSettings>,
) -> Result<Change<SettingsAnswer>, Problem> {
    let before = rules::lock(writing.tx)?;
    let sent = body.change(&before.data)?.over(&before.data);
    let after = rules::changed(writing.tx, &before.data, &sent)?;
    Ok(writing.change_to(before, &after, rules::update)?.map(SettingsAnswer::from))
}
