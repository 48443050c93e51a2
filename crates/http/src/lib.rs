//! The way of a call, for any interface: what a request brings, how it is refused, and in which words. It knows no
//! context of the back office.

mod fault;
mod problem;
mod texts;

pub use fault::{CallFault, Fault, RequestFault};
pub use problem::{ErrorAnswer, Problem, ProblemBody};
pub use texts::{Catalogue, Texts};
