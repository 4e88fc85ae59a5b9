//! The portfolio: against every assignment of sources to levels, simulated hour by hour, and against slosizer's mix of
//! reserved units and pay-per-token.

mod support;

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine;
use llm_breakeven::engine::demand::{Profile, WEEK};
use llm_breakeven::engine::fleet::Fleet;
use llm_breakeven::engine::portfolio::{Prices, Source, Stack, hybrid, stack};
use llm_breakeven::engine::portfolio_units::{Grid, Window, at, cheapest, full};
use llm_breakeven::scenario::link;
use llm_breakeven::units::{Hours, Tokens, Usd, UsdPerMTok};
use serde_json::Value;
use support::random::Dice;
use support::{golden, number};

const SEED: u64 = 41;
const CASES: u32 = 10_000;

/// What the same day, every day, costs a month when each level has a given source: hour by hour, start by start.
fn simulated(day: &[f64; 24], sources: &[Source], prices: &Prices, volume: f64, startup: f64) -> f64 {
    let all: f64 = day.iter().sum();
    let mut cost = 0.0;
    for (level, source) in sources.iter().enumerate() {
        let need = |hour: usize| (day[hour % 24] - level as f64).clamp(0.0, 1.0);
        let (mut busy, mut idle_before, mut tokens) = (0.0, 0, 0.0);
        let start = (0..24).find(|hour| need(*hour) == 0.0 && need(hour + 23) > 0.0);
        for hour in 0..24 {
            let hour = start.unwrap_or(0) + hour;
            tokens += need(hour) / all * volume;
            if need(hour) > 0.0 {
                // the start-up runs before the first hour of work, as far as there is a pause
                busy += 1.0 + if idle_before > 0 { startup.min(f64::from(idle_before)) } else { 0.0 };
                idle_before = 0;
            } else {
                idle_before += 1;
            }
        }
        let on = prices.month.value() * busy / 24.0;
        cost += match source {
            Source::Reserved => prices.month.value() * prices.reserved_rate.unwrap(),
            Source::OnDemand => on,
            Source::Spot => on * prices.spot_rate.unwrap(),
            Source::Api => tokens * prices.api.value() / 1e6,
        };
    }
    cost
}

#[test]
fn equals_every_assignment_of_sources_to_levels() {
    println!("{CASES} portfolios, seed {SEED}");
    let mut random = Dice(SEED);
    let mut seen = [0u32; 4];
    for number in 0..CASES {
        let letters: Vec<u32> = (0..4).map(|_| random.evenly(0.0, 9.99) as u32).collect();
        let text: String = (0..24)
            .map(|_| char::from_digit(letters[random.evenly(0.0, 3.99) as usize], 36).unwrap())
            .collect();
        let Ok(profile) = Profile::parse(&text) else { continue };
        let peak = random.evenly(0.2, 3.9);
        let top = f64::from(profile.top());
        let day: [f64; 24] = std::array::from_fn(|hour| peak * f64::from(profile.weights()[hour]) / top);
        let month = random.evenly(100.0, 10_000.0);
        let volume = 1e9 * day.iter().sum::<f64>() / 24.0;
        let prices = Prices {
            month: Usd::new(month),
            reserved_rate: Some(random.evenly(0.2, 1.0)),
            on_demand: true,
            spot_rate: Some(random.evenly(0.4, 2.0)),
            // dollars of a purchase that is busy all month, per token that it serves
            api: UsdPerMTok::new(month / 1e3 * random.evenly(0.3, 3.0)),
        };
        let startup = random.evenly(0.0, 2.0);
        let fleet = Fleet { startup: Hours::new(startup), ..Fleet::default() };
        let stack = stack(&profile, &fleet, &prices, Tokens::new(volume), peak);
        let levels = peak.ceil() as usize;
        let best = (0..4usize.pow(levels as u32))
            .map(|code| {
                let sources: Vec<Source> =
                    (0..levels).map(|level| Source::ALL[code / 4usize.pow(level as u32) % 4]).collect();
                simulated(&day, &sources, &prices, volume, startup)
            })
            .fold(f64::INFINITY, f64::min);
        let total = stack.total().value();
        assert!(
            (total - best).abs() <= 1e-9 * best,
            "case {number}: {total} is not {best}; {stack:?}; {text}"
        );
        for part in stack.parts() {
            seen[part.source as usize] += u32::from(part.units > 0.0);
        }
        whole(&stack, volume, levels as f64);
    }
    println!("cases with reserved, on-demand, spot, API: {seen:?}");
    assert!(seen.iter().all(|count| *count > CASES / 20), "{seen:?}");
}

/// All tokens and all levels are someone's, and the base is reserved.
fn whole(stack: &Stack, volume: f64, levels: f64) {
    let tokens: f64 = stack.parts().iter().map(|part| part.tokens.value()).sum();
    assert!((tokens / volume - 1.0).abs() < 1e-9);
    let units: f64 = stack.slices.iter().map(|slice| slice.units).sum();
    assert_eq!(units, levels);
    for pair in stack.slices.windows(2) {
        assert!(pair[0].needed >= pair[1].needed && pair[0].tokens >= pair[1].tokens * (1.0 - 1e-12));
        let reserved = |at: usize| pair[at].source == Source::Reserved;
        assert!(reserved(0) || !reserved(1), "reserved above something else");
    }
}

#[test]
fn the_mix_is_never_dearer_than_either_pure_answer_of_the_same_fleet() {
    let links = [
        "1;day=business",
        "1;t=50B;day=diurnal",
        "1;t=500B;day=burst",
        "1;t=5T;day=business;lag=30",
        "1;t=20B;hw=buy",
        "1;t=200B;day=own;wt=0123456789abcdefghijklmn;peak=1.5",
    ];
    for text in links {
        let scenario = link::decode(text, Catalogue::builtin()).scenario;
        let report = engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
        let mix = hybrid(&scenario, Catalogue::builtin(), &report, text.contains("burst")).unwrap();
        assert!(mix.total <= mix.all_api * (1.0 + 1e-12), "{text}");
        assert!(mix.total <= mix.all_gpu * (1.0 + 1e-12), "{text}: {mix:?}");
        let tokens: f64 = mix.stack.parts().iter().map(|part| part.tokens.value()).sum();
        assert!((tokens / report.volume.value() - 1.0).abs() < 1e-9, "{text}");
        assert_eq!(mix.week.len(), WEEK);
        for level in mix.week {
            let served: f64 = mix.stack.served(level).iter().sum();
            assert!((served - level).abs() < 1e-9 * level.max(1.0), "{text}");
        }
    }
}

/// Windows of a trace of requests per second; dollars per hour of the trace as slosizer counts it: from the first
/// arrival to the last.
fn windows(requests: &[f64], case: &Value) -> Vec<Window> {
    // the file's semantics: 100 in and 50 out, output weighs four times as much, a unit serves 1,000 a second
    const INPUT: f64 = 100.0;
    const OUTPUT: f64 = 50.0;
    let price = |key: &str| UsdPerMTok::new(number(&case[key]));
    let each = Tokens::new(INPUT) * price("paygo_in_per_M") + Tokens::new(OUTPUT) * price("paygo_out_per_M");
    let hours = case["trace_hours_used"].as_f64().unwrap_or((requests.len() as f64 - 1.0) / 3600.0);
    let window = |count: &f64| Window {
        units: count * (INPUT + 4.0 * OUTPUT) / 1000.0,
        pay_per_token: each * (count / hours),
    };
    requests.iter().map(window).collect()
}

#[test]
fn slosizers_mix_of_units_and_pay_per_token_comes_out() {
    let Some(file) = golden("slosizer_hybrid.json") else { return };
    let cases = file["cases"].as_array().unwrap();
    let close = |found: f64, expected: &Value, what: &str, case: &Value| {
        let expected = number(expected);
        // cost within 0.01 %, or the last digit that is printed
        let slack = 1e-4 * expected.abs() + 1e-6;
        assert!((found - expected).abs() <= slack, "{what}: {found} is not {expected} in {case}");
    };
    let mut compared = 0;
    for case in cases {
        let name = case["profile"].as_str().unwrap();
        let pattern = case["rps_per_second_pattern"].as_array();
        let pattern =
            pattern.unwrap_or_else(|| file["patterns_requests_per_second"][name].as_array().unwrap());
        let requests: Vec<f64> = pattern.iter().map(number).collect();
        let windows = windows(&requests, case);
        let price = Usd::new(number(&case["provisioned_usd_per_unit_hour"]));
        let best = cheapest(&windows, price, Grid::default());
        let expected = &case["expected"];
        assert_eq!(f64::from(best.units), number(&expected["provisioned_units"]), "{case}");
        assert_eq!(f64::from(full(&windows)), number(&expected["full_provision_units"]), "{case}");
        close(best.reserved.value(), &expected["provisioned_cost_hourly"], "units", case);
        close(best.overflow.value(), &expected["paygo_cost_hourly"], "overflow", case);
        close(best.total().value(), &expected["total_cost_hourly"], "total", case);
        let all = at(&windows, price, full(&windows));
        close(all.reserved.value(), &expected["full_provision_cost_hourly"], "full", case);
        close(best.overflowing, &expected["overflow_window_fraction"], "windows", case);
        for (units, cost) in
            case["own_bruteforce"]["cost_by_units_0_to_15"].as_array().into_iter().flatten().enumerate()
        {
            close(at(&windows, price, units as u32).total().value(), cost, "by units", case);
            compared += 1;
        }
        compared += 7;
    }
    for case in file["cases_from_its_tests"].as_array().into_iter().flatten() {
        let Some(expected) = case["expected_candidates"].as_array() else { continue };
        let of = |key: &str| case[key].as_u64().map(|n| n as u32);
        let grid = Grid {
            least: of("min_units").unwrap_or(0),
            step: of("purchase_increment").unwrap_or(1),
            most: of("max_units"),
        };
        let found: Vec<u64> = grid.candidates(f64::from(u16::MAX)).map(u64::from).collect();
        assert_eq!(found, expected.iter().map(|n| n.as_u64().unwrap()).collect::<Vec<_>>(), "{case}");
        compared += 1;
    }
    println!("{compared} figures of slosizer reproduced; its queueing cases have no counterpart");
    support::enough(compared, 100);
}
