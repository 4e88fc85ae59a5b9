//! Months against plain sums, and laws that hold whatever the costs are.

use llm_breakeven::engine::Winner;
use llm_breakeven::engine::breakeven::StepCost;
use llm_breakeven::engine::horizon::{Costs, Crossing, Fall, Horizon, Terms, project, regret};
use llm_breakeven::units::{Tokens, Usd};
use proptest::prelude::*;

const NOTHING: fn(Tokens) -> Usd = |_| Usd::ZERO;

/// $1 per MTok at the API; $400 for each started 500 MTok of GPUs; $50 of everything else.
fn api(volume: Tokens) -> Usd {
    Usd::new(volume.value() / 1e6)
}

fn steps(volume: Tokens) -> Usd {
    StepCost::new(Usd::ZERO, Usd::new(400.0), Tokens::new(500e6)).at(volume)
}

fn fifty(_: Tokens) -> Usd {
    Usd::new(50.0)
}

fn on_demand(terms: Terms, volume: f64) -> Horizon {
    let costs = Costs { api: &api, locked: &NOTHING, free: &steps, other: &fifty };
    project(&costs, &terms, Tokens::new(volume), None)
}

fn committed(terms: Terms, volume: f64, fall: Option<Fall>) -> Horizon {
    let costs = Costs { api: &api, locked: &steps, free: &NOTHING, other: &fifty };
    project(&costs, &terms, Tokens::new(volume), fall)
}

fn gpu(horizon: &Horizon) -> Vec<f64> {
    horizon.months.iter().map(|month| month.gpu.value().round()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn growth_is_a_plain_sum() {
    // doubling: 250M, 500M, 1B, 2B; GPUs 1, 1, 2, 4 purchases
    let horizon = on_demand(Terms { months: 4, growth: 1.0, ..Terms::default() }, 250e6);
    let api: Vec<f64> = horizon.months.iter().map(|month| month.api.value()).collect();
    assert_eq!(api, [250.0, 500.0, 1_000.0, 2_000.0]);
    assert_eq!(gpu(&horizon), [450.0, 450.0, 850.0, 1_650.0]);
    let last = horizon.months.last().unwrap();
    assert_eq!((last.api_total.value(), last.gpu_total.value()), (3_750.0, 3_400.0));
    // the month's cheaper side changes in the second, the total's in the fourth: 1,750 = 1,750 is a tie in the third
    assert_eq!(horizon.crossings, [Crossing { month: 2, cheaper: Winner::Gpu }]);
    assert_eq!(horizon.payback, Some(3));
    assert_eq!(horizon.total_crossings, [Crossing { month: 4, cheaper: Winner::Gpu }]);
    assert_eq!(horizon.npv.value(), 350.0);
}

#[test]
fn prices_drift_by_the_year_and_discounts_count_from_the_end_of_a_month() {
    let terms = Terms { months: 13, api_drift: -0.5, gpu_drift: 0.21, discount: 0.1, ..Terms::default() };
    let horizon = on_demand(terms, 500e6);
    let month = &horizon.months[12];
    assert!(close(month.api.value(), 250.0) && close(month.gpu.value(), 50.0 + 400.0 * 1.21));
    let half = &horizon.months[6];
    assert!(close(half.gpu.value(), 50.0 + 400.0 * 1.1));
    let expected: f64 = (1..=13)
        .map(|t: i32| {
            let (years, paid) = (f64::from(t - 1) / 12.0, f64::from(t) / 12.0);
            (500.0 * 0.5f64.powf(years) - 50.0 - 400.0 * 1.21f64.powf(years)) / 1.1f64.powf(paid)
        })
        .sum();
    assert!(close(horizon.npv.value(), expected), "{} {expected}", horizon.npv.value());
    // one year is the twelfth month
    let year = on_demand(Terms { months: 12, discount: 0.25, ..Terms::default() }, 500e6);
    let last = 50.0 / 1.25;
    let before = on_demand(Terms { months: 11, discount: 0.25, ..Terms::default() }, 500e6);
    assert!(close((year.npv - before.npv).value(), last));
}

#[test]
fn a_commitment_keeps_its_price_and_its_size_until_it_ends() {
    // GPUs get 50 % cheaper a year; 12 months at $400, then at $200
    let terms = Terms { months: 24, gpu_drift: -0.5, commitment: 12, ..Terms::default() };
    let horizon = committed(terms, 400e6, None);
    let paid = gpu(&horizon);
    assert!(
        paid[..12].iter().all(|gpu| *gpu == 450.0) && paid[12..].iter().all(|gpu| *gpu == 250.0),
        "{paid:?}"
    );
    assert_eq!(horizon.owed, Usd::ZERO);
    // demand falls to nothing after the third month: the commitment is paid to its end and then not renewed
    let terms = Terms { months: 14, commitment: 12, ..Terms::default() };
    let fallen = committed(terms, 400e6, Some(Fall { after: 3, share: 1.0 }));
    let idle: Vec<f64> = fallen.months.iter().map(|month| month.idle.value()).collect();
    assert_eq!(gpu(&fallen)[..12], [450.0; 12]);
    assert_eq!(gpu(&fallen)[12..], [50.0; 2]);
    assert_eq!(idle[2..5], [0.0, 400.0, 400.0]);
    assert_eq!(idle[12..], [0.0; 2]);
}

#[test]
fn growth_signs_only_what_is_missing() {
    // 500M, 1B, 2B: 1, 2 and 4 purchases; prices double each month, so each part keeps its own
    let terms =
        Terms { months: 3, growth: 1.0, gpu_drift: 2f64.powi(12) - 1.0, commitment: 12, ..Terms::default() };
    let horizon = committed(terms, 500e6, None);
    assert_eq!(gpu(&horizon), [450.0, 50.0 + 400.0 + 800.0, 50.0 + 400.0 + 800.0 + 2.0 * 1_600.0]);
    // months still owed: 9 of the first, 10 of the second, 11 of the third
    assert!(close(horizon.owed.value(), 9.0 * 400.0 + 10.0 * 800.0 + 11.0 * 3_200.0));
}

#[test]
fn migration_is_paid_before_the_first_month() {
    let terms = Terms { months: 6, migration: Usd::new(120.0), ..Terms::default() };
    // $50 a month saved: after three months 150 of 120
    let horizon = on_demand(terms, 500e6);
    assert_eq!(horizon.payback, Some(3));
    assert_eq!(horizon.total_crossings, [Crossing { month: 3, cheaper: Winner::Gpu }]);
    assert_eq!((horizon.saving().value(), horizon.npv.value()), (180.0, 180.0));
    let never = on_demand(Terms { migration: Usd::new(1e6), ..terms }, 500e6);
    assert_eq!((never.payback, never.total_crossings.len()), (None, 0));
}

#[test]
fn regret_is_what_the_commitment_loses() {
    let terms = Terms { commitment: 12, ..Terms::default() };
    let at =
        |after, share| regret(&steps, 0.4, &terms, Tokens::new(1e9), Fall { after, share }).loss().value();
    // 2 purchases at $800, 40 % off: without a fall it saves 12 · 320
    assert!(close(at(12, 0.5), -12.0 * 320.0));
    // halved from the start, one purchase: the commitment was signed for what was needed
    assert!(close(at(0, 0.5), -12.0 * 160.0));
    // halved after the first month: 12 · 480 against 800 + 11 · 400
    assert!(close(at(1, 0.5), 12.0 * 480.0 - 800.0 - 11.0 * 400.0));
    // gone after the first month
    assert!(close(at(1, 1.0), 12.0 * 480.0 - 800.0));
}

#[test]
fn extremes_are_finite() {
    for growth in [-1.0, -0.5, 0.0, 1.0] {
        for discount in [0.0, 1.0, 10.0] {
            let terms =
                Terms { months: 60, growth, discount, api_drift: -0.99, commitment: 36, ..Terms::default() };
            let horizon = committed(terms, 1e16, Some(Fall { after: 0, share: 1.0 }));
            assert!(horizon.npv.value().is_finite() && horizon.owed.value().is_finite());
            assert_eq!(horizon.months.len(), 60);
        }
    }
    assert!(on_demand(Terms { months: 0, ..Terms::default() }, 1e9).months.is_empty());
}

fn any_terms() -> impl Strategy<Value = Terms> {
    (1u32..61, -0.2..0.3f64, -0.6..0.5f64, -0.6..0.5f64, 0.0..0.5f64, 0.0..1e5f64, 1u32..48).prop_map(
        |(months, growth, api_drift, gpu_drift, discount, migration, commitment)| Terms {
            months,
            growth,
            api_drift,
            gpu_drift,
            discount,
            migration: Usd::new(migration),
            commitment,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(5), ..Default::default() })]

    #[test]
    fn nothing_changes_means_months_times_a_month(volume in 1e6..1e11f64, months in 1u32..61, term in 1u32..48) {
        let horizon = committed(Terms { months, commitment: term, ..Terms::default() }, volume, None);
        let month = horizon.months[0];
        let n = f64::from(months);
        prop_assert!(close(horizon.npv.value(), n * (month.api - month.gpu).value()));
        prop_assert!(close(horizon.months[months as usize - 1].gpu_total.value(), n * month.gpu.value()));
        prop_assert!(horizon.crossings.is_empty() && horizon.total_crossings.is_empty());
    }

    #[test]
    fn a_month_long_commitment_is_on_demand(terms in any_terms(), volume in 1e6..1e10f64) {
        let terms = Terms { commitment: 1, ..terms };
        let (a, b) = (committed(terms, volume, None), on_demand(terms, volume));
        prop_assert_eq!(gpu(&a), gpu(&b));
        prop_assert!(close(a.npv.value(), b.npv.value()));
        prop_assert_eq!(a.owed, Usd::ZERO);
    }

    #[test]
    fn dearer_capital_makes_a_saving_stream_smaller(terms in any_terms(), volume in 1e9..1e10f64, more in 0.0..1.0f64) {
        // every month saves when nothing drifts and a purchase is full
        let volume = (volume / 500e6).round() * 500e6;
        let terms = Terms { growth: 0.0, api_drift: 0.0, gpu_drift: 0.0, ..terms };
        let patient = on_demand(terms, volume).npv;
        let dear = on_demand(Terms { discount: terms.discount + more, ..terms }, volume).npv;
        prop_assert!(dear.value() <= patient.value() + 1e-9 * patient.value().abs());
    }

    #[test]
    fn totals_are_sums_and_crossings_alternate(terms in any_terms(), volume in 1e7..1e10f64) {
        let horizon = committed(terms, volume, None);
        let (mut api, mut gpu) = (0.0, terms.migration.value());
        for month in &horizon.months {
            api += month.api.value();
            gpu += month.gpu.value();
            prop_assert!(close(month.api_total.value(), api) && close(month.gpu_total.value(), gpu));
            prop_assert!(month.idle.value() >= 0.0 && month.idle <= month.gpu);
        }
        prop_assert!(close(horizon.saving().value(), api - gpu));
        for list in [&horizon.crossings, &horizon.total_crossings] {
            for pair in list.windows(2) {
                prop_assert!(pair[0].month < pair[1].month && pair[0].cheaper != pair[1].cheaper);
            }
        }
        // payback is where the totals first meet
        let met = horizon.months.iter().find(|month| month.gpu_total <= month.api_total);
        prop_assert_eq!(met.map(|month| month.month), horizon.payback);
    }

    #[test]
    fn a_commitment_at_the_same_price_is_never_cheaper(terms in any_terms(), volume in 1e7..1e10f64, after in 0u32..30, share in 0.0..1.0f64) {
        // with prices that do not rise, waiting never costs anything
        let terms = Terms { gpu_drift: terms.gpu_drift.min(0.0), ..terms };
        let found = regret(&steps, 0.0, &terms, Tokens::new(volume), Fall { after, share });
        prop_assert!(found.loss().value() >= -1e-6 * found.on_demand.value());
    }

    #[test]
    fn a_deeper_fall_never_regrets_less(terms in any_terms(), volume in 1e7..1e10f64, after in 1u32..30, share in 0.0..0.9f64) {
        // without growth: what was signed in the first month covers the rest of the term
        let terms = Terms { growth: 0.0, gpu_drift: 0.0, commitment: 60, ..terms };
        let at = |share| regret(&steps, 0.3, &terms, Tokens::new(volume), Fall { after, share }).loss().value();
        prop_assert!(at(share + 0.1) >= at(share) - 1e-6);
    }
}

mod of_scenarios {
    use llm_breakeven::catalogue::{Catalogue, Commitment};
    use llm_breakeven::engine::evaluate;
    use llm_breakeven::engine::horizon::outlook::{AFTER, FALLS, Outlook, outlook};
    use llm_breakeven::scenario::{FieldId, Scenario};

    fn of(fields: &[(FieldId, &str)]) -> Outlook {
        let catalogue = Catalogue::builtin();
        let mut scenario = Scenario::default();
        for (field, text) in fields {
            scenario.set_text(*field, text, catalogue).unwrap();
        }
        outlook(&scenario, &evaluate(&scenario, catalogue).unwrap(), catalogue).unwrap()
    }

    #[test]
    fn fields_become_terms() {
        let found = of(&[
            (FieldId::Horizon, "36"),
            (FieldId::Growth, "5"),
            (FieldId::ApiDrift, "-30"),
            (FieldId::GpuDrift, "-20"),
            (FieldId::DiscountRate, "10"),
            (FieldId::Migration, "20000"),
        ]);
        let terms = found.terms;
        assert_eq!((terms.months, terms.growth, terms.api_drift), (36, 0.05, -0.3));
        assert_eq!((terms.gpu_drift, terms.discount, terms.migration.value()), (-0.2, 0.1, 20_000.0));
        let (first, thirteenth) = (found.horizon.months[0], found.horizon.months[12]);
        let grown = 1.05f64.powi(12);
        assert!((thirteenth.volume / first.volume - grown).abs() < 1e-12);
        assert!((thirteenth.api / first.api - grown * 0.7).abs() < 1e-12);
        // on demand nothing is held beyond the month
        assert_eq!((found.committed, found.held, terms.commitment), (0.0, false, 1));
        assert_eq!(found.commitment.0, 12);
        assert_eq!(found.regrets.len(), AFTER.len() * FALLS.len());
    }

    #[test]
    fn a_reserved_offer_binds_for_its_term() {
        let catalogue = Catalogue::builtin();
        let mut tried = 0;
        for (commitment, months) in [(Commitment::Reserved1y, 12), (Commitment::Reserved3y, 36)] {
            let offers = catalogue.offers_of("h100-sxm").filter(|offer| offer.commitment == commitment);
            if let Some(offer) = offers.into_iter().next() {
                let found = of(&[(FieldId::Offer, &offer.id), (FieldId::Horizon, "12")]);
                assert_eq!((found.committed, found.terms.commitment), (1.0, months));
                assert_eq!(found.horizon.owed.value() > 0.0, months > 12);
                tried += 1;
            }
        }
        assert!(tried > 0);
    }

    #[test]
    fn a_deeper_fall_is_regretted_more() {
        let found = of(&[(FieldId::Volume, "100B")]);
        for row in found.regrets.chunks(FALLS.len()).skip(1) {
            assert!(row.windows(2).all(|pair| pair[0].loss() <= pair[1].loss()), "{row:?}");
        }
        assert!(found.regrets.iter().all(|regret| regret.loss().value().is_finite()));
    }
}
