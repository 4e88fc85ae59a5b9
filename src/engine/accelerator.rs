//! An accelerator as the equations see it: bytes, bytes per second, dense operations per second, and links.

use super::constants::Constants;
use super::invalid::{Invalid, Reason, within};
use super::weight_format::WeightFormat;
use crate::catalogue::Gpu;
use crate::units::{Bytes, BytesPerSecond, FlopsPerSecond};

/// One accelerator of a replica.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accelerator {
    /// Memory that the driver reports, in bytes.
    pub memory: Bytes,
    /// Peak memory bandwidth.
    pub bandwidth: BytesPerSecond,
    /// Dense 16-bit peak.
    pub fp16: FlopsPerSecond,
    /// Dense 8-bit float peak, if it has one.
    pub fp8: Option<FlopsPerSecond>,
    /// Dense 8-bit integer peak, if it has one.
    pub int8: Option<FlopsPerSecond>,
    /// Dense 4-bit float peak, if it has one.
    pub fp4: Option<FlopsPerSecond>,
    /// How accelerators of one replica talk.
    pub link: Link,
    /// Whose.
    pub family: Family,
}

/// The link between accelerators of one host.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Whether it is a fabric that every accelerator reaches (NVLink with switches, Infinity Fabric).
    pub fabric: bool,
    /// One way, per accelerator.
    pub one_way: BytesPerSecond,
    /// Whether accelerators read each other's memory; without it every transfer passes through the host.
    pub peer_to_peer: bool,
}

/// Families whose kernels differ in how close they come to the peaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// NVIDIA.
    Nvidia,
    /// NVIDIA's consumer cards: no access to each other's memory, and sums in 32 bit at half the rate of sums in 16.
    GeForce,
    /// AMD Instinct.
    Amd,
    /// Apple silicon.
    Apple,
}

/// Arithmetic that a format runs in on an accelerator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arithmetic {
    /// Dense peak.
    pub peak: FlopsPerSecond,
    /// Whether weights are widened to 16 bit before each product.
    pub weight_only: bool,
    /// Whether it runs in 4 bit.
    pub four_bit: bool,
}

impl Arithmetic {
    /// Share of its peak that products reach, relative to those in 16 and 8 bits.
    #[must_use]
    pub fn efficiency(&self, constants: &Constants) -> f64 {
        let four_bit = if self.four_bit { constants.compute_four_bit } else { 1.0 };
        let widened = if self.weight_only { constants.compute_weight_only } else { 1.0 };
        four_bit * widened
    }
}

impl Accelerator {
    /// Checks that every figure is a positive, physical number.
    ///
    /// # Errors
    /// The first figure that is not.
    pub fn check(&self) -> Result<(), Invalid> {
        within("gpu.memory", self.memory.value(), 1e9, 1e13)?;
        within("gpu.bandwidth", self.bandwidth.value(), 1e9, 1e15)?;
        within("gpu.fp16", self.fp16.value(), 1e11, 1e18)?;
        for peak in [self.fp8, self.int8, self.fp4].into_iter().flatten() {
            within("gpu.peak", peak.value(), 1e11, 1e18)?;
        }
        within("gpu.link", self.link.one_way.value(), 1e6, 1e14)?;
        Ok(())
    }

    /// In what arithmetic `format` runs here.
    ///
    /// # Errors
    /// A format that this accelerator's engines do not run.
    pub fn arithmetic(&self, format: WeightFormat) -> Result<Arithmetic, Invalid> {
        let native = |peak, four_bit| Arithmetic { peak, weight_only: false, four_bit };
        let widened = Arithmetic { peak: self.fp16, weight_only: true, four_bit: false };
        if self.family == Family::Apple && !matches!(format, WeightFormat::Bf16 | WeightFormat::Gguf(_)) {
            return Err(Invalid::new("format", Reason::Unsupported));
        }
        Ok(match format {
            WeightFormat::Fp32 => native(self.fp16 * 0.5, false),
            WeightFormat::Bf16 => native(self.fp16, false),
            WeightFormat::Fp8 => self.fp8.map_or(widened, |peak| native(peak, false)),
            WeightFormat::Int8 => self.int8.map_or(widened, |peak| native(peak, false)),
            WeightFormat::Nvfp4 => self.fp4.map_or(widened, |peak| native(peak, true)),
            // Activations stay 8 bit beside 4-bit microscaled weights, where 4-bit units exist at all.
            WeightFormat::Mxfp4 => match (self.fp4, self.fp8) {
                (Some(_), Some(peak)) => native(peak, false),
                _ => widened,
            },
            WeightFormat::Int4 => widened,
            // llama.cpp's own efficiency was measured with its dequantisation included.
            WeightFormat::Gguf(_) => native(self.fp16, false),
        })
    }

    /// The highest peak of any arithmetic it has: what no figure may exceed.
    #[must_use]
    pub fn highest_peak(&self) -> f64 {
        [self.fp8, self.int8, self.fp4]
            .into_iter()
            .flatten()
            .fold(self.fp16.value(), |highest, peak| highest.max(peak.value()))
    }
}

impl TryFrom<&Gpu> for Accelerator {
    type Error = Invalid;

    /// An accelerator of the catalogue.
    ///
    /// # Errors
    /// A figure that no source states, or a vendor for which nothing is calibrated.
    fn try_from(gpu: &Gpu) -> Result<Self, Invalid> {
        let family = match &*gpu.vendor {
            "NVIDIA" if gpu.name.contains("GeForce") => Family::GeForce,
            "NVIDIA" => Family::Nvidia,
            "AMD" => Family::Amd,
            "Apple" => Family::Apple,
            _ => return Err(Invalid::new("gpu", Reason::Unsupported)),
        };
        let unknown = Invalid::new("gpu", Reason::Unknown);
        let accelerator = Self {
            memory: gpu.memory,
            bandwidth: gpu.bandwidth,
            fp16: gpu.dense.fp16.ok_or(unknown)?,
            fp8: gpu.dense.fp8,
            int8: gpu.dense.int8,
            fp4: gpu.dense.fp4,
            link: link(gpu),
            family,
        };
        accelerator.check()?;
        Ok(accelerator)
    }
}

/// The link that any number of the host's GPUs can use. A bridge joins two cards only, so cards with bridges count
/// as cards on PCIe; GeForce cards since the 4090 cannot read each other's memory.
fn link(gpu: &Gpu) -> Link {
    let kind = &*gpu.interconnect.kind;
    let bridged = kind.contains("bridge");
    let fabric = !bridged && (kind.starts_with("NVLink") || kind.starts_with("Infinity Fabric"));
    // One way of x16: 16 GB/s in the third generation, twice that in each later one.
    let pcie = match kind.split_once("PCIe ").and_then(|(_, rest)| rest.chars().next()) {
        Some('5') => 64e9,
        Some('3') => 16e9,
        _ => 32e9,
    };
    let stated = gpu.interconnect.per_gpu.filter(|_| fabric).map(|both| both * 0.5);
    Link {
        fabric: stated.is_some(),
        one_way: stated.unwrap_or(BytesPerSecond::new(pcie)),
        peer_to_peer: !gpu.name.contains("GeForce"),
    }
}
