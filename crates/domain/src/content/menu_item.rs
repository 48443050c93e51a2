use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::MenuItemId;
use crate::clients::{ClientTypeId, RestrictionFacts, VerificationLevelId};
use crate::value::{Entity, Set};

/// What can be set of an item of the clients' menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    /// The name that clients are shown.
    pub caption: String,
    /// Whether it is marked as new.
    pub is_new: bool,
    /// Its place among its siblings, low first.
    pub priority: i64,
    /// Whether clients are shown it, and what is below it.
    pub is_visible: bool,
    /// The levels whose clients see it; none: all.
    pub levels: Set<VerificationLevelId>,
    /// The types whose clients see it; none: all.
    pub client_types: Set<ClientTypeId>,
}

impl Entity for MenuItem {
    type Id = MenuItemId;
    const RESOURCE: &'static str = "menu_item";
}

impl MenuItem {
    /// Whether a client is shown it, as far as it says itself: it is visible, and the client has one of the types and one of
    /// the levels that it names. What it names none of does not count.
    #[must_use]
    pub fn is_for(&self, client: &RestrictionFacts) -> bool {
        let has_type = client.client_type.is_some_and(|kind| self.client_types.contains(&kind));
        let has_level = client.verification_level.is_some_and(|level| self.levels.contains(&level));
        self.is_visible && (self.client_types.is_empty() || has_type) && (self.levels.is_empty() || has_level)
    }
}

/// An item with its place in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedItem {
    /// The item.
    pub id: MenuItemId,
    /// The item that it is below; none on the first level.
    pub parent: Option<MenuItemId>,
    /// Its name in the back office; no other item has it.
    pub name: String,
    /// What can be set.
    pub item: MenuItem,
}

/// The items that a client is shown: what they are not shown hides what is below it.
#[must_use]
pub fn shown_to<'a>(items: impl IntoIterator<Item = &'a PlacedItem>, client: &RestrictionFacts) -> HashSet<MenuItemId> {
    let all: HashMap<MenuItemId, &PlacedItem> = items.into_iter().map(|item| (item.id, item)).collect();
    let is_shown = |item: &PlacedItem| {
        let above = |item: &&PlacedItem| item.parent.and_then(|parent| all.get(&parent).copied());
        // No line of parents is longer than the menu, unless it is a circle.
        let mut line = std::iter::successors(Some(item), above).take(all.len());
        line.all(|item| item.item.is_for(client))
    };
    all.values().filter(|item| is_shown(item)).map(|item| item.id).collect()
}

/// An item with what is shown below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The item.
    pub id: MenuItemId,
    /// What is below it, in order.
    pub children: Vec<Branch>,
}

/// The items below the root, each level in order. An item is kept if it is chosen, or if one below it is, so that the tree
/// holds. What is not below the root, which is none for the whole menu, is left out.
#[must_use]
pub fn tree<'a>(
    items: impl IntoIterator<Item = &'a PlacedItem>,
    root: Option<MenuItemId>,
    chooses: impl Fn(&PlacedItem) -> bool,
    order: impl Fn(&PlacedItem, &PlacedItem) -> Ordering,
) -> Vec<Branch> {
    let mut levels: HashMap<Option<MenuItemId>, Vec<&PlacedItem>> = HashMap::new();
    for item in items {
        levels.entry(item.parent).or_default().push(item);
    }
    for siblings in levels.values_mut() {
        siblings.sort_by(|one, other| order(one, other));
    }
    below(root, &mut levels, &chooses)
}

/// Each level is taken out when it is met, so no circle of parents is followed for ever.
fn below(
    parent: Option<MenuItemId>,
    levels: &mut HashMap<Option<MenuItemId>, Vec<&PlacedItem>>,
    chooses: &impl Fn(&PlacedItem) -> bool,
) -> Vec<Branch> {
    let mut kept = Vec::new();
    for item in levels.remove(&parent).unwrap_or_default() {
        let children = below(Some(item.id), levels, chooses);
        if !children.is_empty() || chooses(item) {
            kept.push(Branch { id: item.id, children });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(id: i64, parent: i64, priority: i64) -> PlacedItem {
        let item = MenuItem {
            caption: format!("Item {id}"),
            is_new: false,
            priority,
            is_visible: true,
            levels: Set::default(),
            client_types: Set::default(),
        };
        let parent = (parent != 0).then_some(MenuItemId::new(parent));
        PlacedItem { id: MenuItemId::new(id), parent, name: id.to_string(), item }
    }

    fn by_priority(one: &PlacedItem, other: &PlacedItem) -> Ordering {
        (one.item.priority, one.id).cmp(&(other.item.priority, other.id))
    }

    fn told(branches: &[Branch]) -> String {
        let told = branches.iter().map(|branch| match branch.children.as_slice() {
            [] => branch.id.to_string(),
            children => format!("{}({})", branch.id, told(children)),
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_level_is_in_order_and_ancestors_of_a_match_stay() {
        let items = [item(1, 0, 2), item(2, 0, 1), item(3, 1, 9), item(4, 1, 0), item(5, 4, 0), item(6, 3, 0)];
        assert_eq!(told(&tree(&items, None, |_| true, by_priority)), "2 1(4(5) 3(6))");
        assert_eq!(told(&tree(&items, None, |item| item.id.get() == 6, by_priority)), "1(3(6))");
        assert_eq!(told(&tree(&items, Some(MenuItemId::new(1)), |_| true, by_priority)), "4(5) 3(6)");
        assert_eq!(told(&tree(&items, Some(MenuItemId::new(9)), |_| true, by_priority)), "");
    }

    #[test]
    fn an_item_that_names_types_and_levels_is_for_clients_who_have_one_of_each() {
        let (retail, pro) = (ClientTypeId::new(1), ClientTypeId::new(2));
        let (first, second) = (VerificationLevelId::new(1), VerificationLevelId::new(2));
        let client = RestrictionFacts {
            client_type: Some(retail),
            verification_level: Some(first),
            ..RestrictionFacts::default()
        };
        let open = item(1, 0, 0).item;
        for (types, levels, is_for) in [
            (vec![], vec![], true),
            (vec![retail, pro], vec![first, second], true),
            (vec![pro], vec![first], false),
            (vec![retail], vec![second], false),
        ] {
            let item = MenuItem {
                client_types: types.into_iter().collect(),
                levels: levels.into_iter().collect(),
                ..open.clone()
            };
            assert_eq!(item.is_for(&client), is_for, "{item:?}");
            assert!(!MenuItem { is_visible: false, ..item }.is_for(&client));
        }
    }

    #[test]
    fn a_hidden_item_hides_what_is_below_it() {
        let mut items = [item(1, 0, 0), item(2, 1, 0), item(3, 2, 0), item(4, 1, 0)];
        items[1].item.is_visible = false;
        let shown = shown_to(&items, &RestrictionFacts::default());
        assert_eq!(shown, [1, 4].map(MenuItemId::new).into_iter().collect());
    }

    fn ids(branches: &[Branch], found: &mut Vec<i64>) {
        for branch in branches {
            found.push(branch.id.get());
            ids(&branch.children, found);
        }
    }

    proptest! {
        #[test]
        fn all_matches_are_kept_and_every_leaf_is_one(
            parents in prop::collection::vec(any::<prop::sample::Index>(), 1..30),
            chosen in prop::collection::btree_set(1..30_i64, 0..10),
        ) {
            let items: Vec<PlacedItem> = (1..).zip(&parents)
                .map(|(id, parent)| item(id, i64::try_from(parent.index(usize::try_from(id).unwrap())).unwrap(), 0))
                .collect();
            let branches = tree(&items, None, |item| chosen.contains(&item.id.get()), by_priority);
            let mut kept = Vec::new();
            ids(&branches, &mut kept);
            for item in &items {
                let id = item.id.get();
                if chosen.contains(&id) {
                    prop_assert!(kept.contains(&id));
                }
                let has_kept_child = items.iter().any(|other| other.parent == Some(item.id) && kept.contains(&other.id.get()));
                prop_assert_eq!(kept.contains(&id), chosen.contains(&id) || has_kept_child);
            }
        }
    }
}
