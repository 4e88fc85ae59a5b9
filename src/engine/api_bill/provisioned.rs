//! Capacity bought by the hour at an API provider: PTU, GSU, provisioned or dedicated throughput.
//!
//! # Equations
//!
//! A unit costs `c` dollars an hour and serves `κ` tokens a second. In hour `h` the demand is `d_h` tokens a second;
//! what `u` units cannot serve goes to the pay-per-token price `a`, or is not served when there is none:
//!
//! ```text
//! cost(u) = u·c·H + a · Σ_h max(0, d_h − u·κ)·3600
//! ```
//!
//! The `u`-th unit saves `a · Σ_h min(κ, max(0, d_h − (u−1)·κ))·3600`, which falls with `u`: the cheapest number of units
//! is reached when the next one would no longer save its own price. As a function of volume the cost is a step function
//! with spill-over slopes. A report states it beside the pay-per-token bill; the breakeven is against paying per token.
//!
//! # Worked example
//!
//! Two hours at 100 and 300 tokens/s, units of 150 tokens/s for $1/h, pay-per-token at $10/MTok. None: $14.40; one:
//! `2 + 10·150·3600/1e6 = 7.40`; two: $4.00.
//!
//! ```
//! use llm_breakeven::engine::api_bill::provisioned::Provisioned;
//! use llm_breakeven::units::{TokensPerSecond, UsdPerHour, UsdPerMTok};
//! let offer = Provisioned { price: UsdPerHour::new(1.0), capacity: TokensPerSecond::new(150.0), least: 0, step: 1 };
//! let demand = [100.0, 300.0].map(TokensPerSecond::new);
//! let spill = Some(UsdPerMTok::new(10.0));
//! assert!((offer.cost(0, &demand, spill).total().value() - 14.40).abs() < 1e-9);
//! assert!((offer.cost(1, &demand, spill).total().value() - 7.40).abs() < 1e-9);
//! assert_eq!(offer.cheapest(&demand, spill), 2);
//! ```

use crate::engine::demand::{Profile, WEEK};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Hours, Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};

/// An offer of provisioned throughput.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Provisioned {
    /// Price of one unit.
    pub price: UsdPerHour,
    /// What one unit serves, input and output together at the workload's mix.
    pub capacity: TokensPerSecond,
    /// Fewest units that are sold; zero when none need be bought.
    pub least: u32,
    /// Units are sold in multiples of this, at least 1.
    pub step: u32,
}

/// The cost of some units over some hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProvisionedCost {
    /// Units.
    pub units: u32,
    /// What the units cost.
    pub reserved: Usd,
    /// What the rest costs per token.
    pub spilled: Usd,
    /// The rest.
    pub spilled_tokens: Tokens,
    /// Tokens that are not served, when nothing takes the rest.
    pub unserved: Tokens,
}

/// The scenario's provisioned throughput over the hours of its week; `None` unless both its price and its rate are given.
#[must_use]
pub fn of_scenario(scenario: &Scenario) -> Option<(Provisioned, [TokensPerSecond; WEEK])> {
    let price = UsdPerHour::new(scenario.optional(FieldId::ProvisionedPrice)?);
    let capacity = TokensPerSecond::new(scenario.optional(FieldId::ProvisionedRate)?);
    let (profile, _) = Profile::of_scenario(scenario);
    let (volume, hours) = (scenario.volume(), scenario.hours_per_month());
    let week = std::array::from_fn(|hour| profile.rate(volume, hours, hour));
    Some((Provisioned { price, capacity, least: 0, step: 1 }, week))
}

/// The month of the scenario's provisioned throughput at its cheapest number of units, the rest at `spill`.
#[must_use]
pub fn cheapest_month(scenario: &Scenario, spill: UsdPerMTok) -> Option<ProvisionedCost> {
    let (offer, week) = of_scenario(scenario)?;
    let cost = offer.cost(offer.cheapest(&week, Some(spill)), &week, Some(spill));
    Some(cost.times(scenario.hours_per_month().value() / WEEK as f64))
}

impl ProvisionedCost {
    /// The cost of so many times those hours.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            units: self.units,
            reserved: self.reserved * factor,
            spilled: self.spilled * factor,
            spilled_tokens: self.spilled_tokens * factor,
            unserved: self.unserved * factor,
        }
    }

    /// Units and the rest.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.reserved + self.spilled
    }
}

impl Provisioned {
    /// The cost of `units` over the hours of `demand`, one entry per hour; the rest goes to `spill`.
    #[must_use]
    pub fn cost(&self, units: u32, demand: &[TokensPerSecond], spill: Option<UsdPerMTok>) -> ProvisionedCost {
        let hour = Hours::new(1.0);
        let capacity = self.capacity * f64::from(units);
        let rest: Tokens =
            demand.iter().map(|rate| (*rate - capacity).max(TokensPerSecond::ZERO) * hour).sum();
        let reserved = self.price * hour * (f64::from(units) * demand.len() as f64);
        match spill {
            Some(price) => ProvisionedCost {
                units,
                reserved,
                spilled: rest * price,
                spilled_tokens: rest,
                unserved: Tokens::ZERO,
            },
            None => ProvisionedCost {
                units,
                reserved,
                spilled: Usd::ZERO,
                spilled_tokens: Tokens::ZERO,
                unserved: rest,
            },
        }
    }

    /// The number of units with the lowest cost; without `spill`, the fewest that serve everything.
    #[must_use]
    pub fn cheapest(&self, demand: &[TokensPerSecond], spill: Option<UsdPerMTok>) -> u32 {
        let peak = demand.iter().fold(TokensPerSecond::ZERO, |peak, rate| peak.max(*rate));
        let step = self.step.max(1);
        let most = self.sold((peak / self.capacity.max(TokensPerSecond::new(f64::MIN_POSITIVE))).ceil());
        let Some(price) = spill else { return most };
        let hour = Hours::new(1.0);
        let pays = |units: u32| {
            let next = units.saturating_add(step);
            let (now, then) = (self.capacity * f64::from(units), self.capacity * f64::from(next));
            let served = |rate: &TokensPerSecond| ((*rate).min(then) - now).max(TokensPerSecond::ZERO) * hour;
            let saved = demand.iter().map(served).sum::<Tokens>() * price;
            saved > self.price * hour * (f64::from(next - units) * demand.len() as f64)
        };
        // what the next one saves falls with their number, so the last that pays is found by halving
        let (mut low, mut high) = (0, most.saturating_sub(self.sold(0.0)).div_ceil(step));
        while low < high {
            let middle = low + (high - low) / 2;
            if pays(self.sold(0.0).saturating_add(middle.saturating_mul(step))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.sold(0.0).saturating_add(low.saturating_mul(step))
    }

    /// The least number on sale that is not below `wanted`.
    fn sold(&self, wanted: f64) -> u32 {
        let step = f64::from(self.step.max(1));
        let least = wanted.max(f64::from(self.least));
        // beyond four billion units the number stays there
        ((least / step).ceil() * step) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::Provisioned;
    use crate::units::{TokensPerSecond, UsdPerHour, UsdPerMTok};

    #[test]
    fn the_cheapest_number_is_that_of_trying_all() {
        let mut seed = 7_u64;
        let mut random = |limit: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % limit
        };
        for _ in 0..300 {
            let demand: Vec<_> = (0..24).map(|_| TokensPerSecond::new(random(1000) as f64)).collect();
            let offer = Provisioned {
                price: UsdPerHour::new(random(50) as f64 / 10.0 + 0.01),
                capacity: TokensPerSecond::new(random(200) as f64 + 1.0),
                least: 0,
                step: 1 + random(3) as u32,
            };
            let spill = Some(UsdPerMTok::new(random(200) as f64 / 10.0));
            let total = |units: u32| offer.cost(units, &demand, spill).total().value();
            let best = (0..=1100).step_by(offer.step as usize).map(total).fold(f64::INFINITY, f64::min);
            let chosen = total(offer.cheapest(&demand, spill));
            assert!(chosen <= best + 1e-9, "{chosen} against {best}: {offer:?}");
        }
    }

    #[test]
    fn without_a_place_for_the_rest_everything_is_reserved() {
        let offer = Provisioned {
            price: UsdPerHour::new(1.0),
            capacity: TokensPerSecond::new(100.0),
            least: 5,
            step: 5,
        };
        let demand = [TokensPerSecond::new(610.0)];
        assert_eq!(offer.cheapest(&demand, None), 10);
        assert_eq!(offer.cost(10, &demand, None).unserved.value(), 0.0);
        assert_eq!(offer.cheapest(&[TokensPerSecond::new(1.0)], None), 5);
        assert!(offer.cost(5, &demand, None).unserved.value() > 0.0);
    }
}
