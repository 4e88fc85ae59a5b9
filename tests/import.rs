//! Files of others: what is read, what is refused and with which words, and that nothing stops the rest.

#![allow(clippy::unwrap_used, clippy::panic)]

use llm_breakeven::catalogue::{Catalogue, Commitment, NextPrices, Overlay, ServiceTier};
use llm_breakeven::import::prices::{
    Format, Import, ImportError, Issue, MAX_BYTES, Skipped, read, write_overlay,
};
use llm_breakeven::units::Date;
use proptest::prelude::*;

fn import(name: &str, text: &str) -> Import {
    read(name, text.as_bytes(), Date::parse("2026-11-23").unwrap(), Catalogue::builtin()).unwrap()
}

fn problems(import: &Import) -> Vec<(Option<u32>, &str, &str, &Issue)> {
    import.problems.iter().map(|one| (one.line, &*one.row, &*one.field, &one.issue)).collect()
}

#[test]
fn litellm() {
    let text = r#"{
"sample_spec": {"litellm_provider": "one of", "input_cost_per_token": 0.0},
"fireworks_ai/accounts/fireworks/models/deepseek-v3": {"litellm_provider": "fireworks_ai", "mode": "chat",
  "input_cost_per_token": 9e-7, "output_cost_per_token": 9e-7, "max_input_tokens": 128000},
"claude-x": {"litellm_provider": "anthropic", "input_cost_per_token": 3e-6, "output_cost_per_token": 1.5e-5,
  "cache_read_input_token_cost": 3e-7, "cache_creation_input_token_cost": 3.75e-6,
  "cache_creation_input_token_cost_above_1hr": 6e-6, "input_cost_per_token_batches": 1.5e-6,
  "input_cost_per_token_above_200k_tokens": 6e-6, "output_cost_per_token_above_200k_tokens": 2.25e-5, "input_cost_per_token_priority": 6e-6, "output_cost_per_token_priority": 3e-5, "input_cost_per_token_flex": 1e-6},
"embedder": {"litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 1e-8},
"negative": {"litellm_provider": "openai", "input_cost_per_token": -1e-6, "output_cost_per_token": 1e-6},
"per-million": {"litellm_provider": "openai", "input_cost_per_token": 3, "output_cost_per_token": 15},
"words": {"litellm_provider": "openai", "input_cost_per_token": "cheap", "output_cost_per_token": 1e-6},
"nobody": {"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6},
"free": {"litellm_provider": "openai", "input_cost_per_token": 0, "output_cost_per_token": 0},
"old": {"litellm_provider": "openai", "input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6, "deprecation_date": "2025-01-01"},
"vertex_ai/meta/llama-3.3-70b-instruct-maas": {"litellm_provider": "vertex_ai-llama_models", "input_cost_per_token": 7.2e-7, "output_cost_per_token": "7.2e-7"}
}"#;
    let import = import("model_prices_and_context_window.json", text);
    assert_eq!(import.format, Format::LiteLlm);
    let ids: Vec<_> = import.api_prices.iter().map(|row| &*row.id).collect();
    assert_eq!(
        ids,
        ["fireworks~deepseek-v3", "anthropic~claude-x", "vertex_ai~meta~llama-3.3-70b-instruct-maas"]
    );
    let claude = &import.api_prices[1];
    assert_eq!((claude.input.value(), claude.output.value()), (3.0, 15.0));
    assert_eq!(claude.cache_write_1h.unwrap().value(), 6.0);
    let priority = claude.service(ServiceTier::Priority).unwrap();
    assert_eq!((priority.input.unwrap().value(), priority.output.unwrap().value()), (6.0, 30.0));
    assert_eq!(claude.service(ServiceTier::Flex), None, "half a price is none");
    assert_eq!((claude.tiers[0].above, claude.tiers[0].output.unwrap().value()), (200_000, 22.5));
    assert_eq!(import.api_prices[2].open_model.as_deref(), Some("llama-3.3-70b"));
    assert_eq!(
        problems(&import),
        [
            (Some(10), "negative", "input_cost_per_token", &Issue::Negative(-1e-6)),
            (Some(11), "per-million", "input_cost_per_token", &Issue::PerMTok(3.0)),
            (Some(11), "per-million", "output_cost_per_token", &Issue::PerMTok(15.0)),
            (Some(12), "words", "input_cost_per_token", &Issue::NotANumber("cheap".to_owned())),
            (Some(13), "nobody", "litellm_provider", &Issue::Missing),
        ]
    );
    assert_eq!(import.skipped.of(Skipped::NotText), 1);
    assert_eq!(import.skipped.of(Skipped::NoPrice), 1);
    assert_eq!(import.skipped.of(Skipped::Deprecated), 1);
}

const GENAI: &str = r#"[
{"id": "deepseek", "models": [
  {"id": "deepseek-flash", "name": "Flash", "context_window": 64000, "prices": [
    {"prices": {"input_mtok": 0.15, "output_mtok": 0.6}},
    {"constraint": {"start_time": "01:00:00Z", "end_time": "04:00:00Z"}, "prices": {"input_mtok": 0.3, "output_mtok": 1.2}}]},
  {"id": "dated", "prices": [
    {"prices": {"input_mtok": 1, "output_mtok": 2}},
    {"constraint": {"start_date": "2026-01-01"}, "prices": {"input_mtok": 0.5, "output_mtok": 1}},
    {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 9, "output_mtok": 9}}]},
  {"id": "tiered", "prices": {"input_mtok": {"base": 1.25, "tiers": [{"start": 200000, "price": 2.5}]}, "output_mtok": 10},
   "price_variants": [{"when": {"processing": "batch"}, "prices": {"input_mtok": 0.625, "output_mtok": 5}}]},
  {"id": "bad", "prices": {"input_mtok": "x", "output_mtok": 1}},
  {"id": "tiered", "prices": {"input_mtok": 7, "output_mtok": 7}}]},
{"id": "huggingface_nebius", "models": [{"id": "m", "prices": {"input_mtok": 1, "output_mtok": 1}}]}
]"#;

#[test]
fn genai_prices() {
    let import = import("data.json", GENAI);
    assert_eq!(import.format, Format::GenaiPrices);
    let prices: Vec<_> = import
        .api_prices
        .iter()
        .map(|row| (&*row.model_name, row.input.value(), row.output.value()))
        .collect();
    assert_eq!(prices, [("deepseek-flash", 0.15, 0.6), ("dated", 0.5, 1.0), ("tiered", 1.25, 10.0)]);
    let next = import.api_prices[1].next.unwrap();
    assert_eq!((next.from.to_string().as_str(), next.input.value()), ("2027-01-01", 9.0));
    assert!(import.api_prices[0].next.is_none());
    let window = &import.api_prices[0].windows[0];
    assert_eq!((window.start, window.end, window.input.unwrap().value()), (60, 240, 0.3));
    let tiered = &import.api_prices[2];
    assert_eq!((tiered.tiers[0].above, tiered.tiers[0].output), (200_000, None));
    assert_eq!(tiered.batch_input.unwrap().value(), 0.625);
    assert_eq!(
        problems(&import),
        [
            (Some(12), "deepseek/bad", "input_mtok", &Issue::NotANumber("x".to_owned())),
            (Some(13), "deepseek~tiered", "id", &Issue::Duplicate(Some(10))),
        ]
    );
    assert_eq!(import.skipped.of(Skipped::Routed), 1);
}

/// Prices by time of day, of long requests and of service tiers are checked like any other.
#[test]
fn prices_under_conditions_are_checked_too() {
    let text = r#"[{"id": "deepseek", "models": [
{"id": "a", "prices": [{"prices": {"input_mtok": 1, "output_mtok": 2}},
  {"constraint": {"start_time": "01:00:00Z", "end_time": "04:00:00Z"}, "prices": {"input_mtok": -3, "output_mtok": 4}},
  {"constraint": {"start_time": "25:00:00Z", "end_time": "26:00:00Z"}, "prices": {"input_mtok": 3, "output_mtok": 4}}]},
{"id": "b", "prices": {"input_mtok": {"base": 1, "tiers": [{"start": 1000, "price": -1}, {"start": 2000, "price": 90000}]}, "output_mtok": 2},
  "price_variants": [{"when": {"service_tier": "flex"}, "prices": {"input_mtok": 0.5, "output_mtok": 1}},
    {"when": {"service_tier": "priority"}, "constraint": {"start_date": "2030-01-01"}, "prices": {"input_mtok": 9, "output_mtok": 9}}]}]}]"#;
    let import = import("data.json", text);
    let [a, b] = &import.api_prices[..] else { panic!("{:?}", import.api_prices) };
    assert_eq!(a.windows.len(), 1, "an hour that no clock shows is none");
    assert_eq!((a.windows[0].input, a.windows[0].output.unwrap().value()), (None, 4.0));
    assert!(b.tiers.is_empty(), "{:?}", b.tiers);
    assert_eq!(b.services.len(), 1, "priority has not begun");
    assert_eq!(b.service(ServiceTier::Flex).unwrap().output.unwrap().value(), 1.0);
    assert_eq!(
        problems(&import),
        [
            (Some(2), "deepseek/a", "input_mtok", &Issue::Negative(-3.0)),
            (Some(5), "deepseek/b", "price", &Issue::Negative(-1.0)),
            (Some(5), "deepseek/b", "price", &Issue::Absurd(90_000.0)),
        ]
    );
}

#[test]
fn a_second_offer_names_the_line_of_the_first() {
    let text = r#"{"llm_breakeven_prices": 1, "offers": [
{"provider": "me", "gpu": "h100-sxm", "usd": 2},
{"provider": "me", "gpu": "h100-sxm", "usd": 2},
{"provider": "me", "gpu": "h100-sxm", "usd": 3}]}"#;
    let import = import("mine.json", text);
    assert_eq!(import.offers.len(), 1);
    assert_eq!(problems(&import), [(Some(4), "me~h100-sxm~any~on-demand", "id", &Issue::Duplicate(Some(2)))]);
}

#[test]
fn the_python_file_of_the_package_is_the_same_list() {
    let text = "from .types import *\n\nproviders: list[Provider] = [\n    Provider(\n        id='deepseek',\n        models=[\n            ModelInfo(id='m', match=ClauseEquals(equals='m'), prices=[\n                ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('2'))),\n                ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2026, 1, 1)),\n                    prices=ModelPrice(input_mtok=TieredPrices(base=Decimal('0.5'), tiers=[Tier(start=100, price=Decimal('9'))]), output_mtok=Decimal('1'))),\n            ]),\n        ],\n    ),\n]\n";
    let import = import("data.py", text);
    assert_eq!(import.format, Format::GenaiPrices);
    let row = &import.api_prices[0];
    assert_eq!((row.input.value(), row.output.value(), row.tiers[0].above), (0.5, 1.0, 100));
    assert_eq!(import.problems, []);
}

#[test]
fn models_dev() {
    let text = r#"{"togetherai": {"id": "togetherai", "models": {
"meta-llama/Llama-3.3-70B-Instruct-Turbo": {"name": "Llama 3.3", "open_weights": true,
  "cost": {"input": 0.88, "output": 0.88, "cache_read": 0, "context_over_200k": {"input": 2, "output": 3}}, "limit": {"context": 131072}},
"tiers": {"cost": {"input": 1, "output": 2, "context_over_200k": {"input": 9}, "tiers": [
  {"input": 3, "output": 4, "tier": {"type": "context", "size": 256000}}, {"input": 2, "tier": {"type": "context", "size": 128000}},
  {"input": 7, "tier": {"type": "moon", "size": 1}}, {"input": -7, "tier": {"size": 512000}}]}},
"image-maker": {"name": "x"},
"broken": {"cost": {"input": 1}}}}}"#;
    let import = import("api.json", text);
    assert_eq!(import.format, Format::ModelsDev);
    let row = &import.api_prices[0];
    assert_eq!(&*row.id, "together~meta-llama~llama-3.3-70b-instruct-turbo");
    assert_eq!((row.cache_read.unwrap().value(), row.context_window), (0.0, Some(131_072)));
    assert_eq!(row.tiers[0].input.unwrap().value(), 2.0);
    let tiers: Vec<_> =
        import.api_prices[1].tiers.iter().map(|tier| (tier.above, tier.input.map(|p| p.value()))).collect();
    assert_eq!(tiers, [(128_000, Some(2.0)), (256_000, Some(3.0)), (512_000, None)]);
    assert_eq!(
        problems(&import),
        [
            (Some(4), "togetherai/tiers", "input", &Issue::Negative(-7.0)),
            (Some(8), "togetherai/broken", "cost", &Issue::Missing),
        ]
    );
}

#[test]
fn skypilot() {
    let text = "InstanceType,vCPUs,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,AvailabilityZone,GpuInfo\n\
        p5.48xlarge,192,H100,8.0,55.04,20.5,us-east-1,us-east-1a,\"{'Gpus': [{'Name': 'H100', 'Count': 8}]}\"\n\
        p5.48xlarge,192,H100,8.0,55.04,19.5,us-east-1,us-east-1b,\n\
        m5.large,2,,,0.096,,us-east-1,us-east-1a,\n\
        ,,T4,1,0.35,0.1,us-east-1,,\n\
        1x_A100-80GB_SECURE,8,A100-80GB,1.0,1.39,1.39,US,,\"{'Gpus': [{'Name': 'A100 PCIe'}]}\"\n\
        odd,8,Voodoo2,1,1,,us-east-1,,\n\
        odder,8,Voodoo2,1,1,,us-east-1,,\n\
        g5.xlarge,4,A10G,1,minus one,-2,us-east-1,,\n\
        nv6,6,A10,0.167,0.45,,eastus,,\n\
        p4d.24xlarge,96,A100,8,99999,,us-east-1,,\n";
    let import = import("catalogs/v8/aws/vms.csv", text);
    assert_eq!(import.format, Format::SkyPilot);
    let offers: Vec<_> =
        import.offers.iter().map(|row| (&*row.id, &*row.gpu, row.price_per_instance.value())).collect();
    assert_eq!(
        offers,
        [
            ("aws~p5.48xlarge~us-east-1~on-demand", "h100-sxm", 55.04),
            ("aws~p5.48xlarge~us-east-1~spot", "h100-sxm", 19.5),
            ("aws~1x_a100-80gb_secure~us~on-demand", "a100-pcie-80gb", 1.39),
        ]
    );
    let of = |line, row, field, issue| (Some(line), row, field, issue);
    let text = |text: &str| Issue::NotANumber(text.to_owned());
    assert_eq!(
        problems(&import),
        [
            of(7, "Voodoo2", "AcceleratorName", &Issue::UnknownGpu("Voodoo2".to_owned(), None)),
            of(9, "g5.xlarge", "Price", &text("minus one")),
            of(9, "g5.xlarge", "SpotPrice", &Issue::Negative(-2.0)),
            of(10, "nv6", "AcceleratorCount", &text("0.167")),
            of(11, "p4d.24xlarge", "Price", &Issue::Absurd(99_999.0 / 8.0)),
        ]
    );
    assert_eq!(import.skipped.of(Skipped::NoAccelerator), 1);
    assert_eq!(import.skipped.of(Skipped::AcceleratorOnly), 1);
    assert_eq!(import.skipped.of(Skipped::Zone), 2);
}

/// Lines as the eighth version of the catalogue has them: machines without GPU count 0, spot prices come last.
#[test]
fn skypilot_of_today() {
    let text = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice\n\
        cpu-d3_4vcpu-16gb,,0,4,16,0.0992,eu-north1,,\n\
        gpu-h100-sxm_8gpu-128vcpu-1600gb,H100,8,128,1600,23.60,eu-north1,\"{'Gpus': [{'Name': 'H100', 'Manufacturer': 'NVIDIA', 'Count': 8, 'MemoryInfo': {'SizeInMiB': 81920}}], 'TotalGpuMemoryInMiB': 655360}\",10.00\n\
        gpu-b200-sxm_8gpu-160vcpu-1792gb,B200,8,160,1792,44.00,us-central1,\"{'Gpus': [{'Name': 'B200', 'Manufacturer': 'NVIDIA', 'Count': 8, 'MemoryInfo': {'SizeInMiB': 184320}}], 'TotalGpuMemoryInMiB': 1474560}\",\n";
    let import = import("catalogs/v8/nebius/vms.csv", text);
    let offers: Vec<_> =
        import.offers.iter().map(|row| (&*row.id, &*row.gpu, row.price_per_instance.value())).collect();
    assert_eq!(
        offers,
        [
            ("nebius~gpu-h100-sxm_8gpu-128vcpu-1600gb~eu-north1~on-demand", "h100-sxm", 23.6),
            ("nebius~gpu-h100-sxm_8gpu-128vcpu-1600gb~eu-north1~spot", "h100-sxm", 10.0),
            ("nebius~gpu-b200-sxm_8gpu-160vcpu-1792gb~us-central1~on-demand", "b200", 44.0),
        ]
    );
    assert_eq!((import.problems.len(), import.skipped.of(Skipped::NoAccelerator)), (0, 1));
}

#[test]
fn what_stands_before_a_syntax_error_is_kept() {
    let text = "{\n\"a\": {\"litellm_provider\": \"openai\", \"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 1e-6},\n\"b\": {\"litellm_provider\": ";
    let import = import("x.json", text);
    assert_eq!(import.api_prices.len(), 1);
    assert_eq!(problems(&import), [(Some(3), "x.json", "", &Issue::Syntax)]);
}

#[test]
fn files_of_no_known_kind_say_so() {
    let today = Date::parse("2026-11-23").unwrap();
    let read = |bytes: &[u8]| read("x", bytes, today, Catalogue::builtin()).map(|import| import.format);
    for text in
        ["", "hello", "{}", "[]", "a,b\n1,2", "<html>", "{\"a\": 1}", "{\"a\": {\"models\": {\"b\": \"c\"}}}"]
    {
        assert_eq!(read(text.as_bytes()), Err(ImportError::UnknownFormat), "{text}");
    }
    assert_eq!(read(b"{\xff"), Err(ImportError::NotText(1)));
    let large = vec![b' '; MAX_BYTES + 1];
    assert_eq!(read(&large), Err(ImportError::TooLarge(MAX_BYTES + 1)));
}

#[test]
fn own_prices_come_back_from_their_file_and_replace_rows() {
    let catalogue = Catalogue::builtin();
    let mut price = catalogue.api_price("groq~llama-3.3-70b-versatile").unwrap().clone();
    price.input = price.input * 0.5;
    let every = ["openai~gpt-5", "deepseek~deepseek-v4-pro", "anthropic~claude-sonnet-4-5"];
    let every: Vec<_> = every.iter().map(|id| catalogue.api_price(id).unwrap().clone()).collect();
    let mut every = every;
    every[0].next = Some(NextPrices {
        from: Date::parse("2027-01-01").unwrap(),
        input: price.input,
        output: price.output,
    });
    let whole = Overlay { api_prices: every.clone(), offers: Vec::new() };
    let again = import("mine.json", &write_overlay(&whole)).api_prices;
    for (row, back) in every.iter().zip(&again) {
        assert_eq!((&row.tiers, &row.windows, &row.services), (&back.tiers, &back.windows, &back.services));
        assert_eq!(
            (row.batch_input, row.cache_write_1h, row.next),
            (back.batch_input, back.cache_write_1h, back.next)
        );
    }
    assert!(
        every.iter().any(|row| !row.services.is_empty()) && every.iter().any(|row| !row.windows.is_empty())
    );
    let mut offer = catalogue.offer("aws~p5.48xlarge~us-east-1~on-demand").unwrap().clone();
    offer.price_per_instance = offer.price_per_instance * 0.5;
    let overlay = Overlay { api_prices: vec![price.clone()], offers: vec![offer.clone()] };
    let import = import("mine.json", &write_overlay(&overlay));
    assert_eq!((import.format, &import.problems[..]), (Format::Own, &[][..]));
    let back = import.into_overlay();
    let count = back.count(catalogue);
    assert_eq!((count.changed, count.added, count.same), (2, 0, 0));
    let own = catalogue.with(&back);
    assert_eq!(own.api_prices.len(), catalogue.api_prices.len());
    let row = own.api_price(&price.id).unwrap();
    assert_eq!((row.input, row.open_model.as_deref()), (price.input, Some("llama-3.3-70b")));
    assert_eq!(own.offer(&offer.id).unwrap().price_per_instance, offer.price_per_instance);
    assert_eq!(own.offer(&offer.id).unwrap().commitment, Commitment::OnDemand);
}

#[test]
fn own_prices_with_errors_name_them() {
    let text = r#"{"llm_breakeven_prices": 1,
"api_prices": [{"provider": "me", "model": "m", "input": 1}, {"model": "m"}, {"provider": "me", "model": "n", "input": 5000, "output": 1}],
"offers": [{"provider": "me", "gpu": "h100", "usd": 2}, {"provider": "me", "gpu": "h100-sxm", "usd": -2},
{"provider": "me", "gpu": "h100-sxm", "usd": 2.5, "commitment": "spot"}]}"#;
    let import = import("mine.json", text);
    assert_eq!(import.offers.iter().map(|row| &*row.id).collect::<Vec<_>>(), ["me~h100-sxm~any~spot"]);
    let found: Vec<_> = import.problems.iter().map(|one| (&*one.row, &*one.field, &one.issue)).collect();
    let like = Issue::UnknownGpu("h100".to_owned(), Some("h100-sxm".to_owned()));
    assert_eq!(
        found,
        [
            ("me/m", "output", &Issue::Missing),
            ("api_prices", "provider", &Issue::Missing),
            ("me/n", "input", &Issue::Absurd(5000.0)),
            ("me", "gpu", &like),
            ("me", "usd", &Issue::Negative(-2.0)),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any damage to a file ends in rows and problems.
    #[test]
    fn damaged_files_never_stop(cut in 0usize..GENAI.len(), at in 0usize..GENAI.len(), byte in 0u8..128) {
        let mut bytes = GENAI.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.truncate(cut);
        let _ = read("data.json", &bytes, Date::EPOCH, Catalogue::builtin());
    }

    #[test]
    fn any_text_ends(text in ".{0,200}") {
        for head in ["", "{", "[", "ModelPrice( = [\n", "InstanceType,AcceleratorName,AcceleratorCount,Price\n"] {
            let _ = read("x", format!("{head}{text}").as_bytes(), Date::EPOCH, Catalogue::builtin());
        }
    }
}
