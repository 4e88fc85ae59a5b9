//! Numbers and scenarios by the dice, the same on every machine: a seed is all that a failure needs.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::{FieldId, Scenario};

/// Numbers that are the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 up to 1.
    pub fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` to `high`, every decade as likely.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low * (high / low).powf(self.roll())
    }

    /// From `low` to `high`, every number as likely.
    pub fn evenly(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.roll()
    }

    /// A whole number up to and with `most`.
    pub fn whole(&mut self, most: u32) -> u32 {
        (self.roll() * f64::from(most + 1)) as u32
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[(self.roll() * items.len() as f64) as usize]
    }
}

/// A scenario of everything that sizing and ranking read.
pub fn random(dice: &mut Dice) -> Scenario {
    let catalogue = Catalogue::builtin();
    let model = dice.pick(&catalogue.models).id.to_string();
    let mut fields = vec![
        (FieldId::Model, model),
        (FieldId::Volume, format!("{:.0}", dice.between(1e7, 1e13))),
        (FieldId::InputShare, format!("{:.0}", dice.roll() * 100.0)),
        (FieldId::RequestTokens, format!("{:.0}", dice.between(50.0, 8_000.0))),
        (FieldId::TargetLoad, format!("{:.0}", 20.0 + dice.roll() * 80.0)),
        (FieldId::ServingEngine, (*dice.pick(&["vllm", "vllm", "sglang", "trtllm", "llamacpp"])).into()),
        (FieldId::KvFormat, (*dice.pick(&["fp16", "fp8"])).into()),
        (FieldId::CachedShare, format!("{:.0}", dice.roll() * 90.0)),
        (FieldId::Profile, (*dice.pick(&["flat", "flat", "business", "burst"])).into()),
        (FieldId::Fleet, (*dice.pick(&["always", "always", "scheduled", "auto", "zero"])).into()),
        (FieldId::Spare, (*dice.pick(&["0", "0", "1", "2"])).into()),
        (FieldId::PeakToMean, format!("{:.1}", 1.0 + dice.roll())),
        (FieldId::GpuDiscount, (*dice.pick(&["0", "25"])).into()),
        // the scenario's own hardware and commitments must not matter
        (FieldId::Hardware, (*dice.pick(&["rent", "buy"])).into()),
        (FieldId::ReservedShare, (*dice.pick(&["0", "30"])).into()),
        (FieldId::Gpu, dice.pick(&catalogue.gpus).id.to_string()),
        (FieldId::Format, (*dice.pick(&["", "fp16", "int4"])).into()),
    ];
    if dice.roll() < 0.4 {
        fields.push((FieldId::TpotLimit, format!("{:.1}", dice.between(5.0, 200.0))));
    }
    if dice.roll() < 0.3 {
        fields.push((FieldId::TtftLimit, format!("{:.0}", dice.between(50.0, 5_000.0))));
    }
    if dice.roll() < 0.2 {
        fields.push((FieldId::DraftTokens, "3".into()));
    }
    let mut scenario = Scenario::default();
    for (field, text) in fields {
        scenario.set_text(field, &text, catalogue).unwrap();
    }
    scenario
}
