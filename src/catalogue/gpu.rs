//! Accelerators: the figures that bound what one can hold and compute.

use super::decode::Row;
use super::{Provenance, Text};
use crate::units::{Bytes, BytesPerSecond, FlopsPerSecond};

/// One accelerator, as cloud instances carry it.
#[derive(Clone, Debug, PartialEq)]
pub struct Gpu {
    /// Stable id, such as `h100-sxm`; used in links.
    pub id: Text,
    /// Name as the vendor writes it.
    pub name: Text,
    /// Vendor.
    pub vendor: Text,
    /// Generation, such as `Hopper`.
    pub architecture: Text,
    /// Id that price lists use when they do not say the form factor, such as `h100-80gb`.
    pub generic: Option<Text>,
    /// Memory that software can use: what the driver or the cloud's API reports; the nominal decimal figure where
    /// no source states it (then [`Self::memory_is_nominal`]).
    pub memory: Bytes,
    /// Whether [`Self::memory`] is the figure on the box.
    pub memory_is_nominal: bool,
    /// The figure on the box, in GB.
    pub nominal_gb: f64,
    /// Memory bandwidth.
    pub bandwidth: BytesPerSecond,
    /// Peak arithmetic rates without sparsity.
    pub dense: DenseFlops,
    /// Link to its neighbours.
    pub interconnect: Interconnect,
    /// Board power, W.
    pub tdp_w: Option<f64>,
    /// Most MIG slices that it can be cut into.
    pub mig_slices: Option<u32>,
    /// Year of release.
    pub release_year: Option<u32>,
    /// What to know about the figures, such as sources that disagree.
    pub note: Option<Text>,
    /// Where the figures come from.
    pub provenance: Provenance,
}

/// Peak dense rates by number format; `None` where the hardware lacks the format or no source states the rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DenseFlops {
    /// fp16 or bf16 with fp32 accumulation.
    pub fp16: Option<FlopsPerSecond>,
    /// fp8.
    pub fp8: Option<FlopsPerSecond>,
    /// int8.
    pub int8: Option<FlopsPerSecond>,
    /// fp4.
    pub fp4: Option<FlopsPerSecond>,
}

/// How an accelerator reaches the others in its instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Interconnect {
    /// Name, such as `NVLink 4`.
    pub kind: Text,
    /// Both directions summed, per accelerator.
    pub per_gpu: Option<BytesPerSecond>,
}

impl Gpu {
    /// The card regardless of its form factor: [`Self::generic`] where there is one, else the id.
    #[must_use]
    pub fn chip(&self) -> &str {
        self.generic.as_deref().unwrap_or(&self.id)
    }
}

pub(super) fn decode(row: &mut Row) -> Gpu {
    let [id, name, vendor, architecture] = [row.text(), row.text(), row.text(), row.text()];
    let generic = row.optional_text();
    let (usable_gib, nominal_gb) = (row.optional(), row.number());
    let rate = |teraflops: Option<f64>| teraflops.map(|value| FlopsPerSecond::new(value * 1e12));
    let speed = |gigabytes: f64| BytesPerSecond::new(gigabytes * 1e9);
    Gpu {
        id,
        name,
        vendor,
        architecture,
        generic,
        memory: usable_gib.map_or(Bytes::new(nominal_gb * 1e9), Bytes::from_gib),
        memory_is_nominal: usable_gib.is_none(),
        nominal_gb,
        bandwidth: speed(row.number()),
        dense: DenseFlops {
            fp16: rate(row.optional()),
            fp8: rate(row.optional()),
            int8: rate(row.optional()),
            fp4: rate(row.optional()),
        },
        interconnect: Interconnect { kind: row.text(), per_gpu: row.optional().map(speed) },
        tdp_w: row.optional(),
        mig_slices: row.whole(),
        release_year: row.whole(),
        note: row.optional_text(),
        provenance: row.provenance(),
    }
}
