//! Facts with a source and a date, and the tables they are compiled into.

pub mod model;
