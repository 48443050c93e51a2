use std::collections::{BTreeSet, HashMap};

use super::{FilesFault, FolderId};
use crate::clients::ClientId;
use crate::value::{FaultCode as _, Field, Refusal, folded};

/// The most characters of a folder's name.
const MAX_NAME_CHARS: usize = 255;
/// How deep folders are in each other at most: every list of the tree shows the names from the top down to each.
const MAX_DEPTH: usize = 32;

/// A folder of clients' files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Folder {
    /// What it is called; no other folder beside it is called the same, whatever its case.
    pub name: String,
    /// The folder that it is in; none for the top.
    pub parent: Option<FolderId>,
    /// Whose it is; none for a folder that all clients have.
    pub client: Option<ClientId>,
}

impl Folder {
    /// A folder of all clients is not changed for one of them.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_custom(&self) -> Result<(), Refusal> {
        if self.client.is_none() { Err(FilesFault::SystemFolder.conflict()) } else { Ok(()) }
    }
}

/// The name of a client's folder beside which one of all clients gets its name: with a suffix that no other has. A name that
/// would get too long by it is cut.
#[must_use]
pub fn custom_name(name: &str, taken: &BTreeSet<String>) -> String {
    let suffixes = std::iter::once("_Custom".to_owned()).chain((2..).map(|number| format!("_Custom{number}")));
    let named = suffixes.map(|suffix| {
        let kept: String = name.chars().take(MAX_NAME_CHARS - suffix.len()).collect();
        kept + &suffix
    });
    let mut free = named.filter(|name| !taken.contains(&folded(name)));
    free.next().unwrap_or_default()
}

/// Whether a group of users can be let into a folder of all clients, or out of it.
///
/// # Errors
/// [`Refusal::Conflict`].
pub fn check_access_change(is_granted: bool, is_administrators: bool, sees_parent: bool) -> Result<(), Refusal> {
    if is_administrators {
        return Err(FilesFault::AdministratorsSeeFolders.conflict());
    }
    if is_granted && !sees_parent { Err(FilesFault::ParentFolderHidden.conflict()) } else { Ok(()) }
}

/// Which folder is in which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderTree(HashMap<FolderId, Option<FolderId>>);

impl FolderTree {
    /// Of folders, each with the one that it is in.
    #[must_use]
    pub fn of(folders: impl IntoIterator<Item = (FolderId, Option<FolderId>)>) -> Self {
        Self(folders.into_iter().collect())
    }

    /// A folder and those that it is in, up to the top.
    pub fn upwards(&self, from: FolderId) -> impl Iterator<Item = FolderId> {
        // A circle, which no rule lets come to be, must not be followed for ever.
        let most = self.0.len();
        std::iter::successors(Some(from), |folder| self.0.get(folder).copied().flatten()).take(most.max(1))
    }

    /// Everything below a folder, and itself.
    #[must_use]
    pub fn below(&self, folder: FolderId) -> BTreeSet<FolderId> {
        self.0.keys().copied().filter(|other| self.upwards(*other).any(|above| above == folder)).collect()
    }

    /// A new folder is not too deep in others.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`].
    pub fn check_depth(&self, into: Option<FolderId>) -> Result<(), Refusal> {
        self.check_depth_of(1, into)
    }

    fn check_depth_of(&self, height: usize, into: Option<FolderId>) -> Result<(), Refusal> {
        let above = into.map_or(0, |into| self.upwards(into).count());
        if above + height > MAX_DEPTH {
            return Err(FilesFault::FolderTooDeep.with("max", MAX_DEPTH).at(Field::Parent).unprocessable());
        }
        Ok(())
    }

    /// A folder is not moved into itself or below itself, nor so that what is in it gets too deep.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`].
    pub fn check_move(&self, folder: FolderId, into: Option<FolderId>) -> Result<(), Refusal> {
        let is_inside = into.is_some_and(|into| self.upwards(into).any(|above| above == folder));
        if is_inside {
            return Err(FilesFault::FolderCycle.at(Field::Parent).unprocessable());
        }
        let own_depth = self.upwards(folder).count();
        let deepest = self.below(folder).into_iter().map(|below| self.upwards(below).count()).max();
        self.check_depth_of(deepest.unwrap_or(own_depth) + 1 - own_depth, into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: i64) -> FolderId {
        FolderId::new(id)
    }

    #[test]
    fn a_folder_does_not_come_to_be_within_itself() {
        let tree = FolderTree::of([(id(1), None), (id(2), Some(id(1))), (id(3), Some(id(2))), (id(4), None)]);
        for into in [1, 2, 3] {
            assert!(tree.check_move(id(1), Some(id(into))).is_err(), "{into}");
        }
        assert!(tree.check_move(id(3), Some(id(1))).is_ok());
        assert!(tree.check_move(id(1), Some(id(4))).is_ok());
        assert!(tree.check_move(id(1), None).is_ok());
        assert_eq!(tree.below(id(2)), BTreeSet::from([id(2), id(3)]));
    }

    #[test]
    fn a_group_is_let_in_from_the_top_down_and_administrators_stay() {
        assert!(check_access_change(true, false, true).is_ok());
        assert!(check_access_change(true, false, false).is_err());
        assert!(check_access_change(false, false, false).is_ok());
        assert!(check_access_change(false, true, true).is_err());
    }

    #[test]
    fn folders_are_not_endlessly_deep() {
        let depth = i64::try_from(MAX_DEPTH).unwrap();
        let chain = (1..=depth).map(|number| (id(number), (number > 1).then(|| id(number - 1))));
        let tree = FolderTree::of(chain.chain([(id(100), None), (id(101), Some(id(100)))]));
        assert!(tree.check_depth(Some(id(depth))).is_err());
        assert!(tree.check_depth(Some(id(depth - 1))).is_ok());
        assert!(tree.check_move(id(100), Some(id(depth - 2))).is_ok());
        assert!(tree.check_move(id(100), Some(id(depth - 1))).is_err(), "what is in it would be too deep");
    }

    #[test]
    fn the_suffix_has_a_number_where_it_is_taken() {
        let taken = |names: &[&str]| names.iter().map(|name| folded(name)).collect::<BTreeSet<_>>();
        assert_eq!(custom_name("Contracts", &taken(&["contracts"])), "Contracts_Custom");
        assert_eq!(custom_name("Contracts", &taken(&["contracts_custom"])), "Contracts_Custom2");
        assert_eq!(custom_name("A", &taken(&["a_custom", "A_Custom2"])), "A_Custom3");
        assert_eq!(custom_name(&"y".repeat(255), &taken(&[])), "y".repeat(248) + "_Custom");
    }
}
