//! What the restrictions of products and of payment methods share: their fields and their filter.

use domain::clients::Restriction;
use domain::value::Enumeration;
use http::request::{Boolean, Choice, Fields, FilterSet, Filters, Input, Integer, SetOf};
use storage::catalog::restrictions::Filter;

use crate::back::Back;

impl<N: Enumeration + PartialEq> Input<Back> for Restriction<N> {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.fixed("name", &Choice::of(), |restriction| &restriction.name);
        let is_enabled = fields.required("isEnabled", &Boolean, |restriction| &restriction.is_enabled);
        let mode = fields.required("type", &Choice::of(), |restriction| &restriction.mode);
        let ids = fields.or("ids", &SetOf(Integer::FROM_ONE), |restriction| &restriction.ids, Default::default);
        Some(Self { name: name?, is_enabled: is_enabled?, mode: mode?, ids: ids? })
    }
}

impl<N: Enumeration> FilterSet<Back> for Filter<N> {
    fn read(filters: &mut Filters) -> Self {
        Self { name: filters.choice("name") }
    }
}
