//! The fixed sets of answers as types.

/// Number format of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 16 bits.
    Bf16,
    /// 8-bit floats.
    Fp8,
    /// 8-bit integers.
    Int8,
    /// 4-bit integers in groups (AWQ, GPTQ).
    Int4,
    /// NVIDIA's 4-bit floats.
    Nvfp4,
    /// 4-bit floats with a scale per 32.
    Mxfp4,
}

/// How many hours are counted as a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HoursPerMonth {
    /// 730: a twelfth of 8,760.
    #[default]
    Calendar,
    /// 720: thirty days.
    ThirtyDays,
}
