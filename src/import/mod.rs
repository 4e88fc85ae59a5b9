//! What users have, read into catalogue rows: price lists of others, configurations and headers of models;
//! and one request's bill.

pub mod bill;
pub mod model;
pub mod prices;
