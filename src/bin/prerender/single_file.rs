//! The whole page as one file that opens from disk: programs, catalogue and worker are texts in it, and its policy allows
//! its own two scripts and nothing from anywhere.

use crate::files::{self, put};
use crate::first_view::FULL_CATALOGUE;
use crate::worker::WORKER;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::io::{Error, Result};
use std::path::Path;
use std::process::Command;

const PARTS: &str = include_str!("../../../public/single-file/page.js");
const WORKER_PARTS: &str = include_str!("../../../public/single-file/worker.js");
const UNPACKED: &str = include_str!("../../../public/single-file/unpacked.js");

/// Writes `file` from a finished page.
pub fn write(dist: &Path, file: &Path) -> Result<()> {
    let mut page = fs::read_to_string(dist.join("index.html"))?;
    let mut styles = Vec::new();
    while let Ok(link) = cut(&mut page, "rel=\"stylesheet\"") {
        styles.push(fs::read_to_string(dist.join(address(&link)?))?);
    }
    let glue = fs::read_to_string(dist.join(address(&cut_script(&mut page, "id=\"glue\"")?)?))?;
    let program = packed(&dist.join(address(&cut(&mut page, "<meta name=\"wasm\"")?)?))?;
    let catalogue = packed(&dist.join(files::name_like(dist, FULL_CATALOGUE, ".txt")?))?;
    for other in ["<meta name=\"catalogue\"", "<meta name=\"worker\"", "<meta name=\"version\""] {
        cut(&mut page, other)?;
    }
    let boot = fs::read_to_string(dist.join(address(&cut_script(&mut page, "src=\"./boot.js")?)?))?;
    let workbench_glue = fs::read_to_string(dist.join(files::name_like(dist, "workbench-", ".js")?))?;
    let workbench = packed(&dist.join(files::name_like(dist, "workbench-", ".wasm")?))?;

    let scripts = [[&glue, UNPACKED, PARTS].join("\n"), boot];
    let worker = [&classic(&workbench_glue)?, UNPACKED, WORKER_PARTS, WORKER].join("\n");
    let blocks =
        [("program", &program), ("catalogue", &catalogue), ("workbench", &workbench), ("worker", &worker)];
    let mut body: String = blocks
        .iter()
        .map(|(id, text)| format!("<script type=\"text/plain\" id=\"{id}\">{text}</script>\n"))
        .collect();
    for script in &scripts {
        body += &format!("<script type=\"module\">{script}</script>\n");
    }
    for text in scripts.iter().chain([&worker]) {
        if ["</script", "<!--", "\r"].iter().any(|end| text.contains(end)) {
            return Err(Error::other("a script has what would end it inside a page"));
        }
    }
    let head: String = styles.iter().map(|style| format!("<style>{style}</style>\n")).collect();
    put(&mut page, "</head>", &format!("{head}</head>"))?;
    put(&mut page, "</body>", &format!("{body}</body>"))?;
    let policy = policy(&scripts, &styles);
    cut(&mut page, "http-equiv=\"Content-Security-Policy\"")?;
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    put(&mut page, "<meta name=\"viewport\"", &format!("{meta}\n<meta name=\"viewport\""))?;
    fs::write(file, page)
}

/// Its own scripts and styles by their digests, the worker from its own text, no request to anyone.
fn policy(scripts: &[String], styles: &[String]) -> String {
    let hashes =
        |texts: &[String]| texts.iter().map(|text| files::policy_hash(text)).collect::<Vec<_>>().join(" ");
    format!(
        "default-src 'none'; script-src {} 'wasm-unsafe-eval'; style-src {}; img-src data: blob:; worker-src blob:; \
         base-uri 'none'; form-action 'none'",
        hashes(scripts),
        hashes(styles)
    )
}

/// The glue of a program as a script that is no module, for Chromium starts no module from a text in a file.
fn classic(glue: &str) -> Result<String> {
    let line = |line: &str| match line.strip_prefix("export ") {
        Some(list) if list.starts_with('{') => String::new(),
        Some(rest) => rest.to_owned(),
        None => line.replace("import.meta.url", "location.href"),
    };
    let text: Vec<String> = glue.lines().map(line).collect();
    let text = text.join("\n");
    if text.contains("import.meta") || text.contains("\nimport ") || text.contains("\nexport ") {
        return Err(Error::other("the worker's glue is not as expected"));
    }
    Ok(text)
}

/// Takes the first tag out that contains a text.
fn cut(page: &mut String, part: &str) -> Result<String> {
    let missing = || Error::other(format!("no tag with {part}"));
    let at = page.find(part).ok_or_else(missing)?;
    let start = page[..=at].rfind('<').ok_or_else(missing)?;
    let end = page[at..].find('>').ok_or_else(missing)? + at + 1;
    let tag = page[start..end].to_owned();
    page.replace_range(start..end, "");
    Ok(tag)
}

/// Takes out the first script whose tag contains a text.
fn cut_script(page: &mut String, part: &str) -> Result<String> {
    let tag = cut(page, part)?;
    put(page, "</script>", "")?; // all scripts are empty here, so one end is as good as another
    Ok(tag)
}

/// The file that a tag names.
fn address(tag: &str) -> Result<String> {
    for name in ["href=\"./", "src=\"./", "content=\"./"] {
        if let Some((_, rest)) = tag.split_once(name) {
            return Ok(rest.chars().take_while(|c| !['"', '?'].contains(c)).collect());
        }
    }
    Err(Error::other(format!("{tag} names no file")))
}

/// A file as base64 of gzip, which every system has.
fn packed(file: &Path) -> Result<String> {
    let output = Command::new("gzip").args(["-9", "-n", "-c"]).arg(file).output()?;
    if !output.status.success() {
        return Err(Error::other(String::from_utf8_lossy(&output.stderr)));
    }
    Ok(BASE64_STANDARD.encode(output.stdout))
}
