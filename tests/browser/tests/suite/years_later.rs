//! A link is opened when prices have moved: it is answered as then, says what moved, and leads to today and back. And four
//! scenarios in one link.

use std::path::PathBuf;

use browser_tests::{Page, Site, in_every_browser};
use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;
use llm_breakeven::{engine, words};
use serde_json::json;

use crate::{assert_stands, copy_with, fresh, press, rows, string, verdict};

/// The day of the catalogue that moved.
const LATER: &str = "2027-01-05";

/// A table of the packed catalogue: its columns, each with its cells.
fn columns(blocks: &[String], rows: usize) -> Vec<Vec<String>> {
    let cells = |block: &String| match (&block[..1], &block[1..]) {
        (",", cells) => cells.split('\n').map(str::to_owned).collect(),
        ("#", rest) => {
            let (entries, codes) = rest.split_once('\x1e').expect("a dictionary");
            let entries: Vec<&str> = entries.split('\n').collect();
            codes.bytes().map(|code| entries[usize::from(code - b'#')].to_owned()).collect()
        }
        _ => vec![String::new(); rows],
    };
    blocks.iter().map(cells).collect()
}

fn packed(columns: &[Vec<String>]) -> Vec<String> {
    let rows = columns[0].len();
    let head = format!("{rows} {}", columns.len());
    let block = |cells: &Vec<String>| {
        if cells.iter().all(String::is_empty) { "=".to_owned() } else { format!(",{}", cells.join("\n")) }
    };
    std::iter::once(head).chain(columns.iter().map(block)).collect()
}

/// The catalogue of a day on which every API price of the host that the default scenario is compared with fell to a third.
fn moved(text: &str) -> String {
    let report = engine::evaluate(&Default::default(), Catalogue::builtin()).expect("a report");
    let card = report.api.card.expect("a host");
    let blocks: Vec<String> = text.split('\x1d').map(str::to_owned).collect();
    let mut tables = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let mut head = blocks[at].split(' ').map(|word| word.parse::<usize>().expect("a head"));
        let (rows, width) = (head.next().expect("rows"), head.next().expect("columns"));
        tables.push(columns(&blocks[at + 1..=at + width], rows));
        at += width + 1;
    }
    // gpus, offers, API prices, models, measurements, and the past of API prices and of offers
    let row = (0..tables[2][0].len())
        .find(|row| tables[2][0][*row] == *card.provider && tables[2][2][*row] == *card.model_name);
    let row = row.expect("the row of the card");
    let was: Vec<String> = tables[2].iter().map(|column| column[row].clone()).collect();
    let until = Catalogue::builtin().newest().to_string();
    tables[5] = [until, String::new()].into_iter().chain(was).map(|cell| vec![cell]).collect();
    for price in [7, 8] {
        let old: f64 = tables[2][price][row].parse().expect("a price");
        tables[2][price][row] = (old / 3.0).to_string();
    }
    let last = tables[2].len() - 1;
    tables[2][last][row] = LATER.to_owned();
    tables.iter().flat_map(|table| packed(table)).collect::<Vec<_>>().join("\x1d")
}

/// The name of the page's file that begins like this.
fn file_like(start: &str) -> String {
    let names = std::fs::read_dir(browser_tests::dist()).expect("dist").flatten();
    let mut names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.find(|name| name.starts_with(start)).expect("the file")
}

/// The digest that a file of the page has behind some words.
fn digest_behind(name: &str, words: &str) -> String {
    let text = std::fs::read_to_string(browser_tests::dist().join(name)).expect("a file of the page");
    let (_, behind) = text.split_once(words).expect("the words");
    let (_, digest) = behind.split_once("sha384-").expect("a digest");
    format!("sha384-{}", &digest[..digest.find('"').expect("its end")])
}

/// The page some weeks later.
fn later(page: &Page) -> Site {
    let folder: PathBuf =
        browser_tests::root().join(format!("target/browser-tests/later-{:?}", page.browser()));
    // of the page's catalogue and of the worker's
    let digests = [
        digest_behind("index.html", "name=\"catalogue\""),
        digest_behind(&file_like("worker-"), "catalogue-full-"),
    ];
    copy_with(&folder, |name, content| {
        if name.starts_with("catalogue") {
            *content = moved(&String::from_utf8_lossy(content)).into_bytes();
        } else if name.ends_with(".html") || name.ends_with(".js") {
            // the files are others, so their digests go
            for digest in &digests {
                *content = String::from_utf8_lossy(content).replace(digest, "").into_bytes();
            }
        }
        true
    });
    Site::of_folder("/", &folder, &browser_tests::site::published_policy())
}

/// What the answer of a link is on the day of this build.
fn native(fragment: &str) -> String {
    let catalogue = Catalogue::builtin();
    let report = engine::evaluate(&link::decode(fragment, catalogue).scenario, catalogue).expect("a report");
    words::verdict::verdict(&report).text()
}

#[track_caller]
fn wait_for_verdict(page: &Page, text: &str) {
    let same = format!("return document.querySelector('.verdict').textContent === {}", json!(text));
    page.wait_until(text, &same);
}

/// A link as it is published today.
fn published(text: &str) -> String {
    link::encode(&link::decode(text, Catalogue::builtin()).scenario)
}

in_every_browser!(an_old_link_is_answered_as_then_and_leads_to_today_and_back, |page| {
    let (site, old) = (later(page), published("1;t=20B"));
    page.open(&format!("{}#{old}", site.url()));
    assert_eq!(verdict(page), native(&old), "as then");
    page.wait_for_text(".since", "Since then:");
    let told = page.text(".since");
    let then = Catalogue::builtin().newest();
    assert!(told.contains(&format!("Answered with the prices of {then}.")), "{told}");
    assert!(told.contains("API: ") && told.contains('→'), "{told}");
    assert_eq!(page.count(".notices li"), 0, "nothing is wrong with the link");

    page.click(".since button");
    page.wait_for_text(".since", "Answered with today's prices");
    let now = verdict(page);
    assert_ne!(now, native(&old));
    assert!(told.contains(&now), "it was foretold: {told}");
    page.wait_for_fragment(&format!("d={LATER}"));

    page.click(".since button");
    wait_for_verdict(page, &native(&old));
    page.wait_for_fragment(&format!("d={then}"));
    assert_eq!(page.fragment(), old, "the same link");

    // what is changed meanwhile keeps the day, and the way back through the history too
    page.set("#volume", "50B");
    wait_for_verdict(page, &native(&published("1;t=50B")));
    page.wait_for_fragment("t=50B");
    assert!(page.fragment().contains(&format!("d={then}")));
    page.click("nav .page-only");
    wait_for_verdict(page, &native(&old));
    // the views are of that day as well
    page.open_view("Cost breakdown");
    let cells = rows(page).concat().join(" ");
    let report = engine::evaluate(&link::decode(&old, Catalogue::builtin()).scenario, Catalogue::builtin());
    let bill = report.expect("a report").api.bill.value();
    assert!(cells.contains(&llm_breakeven::units::format::usd(bill)), "{cells}");
    assert_stands(page);
});

in_every_browser!(a_link_of_today_has_nothing_to_say, |page| {
    let site = later(page);
    page.open(&format!("{}#1;t=20B", site.url()));
    page.set("#volume", "30B");
    page.wait_for_fragment(&format!("d={LATER}"));
    assert_eq!(page.eval("return document.querySelector('.since').hidden"), true);
    // a link from a page that is newer still
    page.goto(&format!("{}?again#1;t=20B;d=2031-01-01", site.url()));
    page.wait_until_started();
    page.wait_for_text(".notices", "this page has older ones");
});

in_every_browser!(an_embedded_link_keeps_its_day, |page| {
    let (site, old) = (later(page), published("1;t=20B"));
    page.open(&format!("{}?embed#{old}", site.url()));
    assert_eq!(verdict(page), native(&old));
    page.wait_for_text(".since", "Use today's prices");
    page.click(".since button");
    page.wait_for_text(".since", "Answered with today's prices");
    assert_ne!(verdict(page), native(&old));
    assert_stands(page);
});

in_every_browser!(four_scenarios_in_one_link, |page| {
    let site = fresh(page);
    let all = "1;t=20B;vs;gpu=h200-sxm;vs;t=50B;vs;w=int4;gpu=l40s";
    page.goto(&format!("{}?four#{all}", site.url()));
    page.wait_until_started();
    let first = native("1;t=20B");
    assert_eq!(verdict(page), first);
    page.open_view("Compare");
    page.wait_for_view("Compare");
    let head = string(
        &page.eval("return [...document.querySelectorAll('#view th')].map((e) => e.textContent).join('|')"),
    );
    assert_eq!(head, "A, open|B|C|D");
    let table = rows(page);
    let of =
        |label: &str| table.iter().find(|row| row[0] == label).unwrap_or_else(|| panic!("{table:?}")).clone();
    assert!(of("GPU")[2].contains("H200") && of("GPU")[3].contains("same"), "{:?}", of("GPU"));
    assert_eq!(of("Tokens a month")[1..4], ["20B", " same", "50B"]);
    assert_eq!(page.eval("return [...document.querySelectorAll('#view button')].some((e) => e.textContent.startsWith('Keep'))"), false);

    press(page, "Open C");
    wait_for_verdict(page, &native("1;t=50B"));
    page.wait_for_fragment("1;t=50B;");
    press(page, "Drop D");
    page.wait_until("three are left", "return document.querySelectorAll('#view th').length === 3");
    press(page, "Keep this scenario as D");
    page.wait_until("four again", "return document.querySelectorAll('#view th').length === 4");
    page.wait_for_fragment(";vs;k=");
    page.blur();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let kept = page.fragment();
    page.reload();
    assert_eq!((verdict(page), page.fragment()), (native("1;t=50B"), kept.clone()));
    assert_eq!(link::decode(&kept, Catalogue::builtin()).others.len(), 3, "{kept}");
    assert_eq!(page.count(".notices li"), 0);
    // back through the history, to where C was not open yet
    page.click("nav .page-only");
    page.wait_until("undone", &format!("return location.hash !== {}", json!(format!("#{kept}"))));
    assert_stands(page);
});

in_every_browser!(scenarios_are_saved_and_read_as_a_file, |page| {
    use llm_breakeven::import::scenario_file;
    fresh(page);
    let kept = link::decode("1;t=9B;gpu=h200-sxm;vs;t=90B", Catalogue::builtin());
    let file = scenario_file::write(&kept.scenario, &kept.others, Catalogue::builtin().newest());
    let broken = file[..file.find("asOf").expect("the day")].to_owned() + "\"volumes\": 3";
    page.open_view("Your data");
    for (text, told) in [(&broken, "breaks off in line"), (&file, "2 scenarios")] {
        page.set("#view [data-key=paste]", text);
        press(page, "Read what is pasted");
        page.wait_for_text("#view", told);
    }
    press(page, "Open it");
    wait_for_verdict(page, &native("1;t=9B;gpu=h200-sxm"));
    page.wait_for_fragment("vs;t=90B");
    assert_stands(page);
});
