use super::{EventName, ListenerId, MessagingFault};
use crate::catalog::PlatformId;
use crate::ledger::Amount;
use crate::value::{CommonFault, Email, Entity, Fault, FaultCode as _, Field, List, text_enum};

text_enum! {
    /// What listeners wait for. Each kind has a handler of the same name, which holds the conditions against the event.
    ListenerEvent {
        /// The balance with a service outside fell to a threshold.
        AccountBalanceReceived = "AccountBalanceReceived",
        /// An account was opened.
        AccountCreated = "AccountCreated",
        /// An exchange could not be hedged.
        HedgingFailed = "HedgingFailed",
        /// A client asks for something.
        RequestReceiving = "RequestReceiving",
        /// A deposit, withdrawal, transfer or exchange is done.
        SuccessfulOperation = "SuccessfulOperation",
        /// There is a new client.
        SuccessfulRegistration = "SuccessfulRegistration",
        /// A transaction waits for a user.
        TransactionVerifying = "TransactionVerifying",
        /// A transfer between platforms is done.
        TransferEvent = "TransferEvent",
    }
}

impl ListenerEvent {
    /// Whether it is what happened.
    #[must_use]
    pub fn covers(self, event: EventName) -> bool {
        use EventName as E;
        match self {
            Self::AccountBalanceReceived => matches!(event, E::AccountBalanceReceived),
            Self::AccountCreated => matches!(event, E::AccountCreated),
            Self::HedgingFailed => matches!(event, E::HedgingFail),
            Self::SuccessfulRegistration => matches!(event, E::SuccessfulRegistration),
            Self::TransactionVerifying => matches!(event, E::TransactionVerifying),
            Self::TransferEvent => matches!(event, E::TransferSuccessfulOperation),
            Self::SuccessfulOperation => matches!(
                event,
                E::ExchangeSuccessfulOperation
                    | E::PaymentSuccessfulOperation
                    | E::PayoutSuccessfulOperation
                    | E::TransferSuccessfulOperation
            ),
            Self::RequestReceiving => event.is_request(),
        }
    }
}

/// The conditions of a listener. Those that its handler does not have are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
pub struct Conditions {
    /// `AccountBalanceReceived`: the balance to which it must fall, in the currency of the service.
    pub threshold: Option<Amount>,
    /// `TransferEvent`: the platform that the money arrives on.
    pub destination_platform_id: Option<PlatformId>,
    /// `TransferEvent`: the platform that the money comes from.
    pub source_platform_id: Option<PlatformId>,
    /// `TransferEvent`: the smallest amount, in the currency of the account that it leaves.
    pub min_amount: Option<Amount>,
}

/// A transfer, as far as conditions look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferFacts {
    /// The platform that the money comes from.
    pub source: PlatformId,
    /// The platform that the money arrives on.
    pub destination: PlatformId,
    /// What left, in the currency of the account that it leaves.
    pub amount: Amount,
}

/// A balance with a service outside, as far as conditions look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceFacts {
    /// What it is, in the currency of the service.
    pub amount: Amount,
    /// What it was when it was read before; none at first.
    pub before: Option<Amount>,
}

impl BalanceFacts {
    /// Whether it fell to a threshold. One that was there before is not told again.
    fn fell_to(&self, threshold: Amount) -> bool {
        self.amount <= threshold && self.before.is_none_or(|before| before > threshold)
    }
}

impl Conditions {
    /// The conditions that a handler needs and that are missing, and those that it does not have.
    #[must_use]
    pub fn faults(&self, handler: ListenerEvent) -> Vec<Fault> {
        let (needed, taken): (Option<&str>, &[&str]) = match handler {
            ListenerEvent::AccountBalanceReceived => (Some("threshold"), &["threshold"]),
            ListenerEvent::TransferEvent => {
                (Some("destinationPlatformId"), &["destinationPlatformId", "sourcePlatformId", "minAmount"])
            }
            ListenerEvent::AccountCreated
            | ListenerEvent::HedgingFailed
            | ListenerEvent::RequestReceiving
            | ListenerEvent::SuccessfulOperation
            | ListenerEvent::SuccessfulRegistration
            | ListenerEvent::TransactionVerifying => (None, &[]),
        };
        let option = |name| Field::HandlerOptions.entry(name);
        let set = [
            ("threshold", self.threshold.is_some()),
            ("destinationPlatformId", self.destination_platform_id.is_some()),
            ("sourcePlatformId", self.source_platform_id.is_some()),
            ("minAmount", self.min_amount.is_some()),
        ];
        let mut faults = Vec::new();
        for (name, is_set) in set {
            if is_set && !taken.contains(&name) {
                faults.push(CommonFault::Unknown.at(option(name)));
            } else if !is_set && needed == Some(name) {
                faults.push(MessagingFault::OptionMissing.at(option(name)));
            }
        }
        faults
    }

    /// Whether an event meets them: only balances meet a threshold, and only transfers between accounts platforms.
    #[must_use]
    pub fn are_met(&self, transfer: Option<&TransferFacts>, balance: Option<&BalanceFacts>) -> bool {
        let meets_balance =
            self.threshold.is_none_or(|threshold| balance.is_some_and(|balance| balance.fell_to(threshold)));
        let meets_transfer = self.destination_platform_id.is_none_or(|destination| {
            transfer.is_some_and(|transfer| {
                transfer.destination == destination
                    && self.source_platform_id.is_none_or(|source| transfer.source == source)
                    && self.min_amount.is_none_or(|min| transfer.amount >= min)
            })
        });
        meets_balance && meets_transfer
    }
}

text_enum! {
    /// What listeners do.
    WorkflowName {
        /// Sends a mail to fixed addresses.
        Notification = "SendNotificationWorkflow",
        /// Posts the event to an address.
        Webhook = "SendWebhookWorkflow",
    }
}

/// What a listener does, with what it needs for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "name", rename_all = "camelCase")
)]
pub enum Workflow {
    /// Sends a mail.
    Notification {
        /// To whom.
        emails: List<Email>,
        /// The name of its type.
        kind: String,
    },
    /// Posts the event.
    Webhook {
        /// Where to.
        url: String,
    },
}

/// The options of a workflow; one that is none is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowOptions {
    /// To whom mail goes.
    pub emails: Option<List<Email>>,
    /// The name of its type.
    pub kind: Option<String>,
    /// Where events are posted.
    pub url: Option<String>,
}

impl Workflow {
    /// A workflow of this name, with options over those that it has.
    ///
    /// # Errors
    /// Each option that it needs and that is missing, and each that it does not have. A secret is given along with the first
    /// address, and changed by itself from then on.
    pub fn with_options(
        name: WorkflowName,
        options: WorkflowOptions,
        has_secret: bool,
        before: Option<&Self>,
    ) -> Result<Self, Vec<Fault>> {
        let at = |option| Field::WorkflowOptions.entry(option);
        let foreign = |option, is_told: bool| is_told.then(|| CommonFault::Unknown.at(at(option)));
        let missing = |option, is_missing: bool| is_missing.then(|| MessagingFault::OptionMissing.at(at(option)));
        let WorkflowOptions { emails, kind, url } = options;
        let (workflow, faults) = match (name, before) {
            (WorkflowName::Notification, before) => {
                let (had_emails, had_kind) = match before {
                    Some(Self::Notification { emails, kind }) => (Some(emails.clone()), Some(kind.clone())),
                    Some(Self::Webhook { .. }) | None => (None, None),
                };
                let (emails, kind) = (emails.or(had_emails).filter(|emails| !emails.is_empty()), kind.or(had_kind));
                let faults = [
                    missing("emails", emails.is_none()),
                    missing("type", kind.is_none()),
                    foreign("url", url.is_some()),
                    foreign("secret", has_secret),
                ];
                (emails.zip(kind).map(|(emails, kind)| Self::Notification { emails, kind }), faults)
            }
            (WorkflowName::Webhook, before) => {
                let had_url = match before {
                    Some(Self::Webhook { url }) => Some(url.clone()),
                    Some(Self::Notification { .. }) | None => None,
                };
                let rotates = had_url.is_some() && has_secret;
                let url = url.or(had_url);
                let faults = [
                    missing("url", url.is_none()),
                    foreign("emails", emails.is_some()),
                    foreign("type", kind.is_some()),
                    rotates.then(|| MessagingFault::SecretRotated.at(at("secret"))),
                ];
                (url.map(|url| Self::Webhook { url }), faults)
            }
        };
        let faults: Vec<Fault> = faults.into_iter().flatten().collect();
        match workflow {
            Some(workflow) if faults.is_empty() => Ok(workflow),
            _ => Err(faults),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> WorkflowName {
        match self {
            Self::Notification { .. } => WorkflowName::Notification,
            Self::Webhook { .. } => WorkflowName::Webhook,
        }
    }
}

/// Something that is done whenever an event meets conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// What users note on it.
    pub description: Option<String>,
    /// What it waits for. Fixed.
    pub event: ListenerEvent,
    /// What must hold of the event.
    pub conditions: Conditions,
    /// What it does.
    pub workflow: Workflow,
    /// Whether it does so.
    pub is_enabled: bool,
}

impl Entity for Listener {
    type Id = ListenerId;
    const RESOURCE: &'static str = "event_listener";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::amount::tests::amount;

    fn transfer(source: i64, destination: i64, units: &str) -> TransferFacts {
        TransferFacts {
            source: PlatformId::new(source),
            destination: PlatformId::new(destination),
            amount: amount(units),
        }
    }

    #[test]
    fn transfers_are_held_against_platforms_and_the_amount() {
        let conditions = Conditions {
            destination_platform_id: Some(PlatformId::new(2)),
            source_platform_id: Some(PlatformId::new(1)),
            min_amount: Some(amount("100")),
            threshold: None,
        };
        assert!(conditions.are_met(Some(&transfer(1, 2, "100")), None));
        assert!(!conditions.are_met(Some(&transfer(1, 2, "99.99")), None));
        assert!(!conditions.are_met(Some(&transfer(3, 2, "100")), None));
        assert!(!conditions.are_met(Some(&transfer(1, 3, "100")), None));
        assert!(!conditions.are_met(None, None));
        assert!(Conditions::default().are_met(None, None));
    }

    #[test]
    fn a_balance_is_told_when_it_falls_to_the_threshold() {
        let conditions = Conditions { threshold: Some(amount("20")), ..Conditions::default() };
        let is_told = |now: &str, before: Option<&str>| {
            let balance = BalanceFacts { amount: amount(now), before: before.map(amount) };
            conditions.are_met(None, Some(&balance))
        };
        assert!(is_told("20", Some("20.01")));
        assert!(is_told("3", None));
        assert!(!is_told("20.01", Some("21")));
        assert!(!is_told("19", Some("20")), "it was told before");
        assert!(!conditions.are_met(None, None));
    }

    #[test]
    fn only_transfers_and_balances_have_conditions() {
        let some = Conditions { min_amount: Some(amount("1")), ..Conditions::default() };
        assert_eq!(some.faults(ListenerEvent::AccountCreated).len(), 1);
        assert_eq!(some.faults(ListenerEvent::TransferEvent).len(), 1, "the destination is missing");
        assert_eq!(some.faults(ListenerEvent::AccountBalanceReceived).len(), 2, "it needs a threshold alone");
        assert!(Conditions::default().faults(ListenerEvent::HedgingFailed).is_empty());
    }

    #[test]
    fn a_workflow_keeps_the_options_that_are_not_told() {
        let options = |url: Option<&str>| WorkflowOptions { url: url.map(Into::into), ..WorkflowOptions::default() };
        let made = |url, secret, before| Workflow::with_options(WorkflowName::Webhook, options(url), secret, before);
        let before = made(Some("https://a"), true, None).unwrap();
        assert_eq!(made(None, false, Some(&before)), Ok(before.clone()));
        assert_eq!(made(None, true, Some(&before)).unwrap_err().len(), 1, "a secret is rotated by itself");
        assert_eq!(made(None, false, None).unwrap_err().len(), 1, "the address is missing");
        let mail = Workflow::with_options(WorkflowName::Notification, options(Some("https://a")), true, Some(&before));
        assert_eq!(mail.unwrap_err().len(), 4, "two are missing, two are of webhooks");
    }

    #[test]
    fn at_most_two_kinds_of_listeners_wait_for_an_event() {
        for event in EventName::ALL {
            assert!(ListenerEvent::ALL.iter().filter(|listener| listener.covers(*event)).count() <= 2, "{event}");
        }
    }

    #[test]
    fn every_event_of_a_request_is_received() {
        assert!(ListenerEvent::RequestReceiving.covers(EventName::ProfileRequest));
        assert!(ListenerEvent::RequestReceiving.covers(EventName::PayoutRequestInitialized));
        assert!(!ListenerEvent::RequestReceiving.covers(EventName::TestPassing));
    }
}
