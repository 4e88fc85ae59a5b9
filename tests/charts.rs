//! The chart as SVG text, compared with what was looked at and found good; and what holds for every chart.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::chart::cost::{CostChart, Picture};
use llm_breakeven::chart::scene::{Mark, Role};
use llm_breakeven::chart::svg;
use llm_breakeven::engine;
use llm_breakeven::engine::breakeven::StepCost;
use llm_breakeven::engine::provenance::Band;
use llm_breakeven::scenario::link;
use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
use proptest::prelude::*;

fn chart(fragment: &str) -> CostChart {
    let scenario = link::decode(fragment, Catalogue::builtin()).scenario;
    let report = engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
    CostChart::of(&scenario, &report)
}

/// Fixed figures, so that a new price in the catalogue does not change the picture.
fn fixed(volume: f64) -> CostChart {
    let steps = StepCost::new(Usd::new(4_167.0), Usd::new(5_694.0), Tokens::new(15.5e9));
    let band = Some(Band { low: 0.8, high: 1.2 });
    CostChart { api: UsdPerMTok::new(0.72), steps: Some(steps), band, mix: None, volume: Tokens::new(volume) }
}

#[test]
fn looks_as_it_was_found_good() {
    insta::assert_snapshot!("wide", svg::document(&fixed(5e9).draw(760.0, 400.0, None).scene));
    insta::assert_snapshot!("narrow", svg::document(&fixed(5e9).draw(328.0, 300.0, None).scene));
    let never = CostChart { api: UsdPerMTok::new(0.1), ..fixed(5e9) };
    insta::assert_snapshot!("never", svg::document(&never.draw(760.0, 400.0, None).scene));
    let no_plan = CostChart { steps: None, ..fixed(5e9) };
    insta::assert_snapshot!("no_plan", svg::document(&no_plan.draw(760.0, 400.0, None).scene));
}

/// The mix's name stands under its curve, not on it.
#[test]
fn the_name_of_the_mix_crosses_nothing_of_it() {
    for width in [328.0, 760.0, 920.0] {
        let marks = chart("").draw(width, 400.0, None).scene.marks;
        let name = marks.iter().find_map(|mark| match mark {
            Mark::Text(Role::Mix, at, ..) => Some(*at),
            _ => None,
        });
        let (right, baseline) = name.unwrap();
        let near = marks.iter().flat_map(|mark| match mark {
            Mark::Path(Role::Mix, points) => points.as_slice(),
            _ => &[],
        });
        let near: Vec<_> = near.filter(|(x, _)| (right - 85.0..=right).contains(x)).collect();
        assert!(near.len() > 3, "the curve is above its name");
        assert!(near.iter().all(|(_, y)| *y < baseline - 11.0), "{width}: {near:?} cross {baseline}");
    }
}

fn inside(picture: &Picture) -> Result<(), TestCaseError> {
    let (width, height) = (picture.scene.width, picture.scene.height);
    let check = |x: f64, y: f64| {
        prop_assert!(x.is_finite() && y.is_finite());
        prop_assert!((-1.0..=width + 1.0).contains(&x) && (-1.0..=height + 1.0).contains(&y), "{x} {y}");
        Ok(())
    };
    for mark in &picture.scene.marks {
        match mark {
            Mark::Path(_, points) => points.iter().try_for_each(|(x, y)| check(*x, *y))?,
            Mark::Rect(_, [x, y, w, h]) => {
                check(*x, *y)?;
                check(x + w, y + h)?;
            }
            Mark::Circle(_, [x, y, _]) | Mark::Text(_, (x, y), ..) => check(*x, *y)?,
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, rng_seed: prop::test_runner::RngSeed::Fixed(7), ..Default::default() })]

    #[test]
    fn every_mark_is_inside_the_picture(
        api in 0.0..50.0f64, fixed in 0.0..1e6f64, purchase in 0.0..1e6f64, step in 3.0..16.0f64,
        volume in 3.0..16.0f64, width in 280.0..1400.0f64,
    ) {
        let steps = StepCost::new(Usd::new(fixed), Usd::new(purchase), Tokens::new(10f64.powf(step)));
        let volume = Tokens::new(10f64.powf(volume));
        let chart = CostChart { api: UsdPerMTok::new(api), steps: Some(steps), volume, ..self::fixed(1.0) };
        let picture = chart.draw(width, 400.0, None);
        inside(&picture)?;
        // a fast page: never thousands of marks
        prop_assert!(picture.scene.marks.len() < 500, "{} marks", picture.scene.marks.len());
    }
}

#[test]
fn the_handle_gives_back_the_volume_under_it() {
    let picture = fixed(5e9).draw(760.0, 400.0, None);
    let handle = picture.scene.marks.iter().find_map(|mark| match mark {
        Mark::Path(Role::You, points) => Some(points[0].0),
        _ => None,
    });
    let volume = picture.volume_at(handle.unwrap()).value();
    assert!((volume / 5e9 - 1.0).abs() < 0.01, "{volume}");
    // outside the plot the ends of the axis hold
    assert!((picture.volume_at(-100.0).value() / picture.domain.volume.0 - 1.0).abs() < 0.01);
    assert!((picture.volume_at(5_000.0).value() / picture.domain.volume.1 - 1.0).abs() < 0.01);
}

#[test]
fn charts_of_scenarios_stay_inside_at_every_width() {
    for text in [
        "",
        "1;t=500B;day=burst;fleet=auto",
        "1;t=1k",
        "1;t=1e16;sp=3",
        "1;fte=0;di=100",
        "1;t=60B;day=business;fleet=zero",
    ] {
        for width in [320.0, 760.0, 1400.0] {
            inside(&chart(text).draw(width, 400.0, None)).unwrap();
        }
    }
}

#[test]
fn the_default_chart_shows_both_sides_the_range_and_the_mix() {
    let picture = chart("").draw(760.0, 400.0, None);
    for role in [Role::Api, Role::Gpu, Role::Range, Role::Mix] {
        assert!(picture.scene.marks.iter().any(|mark| matches!(mark, Mark::Path(r, _) if *r == role)));
    }
}
