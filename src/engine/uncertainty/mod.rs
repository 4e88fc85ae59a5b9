//! How sure the answer is when inputs are not: many draws of the uncertain ones, counted; and each of them alone.
//!
//! For each draw every uncertain field gets a value of its own [range] at a point of a seeded Sobol sequence; the
//! scenario is answered again at these values. Over `n` draws with savings `s_i = API_i − self-hosted_i`:
//!
//! ```text
//! probability that self-hosting is cheaper = #{s_i > 0} ÷ n
//! P10, P50, P90 = the ⌈0.1·n⌉-th, ⌈0.5·n⌉-th and ⌈0.9·n⌉-th smallest
//! swing of a field = s(field at its high, the rest as given) − s(field at its low)
//! ```
//!
//! A draw that has no feasible plan counts as not cheaper and is reported. Percentiles of the durable breakeven are over
//! the first [`BREAKEVENS`] draws; one that does not exist counts as infinite.
//!
//! The replica is sized once, because most fields do not touch it: the tokens/s are scaled. Where a field
//! [does](touches_sizing), its range is cut into equally likely parts, and each part is sized once, at its middle.
//!
//! A worked example: both sides cost the same, and the API's prices may halve or double.
//!
//! ```
//! use llm_breakeven::{catalogue::Catalogue, engine, engine::uncertainty::Study, scenario::{FieldId, Scenario, fields::Value}};
//! let catalogue = Catalogue::builtin();
//! let mut scenario = Scenario::default();
//! let bill = engine::evaluate(&scenario, catalogue).unwrap().plan.unwrap().bill.total();
//! let price = bill.per_mtok(scenario.volume()).value();
//! for field in [FieldId::ApiInput, FieldId::ApiOutput] {
//!     scenario.set(field, Value::Number(price), catalogue).unwrap();
//! }
//! scenario.set_text(FieldId::Ranges, "api~0.5~2", catalogue).unwrap();
//! let summary = Study::new(&scenario, catalogue).unwrap().draw(0..1024).summary();
//! assert!((summary.probability - 0.5).abs() < 0.001);
//! // P90 is the doubled bill minus the self-hosted one
//! assert!((summary.saving.unwrap()[2].value() / bill.value() - 1.0).abs() < 0.01);
//! ```

pub mod range;
pub mod sample;
mod summary;

use super::breakeven::Breakeven;
use super::served::Throughput;
use super::{Basis, Report};
use crate::catalogue::Catalogue;
use crate::scenario::fields::{FieldError, Value};
use crate::scenario::{FieldId, Scenario};
use crate::units::{Tokens, TokensPerSecond, Usd, order};
use range::{Range, RangeError, RangeReason};
use sample::{Sobol, Triangle};
pub use summary::{Bin, Draws, Summary};

/// How many draws a study takes.
pub const DRAWS: u32 = 10_000;

/// Draws whose breakeven is found, the first of them: for a fleet that scales it takes longer than all else together.
pub const BREAKEVENS: u32 = 1_024;

/// Most replicas that are sized for one study.
const MOST_SIZINGS: f64 = 512.0;

/// Why there is no study.
#[derive(Clone, Debug, PartialEq)]
pub enum StudyError {
    /// The scenario itself has no answer.
    Field(FieldError),
    /// A part of the ranges.
    Range(RangeError),
}

/// An uncertain field at work.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// Low and high.
    pub range: Range,
    /// The value that is taken as likely, in the field's unit; 1 for all API prices together.
    pub likely: f64,
    triangle: Triangle,
    /// Equally likely parts that it is cut into; 0 when it is drawn as it comes.
    parts: usize,
}

/// A scenario with uncertain fields, ready to be drawn.
pub struct Study<'a> {
    catalogue: &'a Catalogue,
    /// The scenario with the rows that the engine chose.
    pinned: Scenario,
    sobol: Sobol,
    /// The uncertain fields, in the order of the ranges.
    pub fields: Vec<Uncertain>,
    /// Sized replicas by part of the fields that touch the sizing; one when none does.
    sized: Vec<Option<Basis>>,
    /// The answer at the likely values.
    pub likely: Option<Outcome>,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// API bill minus self-hosted bill of a month.
    pub saving: Usd,
    /// Above it self-hosting is cheaper for good; `None` when never.
    pub durable: Option<Tokens>,
}

/// What one field does alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    /// The field.
    pub field: FieldId,
    /// Its value at low and at high.
    pub values: [f64; 2],
    /// The answers there; `None` without a feasible plan.
    pub outcomes: [Option<Outcome>; 2],
}

impl Swing {
    /// How far the saving moves; without limit when one end is not feasible.
    #[must_use]
    pub fn width(&self) -> f64 {
        match self.outcomes {
            [Some(low), Some(high)] => (high.saving - low.saving).value().abs(),
            [None, None] => 0.0,
            _ => f64::INFINITY,
        }
    }
}

/// Whether the replica depends on a field.
#[must_use]
pub fn touches_sizing(field: FieldId) -> bool {
    use FieldId as F;
    matches!(
        field,
        F::InputShare
            | F::RequestTokens
            | F::GpusPerReplica
            | F::CachedShare
            | F::TtftLimit
            | F::TpotLimit
            | F::PipelineStages
            | F::WeightSize
            | F::DraftTokens
            | F::Acceptance
    )
}

impl<'a> Study<'a> {
    /// A study of the scenario's ranges, or of the standard ones, at its seed.
    ///
    /// # Errors
    /// When the scenario has no answer or a range cannot be used.
    pub fn new(scenario: &Scenario, catalogue: &'a Catalogue) -> Result<Self, StudyError> {
        let basis = Basis::new(scenario, catalogue).map_err(StudyError::Field)?;
        let report = basis.clone().report(scenario, catalogue);
        let ranges = match scenario.name(FieldId::Ranges).filter(|text| !text.is_empty()) {
            Some(text) => range::parse(text).map_err(StudyError::Range)?,
            None => range::standard(scenario, catalogue, &report),
        };
        let mut fields = Vec::new();
        let touching = ranges.iter().filter(|range| touches_sizing(range.field)).count();
        for range in ranges {
            let likely = likely(scenario, &report, range.field).ok_or_else(|| {
                let given = range::text(&[range]);
                StudyError::Range(RangeError { given, reason: RangeReason::NoValue(range.field) })
            })?;
            let parts = if touches_sizing(range.field) {
                MOST_SIZINGS.powf(1.0 / touching as f64) as usize
            } else {
                0
            };
            fields.push(Uncertain { range, likely, triangle: range.triangle(), parts });
        }
        let mut study = Self {
            catalogue,
            pinned: pinned(scenario, catalogue, &report),
            sobol: Sobol::new(fields.len(), scenario.number(FieldId::Seed) as u64),
            fields,
            sized: vec![Some(basis)],
            likely: None,
        };
        study.likely = study.answer(&study.values(&vec![0.0; study.fields.len()]), study.sized[0].as_ref());
        if touching > 0 {
            study.sized = study.size_parts();
        }
        Ok(study)
    }

    /// Values of all fields at their deviations.
    fn values(&self, deviations: &[f64]) -> Vec<f64> {
        self.fields.iter().zip(deviations).map(|(field, x)| field.range.value(field.likely, *x)).collect()
    }

    /// A basis for each combination of parts.
    fn size_parts(&self) -> Vec<Option<Basis>> {
        let combinations: usize = self.fields.iter().map(|field| field.parts.max(1)).product();
        let size = |mut index: usize| {
            let mut scenario = self.pinned.clone();
            for field in self.fields.iter().filter(|field| field.parts > 0) {
                let part = index % field.parts;
                index /= field.parts;
                let value = field.range.value(field.likely, field.middle(part));
                scenario.set(field.range.field, Value::Number(value), self.catalogue).ok()?;
            }
            Basis::new(&scenario, self.catalogue).ok()
        };
        (0..combinations).map(size).collect()
    }

    /// The answer at these values on this basis.
    fn answer(&self, values: &[f64], basis: Option<&Basis>) -> Option<Outcome> {
        let (saving, breakeven) = self.price(&mut self.pinned.clone(), values, basis)?;
        Some(Outcome { saving, durable: breakeven.durable() })
    }

    /// The saving, and the breakeven before it is found.
    /// `scenario` is the pinned one, with whatever values of the uncertain fields.
    fn price(
        &self,
        scenario: &mut Scenario,
        values: &[f64],
        basis: Option<&Basis>,
    ) -> Option<(Usd, Breakeven)> {
        let basis = basis?;
        let (mut api, mut faster) = (1.0, None);
        for (field, value) in self.fields.iter().zip(values) {
            match field.range.field {
                FieldId::ApiPrice => api = *value,
                FieldId::Throughput => faster = Some(sped_up(basis, value / field.likely)),
                id => scenario.set(id, Value::Number(*value), self.catalogue).ok()?,
            }
        }
        let (month, plan) = faster.as_ref().unwrap_or(basis).sides(scenario, self.catalogue);
        let plan = plan.ok()?;
        let breakeven = Breakeven::new(month.blended * api, plan.full_cost);
        Some((month.total * api - plan.bill.total(), breakeven))
    }

    /// The draws `from..to`; stretches that follow one another give together what one long stretch gives.
    #[must_use]
    pub fn draw(&self, stretch: std::ops::Range<u32>) -> Draws {
        let mut draws = Draws::default();
        let mut scenario = self.pinned.clone();
        for index in stretch {
            let (mut deviations, mut basis, mut stride) = (Vec::with_capacity(self.fields.len()), 0, 1);
            for (dimension, field) in self.fields.iter().enumerate() {
                let u = self.sobol.at(index, dimension);
                if field.parts == 0 {
                    deviations.push(field.triangle.at(u));
                } else {
                    let part = ((u * field.parts as f64) as usize).min(field.parts - 1);
                    deviations.push(field.middle(part));
                    basis += part * stride;
                    stride *= field.parts;
                }
            }
            let basis = self.sized.get(basis).and_then(Option::as_ref);
            match self.price(&mut scenario, &self.values(&deviations), basis) {
                Some((saving, breakeven)) => {
                    draws.push(saving, (index < BREAKEVENS).then(|| breakeven.durable()));
                }
                None => draws.infeasible += 1,
            }
        }
        draws
    }

    /// Each field alone at its low and high, the widest swing first.
    #[must_use]
    pub fn tornado(&self) -> Vec<Swing> {
        let mut swings: Vec<Swing> = (0..self.fields.len()).map(|index| self.swing(index)).collect();
        order::by_number(&mut swings, |swing| -swing.width());
        swings
    }

    fn swing(&self, index: usize) -> Swing {
        let range = self.fields[index].range;
        let ends = if range::in_points(range.field) {
            [range.low, range.high]
        } else {
            [range.low.ln(), range.high.ln()]
        };
        let mut deviations = vec![0.0; self.fields.len()];
        let at = ends.map(|end| {
            deviations[index] = end;
            let values = self.values(&deviations);
            let mut scenario = self.pinned.clone();
            for (field, value) in self.fields.iter().zip(&values).filter(|(field, _)| field.parts > 0) {
                scenario.set(field.range.field, Value::Number(*value), self.catalogue).ok();
            }
            let basis = Basis::new(&scenario, self.catalogue).ok();
            (values[index], self.answer(&values, basis.as_ref()))
        });
        Swing {
            field: range.field,
            values: at.map(|(value, _)| value),
            outcomes: at.map(|(_, outcome)| outcome),
        }
    }
}

impl Uncertain {
    /// The deviation in the middle of an equally likely part.
    fn middle(&self, part: usize) -> f64 {
        self.triangle.at((part as f64 + 0.5) / self.parts as f64)
    }
}

/// The scenario's value of a field, or the engine's where it has one figure.
fn likely(scenario: &Scenario, report: &Report, field: FieldId) -> Option<f64> {
    let plan = report.plan.as_ref().ok();
    scenario.optional(field).or_else(|| match field {
        FieldId::ApiPrice => Some(1.0),
        FieldId::ApiInput => Some(report.api.input.value()),
        FieldId::ApiOutput => Some(report.api.output.value()),
        FieldId::GpuPrice => {
            plan.and_then(|plan| plan.offer.as_ref()).map(|offer| offer.price_per_gpu().value())
        }
        FieldId::Throughput => plan.map(|plan| plan.replica.tokens_per_second.value()),
        FieldId::GpusPerReplica => plan.map(|plan| f64::from(plan.replica.gpus)),
        _ => None,
    })
}

/// The scenario with the offer and the discounts that were chosen, so that no draw chooses others.
fn pinned(scenario: &Scenario, catalogue: &Catalogue, report: &Report) -> Scenario {
    let mut pinned = scenario.clone();
    let Ok(plan) = &report.plan else { return pinned };
    if let Some(offer) = &plan.offer {
        // an offer out of this catalogue is known to it
        pinned.set(FieldId::Offer, Value::Name(offer.id.clone()), catalogue).ok();
    }
    let mix = &plan.fleet.commitments;
    for (id, discount) in
        [(FieldId::ReservedDiscount, mix.reserved_discount), (FieldId::SpotDiscount, mix.spot_discount)]
    {
        if scenario.optional(id).is_none() {
            pinned.set(id, Value::Number(discount * 100.0), catalogue).ok();
        }
    }
    pinned
}

/// Scales the tokens/s of a basis, never beyond what its hardware can do.
fn sped_up(basis: &Basis, factor: f64) -> Basis {
    let mut basis = basis.clone();
    if let Ok(replica) = &mut basis.replica {
        let bound =
            |served: Throughput| (served.bound * ((served.input + served.output) / served.output)).value();
        let limit = replica.modelled.map_or(f64::INFINITY, bound);
        let own = replica.tokens_per_second.value();
        // an own figure above the model's bound was accepted already
        replica.tokens_per_second = TokensPerSecond::new((own * factor).min(limit.max(own)));
    }
    basis
}
