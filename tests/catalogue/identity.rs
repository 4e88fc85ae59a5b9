//! Writes each decoded row back as cells and compares them with those of its TOML row.

use llm_breakeven::catalogue::model::{AttentionKind, LinearLayer, Model, NativeDtype};
use llm_breakeven::catalogue::{
    ApiPrice, Basis, Commitment, Gpu, Match, Offer, OpenWeights, PriceTier, PriceWindow, Provenance,
    ProviderKind, ServicePrices,
};
use llm_breakeven::units::UsdPerMTok;

use crate::{catalogue, columns, rows};

type Cells = Vec<String>;

fn compare<T>(file: &str, columns: &[&str], decoded: &[T], cells: impl Fn(&T) -> Cells) {
    let path = format!("{}/src/catalogue/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let written = rows::expand(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(written.len(), decoded.len(), "{file}");
    for (written, decoded) in written.iter().zip(decoded) {
        let found = cells(decoded);
        assert_eq!(found.len(), columns.len(), "{file}");
        for (column, found) in columns.iter().zip(found) {
            let expected = rows::cell(written, column);
            // Words that stand for the default may be left out of the TOML.
            let implied = expected.is_empty() && ["1", "list", "gqa", "bf16", "0"].contains(&found.as_str());
            let number = |text: &str| text.parse::<f64>().ok();
            let same = number(&expected).is_some() && number(&expected) == number(&found);
            assert!(
                expected == found || same || implied,
                "{file} {column}: {expected:?} is {found:?}\n{written}"
            );
        }
    }
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn flag(value: bool) -> String {
    if value { "true".to_owned() } else { String::new() }
}

fn provenance(provenance: &Provenance) -> Cells {
    vec![provenance.source.to_string(), provenance.as_of.to_string()]
}

#[test]
fn gpus() {
    compare("gpus.toml", columns::GPUS, &catalogue().gpus, |gpu: &Gpu| {
        let tera =
            |rate: Option<llm_breakeven::units::FlopsPerSecond>| shown(rate.map(|rate| rate.value() / 1e12));
        let giga = |speed: llm_breakeven::units::BytesPerSecond| (speed.value() / 1e9).to_string();
        let mut cells = vec![
            gpu.id.to_string(),
            gpu.name.to_string(),
            gpu.vendor.to_string(),
            gpu.architecture.to_string(),
            shown(gpu.generic.as_ref()),
            if gpu.memory_is_nominal { String::new() } else { gpu.memory.gib().to_string() },
            gpu.nominal_gb.to_string(),
            giga(gpu.bandwidth),
            tera(gpu.dense.fp16),
            tera(gpu.dense.fp8),
            tera(gpu.dense.int8),
            tera(gpu.dense.fp4),
            gpu.interconnect.kind.to_string(),
            gpu.interconnect.per_gpu.map_or(String::new(), giga),
            shown(gpu.tdp_w),
            shown(gpu.mig_slices),
            shown(gpu.release_year),
            shown(gpu.note.as_ref()),
        ];
        cells.extend(provenance(&gpu.provenance));
        cells
    });
}

#[test]
fn offers() {
    compare("offers.toml", columns::OFFERS, &catalogue().offers, |offer: &Offer| {
        assert_eq!(Commitment::from_key(offer.commitment.key()), Some(offer.commitment));
        assert_eq!(Basis::from_key(offer.basis.key()), Some(offer.basis));
        let mut cells = vec![
            offer.provider.to_string(),
            shown(offer.instance.as_ref()),
            offer.gpu.to_string(),
            offer.gpus_per_instance.to_string(),
            shown(offer.region.as_ref()),
            offer.commitment.key().to_owned(),
            offer.basis.key().to_owned(),
            offer.price_per_instance.value().to_string(),
            shown(offer.note.as_ref()),
        ];
        cells.extend(provenance(&offer.provenance));
        cells
    });
}

#[test]
fn api_prices() {
    compare("api_prices.toml", columns::API_PRICES, &catalogue().api_prices, |row: &ApiPrice| {
        let price = |price: Option<UsdPerMTok>| shown(price.map(UsdPerMTok::value));
        let kind = match row.kind {
            ProviderKind::FirstParty => "first-party",
            ProviderKind::Host => "host",
            ProviderKind::Cloud => "cloud",
            ProviderKind::Aggregator => "aggregator",
            ProviderKind::Reference => "reference",
        };
        let open = match row.open_weights {
            OpenWeights::Yes if row.open_model.is_none() => "true",
            OpenWeights::No => "false",
            _ => "",
        };
        let difference = row.disagreement.as_ref();
        let mut cells = vec![
            row.provider.to_string(),
            kind.to_owned(),
            row.model_name.to_string(),
            shown(row.display_name.as_ref()),
            shown(row.open_model.as_ref()),
            open.to_owned(),
            if row.model_match == Match::Architecture { "architecture".to_owned() } else { String::new() },
            row.input.value().to_string(),
            row.output.value().to_string(),
            price(row.cache_read),
            price(row.cache_write),
            price(row.cache_write_1h),
            price(row.batch_input),
            price(row.batch_output),
            price(row.batch_cache_read),
            row.tiers.iter().map(tier).collect::<Vec<_>>().join(";"),
            row.windows.iter().map(window).collect::<Vec<_>>().join(";"),
            row.services.iter().map(service).collect::<Vec<_>>().join(";"),
            row.next.map_or(String::new(), |next| {
                format!("{} {}", next.from, prices(&[Some(next.input), Some(next.output)]))
            }),
            shown(row.context_window),
            flag(row.deprecated),
            difference.map_or(String::new(), |d| format!("{} {} {}", d.field, d.other.value(), d.source)),
            shown(row.note.as_ref()),
        ];
        cells.extend(provenance(&row.provenance));
        cells
    });
}

fn prices(prices: &[Option<UsdPerMTok>]) -> String {
    let word = |price: &Option<UsdPerMTok>| price.map_or("-".to_owned(), |price| price.value().to_string());
    prices.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn tier(tier: &PriceTier) -> String {
    format!("{} {}", tier.above, prices(&[tier.input, tier.output, tier.cache_read, tier.cache_write]))
}

fn window(window: &PriceWindow) -> String {
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let prices = prices(&[window.input, window.output, window.cache_read]);
    format!("{} {} {prices}", time(window.start), time(window.end))
}

fn service(service: &ServicePrices) -> String {
    format!("{} {}", service.tier.key(), prices(&[service.input, service.output, service.cache_read]))
}

#[test]
fn models() {
    compare("models.toml", columns::MODELS, &catalogue().models, |model: &Model| {
        let p = &model.parameters;
        let mut cells = vec![
            model.id.to_string(),
            model.hf_id.to_string(),
            model.family.to_string(),
            shown(p.total),
            shown(p.active),
            shown(p.embedding),
            shown(p.lm_head),
            shown(p.routed_experts),
            shown(p.vision),
            shown(p.published_total_b),
            shown(p.published_active_b),
            model.layers.to_string(),
            model.hidden_size.to_string(),
            model.attention_heads.to_string(),
            model.kv_heads.to_string(),
            shown(model.head_dim),
            shown(model.intermediate_size),
            model.vocab_size.to_string(),
            flag(model.tied_embeddings),
        ];
        cells.extend(moe(model));
        cells.extend(attention(model));
        cells.extend([
            shown(model.max_context),
            dtype(model.native_dtype).to_owned(),
            shown(model.licence.as_ref()),
            shown(model.notes.as_ref()),
            model.unverified.to_string(),
            model.source.to_string(),
            model.as_of.to_string(),
        ]);
        cells
    });
}

fn moe(model: &Model) -> Cells {
    let moe = model.moe.unwrap_or_default();
    vec![
        shown(model.moe.map(|moe| moe.experts)),
        shown(model.moe.map(|moe| moe.active_experts)),
        shown(model.moe.map(|moe| moe.intermediate_size)),
        shown(moe.shared_experts),
        shown(moe.shared_intermediate_size),
        shown(moe.first_dense_layers),
        shown(moe.moe_layers),
        shown(moe.latent_size),
    ]
}

fn attention(model: &Model) -> Cells {
    let attention = &model.attention;
    let kind = match attention.kind {
        AttentionKind::Mha => "mha",
        AttentionKind::Gqa => "gqa",
        AttentionKind::Mqa => "mqa",
        AttentionKind::Mla => "mla",
    };
    let mla = attention.mla.map(|mla| {
        let query = mla.q_lora_rank.map_or("-".to_owned(), |rank| rank.to_string());
        let widths = format!("{} {} {}", mla.qk_nope_head_dim, mla.qk_rope_head_dim, mla.v_head_dim);
        format!("{} {query} {widths}", mla.kv_lora_rank)
    });
    vec![
        kind.to_owned(),
        attention.full_layers.to_string(),
        attention.sliding_layers.to_string(),
        shown(attention.sliding_window),
        attention.linear_layers.to_string(),
        attention.linear.map_or(String::new(), state),
        shown(mla),
        shown(attention.global.map(|kv| format!("{} {}", kv.kv_heads, kv.head_dim))),
        shown(attention.value_head_dim),
        flag(attention.key_is_value),
        shown(
            attention.sparse.map(|sparse| format!("{} {} {}", sparse.top_k, sparse.head_dim, sparse.heads)),
        ),
        attention
            .compressed
            .iter()
            .map(|c| format!("{} {}", c.layers, c.ratio))
            .collect::<Vec<_>>()
            .join(";"),
        attention.shared_kv_layers.to_string(),
    ]
}

fn state(layer: LinearLayer) -> String {
    match layer {
        LinearLayer::DeltaNet { key_heads, value_heads, key_dim, value_dim, conv } => {
            format!("deltanet {key_heads} {value_heads} {key_dim} {value_dim} {conv}")
        }
        LinearLayer::Mamba2 { heads, head_dim, state, groups, conv } => {
            format!("mamba2 {heads} {head_dim} {state} {groups} {conv}")
        }
        LinearLayer::Mamba1 { expand, state, dt_rank, conv } => {
            format!("mamba1 {expand} {state} {dt_rank} {conv}")
        }
    }
}

fn dtype(dtype: NativeDtype) -> &'static str {
    match dtype {
        NativeDtype::Fp32 => "fp32",
        NativeDtype::Bf16 => "bf16",
        NativeDtype::Fp16 => "fp16",
        NativeDtype::Fp8 => "fp8",
        NativeDtype::Int8 => "int8",
        NativeDtype::Int4 => "int4",
        NativeDtype::Mxfp4Experts => "mxfp4-experts",
        NativeDtype::Int4Experts => "int4-experts",
        NativeDtype::Nvfp4 => "nvfp4",
    }
}
