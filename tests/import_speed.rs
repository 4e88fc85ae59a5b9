//! Large files: time grows with their length and not with its square; `-- --ignored --nocapture` prints the speed.

use std::fmt::Write;
use std::time::{Duration, Instant};

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::import::read_any;
use llm_breakeven::units::Date;

fn time(name: &str, text: &str) -> Duration {
    let start = Instant::now();
    let read = read_any(name, text.as_bytes(), Date::EPOCH, Catalogue::builtin());
    let time = start.elapsed();
    drop(read);
    time
}

/// LiteLLM rows of about 480 bytes each.
fn litellm(bytes: usize) -> String {
    let mut text = String::from("{\n");
    let mut row = 0;
    while text.len() < bytes {
        let _ = write!(
            text,
            "\"provider/model-{row}\": {{\n    \"litellm_provider\": \"openai\",\n    \"mode\": \"chat\",\n    \
             \"input_cost_per_token\": 5.9e-07,\n    \"output_cost_per_token\": 7.9e-07,\n    \
             \"cache_read_input_token_cost\": 1e-07,\n    \"input_cost_per_token_above_200k_tokens\": 1e-06,\n    \
             \"max_input_tokens\": 128000,\n    \"max_output_tokens\": 4096,\n    \"supports_vision\": true,\n    \
             \"source\": \"https://example.com/pricing/of/models\"\n}},\n"
        );
        row += 1;
    }
    text + "\"sample_spec\": {}}"
}

/// SkyPilot lines of about 110 bytes, ten zones each.
fn skypilot(bytes: usize) -> String {
    let mut text = String::from(
        "InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,AvailabilityZone,GpuInfo\n",
    );
    let mut row = 0;
    while text.len() < bytes {
        let (instance, zone) = (row / 10, row % 10);
        let _ = writeln!(
            text,
            "p5.{instance}xlarge,192,2048,H100,8.0,55.04,20.5,us-east-{zone},us-east-{zone}a,\"{{'Gpus': [{{'Name': 'H100'}}]}}\""
        );
        row += 1;
    }
    text
}

#[test]
#[ignore = "prints a measurement"]
fn speed_of_20_mb() {
    for (name, text) in [("litellm.json", litellm(20_000_000)), ("vms.csv", skypilot(20_000_000))] {
        let best = (0..5).map(|_| time(name, &text)).min().unwrap_or_default();
        println!("{name}: 20 MB in {best:.3?}, {:.0} MB/s", text.len() as f64 / 1e6 / best.as_secs_f64());
    }
}

/// What would be slow if anything were looked up from the start for every row.
#[test]
fn odd_large_files_are_read_in_time() {
    let many = |head: &str, row: &dyn Fn(usize) -> String, end: &str| {
        let mut text = head.to_owned();
        let mut at = 0;
        while text.len() < 3_000_000 {
            text += &row(at);
            at += 1;
        }
        text + end
    };
    let csv = "InstanceType,AcceleratorName,AcceleratorCount,Price\n";
    let own = "{\"llm_breakeven_prices\": 1, \"offers\": [\n";
    let tier = |at: usize| format!("\"input_cost_per_token_above_{at}k_tokens\": 1e-6,\n");
    let files = [
        ("unknown GPUs", many(csv, &|at| format!("a,gpu-number-{at},1,1\n"), "")),
        (
            "unknown GPUs of own rows",
            many(own, &|at| format!("{{\"provider\": \"a\", \"gpu\": \"g{at}\"}},\n"), "{}]}"),
        ),
        (
            "tiers",
            many(
                "{\"m\": {\"litellm_provider\": \"x\", \"input_cost_per_token\": 1e-6, \"output_cost_per_token\": 1e-6,\n",
                &tier,
                "\"a\": 1}}",
            ),
        ),
        (
            "keys of a configuration",
            many("{\"hidden_size\": 64,", &|at| format!("\"k{at}\": {at},"), "\"vocab_size\": 10}"),
        ),
        (
            "layers",
            many("{\"hidden_size\": 64, \"layer_types\": [", &|_| "\"full_attention\",".into(), "\"x\"]}"),
        ),
        ("brackets", many("{\"a\": ", &|_| "[".into(), "")),
        ("quotes", many(csv, &|_| "\"\"\"".into(), "")),
        ("tables", many("", &|_| "Serving Benchmark Result\n".into(), "")),
        ("results", many("[", &|_| "{\"output_throughput\": 1, \"total_output_tokens\": 2},".into(), "{}]")),
        ("strings", many("[\"", &|_| "\\\\u00e9\\n".into(), "\"]")),
    ];
    for (name, text) in files {
        let time = time("dropped", &text);
        println!("{name}: {time:.2?}");
        // unoptimised, on a busy machine; a square of its rows would take hours
        assert!(time < Duration::from_secs(20), "{name}: {time:?}");
    }
}
