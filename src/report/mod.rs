//! Views of a report as rows and cells: what tables, exports and screen readers show.

pub mod breakdown;
pub mod cost_table;
pub mod explain;
pub mod schema;
