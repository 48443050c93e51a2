//! The values of placeholders that are the same in every mail.

use std::collections::HashMap;

use domain::messaging::PlaceholderValue;

use crate::{DbConnection, Error};

/// The hosts that webhooks may reach without TLS, and that may be private.
pub(super) fn webhook_http_hosts(_conn: &mut DbConnection) -> Result<Vec<String>, Error> {
    Ok(Vec::new())
}

/// The values by their names.
pub fn standing(_conn: &mut DbConnection) -> Result<HashMap<String, PlaceholderValue>, Error> {
    let company = ("companyName".to_owned(), PlaceholderValue::Text("Back office".into()));
    Ok(HashMap::from_iter([company]))
}
