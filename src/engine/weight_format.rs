//! Bytes of weights in each number format.
//!
//! ```text
//! bf16, fp16        2                       everywhere
//! fp8, int8         1                       embedding, head, norms and vision stay 16 bit
//! int4 (AWQ, GPTQ)  1/2 + 2.5/128           a 16-bit scale and a 4-bit zero per group of 128
//! NVFP4             1/2 + 1/16              an 8-bit scale per 16; beside MLA, attention averages 1.5
//! MXFP4             1/2 + 1/32              an 8-bit scale per 32; routed experts only
//! GGUF              bits per weight ÷ 8     per tensor kind, from llama.cpp's quantisation recipes
//! ```
//!
//! A GGUF "4.8 bits" is an outcome, not an input: the `_M` recipes give half of the value and down projections two
//! more bits, the head 6.56 bits, and fall back to blocks of 32 where a row does not divide by 256.
//!
//! ```
//! use llm_breakeven::engine::weight_format::{GgufType, WeightFormat};
//! // 7 B parameters in AWQ: 0.51953 bytes each
//! assert!((WeightFormat::Int4.bytes_per_parameter() - 0.519_531_25).abs() < 1e-9);
//! assert_eq!(WeightFormat::Gguf(GgufType::Q8_0).bytes_per_parameter(), 8.5 / 8.0);
//! ```

use super::architecture::Architecture;
use super::parameters::Components;
use crate::catalogue::model::NativeDtype;
use crate::units::Bytes;

/// Number format of the weights that a replica holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeightFormat {
    /// 32-bit floats.
    Fp32,
    /// 16-bit floats, bfloat16 or IEEE half.
    Bf16,
    /// 8-bit floats, scales per tensor, channel or block.
    Fp8,
    /// 8-bit integers for weights and activations.
    Int8,
    /// 4-bit integers in groups of 128, computed in 16 bit (AWQ, GPTQ).
    Int4,
    /// NVIDIA's 4-bit floats with a scale per 16.
    Nvfp4,
    /// 4-bit floats with a scale per 32, in the routed experts.
    Mxfp4,
    /// A llama.cpp file.
    Gguf(GgufType),
}

impl From<NativeDtype> for WeightFormat {
    fn from(dtype: NativeDtype) -> Self {
        match dtype {
            NativeDtype::Fp32 => Self::Fp32,
            NativeDtype::Bf16 | NativeDtype::Fp16 => Self::Bf16,
            NativeDtype::Fp8 => Self::Fp8,
            NativeDtype::Int8 => Self::Int8,
            NativeDtype::Int4 | NativeDtype::Int4Experts => Self::Int4,
            NativeDtype::Mxfp4Experts => Self::Mxfp4,
            NativeDtype::Nvfp4 => Self::Nvfp4,
        }
    }
}

/// llama.cpp's file types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(non_camel_case_types, reason = "these are the names that files and users have")]
pub enum GgufType {
    /// 2-bit, `Q2_K`.
    Q2_K,
    /// 3-bit, `Q3_K_M`.
    Q3_K_M,
    /// 4-bit in blocks of 32, `Q4_0`.
    Q4_0,
    /// 4-bit, `Q4_K_M`.
    Q4_K_M,
    /// 5-bit in blocks of 32, `Q5_0`.
    Q5_0,
    /// 5-bit, `Q5_K_M`.
    Q5_K_M,
    /// 6-bit, `Q6_K`.
    Q6_K,
    /// 8-bit, `Q8_0`.
    Q8_0,
    /// Unquantised half.
    F16,
}

/// Bits per weight of the block types that recipes are made of.
mod bits {
    pub const Q2_K: f64 = 2.625;
    pub const Q3_K: f64 = 3.4375;
    pub const Q4: f64 = 4.5;
    pub const Q5: f64 = 5.5;
    pub const Q6_K: f64 = 6.5625;
    pub const Q8_0: f64 = 8.5;
    pub const F16: f64 = 16.0;
}

/// Bits per weight by kind of tensor.
#[derive(Clone, Copy)]
struct Recipe {
    base: f64,
    value: f64,
    output: f64,
    down: f64,
    head: f64,
}

impl GgufType {
    /// All of them, smallest first.
    pub const ALL: [Self; 9] = [
        Self::Q2_K,
        Self::Q3_K_M,
        Self::Q4_0,
        Self::Q4_K_M,
        Self::Q5_0,
        Self::Q5_K_M,
        Self::Q6_K,
        Self::Q8_0,
        Self::F16,
    ];

    /// The recipe for rows that divide by 256.
    fn recipe(self) -> Recipe {
        let even = |all: f64, head: f64| Recipe { base: all, value: all, output: all, down: all, head };
        // "More bits" goes to the first and last eighth of the layers and to every third between: half of them.
        let half_more = |all: f64| {
            let more = f64::midpoint(all, bits::Q6_K);
            Recipe { base: all, value: more, output: all, down: more, head: bits::Q6_K }
        };
        match self {
            Self::Q2_K => Recipe {
                base: bits::Q2_K,
                value: bits::Q4,
                output: bits::Q3_K,
                down: bits::Q3_K,
                head: bits::Q6_K,
            },
            // The first sixteenth of the down projections gets one bit more.
            Self::Q3_K_M => Recipe {
                base: bits::Q3_K,
                value: bits::Q4,
                output: bits::Q4,
                down: bits::Q4 + 1.0 / 16.0,
                head: bits::Q6_K,
            },
            Self::Q4_0 => even(bits::Q4, bits::Q6_K),
            Self::Q4_K_M => half_more(bits::Q4),
            Self::Q5_0 => even(bits::Q5, bits::Q6_K),
            Self::Q5_K_M => half_more(bits::Q5),
            Self::Q6_K => even(bits::Q6_K, bits::Q6_K),
            Self::Q8_0 => even(bits::Q8_0, bits::Q8_0),
            Self::F16 => even(bits::F16, bits::F16),
        }
    }

    /// Bits of the down projection when its rows do not divide by 256: llama.cpp replaces each K type by the next
    /// larger type with blocks of 32.
    fn down_in_blocks_of_32(self) -> f64 {
        match self {
            Self::Q2_K => bits::Q4,
            Self::Q3_K_M => bits::Q5 + 1.0 / 16.0,
            Self::Q4_K_M => f64::midpoint(bits::Q5, bits::Q8_0),
            Self::Q5_K_M => f64::midpoint(bits::Q5 + 0.5, bits::Q8_0),
            Self::Q6_K => bits::Q8_0,
            Self::Q4_0 | Self::Q5_0 | Self::Q8_0 | Self::F16 => self.recipe().down,
        }
    }
}

/// Bytes of weights by component of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeightBytes {
    /// Token mixers.
    pub attention: f64,
    /// Dense feed-forward layers, shared experts and routers, norms.
    pub dense: f64,
    /// Routed experts, all resident.
    pub experts: f64,
    /// Output head.
    pub head: f64,
    /// Input embedding.
    pub embedding: f64,
    /// Vision tower.
    pub vision: f64,
}

impl WeightBytes {
    /// All of it: the size of the checkpoint.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.attention + self.dense + self.experts + self.head + self.embedding + self.vision
    }

    /// Whether no component is larger than that of `other`.
    #[must_use]
    pub fn at_most(&self, other: &Self) -> bool {
        self.attention <= other.attention
            && self.dense <= other.dense
            && self.experts <= other.experts
            && self.head <= other.head
            && self.embedding <= other.embedding
            && self.vision <= other.vision
    }

    /// Every component times `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            attention: self.attention * factor,
            dense: self.dense * factor,
            experts: self.experts * factor,
            head: self.head * factor,
            embedding: self.embedding * factor,
            vision: self.vision * factor,
        }
    }
}

impl WeightFormat {
    /// The formats that scenarios and measurements name, widest first.
    pub const NAMED: [Self; 6] = [Self::Bf16, Self::Fp8, Self::Int8, Self::Int4, Self::Nvfp4, Self::Mxfp4];

    /// The name in scenarios, links and measurements; of a llama.cpp file that of its nearest format.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Fp32 => "fp32",
            Self::Bf16 | Self::Gguf(GgufType::F16) => "fp16",
            Self::Fp8 => "fp8",
            Self::Int8 | Self::Gguf(GgufType::Q8_0) => "int8",
            Self::Int4 | Self::Gguf(_) => "int4",
            Self::Nvfp4 => "nvfp4",
            Self::Mxfp4 => "mxfp4",
        }
    }

    /// The format with this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|format| format.key() == key)
    }

    /// The format of weights that take `size`: the `native` one where that comes within a tenth of it, else the nearest of
    /// 16, 8 and 4 bits. A size does not tell formats of as many bits apart: of those the one that computes slowest.
    #[must_use]
    pub fn of_size(size: Bytes, native: Self, architecture: &Architecture) -> Self {
        let miss = |format: Self| (format.weights(architecture).total() / size.value()).ln().abs();
        let others = [Self::Bf16, Self::Fp8, Self::Int4];
        let nearest = |best: Self, format: Self| if miss(format) < miss(best) { format } else { best };
        if Self::NAMED.contains(&native) && miss(native) < 0.1 {
            native
        } else {
            others.into_iter().fold(Self::Bf16, nearest)
        }
    }

    /// Whole bits of one parameter, without its scales: what a quality is judged by.
    #[must_use]
    pub fn bits(self) -> u32 {
        // scales add less than one bit
        (self.bytes_per_parameter() * 8.0) as u32
    }

    /// The llama.cpp file type that comes nearest; MXFP4 files exist there too.
    #[must_use]
    pub fn in_llama_cpp(self) -> Self {
        match self {
            Self::Fp32 | Self::Bf16 => Self::Gguf(GgufType::F16),
            Self::Fp8 | Self::Int8 => Self::Gguf(GgufType::Q8_0),
            Self::Int4 | Self::Nvfp4 => Self::Gguf(GgufType::Q4_K_M),
            Self::Mxfp4 | Self::Gguf(_) => self,
        }
    }

    /// Bytes of one parameter of a large matrix, scales included.
    #[must_use]
    pub fn bytes_per_parameter(self) -> f64 {
        match self {
            Self::Fp32 => 4.0,
            Self::Bf16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::Int4 => 0.5 + 2.5 / 128.0,
            Self::Nvfp4 => 0.5 + 1.0 / 16.0,
            Self::Mxfp4 => 0.5 + 1.0 / 32.0,
            Self::Gguf(kind) => kind.recipe().base / 8.0,
        }
    }

    /// Bytes of a model's weights by component.
    #[must_use]
    pub fn weights(self, architecture: &Architecture) -> WeightBytes {
        let parts = &architecture.components;
        if let Self::Gguf(kind) = self {
            return gguf(kind, parts);
        }
        let matrix = self.bytes_per_parameter();
        let wide = matrix.max(2.0);
        let mla = architecture.mixers.mla.is_some();
        let routed = architecture.routing.is_some();
        let (attention, dense) = match self {
            // Published MXFP4 checkpoints, and int4 ones beside MLA, quantise the routed experts only.
            Self::Mxfp4 if routed => (wide, wide),
            Self::Int4 if mla && routed => (wide, wide),
            Self::Nvfp4 if mla => (1.5, matrix),
            _ => (matrix, matrix),
        };
        WeightBytes {
            attention: parts.attention * attention,
            dense: (parts.dense + parts.shared) * dense + parts.other * wide,
            experts: parts.experts * matrix,
            head: parts.head * wide,
            embedding: parts.embedding * wide,
            vision: parts.vision * wide,
        }
    }
}

fn gguf(kind: GgufType, parts: &Components) -> WeightBytes {
    let recipe = kind.recipe();
    let down = if parts.inner_width.is_multiple_of(256) { recipe.down } else { kind.down_in_blocks_of_32() };
    let feed_forward = recipe.base * (1.0 - parts.down_share) + down * parts.down_share;
    let attention = recipe.base * (1.0 - parts.value_share - parts.output_share)
        + recipe.value * parts.value_share
        + recipe.output * parts.output_share;
    let norms = 4.0 * parts.other;
    WeightBytes {
        attention: parts.attention * attention / 8.0,
        dense: (parts.dense + parts.shared) * feed_forward / 8.0 + norms,
        experts: parts.experts * feed_forward / 8.0,
        head: parts.head * recipe.head / 8.0,
        embedding: parts.embedding * recipe.base / 8.0,
        // The vision tower comes in a file of its own, in half precision.
        vision: parts.vision * 2.0,
    }
}
