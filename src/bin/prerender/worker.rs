//! The worker of the larger views: every file named by its content, the names in the file that loads them, and that
//! file's name in a meta element of the page.

use crate::files::{self, put};
use crate::first_view::FULL_CATALOGUE;
use std::fs;
use std::io::Result;
use std::path::Path;

/// What the worker loads.
const FILES: &str = include_str!("../../../public/worker-files.js");
/// What it does, also in the one-file page.
pub const WORKER: &str = include_str!("../../../public/worker.js");

/// Adds it to a page that has its catalogue.
pub fn add(dist: &Path, built: &Path) -> Result<()> {
    for old in files::names(dist)?.iter().filter(|name| name.starts_with("work") && name.contains('-')) {
        fs::remove_file(dist.join(old))?;
    }
    let glue = fs::read(built.join("workbench.js"))?;
    let program = fs::read(built.join("workbench_bg.wasm"))?;
    let name = format!("workbench-{}", files::short(&[&glue[..], &program].concat()));
    let catalogue = files::name_like(dist, FULL_CATALOGUE, ".txt")?;
    let mut text = FILES.replace("@WORKBENCH@", &name);
    put(&mut text, "@CATALOGUE@", &catalogue)?;
    put(&mut text, "@DIGEST@", &files::integrity(&fs::read(dist.join(&catalogue))?))?;
    put(&mut text, "@PROGRAM@", &files::integrity(&program))?;
    text.push_str(WORKER);
    let worker = format!("worker-{}.js", files::short(text.as_bytes()));
    fs::write(dist.join(format!("{name}.js")), glue)?;
    fs::write(dist.join(format!("{name}_bg.wasm")), program)?;
    fs::write(dist.join(&worker), text)?;
    files::change_page(dist, |page| {
        put(page, "<!--worker-->", &format!("<meta name=\"worker\" content=\"./{worker}\">"))
    })
}
