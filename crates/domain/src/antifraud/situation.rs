use super::AntifraudEvent;
use crate::identity::{UserId, masked_email, masked_phone};
use crate::ledger::{Amount, CurrencyCode, Rounding};
use crate::value::ClientId;

/// The euro, in which deposits are added up.
pub const EUR: CurrencyCode = CurrencyCode::new(978);
/// The cents of the euro.
const EUR_PLACES: u32 = 2;

/// What an amount is worth in EUR, rounded to the nearest cent, a half up; none where that does not fit an amount.
#[must_use]
pub fn eur_worth(amount: Amount, rate: Amount) -> Option<Amount> {
    amount.times(rate).rounded(EUR_PLACES, Rounding::HalfUp).ok()
}

/// What a notification was raised by; each event has some of it, and null for the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase", default))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AntifraudFacts"))]
pub struct Facts {
    /// The address that several clients signed in from.
    pub ip_address: Option<String>,
    /// The wallet that several clients withdrew to.
    pub wallet_address: Option<String>,
    /// The number that several clients have confirmed.
    pub phone: Option<String>,
    /// The address that several clients had.
    pub email: Option<String>,
    /// The sum of the deposits, in EUR.
    pub sum: Option<Amount>,
    /// How many deposits or withdrawals there were.
    pub number: Option<i64>,
    /// How far back was looked, in days.
    pub period_days: Option<i64>,
    /// The user who changed a level.
    pub user_id: Option<UserId>,
    /// The name of the level that a client got.
    pub level: Option<String>,
    /// The name of the level before it.
    pub previous_level: Option<String>,
}

impl Facts {
    /// The same for somebody who may not see data of clients in clear.
    #[must_use]
    pub fn masked(self) -> Self {
        Self { phone: self.phone.as_deref().map(masked_phone), email: self.email.as_deref().map(masked_email), ..self }
    }

    /// The same without what tells who a client is.
    #[must_use]
    pub fn anonymous(self) -> Self {
        Self { ip_address: None, wallet_address: None, phone: None, email: None, ..self }
    }

    /// The same in words, for mails.
    #[must_use]
    pub fn told(&self) -> String {
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let parts = [
            ("IP", self.ip_address.clone()),
            ("wallet", self.wallet_address.clone()),
            ("phone", self.phone.clone()),
            ("e-mail", self.email.clone()),
            ("EUR", self.sum.map(Amount::plain)),
            ("number", number(self.number)),
            ("days", number(self.period_days)),
            ("level", self.level.clone()),
            ("before", self.previous_level.clone()),
        ];
        let parts = parts.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name} {value}")));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// Something that looks like fraud, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// What it is.
    pub event: AntifraudEvent,
    /// What makes it the same one when it is found again: an address, a number, or an id.
    pub subject: String,
    /// The clients who take part, in the order of their ids.
    pub clients: Vec<ClientId>,
    /// Those of them whose doing was new.
    pub news: Vec<ClientId>,
    /// What it was found by.
    pub facts: Facts,
}

impl Situation {
    /// What a single client does.
    #[must_use]
    pub fn of_client(event: AntifraudEvent, client: ClientId, facts: Facts) -> Self {
        Self { event, subject: client.to_string(), clients: vec![client], news: vec![client], facts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn euros_are_rounded_to_the_nearest_cent() {
        let worth = |amount: &str, rate: &str| eur_worth(amount.parse().unwrap(), rate.parse().unwrap());
        assert_eq!(worth("10", "0.90049"), "9".parse().ok());
        assert_eq!(worth("1", "0.005"), "0.01".parse().ok());
        assert_eq!(worth("1", "0.0049"), Some(Amount::ZERO));
        assert_eq!(worth("9999999999999999999999999999", "2"), None);
    }

    #[test]
    fn phones_and_emails_are_masked() {
        let facts = Facts {
            phone: Some("+12025552113".into()),
            email: Some("john@example.com".into()),
            ip_address: Some("192.0.2.1".into()),
            ..Facts::default()
        };
        let masked = facts.clone().masked();
        assert_eq!(masked.told(), "IP 192.0.2.1, phone *******2113, e-mail j***@example.com");
        assert_eq!(facts.anonymous(), Facts::default());
    }
}
