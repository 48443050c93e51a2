//! Platforms, products and what belongs to them.

mod products;
