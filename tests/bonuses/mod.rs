//! Bonuses, and what platforms report of trading.

mod feed;
mod lives;
mod obstacles;
mod platforms;
mod volume;
