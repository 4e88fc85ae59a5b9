//! Reads what users have: a model's configuration, a checkpoint's index or header.
//!
//! Reading is total: any bytes give a model with notices of what was assumed, or an error that names what to mend.

mod attention;
pub mod checkpoint;
pub(super) mod config;
mod counts;
mod family;
pub mod gguf;
pub mod hf_config;
mod layers;
mod number_format;
mod vision;

use crate::engine::invalid::Invalid;

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportError {
    /// Not JSON; line of the first mistake.
    Syntax {
        /// Line, from 1.
        line: u32,
    },
    /// More bytes than any real file of its kind.
    TooLarge,
    /// Readable, but not a file of this kind: nothing in it that one must have.
    NotOfThisKind,
    /// Shorter than its own header says.
    Truncated,
    /// A field to mend.
    Field(Invalid),
    /// A model that is not sized: why, and the type or the layer by name.
    Unmodelled(Unmodelled, String),
}

/// Why a model is not sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmodelled {
    /// It reads and writes no text.
    Encoder,
    /// It encodes its input first.
    EncoderDecoder,
    /// It has layers whose memory and speed are not modelled.
    OtherLayers,
}

impl From<Invalid> for ImportError {
    fn from(invalid: Invalid) -> Self {
        Self::Field(invalid)
    }
}

/// What a reader should know about an imported model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A field that the file does not state, and the value taken for it.
    Assumed {
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// A quantisation that is not modelled, and the format that is taken for it.
    Format(&'static str),
    /// The parameters are counted in a checkpoint, not derived from the shape.
    Counted(u64),
    /// An architecture that is not known by name, counted as a plain decoder.
    UnknownArchitecture(String),
    /// A part of the model that is left out of the count.
    NotCounted(&'static str),
    /// Layers for multi-token prediction, which checkpoints ship beside the counted model.
    PredictionLayers(u32),
}
