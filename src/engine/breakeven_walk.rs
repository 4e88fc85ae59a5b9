//! The walk over the steps of a shaped cost: where self-hosting wins, exactly, by periods.
//!
//! Between two steps both bills are straight lines in the volume, so they cross at most once; what counts is the gain at
//! each step's two ends. They are found once, from the first step to the end of one settled period, by counting up the
//! levels of each weight. The `j`-th period after that lies `j` gains higher, so precision does not fade with the volume.

use super::breakeven::Interval;
use super::breakeven_shape::Shape;
use crate::units::Tokens;

/// A comparison of a shaped cost with the API.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contest<'a> {
    /// Fixed dollars a month.
    pub fixed: f64,
    /// Dollars of one purchase for a month.
    pub purchase: f64,
    /// The API's dollars for each unit of `t`.
    pub api: f64,
    /// The steps.
    pub shape: &'a Shape,
    /// Tokens a month for each unit of `t`.
    pub unit: Tokens,
}

/// A step: its ends in units of `t`, and by how much self-hosting is cheaper there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    pub from: f64,
    pub to: f64,
    /// Gain just above `from`.
    pub low: f64,
    /// Gain at `to`.
    pub high: f64,
}

/// All steps of a contest: those up to the first period after which they repeat, and that period.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Steps {
    pub steps: Vec<Step>,
    /// The first step of the period.
    pub settled: usize,
    /// After how much `t` they repeat.
    pub period: f64,
    /// What a period adds to the gain.
    pub gain: f64,
    /// Tokens a month for each unit of `t`.
    pub unit: Tokens,
}

/// Where a contest with the API turns: every volume at which it is won, exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossings {
    all: Steps,
    /// The period in which the first win lies.
    start: f64,
    /// Where the first win begins.
    first: Option<f64>,
    /// Above which it is won for good.
    durable: Option<f64>,
}

/// Windows that [`Crossings::count`] counts, at most.
const MOST_COUNTED: usize = 10_000;

/// What two bills differ by, nothing within rounding.
pub(super) fn difference(api: f64, own: f64) -> f64 {
    let difference = api - own;
    if difference.abs() <= 1e-12 * (api + own) { 0.0 } else { difference }
}

/// A weight on its way up.
struct Climb {
    weight: f64,
    share: f64,
    /// Purchases done with.
    done: f64,
    /// Where it next steps or bends.
    next: f64,
}

impl Step {
    fn raised(self, by: f64) -> Self {
        Self { low: self.low + by, high: self.high + by, ..self }
    }

    /// Where the gain is zero, between ends of different sign.
    fn crossing(&self) -> f64 {
        self.from + (self.to - self.from) * (-self.low / (self.high - self.low))
    }

    /// Where the step's win begins, if it has one.
    fn win(&self) -> Option<f64> {
        (self.low > 0.0 || self.high > 0.0).then(|| if self.low >= 0.0 { self.from } else { self.crossing() })
    }

    /// Where the step's last loss or tie ends, if it has one.
    fn loss(&self) -> Option<f64> {
        match (self.low, self.high) {
            (_, high) if high <= 0.0 => Some(self.to),
            (low, _) if low < 0.0 => Some(self.crossing()),
            _ => None,
        }
    }
}

impl Contest<'_> {
    /// What a period adds to the gain.
    fn gain(&self, period: f64) -> f64 {
        let (api, slope) = (self.api, self.purchase * self.shape.slope());
        let gain = api - slope;
        // equal prices but for rounding gain nothing
        if gain.abs() <= 1e-12 * (api + slope) { 0.0 } else { gain * period }
    }

    /// Purchases that are reserved.
    fn base(&self, climbs: &[Climb]) -> f64 {
        let whole = climbs.last().map_or(0.0, |top| top.done) + 1.0;
        self.shape.reserved * (self.shape.extra + whole)
    }

    /// The self-hosted bill.
    fn own(&self, climbs: &[Climb], base: f64, t: f64) -> f64 {
        let shape = self.shape;
        let mut flexible = shape.share[0] * (shape.idle - base).max(0.0);
        for climb in climbs {
            let last = shape.last(climb.weight * t + shape.offset - climb.done);
            flexible += climb.share * (shape.extra + climb.done + last - base).max(0.0);
        }
        let charged = base * shape.reserved_rate + flexible * shape.flexible_rate;
        self.fixed + self.purchase * charged
    }

    /// The API's bill less the self-hosted one.
    fn advantage(&self, t: f64, own: f64) -> f64 {
        difference(self.api * t, own)
    }

    /// Where a weight's bill next steps or bends after `from`.
    fn next(&self, climb: &Climb, base: f64, from: f64, slack: f64) -> f64 {
        let at = |level: f64| (climb.done + level - self.shape.offset) / climb.weight;
        let bends = self.shape.bends(climb.done, base).map(at).filter(|bend| *bend > from + slack);
        bends.fold(at(1.0), f64::min)
    }

    /// All steps up to the end of the settled period.
    fn steps(&self, period: f64) -> (Vec<Step>, usize) {
        let start = self.shape.settled() * period;
        let slack = 1e-9 * period;
        let climb = |weight| {
            let share = self.shape.share[weight];
            Climb { weight: weight as f64, share, done: 0.0, next: f64::NEG_INFINITY }
        };
        let mut climbs: Vec<Climb> = self.shape.weights().map(climb).collect();
        let (mut steps, mut settled, mut from) = (Vec::new(), 0, 0.0);
        let mut known = f64::NAN;
        for end in [start, start + period] {
            settled = steps.len();
            while from < end {
                let base = self.base(&climbs);
                let mut to = end;
                for climb in &mut climbs {
                    // bends move with the reserved purchases
                    if climb.next <= from + slack || base != known {
                        climb.next = self.next(climb, base, from, slack);
                    }
                    to = to.min(climb.next);
                }
                known = base;
                // no sliver of a step before the end
                let to = if to > end - slack { end } else { to };
                let own = self.own(&climbs, base, to);
                // flat between its steps, unless part of an hour is billed
                let before = if self.shape.partial.is_some() { self.own(&climbs, base, from) } else { own };
                let (low, high) = (self.advantage(from, before), self.advantage(to, own));
                steps.push(Step { from, to, low, high });
                for climb in &mut climbs {
                    if (climb.done + 1.0 - self.shape.offset) / climb.weight <= to + slack {
                        climb.done += 1.0;
                    }
                }
                from = to;
            }
        }
        (steps, settled)
    }

    /// The whole comparison.
    pub fn crossings(&self) -> Crossings {
        let period = self.shape.period();
        let gain = self.gain(period);
        let (steps, settled) = self.steps(period);
        Crossings::of(Steps { steps, settled, period, gain, unit: self.unit })
    }
}

impl Crossings {
    /// Those of a contest's steps.
    pub(super) fn of(all: Steps) -> Self {
        let mut crossings = Self { all, start: 0.0, first: None, durable: None };
        crossings.turn();
        crossings
    }

    /// Whether nothing is ever won, however large the volume.
    #[must_use]
    pub fn never(&self) -> bool {
        self.first.is_none()
    }

    /// The smallest volume above which it is won at least for a while.
    #[must_use]
    pub fn first(&self) -> Option<Tokens> {
        self.first.map(|at| self.all.unit * at)
    }

    /// The volume above which it is won for good.
    #[must_use]
    pub fn durable(&self) -> Option<Tokens> {
        self.durable.map(|at| self.all.unit * at)
    }

    /// All intervals that are won, smallest volumes first; the last one is for good when there is a durable breakeven.
    pub fn winning(&self) -> impl Iterator<Item = Interval> + use<'_> {
        let unit = self.all.unit;
        self.wins().map(move |(from, to)| Interval { from: unit * from, to: to.map(|to| unit * to) })
    }

    /// How many separate intervals [`Self::winning`] yields; at most ten thousand are counted.
    #[must_use]
    pub fn count(&self) -> f64 {
        self.wins().take(MOST_COUNTED).count() as f64
    }

    /// Finds the first win and the last loss.
    fn turn(&mut self) {
        let Steps { steps, settled, period, gain, .. } = &self.all;
        let (repeated, period, gain) = (&steps[*settled..], *period, *gain);
        let lowest = |low: f64, step: &Step| low.min(step.low).min(step.high);
        let highest = |high: f64, step: &Step| high.max(step.low).max(step.high);
        let worst = repeated.iter().fold(f64::INFINITY, lowest);
        let best = repeated.iter().fold(f64::NEG_INFINITY, highest);
        self.first = steps.iter().find_map(Step::win);
        if gain <= 0.0 {
            return;
        }
        if self.first.is_none() {
            // no win in the settled period: the first is where the gains make up for the best of it
            let least = (-best / gain).floor().max(0.0) + 1.0;
            let win = |periods: f64| {
                let at = repeated.iter().find_map(|step| step.raised(periods * gain).win());
                at.map(|at| (periods, at + periods * period))
            };
            if let Some((periods, first)) = [0.0, 1.0, 2.0].into_iter().find_map(|more| win(least + more)) {
                (self.start, self.first) = (periods, Some(first));
            }
        }
        let early = || steps.iter().rev().find_map(Step::loss);
        // worst + periods · gain ≤ 0 in the last period with a loss or a tie
        let last = (-worst / gain).floor();
        let loss = |periods: f64| {
            if periods < 1.0 {
                return early();
            }
            let at = repeated.iter().rev().find_map(|step| step.raised(periods * gain).loss());
            at.map(|at| at + periods * period)
        };
        let durable = [0.0, 1.0, 2.0].into_iter().find_map(|fewer| loss(last - fewer));
        self.durable = self.first.map(|first| durable.unwrap_or(0.0).max(first));
    }

    /// Periods after which there is no win any more; infinite when there is one for good.
    fn last_win(&self) -> f64 {
        if self.durable.is_some() {
            return f64::INFINITY;
        }
        let Steps { steps, settled, gain, .. } = &self.all;
        let best = steps[*settled..].iter().fold(0.0, |best: f64, step| best.max(step.low).max(step.high));
        if best > 0.0 && *gain < 0.0 { (best / -gain).ceil() } else { 0.0 }
    }

    /// All wins in units of `t`; the last one is for good when the contest has a durable win.
    fn wins(&self) -> impl Iterator<Item = (f64, Option<f64>)> + use<'_> {
        let (all, last) = (&self.all, self.last_win());
        let durable = self.durable.unwrap_or(f64::INFINITY) * (1.0 - 1e-12);
        let mut periods = self.start;
        let mut index = if periods > 0.0 { all.settled } else { 0 };
        let mut open: Option<f64> = None;
        let mut over = self.first.is_none();
        std::iter::from_fn(move || {
            while !over {
                let base = periods * all.period;
                let step = all.steps[index].raised(periods * all.gain);
                if base + step.from >= durable || open.is_some_and(|from| from >= durable) {
                    over = true;
                    return self.durable.map(|durable| (durable, None));
                }
                if periods > last {
                    over = true;
                    return open.take().map(|from| (from, Some(base + step.from)));
                }
                let mut closed = None;
                if step.low < 0.0 || step.low == 0.0 && step.high <= 0.0 {
                    closed = open.take().map(|from| (from, base + step.from));
                }
                if step.high > 0.0 {
                    open = open.or_else(|| step.win().map(|at| base + at));
                } else if step.low > 0.0 {
                    closed = Some((open.take().unwrap_or(base + step.from), base + step.crossing()));
                }
                index += 1;
                if index == all.steps.len() {
                    (index, periods) = (all.settled, periods + 1.0);
                }
                // a tie at a step's edge is no window
                if let Some((from, to)) = closed.filter(|(from, to)| to > from) {
                    return Some((from, Some(to)));
                }
            }
            None
        })
    }
}
