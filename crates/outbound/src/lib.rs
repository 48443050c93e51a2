//! What leaves the process: mail, mass mail, orders to trading platforms, hedges, checks of clients, questions for rates,
//! SMS, sign-ins with providers. Each has an interface of its own and adapters behind it, and the jobs that drive them take their work from the
//! queue of the storage.
//!
//! Nothing here knows of HTTP handlers: [`Outbound`] holds what is needed of the application, and is made where the
//! program is put together.

mod anti_phishing;
pub mod captcha;
mod client;
pub mod connections;
pub mod files;
pub mod gateways;
mod hedging;
mod identity_checks;
pub mod jobs;
mod mail;
pub mod mailing;
mod metrics;
mod monitoring;
pub mod oidc;
pub mod options;
mod outbound;
pub mod payment_systems;
mod rates;
pub mod secrets;
mod texts;
mod traces;
pub mod webhooks;

pub use gateways::{HttpGateway, PlatformGateway};
pub use hedging::{Hedger, HttpHedger};
pub use identity_checks::{HttpIdentityChecker, IdentityChecker};
pub use jobs::Jobs;
pub use mail::{MailBody, Mailer, MailerError, SmtpMailer};
pub use metrics::{Answered, CallKind, CallOutcome, OutboundMetrics};
pub use monitoring::{MonitoredTransaction, ThresholdMonitor, TransactionMonitor};
pub use outbound::{Adapters, Outbound};
pub use rates::{HttpRates, RateQuestion, RateSource};
pub use secrets::{SecretError, SecretKey};
pub use traces::Traces;
