//! Every explanation is evaluated from its inputs and must give its result; every fact has its source.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::evaluate;
use llm_breakeven::report::explain::{Explanation, Figure, Input, Origin, explain};
use llm_breakeven::scenario::{FieldId, Scenario};

/// A formula's value: sums of products of numbers, names, brackets and `ceil`.
struct Reader<'a> {
    text: &'a str,
    inputs: &'a [Input],
}

impl Reader<'_> {
    fn eat(&mut self, c: char) -> bool {
        self.text = self.text.trim_start();
        let rest = self.text.strip_prefix(c);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.eat('+') {
                value += self.product();
            } else if self.eat('-') {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.atom();
        loop {
            if self.eat('*') {
                value *= self.atom();
            } else if self.eat('/') {
                value /= self.atom();
            } else {
                return value;
            }
        }
    }

    fn atom(&mut self) -> f64 {
        if self.eat('(') {
            let value = self.sum();
            assert!(self.eat(')'), "{}", self.text);
            return value;
        }
        let end = self.text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.text.len());
        let (word, rest) = self.text.split_at(end);
        self.text = rest;
        if word == "ceil" {
            assert!(self.eat('('));
            let value = self.sum();
            assert!(self.eat(')'));
            // as the engine: a multiple but for rounding does not start another step
            return (value - value * 1e-12).ceil();
        }
        word.parse().unwrap_or_else(|_| {
            self.inputs.iter().find(|input| input.name == word).unwrap_or_else(|| panic!("no {word}")).value
        })
    }
}

fn value(one: &Explanation) -> f64 {
    let mut reader = Reader { text: &one.formula, inputs: &one.inputs };
    let value = reader.sum();
    assert_eq!(reader.text.trim(), "", "{}", one.formula);
    value
}

fn of(fields: &[(FieldId, &str)]) -> (Scenario, Vec<Explanation>) {
    let catalogue = Catalogue::builtin();
    let mut scenario = Scenario::default();
    for (field, text) in fields {
        scenario.set_text(*field, text, catalogue).unwrap();
    }
    let report = evaluate(&scenario, catalogue).unwrap();
    let all = explain(&scenario, &report, catalogue);
    (scenario, all)
}

fn figure(all: &[Explanation], figure: Figure) -> Explanation {
    all.iter().find(|one| one.figure == figure).unwrap_or_else(|| panic!("{figure:?}")).clone()
}

const EVERY: [Figure; 23] = [
    Figure::ApiInput,
    Figure::ApiOutput,
    Figure::Infrastructure,
    Figure::HardwareBreakeven,
    Figure::DurablePerDay,
    Figure::DurablePerSecond,
    Figure::FullLoad,
    Figure::Mix,
    Figure::ApiBill,
    Figure::BlendedPrice,
    Figure::GpuMonth,
    Figure::PlannedTokens,
    Figure::Purchases,
    Figure::Hardware,
    Figure::Engineering,
    Figure::SelfHosted,
    Figure::Utilisation,
    Figure::Throughput,
    Figure::Ttft,
    Figure::Tpot,
    Figure::Memory,
    Figure::FirstBreakeven,
    Figure::DurableBreakeven,
];

#[test]
fn the_default_explains_every_figure() {
    let (_, all) = of(&[]);
    for one in EVERY {
        figure(&all, one);
    }
}

#[test]
fn every_explanation_gives_its_result() {
    use FieldId as F;
    let models = ["llama-3.3-70b", "llama-3.1-8b", "gpt-oss-120b", "deepseek-v3"];
    let extras: &[&[(FieldId, &str)]] = &[
        &[],
        &[
            (F::CachedShare, "40"),
            (F::BatchShare, "20"),
            (F::Retries, "5"),
            (F::ApiDiscount, "10"),
            (F::RequestFee, "2"),
        ],
        &[(F::ReasoningShare, "30"), (F::InputShare, "10")],
        &[(F::ApiInput, "0.2"), (F::ApiOutput, "0.9"), (F::GpuPrice, "1.9"), (F::Throughput, "900")],
        &[(F::TpotLimit, "30"), (F::ServingEngine, "sglang"), (F::KvFormat, "fp8")],
        &[(F::Profile, "burst"), (F::Fleet, "auto"), (F::Spare, "2"), (F::PeakToMean, "1.5")],
        &[(F::Profile, "business"), (F::Fleet, "zero"), (F::ReservedShare, "30"), (F::SpotShare, "50")],
        &[(F::Hardware, "buy"), (F::Storage, "100"), (F::Egress, "50"), (F::InfrastructureShare, "10")],
        &[(F::Engineers, "0"), (F::HoursPerMonth, "720")],
    ];
    let mut checked = 0;
    for model in models {
        for gpu in ["h100-sxm", "a100-80gb-sxm", "mi300x", "l40s", "t4"] {
            for volume in ["1M", "3B", "40B", "2T"] {
                for extra in extras {
                    let base = [(F::Model, model), (F::Gpu, gpu), (F::Volume, volume)];
                    let catalogue = Catalogue::builtin();
                    if catalogue.gpu(gpu).is_none() || catalogue.model(model).is_none() {
                        continue;
                    }
                    let mut scenario = Scenario::default();
                    for (field, text) in base.iter().chain(*extra) {
                        scenario.set_text(*field, text, catalogue).unwrap();
                    }
                    let Ok(report) = evaluate(&scenario, catalogue) else { continue };
                    for one in explain(&scenario, &report, catalogue) {
                        let found = value(&one);
                        let close = (found - one.result).abs() <= 1e-9 * one.result.abs().max(1e-9);
                        assert!(close, "{model} {gpu} {volume} {extra:?}: {found} {one:?}");
                        let unused = one.inputs.iter().find(|input| !one.formula.contains(input.name));
                        assert_eq!(unused, None, "{}", one.formula);
                        assert!(one.inputs.iter().all(|input| input.value.is_finite()), "{one:?}");
                        checked += 1;
                    }
                }
            }
        }
    }
    assert!(checked > 3_000, "{checked}");
}

#[test]
fn results_are_the_report_s() {
    let catalogue = Catalogue::builtin();
    let scenario = Scenario::default();
    let report = evaluate(&scenario, catalogue).unwrap();
    let plan = report.plan.as_ref().unwrap();
    let all = explain(&scenario, &report, catalogue);
    let result = |one| figure(&all, one).result;
    assert_eq!(result(Figure::ApiBill), report.api.bill.value());
    assert_eq!(result(Figure::SelfHosted), plan.bill.total().value());
    assert_eq!(result(Figure::Hardware), plan.bill.hardware.value());
    assert_eq!(result(Figure::Purchases), plan.purchases);
    assert_eq!(result(Figure::Utilisation), plan.utilisation);
    assert_eq!(result(Figure::DurableBreakeven), plan.breakeven.durable().unwrap().value());
    assert_eq!(result(Figure::Ttft), plan.replica.modelled.unwrap().ttft.value());
}

#[test]
fn origins_name_the_field_or_the_source() {
    let (_, all) = of(&[(FieldId::Salary, "150k"), (FieldId::GpuPrice, "2")]);
    let origin = |one, name: &str| {
        let found = figure(&all, one);
        found.inputs.into_iter().find(|input| input.name == name).unwrap().origin
    };
    assert_eq!(origin(Figure::Engineering, "salary"), Origin::Given(FieldId::Salary));
    assert_eq!(origin(Figure::Engineering, "engineers"), Origin::Default(FieldId::Engineers));
    assert_eq!(origin(Figure::GpuMonth, "gpu_price"), Origin::Given(FieldId::GpuPrice));
    let Origin::Fact(row) = origin(Figure::BlendedPrice, "input_price") else { panic!() };
    assert!(!row.source.is_empty());
    // an input that is a figure is that figure's result
    for one in &all {
        for input in &one.inputs {
            if let Origin::Figure(other) = input.origin {
                let other = figure(&all, other).result;
                assert!((other - input.value).abs() <= 1e-9 * other.abs(), "{:?} {}", one.figure, input.name);
            }
        }
    }
}

#[test]
fn without_a_plan_the_api_is_still_explained() {
    let (_, all) = of(&[(FieldId::Gpu, "t4"), (FieldId::GpusPerReplica, "1")]);
    let figures: Vec<Figure> = all.iter().map(|one| one.figure).collect();
    assert_eq!(figures, [Figure::ApiBill, Figure::BlendedPrice, Figure::ApiInput, Figure::ApiOutput]);
}
