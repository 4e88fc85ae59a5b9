//! The cheapest mix of GPU types for a workload of requests of many sizes.
//!
//! Requests fall into classes (ranges of ISL × OSL). One GPU of type `g` serves `T[g][c]` requests/s of class `c` when
//! it serves nothing else, so a request/s of that class takes `1/T` of it. Each class is cut into `slices` equal parts,
//! and every part goes to one type:
//!
//! ```text
//! minimise Σ count_g · price_g     count_g = ⌈ Σ parts of g: rate of the part ÷ T[g][class] ⌉
//! ```
//!
//! Small requests are cheap on small GPUs and large ones on large GPUs, so a mix beats the best single type. Exact by
//! branch and bound: classes are placed one by one, and a branch is left when even fractional GPUs for the rest
//! cannot undercut the best mix found.
//!
//! ```
//! use llm_breakeven::engine::mix::{GpuType, cheapest};
//! // Half of 4 requests/s are small: 2/s on a small GPU, 4/s on a large one at three times the price
//! let small = GpuType { price: 1.0, rates: vec![2.0, 0.5] };
//! let large = GpuType { price: 3.0, rates: vec![4.0, 4.0] };
//! let mix = cheapest(&[small, large], &[2.0, 2.0], 1).unwrap();
//! assert_eq!((mix.counts, mix.price), (vec![0, 1], 3.0));
//! ```

use super::invalid::{Invalid, Reason, count, within};

/// A GPU type: its price and what one of it serves.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuType {
    /// Price per hour.
    pub price: f64,
    /// Requests/s by class when it serves only that class; zero where it cannot serve it.
    pub rates: Vec<f64>,
}

/// A mix of GPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// GPUs by type.
    pub counts: Vec<u32>,
    /// Price per hour of all.
    pub price: f64,
    /// Whether the search was exhausted, so that no cheaper mix exists.
    pub exact: bool,
}

/// Branches after which the search stops with the best mix so far: some milliseconds.
const MOST_BRANCHES: u32 = 200_000;

/// The cheapest mix that serves `demand[c]` requests/s of each class `c`, cut into `slices` parts per class.
///
/// # Errors
/// Figures out of range, or a class that no type can serve.
pub fn cheapest(types: &[GpuType], demand: &[f64], slices: u32) -> Result<Mix, Invalid> {
    count("slices", slices, 1, 64)?;
    count("gpu_types", u32::try_from(types.len()).unwrap_or(u32::MAX), 1, 64)?;
    for kind in types {
        within("price", kind.price, 0.0, 1e6)?;
        if kind.rates.len() != demand.len() {
            return Err(Invalid::new("rates", Reason::Contradicts { other: "demand" }));
        }
        for rate in &kind.rates {
            within("rates", *rate, 0.0, 1e9)?;
        }
    }
    let mut parts = Vec::new();
    for (class, rate) in demand.iter().enumerate() {
        let rate = within("demand", *rate, 0.0, 1e9)? / f64::from(slices);
        let loads: Vec<f64> = types.iter().map(|kind| rate / kind.rates[class]).collect();
        if rate > 0.0 {
            if loads.iter().all(|load| !load.is_finite()) {
                return Err(Invalid::new("rates", Reason::Unsupported));
            }
            parts.push(loads);
        }
    }
    Ok(Search::new(types, parts, slices).run())
}

struct Search {
    prices: Vec<f64>,
    /// Load of one part of each class on each type.
    parts: Vec<Vec<f64>>,
    slices: u32,
    /// Cost of serving classes from this one on with fractional GPUs.
    rest: Vec<f64>,
    best: Mix,
    branches: u32,
}

impl Search {
    fn new(types: &[GpuType], mut parts: Vec<Vec<f64>>, slices: u32) -> Self {
        let prices: Vec<f64> = types.iter().map(|kind| kind.price).collect();
        let fraction = |loads: &Vec<f64>| {
            let costs = loads.iter().zip(&prices).map(|(load, price)| load * price);
            costs.filter(|cost| cost.is_finite()).fold(f64::INFINITY, f64::min) * f64::from(slices)
        };
        // The costliest classes first: they decide most.
        parts.sort_by(|a, b| fraction(b).total_cmp(&fraction(a)));
        let mut rest = vec![0.0; parts.len() + 1];
        for at in (0..parts.len()).rev() {
            rest[at] = rest[at + 1] + fraction(&parts[at]);
        }
        let nothing = Mix { counts: vec![0; types.len()], price: f64::INFINITY, exact: true };
        Self { prices, parts, slices, rest, best: nothing, branches: 0 }
    }

    fn run(mut self) -> Mix {
        let mut loads = vec![0.0; self.prices.len()];
        self.place(0, 0, self.slices, &mut loads);
        self.best.exact = self.branches < MOST_BRANCHES;
        self.best
    }

    /// Places the `left` remaining parts of class `class` on the types from `kind` on, then the later classes.
    fn place(&mut self, class: usize, kind: usize, left: u32, loads: &mut [f64]) {
        self.branches = self.branches.saturating_add(1);
        if self.branches >= MOST_BRANCHES && self.best.price.is_finite() {
            return;
        }
        if class == self.parts.len() {
            return self.settle(loads);
        }
        let placed: f64 = loads.iter().zip(&self.prices).map(|(load, price)| load * price).sum();
        let fixed: f64 = loads.iter().zip(&self.prices).map(|(load, price)| whole(*load) * price).sum();
        // What is placed needs whole GPUs; what is not may yet fill their gaps.
        let least = fixed.max(placed + self.rest[class + 1]);
        if least >= self.best.price - 1e-9 {
            return;
        }
        if left == 0 {
            return self.place(class + 1, 0, self.slices, loads);
        }
        if kind == self.prices.len() {
            return;
        }
        let load = self.parts[class][kind];
        let most = if load.is_finite() { left } else { 0 };
        let before = loads[kind];
        // All on one type first: usually near the best.
        for here in (0..=most).rev() {
            loads[kind] = before + load_of(load, here);
            self.place(class, kind + 1, left - here, loads);
        }
        loads[kind] = before;
    }

    fn settle(&mut self, loads: &[f64]) {
        let price: f64 = loads.iter().zip(&self.prices).map(|(load, price)| whole(*load) * price).sum();
        if price < self.best.price - 1e-9 {
            let counts = loads.iter().map(|load| whole(*load) as u32).collect();
            self.best = Mix { counts, price, exact: true };
        }
    }
}

fn load_of(load: f64, parts: u32) -> f64 {
    if parts == 0 { 0.0 } else { load * f64::from(parts) }
}

/// Whole GPUs for a load; what rounding adds is not worth one more.
fn whole(load: f64) -> f64 {
    (load - 1e-9).max(0.0).ceil()
}
