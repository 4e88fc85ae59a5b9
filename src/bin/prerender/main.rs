//! Finishes what Trunk has built: everything of the page that is made at build time by a program.
//!
//! * `prerender first-view DIST` writes the answer into `DIST/index.html`, so that it is there before any script has run
//! * `prerender worker DIST BUILT` adds the worker of the larger views, whose program is in `BUILT`
//! * `prerender seal DIST` fixes the version: digests of what the page names, and the list of the service worker
//! * `prerender single-file DIST FILE` writes the whole page as one file that opens from disk

mod files;
mod first_view;
mod seal;
mod single_file;
mod worker;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["first-view", dist] => first_view::write(Path::new(dist)),
        ["worker", dist, built] => worker::add(Path::new(dist), Path::new(built)),
        ["seal", dist] => seal::seal(Path::new(dist)),
        ["single-file", dist, file] => single_file::write(Path::new(dist), Path::new(file)),
        _ => {
            eprintln!("usage: prerender first-view|seal DIST, worker DIST BUILT, or single-file DIST FILE");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("prerender {}: {error}", words.join(" "));
            ExitCode::FAILURE
        }
    }
}
