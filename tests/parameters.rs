//! Parameter counts: exact where an exact count is known, and split so that every component is where it belongs.

mod support;

use llm_breakeven::engine::architecture::Architecture;

#[test]
fn totals_are_exact_wherever_one_is_known() {
    let Some(models) = support::models() else { return };
    let mut known = 0;
    for row in &models {
        let Some(total) = row["params"]["computed_total"].as_u64() else { continue };
        let resolved = Architecture::new(&support::model(row)).unwrap();
        let split = resolved.components.total();
        assert!(
            (split - total as f64).abs() < 1.0 + total as f64 * 1e-12,
            "{}: {split} is not {total}",
            row["id"]
        );
        known += 1;
    }
    assert!(known >= 100, "only {known} models with a known total");
    println!("{known} totals exact");
}

/// The equations by themselves, without knowing the total, name all but norms and biases.
#[test]
fn equations_alone_come_close() {
    let Some(models) = support::models() else { return };
    let mut errors: Vec<(f64, String)> = Vec::new();
    for row in &models {
        let Some(total) = row["params"]["computed_total"].as_u64() else { continue };
        let mut model = support::model(row);
        let known = model.parameters.total.take();
        assert_eq!(known, Some(total));
        let counted = Architecture::new(&model).unwrap().components.total();
        errors.push(((counted / total as f64 - 1.0).abs(), format!("{} {counted}", row["id"])));
    }
    errors.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (error, name) in &errors {
        if *error > 0.005 {
            println!("{:7.2} %  {name}", error * 100.0);
        }
    }
    let median = errors[errors.len() / 2].0;
    assert!(median < 1e-3, "median {median}");
}

/// Active parameters follow from the routing.
#[test]
fn active_share_matches_the_counted_one() {
    let Some(models) = support::models() else { return };
    for row in &models {
        let Some(active) = row["params"]["computed_active"].as_f64() else { continue };
        let architecture = Architecture::new(&support::model(row)).unwrap();
        let parts = &architecture.components;
        let routed = architecture.routing.map_or(0.0, |r| parts.experts * (1.0 - r.active_share()));
        let counted = parts.total() - parts.vision - routed;
        assert!((counted / active - 1.0).abs() < 0.03, "{}: {counted} against {active}", row["id"]);
    }
}
