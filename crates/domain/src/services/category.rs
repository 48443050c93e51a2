use super::{ParameterCategoryId, ServicesFault};
use crate::identity::UserGroupId;
use crate::value::{Entity, FaultCode as _, Refusal, Set};

/// A category of parameters: which user groups see and change what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ParameterCategory {
    /// Its name, unique whatever its case.
    pub name: String,
    /// The groups that see its parameters; empty: all.
    pub read_groups: Set<UserGroupId>,
    /// The groups that may change them; empty: all that see them.
    pub update_groups: Set<UserGroupId>,
}

impl Entity for ParameterCategory {
    type Id = ParameterCategoryId;
    const RESOURCE: &'static str = "parameter_category";
}

/// What a user may do with a parameter and its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// It does not exist for them.
    None,
    /// They see it.
    Read,
    /// They can change it, too.
    Update,
}

impl Access {
    /// Only those who may change the parameters of a category do.
    ///
    /// # Errors
    /// [`Refusal::NotAllowed`].
    pub fn check_update(self) -> Result<(), Refusal> {
        match self {
            Self::Update => Ok(()),
            Self::None | Self::Read => Err(ServicesFault::ParameterReadOnly.not_allowed()),
        }
    }
}

impl ParameterCategory {
    /// What members of these groups may do, and whoever sees what is kept for any group.
    #[must_use]
    pub fn access(&self, groups: &Set<UserGroupId>, sees_all_groups: bool) -> Access {
        let is_in = |named: &Set<UserGroupId>| named.is_empty() || named.iter().any(|group| groups.contains(group));
        match (sees_all_groups, is_in(&self.read_groups), is_in(&self.update_groups)) {
            (true, _, _) | (false, true, true) => Access::Update,
            (false, true, false) => Access::Read,
            (false, false, _) => Access::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(ids: &[i64]) -> Set<UserGroupId> {
        ids.iter().map(|id| UserGroupId::new(*id)).collect()
    }

    #[test]
    fn only_the_named_groups_see_and_change_a_category() {
        let category =
            ParameterCategory { name: "KYC".into(), read_groups: groups(&[1, 2]), update_groups: groups(&[2, 3]) };
        assert_eq!(category.access(&groups(&[1]), false), Access::Read);
        assert_eq!(category.access(&groups(&[2]), false), Access::Update);
        assert_eq!(category.access(&groups(&[3]), false), Access::None, "they cannot change what they do not see");
        assert_eq!(category.access(&groups(&[]), true), Access::Update);
        let open = ParameterCategory { read_groups: groups(&[]), update_groups: groups(&[]), ..category };
        assert_eq!(open.access(&groups(&[]), false), Access::Update);
    }
}
