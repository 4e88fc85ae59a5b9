//! What users have: price lists of others, configurations and headers of models, and results of benchmarks, read into
//! catalogue rows and measurements; and one request's bill.
//!
//! [`read_any`] tells what a file is; [`desk::Desk`] keeps what was imported; [`runs`] says what a benchmark means for
//! a scenario.

mod any;
pub mod benchmark;
pub mod bill;
pub mod desk;
pub(crate) mod json;
pub mod model;
pub mod prices;
pub mod runs;
pub mod scenario_file;
pub mod usage;
pub(crate) mod value;

pub use any::{Imported, Kind, Seen, Unreadable, read_any};
