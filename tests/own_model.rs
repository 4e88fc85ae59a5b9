//! A model's shape goes into a link and comes back: the same memory, the same throughput, and no text ever stops it.

mod support;

use llm_breakeven::catalogue::model::Model;
use llm_breakeven::catalogue::model_text::{MAX_LENGTH, ModelTextError, decode, encode};
use llm_breakeven::catalogue::{Catalogue, Text};
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::KvFormat;
use llm_breakeven::engine::memory::{Engine, Parallel, Serving};
use llm_breakeven::engine::throughput::{Demand, Generation, Setup};
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::import::model::hf_config;
use llm_breakeven::units::Date;
use proptest::prelude::*;

/// What a link keeps of a model.
fn shape(model: &Model) -> Model {
    let mut shape = model.clone();
    shape.id = "own".into();
    (shape.family, shape.unverified, shape.source) = (Text::default(), Text::default(), Text::default());
    (shape.licence, shape.notes, shape.as_of) = (None, None, Date::EPOCH);
    (shape.parameters.published_total_b, shape.parameters.published_active_b) = (None, None);
    shape
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~*,".contains(&byte))
}

/// The longest text among models, with the name cut as the text cuts it.
fn round_trip(name: &str, model: &Model) -> usize {
    let text = encode(model);
    assert!(is_plain(&text), "{name}: {text}");
    assert!(text.len() <= 250, "{name}: {} characters: {text}", text.len());
    let back = decode(&text).unwrap_or_else(|error| panic!("{name}: {error:?}: {text}"));
    assert_eq!(encode(&back), text, "{name}");
    let mut wanted = shape(model);
    if wanted.hf_id != back.hf_id {
        assert!(wanted.hf_id.len() >= 60 && wanted.hf_id.starts_with(&*back.hf_id), "{name}: {}", back.hf_id);
        wanted.hf_id = back.hf_id.clone();
    }
    assert_eq!(back, wanted, "{name}");
    text.len()
}

#[test]
fn every_model_of_the_catalogue_comes_back() {
    let longest = Catalogue::builtin().models.iter().map(|model| round_trip(&model.id, model)).max();
    println!("longest: {longest:?} characters");
}

/// Tokens per second, first token and memory of a model on eight GPUs, to the last bit.
fn served(model: &Model) -> Result<[u64; 4], String> {
    let catalogue = Catalogue::builtin();
    let architecture = Architecture::new(model).map_err(|error| format!("{error:?}"))?;
    let accelerator = Accelerator::try_from(catalogue.gpu("h200-sxm").unwrap()).unwrap();
    let serving = Serving {
        engine: Engine::Vllm,
        weights: WeightFormat::Fp8,
        cache: KvFormat::Fp16,
        parallel: Parallel::of(8, 1),
        memory_share: None,
        max_sequences: None,
        flash_attention: true,
        weight_size: None,
    };
    let setup = Setup {
        architecture: &architecture,
        accelerator: &accelerator,
        serving,
        generation: Generation::Current,
        speculation: None,
        constants: &CALIBRATED,
    };
    let demand = Demand { isl: 2000.0, osl: 300.0, cached: 0.0, ttft_limit: None, tpot_limit: None };
    let served = setup.capacity(&demand).map_err(|error| format!("{error:?}"))?;
    let memory = served.memory.weights.value();
    Ok([served.output.value(), served.ttft.value(), served.tpot.value(), memory].map(f64::to_bits))
}

/// Real configurations: parameters, memory and throughput of the text are those of the file.
#[test]
fn every_configuration_comes_back() {
    let Some(folder) = support::folder("HF_CONFIGS_DIR", "../shared/data/hf_configs") else { return };
    let (mut files, mut longest, mut fitting) = (0, 0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().replace("--", "/");
        let text = std::fs::read_to_string(&path).unwrap();
        let model = hf_config::read(&text, &name).unwrap().model;
        longest = longest.max(round_trip(&name, &model));
        let back = decode(&encode(&model)).unwrap();
        assert_eq!(Architecture::new(&back), Architecture::new(&model), "{name}");
        let (file, link) = (served(&model), served(&back));
        assert_eq!(file, link, "{name}");
        (files, fitting) = (files + 1, fitting + u32::from(file.is_ok()));
    }
    println!("{files} configurations, longest text {longest}, {fitting} fit on 8 H200");
    assert!(files >= 59 && fitting > files / 2, "{files} {fitting}");
}

#[test]
fn names_of_any_letters() {
    let mut model = Catalogue::builtin().models[0].clone();
    for name in ["", "a b", "ü/日本 *~,;=&%", "x".repeat(500).as_str(), "é".repeat(100).as_str(), "-._"] {
        model.hf_id = name.to_owned().into();
        let text = encode(&model);
        assert!(is_plain(&text) && text.len() <= MAX_LENGTH, "{text}");
        let back = decode(&text).unwrap();
        assert!(name.starts_with(&*back.hf_id), "{name}: {}", back.hf_id);
        assert_eq!(encode(&back), text);
    }
}

#[test]
fn mistakes_are_named() {
    let sound = "1l2h64a4k2f128v100u2,me~mine";
    assert_eq!(encode(&decode(sound).unwrap()), sound);
    let mistakes = [
        ("", ModelTextError::Version),
        ("2l2h64", ModelTextError::Version),
        ("1", ModelTextError::Missing("layers")),
        ("1l0h64a4k2v100u2,x", ModelTextError::Missing("layers")),
        ("1l2h64a4k2f128u2,x", ModelTextError::Missing("vocab_size")),
        ("1l2h64a4k2f128v100u2", ModelTextError::Unreadable(20)),
        ("1l2h64a4k2f128v100u2,%", ModelTextError::Unreadable(21)),
        ("1l2h64a4k2f128v100u2,*4", ModelTextError::Unreadable(21)),
        ("1l2h64a4k2f128v100u2Z9,x", ModelTextError::Unreadable(20)),
        ("1l2h64a4k2f128v100u2.3,x", ModelTextError::Unreadable(21)),
        ("1l2h64a4k2f128v100q9u2,x", ModelTextError::Unreadable(20)),
        ("1l99999999h64a4k2f128v100u2,x", ModelTextError::Unreadable(2)),
    ];
    for (text, error) in mistakes {
        assert_eq!(decode(text), Err(error), "{text}");
    }
    assert_eq!(decode(&"1".repeat(MAX_LENGTH + 1)), Err(ModelTextError::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a link holds, reading it ends, and so does the engine on what was read.
    #[test]
    fn any_text_ends(text in "\\PC{0,80}", fields in "1(l[0-9]{1,3})?(h[0-9]{1,8})?(a[0-9]{1,8})?(k[0-9]{1,8})?(d[0-9]{1,8})?(f[0-9]{1,8})?(v[0-9]{1,8})?(t1)?(m[0-9.]{1,40})?(q[0-9])?(u[0-9]{1,8})?(s[0-9.]{1,8})?(n[0-9.]{1,30})?(c[0-9.]{1,40})?(g[0-9.]{1,9})?(b[0-9]{1,8})?(e1)?(i[0-9.]{1,20})?(r[0-9.]{1,30})?(o[0-9]{1,8})?(x[0-9]{1,10})?(y[0-9])?(p[0-9.]{1,60})?,[a-z~*.]{0,9}") {
        let _ = decode(&text);
        if let Ok(model) = decode(&fields) {
            // the text of what was read is read as the same
            prop_assert_eq!(decode(&encode(&model)), Ok(model.clone()), "{}", fields);
            if Architecture::new(&model).is_ok() {
                let _ = served(&model);
            }
        }
    }

    /// A damaged text is another model or a message, never a panic.
    #[test]
    fn damage_ends(model in 0usize..100, cut in 0usize..200, at in 0usize..200, byte in 32u8..127) {
        let models = &Catalogue::builtin().models;
        let mut text = encode(&models[model % models.len()]).into_bytes();
        let length = text.len();
        text[at % length] = byte;
        text.truncate(cut.max(1));
        if let Ok(model) = decode(std::str::from_utf8(&text).unwrap()) {
            let _ = served(&model);
        }
    }
}

/// In a scenario, the own model replaces the catalogue's on the GPUs; the API to compare with stays.
#[test]
fn a_scenario_with_an_own_model() {
    use llm_breakeven::engine::evaluate;
    use llm_breakeven::scenario::{FieldId, Scenario, link};
    let catalogue = Catalogue::builtin();
    let mut scenario = Scenario::default();
    let before = evaluate(&scenario, catalogue).unwrap();
    scenario.set_text(FieldId::OwnModel, &encode(&before.model), catalogue).unwrap();
    let same = evaluate(&scenario, catalogue).unwrap();
    assert_eq!(same.model.parameters.total, before.model.parameters.total);
    assert_eq!(same.api, before.api);
    // half the layers: about twice as fast, and the text survives the link
    let mut half = before.model.clone();
    half.layers /= 2;
    half.attention.full_layers /= 2;
    half.parameters = Default::default();
    scenario.set_text(FieldId::OwnModel, &encode(&half), catalogue).unwrap();
    let faster = evaluate(&scenario, catalogue).unwrap();
    let speed = |report: &llm_breakeven::engine::Report| {
        let replica = &report.plan.as_ref().unwrap().replica;
        replica.tokens_per_second.value() / f64::from(replica.gpus)
    };
    assert!(speed(&faster) > 1.5 * speed(&same), "{} {}", speed(&faster), speed(&same));
    let text = link::encode(&scenario);
    assert_eq!(link::decode(&text, catalogue).scenario, scenario);
    // neither nonsense nor contradictions get in
    for text in ["x", "1l80", "1l2h64a4k2f128v100u2"] {
        assert!(scenario.clone().set_text(FieldId::OwnModel, text, catalogue).is_err(), "{text}");
    }
    scenario.set_text(FieldId::OwnModel, "1l2h64a4k9f128v100u2,x", catalogue).unwrap();
    assert_eq!(evaluate(&scenario, catalogue).unwrap_err().field, FieldId::OwnModel);
}
