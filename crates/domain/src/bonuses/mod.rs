//! Bonuses: trading capital that becomes the client's own money once they have traded enough
//! (`docs/bonuses.md`).

mod award;
mod bonus;
mod failure;
mod fault;
mod machine;
mod obstacle;
mod position;

pub use award::{BonusPreset, BonusProgram, BonusSettings, PlatformForBonuses, burns_bonuses, earns_bonus};
pub use bonus::{Bonus, BonusState, BonusTerms, Pause};
pub use failure::BonusFailure;
pub use fault::BonusesFault;
pub use machine::{
    BonusDecision, BonusEvent, BonusEventName, BonusFacts, MoneyStep, count_lots, decide, diagram, next_event,
};
pub use obstacle::{AccountForBonus, Award, BonusAction, Obstacle, takes_bonuses};
pub use position::{NotCounted, Position, PositionFault, position_entry};

crate::value::ids! {
    /// A preset of bonuses.
    BonusPresetId,
    /// A temporary program, from which clients claim bonuses.
    BonusProgramId,
    /// Something that happened to a bonus.
    BonusStepId,
}
