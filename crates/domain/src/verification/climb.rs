use super::{VerificationFault, VerificationLevelId};
use crate::requests::RequestsFault;
use crate::value::{CommonFault, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// What a level is to a client.
    LevelStanding {
        /// The client has it, or a higher one.
        Granted = "granted",
        /// The client can ask for it.
        Available = "available",
        /// The client has asked for it, and waits.
        Pending = "pending",
        /// Another level comes before it.
        Locked = "locked",
    }
}

/// A level, as far as it decides what it is to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedLevel {
    /// Which.
    pub id: VerificationLevelId,
    /// How far up it is.
    pub index: i64,
    /// The one after it.
    pub next: Option<VerificationLevelId>,
    /// Whether it is shown to clients who do not have it.
    pub is_visible: bool,
    /// Whether its restrictions let the client in.
    pub is_admitted: bool,
}

/// How far a client has climbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Climber {
    /// The level that they have.
    pub present: VerificationLevelId,
    /// How far up that is.
    pub index: i64,
    /// The one after it.
    pub next: Option<VerificationLevelId>,
    /// The level that they have asked for.
    pub asked: Option<VerificationLevelId>,
}

impl Climber {
    /// Whether the level is there for the client: they have it, or it is offered to them.
    #[must_use]
    pub fn sees(&self, level: &OfferedLevel) -> bool {
        level.id == self.present || level.is_visible && level.is_admitted
    }

    /// What a level that they see is to them.
    #[must_use]
    pub fn standing(&self, level: &OfferedLevel) -> LevelStanding {
        if level.index <= self.index {
            LevelStanding::Granted
        } else if self.asked == Some(level.id) {
            LevelStanding::Pending
        } else if self.next == Some(level.id) {
            LevelStanding::Available
        } else {
            LevelStanding::Locked
        }
    }

    /// The level of these that the client asks for: the wished one, else the next one.
    ///
    /// # Errors
    /// A refusal where the wished one is not there for the client or does not come next; a conflict where none comes
    /// next, or the client waits already.
    pub fn target(
        &self,
        levels: &[OfferedLevel],
        wished: Option<VerificationLevelId>,
    ) -> Result<VerificationLevelId, Refusal> {
        let seen = |id: VerificationLevelId| levels.iter().find(|level| level.id == id && self.sees(level));
        if let Some(wished) = wished {
            if seen(wished).is_none() {
                return Err(CommonFault::Unknown.at(Field::Level).unprocessable());
            }
            if Some(wished) != self.next {
                return Err(VerificationFault::LevelNotNext.at(Field::Level).unprocessable());
            }
        }
        let next = self.next.and_then(seen).ok_or_else(|| VerificationFault::NoNextLevel.conflict())?;
        if self.asked.is_some() { Err(RequestsFault::RequestPending.conflict()) } else { Ok(next.id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: i64) -> VerificationLevelId {
        VerificationLevelId::new(id)
    }

    fn level(number: i64, next: Option<i64>) -> OfferedLevel {
        let next = next.map(VerificationLevelId::new);
        OfferedLevel { id: id(number), index: number * 10, next, is_visible: true, is_admitted: true }
    }

    const fn climber() -> Climber {
        Climber {
            present: VerificationLevelId::new(1),
            index: 10,
            next: Some(VerificationLevelId::new(2)),
            asked: None,
        }
    }

    fn levels() -> Vec<OfferedLevel> {
        vec![level(1, Some(2)), level(2, Some(3)), level(3, None)]
    }

    #[test]
    fn levels_are_granted_up_to_the_present_one_and_the_next_is_available() {
        let climber = climber();
        let standing = |number| climber.standing(&level(number, None));
        assert_eq!(
            [0, 1, 2, 3].map(standing),
            [LevelStanding::Granted, LevelStanding::Granted, LevelStanding::Available, LevelStanding::Locked]
        );
        let waiting = Climber { asked: Some(id(2)), ..climber };
        assert_eq!(waiting.standing(&level(2, None)), LevelStanding::Pending);
    }

    #[test]
    fn a_level_is_seen_by_those_who_have_it_or_are_offered_it() {
        let climber = climber();
        let hidden = OfferedLevel { is_visible: false, ..level(1, None) };
        assert!(climber.sees(&hidden), "their own");
        assert!(!climber.sees(&OfferedLevel { is_visible: false, ..level(2, None) }));
        assert!(!climber.sees(&OfferedLevel { is_admitted: false, ..level(2, None) }));
        assert!(climber.sees(&level(3, None)));
    }

    #[test]
    fn a_client_asks_for_the_next_level_alone() {
        let climber = climber();
        assert_eq!(climber.target(&levels(), None), Ok(id(2)));
        assert_eq!(climber.target(&levels(), Some(id(2))), Ok(id(2)));
        for other in [1, 3] {
            let refused = VerificationFault::LevelNotNext.at(Field::Level).unprocessable();
            assert_eq!(climber.target(&levels(), Some(id(other))), Err(refused));
        }
        assert_eq!(climber.target(&levels(), Some(id(9))), Err(Refusal::unknown(Field::Level)));
    }

    #[test]
    fn without_a_next_level_that_lets_them_in_nothing_can_be_asked_for() {
        let none = Err(VerificationFault::NoNextLevel.conflict());
        assert_eq!(Climber { next: None, ..climber() }.target(&levels(), None), none);
        let mut levels = levels();
        levels[1].is_admitted = false;
        assert_eq!(climber().target(&levels, None), none);
        assert_eq!(climber().target(&levels, Some(id(2))), Err(Refusal::unknown(Field::Level)));
    }

    #[test]
    fn one_who_waits_asks_for_nothing_else() {
        let waiting = Climber { asked: Some(id(2)), ..climber() };
        assert_eq!(waiting.target(&levels(), None), Err(RequestsFault::RequestPending.conflict()));
    }
}
