//! The page of the default scenario, drawn for a wide and a narrow screen; the style sheet shows the one that fits.
//! Beside it the catalogue, as files named by their content: one for the page and one for the worker, which also tells
//! sources and notes. And the schema of scenarios.

use crate::files::{self, put};
use llm_breakeven::app::chart;
use llm_breakeven::app::markup::{self, Shown};
use llm_breakeven::catalogue::{Catalogue, PAGE_PACKED};
use llm_breakeven::chart::cost::CostChart;
use llm_breakeven::chart::svg;
use llm_breakeven::engine::{self, Report};
use llm_breakeven::report::schema;
use llm_breakeven::scenario::{Scenario, link};
use llm_breakeven::words::oembed;
use std::io::{Error, Result};
use std::path::Path;

/// Widths of the chart before the screen's is known, in CSS pixels.
const WIDTHS: [f64; 2] = [920.0, 328.0];

/// How the name of the worker's catalogue begins.
pub const FULL_CATALOGUE: &str = "catalogue-full-";

/// Writes the page, the catalogues, the schema and the oEmbed answer.
pub fn write(dist: &Path) -> Result<()> {
    let full = Catalogue::packed();
    std::fs::write(dist.join(format!("{FULL_CATALOGUE}{}.txt", files::short(full.as_bytes()))), full)?;
    let name = format!("catalogue-{}.txt", files::short(PAGE_PACKED.as_bytes()));
    std::fs::write(dist.join(&name), PAGE_PACKED)?;
    std::fs::write(dist.join("scenario.schema.json"), schema::scenario())?;
    let integrity = files::integrity(PAGE_PACKED.as_bytes());
    let catalogue = format!("<meta name=\"catalogue\" content=\"./{name}\" data-integrity=\"{integrity}\">");
    let alternate = oembed(dist)?;
    files::change_page(dist, |page| {
        put(page, "<!--catalogue-->", &catalogue)?;
        put(page, "<!--oembed-->", &alternate)?;
        put(page, "<!--first-view-->", &first_view())
    })
}

/// Writes the oEmbed answer, and gives the link to it. `LLM_BREAKEVEN_URL` is the page's public address, if it is known.
fn oembed(dist: &Path) -> Result<String> {
    let public = std::env::var("LLM_BREAKEVEN_URL").ok().filter(|url| !url.is_empty());
    let address = public.as_deref().map(oembed::address).transpose();
    let address = address.map_err(|why| Error::other(format!("LLM_BREAKEVEN_URL: {why}")))?;
    std::fs::write(dist.join("oembed.json"), oembed::json(address))?;
    Ok(format!(
        "<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{}oembed.json\" title=\"LLM Breakeven\">",
        address.unwrap_or("./")
    ))
}

fn first_view() -> String {
    let catalogue = Catalogue::builtin();
    let link = link::decode("", catalogue);
    let report = engine::evaluate(&link.scenario, catalogue);
    let Ok(report) = report else { return String::new() };
    let html = markup::page(Shown { scenario: &link.scenario, report: &report });
    let charts = WIDTHS.map(|width| picture(&link.scenario, &report, width)).concat();
    html.replacen("</div></figure>", &format!("{charts}</div></figure>"), 1)
}

/// The chart at one width; the style sheet shows the one that fits.
fn picture(scenario: &Scenario, report: &Report, width: f64) -> String {
    let scene = CostChart::of(scenario, report).draw(width, chart::height(width), None).scene;
    let class = if width < 560.0 { "narrow" } else { "wide" };
    let (width, height) = (svg::short(scene.width), svg::short(scene.height));
    let marks = svg::marks(&scene);
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" height=\"{height}\" aria-hidden=\"true\">{marks}</svg>"
    )
}
