//! The model of the world: from facts and a scenario to numbers and enums, never to sentences.

pub mod accelerator;
pub mod architecture;
pub mod constants;
pub mod invalid;
pub mod kv_cache;
pub mod memory;
pub mod parameters;
pub mod step_time;
pub mod throughput;
pub mod weight_format;
