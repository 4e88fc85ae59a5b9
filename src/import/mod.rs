//! What users have, read into catalogue rows: price lists of others, configurations and headers of models.

pub mod model;
pub mod prices;
