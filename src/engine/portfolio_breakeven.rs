//! Where the cheapest mix of GPUs and API beats the API alone: every such volume, exactly.
//!
//! Let `t` be the volume in units in which the hours of weight `w` need `w·t` purchases. Level `i` is needed in them from
//! `w·t > i − 1` on, and serves the part `p_w = min(1, w·t − i + 1)` of what a purchase can. With `n_w` the share of the
//! month's hours that have this weight, `e` what the API takes for the tokens of a purchase that is full all month, `B_w` the
//! share of the month for which a level is billed that is needed from weight `w` on, and prices as in [`super::portfolio`]:
//!
//! ```text
//! K_w       = c·min(1 − d_r, B_w, (1 − d_s)(1 + λL)·B_w)     w: the smallest weight that needs the level
//! saved(i)  = max(0, e·Σ_w n_w·p_w − K_w)                    nothing, where the API serves the level
//! gain(t)   = Σ_i saved(i) − F                               F: engineering and other fixed cost
//! ```
//!
//! 1. Between two volumes at which a purchase is begun (some `w·t` is whole) every `K` stays and every `p` rises, so the gain
//!    is convex and never falls: each such stretch has at most one win, and it lasts to the stretch's end.
//! 2. Where a purchase is begun for a further weight, the level's `K` steps up and the gain can fall. So a mix by the hour can
//!    win, lose and win again; one of reserved purchases alone, whose `K` is always the same, wins once and for good.
//! 3. A level never saves more than a full one of the same weights, `g_w = max(0, e·Σ_{v ≥ w} n_v − K_w)`. So when all `g_w` are
//!    nothing, no volume is ever won; otherwise every period adds `Σ g_w·(w − next smaller weight) ÷ d > 0`, and above some
//!    volume the mix wins for good. A mix that wins somewhere wins for good.
//! 4. Weights have the greatest common divisor `d`. From `t = 1/d` on neighbouring weights lie more than a level apart, so a
//!    level that is not full is that of one weight, and everything repeats with the period `1/d`.
//!
//! The levels are counted up through two periods, with a step for each begun purchase and for each level that turns from the
//! API to a purchase; [`Crossings`] knows the rest.
//!
//! ```
//! use llm_breakeven::catalogue::Catalogue;
//! use llm_breakeven::{engine, engine::portfolio::Mix, scenario::link};
//! let catalogue = Catalogue::builtin();
//! // a flat load on GPUs of $2/h that serve 1,000 tokens/s, planned full, against $1/MTok; nobody to pay
//! let scenario = link::decode("1;pi=1;po=1;tps=1000;pg=2;g=1;fte=0;ro=0;load=100", catalogue).scenario;
//! let report = engine::evaluate(&scenario, catalogue).unwrap();
//! let mix = Mix::new(&scenario, catalogue, &report, false).unwrap();
//! // 730 h for $1,460: from 1.46 GTok on the first purchase is cheaper than the API, and what overflows stays there
//! let crossings = mix.breakeven();
//! assert_eq!(crossings.first().unwrap().value().round(), 1.46e9);
//! assert_eq!(crossings.durable(), crossings.first());
//! ```

use super::breakeven_shape::gcd;
use super::breakeven_walk::{Crossings, Step, Steps, difference};
use super::demand::{LEVELS, WEEK};
use super::portfolio::Mix;
use crate::units::{Tokens, UsdPerMTok};

/// A weight on its way up.
struct Climb {
    weight: f64,
    /// Share of the month's hours that have it.
    hours: f64,
    /// Share of the hours that have a larger one.
    above: f64,
    /// What a level costs that is needed from this weight on.
    cost: f64,
    /// What it saves when it is full.
    full: f64,
    /// Levels done with.
    done: f64,
}

/// All weights, smallest first.
struct Ladder {
    climbs: Vec<Climb>,
    /// What the API takes for a purchase that is full all month.
    value: f64,
    /// What it takes for each unit of `t`.
    api: f64,
    fixed: f64,
}

/// A level that is not full: the place of its smallest weight, one more than that of its largest, how many levels lie below it,
/// and how many of these are full of the same weights.
struct Partial {
    from: usize,
    to: usize,
    level: f64,
    full: f64,
}

impl Mix {
    /// Every volume at which the mix is cheaper than the API alone.
    #[must_use]
    pub fn breakeven(&self) -> Crossings {
        let mut ladder = self.ladder();
        let period =
            1.0 / ladder.climbs.iter().fold(0, |d, climb| gcd(climb.weight as usize, d)).max(1) as f64;
        let mut below = 0.0;
        let each = ladder.climbs.iter().map(|climb| {
            let band = climb.weight - below;
            below = climb.weight;
            climb.full * band
        });
        let gain = each.sum::<f64>() * period;
        let mut steps = Vec::new();
        ladder.climb(period, &mut steps);
        let settled = steps.len();
        ladder.climb(2.0 * period, &mut steps);
        let unit = self.step * f64::from(self.profile.top());
        Crossings::of(Steps { steps, settled, period, gain, unit })
    }

    /// What a million tokens cost on the level that a purchase serves cheapest, were it full. Nothing is ever won unless this
    /// is below the API's price.
    #[must_use]
    pub fn at_full_load(&self) -> UsdPerMTok {
        let busy = self.busy();
        let of = |climb: &Climb| climb.cost / (busy * (climb.hours + climb.above)).value() * 1e6;
        UsdPerMTok::new(self.ladder().climbs.iter().map(of).fold(f64::INFINITY, f64::min))
    }

    /// Tokens of a purchase that is full all month.
    fn busy(&self) -> Tokens {
        self.step * (f64::from(self.profile.top()) / self.profile.mean())
    }

    fn ladder(&self) -> Ladder {
        let mut hours = [0.0; LEVELS];
        for weight in self.profile.weights() {
            hours[usize::from(*weight)] += 1.0 / WEEK as f64;
        }
        let value = (self.busy() * self.prices.api).value();
        let (mut above, mut billed) = (0.0, 0.0);
        let mut climbs: Vec<Climb> = Vec::new();
        for weight in (1..LEVELS).rev().filter(|weight| hours[*weight] > 0.0) {
            billed += self.billed[weight];
            let cost =
                self.prices.purchases(billed).map(|(_, cost)| cost.value()).fold(f64::INFINITY, f64::min);
            let full = saved(value * (hours[weight] + above), cost);
            climbs.push(Climb { weight: weight as f64, hours: hours[weight], above, cost, full, done: 0.0 });
            above += hours[weight];
        }
        climbs.reverse();
        Ladder { climbs, value, api: value * self.profile.mean(), fixed: self.fixed.value() }
    }
}

/// What a level saves that is worth `value` at the API.
fn saved(value: f64, cost: f64) -> f64 {
    if cost.is_finite() { difference(value, cost).max(0.0) } else { 0.0 }
}

impl Ladder {
    /// The levels that are not full, lowest first: weights that stand on the same one share it.
    fn partial(&self) -> impl Iterator<Item = Partial> + use<'_> {
        let (mut from, mut below) = (0, 0.0);
        std::iter::from_fn(move || {
            let level = self.climbs.get(from)?.done;
            let same = self.climbs[from..].iter().take_while(|climb| climb.done == level).count();
            let partial = Partial { from, to: from + same, level, full: level - below };
            (from, below) = (from + same, level + 1.0);
            Some(partial)
        })
    }

    /// What a level that is not full would cost at the API.
    fn worth(&self, partial: &Partial, t: f64) -> f64 {
        let climbs = &self.climbs[partial.from..partial.to];
        let above = climbs.last().map_or(0.0, |climb| climb.above);
        let part = |climb: &Climb| climb.hours * (climb.weight * t - partial.level).clamp(0.0, 1.0);
        self.value * (climbs.iter().map(part).sum::<f64>() + above)
    }

    /// By how much the mix is cheaper than the API.
    fn gain(&self, t: f64) -> f64 {
        let saves = |partial: Partial| {
            let climb = &self.climbs[partial.from];
            partial.full * climb.full + saved(self.worth(&partial, t), climb.cost)
        };
        let saved: f64 = self.partial().map(saves).sum();
        let api = self.api * t;
        difference(api, api - saved + self.fixed)
    }

    /// Where a level that is not full turns from the API to a purchase: where it is worth its cost.
    fn turn(&self, partial: &Partial) -> f64 {
        let climbs = &self.climbs[partial.from..partial.to];
        let slope = self.value * climbs.iter().map(|climb| climb.hours * climb.weight).sum::<f64>();
        let above = climbs.last().map_or(0.0, |climb| climb.above);
        let hours: f64 = climbs.iter().map(|climb| climb.hours).sum();
        (self.climbs[partial.from].cost - self.value * (above - hours * partial.level)) / slope
    }

    /// The steps from where the last one ends to `end`.
    fn climb(&mut self, end: f64, steps: &mut Vec<Step>) {
        let slack = 1e-9 * end;
        let mut from = steps.last().map_or(0.0, |step| step.to);
        while from < end {
            let begun = |climb: &Climb| (climb.done + 1.0) / climb.weight;
            let to = self.climbs.iter().map(begun).fold(end, f64::min);
            // no sliver of a step before the end
            let to = if to > end - slack { end } else { to };
            let mut turns: Vec<f64> = self.partial().map(|partial| self.turn(&partial)).collect();
            turns.retain(|turn| *turn > from + slack && *turn < to - slack);
            turns.sort_unstable_by(f64::total_cmp);
            for to in turns.into_iter().chain([to]) {
                steps.push(Step { from, to, low: self.gain(from), high: self.gain(to) });
                from = to;
            }
            for climb in &mut self.climbs {
                if (climb.done + 1.0) / climb.weight <= to + slack {
                    climb.done += 1.0;
                }
            }
        }
    }
}
