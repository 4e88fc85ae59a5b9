//! Hardware that is bought: what a month of it costs over its life.
//!
//! With price `P`, residual value `R = r·P` after `n` months and monthly cost of capital `i = (1 + year)^(1/12) − 1`:
//!
//! ```text
//! capital     = (P − R ÷ (1+i)^n) · i ÷ (1 − (1+i)^−n)        (P − R) ÷ n when i = 0
//! power       = W ÷ 1000 · PUE · $/kWh · hours
//! colocation  = W ÷ 1000 · $/kW-month
//! maintenance = P · m ÷ 12
//! ```
//!
//! All of it is paid whether the hardware works or not, so bought hardware is one more commitment: paid always.
//!
//! ```
//! use llm_breakeven::engine::owned::Owned;
//! use llm_breakeven::units::{Hours, Usd};
//! let owned = Owned {
//!     price: Usd::new(30_000.0), months: 48.0, residual: 0.2, capital: 0.08,
//!     watts: 1_050.0, pue: 1.4, per_kwh: Usd::new(0.12), per_kilowatt: Usd::ZERO, maintenance: 0.05,
//! };
//! let month = owned.month(Hours::new(730.0));
//! // i = 0.643 % a month: (30,000 − 6,000 ÷ 1.3605) · 0.00643 ÷ (1 − 1 ÷ 1.3605)
//! assert!((month.capital.value() - 621.37).abs() < 0.01, "{month:?}");
//! // 1.05 kW · 1.4 · 730 h · $0.12
//! assert!((month.power.value() - 128.772).abs() < 1e-9);
//! assert_eq!(month.maintenance, Usd::new(125.0));
//! // $1.20 an hour, around the clock
//! assert!((month.total().value() / 730.0 - 1.1985).abs() < 1e-3);
//! ```

use crate::catalogue::Gpu;
use crate::scenario::{FieldId, Scenario};
use crate::units::{Hours, Usd};

/// A server's share of TDP beside its GPUs: processors, memory, fans, network.
const SERVER_OVERHEAD: f64 = 1.5;

/// Watts of a GPU whose TDP nobody states.
const UNKNOWN_TDP: f64 = 700.0;

/// One GPU with its share of the server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Owned {
    /// Purchase price.
    pub price: Usd,
    /// Life in months, above zero.
    pub months: f64,
    /// Residual value as a part of the price, 0 to 1.
    pub residual: f64,
    /// Cost of capital a year, 0.08 for 8 %.
    pub capital: f64,
    /// Power at the wall.
    pub watts: f64,
    /// Power of the data centre over power of its computers, at least 1.
    pub pue: f64,
    /// Price of electricity.
    pub per_kwh: Usd,
    /// Colocation per kW and month.
    pub per_kilowatt: Usd,
    /// Maintenance a year as a part of the price.
    pub maintenance: f64,
}

/// What a month of one GPU is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnedMonth {
    /// Wear and interest.
    pub capital: Usd,
    /// Electricity.
    pub power: Usd,
    /// Space.
    pub colocation: Usd,
    /// Spare parts and support.
    pub maintenance: Usd,
}

impl OwnedMonth {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.capital + self.power + self.colocation + self.maintenance
    }
}

impl Owned {
    /// What a scenario says about bought GPUs.
    #[must_use]
    pub fn of(scenario: &Scenario, gpu: &Gpu) -> Self {
        let number = |id| scenario.number(id);
        let watts = scenario.optional(FieldId::GpuPower);
        Self {
            price: Usd::new(number(FieldId::PurchasePrice)),
            months: number(FieldId::HardwareLife) * 12.0,
            residual: scenario.share(FieldId::Residual),
            capital: scenario.share(FieldId::Capital),
            watts: watts.unwrap_or(gpu.tdp_w.unwrap_or(UNKNOWN_TDP) * SERVER_OVERHEAD),
            pue: number(FieldId::Pue),
            per_kwh: Usd::new(number(FieldId::Electricity)),
            per_kilowatt: Usd::new(number(FieldId::Colocation)),
            maintenance: scenario.share(FieldId::Maintenance),
        }
    }

    /// What a month of `hours` costs.
    #[must_use]
    pub fn month(&self, hours: Hours) -> OwnedMonth {
        let months = self.months.max(1.0);
        let interest = (1.0 + self.capital.max(0.0)).powf(1.0 / 12.0) - 1.0;
        let residual = self.price * self.residual;
        let capital = if interest > 0.0 {
            let later = (1.0 + interest).powf(-months);
            (self.price - residual * later) * (interest / (1.0 - later))
        } else {
            (self.price - residual) / months
        };
        let kilowatts = self.watts / 1000.0;
        OwnedMonth {
            capital,
            power: self.per_kwh * (kilowatts * self.pue * hours.value()),
            colocation: self.per_kilowatt * kilowatts,
            maintenance: self.price * (self.maintenance / 12.0),
        }
    }
}
