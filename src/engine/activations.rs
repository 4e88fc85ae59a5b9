//! Bytes that a token moves between the matrix products. A product reads and writes its own operands while it multiplies;
//! what lies between products only moves memory, and on fast arithmetic that is what takes the time.
//!
//! ```text
//! whole    8·d              per layer: two norms, each reads two vectors and writes two        every GPU of a group
//! split    2·(H + 2·KV)·h   per layer: rotation reads and writes queries, keys and values      ÷ t
//!          3·f              per dense layer, 3·k·m per expert layer: the activation function   ÷ t
//! copies   2·(k + 1)·d      per expert layer: to k experts and back                            ÷ groups of experts
//! ```
//!
//! times 2 bytes. Counted from what engines run, not fitted.
//!
//! ```
//! // Llama 3 8B on one GPU: d = 4096, H = 32, KV = 8, h = 128, f = 14336, 32 layers
//! let layer = 8.0 * 4096.0 + 2.0 * (32.0 + 16.0) * 128.0 + 3.0 * 14336.0;
//! assert_eq!(2.0 * 32.0 * layer, 5_636_096.0); // 5.6 MB per token
//! ```

use super::architecture::Architecture;
use super::constants::Moves;

/// Bytes of one token, all layers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Activations {
    whole: f64,
    split: f64,
    copies: f64,
}

impl Activations {
    /// Of a model.
    pub fn new(architecture: &Architecture, moves: &Moves) -> Self {
        const BYTES: f64 = 2.0;
        let Architecture { layers, hidden, head_dim, dense_layers, .. } = *architecture;
        let heads = f64::from(architecture.heads) + 2.0 * f64::from(architecture.kv_heads);
        let inner = dense_layers * f64::from(architecture.components.inner_width);
        let (mut expert_inner, mut copied) = (0.0, 0.0);
        if let Some(routing) = architecture.routing {
            expert_inner = routing.layers * routing.active * f64::from(routing.expert_width);
            copied = routing.layers * (routing.active + 1.0) * hidden;
        }
        Self {
            whole: BYTES * moves.hidden * layers * hidden,
            split: BYTES * (moves.heads * layers * heads * head_dim + moves.inner * (inner + expert_inner)),
            copies: BYTES * moves.copies * copied,
        }
    }

    /// On one GPU of `tensor` of which `groups` hold tokens of their own and `expert_groups` experts of their own.
    pub fn bytes(&self, tensor: f64, groups: f64, expert_groups: f64) -> f64 {
        self.whole / groups + self.copies / expert_groups + self.split / tensor
    }
}
