use super::{VerificationFault, VerificationLevelId};
use crate::value::{CommonFault, Fault, FaultCode as _, Field, Refusal};

/// A level's place among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// How far up it is: 0 for the default level, more for the others.
    pub index: i64,
    /// Whether new clients get it.
    pub is_default: bool,
    /// The level that may be granted after it.
    pub next: Option<VerificationLevelId>,
}

/// All levels as they are climbed: each index once, one default at 0, and each next level above the one before it, so
/// that nobody climbs in circles.
#[derive(Clone, Debug)]
pub struct Ladder(Vec<(VerificationLevelId, Rung)>);

impl Ladder {
    /// The ladder of these levels.
    #[must_use]
    pub const fn new(rungs: Vec<(VerificationLevelId, Rung)>) -> Self {
        Self(rungs)
    }

    /// The default level.
    fn default(&self) -> Option<VerificationLevelId> {
        self.0.iter().find(|(_, rung)| rung.is_default).map(|(id, _)| *id)
    }

    /// Whether a new level can stand there, if its [next level](Self::next_fault) is right.
    ///
    /// # Errors
    /// A conflict where the index is taken or it would be another default.
    pub fn check_new(&self, rung: Rung) -> Result<(), Refusal> {
        if rung.is_default || rung.index == 0 {
            return Err(VerificationFault::NewLevelDefault.conflict());
        }
        self.check_free(rung.index, None)
    }

    /// What a change of a level makes of it and of others, if its [next level](Self::next_fault) is right: a level that
    /// becomes the default changes places with the one that was. Answers the levels that move, with their new places.
    ///
    /// # Errors
    /// A conflict where the index is taken, no default would be left or others would be out of order.
    pub fn moved(
        &self,
        id: VerificationLevelId,
        before: Rung,
        after: Rung,
    ) -> Result<Vec<(VerificationLevelId, Rung)>, Refusal> {
        let becomes_default = after.is_default && !before.is_default;
        let index = if becomes_default { 0 } else { after.index };
        let mut changed = self.clone();
        for (other, rung) in &mut changed.0 {
            if *other == id {
                *rung = Rung { index, ..after };
            } else if becomes_default && rung.is_default {
                *rung = Rung { index: before.index, is_default: false, ..*rung };
            }
        }
        // It keeps the index 0 as long as it is the default, and no other level gets it.
        if before.is_default && !after.is_default || after.is_default != (index == 0) {
            return Err(VerificationFault::DefaultLevelMissing.conflict());
        }
        changed.check_free(index, Some(id))?;
        changed.check_order()?;
        let is_moved = |(id, rung): &(VerificationLevelId, Rung)| !self.0.contains(&(*id, *rung));
        Ok(changed.0.into_iter().filter(is_moved).collect())
    }

    /// The default level stays, and so does one that others lead to.
    ///
    /// # Errors
    /// A conflict.
    pub fn check_deletable(&self, id: VerificationLevelId) -> Result<(), Refusal> {
        if self.default() == Some(id) {
            Err(VerificationFault::DefaultLevelMissing.conflict())
        } else if self.0.iter().any(|(_, rung)| rung.next == Some(id)) {
            Err(CommonFault::InUse.conflict())
        } else {
            Ok(())
        }
    }

    fn index_of(&self, id: VerificationLevelId) -> Option<i64> {
        self.0.iter().find(|(other, _)| *other == id).map(|(_, rung)| rung.index)
    }

    /// The next level of a level exists and is above it. `id` is none for a new level, and the index that of a level that
    /// becomes the default is 0.
    #[must_use]
    pub fn next_fault(&self, id: Option<VerificationLevelId>, rung: Rung) -> Option<Fault> {
        let next = rung.next?;
        let own_index = if rung.is_default { 0 } else { rung.index };
        match self.index_of(next) {
            None => Some(CommonFault::Unknown.at(Field::NextLevel)),
            Some(above) if Some(next) == id || above <= own_index => {
                Some(VerificationFault::NextLevelNotAbove.at(Field::NextLevel))
            }
            Some(_) => None,
        }
    }

    fn check_free(&self, index: i64, own: Option<VerificationLevelId>) -> Result<(), Refusal> {
        let is_taken = self.0.iter().any(|(id, rung)| Some(*id) != own && rung.index == index);
        if is_taken { Err(Refusal::taken(Field::Index)) } else { Ok(()) }
    }

    fn check_order(&self) -> Result<(), Refusal> {
        let is_wrong = |rung: &Rung| rung.next.and_then(|next| self.index_of(next)).is_some_and(|n| n <= rung.index);
        match self.0.iter().find(|(_, rung)| is_wrong(rung)) {
            Some((id, _)) => Err(VerificationFault::LevelsOutOfOrder.with("level", id.get()).conflict()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: i64) -> VerificationLevelId {
        VerificationLevelId::new(number)
    }

    fn rung(index: i64, next: Option<i64>) -> Rung {
        Rung { index, is_default: index == 0, next: next.map(id) }
    }

    /// 1 at 0, 2 at 10, 3 at 20, each leading to the next.
    fn ladder() -> Ladder {
        Ladder::new(vec![(id(1), rung(0, Some(2))), (id(2), rung(10, Some(3))), (id(3), rung(20, None))])
    }

    fn moved(number: i64, after: Rung) -> Result<Vec<(VerificationLevelId, Rung)>, Refusal> {
        let ladder = ladder();
        let before = ladder.0[usize::try_from(number - 1).unwrap()].1;
        ladder.moved(id(number), before, after)
    }

    #[test]
    fn a_new_level_stands_at_a_free_index_and_is_no_default() {
        assert_eq!(ladder().check_new(rung(5, Some(2))), Ok(()));
        assert_eq!(ladder().check_new(rung(10, None)), Err(Refusal::taken(Field::Index)));
        assert_eq!(ladder().check_new(rung(0, None)), Err(VerificationFault::NewLevelDefault.conflict()));
    }

    #[test]
    fn the_next_level_exists_and_is_above() {
        let not_above = Some(VerificationFault::NextLevelNotAbove.at(Field::NextLevel));
        let fault = |id: Option<i64>, rung| ladder().next_fault(id.map(VerificationLevelId::new), rung);
        assert_eq!(fault(None, rung(30, Some(3))), not_above);
        assert_eq!(fault(None, rung(30, Some(9))), Some(CommonFault::Unknown.at(Field::NextLevel)));
        assert_eq!(fault(None, rung(15, Some(3))), None);
        assert_eq!(fault(Some(2), rung(5, Some(2))), not_above, "itself");
        assert_eq!(fault(Some(3), rung(20, Some(1))), not_above, "a circle");
        let becomes_default = Rung { is_default: true, ..rung(20, Some(2)) };
        assert_eq!(fault(Some(3), becomes_default), None, "it changes places with the one at 0");
    }

    #[test]
    fn a_level_that_becomes_the_default_changes_places_with_it() {
        let ladder = Ladder::new(vec![(id(1), rung(0, None)), (id(2), rung(10, None))]);
        let after = Rung { is_default: true, ..rung(10, None) };
        let expected = vec![(id(1), Rung { is_default: false, ..rung(10, None) }), (id(2), rung(0, None))];
        assert_eq!(ladder.moved(id(2), rung(10, None), after), Ok(expected));
    }

    #[test]
    fn the_default_is_not_taken_away_in_another_way() {
        let missing = Err(VerificationFault::DefaultLevelMissing.conflict());
        assert_eq!(moved(1, Rung { is_default: false, ..rung(0, Some(2)) }), missing);
        assert_eq!(moved(1, Rung { index: 5, ..rung(0, Some(2)) }), missing);
        assert_eq!(moved(3, Rung { is_default: false, ..rung(0, None) }), missing);
    }

    #[test]
    fn levels_that_lead_to_a_level_stay_below_it() {
        let refused = moved(3, rung(5, None));
        assert_eq!(refused, Err(VerificationFault::LevelsOutOfOrder.with("level", 2_i64).conflict()));
        let refused = moved(3, Rung { is_default: true, ..rung(20, None) });
        assert_eq!(refused, Err(VerificationFault::LevelsOutOfOrder.with("level", 1_i64).conflict()));
    }

    #[test]
    fn the_default_and_what_others_lead_to_is_not_deleted() {
        assert_eq!(ladder().check_deletable(id(1)), Err(VerificationFault::DefaultLevelMissing.conflict()));
        assert_eq!(ladder().check_deletable(id(2)), Err(CommonFault::InUse.conflict()));
        let ladder = Ladder::new(vec![(id(1), rung(0, None)), (id(2), rung(10, None))]);
        assert_eq!(ladder.check_deletable(id(2)), Ok(()));
    }

    proptest! {
        #[test]
        fn whatever_is_changed_one_default_stands_at_0_and_every_next_level_is_above(
            changes in prop::collection::vec((1..=4_i64, 0..6_i64, any::<bool>(), prop::option::of(1..=5_i64)), 1..30),
        ) {
            let start = [(1, rung(0, None)), (2, rung(1, None)), (3, rung(2, None)), (4, rung(3, None))];
            let mut ladder = Ladder::new(start.map(|(number, rung)| (id(number), rung)).to_vec());
            for (number, index, is_default, next) in changes {
                let before = ladder.0.iter().find(|(other, _)| *other == id(number)).map(|(_, rung)| *rung).unwrap();
                let after = Rung { index, is_default, next: next.map(id) };
                if ladder.next_fault(Some(id(number)), after).is_some() {
                    continue;
                }
                for (id, rung) in ladder.moved(id(number), before, after).unwrap_or_default() {
                    ladder.0.iter_mut().find(|(other, _)| *other == id).unwrap().1 = rung;
                }
                prop_assert_eq!(ladder.0.iter().filter(|(_, rung)| rung.is_default).count(), 1);
                prop_assert!(ladder.0.iter().all(|(_, rung)| rung.is_default == (rung.index == 0)));
                prop_assert!(ladder.check_order().is_ok());
                let mut indices: Vec<i64> = ladder.0.iter().map(|(_, rung)| rung.index).collect();
                indices.sort_unstable();
                indices.dedup();
                prop_assert_eq!(indices.len(), 4);
            }
        }
    }
}
