//! Laws of the breakeven: exact against an exhaustive search over steps, and against the two curves themselves.

use llm_breakeven::engine::breakeven::{Breakeven, Interval, StepCost};
use llm_breakeven::units::{Tokens, Usd, UsdPerMTok};
use proptest::prelude::*;

/// Costs small enough that every step up to the durable breakeven can be walked.
fn cases() -> impl Strategy<Value = (UsdPerMTok, StepCost)> {
    (0.01..20.0f64, 0.0..20_000.0f64, 1.0..50_000.0f64, 1e6..2e10f64).prop_map(
        |(api, fixed, purchase, step)| {
            (UsdPerMTok::new(api), StepCost::new(Usd::new(fixed), Usd::new(purchase), Tokens::new(step)))
        },
    )
}

fn api_cost(api: UsdPerMTok, volume: Tokens) -> f64 {
    (volume * api).value()
}

/// Walks the steps one by one, as someone with a spreadsheet would; `None` when it does not end soon.
fn exhaustive(api: UsdPerMTok, steps: StepCost) -> Option<Vec<Interval>> {
    const MOST: u32 = 3_000;
    let size = steps.step().value();
    let mut found: Vec<Interval> = Vec::new();
    let mut open: Option<f64> = None;
    for n in 1..=MOST {
        let (start, end) = (size * f64::from(n - 1), size * f64::from(n));
        let cost = steps.at(Tokens::new(end * (1.0 - 1e-13))).value();
        let crossing = cost / api.value() * 1e6;
        let wins_end = crossing < end;
        let wins_start = crossing <= start;
        if !wins_start && let Some(from) = open.take() {
            found.push(Interval { from: Tokens::new(from), to: Some(Tokens::new(start)) });
        }
        if wins_end && open.is_none() {
            open = Some(crossing.max(start));
        }
        if wins_start {
            // once a whole step is won, all later ones are: each gains the same
            found.push(Interval { from: Tokens::new(open.unwrap_or(start)), to: None });
            return Some(found);
        }
    }
    None
}

fn close(a: Tokens, b: Tokens) -> bool {
    (a.value() - b.value()).abs() <= 1e-6 * a.value().abs().max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, rng_seed: prop::test_runner::RngSeed::Fixed(2026), ..Default::default() })]

    #[test]
    fn equals_an_exhaustive_search((api, steps) in cases()) {
        let breakeven = Breakeven::new(api, steps);
        let Some(expected) = exhaustive(api, steps) else { return Ok(()) };
        let found: Vec<Interval> = breakeven.winning().collect();
        prop_assert_eq!(found.len(), expected.len(), "{:?} {:?}", &found, &expected);
        prop_assert_eq!(breakeven.count(), expected.len() as f64);
        for (a, b) in found.iter().zip(&expected) {
            prop_assert!(close(a.from, b.from), "{:?} {:?}", a, b);
            prop_assert_eq!(a.to.is_some(), b.to.is_some());
            if let (Some(a), Some(b)) = (a.to, b.to) {
                prop_assert!(close(a, b));
            }
        }
    }

    #[test]
    fn the_curves_agree_with_the_intervals((api, steps) in cases(), share in 0.001..0.999f64) {
        let breakeven = Breakeven::new(api, steps);
        for interval in breakeven.winning().take(20) {
            let end = interval.to.map_or(interval.from.value() * 3.0 + 1.0, Tokens::value);
            let inside = Tokens::new(interval.from.value() + (end - interval.from.value()) * share);
            // not within rounding of an end
            if inside.value() > interval.from.value() * (1.0 + 1e-9) {
                prop_assert!(steps.at(inside).value() < api_cost(api, inside) * (1.0 + 1e-9));
            }
            let below = Tokens::new(interval.from.value() * (1.0 - 1e-6));
            if below.value() > 0.0 && breakeven.first().is_some_and(|first| below < first) {
                prop_assert!(steps.at(below).value() > api_cost(api, below) * (1.0 - 1e-9));
            }
        }
        if breakeven.never() {
            // at the most favourable volumes, the ends of steps, self-hosting does not win
            for n in [1.0, 2.0, 10.0, 1e3, 1e6] {
                let end = steps.step() * n;
                prop_assert!(steps.at(end).value() >= api_cost(api, end) * (1.0 - 1e-9));
            }
        }
    }

    #[test]
    fn a_dearer_api_never_delays_the_breakeven((api, steps) in cases(), factor in 1.0..3.0f64) {
        let (now, dearer) = (Breakeven::new(api, steps), Breakeven::new(api * factor, steps));
        if let (Some(a), Some(b)) = (now.durable(), dearer.durable()) {
            prop_assert!(b.value() <= a.value() * (1.0 + 1e-9));
        }
        prop_assert!(now.never() || !dearer.never());
    }

    #[test]
    fn everything_is_finite((api, steps) in cases()) {
        let breakeven = Breakeven::new(api, steps);
        for volume in [breakeven.first(), breakeven.durable()].into_iter().flatten() {
            prop_assert!(volume.value().is_finite() && volume.value() >= 0.0);
        }
        prop_assert!(breakeven.count().is_finite());
    }
}

#[test]
fn extremes_have_answers() {
    let steps = |fixed, purchase, step| StepCost::new(Usd::new(fixed), Usd::new(purchase), Tokens::new(step));
    // a free API is never beaten
    assert!(Breakeven::new(UsdPerMTok::ZERO, steps(0.0, 100.0, 1e9)).never());
    assert!(Breakeven::new(UsdPerMTok::ZERO, steps(0.0, 0.0, 1e9)).never());
    // free GPUs win from the first token, or as soon as people are paid
    assert_eq!(Breakeven::new(UsdPerMTok::new(1.0), steps(0.0, 0.0, 1e9)).durable(), Some(Tokens::ZERO));
    let paid = Breakeven::new(UsdPerMTok::new(1.0), steps(1_000.0, 0.0, 1e6));
    assert_eq!(paid.durable(), Some(Tokens::new(1e9)));
    // a full purchase that costs exactly the API's price gains nothing
    assert!(Breakeven::new(UsdPerMTok::new(1.0), steps(0.0, 1_000.0, 1e9)).never());
    // next to no gain: the answer is far away but there, and the list is lazy
    let thin = Breakeven::new(UsdPerMTok::new(1.0), steps(0.0, 999.999_999, 1e9));
    assert!(thin.durable().is_some_and(|volume| volume.value() > 1e17));
    assert_eq!(thin.winning().take(5).count(), 5);
}
