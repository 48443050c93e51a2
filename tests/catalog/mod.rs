//! Platforms, products and what belongs to them.

mod bodies;
mod products;
