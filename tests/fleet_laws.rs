//! Laws of fleets: what a month costs against an hour-by-hour simulation of the week, and every breakeven against an
//! exhaustive walk over all steps of the simulated cost; the article's savings as special cases.

mod support;

use llm_breakeven::engine::breakeven::{Breakeven, StepCost};
use llm_breakeven::engine::demand::{Profile, WEEK};
use llm_breakeven::engine::fleet::{Commitments, Fleet, Policy, Purchase};
use llm_breakeven::units::{Hours, Tokens, TokensPerSecond, UsdPerHour};
use support::random::Dice;

const SEED: u64 = 2026;
const CASES: u32 = 10_000;
const MONTH: Hours = Hours::new(730.0);

#[derive(Clone, Copy, Debug)]
struct Case {
    profile: Profile,
    purchase: Purchase,
    fleet: Fleet,
    load: f64,
}

fn case(random: &mut Dice, policy: Policy) -> Case {
    let letters = [random.whole(6), random.whole(6), random.whole(6), 1 + random.whole(5)];
    let length = if random.roll() < 0.5 { 24 } else { 168 };
    let mut text = String::new();
    let mut letter = letters[3];
    for _ in 0..length {
        // weights that hold for some hours, as real ones do
        if random.roll() < 0.3 {
            letter = letters[random.whole(3) as usize];
        }
        text.push(char::from_digit(letter, 36).unwrap());
    }
    let profile = Profile::parse(&text).unwrap_or_else(|_| Profile::flat());
    let reserved = if random.roll() < 0.5 { 0.0 } else { random.evenly(0.0, 1.0) };
    let spot = if random.roll() < 0.5 { 0.0 } else { random.evenly(0.0, 1.0 - reserved) };
    let minutes = |random: &mut Dice| Hours::new(f64::from(random.whole(12)) * 10.0 / 60.0);
    Case {
        profile: profile.with_peak(random.evenly(1.0, 2.0)),
        purchase: Purchase::new(
            1 + random.whole(2),
            TokensPerSecond::new(random.evenly(50.0, 5000.0)),
            1 + random.whole(7),
            UsdPerHour::new(random.evenly(0.5, 9.0)),
        ),
        fleet: Fleet {
            policy,
            startup: minutes(random),
            minimum: minutes(random),
            spare: if random.roll() < 0.6 { 0 } else { random.whole(3) },
            commitments: Commitments {
                reserved,
                spot,
                reserved_discount: random.evenly(0.0, 0.7),
                spot_discount: random.evenly(0.0, 0.9),
                interruptions: random.evenly(0.0, 3.0),
            },
        },
        load: random.evenly(0.3, 1.0),
    }
}

/// The bill of a month, simulated hour by hour and purchase by purchase, as someone with a spreadsheet would.
fn simulated(case: &Case, volume: Tokens) -> f64 {
    let Case { profile, purchase, fleet, load } = case;
    let per = f64::from(purchase.replicas);
    let weights: u32 = profile.weights().iter().map(|weight| u32::from(*weight)).sum();
    let mean = volume.value() / (MONTH.value() * 3600.0);
    let needed: Vec<f64> = profile
        .weights()
        .iter()
        .map(|weight| {
            let rate = mean * f64::from(*weight) * WEEK as f64 / f64::from(weights) * profile.peak_to_mean();
            rate / (purchase.per_replica.value() * load)
        })
        .collect();
    let spare = f64::from(fleet.spare);
    let whole = |replicas: f64| (replicas - 1e-9).ceil();
    let bought = |hour: usize| match fleet.policy {
        Policy::ScaleToZero => whole(needed[hour] / per) + (spare / per).ceil(),
        Policy::Autoscaled => ((whole(needed[hour]).max(1.0) + spare) / per).ceil(),
        Policy::Scheduled | Policy::AlwaysOn => ((whole(needed[hour]) + spare) / per).ceil(),
    };
    let counts: Vec<f64> = (0..WEEK).map(bought).collect();
    let peak = counts.iter().copied().fold(0.0, f64::max);
    let reserved = fleet.commitments.reserved * peak;
    let week_hours = match fleet.policy {
        Policy::AlwaysOn => (peak - reserved) * WEEK as f64,
        Policy::ScaleToZero => (0..WEEK)
            .map(|hour| {
                let busy = needed[hour] / per;
                let full = (whole(busy) - 1.0).max(0.0);
                let part = if busy > 0.0 {
                    (fleet.startup.value().min(1.0) + busy - full)
                        .max(fleet.minimum.value().min(1.0))
                        .min(1.0)
                } else {
                    0.0
                };
                ((spare / per).ceil() + full + part - reserved).max(0.0)
            })
            .sum(),
        Policy::Scheduled | Policy::Autoscaled => {
            (0..peak as usize).map(|level| above(case, &counts, level as f64, reserved)).sum()
        }
    };
    let commitments = &fleet.commitments;
    let lost = commitments.interruptions * f64::from(purchase.instances) * fleet.startup.value() / 24.0;
    let rest = 1.0 - commitments.reserved;
    let spot = if rest > 0.0 { (commitments.spot / rest).min(1.0) } else { 0.0 };
    let rate = 1.0 - spot + spot * (1.0 - commitments.spot_discount) * (1.0 + lost);
    let hour = purchase.price.value() * f64::from(purchase.gpus);
    hour * MONTH.value()
        * (reserved * (1.0 - commitments.reserved_discount) + week_hours / WEEK as f64 * rate)
}

/// Billed hours of the part of one purchase that is not reserved, with its start-ups and minimum. More hours in use
/// never bill less: whoever runs the fleet would rather keep it running.
fn above(case: &Case, counts: &[f64], level: f64, reserved: f64) -> f64 {
    let part = (level + 1.0 - reserved).clamp(0.0, 1.0);
    let weights = case.profile.weights();
    let on: Vec<u8> = (0..WEEK).filter(|hour| counts[*hour] > level).map(|hour| weights[hour]).collect();
    let lowest = on.iter().copied().min().unwrap_or(u8::MAX);
    if on.len() == WEEK {
        return part * WEEK as f64;
    }
    let billed =
        (lowest..36).filter(|weight| on.contains(weight)).map(|weight| billed(&case.fleet, weights, weight));
    part * billed.fold(0.0, f64::max)
}

/// Billed hours of a purchase that runs in hours of at least a weight.
fn billed(fleet: &Fleet, weights: &[u8; WEEK], least: u8) -> f64 {
    let startup = if fleet.policy == Policy::Autoscaled { fleet.startup.value() } else { 0.0 };
    let on = |hour: usize| weights[hour % WEEK] >= least;
    let mut billed = 0.0;
    for first in (0..WEEK).filter(|hour| on(*hour) && !on(hour + WEEK - 1)) {
        let run = (1..=WEEK).find(|length| !on(first + length)).unwrap() as f64;
        let gap = (1..=WEEK).find(|length| on(first + WEEK - length - 1)).unwrap() as f64;
        billed += run + startup.max(fleet.minimum.value() - run).min(gap);
    }
    billed
}

fn cost(case: &Case) -> StepCost {
    let Case { profile, purchase, fleet, load } = case;
    fleet.cost(purchase, *load, MONTH, profile, &fleet.billed(profile))
}

/// All volumes at which the cost of a case steps or bends, in units of a purchase at the peak.
fn edges(case: &Case, most: f64) -> Vec<f64> {
    let top = f64::from(case.profile.top());
    let per = f64::from(case.purchase.replicas);
    let mut bends = vec![0.0];
    let to_zero = case.fleet.policy == Policy::ScaleToZero;
    if to_zero {
        let (startup, minimum) = (case.fleet.startup.value().min(1.0), case.fleet.minimum.value().min(1.0));
        bends.extend([minimum - startup, 1.0 - startup].into_iter().filter(|at| *at > 0.0 && *at < 1.0));
        // where reserved purchases end, for every number of purchases at the peak
        let spare = (f64::from(case.fleet.spare) / per).ceil();
        bends.extend((1..=most as u32 + 2).map(|peak| {
            let base = case.fleet.commitments.reserved * (f64::from(peak) + spare);
            (base - spare - startup).rem_euclid(1.0)
        }));
    }
    let grain = if to_zero { 1.0 } else { per };
    let mut edges = vec![0.0];
    for weight in 1..36u8 {
        if case.profile.weights().contains(&weight) {
            for bend in &bends {
                let at = |n: u32| (f64::from(n) + bend) / grain / f64::from(weight) * top;
                edges.extend((0..).map(at).take_while(|at| *at < most));
            }
        }
    }
    edges.sort_by(f64::total_cmp);
    edges.dedup_by(|a, b| *a - *b < 1e-7);
    edges
}

fn equals_the_simulation(policy: Policy) {
    println!("{CASES} fleets of {policy:?}, seed {SEED}");
    let mut random = Dice(SEED + policy as u64);
    let (mut compared, mut wins, mut nevers) = (0u32, 0u32, 0u32);
    for number in 0..CASES {
        let case = case(&mut random, policy);
        let steps = cost(&case);
        let fixed = llm_breakeven::units::Usd::new(if random.roll() < 0.3 {
            0.0
        } else {
            random.evenly(0.0, 3.0) * steps.purchase().value()
        });
        let steps = steps.with(fixed, 1.0);
        let api = steps.at_full_load() * random.evenly(0.9, 3.0);
        let breakeven = Breakeven::new(api, steps);
        let intervals: Vec<_> = breakeven.winning().take(200).collect();
        if breakeven.never() {
            nevers += 1
        } else {
            wins += 1
        }
        assert_eq!(breakeven.first(), intervals.first().map(|i| i.from), "case {number}");
        let most = breakeven.durable().map_or(4.0, |v| v / steps.step() + 2.0).clamp(3.0, 6.0);
        let edges = edges(&case, most);
        // some steps in a row, from anywhere
        let start = (random.roll() * (edges.len() as f64 - 12.0).max(0.0)) as usize;
        for pair in edges.windows(2).skip(start).take(12) {
            // what is narrower the simulation's own rounding does not tell apart
            let inside = (pair[1] - pair[0]) * 1e-4;
            if inside < 1e-8 {
                continue;
            }
            let gain = |at: f64| {
                let volume = steps.step() * at;
                let own = fixed.value() + simulated(&case, volume);
                let model = steps.at(volume).value();
                assert!(
                    (own - model).abs() <= 1e-9 * own.max(1.0),
                    "case {number} at {at}: {own} is not {model}; {case:?}"
                );
                let gain = (volume * api).value() - own;
                let covered = intervals.iter().any(|i| volume > i.from && i.to.is_none_or(|to| volume <= to));
                if gain.abs() > 1e-9 * own {
                    assert_eq!(
                        gain > 0.0,
                        covered,
                        "case {number} at {at}: gain {gain} of {own}; {intervals:?}; {case:?}"
                    );
                }
            };
            // straight between edges: both ends say it all
            gain(pair[0] + inside);
            gain(pair[1] - inside);
            compared += 2;
        }
        // for good means for good
        if let Some(durable) = breakeven.durable() {
            for _ in 0..3 {
                let volume = durable * random.evenly(1.0, 20.0) * (1.0 + 1e-9) + steps.step() * 1e-6;
                assert!(
                    steps.at(volume).value() < (volume * api).value() * (1.0 + 1e-9),
                    "case {number}: {case:?}"
                );
            }
        }
        for interval in &intervals {
            assert!(
                interval.from.value().is_finite() && interval.to.is_none_or(|to| to > interval.from),
                "case {number}: {interval:?} {:?} {:?} {case:?}",
                breakeven.first(),
                breakeven.durable()
            );
        }
    }
    println!("{compared} volumes compared; won somewhere in {wins} cases, never in {nevers}");
    assert!(wins > CASES / 2 && nevers > CASES / 100);
}

#[test]
fn always_on_equals_an_hour_by_hour_simulation() {
    equals_the_simulation(Policy::AlwaysOn);
}

#[test]
fn scheduled_equals_an_hour_by_hour_simulation() {
    equals_the_simulation(Policy::Scheduled);
}

#[test]
fn autoscaled_equals_an_hour_by_hour_simulation() {
    equals_the_simulation(Policy::Autoscaled);
}

#[test]
fn scaled_to_zero_equals_an_hour_by_hour_simulation() {
    equals_the_simulation(Policy::ScaleToZero);
}
