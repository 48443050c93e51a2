//! Countries and other reference data.

mod bodies;
mod reference;
