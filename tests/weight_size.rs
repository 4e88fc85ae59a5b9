//! The size of the weights as stored: read from a file or typed, it is what is held, read in each step and priced.

mod support {
    pub mod files;
}

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::memory::Engine;
use llm_breakeven::engine::planner::{self, Filter};
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::engine::{Plan, Report, evaluate};
use llm_breakeven::import::desk::{Desk, Outcome};
use llm_breakeven::import::{Imported, read_any};
use llm_breakeven::scenario::fields::Reason;
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::units::Date;
use llm_breakeven::words::errors;
use llm_breakeven::words::views::imports::benchmark::model_sets;
use support::files;

fn scenario(fields: &[(FieldId, &str)]) -> Scenario {
    let mut scenario = Scenario::default();
    for (field, text) in fields {
        scenario.set_text(*field, text, Catalogue::builtin()).unwrap_or_else(|error| panic!("{error:?}"));
    }
    scenario
}

fn report(fields: &[(FieldId, &str)]) -> Report {
    evaluate(&scenario(fields), Catalogue::builtin()).unwrap()
}

fn plan(fields: &[(FieldId, &str)]) -> Plan {
    report(fields).plan.unwrap()
}

const SMALL: (FieldId, &str) = (FieldId::Model, "llama-3.1-8b");
const ONE: (FieldId, &str) = (FieldId::GpusPerReplica, "1");

#[test]
fn it_is_held_and_read() {
    let computed = plan(&[SMALL, ONE, (FieldId::Format, "int4")]);
    let stored = plan(&[SMALL, ONE, (FieldId::Format, "int4"), (FieldId::WeightSize, "8 GB")]);
    let memory = |plan: &Plan| *plan.replica.memory().unwrap();
    assert!((memory(&stored).weights.value() / 8e9 - 1.0).abs() < 1e-9, "{:?}", memory(&stored));
    assert!(memory(&computed).weights.value() < 6.0e9);
    assert!(memory(&stored).cache < memory(&computed).cache);
    let speed = |plan: &Plan| plan.replica.tokens_per_second;
    assert!(speed(&stored) < speed(&computed));
    // two GPUs hold half each
    let two = plan(&[SMALL, (FieldId::GpusPerReplica, "2"), (FieldId::WeightSize, "8")]);
    assert!((memory(&two).weights.value() / 4e9 - 1.0).abs() < 1e-9);
}

#[test]
fn it_says_the_format_that_is_not_chosen() {
    let format = |fields: &[(FieldId, &str)]| plan(fields).replica.format.unwrap();
    assert_eq!(format(&[SMALL, ONE]), WeightFormat::Fp8);
    for (size, wanted) in [
        ("16.06", WeightFormat::Bf16),
        ("9", WeightFormat::Fp8),
        ("4.9", WeightFormat::Int4),
        ("2", WeightFormat::Int4),
        ("32", WeightFormat::Bf16),
    ] {
        assert_eq!(format(&[SMALL, ONE, (FieldId::WeightSize, size)]), wanted, "{size}");
    }
    // what is published in MXFP4 stays that
    let oss = [(FieldId::Model, "gpt-oss-120b"), (FieldId::WeightSize, "65.2")];
    assert_eq!(format(&oss), WeightFormat::Mxfp4);
    // a chosen format computes, the size is what is held
    let chosen = plan(&[SMALL, ONE, (FieldId::WeightSize, "4.9"), (FieldId::Format, "fp8")]);
    assert_eq!(chosen.replica.format, Some(WeightFormat::Fp8));
    assert!((chosen.replica.memory().unwrap().weights.value() / 4.9e9 - 1.0).abs() < 1e-9);
}

#[test]
fn that_of_another_model_is_refused_with_what_to_write() {
    for size in ["0.9", "40"] {
        let error =
            evaluate(&scenario(&[SMALL, (FieldId::WeightSize, size)]), Catalogue::builtin()).unwrap_err();
        assert_eq!(error.field, FieldId::WeightSize);
        assert!(matches!(error.reason, Reason::OtherModel(least, most) if least > 1.0 && most < 36.2));
        assert_eq!(errors::reason(&error), format!("“{size}” GB are not the weights of this model."));
        assert_eq!(errors::hint(&error), "Write 1 to 36.1 (1 to 36 bits per parameter), or leave it empty.");
    }
    let mut scenario = Scenario::default();
    for text in ["0", "-1", "1e9", "NaN", "many", "3 kg"] {
        assert!(scenario.set_text(FieldId::WeightSize, text, Catalogue::builtin()).is_err(), "{text}");
    }
    assert_eq!(scenario, Scenario::default());
}

#[test]
fn the_ranking_has_the_one_format_that_there_is() {
    let all = |fields: &[(FieldId, &str)]| {
        planner::plan(&scenario(fields), Catalogue::builtin(), &Filter::default()).unwrap()
    };
    let ranked = all(&[SMALL, (FieldId::WeightSize, "4.9")]);
    assert!(!ranked.plans.is_empty());
    for plan in &ranked.plans {
        assert_eq!(plan.format, WeightFormat::Int4);
        let gpus = f64::from(plan.replica.parallel.gpus());
        let held = plan.replica.memory().unwrap().weights.value() * gpus;
        assert!(held >= 4.9e9 * 0.999, "{held}");
    }
    let chosen = all(&[SMALL, (FieldId::WeightSize, "4.9"), (FieldId::Format, "nvfp4")]);
    assert!(chosen.plans.iter().all(|plan| plan.format == WeightFormat::Nvfp4));
    assert!(all(&[SMALL]).plans.iter().any(|plan| plan.format != WeightFormat::Int4));
}

#[test]
fn a_link_keeps_it() {
    let one = scenario(&[SMALL, (FieldId::WeightSize, "16.060522496")]);
    let text = link::encode(&one);
    assert!(text.contains(";ws=16.060522496"), "{text}");
    assert_eq!(link::decode(&text, Catalogue::builtin()).scenario, one);
    // another model of the same size to compare with
    let other = scenario(&[(FieldId::WeightSize, "16.060522496")]);
    let both = link::encode_all(&one, std::slice::from_ref(&other), Catalogue::builtin().newest());
    assert_eq!(link::decode(&both, Catalogue::builtin()).others, [other]);
}

fn today() -> Date {
    Date::parse("2026-11-25").unwrap()
}

/// What an import puts into the default scenario.
fn taken(desk: &Desk) -> Scenario {
    let Some((_, Outcome::Model { read, checkpoint })) = desk.last() else { panic!("{:?}", desk.last()) };
    let sets = model_sets(&read.model, checkpoint.as_ref());
    let sets: Vec<(FieldId, &str)> = sets.iter().map(|(field, text)| (*field, text.as_str())).collect();
    scenario(&sets)
}

#[test]
fn a_gguf_file_states_it() {
    let mut desk = Desk::default();
    desk.take("m.gguf", &files::small_gguf(), today(), Catalogue::builtin());
    let scenario = taken(&desk);
    let Some((_, Outcome::Model { checkpoint: Some(file), .. })) = desk.last() else { panic!() };
    assert_eq!(scenario.weight_size().unwrap().value(), file.bytes as f64);
    assert_eq!(scenario.name(FieldId::ServingEngine), Some("llamacpp"));
    let plan = evaluate(&scenario, Catalogue::builtin()).unwrap().plan.unwrap();
    let held = plan.replica.memory().unwrap().weights.value() * f64::from(plan.replica.gpus);
    // llama.cpp leaves the embedding in host memory
    assert!(held <= file.bytes as f64 && held > file.bytes as f64 * 0.5, "{held} of {}", file.bytes);
    assert!(matches!(
        plan.replica.format,
        Some(WeightFormat::Int4 | WeightFormat::Int8 | WeightFormat::Bf16)
    ));
    assert_eq!(Engine::from_key("llamacpp"), Some(Engine::LlamaCpp));
}

#[test]
fn an_index_beside_a_configuration_states_it() {
    let index = |bytes: u64| {
        format!(
            r#"{{"metadata": {{"total_size": {bytes}}}, "weight_map": {{"a.weight": "model.safetensors"}}}}"#
        )
    };
    // two bytes for each of 8,030,261,248 parameters; most indexes state no count
    let mut desk = Desk::default();
    desk.take("config.json", files::CONFIG.as_bytes(), today(), Catalogue::builtin());
    assert_eq!(taken(&desk).weight_size(), None);
    desk.take(
        "model.safetensors.index.json",
        index(16_060_522_496).as_bytes(),
        today(),
        Catalogue::builtin(),
    );
    assert_eq!(taken(&desk).weight_size().unwrap().value(), 16_060_522_496.0);
    // one of another model is not taken for it
    desk.take(
        "model.safetensors.index.json",
        index(141_107_412_992).as_bytes(),
        today(),
        Catalogue::builtin(),
    );
    assert!(matches!(desk.last(), Some((_, Outcome::Weights(_)))), "{:?}", desk.last());
}

#[test]
fn one_file_of_several_does_not_state_it() {
    let read = |name: &str, bytes: &[u8]| match read_any(name, bytes, today(), Catalogue::builtin()) {
        Ok(Imported::Weights(file) | Imported::Model { checkpoint: Some(file), .. }) => file,
        other => panic!("{other:?}"),
    };
    let bytes = files::small_safetensors();
    for (name, part) in [
        ("model.safetensors", false),
        ("model-00001-of-00001.safetensors", false),
        ("model-00002-of-00004.safetensors", true),
        ("one-of-many.safetensors", false),
    ] {
        let file = read(name, &bytes);
        assert_eq!((file.part, file.size().is_none()), (part, part), "{name}");
    }
    let split = files::gguf(
        &[
            ("block_count", 2),
            ("embedding_length", 256),
            ("attention.head_count", 4),
            ("attention.head_count_kv", 4),
            ("feed_forward_length", 512),
            ("split.count", 3),
        ],
        &[("token_embd.weight", &[256, 1000], 12)],
    );
    let Ok(Imported::Model { read, checkpoint: Some(file) }) =
        read_any("m-00001-of-00003.gguf", &split, today(), Catalogue::builtin())
    else {
        panic!("no model")
    };
    // what the other files hold is in no count
    assert_eq!((file.size(), read.model.parameters.total), (None, None));
}
