//! The views under the chart that are made in a worker, each as data.

use super::view::{Answers, Block, View};
use crate::catalogue::Catalogue;
use crate::engine::{self, Report};
use crate::scenario::Scenario;
use crate::units::Date;

/// Name and label of every view that a worker makes, in the order of the page.
pub const VIEWS: &[(&str, &str)] =
    &[("gpu-prices", "GPU prices"), ("api-prices", "API prices"), ("article", "The article's prices")];

/// What a view is made from.
pub struct Context<'a> {
    /// The inputs.
    pub scenario: &'a Scenario,
    /// What follows from them.
    pub report: &'a Report,
    /// Facts, with the user's own rows.
    pub catalogue: &'a Catalogue,
    /// What the view's controls were answered.
    pub answers: &'a Answers,
    /// The day on the reader's clock.
    pub today: Date,
    /// Width for pictures in CSS pixels.
    pub width: f64,
}

/// The view of a name; an unknown one says so.
#[must_use]
pub fn show(
    name: &str,
    scenario: &Scenario,
    catalogue: &Catalogue,
    answers: &Answers,
    today: Date,
    width: f64,
) -> View {
    let report = match engine::evaluate(scenario, catalogue) {
        Ok(report) => report,
        Err(error) => {
            let text = format!("{} {}", super::errors::reason(&error), super::errors::hint(&error));
            return View { blocks: vec![Block::Alert(text)] };
        }
    };
    let context = Context { scenario, report: &report, catalogue, answers, today, width };
    match name {
        "gpu-prices" => super::price_lists::gpu_view(&context),
        "api-prices" => super::price_lists::api_view(&context),
        "article" => View::of(super::tables::article_prices(catalogue)),
        _ => View { blocks: vec![Block::Alert("This view does not exist. Load the page again.".into())] },
    }
}
