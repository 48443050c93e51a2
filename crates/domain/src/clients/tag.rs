use super::{ClientTagId, ClientsFault};
use crate::identity::Scope;
use crate::value::{CommonFault, Entity, FaultCode as _, Field, Refusal, Set};

/// A tag: it groups clients, and restricts the users who have it to clients who have it too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Tag {
    /// Its name; no other tag has it, whatever its case.
    pub name: String,
}

impl Entity for Tag {
    type Id = ClientTagId;
    const RESOURCE: &'static str = "client_tag";
}

/// The tags of a client after a user set them: one who is restricted to tags sets their own alone,
/// others stay, and the client stays in their sight.
///
/// # Errors
/// [`Refusal::Unprocessable`] with each tag that is not theirs, or where none of theirs would be left.
pub fn retagged(
    scope: &Scope,
    current: &Set<ClientTagId>,
    wanted: &Set<ClientTagId>,
) -> Result<Set<ClientTagId>, Refusal> {
    let nothing = Set::default();
    let own = match scope {
        Scope::System | Scope::AllClients => return Ok(wanted.clone()),
        Scope::Tags(tags) => tags,
        Scope::Client(_) => &nothing,
    };
    let foreign = wanted.placed().filter(|(_, tag)| !own.contains(tag));
    let faults = foreign.map(|(place, _)| CommonFault::Unknown.at(Field::Tags.entry(place)));
    Refusal::unless_empty(faults.collect())?;
    if wanted.is_empty() {
        return Err(ClientsFault::LastVisibleTag.at(Field::Tags).unprocessable());
    }
    let kept = current.iter().filter(|tag| !own.contains(tag));
    Ok(kept.chain(wanted.iter()).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(ids: &[i64]) -> Set<ClientTagId> {
        ids.iter().copied().map(ClientTagId::new).collect()
    }

    #[test]
    fn a_restricted_user_sets_their_own_tags_and_leaves_others() {
        let scope = Scope::of_tags(tags(&[1, 2]));
        assert_eq!(retagged(&scope, &tags(&[1, 9]), &tags(&[2])), Ok(tags(&[2, 9])));
        assert!(retagged(&scope, &tags(&[1]), &tags(&[1, 9])).is_err());
        assert!(retagged(&scope, &tags(&[1, 9]), &tags(&[])).is_err());
        assert_eq!(retagged(&Scope::AllClients, &tags(&[1]), &tags(&[])), Ok(tags(&[])));
    }
}
