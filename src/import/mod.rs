//! What users have, read into catalogue rows: price lists of others, configurations and headers of models, results of
//! benchmarks.

pub mod benchmark;
pub mod model;
pub mod prices;
