//! The profiles of clients.

mod list;
mod read;
mod write;

pub use list::{Filter, list};
pub(crate) use read::by_ids;
pub use read::{Analytics, ManagerBrief, StoredClient, get, lock};
pub use write::{NewClient, analytics_of, country_code, insert, is_email_taken, update};
