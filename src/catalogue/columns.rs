//! The columns of each compiled table, in order: written by the build script, read by `decode`.
//!
//! A name with a dot goes into a sub-table of the TOML row. Every table ends with its provenance.

/// `gpus.toml`.
pub const GPUS: &[&str] = &[
    "id",
    "name",
    "vendor",
    "architecture",
    "generic",
    "memory_gib",
    "memory_gb",
    "bandwidth",
    "fp16",
    "fp8",
    "int8",
    "fp4",
    "link",
    "link_gb_s",
    "tdp_w",
    "mig_slices",
    "year",
    "note",
    "source",
    "as_of",
];

/// `offers.toml`.
pub const OFFERS: &[&str] = &[
    "provider",
    "instance",
    "gpu",
    "count",
    "region",
    "commitment",
    "basis",
    "usd",
    "note",
    "source",
    "as_of",
];

/// `api_prices.toml`.
pub const API_PRICES: &[&str] = &[
    "provider",
    "kind",
    "model",
    "name",
    "open_model",
    "open",
    "match",
    "input",
    "output",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "batch_input",
    "batch_output",
    "batch_cache_read",
    "tiers",
    "windows",
    "services",
    "next",
    "context",
    "deprecated",
    "disagreement",
    "note",
    "source",
    "as_of",
];

/// What stands before the columns of a table in the table of its past.
pub const PAST: &[&str] = &["until", "absent"];

/// `models.toml`.
pub const MODELS: &[&str] = &[
    "id",
    "hf_id",
    "family",
    "params.total",
    "params.active",
    "params.embedding",
    "params.lm_head",
    "params.routed",
    "params.vision",
    "params.published_b",
    "params.published_active_b",
    "layers",
    "hidden",
    "heads",
    "kv_heads",
    "head_dim",
    "ffn",
    "vocab",
    "tied",
    "moe.experts",
    "moe.active",
    "moe.ffn",
    "moe.shared",
    "moe.shared_ffn",
    "moe.first_dense",
    "moe.layers",
    "moe.latent",
    "attn.kind",
    "attn.full",
    "attn.sliding",
    "attn.window",
    "attn.linear",
    "attn.state",
    "attn.mla",
    "attn.global",
    "attn.value_dim",
    "attn.key_is_value",
    "attn.sparse",
    "attn.compressed",
    "attn.shared_kv",
    "context",
    "dtype",
    "licence",
    "note",
    "unverified",
    "source",
    "as_of",
];

/// `measurements.toml`.
pub const MEASUREMENTS: &[&str] =
    &["models", "format", "gpu", "gpus", "isl", "osl", "out", "engine", "source", "as_of"];

/// What only the worker's views and the module tell, with the table that it is in, empty for all. The page computes nothing
/// from it and goes without, for these are long columns of its first load.
pub const TOLD: &[(&str, &str)] = &[
    ("", "note"),
    ("", "source"),
    ("api_prices", "context"),
    ("api_prices", "disagreement"),
    ("api_prices", "match"),
    ("api_prices", "open"),
    ("models", "family"),
    ("models", "licence"),
    ("models", "params.published_b"),
    ("models", "params.published_active_b"),
    ("models", "unverified"),
];
