//! Reserved units against pay-per-token for a measured demand: the two-option form of the portfolio.
//!
//! Window `w` of a trace needs `r_w` units and would cost `p_w` at the API. With `u` units the part `max(0, r_w − u)/r_w` of
//! it overflows:
//!
//! ```text
//! total(u) = u·price + Σ_w p_w · max(0, r_w − u) ÷ r_w
//! ```
//!
//! ```
//! use llm_breakeven::engine::portfolio_units::{Grid, Window, cheapest};
//! use llm_breakeven::units::Usd;
//! let window = |units, usd| Window { units, pay_per_token: Usd::new(usd) };
//! // two quiet windows and a burst: a second unit would save less than it costs
//! let best = cheapest(&[window(1.0, 1.0), window(1.0, 1.0), window(4.0, 4.0)], Usd::new(2.0), Grid::default());
//! assert_eq!((best.units, best.total().value()), (1, 5.0));
//! ```

use crate::units::Usd;

/// A stretch of time: what it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Units that would serve all of it, at least zero.
    pub units: f64,
    /// What all of it costs at the API.
    pub pay_per_token: Usd,
}

/// Which numbers of units can be bought: none, or multiples of `step` from `least` to `most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Smallest purchase.
    pub least: u32,
    /// Sold in multiples of this, at least 1.
    pub step: u32,
    /// Largest purchase; `None` for no limit.
    pub most: Option<u32>,
}

impl Default for Grid {
    fn default() -> Self {
        Self { least: 0, step: 1, most: None }
    }
}

/// A number of units and what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// Reserved units.
    pub units: u32,
    /// Paid for them.
    pub reserved: Usd,
    /// Paid for what overflows.
    pub overflow: Usd,
    /// Part of the windows that overflow, 0 to 1.
    pub overflowing: f64,
}

impl Units {
    /// What both cost.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.reserved + self.overflow
    }
}

impl Grid {
    /// What can be bought up to the first that serves `units`.
    pub fn candidates(self, units: f64) -> impl Iterator<Item = u32> {
        let step = self.step.max(1);
        let first = self.least.max(1).div_ceil(step) * step;
        let enough = (units.ceil().max(0.0) as u32).div_ceil(step).max(first / step) * step;
        let last = self.most.map_or(enough, |most| most.min(enough));
        std::iter::once(0).chain((first..=last).step_by(step as usize))
    }
}

/// Units that serve everything.
#[must_use]
pub fn full(windows: &[Window]) -> u32 {
    windows.iter().map(|window| window.units).fold(0.0, f64::max).ceil() as u32
}

/// What a number of units costs.
#[must_use]
pub fn at(windows: &[Window], price: Usd, units: u32) -> Units {
    let short = |window: &Window| (window.units - f64::from(units)).max(0.0);
    let overflow =
        windows.iter().filter(|w| w.units > 0.0).map(|w| w.pay_per_token * (short(w) / w.units)).sum();
    let overflowing = windows.iter().filter(|w| short(w) > 0.0).count() as f64;
    Units {
        units,
        reserved: price * f64::from(units),
        overflow,
        overflowing: overflowing / (windows.len() as f64).max(1.0),
    }
}

/// The cheapest number of units; of equals the smallest.
#[must_use]
pub fn cheapest(windows: &[Window], price: Usd, grid: Grid) -> Units {
    let mut best = at(windows, price, 0);
    let needed = windows.iter().map(|window| window.units).fold(0.0, f64::max);
    for units in grid.candidates(needed).skip(1) {
        let one = at(windows, price, units);
        if one.total() < best.total() {
            best = one;
        }
    }
    best
}
