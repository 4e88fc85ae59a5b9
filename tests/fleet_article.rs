//! The article's savings as special cases of the fleet, each with the assumption that makes it true; contradictory
//! choices; and the breakeven in two dimensions.

use llm_breakeven::catalogue::{Catalogue, Commitment};
use llm_breakeven::engine::breakeven::{Breakeven, StepCost, frontier};
use llm_breakeven::engine::demand::{Profile, WeightsError};
use llm_breakeven::engine::fleet::{Commitments, Fleet, Policy, Purchase, mixed_saving, scaling_saving};
use llm_breakeven::engine::fleet_notice::Notice;
use llm_breakeven::engine::{self, Report};
use llm_breakeven::scenario::{FieldId, link};
use llm_breakeven::units::{Hours, Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};
use llm_breakeven::words;

const MONTH: Hours = Hours::new(720.0);

fn report(text: &str) -> Report {
    engine::evaluate(&link::decode(text, Catalogue::builtin()).scenario, Catalogue::builtin()).unwrap()
}

/// What `fleet` saves of what `plain` costs for four GPUs' worth of peak demand.
fn saving(plain: &Fleet, fleet: &Fleet, profile: &Profile) -> f64 {
    let gpu = Purchase::new(1, TokensPerSecond::new(1000.0), 1, UsdPerHour::new(8.17));
    let peak = gpu.tokens(1.0, MONTH) * (4.0 / profile.peak_factor());
    let cost = |fleet: &Fleet| fleet.cost(&gpu, 1.0, MONTH, profile, &fleet.billed(profile)).at(peak);
    1.0 - cost(fleet) / cost(plain)
}

#[test]
fn four_gpus_to_one_saves_what_the_article_says_when_the_peak_is_four_hours() {
    let fleet =
        |policy, minutes: f64| Fleet { policy, startup: Hours::new(minutes / 60.0), ..Fleet::default() };
    let always = fleet(Policy::AlwaysOn, 0.0);
    let burst = Profile::burst();
    let found = saving(&always, &fleet(Policy::Scheduled, 10.0), &burst);
    assert!((found - scaling_saving(4.0, 1.0, 4.0)).abs() < 1e-12 && (found - 0.625).abs() < 1e-12);
    // the same by load, if instances serve at once; with ten minutes of start-up for three GPUs a day a little less
    assert!((saving(&always, &fleet(Policy::Autoscaled, 0.0), &burst) - 0.625).abs() < 1e-12);
    let late = saving(&always, &fleet(Policy::Autoscaled, 10.0), &burst);
    assert!((late - (0.625 - 3.0 * (10.0 / 60.0) / 96.0)).abs() < 1e-12);
    // eight hours of peak: half
    let office = Profile::parse(&["1".repeat(9), "4".repeat(8), "1".repeat(7)].concat()).unwrap();
    let found = saving(&always, &fleet(Policy::Scheduled, 0.0), &office);
    assert!((found - scaling_saving(4.0, 1.0, 8.0)).abs() < 1e-12 && (found - 0.5).abs() < 1e-12);
}

#[test]
fn the_mix_saves_what_the_article_says_when_everything_runs_always_and_nothing_is_interrupted() {
    let mix = |spot_discount, interruptions| Fleet {
        startup: Hours::new(0.5),
        commitments: Commitments {
            reserved: 0.3,
            spot: 0.5,
            reserved_discount: 0.3635,
            spot_discount,
            interruptions,
        },
        ..Fleet::default()
    };
    let flat = Profile::flat();
    for (discount, expected) in [(0.6, 0.409), (0.8, 0.509)] {
        let found = saving(&Fleet::default(), &mix(discount, 0.0), &flat);
        let parts = mixed_saving(&[(0.3, 0.3635), (0.5, discount), (0.2, 0.0)]);
        assert!((found - parts).abs() < 1e-12 && (found - expected).abs() < 1e-4, "{found}");
    }
    // an interruption a day that costs half an hour: 1/48 more spot hours
    let found = saving(&Fleet::default(), &mix(0.6, 1.0), &flat);
    assert!((found - (0.40905 - 0.5 * 0.4 / 48.0)).abs() < 1e-12, "{found}");
    // all of it reserved for a year or three
    for (price, expected) in [(5.20, 0.3635), (3.50, 0.5716)] {
        let commitments =
            Commitments { reserved: 1.0, reserved_discount: 1.0 - price / 8.17, ..Commitments::default() };
        let found = saving(&Fleet::default(), &Fleet { commitments, ..Fleet::default() }, &flat);
        assert!((found - expected).abs() < 1e-4);
    }
}

#[test]
fn a_reserved_base_is_paid_at_night_too() {
    let fleet = |policy, reserved| Fleet {
        policy,
        commitments: Commitments { reserved, reserved_discount: 0.3, ..Commitments::default() },
        ..Fleet::default()
    };
    let burst = Profile::burst();
    let always = fleet(Policy::AlwaysOn, 0.0);
    // one of four reserved is the base that always runs; three run four hours: 24·0.7 + 3·4 of 96 GPU-hours a day
    let found = saving(&always, &fleet(Policy::Scheduled, 0.25), &burst);
    assert!((found - (1.0 - (24.0 * 0.7 + 12.0) / 96.0)).abs() < 1e-12);
    // all of it reserved: nothing scales
    assert!((saving(&always, &fleet(Policy::Scheduled, 1.0), &burst) - 0.3).abs() < 1e-12);
}

#[test]
fn discounts_come_from_pairs_of_offers_of_one_provider() {
    // the article's H100: $5.20 reserved for a year against $8.17
    let plan = report("1;gpu=h100-sxm;rsv=100").plan.unwrap();
    let discount = plan.fleet.commitments.reserved_discount;
    assert!(discount > 0.2 && discount < 0.6, "{discount}");
    let on_demand = plan.bill.hardware + plan.bill.saved;
    assert!((plan.bill.saved / on_demand - discount).abs() < 1e-9);
    let own = report("1;spot=40;so=50;int=0").plan.unwrap();
    assert!((own.bill.saved / (own.bill.hardware + own.bill.saved) - 0.2).abs() < 1e-9);
}

#[test]
fn bought_hardware_is_one_more_commitment() {
    let plan = report("1;hw=buy").plan.unwrap();
    let month = plan.owned.unwrap();
    assert!((plan.bill.hardware / (month.total() * plan.gpus()) - 1.0).abs() < 1e-12);
    // no offer is needed to buy
    assert!(plan.offer.is_none());
    let notices = report("1;hw=buy;fleet=zero").notices;
    assert_eq!(notices, [Notice::BoughtIsAlwaysPaid]);
}

#[test]
fn contradictions_are_answered_in_words() {
    let cases = [
        ("1;day=own", Notice::NoProfile(WeightsError::Length(0))),
        (
            "1;rsv=70;spot=60;ro=10;so=10",
            Notice::SharesAboveWhole { reserved: 0.7, spot: 0.30000000000000004 },
        ),
        ("1;gd=100", Notice::FreeGpus(FieldId::GpuDiscount)),
        ("1;di=100", Notice::FreeApi),
        ("1;spot=100;so=60;must=latency", Notice::SpotAlone),
        ("1;spot=100;so=100", Notice::FreeGpus(FieldId::SpotDiscount)),
        ("1;spot=100;so=60;ttft=60000", Notice::SpotAlone),
        ("1;spot=50;so=60;int=100;lag=60", Notice::SpotMostlyDown(1.0 - 1.0 / (1.0 + 100.0 / 24.0))),
    ];
    for (text, expected) in cases {
        let notices = report(text).notices;
        let found = notices
            .iter()
            .find(|notice| std::mem::discriminant(*notice) == std::mem::discriminant(&expected));
        let found = found.unwrap_or_else(|| panic!("{text}: {notices:?}"));
        match (found, &expected) {
            (Notice::SpotMostlyDown(a), Notice::SpotMostlyDown(b)) => assert!(a >= b, "{text}: {a}"),
            (found, expected) => assert_eq!(found, expected, "{text}"),
        }
        let words = words::notices::notice(found);
        assert!(words.ends_with('.') && words.len() > 40, "{words}");
    }
    assert!(report("").notices.is_empty());
    assert!(words::notices::notice(&Notice::NoDiscountKnown(Commitment::Spot)).contains("Spot discount"));
    // free GPUs still have finite answers
    let plan = report("1;gd=100").plan.unwrap();
    assert_eq!(plan.bill.hardware, Usd::ZERO);
    assert!(plan.breakeven.durable().is_some_and(|volume| volume.value().is_finite()));
}

#[test]
fn profiles_read_what_they_write_and_refuse_the_rest() {
    for profile in [Profile::business(), Profile::diurnal(), Profile::burst(), Profile::flat()] {
        assert_eq!(Profile::parse(&profile.text()), Ok(profile));
        let mean: f64 = (0..168).map(|hour| profile.weight(hour)).sum::<f64>() / 168.0;
        assert!((mean - 1.0).abs() < 1e-12);
        let curve = profile.load_duration(Tokens::new(1e9), MONTH);
        let tokens: f64 = curve.iter().map(|load| (load.rate * load.hours).value()).sum();
        let hours: f64 = curve.iter().map(|load| load.hours.value()).sum();
        assert!((tokens / 1e9 - 1.0).abs() < 1e-12 && (hours - 720.0).abs() < 1e-9);
        assert!(curve.windows(2).all(|pair| pair[0].rate > pair[1].rate));
    }
    assert_eq!(Profile::parse("123"), Err(WeightsError::Length(3)));
    assert_eq!(Profile::parse("00000000000000000000000A"), Err(WeightsError::Character(23)));
    assert_eq!(Profile::parse(&"0".repeat(24)), Err(WeightsError::AllZero));
    assert_eq!(Profile::measured(&[0.0; 24]), Err(WeightsError::AllZero));
    let mut day = [0.0; 24];
    (day[3], day[4]) = (1e-9, 70.0);
    assert_eq!(Profile::measured(&day).unwrap().text(), "0001z0000000000000000000");
}

#[test]
fn the_frontier_is_where_both_bills_are_equal() {
    let scaled = Fleet { policy: Policy::Scheduled, ..Fleet::default() };
    let gpu = Purchase::new(1, TokensPerSecond::new(3000.0), 1, UsdPerHour::new(2.0));
    let shaped = scaled
        .cost(&gpu, 0.7, MONTH, &Profile::diurnal(), &scaled.billed(&Profile::diurnal()))
        .with(Usd::new(4000.0), 1.0);
    let plain = StepCost::new(Usd::new(4000.0), Usd::new(1440.0), Tokens::new(5e9));
    let inputs: Vec<Tokens> = (0..12).map(|n| Tokens::new(f64::from(n) * 1.7e9)).collect();
    for (steps, dear, cheap) in [(plain, 2.4, 0.6), (shaped, 2.4, 0.6), (plain, 0.9, 1.1), (shaped, 1.1, 1.2)]
    {
        let prices = (UsdPerMTok::new(cheap), UsdPerMTok::new(dear));
        for point in frontier(prices, steps, &inputs) {
            let gain = |output: Tokens| {
                (point.input * prices.0 + output * prices.1 - steps.at(point.input + output)).value()
            };
            let first = point.first.unwrap();
            let nudge = Tokens::new(1e3);
            assert!(gain(first + nudge) > 0.0, "{point:?}");
            // below it, at no step
            for share in (0..200).filter(|_| first > Tokens::ZERO) {
                let output = first * (f64::from(share) / 200.0);
                assert!(gain(output) <= 1e-6, "{point:?} at {output:?}");
            }
            let durable = point.durable.unwrap();
            assert!(durable >= first);
            for factor in 1..200 {
                assert!(gain((durable + nudge) * f64::from(factor)) > 0.0, "{point:?}");
            }
        }
    }
}

#[test]
fn a_thin_gain_of_a_scaled_fleet_is_found_far_away_without_a_scan() {
    let fleet = Fleet { policy: Policy::Autoscaled, startup: Hours::new(0.2), ..Fleet::default() };
    let gpu = Purchase::new(1, TokensPerSecond::new(3000.0), 2, UsdPerHour::new(2.0));
    let day = Profile::diurnal();
    let steps = fleet.cost(&gpu, 0.7, MONTH, &day, &fleet.billed(&day)).with(Usd::new(4000.0), 1.0);
    let full = steps.at_full_load();
    for (gain, far) in [(1e-3, 1e12), (1e-6, 1e15), (1e-8, 1e17)] {
        let api = full * (1.0 + gain);
        let breakeven = Breakeven::new(api, steps);
        let durable = breakeven.durable().unwrap();
        assert!(durable.value() > far, "{durable:?}");
        let won = |volume: Tokens| (volume * api - steps.at(volume)).value() > 0.0;
        // it loses just below, as far as numbers of that size can be told apart
        assert!(gain < 1e-7 || !won(durable * (1.0 - 1e-13)), "{gain}");
        // and never again above, at any edge of a step
        let mut volume = durable;
        for _ in 0..500 {
            volume = steps.next(volume);
            assert!(won(volume * (1.0 + 1e-13)), "{gain} at {volume:?}");
        }
        let first = breakeven.first().unwrap();
        assert!(first < durable && breakeven.winning().take(1_000).count() == 1_000);
    }
    assert!(Breakeven::new(full, steps).never());
}
