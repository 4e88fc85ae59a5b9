//! `accuracy POINTS.csv [--tables TABLES.json]`: how far the sizing model is from measurements, as Markdown.
//!
//! Beside it, on the same points, the rules that calculators without a model use: bandwidth ÷ weights × batch, a
//! constant number of tokens per second and GPU, and the ideal roofline.

#[allow(dead_code, reason = "shared by two tools")]
mod tools;

use std::collections::BTreeMap;

use llm_breakeven::engine::constants::CALIBRATED;
use llm_breakeven::engine::throughput::Throughput;
use tools::fit::{Measured, fit, neutral};
use tools::points::{Class, Point};
use tools::ratios::Ratios;
use tools::tables::Tables;

const HEAD: &str = "| | points | median error | geometric mean | within 25 % | within 2× | P10–P90 of stated ÷ measured |\n\
                    |---|---:|---:|---:|---:|---:|---:|\n";

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (points, tables) = tools::read(&arguments)?;
    print!("{}", report(&points, &tables));
    print!("{}", held_out(points, &tables));
    Ok(())
}

struct Stated<'a> {
    point: &'a Point,
    class: Class,
    figure: Throughput,
}

fn report(points: &[Point], tables: &Tables) -> String {
    let (mut stated, mut refused, mut unknown) = (Vec::new(), 0, 0);
    for point in points {
        match point.predict(tables, &CALIBRATED) {
            Some(Ok(figure)) => {
                let class = point.class(tables.family(point.text("gpu")));
                stated.push(Stated { point, class, figure });
            }
            Some(Err(_)) => refused += 1,
            None => unknown += 1,
        }
    }
    let mut text = format!(
        "# Accuracy of the sizing model\n\nWritten by `./dev accuracy POINTS.csv`; the columns of that file are in \
         docs/measurements.md.\n\nStated ÷ measured on {} points; {refused} more were measured where the \
         model says that it does not fit or cannot run, {unknown} name a model or GPU that the tables do not know.\n\n",
        stated.len()
    );
    text += &overall(&stated);
    text += &naive(&stated, tables);
    for (title, column) in
        [("GPU", "gpu"), ("Model", "model"), ("Engine", "engine"), ("Weights", "wprec"), ("Source", "source")]
    {
        text += &format!(
            "\n## By {}\n\nOutput tokens per second, current engines on NVIDIA.\n\n{HEAD}",
            title.to_lowercase()
        );
        text += &by(&stated, Class::Current, |s| s.point.text(column).to_owned());
    }
    text += &format!("\n## By size\n\n{HEAD}");
    text += &by(&stated, Class::Current, |s| size(tables.shape(s.point.text("model"))));
    text += &format!("\n## llama.cpp by GPU\n\nPrompt and generation speed of one stream.\n\n{HEAD}");
    text += &by(&stated, Class::LlamaCpp, |s| s.point.text("gpu").to_owned());
    text
}

fn size((routed, parameters): (bool, f64)) -> String {
    let kind = if routed { "mixture of experts" } else { "dense" };
    let range = if parameters > 50e9 { "above 50 B" } else { "to 50 B" };
    format!("{kind}, {range}")
}

fn ratios<'a>(stated: impl Iterator<Item = &'a Stated<'a>>, of: impl Fn(&Stated) -> Option<f64>) -> Ratios {
    Ratios(stated.filter_map(of).collect())
}

fn speed(s: &Stated) -> Option<f64> {
    s.point.speed(&s.figure)
}

fn overall(stated: &[Stated]) -> String {
    let class = |class: Class| stated.iter().filter(move |s| s.class == class);
    let mut text = format!("## Overall\n\n{HEAD}");
    text += &ratios(class(Class::Current), speed).row("Throughput, current engines on NVIDIA");
    text += &ratios(class(Class::Current), |s| s.point.compare(&s.figure).tpot)
        .row("TPOT, current engines on NVIDIA");
    text += &ratios(class(Class::Current), |s| s.point.compare(&s.figure).ttft)
        .row("TTFT, current engines on NVIDIA");
    text += &ratios(class(Class::Amd), speed).row("Throughput, AMD");
    text += &ratios(class(Class::LlamaCpp), speed).row("Speed, llama.cpp");
    text + &ratios(class(Class::Legacy), speed).row("Throughput, engines before 2025 on NVIDIA")
}

/// The rules of calculators without a model, on the same points.
fn naive(stated: &[Stated], tables: &Tables) -> String {
    let current: Vec<&Stated> =
        stated.iter().filter(|s| s.class == Class::Current && s.point.number("out_tps").is_some()).collect();
    let measured = |s: &Stated| s.point.number("out_tps").unwrap_or(f64::NAN);
    let gpus = |s: &Stated| s.point.number("n_gpu").unwrap_or(1.0);
    let mut per_gpu: Vec<f64> = current.iter().map(|s| measured(s) / gpus(s)).collect();
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
    let mut text =
        format!("\n## Against naive rules\n\nThe same points, current engines on NVIDIA.\n\n{HEAD}");
    let all = || current.iter().copied();
    text += &ratios(all(), speed).row("this model");
    text +=
        &ratios(all(), |s| Some(s.figure.bound.value() * replicas(s) / measured(s))).row("ideal roofline");
    text += &ratios(all(), |s| Some(constant * gpus(s) / measured(s))).row("constant tokens/s per GPU");
    text + &ratios(all(), stream).row("bandwidth ÷ active weights × batch")
}

/// Replicas behind one point, as its own comparison counts them.
fn replicas(s: &Stated) -> f64 {
    let ratio = s.point.compare(&s.figure).output.unwrap_or(1.0);
    ratio * s.point.number("out_tps").unwrap_or(1.0) / s.figure.output.value()
}

fn by(stated: &[Stated], class: Class, key: impl Fn(&Stated) -> String) -> String {
    let mut groups: BTreeMap<String, Ratios> = BTreeMap::new();
    for s in stated.iter().filter(|s| s.class == class) {
        if let Some(ratio) = speed(s) {
            groups.entry(key(s)).or_default().0.push(ratio);
        }
    }
    groups.iter().map(|(name, ratios)| ratios.row(name)).collect()
}

/// Each large group stated with constants that were fitted to the other points only.
fn held_out(points: Vec<Point>, tables: &Tables) -> String {
    let set = tools::measured(points, tables);
    let kind = |m: &Measured| size(tables.shape(m.0.text("model")));
    let mut groups: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    let names = |m: &Measured| [m.0.text("engine").to_owned(), m.0.text("gpu").to_owned(), kind(m)];
    for m in set.iter().filter(|m| m.1 == Class::Current) {
        for name in names(m) {
            groups.entry(name).or_default().push(true);
        }
    }
    let mut text = format!(
        "\n## On points that the constants had not seen\n\nThe points above are those that the constants are fitted to, \
         unless the file is of other sources. Here each group is stated with constants that were fitted without it, \
         from a beginning that is the same for all.\n\n{HEAD}"
    );
    for name in groups.iter().filter(|(_, members)| members.len() >= 100).map(|(name, _)| name) {
        let inside = |m: &&Measured| m.1 == Class::Current && names(m).contains(name);
        let others: Vec<&Measured> = set.iter().filter(|m| !inside(m)).collect();
        let constants = fit(&others, neutral(CALIBRATED), |_, _| {});
        let group = set.iter().filter(inside).filter_map(|m| m.0.speed(&m.2.state(&constants).ok()?));
        text += &Ratios(group.collect()).row(name);
    }
    text
}
