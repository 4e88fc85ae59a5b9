//! Writes the first view into the built `index.html`, so that the answer is there before any script has run.
//!
//! `prerender DIST` replaces the mark `<!--first-view-->` of `DIST/index.html` by the page of the default scenario,
//! drawn for a wide and a narrow screen; the style sheet shows the one that fits.

use leptos::prelude::*;
use llm_breakeven::app::{App, Start};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;
use std::process::ExitCode;

const MARK: &str = "<!--first-view-->";

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: prerender DIST");
        return ExitCode::from(2);
    };
    let file = std::path::Path::new(&folder).join("index.html");
    let written = std::fs::read_to_string(&file).and_then(|page| match page.contains(MARK) {
        true => std::fs::write(&file, page.replacen(MARK, &first_view(), 1)),
        false => Err(std::io::Error::other(format!("no mark {MARK}"))),
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

fn first_view() -> String {
    let link = link::decode("", Catalogue::builtin());
    let start = Start { link, embed: false, chart_widths: vec![920.0, 328.0] };
    let html = Owner::new().with(|| view! { <App start=start/> }.to_html());
    // marks for hydration, which a page that is mounted anew does not need
    html.replace("<!>", "")
}
