//! The walk over the steps of a shaped cost: where self-hosting wins, exactly, by periods.
//!
//! Between two steps both bills are straight lines in the volume, so they cross at most once; the walk looks at each
//! step's two ends. All positions are relative to one settled period, so that precision does not fade with the volume;
//! the `j`-th period after it lies `j` gains higher.

use super::breakeven_shape::{Shape, Side};

/// What the walk needs of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Contest {
    /// Fixed dollars a month.
    pub fixed: f64,
    /// Dollars of one purchase for a month.
    pub purchase: f64,
    /// The API's dollars for each unit of `t`.
    pub api: f64,
    /// The steps.
    pub shape: Shape,
}

/// Where the contest turns, in units of `t`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turns {
    /// Walk from here to meet every win: the period of the first one.
    pub start: Position,
    /// Where the first win begins.
    pub first: f64,
    /// Above which it is won for good.
    pub durable: Option<f64>,
}

/// A position in the walk: `at` within the first periods, `periods` further on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Position {
    /// Whole periods after the settled one.
    pub periods: f64,
    /// Position before the end of the settled period.
    pub at: f64,
}

/// A step: its ends, and by how much self-hosting is cheaper there.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: f64,
    to: f64,
    /// Gain just above `from`.
    low: f64,
    /// Gain at `to`.
    high: f64,
}

impl Step {
    /// Where the gain is zero, between ends of different sign.
    fn crossing(&self) -> f64 {
        self.from + (self.to - self.from) * (-self.low / (self.high - self.low))
    }
}

impl Contest {
    /// Where the settled period starts and ends.
    fn settled(&self) -> (f64, f64) {
        let period = self.shape.period();
        let start = self.shape.settled() * period;
        (start, start + period)
    }

    /// What a period adds to the gain.
    fn gain(&self) -> f64 {
        let (api, slope) = (self.api, self.purchase * self.shape.slope());
        let gain = api - slope;
        // equal prices but for rounding gain nothing
        if gain.abs() <= 1e-12 * (api + slope) { 0.0 } else { gain * self.shape.period() }
    }

    /// The API's bill less the self-hosted one; nothing within rounding.
    fn advantage(&self, t: f64, side: Side) -> f64 {
        let (api, own) = (self.api * t, self.fixed + self.purchase * self.shape.counts(t, side).charged);
        let advantage = api - own;
        if advantage.abs() <= 1e-12 * (api + own) { 0.0 } else { advantage }
    }

    fn step(&self, from: f64, end: f64, shift: f64) -> Step {
        let next = self.shape.next(from);
        // no sliver of a step before the end
        let to = if next > end - 1e-9 * self.shape.period() { end } else { next };
        let at = |t, side| self.advantage(t, side) + shift;
        Step { from, to, low: at(from, Side::Above), high: at(to, Side::At) }
    }

    fn steps(&self, from: f64, to: f64, shift: f64) -> impl Iterator<Item = Step> + use<'_> {
        let mut at = from;
        std::iter::from_fn(move || {
            let step = (at < to).then(|| self.step(at, to, shift))?;
            at = step.to;
            Some(step)
        })
    }

    /// Where the first win between two positions begins.
    fn first_win(&self, from: f64, to: f64, shift: f64) -> Option<f64> {
        self.steps(from, to, shift)
            .find(|step| step.low > 0.0 || step.high > 0.0)
            .map(|step| if step.low >= 0.0 { step.from } else { step.crossing() })
    }

    /// Where the last loss between two positions ends.
    fn last_loss(&self, from: f64, to: f64, shift: f64) -> Option<f64> {
        let ends = self.steps(from, to, shift).filter_map(|step| match (step.low, step.high) {
            (_, high) if high <= 0.0 => Some(step.to),
            (low, _) if low < 0.0 => Some(step.crossing()),
            _ => None,
        });
        ends.last()
    }

    /// The worst and the best gain of the settled period.
    fn range(&self, from: f64, to: f64) -> (f64, f64) {
        self.steps(from, to, 0.0).fold((f64::INFINITY, f64::NEG_INFINITY), |(worst, best), step| {
            (worst.min(step.low).min(step.high), best.max(step.low).max(step.high))
        })
    }

    /// Where self-hosting first wins and where for good; `None` when it never does.
    pub fn turns(&self) -> Option<Turns> {
        let (settled, end) = self.settled();
        let (gain, period) = (self.gain(), self.shape.period());
        let (worst, best) = self.range(settled, end);
        let early = self.first_win(0.0, end, 0.0);
        if gain <= 0.0 {
            let start = Position { periods: 0.0, at: 0.0 };
            return early.map(|first| Turns { start, first, durable: None });
        }
        let (start, first) = match early {
            Some(first) => (Position { periods: 0.0, at: 0.0 }, first),
            None => {
                // no win in the settled period: the first is in the period whose gain makes up for the best of it
                let periods = (-best / gain).floor().max(0.0) + 1.0;
                let found = (0..3).find_map(|later| {
                    let periods = periods + f64::from(later);
                    self.first_win(settled, end, periods * gain).map(|at| (periods, at))
                });
                let (periods, at) = found.unwrap_or((periods, settled));
                (Position { periods, at: settled }, at + periods * period)
            }
        };
        // worst + j·gain < 0 in the last period with a loss
        let last = (-worst / gain).ceil() - 1.0;
        let durable = if last >= 1.0 {
            let at = (0..3).find_map(|earlier| {
                let periods = last - f64::from(earlier);
                let at = if periods >= 1.0 {
                    self.last_loss(settled, end, periods * gain)
                } else {
                    self.last_loss(0.0, end, 0.0)
                };
                at.map(|at| at + periods.max(0.0) * period)
            });
            at.unwrap_or(last * period + end)
        } else {
            self.last_loss(0.0, end, 0.0).unwrap_or(0.0)
        };
        Some(Turns { start, first, durable: Some(durable.max(first)) })
    }

    /// Where walks end that have no durable win to end at: wins get rarer by each period's loss.
    fn last_win(&self) -> f64 {
        let (settled, end) = self.settled();
        let (_, best) = self.range(settled, end);
        let gain = self.gain();
        if best > 0.0 && gain < 0.0 { (best / -gain).ceil() } else { 0.0 }
    }

    /// All wins from `start` on, as positions; the last one is for good when the contest has a durable win.
    pub fn wins(self, turns: Turns) -> impl Iterator<Item = (f64, Option<f64>)> {
        let (settled, end) = self.settled();
        let (gain, period) = (self.gain(), self.shape.period());
        let last = if turns.durable.is_some() { f64::INFINITY } else { self.last_win() };
        let durable = turns.durable.unwrap_or(f64::INFINITY);
        let mut at = turns.start;
        let mut open: Option<f64> = None;
        let mut over = false;
        std::iter::from_fn(move || {
            while !over {
                let base = at.periods * period;
                let reached = |open: f64| open >= durable * (1.0 - 1e-12);
                if base + at.at >= durable * (1.0 - 1e-12) || open.is_some_and(reached) {
                    over = true;
                    return Some((durable, None));
                }
                if at.periods > last {
                    over = true;
                    return open.take().map(|from| (from, Some(base + at.at)));
                }
                let step = self.step(at.at, end, at.periods * gain);
                let mut closed = None;
                if step.low < 0.0 {
                    closed = open.take().map(|from| (from, Some(base + step.from)));
                }
                match (step.low, step.high) {
                    (low, high) if high > 0.0 && open.is_none() => {
                        open = Some(base + if low >= 0.0 { step.from } else { step.crossing() });
                    }
                    (low, high) if low > 0.0 && high <= 0.0 => {
                        let from = open.take().unwrap_or(base + step.from);
                        closed = Some((from, Some(base + step.crossing())));
                    }
                    _ => {}
                }
                at.at = step.to;
                if at.at >= end {
                    at = Position { periods: at.periods + 1.0, at: settled };
                }
                // a tie at a step's edge is no window
                if let Some((from, Some(to))) = closed.filter(|(from, to)| to.is_some_and(|to| to > *from)) {
                    return Some((from, Some(to)));
                }
            }
            None
        })
    }
}
