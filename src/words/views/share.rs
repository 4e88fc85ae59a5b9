//! What a reader takes away: the link, the sentence, the table, and code that puts the calculator into a documentation
//! site. `docs/embedding.md` explains the code.

use super::Context;
use crate::catalogue::Catalogue;
use crate::chart::cost::CostChart;
use crate::chart::scene::Role;
use crate::chart::sheet::Sheet;
use crate::scenario::link;
use crate::words::view::{Block, Control, ControlKind, View};
use crate::words::{tables, verdict};

/// Size of the picture, in CSS pixels.
const PICTURE: (f64, f64) = (760.0, 400.0);

/// The sites that there is code for: the answer's value, its label, where a script is named once, and in which form.
const SITES: [(&str, &str, &str, &str); 8] = [
    ("html", "HTML page", "", ""),
    ("mdbook", "mdBook", "", ""),
    ("mkdocs", "MkDocs Material", "mkdocs.yml", "extra_javascript:\n  - SCRIPT"),
    ("docusaurus", "Docusaurus", "docusaurus.config.js", "scripts: [{ src: \"SCRIPT\", defer: true }],"),
    (
        "starlight",
        "Starlight (Astro)",
        "astro.config.mjs, in starlight({ … })",
        "head: [{ tag: \"script\", attrs: { src: \"SCRIPT\", defer: true } }],",
    ),
    ("sphinx", "Sphinx", "conf.py", "html_js_files = [(\"SCRIPT\", {\"defer\": \"defer\"})]"),
    ("frame", "Frame alone, without a script", "", ""),
    ("static", "Picture and table, nothing live", "", ""),
];

/// What is embedded, as its author asked.
struct Embed<'a> {
    /// The page's folder.
    folder: &'a str,
    scenario: &'a str,
    theme: &'a str,
    card: bool,
    readonly: bool,
    sentence: &'a str,
    link: &'a str,
}

/// The view.
#[must_use]
pub fn view(context: &Context) -> View {
    let fragment = link::encode(context.scenario);
    let all = link::encode_all(context.scenario, context.others, Catalogue::builtin().newest());
    let link = format!("{}#{all}", context.home);
    let sentence = verdict::verdict(context.report).text();
    let table = tables::cost(context.report).markdown();
    let mut blocks = vec![
        Block::Copy("Link: the address is the scenario".into(), link.clone()),
        Block::Copy("Answer".into(), sentence.clone()),
        Block::Copy("Cost by volume, as a Markdown table".into(), table.clone()),
        Block::Heading("In a documentation site".into()),
    ];
    if !context.home.starts_with("http") {
        let why = "This page was opened from a file. A site can embed it from a web address only: put the page on any static host, and open this view there.";
        blocks.push(Block::Text(why.into()));
        blocks.extend(picture(context, sentence));
        return View { blocks };
    }
    let answers = context.answers;
    let site = SITES.iter().find(|(value, ..)| *value == answers.get("site")).unwrap_or(&SITES[0]);
    let theme = Some(answers.get("colours")).filter(|theme| matches!(*theme, "light" | "dark"));
    let embed = Embed {
        folder: context.home.rsplit_once('/').map_or(context.home, |(folder, _)| folder),
        scenario: &fragment,
        theme: theme.unwrap_or("auto"),
        card: answers.yes("card"),
        readonly: answers.yes("readonly"),
        sentence: &sentence,
        link: &link,
    };
    let sites = SITES.iter().map(|(value, label, ..)| ((*value).to_owned(), (*label).to_owned())).collect();
    let colours = [("auto", "as the site's"), ("light", "light"), ("dark", "dark")];
    let colours = colours.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect();
    blocks.push(control("site", "Made with", site.0, ControlKind::Select(sites)));
    if site.0 != "static" {
        blocks.push(control("colours", "Colours", embed.theme, ControlKind::Select(colours)));
        blocks.push(control("card", "The sentence alone", yes(embed.card), ControlKind::Check));
        blocks.push(control("readonly", "Nothing can be changed", yes(embed.readonly), ControlKind::Check));
    }
    match site.0 {
        "static" => still(&mut blocks, &embed, &table),
        "frame" => {
            blocks.push(Block::Copy("In the page".into(), frame(&embed)));
            blocks
                .push(Block::Text("Its height is fixed, and it does not follow the site's colours.".into()));
        }
        name => live(&mut blocks, name, (site.2, site.3), &embed),
    }
    blocks.extend(picture(context, sentence.clone()));
    View { blocks }
}

/// The cost chart as files; the page draws it above.
fn picture(context: &Context, sentence: String) -> Vec<Block> {
    let chart = CostChart::of(context.scenario, context.report).draw(PICTURE.0, PICTURE.1, None).scene;
    let sheet = Sheet {
        up: "cost a month",
        across: "tokens a month",
        legend: &[
            ("path", Role::Range, "range of the tokens/s"),
            ("rect", Role::Win, "self-hosting cheaper"),
        ],
        ..Sheet::default()
    };
    let [_, files @ ..] = context.picture("cost", sentence, chart, sheet);
    std::iter::once(Block::Heading("The chart as a picture".into())).chain(files).collect()
}

fn yes(on: bool) -> &'static str {
    if on { "1" } else { "" }
}

fn control(key: &'static str, label: &str, value: &str, kind: ControlKind) -> Block {
    Block::Control(Control { key: key.into(), label: label.into(), value: value.into(), kind })
}

/// The element, and its script where the site names it.
fn live(blocks: &mut Vec<Block>, name: &str, (file, form): (&str, &str), embed: &Embed) {
    let script = format!("{}/embed.js", embed.folder);
    let element = element(embed);
    let code = match name {
        "html" | "mdbook" => format!("<script src=\"{script}\" defer></script>\n{element}"),
        "sphinx" => format!(".. raw:: html\n\n   {}", element.replace('\n', "\n   ")),
        _ => element,
    };
    if !file.is_empty() {
        blocks.push(Block::Copy(format!("Once, in {file}"), form.replace("SCRIPT", &script)));
    }
    blocks.push(Block::Copy("In the page".into(), code));
    let origin = embed.folder.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    blocks.push(Block::Text(format!(
        "What is written inside the element is shown where scripts do not run. A site with a Content-Security-Policy has to allow {origin} in script-src and frame-src."
    )));
}

/// The custom element, with the answer inside for readers without script.
fn element(embed: &Embed) -> String {
    let mut attributes = format!("scenario=\"{}\"", embed.scenario);
    if embed.theme != "auto" {
        attributes += &format!(" theme=\"{}\"", embed.theme);
    }
    for (on, name) in [(embed.card, " card"), (embed.readonly, " readonly")] {
        attributes += if on { name } else { "" };
    }
    let (sentence, link) = (escaped(embed.sentence), embed.link);
    format!(
        "<llm-breakeven {attributes}>\n<p>{sentence} <a href=\"{link}\">Open the calculator</a></p>\n</llm-breakeven>"
    )
}

fn frame(embed: &Embed) -> String {
    let mut query = "?embed".to_owned();
    if embed.theme != "auto" {
        query += &format!("&amp;theme={}", embed.theme);
    }
    for (on, option) in [(embed.card, "&amp;card"), (embed.readonly, "&amp;readonly")] {
        query += if on { option } else { "" };
    }
    let (folder, scenario) = (embed.folder, embed.scenario);
    let height = if embed.card { 190 } else { 860 };
    format!(
        "<iframe src=\"{folder}/{query}#{scenario}\" title=\"LLM Breakeven: API or GPU\" loading=\"lazy\" width=\"100%\" height=\"{height}\"></iframe>"
    )
}

/// For sites that allow neither script nor frame.
fn still(blocks: &mut Vec<Block>, embed: &Embed, table: &str) {
    let (sentence, link) = (embed.sentence, embed.link);
    let markdown = format!(
        "{sentence}\n\n![Monthly cost by monthly volume, API and self-hosted](llm-breakeven-cost.svg)\n\n{table}\n[Open the calculator]({link})\n"
    );
    blocks.push(Block::Copy("Markdown, with the picture below saved beside the page".into(), markdown));
}

/// Text as HTML, and as MDX, where braces are code.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '{' => out += "&#123;",
            '}' => out += "&#125;",
            c => out.push(c),
        }
    }
    out
}
