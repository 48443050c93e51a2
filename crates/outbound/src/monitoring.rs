//! Transaction monitoring: the interface to a provider, and one that judges by the amount alone.

use domain::ledger::{Amount, TransactionId};
use domain::payments::{MonitoringDirection, ReviewStatus};
use storage::payments::monitorings::Review;

/// What a provider is asked about.
#[derive(Clone, Copy, Debug)]
pub struct MonitoredTransaction {
    /// The transaction.
    pub transaction: TransactionId,
    /// Which way the money goes.
    pub direction: MonitoringDirection,
    /// Gross, in the currency of the debit side.
    pub amount: Amount,
    /// What it is worth in USD, where that is known.
    pub usd_worth: Option<Amount>,
}

/// Judges transactions. It is asked within the transaction of the call, so it answers at once.
pub trait TransactionMonitor: Send + Sync {
    /// What it thinks of a transaction.
    fn review(&self, subject: &MonitoredTransaction) -> Review;
}

/// Judges by the worth in USD alone: red above a threshold, an error where no worth is known.
#[derive(Clone, Copy, Debug)]
pub struct ThresholdMonitor {
    /// In USD.
    pub red_above: Amount,
}

impl TransactionMonitor for ThresholdMonitor {
    fn review(&self, subject: &MonitoredTransaction) -> Review {
        let (status, risk_score) = match subject.usd_worth {
            None => (ReviewStatus::Error, "0"),
            Some(worth) if worth > self.red_above => (ReviewStatus::Red, "1"),
            Some(_) => (ReviewStatus::Green, "0"),
        };
        let data = serde_json::json!({
            "thresholdUsd": self.red_above.plain(),
            "worthUsd": subject.usd_worth.map(Amount::plain),
        });
        Review { status, risk_score: risk_score.into(), provider: "threshold".into(), data: data.to_string() }
    }
}
