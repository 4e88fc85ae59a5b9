//! Files of every kind through the one way in: each is recognised by what is in it, damage and wrong units are named,
//! and no bytes stop anything.

use llm_breakeven::catalogue::{Catalogue, Commitment, Overlay, model_text};
use llm_breakeven::engine::architecture::Architecture;
use llm_breakeven::import::desk::{Desk, Outcome};
use llm_breakeven::import::model::{ImportError, Notice};
use llm_breakeven::import::prices::{
    Format, Issue, MAX_BYTES, TypedApiPrice, TypedOffer, read, write_overlay,
};
use llm_breakeven::import::runs;
use llm_breakeven::import::{Imported, Kind, Seen, Unreadable, read_any};
use llm_breakeven::scenario::{FieldId, Scenario};
use llm_breakeven::units::Date;
use llm_breakeven::words::{imports as words, prices};
#[path = "support/files.rs"]
mod files;

use files::{CONFIG, GENAI, INDEX, LITELLM, samples, small_gguf, small_safetensors};

fn today() -> Date {
    Date::parse("2026-11-23").unwrap()
}

fn import_file(name: &str, bytes: &[u8]) -> Result<Imported, Unreadable> {
    read_any(name, bytes, today(), Catalogue::builtin())
}

#[test]
fn every_kind_is_recognised_whatever_its_name() {
    for (name, bytes) in samples() {
        let found = match import_file("dropped", &bytes) {
            Ok(Imported::Prices(import)) => import.format.key(),
            Ok(Imported::Model { checkpoint: None, .. }) => "config",
            Ok(Imported::Model { checkpoint: Some(_), .. }) => "gguf",
            Ok(Imported::Weights(_)) => "weights",
            Ok(Imported::Scenarios { .. }) => "scenarios",
            Ok(Imported::Runs { .. }) => "runs",
            Ok(Imported::Usage(_)) => "usage",
            Err(error) => panic!("{name}: {error:?}"),
        };
        let expected = match name {
            "config.json" => "config",
            "model.gguf" => "gguf",
            "model.safetensors" | "model.safetensors.index.json" => "weights",
            "litellm.json" => "litellm",
            "data.json" => "genai-prices",
            "api.json" => "models.dev",
            "vms.csv" => "SkyPilot",
            "own-prices.json" => "own prices",
            "usage.csv" | "usage.json" => "usage",
            _ => "runs",
        };
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn other_files_are_named_for_what_they_are() {
    let keys = |keys: &[&str]| Seen::Json(keys.iter().map(|key| (*key).to_owned()).collect());
    let cases: [(&str, Seen); 7] = [
        ("", Seen::Empty),
        (" \n\t", Seen::Empty),
        ("<!DOCTYPE html><html>", Seen::Html),
        (r#"{"name": "left-pad", "version": 1}"#, keys(&["name", "version"])),
        ("[]", keys(&[])),
        ("hello\nworld", Seen::Text("hello".into())),
        ("a,b,c\n1,2,3", Seen::Text("a,b,c".into())),
    ];
    for (text, seen) in cases {
        let error = Unreadable::Unknown(seen);
        assert_eq!(import_file("x", text.as_bytes()), Err(error.clone()), "{text}");
        assert!(words::unreadable(&error).contains("Choose a price list"));
    }
    assert_eq!(import_file("x", b"abc\xff"), Err(Unreadable::NotText(3)));
    assert_eq!(import_file("x", b"{\"a\": 1,\n\"b\": "), Err(Unreadable::Syntax(2)));
    assert_eq!(import_file("x", &vec![b' '; MAX_BYTES + 1]), Err(Unreadable::TooLarge(MAX_BYTES + 1)));
    let broken = import_file("config.json", b"{\"hidden_size\": 64,\n\"num_hidden_layers\": }");
    assert_eq!(broken, Err(Unreadable::Damaged(Kind::Config, ImportError::Syntax { line: 2 })));
}

#[test]
fn a_gguf_header_is_a_model() {
    let Ok(Imported::Model { read, checkpoint: Some(checkpoint) }) = import_file("m.gguf", &small_gguf())
    else {
        panic!("no model")
    };
    let model = &read.model;
    // embedding, head, final norm, two layers of attention and feed-forward
    let total = 2 * 32_000 * 1024 + 1024 + 2 * (2 * 1024 * 1024 + 2 * 512 * 1024 + 3 * 2048 * 1024);
    assert_eq!(model.parameters.total, Some(total));
    assert_eq!(checkpoint.parameters, Some(total));
    assert_eq!(
        (&*model.hf_id, model.layers, model.kv_heads, model.tied_embeddings),
        ("My Llama", 2, 4, false)
    );
    assert_eq!((model.vocab_size, model.max_context, model.head_dim), (32_000, Some(4096), Some(128)));
    let back = model_text::decode(&model_text::encode(model)).unwrap();
    assert_eq!(Architecture::new(&back), Architecture::new(model));
}

#[test]
fn a_safetensors_header_is_weighed() {
    let Ok(Imported::Weights(weights)) = import_file("m.safetensors", &small_safetensors()) else {
        panic!("no weights")
    };
    assert_eq!((weights.bytes, weights.parameters, weights.tensors), (20_992, Some(100 * 64 + 128 * 64), 2));
}

#[test]
fn a_checkpoint_corrects_the_count_of_its_configuration() {
    let catalogue = Catalogue::builtin();
    for order in [["config.json", "index.json"], ["index.json", "config.json"]] {
        let mut desk = Desk::default();
        for name in order {
            let text = if name == "config.json" { CONFIG } else { INDEX };
            desk.take(name, text.as_bytes(), today(), catalogue);
        }
        let Some((_, Outcome::Model { read, .. })) = desk.last() else { panic!("{:?}", desk.last()) };
        assert_eq!(read.model.parameters.total, Some(8_030_261_249), "{order:?}");
        assert!(read.notices.contains(&Notice::Counted(8_030_261_249)));
        assert_eq!(read.model.hf_id, "me/mine");
    }
}

#[test]
fn wrong_units_are_told_apart_by_their_factor() {
    let issues = |text: &str| -> Vec<Issue> {
        let import = read("x", text.as_bytes(), today(), Catalogue::builtin()).unwrap();
        assert!(import.api_prices.is_empty(), "{text}");
        import.problems.into_iter().map(|problem| problem.issue).collect()
    };
    let per_mtok =
        r#"{"m": {"litellm_provider": "openai", "input_cost_per_token": 3, "output_cost_per_token": 15}}"#;
    assert_eq!(issues(per_mtok), [Issue::PerMTok(3.0), Issue::PerMTok(15.0)]);
    let per_token = GENAI.replace("0.15", "1.5e-7").replace("0.6", "6e-7");
    assert_eq!(issues(&per_token), [Issue::PerToken(1.5e-7), Issue::PerToken(6e-7)]);
    let absurd = GENAI.replace("0.15", "5000").replace("0.6", "-1");
    assert_eq!(issues(&absurd), [Issue::Absurd(5000.0), Issue::Negative(-1.0)]);
    let nan = GENAI.replace("0.15", "NaN").replace("0.6", "Infinity");
    assert_eq!(issues(&nan), [Issue::NotANumber("NaN".into()), Issue::NotANumber("NaN".into())]);
    assert_eq!(
        prices::issue(&Issue::PerMTok(3.0)),
        "$3.00 per token would be $3M per million tokens: this is a price per million. Divide it by 1,000,000."
    );
}

#[test]
fn own_rows_repeat_and_name_unknown_models() {
    let text = r#"{"llm_breakeven_prices": 1, "api_prices": [
{"provider": "me", "model": "m", "input": 1, "output": 2, "open_model": "llama-3.3-70"},
{"provider": "me", "model": "m", "input": 9, "output": 2}],
"offers": [{"provider": "me", "gpu": "h100-sxm", "usd": 2},
{"provider": "me", "gpu": "h100-sxm", "usd": 3}, {"provider": "me", "gpu": "h100-sxm", "usd": 2}]}"#;
    let import = read("x", text.as_bytes(), today(), Catalogue::builtin()).unwrap();
    assert_eq!((import.api_prices.len(), import.offers.len()), (1, 1));
    let issues: Vec<_> = import.problems.iter().map(|problem| (problem.line, &problem.issue)).collect();
    let like = Some("llama-3.3-70b".to_owned());
    assert_eq!(
        issues,
        [
            (Some(2), &Issue::UnknownModel("llama-3.3-70".into(), like)),
            (Some(3), &Issue::Duplicate(Some(2))),
            (Some(5), &Issue::Duplicate(Some(4))),
        ]
    );
}

/// Everything that an import or a typed row holds is in the file: read back, it is the same overlay.
#[test]
fn a_saved_overlay_is_the_same_overlay() {
    let catalogue = Catalogue::builtin();
    let mut overlay = Overlay {
        // what the catalogue notes about disagreeing sources is its own
        api_prices: catalogue.api_prices.clone(),
        offers: catalogue.offers.clone(),
    };
    overlay.api_prices.iter_mut().for_each(|row| row.disagreement = None);
    let file = write_overlay(&overlay);
    let back = read("own.json", file.as_bytes(), today(), catalogue).unwrap();
    assert_eq!(back.problems, []);
    let back = back.into_overlay();
    assert_eq!((back.api_prices.len(), back.offers.len()), (overlay.api_prices.len(), overlay.offers.len()));
    for (one, other) in back.api_prices.iter().zip(&overlay.api_prices) {
        // an unknown open model may be learned from the name
        let mut one = one.clone();
        if other.open_model.is_none() {
            one.open_model = None;
        }
        assert_eq!(&one, other);
    }
    assert_eq!(back.offers, overlay.offers);
}

#[test]
fn typed_prices_become_rows() {
    let catalogue = Catalogue::builtin();
    let mut desk = Desk::default();
    let mut api = |input: &str, output: &str| {
        let typed = TypedApiPrice { provider: "me", model: "llama-3.3-70b", input, output, cached: "" };
        desk.type_api_price(&typed, today(), catalogue);
        match desk.last() {
            Some((_, Outcome::Refused(problem))) => Err(prices::problem(problem)),
            _ => Ok(desk.overlay().api_prices[0].clone()),
        }
    };
    let row = api("$0.20", "0.6").unwrap();
    assert_eq!((row.input.value(), row.output.value(), &*row.provenance.source), (0.2, 0.6, "typed"));
    assert_eq!((row.provenance.as_of, row.open_model.as_deref()), (today(), Some("llama-3.3-70b")));
    // typed anew, it is the same row
    assert_eq!(api("0.3", "0.6").unwrap().input.value(), 0.3);
    for (input, output, wanted) in [
        ("", "1", "“me/llama-3.3-70b”, input: is missing; add it."),
        ("x", "1", "“me/llama-3.3-70b”, input: “x” is no number;"),
        ("-1", "1", "“me/llama-3.3-70b”, input: -1 is below zero;"),
        ("NaN", "1", "“me/llama-3.3-70b”, input: “NaN” is no number;"),
        ("1", "3e9", "“me/llama-3.3-70b”, output: $3B is too much"),
        (
            "0.0000006",
            "1",
            "“me/llama-3.3-70b”, input: 0.0000006 per million tokens is less than any model costs",
        ),
    ] {
        let text = api(input, output).unwrap_err();
        assert!(text.starts_with(wanted), "{text}");
    }
    let mut gpu = |gpu: &str, price: &str, gpus: &str| {
        let typed = TypedOffer { provider: "me", gpu, price, gpus, commitment: "reserved-1y" };
        desk.type_offer(&typed, today(), catalogue);
        match desk.last() {
            Some((_, Outcome::Refused(problem))) => Err(prices::problem(problem)),
            _ => Ok(desk.overlay().offers.last().unwrap().clone()),
        }
    };
    let row = gpu("h100-sxm", "$2.10", "8").unwrap();
    assert_eq!((row.price_per_instance.value(), row.gpus_per_instance), (16.8, 8));
    assert_eq!((row.commitment, row.can_be_rented()), (Commitment::Reserved1y, true));
    assert!(gpu("h100", "2", "").unwrap_err().contains("Did you mean h100-sxm?"));
    for (price, gpus) in
        [("", ""), ("-2", ""), ("2", "0"), ("2", "1.5"), ("2", "many"), ("9999", ""), ("1 EUR", "")]
    {
        assert!(gpu("h100-sxm", price, gpus).is_err(), "{price} {gpus}");
    }
    // both kinds of rows are on one sheet, and come back from their file
    assert_eq!(desk.sheets().len(), 1);
    let mut other = Desk::default();
    other.take("saved.json", desk.export().as_bytes(), today(), catalogue);
    assert_eq!(other.overlay(), desk.overlay());
}

#[test]
fn files_lie_on_each_other_and_disagreement_is_pointed_out() {
    let catalogue = Catalogue::builtin();
    let id = "groq~llama-3.3-70b-versatile";
    let listed = catalogue.api_price(id).unwrap().input.value();
    let mut desk = Desk::default();
    let price = |desk: &Desk| catalogue.with(desk.overlay()).api_price(id).unwrap().input.value();
    let dearer = LITELLM.replace("5.9e-7", &format!("{:e}", listed * 1.2e-6));
    desk.take("a.json", dearer.as_bytes(), today(), catalogue);
    assert!((desk.sheets()[0].differences[0].change() - 0.2).abs() < 1e-6);
    assert_eq!(Format::LiteLlm, desk.sheets()[0].import.format);
    desk.take("b.json", LITELLM.replace("5.9e-7", "1e-7").as_bytes(), today(), catalogue);
    assert_eq!(price(&desk), 0.1);
    desk.remove(1);
    assert!((price(&desk) - 1.2 * listed).abs() < 1e-6);
    // the same file again replaces itself
    desk.take("a.json", LITELLM.as_bytes(), today(), catalogue);
    assert_eq!(desk.sheets().len(), 1);
    let unread = desk.clone();
    desk.take("c.json", b"nonsense", today(), catalogue);
    assert_eq!(desk.sheets(), unread.sheets());
    desk.clear();
    assert_eq!((price(&desk), desk.sheets().len()), (listed, 0));
}

#[test]
fn a_benchmark_answers_the_scenario() {
    let catalogue = Catalogue::builtin();
    let run = |concurrency: f64, output: f64, ttft: f64, model: &str| {
        format!(
            "{{\"model_id\": \"{model}\", \"max_concurrency\": {concurrency}, \"completed\": {}, \"duration\": 10, \
             \"total_input_tokens\": {}, \"total_output_tokens\": {}, \"output_throughput\": {output}, \
             \"median_ttft_ms\": {ttft}}}",
            output / 50.0,
            output * 30.0,
            output * 10.0
        )
    };
    let model = "meta-llama/Llama-3.3-70B-Instruct";
    let file =
        [run(4.0, 300.0, 80.0, model), run(16.0, 900.0, 200.0, model), run(64.0, 1500.0, 2000.0, model)];
    let Ok(Imported::Runs { runs, problems }) = import_file("x", file.join("\n").as_bytes()) else {
        panic!("no runs")
    };
    assert_eq!((runs.len(), problems.len()), (3, 0));
    let mut scenario = Scenario::default();
    assert_eq!(runs::best(&runs, &scenario), Ok(2));
    scenario.set_text(FieldId::TtftLimit, "500", catalogue).unwrap();
    assert_eq!(runs::best(&runs, &scenario), Ok(1));
    scenario.set_text(FieldId::TtftLimit, "10", catalogue).unwrap();
    assert_eq!(runs::best(&runs, &scenario), Err(runs::NoRun::Limits));
    let sets = runs::sets(&runs[1], Some(4), catalogue);
    let mut taken = Scenario::default();
    for (field, text) in &sets {
        taken.set_text(*field, text, catalogue).unwrap_or_else(|error| panic!("{error:?}"));
    }
    assert_eq!((taken.model(), taken.gpus_per_replica()), ("llama-3.3-70b", Some(4)));
    assert_eq!((taken.input_share(), taken.request_tokens()), (0.75, runs[1].isl + runs[1].osl));
    assert!((taken.throughput().unwrap().value() - 3600.0).abs() < 1.0);
    // a damaged result costs itself
    let damaged =
        format!("[{}, {{\"completed\": 0, \"output_throughput\": 1, \"total_output_tokens\": 2}}]", file[0]);
    let Ok(Imported::Runs { runs, problems }) = import_file("x", damaged.as_bytes()) else {
        panic!("no runs")
    };
    assert_eq!((runs.len(), problems[0].0), (1, 2));
}

#[test]
fn drivers_name_gpus() {
    let found = |name: &str| runs::gpu(Catalogue::builtin(), name).map(|gpu| gpu.id.to_string());
    for (name, id) in [
        ("NVIDIA A100-SXM4-80GB", Some("a100-sxm-80gb")),
        ("NVIDIA H100 80GB HBM3", Some("h100-sxm")),
        ("NVIDIA H100 PCIe", Some("h100-pcie")),
        ("NVIDIA GeForce RTX 4090", Some("rtx-4090")),
        ("NVIDIA L4", Some("l4")),
        ("NVIDIA L40S", Some("l40s")),
        ("NVIDIA H200", Some("h200-sxm")),
        ("NVIDIA H100", None),
        ("Apple M3 Max", None),
        ("", None),
    ] {
        assert_eq!(found(name).as_deref(), id, "{name}");
    }
}
