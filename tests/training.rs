//! Training memory and time against published runs, and sharing of one GPU.

mod support;

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine::accelerator::Accelerator;
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::kv_cache::KvFormat;
use llm_breakeven::engine::memory::{self, Engine, Parallel, Serving};
use llm_breakeven::engine::sharing::{adapter_memory, residents, slice};
use llm_breakeven::engine::training::{Method, Training, adapter_parameters, plan};
use llm_breakeven::engine::weight_format::WeightFormat;
use support::{golden, number, printed};

fn model(id: &str) -> Architecture {
    Architecture::new(Catalogue::builtin().model(id).unwrap()).unwrap()
}

fn gpu(id: &str) -> Accelerator {
    Accelerator::try_from(Catalogue::builtin().gpu(id).unwrap()).unwrap()
}

fn run(method: Method) -> Training {
    Training {
        method,
        sequence: 2048.0,
        batch: 1,
        gpus: 1,
        sharded: false,
        recompute: true,
        tokens: 1e9,
        utilisation: 0.4,
    }
}

/// Days of the large runs that papers report, recomputed activations included.
#[test]
fn published_runs_take_the_days_they_took() {
    let Some(file) = golden("llm_analysis_roofline.json") else { return };
    let a100 = gpu("a100-sxm-80gb");
    let base = model("llama-3.1-405b");
    let mut compared = 0;
    for case in file["training_paper_targets"].as_array().unwrap() {
        let days = number(&case["expected_days"]);
        let name = case["model"].as_str().unwrap();
        let billions = name.rsplit('-').next().and_then(|word| word.strip_suffix('b')).map(str::parse::<f64>);
        let (Some(Ok(billions)), false) = (billions, days.is_nan()) else { continue };
        // Any dense model of that size: scale the run by its parameters.
        let scale = billions * 1e9 / base.components.total();
        let utilisation = number(&case["achieved_tflops"]) * 1e12 / a100.fp16.value();
        let training = Training { tokens: number(&case["tokens"]), utilisation, ..run(Method::Full) };
        let hours = plan(&base, &a100, &training).unwrap().gpu_hours.value() * scale;
        let ours = hours / number(&case["gpus"]) / 24.0;
        println!("{name}: {ours:.1} days against {days}");
        assert!(
            (ours / days - 1.0).abs() < case["tol"].as_f64().unwrap_or(0.05),
            "{name}: {ours} against {days}"
        );
        compared += 1;
    }
    assert!(compared > 0);
}

/// Adam holds four times the 32-bit model, however precision is mixed.
#[test]
fn adam_takes_sixteen_bytes_per_parameter() {
    let Some(file) = golden("accelerate_estimate_memory.json") else { return };
    let llama = model("llama-3-8b");
    let p = plan(&llama, &gpu("h100-sxm"), &run(Method::Full)).unwrap();
    let ratio = (p.weights + p.gradients + p.optimiser).value() / (4.0 * llama.components.total());
    for case in file["cases"].as_array().unwrap() {
        let (Some(total), Some(adam)) = (printed(&case["total"]), printed(&case["adam"])) else { continue };
        if case["dtype"] == "float32" {
            let theirs = adam / total;
            assert!((theirs / ratio - 1.0).abs() < 0.005, "{}: {ratio} against {theirs}", case["model"]);
        }
    }
}

#[test]
fn adapters_have_the_known_size() {
    // Rank 16 on all linear layers of Llama 2 7B, as fine-tuning libraries print it.
    assert_eq!(adapter_parameters(&model("llama-2-7b"), 16), 39_976_960.0);
    assert_eq!(adapter_memory(&model("llama-2-7b"), 16, 10).value(), 799_539_200.0);
}

#[test]
fn methods_need_what_they_are_known_to_need() {
    let (llama, h100) = (model("llama-3-8b"), gpu("h100-sxm"));
    let memory = |method| plan(&llama, &h100, &run(method)).unwrap();
    let (full, lora, qlora) =
        (memory(Method::Full), memory(Method::Lora { rank: 16 }), memory(Method::Qlora { rank: 16 }));
    assert!(full.missing.value() > 0.0, "8 B parameters at 16 bytes exceed one H100");
    assert!(
        lora.missing.value() <= 0.0 && (16.0..24.0).contains(&lora.memory().gib()),
        "{}",
        lora.memory().gib()
    );
    assert!((6.0..10.0).contains(&qlora.memory().gib()), "{}", qlora.memory().gib());
    assert!(lora.gpu_hours < full.gpu_hours);
    // 70 B parameters in four bits, on one 48 GB card.
    let short = Training { sequence: 512.0, ..run(Method::Qlora { rank: 16 }) };
    let large = plan(&model("llama-3-70b"), &gpu("l40s"), &short).unwrap();
    assert!(large.missing.value() <= 0.0, "{} GiB missing", large.missing.gib());
}

#[test]
fn odd_runs_are_refused_by_name() {
    let (llama, h100) = (model("llama-3-8b"), gpu("h100-sxm"));
    for bad in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
        for (field, training) in [
            ("sequence", Training { sequence: bad, ..run(Method::Full) }),
            ("tokens", Training { tokens: bad, ..run(Method::Full) }),
            ("utilisation", Training { utilisation: bad, ..run(Method::Full) }),
        ] {
            assert_eq!(plan(&llama, &h100, &training).unwrap_err().field, field);
        }
    }
    let lora = run(Method::Lora { rank: 0 });
    assert_eq!(plan(&llama, &h100, &lora).unwrap_err().field, "rank");
}

#[test]
fn slices_and_neighbours_share_a_gpu() {
    let h100 = gpu("h100-sxm");
    let eighth = slice(&h100, 1, 7).unwrap();
    assert_eq!(eighth.memory.value() * 8.0, h100.memory.value());
    assert!(slice(&h100, 5, 7).is_err() && slice(&h100, 0, 7).is_err() && slice(&h100, 8, 7).is_err());
    let serving = Serving {
        engine: Engine::Vllm,
        weights: WeightFormat::Fp8,
        cache: KvFormat::Fp8,
        parallel: Parallel::SINGLE,
        memory_share: None,
        max_sequences: None,
        flash_attention: true,
        weight_size: None,
    };
    let small = memory::plan(&model("llama-3-8b"), &h100, &serving, 1024.0, 256.0, &CALIBRATED).unwrap();
    let fits =
        |copies: usize| residents(h100.memory, 0.9, &vec![(small, 8.0); copies]).unwrap().value() <= 0.0;
    assert!(fits(2) && fits(5) && !fits(8));
}
