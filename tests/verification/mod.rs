//! How clients are verified, and why requests are rejected.

mod attempts;
mod bodies;
mod checks;
mod documents;
mod knowledge;
mod levels;
mod resolutions;
