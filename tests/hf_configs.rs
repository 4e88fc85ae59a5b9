//! Real configurations load with the right parameter count and the right kind of attention.

mod support;

use llm_breakeven::catalogue::model::Model;
use llm_breakeven::import::model::Notice;
use llm_breakeven::import::model::hf_config::read;
use serde_json::Value;

/// Configurations of the folder as (file name without extension, text).
fn files() -> Option<Vec<(String, String)>> {
    let folder = support::folder("HF_CONFIGS_DIR", "../shared/data/hf_configs")?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "json") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    files.sort();
    Some(files)
}

/// The row whose file this is, or whose repository has the same name but for its number format. A file with another
/// vocabulary than its row is of another release, whose count nobody states.
fn row<'a>(models: &'a [Value], name: &str, vocabulary: u32) -> Option<&'a Value> {
    let file = format!("{name}.json");
    let own = models.iter().find(|m| m["config_file"].as_str().is_some_and(|f| f.ends_with(&file)));
    let named = || support::exact_row(models, name.rsplit("--").next().unwrap());
    own.or_else(named).filter(|row| row["vocab_size"] == vocabulary)
}

#[test]
fn all_load_with_the_right_parameter_count() {
    let (Some(files), Some(models)) = (files(), support::models()) else { return };
    let (mut exact, mut unknown) = (0, Vec::new());
    for (name, text) in &files {
        let read = read(text, name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let counted = read.model.parameters;
        let row = row(&models, name, read.model.vocab_size);
        let Some(total) = row.and_then(|row| row["params"]["computed_total"].as_u64()) else {
            unknown.push(format!("{name}: {:.3} B", counted.total.unwrap() as f64 / 1e9));
            continue;
        };
        let row = row.unwrap();
        let vision = row["params"]["computed_vision"].as_u64().unwrap_or(0);
        let language = counted.total.unwrap() - counted.vision.unwrap();
        assert_eq!(language, total - vision, "{name}: language part");
        if vision > 0 && !read.notices.contains(&Notice::NotCounted("vision_config")) {
            assert_eq!(counted.vision, Some(vision), "{name}: vision part");
        }
        if let Some(routed) = row["params"]["computed_routed_experts"].as_u64() {
            assert_eq!(counted.routed_experts, Some(routed), "{name}: routed experts");
        }
        exact += 1;
    }
    println!("{} files, {exact} exact, {} without a known count:", files.len(), unknown.len());
    unknown.iter().for_each(|line| println!("  {line}"));
    // other folders may hold models whose count nobody states
    let own = std::env::var_os("HF_CONFIGS_DIR").is_none();
    assert!(!own || exact * 2 > files.len(), "only {exact} of {} have a known count", files.len());
}

/// Where no count is known, the name states billions.
#[test]
fn counts_agree_with_the_billions_in_the_name() {
    let Some(files) = files() else { return };
    for (name, text) in &files {
        let Some(billions) = name.rsplit("--").next().unwrap().split(['-', '_']).find_map(|word| {
            let digits = word.strip_suffix(['B', 'b'])?;
            digits.parse::<f64>().ok()
        }) else {
            continue;
        };
        // "17B-128E" names what is active, the rest is the experts.
        if name.contains("17B-") {
            continue;
        }
        let total = read(text, name).unwrap().model.parameters.total.unwrap() as f64 / 1e9;
        assert!((total / billions - 1.0).abs() < 0.25, "{name}: {total}");
    }
}

#[test]
fn layers_are_of_the_right_kind() {
    let (Some(files), Some(models)) = (files(), support::models()) else { return };
    for (name, text) in &files {
        let read = read(text, name).unwrap().model;
        let Some(row) = row(&models, name, read.vocab_size) else { continue };
        let wanted = support::model(row);
        let kinds = |m: &Model| {
            let a = &m.attention;
            (
                a.full_layers,
                a.sliding_layers,
                a.linear_layers,
                a.mla.map(|mla| mla.kv_lora_rank),
                m.hidden_size,
            )
        };
        if row["params"]["computed_total"].is_u64()
            && row["attention"]["extra_config"]["compress_ratios"].is_null()
        {
            assert_eq!(kinds(&read), kinds(&wanted), "{name}");
            assert_eq!(read.attention.linear.is_some(), wanted.attention.linear.is_some(), "{name}");
        }
    }
}

#[test]
fn own_fixtures_load() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hf_configs");
    let mut loaded = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let expected: Value =
            serde_json::from_str::<Value>(&text.replace("Infinity", "null")).unwrap()["expected"].clone();
        let read = read(&text, "fixture").unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
        assert_eq!(read.model.parameters.total, expected["total"].as_u64(), "{}", path.display());
        assert_eq!(Some(u64::from(read.model.attention.full_layers)), expected["full_layers"].as_u64());
        assert_eq!(format!("{:?}", read.model.native_dtype), expected["dtype"].as_str().unwrap());
        assert_eq!(read.notices.len() as u64, expected["notices"].as_u64().unwrap(), "{:?}", read.notices);
        loaded += 1;
    }
    assert!(loaded >= 20, "{loaded}");
}

/// What cannot be sized is refused with its reason, never counted as something else.
#[test]
fn other_kinds_of_models_are_refused_with_their_reason() {
    use llm_breakeven::import::model::{ImportError, Unmodelled};
    use llm_breakeven::words::imports::damage;
    let shape = r#""hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100,
        "num_key_value_heads": 4, "intermediate_size": 128"#;
    for (kind, fields, why) in [
        ("bert", r#""architectures": ["BertForMaskedLM"]"#, Unmodelled::Encoder),
        ("siglip", "", Unmodelled::Encoder),
        ("new", r#""architectures": ["NewForMaskedLM"]"#, Unmodelled::Encoder),
        ("t5", r#""d_model": 64"#, Unmodelled::EncoderDecoder),
        ("umt5", "", Unmodelled::EncoderDecoder),
        ("new", r#""is_encoder_decoder": true"#, Unmodelled::EncoderDecoder),
        ("rwkv", "", Unmodelled::OtherLayers),
        ("mamba2", "", Unmodelled::OtherLayers),
        ("lfm2", r#""layer_types": ["conv", "full_attention"]"#, Unmodelled::OtherLayers),
        ("new", r#""layer_types": ["conv", "full_attention"]"#, Unmodelled::OtherLayers),
        ("new", r#""attn_type_list": [0, 1]"#, Unmodelled::OtherLayers),
    ] {
        let fields = if fields.is_empty() { shape.to_owned() } else { format!("{shape}, {fields}") };
        let text = format!(r#"{{"model_type": "{kind}", {fields}}}"#);
        match read(&text, "x") {
            Err(error @ ImportError::Unmodelled(found, _)) => {
                assert_eq!(found, why, "{text}");
                let said = damage(&error);
                assert!(said.ends_with("or a similar one of the list."), "{said}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    // a decoder of an encoder's type, and attention in every layer, are sized
    for fields in [r#""is_decoder": true"#, r#""attn_type_list": [1, 1]"#, r#""num_key_value_heads": [4, 4]"#]
    {
        let text = format!(r#"{{"model_type": "bert", "is_decoder": true, {shape}, {fields}}}"#);
        assert!(read(&text, "x").is_ok(), "{text}");
    }
    // one figure for each layer counts when it is the same for all
    let each = |list: &str| format!(r#"{{"model_type": "llama", {}}}"#, shape.replace("128", list));
    assert_eq!(read(&each("[128, 128]"), "x").unwrap().model.intermediate_size, Some(128));
    assert!(matches!(read(&each("[128, 64]"), "x"), Err(ImportError::Field(_))));
}

#[test]
fn a_quantisation_without_a_format_is_told() {
    let of = |quantisation: &str| {
        let text = format!(
            r#"{{"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 128,
            "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 100, "tie_word_embeddings": false,
            "quantization_config": {quantisation}}}"#
        );
        let read = read(&text, "x").unwrap();
        (format!("{:?}", read.model.native_dtype), read.notices.len())
    };
    for (quantisation, format, notices) in [
        (r#"{"quant_method": "gptq", "bits": 4}"#, "Int4", 0),
        (r#"{"quant_method": "gptq", "bits": 3}"#, "Int4", 1),
        (r#"{"quant_method": "gptq", "bits": 8}"#, "Int8", 0),
        (r#"{"quant_method": "bitsandbytes", "load_in_4bit": true}"#, "Int4", 0),
        (r#"{"quant_method": "fbgemm_fp8"}"#, "Fp8", 0),
        (r#"{"quant_method": "quark", "global_quant_config": {"weight": {"dtype": "fp8_e4m3"}}}"#, "Fp8", 0),
        (
            r#"{"quant_method": "quark", "global_quant_config": {"weight": {"dtype": "fp4"}}}"#,
            "Mxfp4Experts",
            0,
        ),
        (r#"{"quant_method": "torchao"}"#, "Bf16", 1),
        (r#"{"quant_algo": "NVFP4"}"#, "Nvfp4", 0),
    ] {
        assert_eq!(of(quantisation), (format.to_owned(), notices), "{quantisation}");
    }
}

#[test]
fn nonsense_is_refused_by_name() {
    use llm_breakeven::import::model::ImportError;
    for text in ["", "{}", "[]", "null", "{\"a\": 1}", "\"config\"", "{\"hidden_size\": ", "PK\u{3}\u{4}"] {
        assert!(read(text, "x").is_err(), "{text}");
    }
    let llama = |key: &str, value: &str| {
        let mut fields = vec![
            ("model_type", "\"llama\""),
            ("hidden_size", "64"),
            ("num_hidden_layers", "2"),
            ("intermediate_size", "128"),
            ("num_attention_heads", "4"),
            ("num_key_value_heads", "2"),
            ("vocab_size", "100"),
        ];
        for field in &mut fields {
            if field.0 == key {
                field.1 = value;
            }
        }
        let body: Vec<String> = fields.iter().map(|(k, v)| format!("\"{k}\": {v}")).collect();
        format!("{{{}}}", body.join(", "))
    };
    assert!(read(&llama("", ""), "x").is_ok());
    for key in ["hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size"] {
        for value in ["0", "-1", "1e300", "1.5", "\"many\"", "null", "[]", "4000000000"] {
            match read(&llama(key, value), "x") {
                Err(ImportError::Field(invalid)) => assert!(!invalid.field.is_empty()),
                other => panic!("{key} = {value}: {other:?}"),
            }
        }
    }
}
