//! Error measures of a set of stated ÷ measured ratios.

/// Ratios of stated to measured.
#[derive(Clone, Debug, Default)]
pub struct Ratios(pub Vec<f64>);

impl Ratios {
    /// Median absolute relative error.
    pub fn median_error(&self) -> f64 {
        let mut errors: Vec<f64> = self.0.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        errors.sort_by(f64::total_cmp);
        errors.get(errors.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Geometric mean.
    pub fn geometric_mean(&self) -> f64 {
        (self.0.iter().map(|ratio| ratio.max(1e-9).ln()).sum::<f64>() / self.0.len() as f64).exp()
    }

    /// Share within 25 %.
    pub fn within_quarter(&self) -> f64 {
        self.share(|ratio| (ratio - 1.0).abs() <= 0.25)
    }

    /// Share within a factor of two.
    pub fn within_twofold(&self) -> f64 {
        self.share(|ratio| (0.5..=2.0).contains(&ratio))
    }

    /// The ratio below which the share `p` lies.
    pub fn percentile(&self, p: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = ((sorted.len().max(1) - 1) as f64 * p).round() as usize;
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }

    fn share(&self, keep: impl Fn(f64) -> bool) -> f64 {
        self.0.iter().filter(|ratio| keep(**ratio)).count() as f64 / self.0.len() as f64
    }

    /// A row of a table: number, median error, geometric mean, within 25 %, within 2x, P10 and P90 of the ratio.
    pub fn row(&self, name: &str) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        format!(
            "| {name} | {} | {:.1} % | {:.2} | {:.0} % | {:.1} % | {:.2}–{:.2} |\n",
            self.0.len(),
            100.0 * self.median_error(),
            self.geometric_mean(),
            100.0 * self.within_quarter(),
            100.0 * self.within_twofold(),
            self.percentile(0.1),
            self.percentile(0.9),
        )
    }
}
