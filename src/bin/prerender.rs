//! Writes the first view into the built `index.html`, so that the answer is there before any script has run.
//!
//! `prerender DIST` replaces the mark `<!--first-view-->` of `DIST/index.html` by the page of the default scenario,
//! drawn for a wide and a narrow screen; the style sheet shows the one that fits. It also writes the catalogue as a
//! file named by its content, and that name with its digest into the mark `<!--catalogue-->`.

use base64::Engine;
use leptos::prelude::*;
use llm_breakeven::app::{App, Start};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;
use sha2::{Digest, Sha384};
use std::path::Path;
use std::process::ExitCode;

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
    let link = link::decode("", Catalogue::builtin());
    // a first view has no list of prices, so any day does
    let today = Catalogue::builtin().newest();
    let start = Start { link, embed: false, today, chart_widths: vec![920.0, 328.0] };
    let html = Owner::new().with(|| view! { <App start=start/> }.to_html());
    // marks for hydration, which a page that is mounted anew does not need
    html.replace("<!>", "")
}
