//! What a user can mend: which field, why it is refused, and what would be accepted.

/// A refusal that names the field to change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invalid {
    /// Key of the field, as in the field table.
    pub field: &'static str,
    /// Why, with the numbers that a hint needs.
    pub reason: Reason,
}

/// Why a value is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// Not a finite number.
    NotFinite,
    /// Outside the accepted range.
    OutOfRange {
        /// Smallest accepted.
        min: f64,
        /// Largest accepted.
        max: f64,
    },
    /// Needed to compute the answer, and no source states it.
    Unknown,
    /// Does not divide a dimension of the model (or the other way round).
    MustDivide {
        /// The dimension.
        dimension: u32,
    },
    /// Two fields contradict each other.
    Contradicts {
        /// The other field.
        other: &'static str,
    },
    /// The accelerator cannot run it at all.
    Unsupported,
}

impl Invalid {
    /// A refusal of `field` for `reason`.
    #[must_use]
    pub const fn new(field: &'static str, reason: Reason) -> Self {
        Self { field, reason }
    }
}

/// Accepts a finite number within a closed range.
///
/// # Errors
/// The field with its range, or that the number is not finite.
pub fn within(field: &'static str, value: f64, min: f64, max: f64) -> Result<f64, Invalid> {
    if !value.is_finite() {
        return Err(Invalid::new(field, Reason::NotFinite));
    }
    if value < min || value > max {
        return Err(Invalid::new(field, Reason::OutOfRange { min, max }));
    }
    Ok(value)
}

/// Accepts a whole number within a closed range.
///
/// # Errors
/// The field with its range.
pub fn count(field: &'static str, value: u32, min: u32, max: u32) -> Result<f64, Invalid> {
    within(field, f64::from(value), f64::from(min), f64::from(max))
}
