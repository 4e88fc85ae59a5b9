//! What a family of models adds to the plain gated decoder, by its type; and the kinds that are no decoder at all.

use super::Unmodelled;
use super::config::Config;
use crate::import::value::Value;

/// How query and key are normalised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Normalised {
    /// They are not.
    No,
    /// One weight per channel of a head.
    Head,
    /// One weight per channel of all heads.
    All,
}

/// What a family adds to the plain decoder.
#[derive(Clone, Copy)]
pub struct Family {
    /// Whether its name is known.
    pub known: bool,
    /// Matrices of a feed-forward layer: three when it is gated.
    pub matrices: u128,
    /// Norms of a layer.
    pub norms: u128,
    /// Vectors of a norm: a weight, with a bias two, or none.
    pub norm: u128,
    /// Norms outside of the layers.
    pub outer_norms: u128,
    /// Biases of query, key and value.
    pub query_bias: bool,
    /// Bias of the output projection.
    pub output_bias: bool,
    /// Biases of the feed-forward layers.
    pub inner_bias: bool,
    /// Bias of the output head.
    pub head_bias: bool,
    /// Rows of learned positions.
    pub positions: u128,
    /// Single numbers of a layer.
    pub scalars: u128,
    /// Norms of query and key.
    pub normalised: Normalised,
}

/// Bias-free projections, a gate, two norms with a weight each.
const PLAIN: Family = Family {
    known: true,
    matrices: 3,
    norms: 2,
    norm: 1,
    outer_norms: 1,
    query_bias: false,
    output_bias: false,
    inner_bias: false,
    head_bias: false,
    positions: 0,
    scalars: 0,
    normalised: Normalised::No,
};

/// Whether the family is known by name.
pub fn is_known(config: &Config) -> bool {
    of(config).known
}

/// Whether the output head shares the embedding when the file does not say.
pub fn tied_by_default(config: &Config) -> bool {
    let kind = config.model_type();
    let tied = ["gemma", "falcon", "mpt", "cohere", "gpt2", "gpt_bigcode", "opt", "bloom", "starcoder2"];
    let more = ["gpt_neo", "minicpm", "minicpm3", "smollm3", "ernie4_5", "ernie4_5_moe"];
    tied.iter().any(|family| kind.starts_with(family)) || more.contains(&kind) || is_first_chatglm(config)
}

/// The ChatGLM of 6 B and its wide feed-forward layers, which later ones gave up.
fn is_first_chatglm(config: &Config) -> bool {
    config.model_type() == "chatglm" && config.get(&["inner_hidden_size"]).is_some()
}

/// What the family of a configuration adds.
pub fn of(config: &Config) -> Family {
    let on = |key: &str| config.flag(&[key]) == Some(true);
    let biased = on("attention_bias");
    let inner_bias = on("mlp_bias");
    let head = |yes: bool| if yes { Normalised::Head } else { Normalised::No };
    let all = |yes: bool| if yes { Normalised::All } else { Normalised::No };
    let both = Family { query_bias: biased, output_bias: biased, inner_bias, ..PLAIN };
    match config.model_type() {
        "llama" | "mistral" | "ministral" | "ministral3" | "granite" | "smollm3" | "gpt_oss"
        | "granitemoe" | "granitemoehybrid" | "bamba" | "mllama_text_model" => both,
        "qwen2" | "qwen2_moe" | "qwen2_vl" | "qwen2_vl_text" | "qwen2_5_vl" | "qwen2_5_vl_text" | "qwen" => {
            Family { query_bias: true, ..PLAIN }
        }
        "seed_oss" => Family { query_bias: biased, output_bias: on("attention_out_bias"), ..PLAIN },
        "mimo" | "glm" => Family { query_bias: biased, ..PLAIN },
        "glm4" => Family { query_bias: biased, norms: 4, ..PLAIN },
        "glm4_moe" => Family { query_bias: biased, normalised: head(on("use_qk_norm")), ..PLAIN },
        "chatglm" if !is_first_chatglm(config) => {
            Family { query_bias: on("add_qkv_bias"), output_bias: on("add_bias_linear"), ..PLAIN }
        }
        "internlm" => Family { query_bias: on("bias"), output_bias: on("bias"), ..PLAIN },
        "internlm3" => Family { query_bias: on("qkv_bias"), output_bias: on("bias"), ..PLAIN },
        "ernie4_5" | "ernie4_5_moe" => {
            let biased = on("use_bias");
            Family { query_bias: biased, output_bias: biased, inner_bias: biased, ..PLAIN }
        }
        "qwen3" | "qwen3_moe" | "qwen3_next" | "qwen3_5_text" | "qwen3_5_moe_text" | "qwen3_vl_text"
        | "qwen3_vl_moe_text" | "dots1" => Family { normalised: Normalised::Head, ..both },
        "hunyuan_v1_dense" | "hunyuan_v1_moe" => Family { normalised: head(on("use_qk_norm")), ..both },
        "exaone4" | "exaone4_5_text" | "exaone_moe" | "hy_v3" | "sarvam_moe" | "laguna"
        | "minimax_m3_vl_text" | "minimax_m3" | "minimax_m3_vl" | "step3p5" | "step3p7" => {
            Family { normalised: Normalised::Head, ..PLAIN }
        }
        "olmo2" | "olmo3" | "olmoe" | "flex_olmo" | "minimax_m2" => {
            Family { normalised: Normalised::All, ..PLAIN }
        }
        "olmo" => Family { norm: 0, ..PLAIN },
        "gemma2" => Family { norms: 4, ..PLAIN },
        "gemma3" | "gemma3_text" | "gemma4_text" => {
            Family { norms: 4, normalised: Normalised::Head, ..PLAIN }
        }
        "cohere" => Family { norms: 1, normalised: all(on("use_qk_norm")), ..PLAIN },
        "cohere2" => Family { norms: 1, ..PLAIN },
        "stablelm" => Family {
            norms: if on("use_parallel_residual") { 1 } else { 2 },
            norm: 2,
            query_bias: on("use_qkv_bias"),
            normalised: all(on("qk_layernorm")),
            ..PLAIN
        },
        "phimoe" => Family { norm: 2, head_bias: on("lm_head_bias"), ..both },
        "arcee" => Family { matrices: 2, ..both },
        "nemotron" => Family { matrices: 2, norm: 2, ..both },
        // an activation with two learned numbers
        "apertus" => Family {
            matrices: 2,
            scalars: 2,
            normalised: head(config.flag(&["qk_norm"]) != Some(false)),
            ..both
        },
        "nemotron_h" => Family { matrices: 2, norms: 1, ..PLAIN },
        "mixtral" | "phi3" | "llama4_text" | "gemma" | "deepseek" | "deepseek_v2" | "deepseek_v3"
        | "deepseek_v32" | "deepseek_v4" | "deepseek_ref" | "kimi_k2" | "kimi_linear" | "glm_moe_dsa"
        | "mimo_v2_flash" | "nemotron-nas" | "jamba" | "baichuan" | "internlm2" | "minicpm" | "minicpm3"
        | "dbrx" => PLAIN,
        _ => ungated(config).unwrap_or(Family { known: false, ..both }),
    }
}

/// Families from before gates became usual: two matrices, norms and projections with biases.
fn ungated(config: &Config) -> Option<Family> {
    let flag = |key: &str, default: bool| config.flag(&[key]).unwrap_or(default);
    let wide =
        Family { matrices: 2, norm: 2, query_bias: true, output_bias: true, inner_bias: true, ..PLAIN };
    let biased = |yes: bool| Family { query_bias: yes, output_bias: yes, inner_bias: yes, ..wide };
    let rows = config.get(&["n_positions", "max_position_embeddings"]).and_then(Value::whole);
    let positions = u128::from(rows.unwrap_or(0).min(1 << 24));
    Some(match config.model_type() {
        "gpt2" | "gpt-sw3" | "gpt_bigcode" => Family { positions, ..wide },
        "gpt_neo" => Family { positions, query_bias: false, ..wide },
        "gptj" | "codegen" => {
            Family { norms: 1, query_bias: false, output_bias: false, head_bias: true, ..wide }
        }
        "gpt_neox" => {
            let attention = flag("attention_bias", true);
            Family { query_bias: attention, output_bias: attention, ..wide }
        }
        // two rows come before the first position
        "opt" => Family {
            positions: positions + 2,
            outer_norms: u128::from(flag("do_layer_norm_before", true)),
            ..biased(flag("enable_bias", true))
        },
        // one more norm after the embedding
        "bloom" => Family { outer_norms: 2, ..wide },
        "phi" => {
            let normalised = if flag("qk_layernorm", false) { Normalised::Head } else { Normalised::No };
            Family { norms: 1, head_bias: true, normalised, ..wide }
        }
        "jais2" => {
            let attention = flag("attention_bias", true);
            let inner_bias = flag("mlp_bias", true);
            Family { query_bias: attention, output_bias: attention, inner_bias, ..wide }
        }
        "starcoder2" => biased(flag("use_bias", true)),
        "chatglm" => wide,
        "falcon" => {
            let two = match flag("new_decoder_architecture", false) {
                true => config.get(&["num_ln_in_parallel_attn"]).and_then(Value::whole) != Some(1),
                false => !flag("parallel_attn", true),
            };
            Family { norms: if two { 2 } else { 1 }, ..biased(flag("bias", false)) }
        }
        "mpt" if flag("no_bias", true) => Family { norm: 1, ..biased(false) },
        "mpt" => wide,
        _ => return None,
    })
}

/// Types that have layers whose memory is not modelled: recurrences and convolutions of their own, attention twice in
/// a layer, blocks that are used again, embeddings per layer.
const OTHER_LAYERS: [&str; 22] = [
    "rwkv",
    "rwkv5",
    "rwkv6",
    "rwkv7",
    "recurrent_gemma",
    "zamba",
    "zamba2",
    "xlstm",
    "lfm2",
    "lfm2_moe",
    "falcon_h1",
    "falcon_mamba",
    "mamba",
    "mamba2",
    "hymba",
    "plamo2",
    "phi4flash",
    "minimax",
    "minimax_text_01",
    "minimax_m1",
    "longcat_flash",
    "gemma3n_text",
];

/// Types of encoders, which write no text.
const ENCODERS: [&str; 31] = [
    "bert",
    "roberta",
    "distilbert",
    "albert",
    "electra",
    "deberta",
    "deberta-v2",
    "xlm-roberta",
    "xlm-roberta-xl",
    "camembert",
    "modernbert",
    "mpnet",
    "ernie",
    "nomic_bert",
    "bert-generation",
    "big_bird",
    "data2vec-text",
    "megatron-bert",
    "rembert",
    "roberta-prelayernorm",
    "roc_bert",
    "roformer",
    "xmod",
    "vit",
    "clip",
    "siglip",
    "siglip2",
    "dinov2",
    "wav2vec2",
    "hubert",
    "layoutlm",
];

/// Why a configuration is of no model that can be sized.
pub fn refused(config: &Config) -> Option<Unmodelled> {
    let kind = config.model_type();
    let architectures = config.list(&["architectures"]).unwrap_or_default();
    let is = |ending: &str| {
        architectures.iter().any(|name| name.text().is_some_and(|name| name.ends_with(ending)))
    };
    // older encoders are also used as decoders, and say so
    let decoder = config.flag(&["is_decoder"]) == Some(true);
    // MiniMax marks its layers of linear attention with a zero
    let types = config.list(&["attn_type_list"]).unwrap_or_default();
    let lightning = types.iter().any(|kind| kind.whole() == Some(0));
    let encodes =
        ENCODERS.contains(&kind) || is("ForMaskedLM") || is("ForImageClassification") || is("ForCTC");
    if config.flag(&["is_encoder_decoder"]) == Some(true) || kind.ends_with("t5") || kind == "whisper" {
        Some(Unmodelled::EncoderDecoder)
    } else if encodes && !decoder {
        Some(Unmodelled::Encoder)
    } else if OTHER_LAYERS.contains(&kind)
        || config.get(&["conv_L_cache", "lru_width"]).is_some()
        || lightning
    {
        Some(Unmodelled::OtherLayers)
    } else {
        None
    }
}
