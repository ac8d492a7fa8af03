//! The one integration binary.

mod agree;
mod boundaries;
mod cases;
mod fuzz;
mod generate;
mod laws;
mod naive;
mod reference;
mod schemas;
mod support;
mod tidy;
