//! Antifraud: situations that look like fraud, who is told of them, and the steps by which users resolve them
//! (`docs/rules.md`, Antifraud).

mod event;
mod exception;
mod fault;
mod notification;
mod procedure;
mod raising;
mod rule;
mod situation;

pub use event::{AntifraudEvent, AntifraudProcedureType, Limit};
pub use exception::{Exception, InvalidException};
pub use fault::AntifraudFault;
pub use notification::{AntifraudStatus, Notification, NotificationChange, Step, StepDone};
pub use procedure::Procedure;
pub use raising::{MOST_CLIENTS, Raising, raising};
pub use rule::{LEASE, PASS_EVERY, Rule, SETTLED_AFTER, Settings};
pub use situation::{EUR, Facts, Situation, eur_worth};

crate::value::ids! {
    /// A step of a procedure.
    ProcedureId,
    /// A notification that something looks like fraud.
    AntifraudNotificationId,
    /// A step of a notification.
    AntifraudStepId,
}
