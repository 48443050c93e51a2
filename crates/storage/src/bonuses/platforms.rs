//! Platforms, as presets and programs see them.

use diesel::prelude::*;
use domain::bonuses::PlatformForBonuses;
use domain::catalog::{PlatformId, PlatformType};
use domain::value::{CommonFault, Fault, FaultCode as _, Field};

use crate::schema::platforms;
use crate::{DbConnection, Error};

/// What an answer shows of a platform.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct PlatformBrief {
    /// Its id.
    pub id: PlatformId,
    /// The name that people are shown.
    pub caption: String,
    /// The software behind it.
    pub kind: PlatformType,
}

/// Why a preset or a program on a platform is refused.
pub(super) fn platform_fault(conn: &mut DbConnection, id: PlatformId) -> Result<Option<Fault>, Error> {
    let columns = (platforms::kind, platforms::is_enabled);
    let found: Option<(PlatformType, bool)> = platforms::table.find(id).select(columns).first(conn).optional()?;
    Ok(match found {
        Some((kind, is_enabled)) => PlatformForBonuses { kind, is_enabled }.fault(),
        None => Some(CommonFault::Unknown.at(Field::Platform)),
    })
}
