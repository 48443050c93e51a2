//! Paid services: groups, services, parameters with their categories, presets and subscriptions.

pub mod categories;
pub mod groups;
pub mod offered;
pub mod parameters;
pub mod plans;
pub mod subscriptions;
mod values;

use diesel::prelude::*;
use domain::identity::{Rights, UserGroupId, UserId};
use domain::services::Access;
use domain::value::Set;

use crate::schema::user_group_members as members;
use crate::{DbConnection, Error};

/// Who looks at parameters and their values: what they see depends on their groups.
#[derive(Clone, Debug)]
pub struct Viewer {
    groups: Set<UserGroupId>,
    is_administrator: bool,
}

impl Viewer {
    /// A user with their groups as they are now.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(conn: &mut DbConnection, rights: &Rights, user: UserId) -> Result<Self, Error> {
        let groups: Vec<UserGroupId> =
            members::table.filter(members::user_id.eq(user)).select(members::group_id).load(conn)?;
        Ok(Self { groups: groups.into_iter().collect(), is_administrator: rights.is_administrator })
    }

    /// One who sees and changes everything.
    pub(crate) fn administrator() -> Self {
        Self { groups: Set::default(), is_administrator: true }
    }

    /// What they may do with a parameter in this category, or in none.
    fn access(&self, category: Option<&domain::services::ParameterCategory>) -> Access {
        category.map_or(Access::Update, |category| category.access(&self.groups, self.is_administrator))
    }
}

/// The first ids of what uses a record, in words: `1, 2, 3 and others`.
fn named(ids: &[i64]) -> String {
    let most = 5;
    let shown: Vec<String> = ids.iter().take(most).map(ToString::to_string).collect();
    let others = if ids.len() > most { " and others" } else { "" };
    format!("{}{others}", shown.join(", "))
}
