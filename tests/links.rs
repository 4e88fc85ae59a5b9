//! Links: any scenario survives them, any text is survived.

use llm_breakeven::catalogue::model_text::encode;
use llm_breakeven::catalogue::{Catalogue, Text};
use llm_breakeven::engine;
use llm_breakeven::scenario::fields::{Kind, Syntax, Table, Value};
use llm_breakeven::scenario::link::{self, MAX_LENGTH, MOST_SCENARIOS, Notice, SAFE_LENGTH};
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::Date;
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
        Syntax::Day => "20(1[0-9]|2[0-5])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
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
    fn four_scenarios_survive_their_link(all in prop::collection::vec(scenarios(), 1..=MOST_SCENARIOS)) {
        let catalogue = Catalogue::builtin();
        let text = link::encode_all(&all[0], &all[1..], catalogue.newest());
        let decoded = link::decode(&text, catalogue);
        prop_assert_eq!(&decoded.scenario, &all[0], "{}", &text);
        prop_assert_eq!(&decoded.others, &all[1..], "{}", &text);
        prop_assert_eq!(decoded.notices, vec![]);
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
        let text = link::encode_all(&decoded.scenario, &decoded.others, Catalogue::builtin().newest());
        let again = link::decode(&text, Catalogue::builtin());
        prop_assert_eq!((again.scenario, again.others), (decoded.scenario, decoded.others));
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
    assert_eq!(notices("1;t=7B;d=2099-01-01")[0], Notice::LaterDay(Date::parse("2099-01-01").unwrap()));
    assert_eq!(notices("1;vs;vs;vs;vs;t=5B")[..], [Notice::TooMany, Notice::NoChecksum, Notice::Used(0, 1)]);
    assert!(matches!(&notices("9;t=5B")[..], [Notice::UnknownVersion(v), Notice::NoChecksum] if v == "9"));
    assert!(
        matches!(&notices("1;zz=1;k=0000")[..], [Notice::UnknownKey(k), Notice::WrongChecksum, Notice::Used(0, 1)] if k == "zz=1")
    );
    assert!(matches!(
        &notices("1;t=1B;t=2B")[..],
        [Notice::Repeated(FieldId::Volume), Notice::NoChecksum, Notice::Used(1, 2)]
    ));
    assert!(
        matches!(&notices("1;gpu=h100-sxn")[..], [Notice::BadValue(error), Notice::NoChecksum, Notice::Used(0, 1)]
        if llm_breakeven::words::errors::hint(error) == "Did you mean h100-sxm?")
    );
    assert!(matches!(notices(&"1;t=5B;".repeat(2000))[0], Notice::TooLong));
    // what mail programs do to links
    let sealed = link::encode(&link::decode("1;t=3B;in=80", catalogue).scenario);
    let mailed = sealed.replace(';', "%3B").replace('=', "%3D");
    assert_eq!(notices(&mailed), []);
}

/// What a mail program, a chat or a hand leaves of a link: the rest is used, and how much that was is said.
#[test]
fn a_damaged_link_says_how_much_of_it_was_used() {
    let catalogue = Catalogue::builtin();
    let text = "1;m=qwen3-32b;t=20B;in=8O;gpu=h200-smx;load=60;fte=0;h=720;xx=1;d=2026-11-20";
    let decoded = link::decode(text, catalogue);
    assert_eq!(decoded.notices.last(), Some(&Notice::Used(6, 9)));
    assert_eq!((decoded.scenario.model(), decoded.scenario.number(FieldId::TargetLoad)), ("qwen3-32b", 60.0));
    let told = llm_breakeven::words::errors::notice(&Notice::Used(7, 9));
    assert_eq!(told, "7 of 9 settings of the link were used.");
    // thousands of mistakes are not thousands of sentences
    assert!(link::decode(&"1;x;y;z".repeat(1500), catalogue).notices.len() <= 16);
}

/// The longest text that a field takes, with numbers of so many digits.
fn longest(id: FieldId, digits: usize) -> String {
    let catalogue = Catalogue::builtin();
    let long = |ids: Vec<&str>| ids.into_iter().max_by_key(|id| id.len()).unwrap_or_default().to_owned();
    match id.field().kind {
        Kind::Number { min, max, whole, .. } => {
            let mut texts = Vec::new();
            for power in -6..=16 {
                let number = 1.234_567_890_123_456_f64 * 10_f64.powi(power);
                for number in [number, -number, min, max] {
                    let rounded: f64 = format!("{number:.*e}", digits - 1).parse().unwrap();
                    let value = if whole { rounded.round() } else { rounded }.clamp(min, max);
                    let mut scenario = Scenario::default();
                    scenario.set(id, Value::Number(value), catalogue).unwrap();
                    texts.push(scenario.text(id));
                }
            }
            texts.into_iter().max_by_key(String::len).unwrap()
        }
        Kind::Choice(choices) => long(choices.iter().map(|choice| choice.key).collect()),
        Kind::Set(choices) => choices.iter().map(|choice| choice.key).collect::<Vec<_>>().join("*"),
        Kind::Row(Table::Models) => long(catalogue.models.iter().map(|row| &*row.id).collect()),
        Kind::Row(Table::ApiPrices) => long(catalogue.api_prices.iter().map(|row| &*row.id).collect()),
        Kind::Row(Table::Gpus) => long(catalogue.gpus.iter().map(|row| &*row.id).collect()),
        Kind::Row(Table::Offers) => long(catalogue.offers.iter().map(|row| &*row.id).collect()),
        Kind::Text(Syntax::Weights) => "0123456789abcdefghijklmnopqrstuvwxyz".repeat(5)[..168].to_owned(),
        Kind::Text(Syntax::Currency) => "EUR".to_owned(),
        Kind::Text(Syntax::Day) => "2026-11-20".to_owned(),
        Kind::Text(Syntax::Model) => {
            catalogue.models.iter().map(encode).max_by_key(String::len).unwrap_or_default()
        }
        Kind::Text(Syntax::Ranges) => "tps~0.75~1.25,pg~0.8~1.5,t~0.5~2".to_owned(),
    }
}

fn filled(fields: impl Iterator<Item = FieldId>, digits: usize) -> Scenario {
    let mut scenario = Scenario::default();
    for id in fields {
        scenario.set_text(id, &longest(id, digits), Catalogue::builtin()).unwrap();
    }
    scenario
}

/// The arithmetic of docs/links.md.
#[test]
fn links_are_as_short_as_is_said() {
    let newest = Catalogue::builtin().newest();
    let length = |scenario: &Scenario, others: &[Scenario]| link::encode_all(scenario, others, newest).len();
    let all = || FieldId::ALL.iter().copied();
    // rented and bought hardware exclude each other, and so do what belongs to one of them alone
    let bought = [
        FieldId::PurchasePrice,
        FieldId::HardwareLife,
        FieldId::Residual,
        FieldId::GpuPower,
        FieldId::Pue,
        FieldId::Electricity,
        FieldId::Colocation,
        FieldId::Capital,
        FieldId::Maintenance,
    ];
    let rented = [
        FieldId::Offer,
        FieldId::GpuPrice,
        FieldId::GpuDiscount,
        FieldId::ReservedShare,
        FieldId::SpotShare,
        FieldId::ReservedDiscount,
        FieldId::SpotDiscount,
        FieldId::Interruptions,
        FieldId::MinimumBilling,
    ];
    let without = |left_out: [FieldId; 9]| length(&filled(all().filter(|id| !left_out.contains(id)), 3), &[]);
    let figures = [
        ("nothing set", length(&Scenario::default(), &[]), 25),
        (
            "all of rented hardware, 3 digits each, longest rows, own model, three ranges, 168 hours",
            without(bought),
            SAFE_LENGTH,
        ),
        ("all of bought hardware, the same way", without(rented), SAFE_LENGTH),
        ("every field set, the same way: the page offers a file", length(&filled(all(), 3), &[]), 1_600),
        ("every field at its longest, fifteen digits each", length(&filled(all(), 15), &[]), 3_000),
    ];
    for (what, length, most) in figures {
        println!("{what}: {length}");
        assert!(length <= most, "{what}: {length}");
    }
}

/// The longest link that is called safe: four scenarios, each with its own week.
#[test]
fn four_weeks_fit_a_safe_link() {
    let week = |shift: usize| "0123456789abcdefghijklmnopqrstuvwxyz".repeat(6)[shift..shift + 168].to_owned();
    let numbers = || FieldId::ALL.iter().copied().filter(|id| matches!(id.field().kind, Kind::Number { .. }));
    let mut open = filled(numbers().take(30), 3);
    open.set_text(FieldId::Weights, &week(0), Catalogue::builtin()).unwrap();
    let others: Vec<Scenario> = (1..MOST_SCENARIOS)
        .map(|shift| {
            let mut other = open.clone();
            other.set_text(FieldId::Weights, &week(shift), Catalogue::builtin()).unwrap();
            for id in numbers().skip(30).take(10) {
                other.set_text(id, &longest(id, 3), Catalogue::builtin()).unwrap();
            }
            other
        })
        .collect();
    let text = link::encode_all(&open, &others, Catalogue::builtin().newest());
    println!("{}: {text}", text.len());
    assert!(text.len() <= SAFE_LENGTH, "{}", text.len());
}

/// The table of fields in docs/links.md.
fn table_of_fields() -> String {
    use llm_breakeven::scenario::fields::Default as Given;
    let mut table = "| key | name | what | default | takes |\n|---|---|---|---|---|\n".to_owned();
    for id in FieldId::ALL {
        let field = id.field();
        let default = match field.default {
            Given::Automatic(rule) => format!("*{rule}*"),
            Given::Number(number) => llm_breakeven::units::format::exact(number),
            Given::Name("") => "none".to_owned(),
            Given::Name(name) => name.to_owned(),
        };
        let takes = match field.kind {
            Kind::Number { min, max, whole, .. } => {
                let exact = llm_breakeven::units::format::exact;
                format!("{} to {}{}", exact(min), exact(max), if whole { ", whole" } else { "" })
            }
            Kind::Choice(choices) => choices.iter().map(|choice| choice.key).collect::<Vec<_>>().join(", "),
            Kind::Set(choices) => {
                format!(
                    "any of {}, joined by `*`",
                    choices.iter().map(|choice| choice.key).collect::<Vec<_>>().join(", ")
                )
            }
            Kind::Row(Table::Models) => "a model's id".to_owned(),
            Kind::Row(Table::Gpus) => "a GPU's id".to_owned(),
            Kind::Row(Table::ApiPrices) => "an API price's id".to_owned(),
            Kind::Row(Table::Offers) => "an offer's id".to_owned(),
            Kind::Text(Syntax::Model) => "a model's shape".to_owned(),
            Kind::Text(Syntax::Weights) => "24 or 168 of 0-9 and a-z".to_owned(),
            Kind::Text(Syntax::Currency) => "three letters".to_owned(),
            Kind::Text(Syntax::Ranges) => "`name~low~high`, joined by commas".to_owned(),
            Kind::Text(Syntax::Day) => "a day".to_owned(),
        };
        table += &format!("| `{}` | `{}` | {} | {default} | {takes} |\n", field.key, field.name, field.label);
    }
    table
}

/// `RECORD_DOCS=1 cargo test --no-default-features --test links` writes the table anew.
#[test]
fn the_documentation_has_the_table_of_fields() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/links.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once("<!-- fields -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /fields -->").unwrap();
    let wanted = format!("{before}<!-- fields -->\n{}<!-- /fields -->{after}", table_of_fields());
    if std::env::var("RECORD_DOCS").is_ok() {
        std::fs::write(&file, &wanted).unwrap();
    }
    assert!(
        wanted == std::fs::read_to_string(&file).unwrap(),
        "docs/links.md: RECORD_DOCS=1 writes its table anew"
    );
}

/// Defaults are part of every published link. One that moves needs a version in `VERSIONS` of `link.rs`, which keeps the old
/// one, and then a new file here; this one stays.
#[test]
fn the_defaults_of_version_1_are_frozen() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links/defaults-1.tsv");
    let decoded = link::decode("1;", Catalogue::builtin()).scenario;
    let now: String =
        FieldId::ALL.iter().map(|id| format!("{}\t{}\n", id.field().key, decoded.text(*id))).collect();
    let frozen = std::fs::read_to_string(&file).unwrap();
    for line in frozen.lines() {
        assert!(now.lines().any(|one| one == line), "links of version 1 mean {line:?}");
    }
    for line in now.lines() {
        assert!(frozen.lines().any(|one| one == line), "a new field: append {line:?} to {}", file.display());
    }
}
