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
//! No scan: all of it is closed form, whatever the number of steps. A fleet that follows an uneven demand has several
//! step sizes at once; then the walk of [`super::breakeven_shape`] answers, as exactly.
//!
//! ```
//! use llm_breakeven::engine::breakeven::{Breakeven, StepCost};
//! use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
//! // the article: one A100 at $1.29/h for 720 h, unlimited capacity, against $1.14/MTok
//! let steps = StepCost::new(Usd::ZERO, Usd::new(928.80), Tokens::new(1e15));
//! let first = Breakeven::new(UsdPerMTok::new(1.14), steps).first().unwrap();
//! assert_eq!(first.value().round(), 814_736_842.0);
//! ```

use super::breakeven_shape::{Counts, Shape, Side};
use super::breakeven_walk::{Contest, Crossings};
use crate::units::{Hours, Tokens, Usd, UsdPerHour, UsdPerMTok};
use std::sync::OnceLock;

/// A cost that is fixed plus a purchase for each started step of volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepCost {
    fixed: Usd,
    purchase: Usd,
    step: Tokens,
    /// `None` where all steps have one size.
    shape: Option<Shape>,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Breakeven {
    api: UsdPerMTok,
    steps: StepCost,
    /// Of shaped costs, which have no closed form; made when it is asked for.
    walk: OnceLock<Crossings>,
}

impl StepCost {
    /// `fixed` and `purchase` at least zero, `step` above zero.
    #[must_use]
    pub fn new(fixed: Usd, purchase: Usd, step: Tokens) -> Self {
        Self { fixed, purchase, step, shape: None }
    }

    /// A cost with several step sizes: `purchase` for a whole month of one purchase at the undiscounted price, `step`
    /// the tokens a month that one purchase serves of an hour of the largest weight.
    #[must_use]
    pub fn shaped(fixed: Usd, purchase: Usd, step: Tokens, shape: Shape) -> Self {
        Self { fixed, purchase, step, shape: Some(shape) }
    }

    /// These steps at `factor` times the price, with another fixed cost.
    #[must_use]
    pub fn with(self, fixed: Usd, factor: f64) -> Self {
        Self { fixed, purchase: self.purchase * factor, ..self }
    }

    /// This cost with purchases that serve `factor` times as much.
    #[must_use]
    pub fn faster(self, factor: f64) -> Self {
        Self { step: self.step * factor, ..self }
    }

    /// Tokens a month for each unit of a shape's positions.
    fn unit(&self, shape: &Shape) -> Tokens {
        self.step * shape.top() as f64
    }

    /// Purchases at the peak, paid and charged purchase-months; none for no volume.
    #[must_use]
    pub fn counts(&self, volume: Tokens) -> Counts {
        match &self.shape {
            _ if volume.value() <= 0.0 => Counts { peak: 0.0, paid: 0.0, charged: 0.0 },
            // any volume needs a purchase: below the slack of the comparisons it counts as just above it
            Some(shape) => shape.counts((volume / self.unit(shape)).max(1e-9), Side::At),
            None => {
                let steps = volume / self.step;
                // a volume that is a multiple of the step but for rounding does not start another one
                let whole = (steps - steps * 1e-12).ceil().max(0.0);
                Counts { peak: whole, paid: whole, charged: whole }
            }
        }
    }

    /// How many purchases serve `volume` at its peak: whole ones, and none for no volume.
    #[must_use]
    pub fn purchases(&self, volume: Tokens) -> f64 {
        self.counts(volume).peak
    }

    /// The cost of a month of `volume`.
    #[must_use]
    pub fn at(&self, volume: Tokens) -> Usd {
        self.fixed + self.purchase * self.counts(volume).charged
    }

    /// The volume above `volume` at which the cost next steps or bends.
    #[must_use]
    pub fn next(&self, volume: Tokens) -> Tokens {
        match &self.shape {
            Some(shape) => self.unit(shape) * shape.next(volume / self.unit(shape)),
            None => self.step * ((volume / self.step).floor() + 1.0),
        }
    }

    /// Whether the cost also rises between its steps, where a fleet scales to zero.
    #[must_use]
    pub fn bends(&self) -> bool {
        self.shape.is_some_and(|shape| shape.partial.is_some())
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

    /// What is paid whatever the volume.
    #[must_use]
    pub fn fixed(&self) -> Usd {
        self.fixed
    }

    /// Cost per MTok of purchases at their full planned load, without the fixed cost.
    #[must_use]
    pub fn at_full_load(&self) -> UsdPerMTok {
        match &self.shape {
            Some(shape) => (self.purchase * shape.slope()).per_mtok(self.unit(shape)),
            None => self.purchase.per_mtok(self.step),
        }
    }
}

impl Breakeven {
    /// Compares the API's blended price with a self-hosted step cost.
    #[must_use]
    pub fn new(api: UsdPerMTok, steps: StepCost) -> Self {
        Self { api, steps, walk: OnceLock::new() }
    }

    /// The walk that a shaped cost needs.
    fn walk(&self) -> Option<&Crossings> {
        let shape = self.steps.shape.as_ref()?;
        Some(self.walk.get_or_init(|| {
            let unit = self.steps.unit(shape);
            let (fixed, purchase) = (self.steps.fixed.value(), self.steps.purchase.value());
            Contest { fixed, purchase, api: (unit * self.api).value(), shape, unit }.crossings()
        }))
    }

    /// What a fully loaded purchase gains over the API; nothing is ever won unless this is positive.
    fn gain(&self) -> Usd {
        self.steps.step * self.api - self.steps.purchase
    }

    /// The volume at which the API bill equals the cost of `n` purchases.
    fn crossing(&self, n: f64) -> Tokens {
        (self.steps.fixed + self.steps.purchase * n).tokens_at(self.api)
    }

    /// Of one step size, the first step with a win and the first step that is won whole.
    fn winning_steps(&self) -> Option<(f64, f64)> {
        let gain = self.gain();
        if gain.value() <= 0.0 || self.steps.shape.is_some() {
            return None;
        }
        // input that is dearer than output makes the fixed cost of a frontier negative
        let first = ((self.steps.fixed / gain).floor() + 1.0).max(1.0);
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
        match self.walk() {
            Some(walk) => walk.never(),
            None => self.winning_steps().is_none(),
        }
    }

    /// The smallest volume above which self-hosting is cheaper at least for a while.
    #[must_use]
    pub fn first(&self) -> Option<Tokens> {
        self.winning().next().map(|interval| interval.from)
    }

    /// The volume above which self-hosting is cheaper for good.
    #[must_use]
    pub fn durable(&self) -> Option<Tokens> {
        if let Some(walk) = self.walk() {
            return walk.durable();
        }
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
    pub fn winning(&self) -> impl Iterator<Item = Interval> + use<'_> {
        let isolated = self.winning_steps().into_iter().flat_map(move |(first, whole)| {
            std::iter::successors(Some(first), |n| Some(n + 1.0))
                .take_while(move |n| *n < whole - 1.0)
                .map(move |n| Interval { from: self.crossing(n), to: Some(self.steps.step * n) })
        });
        let last = if self.steps.shape.is_some() { None } else { self.durable() };
        let shaped = self.walk().into_iter().flat_map(Crossings::winning);
        isolated.chain(last.map(|from| Interval { from, to: None })).chain(shaped)
    }

    /// How many separate intervals [`Self::winning`] yields; of several step sizes at most ten thousand are counted.
    #[must_use]
    pub fn count(&self) -> f64 {
        if let Some(walk) = self.walk() {
            return walk.count();
        }
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

/// A point of the breakeven in two dimensions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrontierPoint {
    /// Input tokens a month.
    pub input: Tokens,
    /// Output tokens above which self-hosting is cheaper at least for a while; `None` for never.
    pub first: Option<Tokens>,
    /// Output tokens above which it is cheaper for good.
    pub durable: Option<Tokens>,
}

/// The output volume at which self-hosting gets cheaper, for each of `inputs`: the breakeven as a curve.
///
/// With `i` input tokens the API costs `i·in + o·out = V·out + i·(in − out)`, `V = i + o`. So for a given `i` this is the
/// breakeven in `V` at the output price with `i·(out − in)` more of fixed cost, looked at above `V = i`. A purchase
/// serves the same total of tokens whatever their mix.
///
/// ```
/// use llm_breakeven::engine::breakeven::{StepCost, frontier};
/// use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
/// let steps = StepCost::new(Usd::ZERO, Usd::new(900.0), Tokens::new(1e15));
/// let price = UsdPerMTok::new;
/// // $900 is 500 MTok of input at $0.60 and 250 MTok of output at $2.40
/// let points = frontier((price(0.6), price(2.4)), steps, &[Tokens::ZERO, Tokens::new(500e6)]);
/// assert_eq!(points[0].first.unwrap().value().round(), 375e6);
/// assert_eq!(points[1].durable.unwrap().value().round(), 250e6);
/// ```
#[must_use]
pub fn frontier(
    (price_in, price_out): (UsdPerMTok, UsdPerMTok),
    steps: StepCost,
    inputs: &[Tokens],
) -> Vec<FrontierPoint> {
    let point = |input: Tokens| {
        let fixed = steps.fixed + input * price_out - input * price_in;
        let breakeven = Breakeven::new(price_out, StepCost { fixed, ..steps });
        let above = |volume: Tokens| (volume - input).max(Tokens::ZERO);
        let first = breakeven.winning().find(|interval| interval.to.is_none_or(|to| to > input));
        FrontierPoint {
            input,
            first: first.map(|interval| above(interval.from)),
            durable: breakeven.durable().map(above),
        }
    };
    inputs.iter().copied().map(point).collect()
}
