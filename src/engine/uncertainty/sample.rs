//! Quasi-random points and the distribution they are turned into.
//!
//! Points are a Sobol sequence: point `i` of dimension `j` is the exclusive or of the direction numbers at the set bits
//! of `i`, so any stretch of it can be drawn alone. A seed shifts each dimension by an exclusive or, which keeps the
//! sequence's evenness. Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better
//! two-dimensional projections" (2008).
//!
//! ```
//! use llm_breakeven::engine::uncertainty::sample::{Sobol, Triangle};
//! // every sixteenth of the unit interval gets one of the first sixteen points, whatever the seed
//! let sobol = Sobol::new(3, 1);
//! let mut cells: Vec<u32> = (0..16).map(|i| (sobol.at(i, 2) * 16.0) as u32).collect();
//! cells.sort_unstable();
//! assert_eq!(cells, (0..16).collect::<Vec<_>>());
//! // a symmetric triangle keeps eight of ten within its low and high
//! let triangle = Triangle::new(-1.0, 1.0);
//! assert!((triangle.at(0.1) + 1.0).abs() < 1e-9 && triangle.at(0.5) == 0.0 && (triangle.at(0.9) - 1.0).abs() < 1e-9);
//! ```

/// Most dimensions that the table serves.
pub const MOST_DIMENSIONS: usize = 16;

/// Degree, coefficients and first direction numbers of each dimension after the first.
const POLYNOMIALS: [(u32, u32, [u32; 6]); MOST_DIMENSIONS - 1] = [
    (1, 0, [1, 0, 0, 0, 0, 0]),
    (2, 1, [1, 3, 0, 0, 0, 0]),
    (3, 1, [1, 3, 1, 0, 0, 0]),
    (3, 2, [1, 1, 1, 0, 0, 0]),
    (4, 1, [1, 1, 3, 3, 0, 0]),
    (4, 4, [1, 3, 5, 13, 0, 0]),
    (5, 2, [1, 1, 5, 5, 17, 0]),
    (5, 4, [1, 1, 5, 5, 5, 0]),
    (5, 7, [1, 1, 7, 11, 19, 0]),
    (5, 11, [1, 1, 5, 1, 1, 0]),
    (5, 13, [1, 1, 1, 3, 11, 0]),
    (5, 14, [1, 3, 5, 5, 31, 0]),
    (6, 1, [1, 3, 3, 9, 7, 49]),
    (6, 13, [1, 1, 1, 15, 21, 21]),
    (6, 16, [1, 3, 1, 13, 27, 49]),
];

/// A seeded Sobol sequence.
#[derive(Clone, Debug)]
pub struct Sobol {
    directions: Vec<[u32; 32]>,
    shifts: Vec<u32>,
}

impl Sobol {
    /// A sequence of up to [`MOST_DIMENSIONS`] dimensions; more are not drawn.
    #[must_use]
    pub fn new(dimensions: usize, seed: u64) -> Self {
        let mut state = seed;
        let dimensions = dimensions.min(MOST_DIMENSIONS);
        Self {
            directions: (0..dimensions).map(directions).collect(),
            shifts: (0..dimensions).map(|_| (splitmix(&mut state) >> 32) as u32).collect(),
        }
    }

    /// Point `index` of a dimension, above 0 and below 1; one half for a dimension that it does not have.
    #[must_use]
    pub fn at(&self, index: u32, dimension: usize) -> f64 {
        let (Some(directions), Some(shift)) = (self.directions.get(dimension), self.shifts.get(dimension))
        else {
            return 0.5;
        };
        let mut bits = *shift;
        let mut left = index;
        while left != 0 {
            bits ^= directions[left.trailing_zeros() as usize];
            left &= left - 1;
        }
        // the middle of the cell: never 0 or 1
        (f64::from(bits) + 0.5) / 4_294_967_296.0
    }
}

/// The direction numbers of a dimension; the first is the van der Corput sequence.
fn directions(dimension: usize) -> [u32; 32] {
    let mut v = [0u32; 32];
    let Some((degree, coefficients, first)) = dimension.checked_sub(1).and_then(|row| POLYNOMIALS.get(row))
    else {
        for (bit, v) in v.iter_mut().enumerate() {
            *v = 1 << (31 - bit);
        }
        return v;
    };
    let degree = *degree as usize;
    for bit in 0..32 {
        v[bit] = if bit < degree {
            first[bit] << (31 - bit)
        } else {
            let mut next = v[bit - degree] ^ (v[bit - degree] >> degree);
            for k in 1..degree {
                if (coefficients >> (degree - 1 - k)) & 1 == 1 {
                    next ^= v[bit - k];
                }
            }
            next
        };
    }
    v
}

/// SplitMix64 by S. Vigna (public domain): one well-mixed number from each state.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A triangular distribution around 0 of which `low` and `high` are the 10th and 90th percentile.
///
/// With wings `a` and `b` (the distances of its ends from 0), the distance of the 10th percentile from the lower end is
/// `√(0.1·(a+b)·a)`, so `a − √(0.1·(a+b)·a) = −low`, and likewise for `b`. A side that is 0 has no wing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangle {
    lower: f64,
    upper: f64,
}

impl Triangle {
    /// `low` at most 0, `high` at least 0.
    #[must_use]
    pub fn new(low: f64, high: f64) -> Self {
        let (low, high) = ((-low).max(0.0), high.max(0.0));
        let (mut lower, mut upper) = (low, high);
        // each round takes at least half of the error away
        for _ in 0..80 {
            let tail = 0.1 * (lower + upper);
            lower = if low > 0.0 { low + (tail * lower).sqrt() } else { 0.0 };
            upper = if high > 0.0 { high + (tail * upper).sqrt() } else { 0.0 };
        }
        Self { lower, upper }
    }

    /// The value below which the share `u` (0 to 1) lies.
    #[must_use]
    pub fn at(&self, u: f64) -> f64 {
        let width = self.lower + self.upper;
        if width == 0.0 {
            return 0.0;
        }
        if u * width < self.lower {
            (u * width * self.lower).sqrt() - self.lower
        } else {
            self.upper - ((1.0 - u) * width * self.upper).sqrt()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of the first 10,000 points in a 10 × 10 grid over two dimensions.
    fn chi_square(sobol: &Sobol, a: usize, b: usize) -> f64 {
        let mut counts = [0.0f64; 100];
        for index in 0..10_000 {
            let (x, y) = (sobol.at(index, a) * 10.0, sobol.at(index, b) * 10.0);
            counts[x as usize * 10 + y as usize] += 1.0;
        }
        counts.iter().map(|count| (count - 100.0) * (count - 100.0) / 100.0).sum()
    }

    #[test]
    fn pairs_of_dimensions_are_filled_more_evenly_than_by_chance() {
        for seed in [0, 1, 77] {
            let sobol = Sobol::new(MOST_DIMENSIONS, seed);
            let pairs = (0..MOST_DIMENSIONS).flat_map(|a| (0..a).map(move |b| (a, b)));
            let all: Vec<f64> = pairs.map(|(a, b)| chi_square(&sobol, a, b)).collect();
            let (worst, mean) =
                (all.iter().copied().fold(0.0, f64::max), all.iter().sum::<f64>() / all.len() as f64);
            println!("{worst} {mean}");
            // random points: 99 on average, and above 149 once in a thousand
            assert!(worst < 149.0 && mean < 50.0, "seed {seed}: worst {worst}, mean {mean}");
        }
    }

    #[test]
    fn every_dimension_takes_each_cell_once() {
        let sobol = Sobol::new(MOST_DIMENSIONS, 5);
        for dimension in 0..MOST_DIMENSIONS {
            let mut seen = [false; 4096];
            for index in 0..4096 {
                let cell = (sobol.at(index, dimension) * 4096.0) as usize;
                assert!(!std::mem::replace(&mut seen[cell], true), "dimension {dimension}");
            }
        }
    }

    #[test]
    fn low_and_high_are_percentiles() {
        for (low, high) in [(-1.0, 1.0), (-0.3425, 0.223), (-2.0, 0.1), (-0.01, 3.0)] {
            let triangle = Triangle::new(low, high);
            // the steeper side's tenth can reach past the middle when the other is tiny; these do not
            assert!((triangle.at(0.1) - low).abs() < 1e-9, "{low} {high} {}", triangle.at(0.1));
            assert!((triangle.at(0.9) - high).abs() < 1e-9, "{low} {high} {}", triangle.at(0.9));
        }
        let sided = Triangle::new(0.0, 2.0);
        assert!(sided.at(1e-9) >= 0.0 && (sided.at(0.9) - 2.0).abs() < 1e-9);
        assert_eq!(Triangle::new(0.0, 0.0).at(0.3), 0.0);
        // the distribution rises
        let triangle = Triangle::new(-0.5, 0.2);
        let values: Vec<f64> = (0..=1000).map(|u| triangle.at(f64::from(u) / 1000.0)).collect();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
