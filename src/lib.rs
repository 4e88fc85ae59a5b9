//! LLM Breakeven: for an LLM workload, API or GPU; which GPU, how many, and at what volume the answer changes.
//!
//! Modules in the order in which a number is made; each imports only from those before it (a test checks that):
//!
//! 1. [`units`]: quantities with their dimension in the type; text to number and back
//! 2. [`catalogue`]: facts with source and date: models, GPUs, offers, API prices, measurements
//! 3. [`scenario`]: the one input, complete by its defaults; its table of fields; its link
//! 4. [`engine`]: `evaluate(&Scenario, &Catalogue)`: bills, fleet, limits, breakeven
//! 5. [`import`]: price lists and model files of others as catalogue rows
//! 6. [`report`]: the result as rows and cells
//! 7. [`chart`]: the result as marks of a picture
//! 8. [`words`]: the result as English
//! 9. `app` (feature `app` or `prerender`): the page; `workbench` (feature `workbench`): the page's worker, which makes the
//!    larger views; `js_api` (features `module` and `importer`): the
//!    JavaScript module
//!
//! Everything up to [`words`] is pure: no browser, no clock, no I/O. The same scenario and catalogue give the same
//! numbers on every machine.

#[cfg(feature = "view")]
pub mod app;
pub mod catalogue;
pub mod chart;
pub mod engine;
pub mod import;
#[cfg(any(feature = "module", feature = "importer"))]
pub mod js_api;
pub mod report;
pub mod scenario;
pub mod units;
pub mod words;
#[cfg(feature = "workbench")]
pub mod workbench;
