//! Writes the page into the built `index.html`, so that the answer is there before any script has run.
//!
//! `prerender DIST` replaces the mark `<!--first-view-->` of `DIST/index.html` by the page of the default scenario,
//! drawn for a wide and a narrow screen; the style sheet shows the one that fits. It also writes the catalogue as a
//! file named by its content, and that name with its digest into the mark `<!--catalogue-->`; and the schema of scenarios
//! as `scenario.schema.json`.

use base64::Engine;
use llm_breakeven::app::chart;
use llm_breakeven::app::markup::{self, Shown};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::chart::svg;
use llm_breakeven::engine::{self, Report};
use llm_breakeven::report::schema;
use llm_breakeven::scenario::{Scenario, link};
use sha2::{Digest, Sha384};
use std::path::Path;
use std::process::ExitCode;

/// Widths of the chart before the screen's is known, in CSS pixels.
const WIDTHS: [f64; 2] = [920.0, 328.0];

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: prerender DIST");
        return ExitCode::from(2);
    };
    let file = std::path::Path::new(&folder).join("index.html");
    match write(&file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

fn write(file: &Path) -> std::io::Result<()> {
    let mut page = std::fs::read_to_string(file)?;
    let packed = Catalogue::packed();
    let digest = Sha384::digest(packed);
    let name =
        format!("catalogue-{}.txt", digest[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    std::fs::write(file.with_file_name(&name), packed)?;
    std::fs::write(file.with_file_name("scenario.schema.json"), schema::scenario())?;
    let integrity = base64::prelude::BASE64_STANDARD.encode(digest);
    let meta =
        format!("<meta name=\"catalogue\" content=\"./{name}\" data-integrity=\"sha384-{integrity}\">");
    for (mark, text) in [("<!--catalogue-->", meta), ("<!--first-view-->", first_view())] {
        if !page.contains(mark) {
            return Err(std::io::Error::other(format!("no mark {mark}")));
        }
        page = page.replacen(mark, &text, 1);
    }
    std::fs::write(file, page)
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
    let scene = chart::of(scenario, report, width, None).scene;
    let class = if width < 560.0 { "narrow" } else { "wide" };
    let (width, height) = (svg::short(scene.width), svg::short(scene.height));
    let marks = svg::marks(&scene);
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" height=\"{height}\" aria-hidden=\"true\">{marks}</svg>"
    )
}
