//! LLM Breakeven: for an LLM workload, API or GPU; which GPU, how many, and at what volume the answer changes.
pub mod catalogue;
pub mod engine;
pub mod units;
