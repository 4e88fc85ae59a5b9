//! What many draws say together.

use crate::units::{Tokens, Usd};

/// Answers of a stretch of draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draws {
    savings: Vec<f64>,
    breakevens: Vec<f64>,
    pub(super) infeasible: usize,
}

/// What all draws say.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Draws that were taken.
    pub draws: usize,
    /// Of them, those without a feasible plan.
    pub infeasible: usize,
    /// Share of all draws in which self-hosting is cheaper.
    pub probability: f64,
    /// P10, P50 and P90 of the saving a month, over the feasible draws; `None` when there is none.
    pub saving: Option<[Usd; 3]>,
    /// P10, P50 and P90 of the durable breakeven, over the first [`super::BREAKEVENS`] draws; `None` where there is none at that percentile.
    pub breakeven: [Option<Tokens>; 3],
    /// Draws of which the breakeven is known.
    pub breakevens: usize,
}

/// Draws that save about the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Savings from this on.
    pub from: Usd,
    /// Below this.
    pub to: Usd,
    /// How many.
    pub draws: usize,
}

impl Draws {
    /// Adds a feasible draw, with its durable breakeven where that was asked.
    pub(super) fn push(&mut self, saving: Usd, durable: Option<Option<Tokens>>) {
        self.savings.push(saving.value());
        self.breakevens.extend(durable.map(|volume| volume.map_or(f64::INFINITY, Tokens::value)));
    }

    /// Adds the draws of another stretch.
    pub fn append(&mut self, mut other: Self) {
        self.savings.append(&mut other.savings);
        self.breakevens.append(&mut other.breakevens);
        self.infeasible += other.infeasible;
    }

    /// How many of the feasible draws save what: equally wide bins from the 1st to the 99th percentile, the first and the
    /// last with what lies beyond. The edge between two of them lies at zero if zero lies inside.
    #[must_use]
    pub fn histogram(&self, bins: usize) -> Vec<Bin> {
        let mut savings = self.savings.clone();
        savings.sort_unstable_by(f64::total_cmp);
        let (Some(low), Some(high)) = (percentile(&savings, 0.01), percentile(&savings, 0.99)) else {
            return Vec::new();
        };
        let width = (high - low) / bins.max(1) as f64;
        if width.is_nan() || width <= 0.0 {
            return vec![Bin { from: Usd::new(low), to: Usd::new(high), draws: savings.len() }];
        }
        // edges are multiples of the width, so that zero is one
        let (first, last) = ((low / width).floor() as i64, (high / width).ceil() as i64);
        let mut from = 0;
        let bin = |edge: i64| {
            let to = if edge == last - 1 {
                savings.len()
            } else {
                savings.partition_point(|saving| *saving < (edge + 1) as f64 * width)
            };
            let draws = to - from;
            from = to;
            Bin { from: Usd::new(edge as f64 * width), to: Usd::new((edge + 1) as f64 * width), draws }
        };
        (first..last).map(bin).collect()
    }

    /// What they say together.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let draws = self.savings.len() + self.infeasible;
        let wins = self.savings.iter().filter(|saving| **saving > 0.0).count();
        let sorted = |values: &[f64]| {
            let mut values = values.to_vec();
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        let (savings, breakevens) = (sorted(&self.savings), sorted(&self.breakevens));
        let saving = |share| percentile(&savings, share).map(Usd::new);
        let durable = |share| percentile(&breakevens, share).filter(|v| v.is_finite()).map(Tokens::new);
        Summary {
            draws,
            infeasible: self.infeasible,
            probability: wins as f64 / draws.max(1) as f64,
            saving: match [0.1, 0.5, 0.9].map(saving) {
                [Some(low), Some(middle), Some(high)] => Some([low, middle, high]),
                _ => None,
            },
            breakeven: [0.1, 0.5, 0.9].map(durable),
            breakevens: breakevens.len(),
        }
    }
}

/// The ⌈share·n⌉-th smallest of sorted values.
pub(super) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}
