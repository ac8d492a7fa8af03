//! The one integration binary.

mod agree;
mod boundaries;
mod cases;
mod diff;
mod format;
mod fuzz;
mod generate;
mod graph;
mod guide;
mod init;
mod laws;
mod lint;
mod materials;
mod naive;
mod plan;
mod plan_clocks;
mod plan_formats;
mod reference;
mod regions;
mod rejections;
mod schema;
mod schemas;
mod support;
mod tidy;
mod workshop;
