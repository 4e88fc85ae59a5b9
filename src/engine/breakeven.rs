//! Where the curves cross: every volume at which self-hosting is cheaper, exactly.
//!
//! The API costs `A(V) = a·V`. Self-hosting costs `G(V) = F + c·⌈V/s⌉`: fixed cost `F` (engineering,
//! infrastructure) and a purchase of `c` for each started `s` tokens of planned capacity. On the n-th step,
//! `(n−1)·s < V ≤ n·s`, the two meet at `x(n) = (F + n·c)/a`, so self-hosting is cheaper on
//! `(max((n−1)·s, x(n)), n·s]`. With the gain of a full step `m = a·s − c`:
//!
//! * nothing is ever won when `m ≤ 0`: at full load a purchase already costs more than the API;
//! * the first step with a win is `⌊F/m⌋ + 1`;
//! * from step `⌈(F + a·s)/m⌉` on, whole steps are won: there, or at the crossing on the step before, lies the
//!   **durable** breakeven, above which self-hosting stays cheaper.
//!
//! No scan: all of it is closed form, whatever the number of steps.
//!
//! ```
//! use llm_breakeven::engine::breakeven::{Breakeven, StepCost};
//! use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
//! // the article: one A100 at $1.29/h for 720 h, unlimited capacity, against $1.14/MTok
//! let steps = StepCost::new(Usd::ZERO, Usd::new(928.80), Tokens::new(1e15));
//! let first = Breakeven::new(UsdPerMTok::new(1.14), steps).first().unwrap();
//! assert_eq!(first.value().round(), 814_736_842.0);
//! ```

use crate::units::{Hours, Tokens, Usd, UsdPerHour, UsdPerMTok};

/// A cost that is fixed plus a purchase for each started step of volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepCost {
    fixed: Usd,
    purchase: Usd,
    step: Tokens,
}

/// Volumes above `from` up to and including `to`; no `to` means for good.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Not included.
    pub from: Tokens,
    /// Included.
    pub to: Option<Tokens>,
}

/// The comparison of a linear and a step cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breakeven {
    api: UsdPerMTok,
    steps: StepCost,
}

impl StepCost {
    /// `fixed` and `purchase` at least zero, `step` above zero.
    #[must_use]
    pub fn new(fixed: Usd, purchase: Usd, step: Tokens) -> Self {
        Self { fixed, purchase, step }
    }

    /// How many purchases serve `volume`: whole ones, and none for no volume.
    #[must_use]
    pub fn purchases(&self, volume: Tokens) -> f64 {
        let steps = volume / self.step;
        // a volume that is a multiple of the step but for rounding does not start another one
        (steps - steps * 1e-12).ceil().max(0.0)
    }

    /// The cost of a month of `volume`.
    #[must_use]
    pub fn at(&self, volume: Tokens) -> Usd {
        self.fixed + self.purchase * self.purchases(volume)
    }

    /// Tokens a month that one purchase serves at the target load.
    #[must_use]
    pub fn step(&self) -> Tokens {
        self.step
    }

    /// What one purchase costs a month.
    #[must_use]
    pub fn purchase(&self) -> Usd {
        self.purchase
    }

    /// Cost per MTok of a purchase at its full planned load, without the fixed cost.
    #[must_use]
    pub fn at_full_load(&self) -> UsdPerMTok {
        self.purchase.per_mtok(self.step)
    }
}

impl Breakeven {
    /// Compares the API's blended price with a self-hosted step cost.
    #[must_use]
    pub fn new(api: UsdPerMTok, steps: StepCost) -> Self {
        Self { api, steps }
    }

    /// What a fully loaded purchase gains over the API; nothing is ever won unless this is positive.
    fn gain(&self) -> Usd {
        self.steps.step * self.api - self.steps.purchase
    }

    /// The volume at which the API bill equals the cost of `n` purchases.
    fn crossing(&self, n: f64) -> Tokens {
        (self.steps.fixed + self.steps.purchase * n).tokens_at(self.api)
    }

    /// The first step with a win and the first step that is won whole.
    fn winning_steps(&self) -> Option<(f64, f64)> {
        let gain = self.gain();
        if gain.value() <= 0.0 {
            return None;
        }
        let first = (self.steps.fixed / gain).floor() + 1.0;
        let whole = ((self.steps.fixed + self.steps.step * self.api) / gain).ceil();
        Some((first, whole.max(first)))
    }

    /// Cost per MTok of self-hosting at full planned load, without the fixed cost.
    #[must_use]
    pub fn at_full_load(&self) -> UsdPerMTok {
        self.steps.at_full_load()
    }

    /// Whether self-hosting never gets cheaper, however large the volume.
    #[must_use]
    pub fn never(&self) -> bool {
        self.winning_steps().is_none()
    }

    /// The smallest volume above which self-hosting is cheaper at least for a while.
    #[must_use]
    pub fn first(&self) -> Option<Tokens> {
        self.winning().next().map(|interval| interval.from)
    }

    /// The volume above which self-hosting is cheaper for good.
    #[must_use]
    pub fn durable(&self) -> Option<Tokens> {
        let (first, whole) = self.winning_steps()?;
        let before = whole - 1.0;
        let edge = self.steps.step * before;
        // the step before is won from its crossing on, and then the win goes on across the edge
        let crossing =
            if before >= first { self.crossing(before).min(edge) } else { self.crossing(whole).max(edge) };
        Some(crossing)
    }

    /// All intervals in which self-hosting is cheaper, smallest volumes first; the last one is for good.
    ///
    /// There can be millions of them when a full purchase gains next to nothing: take what is needed.
    pub fn winning(&self) -> impl Iterator<Item = Interval> + use<> {
        let this = *self;
        let isolated = this.winning_steps().into_iter().flat_map(move |(first, whole)| {
            std::iter::successors(Some(first), |n| Some(n + 1.0))
                .take_while(move |n| *n < whole - 1.0)
                .map(move |n| Interval { from: this.crossing(n), to: Some(this.steps.step * n) })
        });
        isolated.chain(this.durable().map(|from| Interval { from, to: None }))
    }

    /// How many separate intervals [`Self::winning`] yields.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.winning_steps().map_or(0.0, |(first, whole)| (whole - 1.0 - first).max(0.0) + 1.0)
    }
}

/// The one-line formula found in articles: an hourly price over a blended price, as tokens an hour.
///
/// It is [`Breakeven::first`] for a single GPU of unlimited capacity without any other cost, and right only as
/// long as that GPU can in fact serve the volume. `utilisation` (0 to 1) divides the price, as some articles do:
/// that is the breakeven in *servable* tokens; in served tokens the bill, and so the breakeven, does not change.
///
/// ```
/// use llm_breakeven::engine::breakeven::one_line;
/// use llm_breakeven::units::{Hours, UsdPerHour, UsdPerMTok};
/// let month = one_line(UsdPerHour::new(1.29), UsdPerMTok::new(1.14), 1.0, Hours::new(730.0));
/// assert_eq!(month.value().round(), 826_052_632.0);
/// ```
#[must_use]
pub fn one_line(price: UsdPerHour, blended: UsdPerMTok, utilisation: f64, period: Hours) -> Tokens {
    (price * period / utilisation).tokens_at(blended)
}
