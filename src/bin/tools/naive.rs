//! The rules that calculators without a model use: bandwidth ÷ weights × batch, a constant number of tokens per second and
//! GPU, the ideal roofline.

use super::stated::{Stated, ratios, speed};
use super::tables::Tables;

/// This model and the rules, on the same points.
pub fn rows<'a>(stated: impl Iterator<Item = &'a Stated<'a>>, tables: &Tables) -> String {
    let stated: Vec<&Stated> = stated.filter(|s| s.point.number("out_tps").is_some()).collect();
    let measured = |s: &Stated| s.point.number("out_tps").unwrap_or(f64::NAN);
    let gpus = |s: &Stated| s.point.number("n_gpu").unwrap_or(1.0);
    let mut per_gpu: Vec<f64> = stated.iter().map(|s| measured(s) / gpus(s)).collect();
    per_gpu.sort_by(f64::total_cmp);
    let constant = per_gpu.get(per_gpu.len() / 2).copied().unwrap_or(f64::NAN);
    let stream = |s: &Stated| {
        let architecture = tables.model(s.point.text("model"))?;
        let accelerator = tables.accelerator(s.point.text("gpu"))?;
        let parts = &architecture.components;
        let active = parts.every_token()
            + parts.head
            + architecture.routing.map_or(0.0, |r| parts.experts * r.active_share());
        let bytes = active * s.point.serving()?.weights.bytes_per_parameter();
        Some(accelerator.bandwidth.value() * gpus(s) / bytes * s.figure.running / measured(s))
    };
    let all = || stated.iter().copied();
    let mut text = ratios(all(), speed).row("this model");
    text +=
        &ratios(all(), |s| Some(s.figure.bound.value() * replicas(s) / measured(s))).row("ideal roofline");
    text += &ratios(all(), |s| Some(constant * gpus(s) / measured(s))).row("constant tokens/s per GPU");
    text + &ratios(all(), stream).row("bandwidth ÷ active weights × batch")
}

/// Replicas behind one point, as its own comparison counts them.
fn replicas(s: &Stated) -> f64 {
    let ratio = s.compare().output.unwrap_or(1.0);
    ratio * s.point.number("out_tps").unwrap_or(1.0) / s.figure.output.value()
}
