//! The requirement graph: what depends on what, and in which order.
//!
//! In: a typed `Program`. Out: `Dependencies` (a petgraph graph whose edges remember the text that made them). INVARIANT: the order is the same for
//! the same rules, whatever the order of files.

mod dependencies;

pub use dependencies::{Dependencies, Edge, EdgeKind, Node as DependencyNode, full_path, loop_lists};
