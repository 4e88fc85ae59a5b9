//! Mixed GPU types against an integer program, and against brute force.

mod support;

use llm_breakeven::engine::mix::{GpuType, cheapest};
use proptest::prelude::*;
use support::{golden, number};

#[test]
fn as_cheap_as_the_integer_program() {
    let Some(file) = golden("melange_heterogeneous_gpu.json") else { return };
    let mut compared = 0;
    for case in file["cases"].as_array().unwrap() {
        let input = &case["input"];
        let rate = number(&input["total_request_rate"]);
        let rows = |value: &serde_json::Value| -> Vec<f64> {
            value
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|row| row.as_array().unwrap().iter().map(number))
                .collect()
        };
        let shares = rows(&input["workload_distribution"]);
        let demand: Vec<f64> = shares.iter().map(|share| share * rate).collect();
        let types: Vec<GpuType> = input["gpu_info"]
            .as_object()
            .unwrap()
            .values()
            .map(|gpu| GpuType { price: number(&gpu["cost"]), rates: rows(&gpu["tputs"]) })
            .collect();
        let mix = cheapest(&types, &demand, input["slice_factor"].as_u64().unwrap() as u32).unwrap();
        let expected = number(&case["expected"]["cost"]);
        assert!(
            mix.exact && (mix.price - expected).abs() < 1e-6,
            "{}: {mix:?} against {expected}",
            case["id"]
        );
        compared += 1;
    }
    assert!(compared > 0);
}

/// Every assignment of parts to types.
fn brute_force(types: &[GpuType], demand: &[f64], slices: u32) -> f64 {
    let parts: Vec<usize> = (0..demand.len()).flat_map(|class| vec![class; slices as usize]).collect();
    let mut best = f64::INFINITY;
    for mut code in 0..types.len().pow(parts.len() as u32) {
        let mut loads = vec![0.0; types.len()];
        for &class in &parts {
            let kind = code % types.len();
            code /= types.len();
            loads[kind] += demand[class] / f64::from(slices) / types[kind].rates[class];
        }
        let price: f64 =
            loads.iter().zip(types).map(|(load, kind)| (load - 1e-9).max(0.0).ceil() * kind.price).sum();
        best = best.min(price);
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equals_brute_force(
        prices in prop::collection::vec(0.5..5.0_f64, 3),
        rates in prop::collection::vec(0.5..9.0_f64, 9),
        demand in prop::collection::vec(0.1..20.0_f64, 3),
        slices in 1_u32..3,
    ) {
        let types: Vec<GpuType> =
            prices.iter().zip(rates.chunks(3)).map(|(price, rates)| GpuType { price: *price, rates: rates.to_vec() }).collect();
        let mix = cheapest(&types, &demand, slices).unwrap();
        prop_assert!((mix.price - brute_force(&types, &demand, slices)).abs() < 1e-6);
        let bill: f64 = mix.counts.iter().zip(&types).map(|(n, kind)| f64::from(*n) * kind.price).sum();
        prop_assert!((bill - mix.price).abs() < 1e-6);
    }
}

#[test]
fn what_nobody_serves_is_refused_by_name() {
    let only = |rate: f64| GpuType { price: 1.0, rates: vec![rate] };
    assert_eq!(cheapest(&[only(0.0)], &[1.0], 1).unwrap_err().field, "rates");
    assert_eq!(cheapest(&[only(f64::NAN)], &[1.0], 1).unwrap_err().field, "rates");
    assert_eq!(cheapest(&[only(1.0)], &[f64::INFINITY], 1).unwrap_err().field, "demand");
    assert_eq!(cheapest(&[], &[1.0], 1).unwrap_err().field, "gpu_types");
    assert_eq!(cheapest(&[only(1.0)], &[0.0], 1).unwrap().price, 0.0);
}
