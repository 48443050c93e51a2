//! The values of parameters that subscriptions and presets hold.

use std::collections::{BTreeMap, BTreeSet};

use domain::services::{Access, AskedParameter, ParameterId, SentValue, ServiceId, ValueChange, Values};
use domain::value::Field;

use super::parameters;
use super::viewer::Viewer;
use crate::{DbConnection, Error};

/// Values by the names of their parameters, as answers show them.
pub type NamedValues = BTreeMap<String, SentValue>;

/// A stored value.
pub(super) fn parsed(value: &str) -> Result<SentValue, Error> {
    Ok(SentValue::from(&serde_json::from_str::<serde_json::Value>(value)?))
}

/// A value as it is stored.
pub(super) fn text_of(value: &SentValue) -> String {
    serde_json::Value::from(value).to_string()
}

/// Decides what a subscription or a preset holds after these values are sent.
pub(super) fn decided(
    conn: &mut DbConnection,
    viewer: &Viewer,
    service: ServiceId,
    stored: &Values,
    sent: &BTreeMap<String, SentValue>,
    field: Field,
) -> Result<Values, Error> {
    let ids: Vec<ParameterId> = stored.keys().copied().collect();
    let asked = parameters::asked(conn, viewer, Some(service), &ids)?;
    let fixed: BTreeSet<ParameterId> =
        asked.iter().filter(|parameter| parameter.access < Access::Update).map(|parameter| parameter.id).collect();
    // Values of what the service no longer asks for may stay, but cannot be sent.
    let asked: Vec<AskedParameter> =
        asked.into_iter().filter(|parameter| parameter.data.services.contains(&service)).collect();
    Ok(ValueChange { asked: &asked, stored, fixed: &fixed, sent }.decide(field)?)
}

/// The values that the viewer sees, by name.
pub(super) fn seen(parameters: &[AskedParameter], values: &Values) -> NamedValues {
    let named = |(id, value): (&ParameterId, &SentValue)| {
        let parameter = parameters.iter().find(|parameter| parameter.id == *id)?;
        (parameter.access > Access::None).then(|| (parameter.data.name.clone(), value.clone()))
    };
    values.iter().filter_map(named).collect()
}
