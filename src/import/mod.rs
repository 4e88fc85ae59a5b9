//! What users have: price lists of others, configurations and headers of models, and results of benchmarks, read into
//! catalogue rows and measurements; and one request's bill.

pub mod benchmark;
pub mod bill;
pub(crate) mod json;
pub mod model;
pub mod prices;
pub(crate) mod value;
