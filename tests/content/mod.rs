//! Countries and other reference data.

mod reference;
