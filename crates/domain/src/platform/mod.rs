//! What the installation runs on; here: its settings, and the queue of jobs.

mod fault;
mod retry;
mod settings;
mod webhook_host;

pub use fault::PlatformFault;
pub use retry::{Fate, JobResult, Pauses, RetryPolicy};
pub use settings::{MobileSystem, Settings, TwoFactorProvider};
pub use webhook_host::{InvalidWebhookHost, WebhookHost};

crate::value::ids! {
    /// A job in the queue.
    JobId,
}
