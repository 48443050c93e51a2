//! How far clients have proved who they are; here: the levels, as far as clients and money need them.

pub mod levels;
