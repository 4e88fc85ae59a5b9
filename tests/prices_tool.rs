//! The upkeep tool on a copy of the tables.

#![cfg(feature = "tools")]
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

const FILES: [&str; 4] = ["api_prices.toml", "offers.toml", "api_prices_past.toml", "offers_past.toml"];

fn copy_of_the_tables(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    for file in FILES {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/data").join(file);
        std::fs::copy(from, folder.join(file)).unwrap();
    }
    folder
}

fn prices(arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_prices")).args(arguments).output().unwrap();
    (
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
        output.status.code(),
    )
}

#[test]
fn without_files_the_tables_stay_to_the_byte() {
    let folder = copy_of_the_tables("unchanged");
    let (_, code) = prices(&["--data", folder.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    for file in FILES {
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/data").join(file);
        assert!(std::fs::read(original).unwrap() == std::fs::read(folder.join(file)).unwrap(), "{file}");
    }
}

#[test]
fn a_new_price_is_taken_told_and_dated() {
    let folder = copy_of_the_tables("changed");
    let data = folder.join("api_prices.toml");
    let before = std::fs::read_to_string(&data).unwrap();
    // one row set by hand, one from its own list, one only in another list
    let by_hand = before.replacen("{ model = \"claude-2\",", "{ model = \"claude-2\", hand = true,", 1);
    assert_ne!(by_hand, before);
    std::fs::write(&data, by_hand).unwrap();
    let list = folder.join("data.json");
    let text = r#"[{"id": "anthropic", "models": [
        {"id": "claude-2", "prices": {"input_mtok": 1, "output_mtok": 1}},
        {"id": "claude-3-haiku", "prices": {"input_mtok": 0.125, "output_mtok": 1.25, "cache_read_mtok": 0.03}},
        {"id": "claude-newest", "prices": {"input_mtok": 4, "output_mtok": 20}}]},
        {"id": "wandb", "models": [{"id": "meta-llama/Llama-3.3-70B-Instruct", "prices": {"input_mtok": 1.42, "output_mtok": 0.71}}]}]"#;
    std::fs::write(&list, text).unwrap();
    let folder = folder.to_str().unwrap();
    let day = ["--date", "2027-01-02", "--source", "genai-prices 9"];
    let update = [&["--data", folder][..], &day, &["--add", list.to_str().unwrap()]].concat();
    let (told, code) = prices(&update);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("anthropic~claude-3-haiku: input 0.25 → 0.125"), "{told}");
    assert!(
        told.contains("wandb~meta-llama~llama-3.3-70b-instruct: 0.71 here, input 1.42 genai-prices (50 %)"),
        "{told}"
    );
    assert!(told.contains("kept as set by hand: 1\n"), "{told}");
    let after = std::fs::read_to_string(&data).unwrap();
    assert!(
        after.contains(
            "{ model = \"claude-2\", name = \"Claude 2.0 / 2.1\", open = false, input = 8, output = 24"
        ),
        "{after}"
    );
    assert!(after.contains("source = \"genai-prices 9\"\nas_of = \"2027-01-02\"\nprovider = \"anthropic\""));
    assert!(after.contains("{ model = \"claude-newest\", input = 4, output = 20"));
    assert!(after.contains("disagreement = \"input 1.42 genai-prices\""));
    // what moved is kept as it was: the old price, and that there was no such row; a second run adds nothing
    let past = std::fs::read_to_string(Path::new(folder).join("api_prices_past.toml")).unwrap();
    let day = llm_breakeven::catalogue::Catalogue::builtin().newest();
    assert!(past.starts_with("# How API prices were"), "{past}");
    assert!(past.contains(&format!("[[group]]\nuntil = \"{day}\"\n")), "{past}");
    assert!(
        past.contains("{ model = \"claude-3-haiku\", name = \"Claude Haiku 3\", open = false, input = 0.25,"),
        "{past}"
    );
    assert!(past.contains("{ model = \"claude-newest\", input = 4, output = 20, absent = true }"), "{past}");
    assert!(!past.contains("claude-2"), "{past}");
    assert!(prices(&update).0.contains(": 0\n"));
    assert_eq!(std::fs::read_to_string(Path::new(folder).join("api_prices_past.toml")).unwrap(), past);
}

/// Two lists of different days: each row takes its own list's, gaps are filled, differences told.
#[test]
fn lists_of_different_days_complete_each_other() {
    let folder = copy_of_the_tables("two-lists");
    let (genai, litellm) = (folder.join("data.json"), folder.join("litellm.json"));
    std::fs::write(&genai, r#"[{"id": "groq", "models": [
        {"id": "llama-3.3-70b-versatile", "prices": {"input_mtok": 0.5, "output_mtok": 0.75},
         "price_variants": [{"when": {"service_tier": "priority"}, "prices": {"input_mtok": 1, "output_mtok": 1.5}}]}]}]"#).unwrap();
    std::fs::write(&litellm, r#"{"groq/llama-3.3-70b-versatile": {"litellm_provider": "groq", "mode": "chat",
        "input_cost_per_token": 5e-7, "output_cost_per_token": 7.5e-7, "input_cost_per_token_batches": 2.5e-7,
        "output_cost_per_token_batches": 3.75e-7, "cache_read_input_token_cost": 1e-7},
      "ai21/jamba-1.5": {"litellm_provider": "ai21", "mode": "chat", "input_cost_per_token": 2e-7, "output_cost_per_token": 4e-7,
        "input_cost_per_token_flex": 1e-7, "output_cost_per_token_flex": 2e-7}}"#).unwrap();
    let vms = folder.join("aws.csv");
    std::fs::write(&vms, "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region\np5.48xlarge,H100,8,77.7,,us-east-1\n").unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let (told, code) = prices(&[
        "--data",
        &path(&folder),
        "--date",
        "2027-01-02",
        &path(&genai),
        "--date",
        "2027-01-05",
        &path(&litellm),
        &path(&vms),
    ]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("batch_input none → 0.25 (litellm)"), "{told}");
    let after = std::fs::read_to_string(folder.join("api_prices.toml")).unwrap();
    let row = |start: &str| {
        after
            .lines()
            .find(|line| line.contains(start))
            .unwrap_or_else(|| panic!("{start}: {after}"))
            .to_owned()
    };
    let groq = row("model = \"llama-3.3-70b-versatile\"");
    assert!(groq.contains("batch_input = 0.25, batch_output = 0.375"), "{groq}");
    assert!(groq.contains("services = [{ input = 1, output = 1.5, tier = \"priority\" }]"), "{groq}");
    assert!(
        row("model = \"jamba-1.5\",").contains("services = [{ input = 0.1, output = 0.2, tier = \"flex\" }]")
    );
    let days = |day: &str| after.contains(&format!("as_of = \"{day}\""));
    assert!(days("2027-01-02") && days("2027-01-05"));
    // offers of other sources are compared, not changed
    assert!(
        told.contains("aws~p5.48xlarge~us-east-1~on-demand: usd 55.04 here, 77.7 SkyPilot (29 %)"),
        "{told}"
    );
    assert!(!std::fs::read_to_string(folder.join("offers.toml")).unwrap().contains("77.7"));
}

#[test]
fn stale_rows_are_listed_and_fail() {
    let (told, code) = prices(&["--stale", "2026-11-23"]);
    assert_eq!(code, Some(1));
    assert!(
        told.contains("API prices · reference article") || told.contains("offers · reference article"),
        "{told}"
    );
    let (told, code) = prices(&["--stale", "2020-01-01"]);
    assert_eq!((code, told.as_str()), (Some(0), "0 price rows were older than 90 days on 2020-01-01\n"));
}

#[test]
fn wrong_arguments_say_so() {
    for (arguments, word) in [
        (&["--date", "soon"][..], "soon is no date"),
        (&["--what"], "unknown option --what"),
        (&["--source"], "--source needs a value"),
        (&["/no/such/file.json"], "/no/such/file.json"),
    ] {
        let (told, code) = prices(arguments);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains(word), "{told}");
    }
}
