//! ConfigIQ's audited scenarios: capacity, hosted, rented and owned cost, and the crossover to the token.
//!
//! Cases are told apart by the names of their inputs, so that other cases of the same structure can be run. A case that
//! gives a volume alone is asked of the fleet that the file's other cases describe.

mod support;

use llm_breakeven::catalogue::ApiPrice;
use llm_breakeven::engine::api_bill::month::{Workload, bill};
use llm_breakeven::engine::breakeven::{Breakeven, Interval, StepCost};
use llm_breakeven::engine::demand::Profile;
use llm_breakeven::engine::fleet::{Fleet, Policy, Purchase};
use llm_breakeven::units::{Hours, Tokens, TokensPerSecond, Usd, UsdPerHour, UsdPerMTok};
use serde_json::Value;
use support::{golden, number};

/// What the audit's owned GPU costs a month; the file gives the figure without its parts.
const OWNED: f64 = 400.0;

fn has(input: &Value, keys: &[&str]) -> bool {
    keys.iter().all(|key| !input[key].is_null())
}

fn purchase(tokens_per_second: f64, per_instance: u32, price: f64) -> Purchase {
    Purchase::new(1, TokensPerSecond::new(tokens_per_second), per_instance, UsdPerHour::new(price))
}

/// Tokens, in and out, that a replica serves in its active hours at the planned load, for the peak.
fn capacity(input: &Value) -> Tokens {
    let of = |key: &str| number(&input[key]);
    let output = purchase(of("output_tok_s"), 1, 0.0)
        .tokens(of("planning_use_pct") / 100.0, Hours::new(of("active_hours")));
    output * ((of("avg_in") + of("avg_out")) / of("avg_out") / input["peak_to_avg"].as_f64().unwrap_or(1.0))
}

fn hosted(read: f64, written: f64, price_in: f64, price_out: f64) -> Usd {
    let card = ApiPrice::flat(UsdPerMTok::new(price_in), UsdPerMTok::new(price_out));
    bill(&card, &Workload::of(Tokens::new(read), Tokens::new(written))).total
}

/// The file's fleet: capacity and price of a step, and the API's price.
struct Audit {
    capacity: Tokens,
    rented: Usd,
    api: UsdPerMTok,
}

impl Audit {
    /// The fleet that the file describes; where it leaves that to another file, the audit's own: 81 MTok a month for $200,
    /// $1.40/MTok at the API.
    fn of(cases: &[Value]) -> Self {
        let input = |keys: &[&str]| cases.iter().map(|case| &case["input"]).find(|input| has(input, keys));
        let shape = input(&["output_tok_s", "planning_use_pct", "active_hours"]);
        let hour = input(&["gpu_usd_h"]).map(|input| UsdPerHour::new(number(&input["gpu_usd_h"])));
        let month = shape.zip(hour).map(|(shape, hour)| hour * Hours::new(number(&shape["active_hours"])));
        let api =
            input(&["api_blended_per_M"]).map(|input| UsdPerMTok::new(number(&input["api_blended_per_M"])));
        Self {
            capacity: shape.map_or(Tokens::new(81e6), capacity),
            rented: month.unwrap_or(Usd::new(200.0)),
            api: api.unwrap_or(UsdPerMTok::new(1.4)),
        }
    }
}

fn figures(input: &Value, audit: &Audit) -> Option<Vec<(&'static str, f64)>> {
    let of = |key: &str| number(&input[key]);
    Some(if has(input, &["output_tok_s", "planning_use_pct"]) {
        vec![("capacity_billed_tokens_per_month", capacity(input).value())]
    } else if has(input, &["volume", "in_share"]) {
        let (volume, share) = (of("volume"), of("in_share"));
        let month = hosted(volume * share, volume * (1.0 - share), of("api_in"), of("api_out"));
        vec![("monthly", month.value()), ("per_M", month.per_mtok(Tokens::new(volume)).value())]
    } else if has(input, &["volume"]) {
        let volume = Tokens::new(of("volume"));
        let cost = |month| StepCost::new(Usd::ZERO, month, audit.capacity);
        let rented = cost(audit.rented);
        let served = audit.capacity * rented.purchases(volume);
        vec![
            ("hosted", (volume * audit.api).value()),
            ("rented", rented.at(volume).value()),
            ("rented_utilization_pct", volume / served * 100.0),
            ("owned", cost(Usd::new(OWNED)).at(volume).value()),
        ]
    } else if has(input, &["monthly_in", "api_in"]) {
        let usage = hosted(of("monthly_in"), of("monthly_out"), of("api_in"), of("api_out"));
        let tco = usage + Usd::new(of("ops_fte") * of("fte_month") + of("impl") / of("months"));
        let requests = of("monthly_in") / of("avg_in");
        vec![
            ("usage", usage.value()),
            ("full_tco", tco.value()),
            ("per_M", tco.per_mtok(Tokens::new(of("monthly_in") + of("monthly_out"))).value()),
            ("requests", requests),
            ("peak_rps", rate(requests, Hours::new(730.0))),
        ]
    } else if has(input, &["monthly_in", "active_hours"]) {
        let requests = of("monthly_in") / of("avg_in");
        let peak = input["peak_to_avg"].as_f64().unwrap_or(1.0);
        vec![
            ("monthly_requests", requests),
            ("peak_rps", rate(requests, Hours::new(of("active_hours"))) * peak),
        ]
    } else if input["billing"] == "scale-to-zero" {
        let load = 1.0 / (1.0 + of("buffer_pct") / 100.0);
        let fleet = Fleet { policy: Policy::ScaleToZero, ..Fleet::default() };
        let (flat, month) = (Profile::flat(), Hours::new(730.0));
        let gpu = purchase(of("output_tok_s"), 1, of("gpu_usd_h"));
        let cost = fleet.cost(&gpu, load, month, &flat, &fleet.billed(&flat));
        vec![("rented", cost.at(Tokens::new(of("monthly_out"))).value())]
    } else if has(input, &["gpus_per_instance", "needed_gpus"]) {
        let instance = purchase(1.0, of("gpus_per_instance") as u32, of("gpu_usd_h"));
        let instances = (of("needed_gpus") / f64::from(instance.gpus)).ceil();
        let month = instance.month(Hours::new(of("active_hours")));
        vec![("rented", month.value() * instances), ("billed_gpus", instances * f64::from(instance.gpus))]
    } else if has(input, &["gpus_per_replica", "max_instances_per_replica"]) {
        let (replica, instance) = (of("gpus_per_replica") as u32, of("gpus_per_instance") as u32);
        let bought = Purchase::new(replica, TokensPerSecond::new(1.0), instance, UsdPerHour::new(1.0));
        let feasible = f64::from(bought.instances) <= of("max_instances_per_replica");
        vec![("feasible", f64::from(u8::from(feasible)))]
    } else {
        return None;
    })
}

fn rate(requests: f64, hours: Hours) -> f64 {
    Tokens::new(requests).per_second(hours).value()
}

/// The first whole token above a volume.
fn token_above(volume: Tokens) -> f64 {
    (volume.value() + 1e-6).floor() + 1.0
}

/// Intervals of a crossover, and the volume of the last win, to the token.
fn crossover(case: &Value) -> u32 {
    let of = |key: &str| number(&case["input"][key]);
    let steps = StepCost::new(
        Usd::new(of("gpu_fixed_month")),
        Usd::new(of("gpu_step_usd")),
        Tokens::new(of("gpu_step_capacity_tokens")),
    );
    let breakeven = Breakeven::new(UsdPerMTok::new(of("api_blended_per_M")), steps);
    let same = |name: &str, found: f64, expected: f64| {
        assert!((found - expected).abs() <= 1.0, "{}: {name} {found} is not {expected}", case["id"]);
    };
    let mut compared = 0;
    let mut check = |name: &str, expected: &Value, found: f64| {
        if let Some(expected) = expected.as_f64() {
            same(name, found, expected);
            compared += 1;
        }
    };
    // a crossover that is said not to be there
    for (figures, key) in
        [(&case["expected"], "first_crossover_tokens"), (&case["extended_by_us"], "durable_breakeven_tokens")]
    {
        if figures.get(key).is_some_and(Value::is_null) {
            assert!(breakeven.never(), "{}: {key}", case["id"]);
        }
    }
    let first = breakeven.first().map(token_above).unwrap_or(f64::NAN);
    let durable = breakeven.durable().map(token_above).unwrap_or(f64::NAN);
    check("first", &case["expected"]["first_crossover_tokens"], first);
    let more = &case["extended_by_us"];
    check("durable", &more["durable_breakeven_tokens"], durable);
    let naive = (steps.fixed() + steps.purchase()).tokens_at(UsdPerMTok::new(of("api_blended_per_M")));
    check("naive", &more["naive_single_gpu_breakeven_tokens_ignoring_capacity"], naive.value());
    if let Some(expected) = more["winning_intervals"].as_array() {
        let found: Vec<Interval> = breakeven.winning().take(expected.len() + 1).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            same("start", token_above(found.from), number(&expected[0]));
            // the file's search ends somewhere; for good has no end
            found.to.inspect(|to| same("end", to.value(), number(&expected[1])));
            compared += 2;
        }
    }
    compared
}

#[test]
fn audited_scenarios_come_out_of_the_engine() {
    let Some(file) = golden("configiq_breakeven.json") else { return };
    let cases = file["cases"].as_array().unwrap();
    let audit = Audit::of(cases);
    let (mut compared, mut left) = (0, Vec::new());
    for case in cases {
        if has(&case["input"], &["gpu_step_usd"]) {
            compared += crossover(case);
            continue;
        }
        let Some(figures) = figures(&case["input"], &audit) else {
            left.push(case["id"].as_str().unwrap_or_default());
            continue;
        };
        for (name, expected) in case["expected"].as_object().unwrap() {
            let expected =
                expected.as_bool().map_or_else(|| number(expected), |yes| f64::from(u8::from(yes)));
            if expected.is_nan() {
                continue; // a remark, no figure
            }
            let (_, found) = figures
                .iter()
                .find(|(known, _)| known == name)
                .unwrap_or_else(|| panic!("{}: nothing computes {name}", case["id"]));
            let close = (found - expected).abs() <= 1e-9 * expected.abs().max(1e-9);
            assert!(close, "{}: {name} is {found}, expected {expected}", case["id"]);
            compared += 1;
        }
    }
    println!("{compared} figures compared; no money in {left:?}");
    support::enough(compared as usize, 25);
}
