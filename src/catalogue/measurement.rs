//! Published measurements of serving speed.

use super::decode::Row;
use super::{Provenance, Text};
use crate::units::TokensPerSecond;

/// One published measurement: a model on a number of GPUs, at one request shape, at full load.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Ids of the models that it holds for, space-separated: same architecture, other weights.
    pub models: Text,
    /// Number format of the weights, such as `fp8`.
    pub format: Text,
    /// Id of the GPU.
    pub gpu: Text,
    /// GPUs of the replica.
    pub gpus: u32,
    /// Input tokens per request.
    pub isl: u32,
    /// Output tokens per request.
    pub osl: u32,
    /// Input and output tokens a second of the whole replica.
    pub tokens_per_second: TokensPerSecond,
    /// Serving engine and version.
    pub engine: Text,
    /// Where it is published.
    pub provenance: Provenance,
}

impl Measurement {
    /// Whether it holds for the model with this id.
    #[must_use]
    pub fn is_of(&self, model: &str) -> bool {
        self.models.split(' ').any(|id| id == model)
    }

    /// The part of its tokens that is input, 0 to 1.
    #[must_use]
    pub fn input_share(&self) -> f64 {
        f64::from(self.isl) / f64::from(self.isl + self.osl)
    }

    /// Tokens a second of one of its GPUs.
    #[must_use]
    pub fn per_gpu(&self) -> TokensPerSecond {
        self.tokens_per_second / f64::from(self.gpus)
    }
}

pub(super) fn decode(row: &mut Row) -> Measurement {
    let [models, format, gpu] = [row.text(), row.text(), row.text()];
    let (gpus, isl, osl) = (row.count().max(1), row.count(), row.count());
    // published as output tokens/s; every output token came with isl/osl input tokens
    let both = row.number() * f64::from(isl + osl) / f64::from(osl.max(1));
    Measurement {
        models,
        format,
        gpu,
        gpus,
        isl,
        osl,
        tokens_per_second: TokensPerSecond::new(both),
        engine: row.text(),
        provenance: row.provenance(),
    }
}
