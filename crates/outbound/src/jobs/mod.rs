//! What a server does by itself: the jobs of the queue, the steps of bonuses, and forgetting what is old.

mod antifraud;
mod balances;
mod bonuses;
mod events;
mod files;
mod handler;
mod hedges;
mod identity_checks;
mod imports;
mod mail;
mod mass_mail;
mod password_resets;
mod platform_orders;
mod registry;
mod user_messages;
mod webhooks;
mod workers;

pub use handler::{JobHandler, run_one};
pub use imports::UPLOAD_LIMITS;
pub use registry::{backlog, begin_to_count, run_due, sweep};
pub use workers::Jobs;
