//! Each criterion alone, what they add up to, and that nothing hides a cost.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::guide::{Advice, Criterion, Flip, Guide, Reason, Rule, Strength, guide};
use llm_breakeven::engine::{Report, Winner, evaluate};
use llm_breakeven::scenario::fields::Value;
use llm_breakeven::scenario::{FieldId, Scenario};

fn scenario(volume: &str, constraints: &str) -> Scenario {
    let catalogue = Catalogue::builtin();
    let mut scenario = Scenario::default();
    // fixed prices: $1 and $3 at the API, $2.50 per GPU-hour
    for (field, text) in [
        (FieldId::Volume, volume),
        (FieldId::Constraints, constraints),
        (FieldId::ApiInput, "1"),
        (FieldId::ApiOutput, "3"),
        (FieldId::GpuPrice, "2.5"),
        (FieldId::Throughput, "6000"),
        (FieldId::GpusPerReplica, "2"),
    ] {
        scenario.set_text(field, text, catalogue).unwrap();
    }
    scenario
}

fn report(scenario: &Scenario) -> Report {
    evaluate(scenario, Catalogue::builtin()).unwrap()
}

fn found(volume: &str, constraints: &str) -> Guide {
    let scenario = scenario(volume, constraints);
    guide(&scenario, &report(&scenario))
}

fn rule(guide: &Guide, criterion: Criterion) -> Rule {
    *guide.rules.iter().find(|rule| rule.criterion == criterion).unwrap()
}

const LARGE: &str = "20B";
const SMALL: &str = "100M";

#[test]
fn without_constraints_the_cheaper_side_is_advised() {
    let (small, large) = (found(SMALL, ""), found(LARGE, ""));
    assert_eq!((small.advice, large.advice), (Advice::Api, Advice::SelfHost));
    assert_eq!((small.extra, large.extra), (None, None));
    assert_eq!(rule(&small, Criterion::Volume).strength, Strength::Decisive);
    assert!(small.forced_by.is_none() && large.forced_by.is_none());
    // the article's rule of thumb beside the scenario's own figures: at 1.5B it says GPUs, the bills say API
    let Reason::Cheaper { article, .. } = rule(&found("1.5B", ""), Criterion::Volume).reason else {
        panic!()
    };
    assert_eq!((article, rule(&found("1.5B", ""), Criterion::Volume).side), (Winner::Gpu, Winner::Api));
}

#[test]
fn flips_are_where_the_bills_meet() {
    let catalogue = Catalogue::builtin();
    let base = scenario(SMALL, "");
    let guide = found(SMALL, "");
    let Some(Flip::Volume { below: None, above: Some(volume) }) = rule(&guide, Criterion::Volume).flip else {
        panic!()
    };
    let mut at = base.clone();
    at.set(FieldId::Volume, Value::Number(volume.value()), catalogue).unwrap();
    let even = report(&at);
    assert!(((even.api.bill - even.plan.as_ref().unwrap().bill.total()) / even.api.bill).abs() < 1e-9);

    // utilisation: this fleet at that utilisation serves what the API would bill the same for
    let report_now = report(&base);
    let plan = report_now.plan.as_ref().unwrap();
    let Some(Flip::Utilisation(needed)) = rule(&guide, Criterion::Predictability).flip else { panic!() };
    let served = plan.servable * plan.purchases * needed;
    assert!(((served * report_now.api.blended - plan.bill.total()) / plan.bill.total()).abs() < 1e-9);

    // engineers: with exactly so many the bills are equal
    let large = scenario(LARGE, "");
    let Some(Flip::Engineers(engineers)) = rule(&found(LARGE, ""), Criterion::Team).flip else { panic!() };
    let mut at = large;
    at.set(FieldId::Engineers, Value::Number(engineers), catalogue).unwrap();
    let even = report(&at);
    assert!(((even.api.bill - even.plan.as_ref().unwrap().bill.total()) / even.api.bill).abs() < 1e-9);
    // where even unpaid engineers would not help, no number is given
    assert_eq!(rule(&found(SMALL, "noteam"), Criterion::Team).flip, Some(Flip::Constraint("noteam")));
}

#[test]
fn compliance_forces_and_says_what_it_costs() {
    for (key, criterion) in [("private", Criterion::Privacy), ("custom", Criterion::CustomModel)] {
        let forced = found(SMALL, key);
        assert_eq!((forced.advice, forced.forced_by), (Advice::SelfHost, Some(criterion)));
        let report = report(&scenario(SMALL, key));
        assert_eq!(forced.extra, Some(report.plan.unwrap().bill.total() - report.api.bill));
        // soft reasons against it do not count
        let key = format!("{key}*noteam*trial*spiky");
        assert_eq!(found(SMALL, &key).advice, Advice::SelfHost);
        // where it is the cheaper side anyway nothing is extra
        assert_eq!(found(LARGE, &key).extra, None);
    }
    let quality = found(LARGE, "quality");
    assert_eq!((quality.advice, quality.forced_by), (Advice::Api, Some(Criterion::Quality)));
    let report = report(&scenario(LARGE, ""));
    assert_eq!(quality.extra, Some(report.api.bill - report.plan.unwrap().bill.total()));
    // it is told apart whether the price compared is a frontier model's at all
    assert_eq!(rule(&quality, Criterion::Quality).reason, Reason::Frontier { compares_open_model: true });
}

#[test]
fn opposite_forces_are_a_contradiction() {
    for keys in ["quality*private", "quality*custom", "quality*private*custom"] {
        let guide = found(LARGE, keys);
        assert_eq!(
            (guide.advice, guide.forced_by, guide.extra),
            (Advice::Contradiction, None, None),
            "{keys}"
        );
    }
}

#[test]
fn peaks_alone_make_a_hybrid() {
    assert_eq!(found(LARGE, "spiky").advice, Advice::Hybrid);
    assert_eq!(found(SMALL, "spiky").advice, Advice::Api);
    let at = |ratio: f64| {
        let mut base = scenario(LARGE, "");
        // an API so dear that GPUs win even when they are sized for the peak
        for (field, number) in
            [(FieldId::PeakToMean, ratio), (FieldId::ApiInput, 10.0), (FieldId::ApiOutput, 30.0)]
        {
            base.set(field, Value::Number(number), Catalogue::builtin()).unwrap();
        }
        guide(&base, &report(&base))
    };
    assert_eq!(at(1.0).advice, Advice::SelfHost);
    assert_eq!(rule(&at(2.0), Criterion::Predictability).strength, Strength::Silent);
    assert_eq!(at(4.0).advice, Advice::Hybrid);
    // with nobody to run it and a workload that changes, not even the base is worth hosting
    assert_eq!(found("9B", "spiky*noteam*trial").advice, Advice::Api);
}

#[test]
fn soft_reasons_outweigh_a_small_saving_but_not_a_large_one() {
    // find a volume where self-hosting is a little cheaper
    let catalogue = Catalogue::builtin();
    let mut close = scenario(LARGE, "noteam*trial");
    let bill = report(&close).plan.unwrap().bill.total();
    let price = Value::Number(bill.per_mtok(close.volume()).value() * 1.05);
    close.set(FieldId::ApiInput, price.clone(), catalogue).unwrap();
    close.set(FieldId::ApiOutput, price, catalogue).unwrap();
    let little = guide(&close, &report(&close));
    assert_eq!(rule(&little, Criterion::Volume).strength, Strength::Weak);
    assert_eq!(little.advice, Advice::Api);
    assert!(little.extra.is_some_and(|extra| extra.value() > 0.0));
    assert_eq!(found(LARGE, "noteam").advice, Advice::SelfHost);
}

#[test]
fn latency_speaks_for_own_gpus_with_figures() {
    let guide = found(LARGE, "latency");
    let latency = rule(&guide, Criterion::Latency);
    assert_eq!((latency.side, latency.strength), (Winner::Gpu, Strength::Strong));
    assert!(matches!(latency.reason, Reason::OwnLatency { ttft: Some(_), tpot: Some(_) }));
}

#[test]
fn no_plan_is_said() {
    let catalogue = Catalogue::builtin();
    for (keys, advice) in
        [("", Advice::Api), ("private", Advice::NoPlan), ("quality*private", Advice::Contradiction)]
    {
        let mut none = scenario(LARGE, keys);
        none.set_text(FieldId::Throughput, "", catalogue).unwrap();
        none.set_text(FieldId::GpusPerReplica, "1", catalogue).unwrap();
        none.set_text(FieldId::Gpu, "t4", catalogue).unwrap();
        let report = report(&none);
        assert!(report.plan.is_err());
        let guide = guide(&none, &report);
        assert_eq!((guide.advice, guide.extra), (advice, None), "{keys}");
        assert_eq!(rule(&guide, Criterion::Volume).reason, Reason::NoPlan);
    }
}

#[test]
fn every_combination_has_advice_and_finite_numbers() {
    let keys = ["quality", "private", "custom", "latency", "noteam", "trial", "spiky"];
    for bits in 0..128u32 {
        let held: Vec<&str> =
            (0..7).filter(|bit| bits >> bit & 1 == 1).map(|bit| keys[bit as usize]).collect();
        for volume in ["1k", "1B", "10B", "1e16"] {
            let scenario = scenario(volume, &held.join("*"));
            let guide = guide(&scenario, &report(&scenario));
            assert!(guide.extra.is_none_or(|extra| extra.value().is_finite() && extra.value() > 0.0));
            for rule in guide.rules {
                match rule.flip {
                    Some(Flip::Utilisation(n) | Flip::Engineers(n)) => assert!(n.is_finite()),
                    Some(Flip::Volume { below, above }) => {
                        assert!([below, above].into_iter().flatten().all(|v| v.value().is_finite()));
                    }
                    _ => {}
                }
                assert_eq!(rule.side == Winner::Tie, rule.strength == Strength::Silent, "{rule:?}");
            }
        }
    }
}
