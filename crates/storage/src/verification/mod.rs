//! What clients have shown of themselves; here: the levels, as far as clients and money need them.

pub mod levels;
