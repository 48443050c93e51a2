use diesel::prelude::*;
use domain::identity::{Rights, UserGroupId, UserId};
use domain::services::{Access, ParameterCategory};
use domain::value::Set;

use crate::schema::user_group_members as members;
use crate::{DbConnection, Error};

/// Who looks at parameters and their values: what they see depends on their groups.
#[derive(Clone, Debug)]
pub struct Viewer {
    groups: Set<UserGroupId>,
    sees_all_groups: bool,
}

impl Viewer {
    /// A user with their groups as they are now.
    pub fn of(conn: &mut DbConnection, rights: &Rights, user: UserId) -> Result<Self, Error> {
        let groups: Vec<UserGroupId> =
            members::table.filter(members::user_id.eq(user)).select(members::group_id).load(conn)?;
        Ok(Self { groups: groups.into_iter().collect(), sees_all_groups: rights.sees_all_groups })
    }

    /// One who sees and changes everything.
    #[must_use]
    pub fn administrator() -> Self {
        Self { groups: Set::default(), sees_all_groups: true }
    }

    /// What they may do with a parameter in this category, or in none.
    pub(super) fn access(&self, category: Option<&ParameterCategory>) -> Access {
        category.map_or(Access::Update, |category| category.access(&self.groups, self.sees_all_groups))
    }
}
