//! Paid services: what clients subscribe to, and the values that are asked for it
//! (`docs/rules.md`, Paid services).

mod category;
mod fault;
mod parameter;
mod values;

pub use category::{Access, ParameterCategory};
pub use fault::ServicesFault;
pub use parameter::{Parameter, ParameterChange, ParameterKind};
pub use values::{AskedParameter, SentValue, ValueChange, Values};

use crate::clients::{ClientId, ClientStatus};
use crate::value::{Entity, Fault, FaultCode as _, Field, Refusal};

crate::value::ids! {
    /// A paid service.
    ServiceId,
    /// A group of paid services.
    ServiceGroupId,
    /// A parameter of paid services.
    ParameterId,
    /// A category of parameters.
    ParameterCategoryId,
    /// A preset of values.
    PlanId,
    /// A subscription of a client to a service.
    SubscriptionId,
}

/// A paid service, charged for by an outside provider.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct PaidService {
    /// Its short name.
    pub name: String,
    /// Its full name.
    pub full_name: String,
    /// Its group.
    pub group: ServiceGroupId,
    /// Whether clients can be subscribed.
    pub is_active: bool,
    /// Its id at the outside provider.
    pub external_id: Option<String>,
    /// An internal remark.
    pub comment: Option<String>,
}

impl Entity for PaidService {
    type Id = ServiceId;
    const RESOURCE: &'static str = "paid_service";
}

/// A group of paid services; it only orders them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct PaidServiceGroup {
    /// Its name.
    pub caption: String,
    /// An internal remark.
    pub comment: Option<String>,
}

impl Entity for PaidServiceGroup {
    type Id = ServiceGroupId;
    const RESOURCE: &'static str = "paid_service_group";
}

/// A client's subscription to a service, without its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Subscription {
    /// Whose it is. Fixed.
    pub client: ClientId,
    /// To what. Fixed.
    pub service: ServiceId,
    /// Whether it is on.
    pub is_active: bool,
}

impl Subscription {
    /// An inactive service cannot be subscribed to, and no subscription to it is switched on; switching off is
    /// always allowed. `before` is none for a new one.
    ///
    /// # Errors
    /// A refusal by a rule.
    pub fn check_service(&self, before: Option<bool>, service_is_active: bool) -> Result<(), Refusal> {
        match (service_is_active, before, self.is_active) {
            (true, _, _) | (false, Some(true), _) | (false, Some(false), false) => Ok(()),
            (false, None, _) => Err(ServicesFault::ServiceInactive.at(Field::Service).unprocessable()),
            (false, Some(false), true) => Err(ServicesFault::ServiceInactive.at(Field::IsActive).unprocessable()),
        }
    }

    /// A banned client gets no new subscription, and none is switched on; what is on stays on. Nothing can be
    /// written for removed clients, which is a conflict.
    #[must_use]
    pub fn client_fault(&self, before: Option<bool>, client: ClientStatus) -> Option<Fault> {
        match (client, before, self.is_active) {
            (ClientStatus::Active | ClientStatus::Inactive | ClientStatus::Deleted, _, _)
            | (ClientStatus::Banned, Some(true), _)
            | (ClientStatus::Banned, Some(false), false) => None,
            (ClientStatus::Banned, None, _) => Some(ServicesFault::SubscriberBanned.at(Field::Client)),
            (ClientStatus::Banned, Some(false), true) => Some(ServicesFault::SubscriberBanned.at(Field::IsActive)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inactive_service_gets_no_new_subscriptions() {
        let on = Subscription { client: ClientId::new(1), service: ServiceId::new(1), is_active: true };
        let off = Subscription { is_active: false, ..on };
        assert!(on.check_service(None, true).is_ok());
        assert!(off.check_service(None, false).is_err(), "not even one that is off");
        assert!(on.check_service(Some(false), false).is_err());
        assert!(off.check_service(Some(true), false).is_ok());
        assert!(on.check_service(Some(true), false).is_ok(), "what is on stays on");
    }

    #[test]
    fn a_banned_client_is_subscribed_to_nothing_new() {
        use ClientStatus::{Active, Banned, Inactive};
        let on = Subscription { client: ClientId::new(1), service: ServiceId::new(1), is_active: true };
        let off = Subscription { is_active: false, ..on };
        assert!(on.client_fault(None, Active).is_none());
        assert!(on.client_fault(None, Inactive).is_none());
        assert!(off.client_fault(None, Banned).is_some());
        assert!(on.client_fault(Some(false), Banned).is_some());
        assert!(on.client_fault(Some(true), Banned).is_none(), "what is on stays on");
        assert!(off.client_fault(Some(true), Banned).is_none());
    }
}
