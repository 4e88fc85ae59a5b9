//! Pictures of a report, as marks; no document, no fonts, no colours.

pub mod cost;
pub mod histogram;
pub mod lines;
pub mod names;
pub mod of_report;
pub mod scatter;
pub mod scene;
pub mod sheet;
pub mod stack;
pub mod svg;
pub mod tornado;
