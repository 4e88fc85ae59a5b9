//! The model on measurements of sources that it was never fitted to: `docs/validation.csv`.

#![cfg(feature = "tools")]

#[path = "../src/bin/tools/mod.rs"]
#[allow(dead_code)]
mod tools;

use std::collections::BTreeSet;

use tools::points::{Class, FITTED, Point};
use tools::tables::Tables;
use tools::unseen::{self, Unseen};

fn points() -> (Vec<Point>, Vec<Point>) {
    tools::read_all(&unseen::file()).unwrap()
}

/// Runs a check on the stated points; models and GPUs are those of the catalogue.
fn stated(check: impl Fn(&Unseen)) {
    let (used, _) = points();
    let tables = Tables::parse("{}").unwrap();
    check(&Unseen::new(&used, &tables));
}

#[test]
fn no_point_was_used_for_fitting_and_each_says_where_it_is_from() {
    let (used, reference) = points();
    let mut ids = BTreeSet::new();
    for point in used.iter().chain(&reference) {
        let id = point.text("id");
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert!(
            !FITTED.contains(&point.text("source")),
            "{id} is of a source that the constants are fitted to"
        );
        assert!(!point.is_in_sample() && point.number("holdout") == Some(1.0), "{id} is not held out");
        assert!(!point.text("where").is_empty() && !point.text("date").is_empty(), "{id} says no source");
    }
    let families: BTreeSet<&str> = used.iter().map(|point| point.text("source")).collect();
    assert!(used.len() >= 100 && families.len() >= 4, "{} points of {families:?}", used.len());
}

#[test]
fn every_point_can_be_stated_or_does_not_fit() {
    let (used, _) = points();
    let tables = Tables::parse("{}").unwrap();
    for point in &used {
        let unknown = point.case(&tables).err();
        assert!(unknown.is_none(), "{}: {}", point.text("id"), unknown.unwrap_or_default());
    }
}

/// The bars of the serving model that hold on unseen sources. ACCURACY.md names those that do not.
const MET: [&str; 3] =
    ["fits where it was served", "throughput, within the band shown", "AMD, within the band shown"];

#[test]
fn bars_that_are_met_stay_met() {
    stated(|unseen| {
        let met: Vec<&str> = unseen.bars().into_iter().filter(|bar| bar.met).map(|bar| bar.of).collect();
        assert_eq!(
            met, MET,
            "a bar that is newly met belongs in the list; one that is lost is to be won back"
        );
    });
}

#[test]
fn sources_that_the_model_meets_are_still_met() {
    stated(|unseen| {
        for source in ["nvidia_nim", "trtllm_guide"] {
            let ratios = unseen.source(source);
            let mean = ratios.geometric_mean();
            assert!(ratios.median_error() <= 0.12, "{source}: median error {:.3}", ratios.median_error());
            assert!((0.95..=1.05).contains(&mean), "{source}: geometric mean {mean:.3}");
            assert!(ratios.within_quarter() >= 0.8 && ratios.within_twofold() >= 0.95, "{source}");
        }
    });
}

/// No worse than ACCURACY.md publishes: median error, within a quarter, within twofold, geometric mean.
fn no_further_off(points: &[Point], [median, quarter, twofold, mean]: [f64; 4]) {
    let tables = Tables::parse("{}").unwrap();
    let speed = Unseen::new(points, &tables).speed(Class::Current);
    assert!(speed.median_error() <= median, "median error {:.3}", speed.median_error());
    assert!(speed.within_quarter() >= quarter, "within a quarter {:.3}", speed.within_quarter());
    assert!(speed.within_twofold() >= twofold, "within 2x {:.3}", speed.within_twofold());
    assert!(speed.geometric_mean() <= mean, "geometric mean {:.3}", speed.geometric_mean());
}

#[test]
fn unseen_sources_are_no_further_off_than_published() {
    no_further_off(&points().0, [0.28, 0.47, 0.83, 1.38]);
}

/// Points that came later do not hide what the model does on the first ones.
#[test]
fn the_first_unseen_points_are_no_further_off_than_when_they_were_published() {
    let later = |point: &Point| {
        let number: u32 = point.text("id").rsplit('-').next().unwrap().parse().unwrap();
        number > 100 || ["millstone", "cmontemuino"].contains(&point.text("source"))
    };
    let first: Vec<Point> = points().0.into_iter().filter(|point| !later(point)).collect();
    no_further_off(&first, [0.195, 0.53, 0.79, 1.36]);
}
