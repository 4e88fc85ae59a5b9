#[path = "support/files.rs"]
mod files;
#[test]
fn seed() {
    use std::fs;
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(format!("{folder}/{name}"), bytes).unwrap();
    };
    for (name, bytes) in files::samples() {
        let target = match name {
            "config.json" | "model.safetensors.index.json" | "model.gguf" | "model.safetensors" => {
                "import_model"
            }
            "litellm.json" | "data.json" | "api.json" | "vms.csv" | "own-prices.json" => "import_prices",
            _ => "import_benchmark",
        };
        put(target, name, &bytes);
    }
    for (at, line) in fs::read_to_string("tests/links/published.txt")
        .unwrap()
        .lines()
        .filter_map(|l| l.split_once('\t'))
        .enumerate()
    {
        if at % 5 == 0 || line.0.contains("own=") || line.0.contains("vs") {
            put("link", &format!("published-{at}"), line.0.as_bytes());
        }
        if let Some(own) = line.0.split(";own=").nth(1) {
            put("own_model", &format!("own-{at}"), own.split(';').next().unwrap().as_bytes());
        }
    }
    use llm_breakeven::{catalogue::*, import::scenario_file, scenario::link};
    for (at, row) in Catalogue::builtin().models.iter().enumerate().step_by(12) {
        put("own_model", &format!("row-{at}"), model_text::encode(row).as_bytes());
    }
    for (at, text) in [
        "1;t=20B;gpu=h200-sxm",
        "1;t=20B;vs;gpu=h200-sxm;pi=0.2;vs;m=qwen3-32b;must=private*latency",
        "1;u=volume~0.5~2;cur=EUR;fx=0.9;day=own;wt=000000009999000000000000",
    ]
    .iter()
    .enumerate()
    {
        let one = link::decode(text, Catalogue::builtin());
        put(
            "scenario_file",
            &format!("file-{at}.json"),
            scenario_file::write(&one.scenario, &one.others, Catalogue::builtin().newest()).as_bytes(),
        );
    }
    for (at, text) in
        ["volume~0.5~2", "volume~0.5~2,tps~0.7~1.2", "gr~-2~3,ad~-30~10", "in~-10~10,pg~0.8~1.5,t~0.1~9"]
            .iter()
            .enumerate()
    {
        put("ranges", &format!("range-{at}"), text.as_bytes());
    }
}
