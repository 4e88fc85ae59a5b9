//! Results of benchmark tools are read as they are written, and a measurement beats the model.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::KvFormat;
use llm_breakeven::engine::measured::{Measured, capacity, correction};
use llm_breakeven::engine::memory::{Engine, Parallel, Serving};
use llm_breakeven::engine::throughput::{Demand, Generation, Refusal, Setup, Tier};
use llm_breakeven::engine::weight_format::WeightFormat;
use llm_breakeven::import::benchmark::{Benchmark, Tool, read};
use llm_breakeven::import::model::ImportError;
use llm_breakeven::units::{Milliseconds, TokensPerSecond};

fn fixture(name: &str) -> Vec<Benchmark> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/benchmarks").join(name);
    read(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

#[test]
fn every_tool_is_read() {
    type Expected = (&'static str, Tool, usize, f64, f64, Option<f64>, f64, f64);
    let expected: [Expected; 6] = [
        ("vllm.json", Tool::BenchServing, 1, 1024.0, 512.0, Some(32.0), 1024.0, 30.5),
        ("sglang.jsonl", Tool::BenchServing, 2, 1000.0, 250.0, Some(8.0), 400.0, 18.0),
        ("guidellm.json", Tool::GuideLlm, 1, 256.0, 128.0, Some(15.8), 910.0, 15.5),
        ("aiperf.json", Tool::AiPerf, 1, 550.0, 200.0, Some(12.0), 600.0, 19.5),
        ("llama-bench.json", Tool::LlamaBench, 1, 1.0, 128.0, Some(1.0), 100.0, 10.0),
        ("console.txt", Tool::BenchServing, 1, 1000.0, 200.0, Some(10.0), 400.0, 23.5),
    ];
    for (name, tool, count, isl, osl, concurrency, output, tpot) in expected {
        let results = fixture(name);
        let first = &results[0];
        assert_eq!((first.tool, results.len(), first.concurrency), (tool, count, concurrency), "{name}");
        assert_eq!((first.isl, first.osl, first.output.value()), (isl, osl, output), "{name}");
        assert_eq!(first.tpot, Some(Milliseconds::new(tpot)), "{name}");
    }
}

#[test]
fn odd_results_are_refused_by_name() {
    let sound = r#"{"completed": 10, "duration": 10.0, "total_input_tokens": 100, "total_output_tokens": 100, "output_throughput": 10.0}"#;
    assert!(read(sound).is_ok());
    for (from, to, field) in [
        ("\"completed\": 10", "\"completed\": 0", "completed"),
        ("\"duration\": 10.0", "\"duration\": -1", "duration"),
        ("\"duration\": 10.0", "\"duration\": NaN", "duration"),
        ("\"total_input_tokens\": 100", "\"total_input_tokens\": \"many\"", "total_input_tokens"),
        ("\"output_throughput\": 10.0", "\"output_throughput\": 9000.0", "output_throughput"),
    ] {
        match read(&sound.replace(from, to)) {
            Err(ImportError::Field(invalid)) => assert_eq!(invalid.field, field),
            other => panic!("{to}: {other:?}"),
        }
    }
    for text in ["", "{}", "[]", "no table", "[1, 2]", "{\"benchmarks\": []}"] {
        assert_eq!(read(text), Err(ImportError::NotOfThisKind), "{text}");
    }
    assert!(matches!(read("{\"completed\": "), Err(ImportError::Syntax { .. })));
}

fn with_setup(check: impl Fn(&Setup)) {
    let catalogue = Catalogue::builtin();
    let architecture = Architecture::new(catalogue.model("llama-3.3-70b").unwrap()).unwrap();
    let accelerator = Accelerator::try_from(catalogue.gpu("h100-sxm").unwrap()).unwrap();
    let serving = Serving {
        engine: Engine::Vllm,
        weights: WeightFormat::Fp8,
        cache: KvFormat::Fp16,
        parallel: Parallel::of(4, 1),
        memory_share: None,
        max_sequences: None,
        flash_attention: true,
        weight_size: None,
    };
    check(&Setup {
        architecture: &architecture,
        accelerator: &accelerator,
        serving,
        generation: Generation::Current,
        speculation: None,
        constants: &CALIBRATED,
    });
}

fn demand(isl: f64, osl: f64) -> Demand {
    Demand { isl, osl, cached: 0.0, ttft_limit: None, tpot_limit: None }
}

#[test]
fn one_measurement_corrects_every_shape() {
    with_setup(|setup| {
        let own = setup.at_concurrency(&demand(1000.0, 500.0), 32.0).unwrap();
        let output = own.output * 0.8;
        let measured = Measured { isl: 1000.0, osl: 500.0, concurrency: Some(32.0), output };
        assert!((correction(setup, &measured).unwrap() - 0.8).abs() < 1e-9);
        let elsewhere = demand(4000.0, 200.0);
        let (plain, corrected) =
            (setup.capacity(&elsewhere).unwrap(), capacity(setup, &elsewhere, &measured).unwrap());
        assert!((corrected.output / plain.output - 0.8).abs() < 1e-9);
        assert!((corrected.tpot / plain.tpot - 1.25).abs() < 1e-9);
        assert_eq!(corrected.tier, Tier::Own);
        assert!(corrected.band.low > plain.band.low && corrected.band.high < plain.band.high);
        // Limits hold for what is stated, not for what was modelled.
        let limited = Demand { tpot_limit: Some(Milliseconds::new(20.0)), ..elsewhere };
        assert!(capacity(setup, &limited, &measured).unwrap().tpot.value() <= 20.0);
    });
}

#[test]
fn impossible_measurements_are_refused_by_name() {
    with_setup(|setup| {
        for output in [0.0, -5.0, f64::NAN, f64::INFINITY, 1e7] {
            let output = TokensPerSecond::new(output);
            let measured = Measured { isl: 1000.0, osl: 500.0, concurrency: None, output };
            match capacity(setup, &demand(1000.0, 500.0), &measured) {
                Err(Refusal::Invalid(invalid)) => assert_eq!(invalid.field, "output_throughput"),
                other => panic!("{output:?}: {other:?}"),
            }
        }
    });
}
