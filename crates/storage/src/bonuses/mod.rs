//! Bonuses: what is awarded to clients, the engine that runs it, what it is awarded from, and the positions
//! that platforms report for it.

mod account_facts;
pub mod awarding;
pub mod awards;
pub mod engine;
mod failures;
pub mod history;
pub mod platforms;
pub mod positions;
pub mod presets;
pub mod programs;
pub mod settings;
mod terms;
