//! Links: any scenario survives them, any text is survived.

use llm_breakeven::catalogue::model_text::encode;
use llm_breakeven::catalogue::{Catalogue, Text};
use llm_breakeven::engine;
use llm_breakeven::scenario::fields::{Kind, Syntax, Table, Value};
use llm_breakeven::scenario::link::{self, MAX_LENGTH, Notice};
use llm_breakeven::scenario::{FieldId, Scenario};
use proptest::prelude::*;

/// A random value that the field allows.
fn value(id: FieldId) -> BoxedStrategy<Value> {
    let catalogue = Catalogue::builtin();
    let ids = |ids: Vec<Text>| prop::sample::select(ids).prop_map(Value::Name).boxed();
    let given = match id.field().kind {
        Kind::Number { min, max, whole, .. } => {
            let low = min.max(1e-6).ln();
            let numbers = (low..max.ln()).prop_map(move |log| log.exp().clamp(min, max));
            let numbers = numbers.prop_map(move |n| if whole { n.round().clamp(min, max) } else { n });
            prop_oneof![numbers, Just(min), Just(max)].prop_map(Value::Number).boxed()
        }
        Kind::Choice(choices) => ids(choices.iter().map(|choice| choice.key.into()).collect()),
        Kind::Set(choices) => {
            let keys: Vec<&str> = choices.iter().map(|choice| choice.key).collect();
            let some = prop::sample::subsequence(keys.clone(), 0..=keys.len());
            some.prop_map(|keys| Value::Name(keys.join("*").into())).boxed()
        }
        Kind::Text(Syntax::Model) => ids(catalogue.models.iter().map(|row| encode(row).into()).collect()),
        Kind::Text(syntax) => text(syntax).prop_map(|text| Value::Name(text.into())).boxed(),
        Kind::Row(Table::Models) => ids(catalogue.models.iter().map(|row| row.id.clone()).collect()),
        Kind::Row(Table::ApiPrices) => ids(catalogue.api_prices.iter().map(|row| row.id.clone()).collect()),
        Kind::Row(Table::Gpus) => ids(catalogue.gpus.iter().map(|row| row.id.clone()).collect()),
        Kind::Row(Table::Offers) => ids(catalogue.offers.iter().map(|row| row.id.clone()).collect()),
    };
    if id.field().automatic().is_some() { prop_oneof![given, Just(Value::Automatic)].boxed() } else { given }
}

/// A random text of a syntax; what it means is for the engine to say.
fn text(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::Weights => "[0-9a-z]{23}[1-9a-z]|[0-9a-z]{167}[1-9a-z]",
        Syntax::Currency => "[A-Z]{3}",
        Syntax::Ranges => "volume~0\\.[1-9]~[2-9](,tps~0\\.[5-9]~1\\.[1-9])?",
        Syntax::Model => unreachable!("models of the catalogue stand for all"),
    }
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let values: Vec<_> =
        FieldId::ALL.iter().map(|id| value(*id).prop_map(move |value| (*id, value))).collect();
    (values, prop::collection::vec(any::<bool>(), FieldId::ALL.len())).prop_map(|(values, take)| {
        let mut scenario = Scenario::default();
        for ((id, value), take) in values.into_iter().zip(take) {
            if take {
                scenario.set(id, value, Catalogue::builtin()).unwrap();
            }
        }
        scenario
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, rng_seed: prop::test_runner::RngSeed::Fixed(2026), ..Default::default() })]

    #[test]
    fn every_scenario_survives_its_link(scenario in scenarios()) {
        let text = link::encode(&scenario);
        let decoded = link::decode(&text, Catalogue::builtin());
        prop_assert_eq!(&decoded.scenario, &scenario, "{}", &text);
        prop_assert_eq!(decoded.notices, vec![]);
        prop_assert_eq!(link::encode(&decoded.scenario), text.clone());
        prop_assert!(text.len() <= MAX_LENGTH);
        prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~*,;=".contains(&b)), "{}", text);
    }

    #[test]
    fn every_scenario_has_a_finite_answer(scenario in scenarios()) {
        let Ok(report) = engine::evaluate(&scenario, Catalogue::builtin()) else { return Ok(()) };
        prop_assert!(report.api.bill.value().is_finite() && report.api.bill.value() >= 0.0);
        if let Ok(plan) = &report.plan {
            for figure in [plan.bill.total().value(), plan.utilisation, plan.purchases, plan.replica.tokens_per_second.value()] {
                prop_assert!(figure.is_finite() && figure >= 0.0, "{}", link::encode(&scenario));
            }
            // what is planned never exceeds what can be served at the target load
            prop_assert!(plan.utilisation <= scenario.target_load() * (1.0 + 1e-9));
        }
        // words and tables exist for whatever the answer is
        let words = llm_breakeven::words::verdict::verdict(&report).text();
        prop_assert!(!words.contains("NaN") && !words.contains("inf"), "{}", words);
    }

    #[test]
    fn any_text_gives_a_scenario(text in ".{0,400}") {
        let decoded = link::decode(&text, Catalogue::builtin());
        // what was understood is a fixpoint
        let again = link::decode(&link::encode(&decoded.scenario), Catalogue::builtin());
        prop_assert_eq!(again.scenario, decoded.scenario);
    }

    #[test]
    fn a_damaged_link_says_so(scenario in scenarios(), cut in 0.1..0.95f64) {
        let text = link::encode(&scenario);
        let kept = &text[..(text.len() as f64 * cut) as usize];
        let decoded = link::decode(kept, Catalogue::builtin());
        prop_assert!(kept.is_empty() || !decoded.notices.is_empty(), "{}", kept);
    }
}

#[test]
fn says_what_it_could_not_use() {
    let catalogue = Catalogue::builtin();
    let notices = |text: &str| link::decode(text, catalogue).notices;
    assert_eq!(notices(""), []);
    assert_eq!(notices("#"), []);
    assert!(matches!(&notices("9;t=5B")[..], [Notice::UnknownVersion(v), Notice::NoChecksum] if v == "9"));
    assert!(
        matches!(&notices("1;zz=1;k=0000")[..], [Notice::UnknownKey(k), Notice::WrongChecksum] if k == "zz=1")
    );
    assert!(matches!(&notices("1;t=1B;t=2B")[..], [Notice::Repeated(FieldId::Volume), Notice::NoChecksum]));
    assert!(matches!(&notices("1;gpu=h100-sxn")[..], [Notice::BadValue(error), Notice::NoChecksum]
        if llm_breakeven::words::errors::hint(error) == "Did you mean h100-sxm?"));
    assert!(matches!(notices(&"1;t=5B;".repeat(1000))[0], Notice::TooLong));
    // what mail programs do to links
    let sealed = link::encode(&link::decode("1;t=3B;in=80", catalogue).scenario);
    let mailed = sealed.replace(';', "%3B").replace('=', "%3D");
    assert_eq!(notices(&mailed), []);
}

/// Links that were published: they must give these verdicts for ever. Append only.
#[test]
fn published_links_keep_their_scenarios() {
    let catalogue = Catalogue::builtin();
    for (text, volume, gpu) in [
        ("1;t=20B;gpu=h200-sxm;fte=0", 20e9, "h200-sxm"),
        ("1;t=815M;in=70;gpu=a100-sxm-80gb;pg=1.29;fte=0;h=720", 815e6, "a100-sxm-80gb"),
    ] {
        let scenario = link::decode(text, catalogue).scenario;
        assert_eq!(scenario.volume().value(), volume);
        assert_eq!(scenario.gpu(), gpu);
    }
}
