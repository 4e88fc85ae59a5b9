//! Pictures as files: every drawn view has one in both themes, whole in itself, with title, axes, legend, source and link.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::chart::scene::{Anchor, Mark, Role, Scene, text_width};
use llm_breakeven::chart::sheet::{Sheet, Theme};
use llm_breakeven::scenario::link;
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::{Maker, VIEWS};

const HOME: &str = "https://example.org/llm/";

fn view(name: &str, text: &str, width: f64) -> View {
    let scenario = link::decode(text, Catalogue::builtin()).scenario;
    let mut maker = Maker::default();
    maker.home = HOME.into();
    maker.show(name, &scenario, &Answers::default(), Catalogue::builtin().newest(), width)
}

/// A reader of XML that knows enough to tell what is well-formed: tags in pairs, attributes in quotes, no loose signs.
fn well_formed(svg: &str) -> Vec<(String, Vec<(String, String)>)> {
    let (mut open, mut found, mut rest) = (Vec::new(), Vec::new(), svg);
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "{}", &rest[..at]);
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut list) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((key, after)) = list.split_once("=\"") {
            let (value, after) = after.split_once('"').expect("a value ends");
            attributes.push((key.trim().to_owned(), value.to_owned()));
            list = after;
        }
        assert_eq!(list.trim(), "", "{tag}");
        found.push((name.to_owned(), attributes));
        if !empty {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for (at, _) in svg.match_indices('&') {
        let entity = svg[at..].split_once(';').map_or("", |(entity, _)| entity);
        assert!(["&amp", "&lt", "&gt", "&quot"].contains(&entity), "{entity}");
    }
    found
}

/// Nothing that needs anything beside the file, and nothing that does anything.
fn stands_alone(svg: &str) {
    let tags = well_formed(svg);
    let known = ["svg", "title", "rect", "g", "path", "circle", "text", "a"];
    for (name, attributes) in &tags {
        assert!(known.contains(&name.as_str()), "{name}");
        for (key, value) in attributes {
            assert!(
                !key.starts_with("on") && !["class", "style", "src"].contains(&key.as_str()),
                "{name} {key}"
            );
            assert!(
                !value.contains("NaN") && !value.contains("inf") && !value.contains("var("),
                "{name} {value}"
            );
        }
    }
    assert_eq!(tags[0].0, "svg");
    assert_eq!(tags[2].0, "rect", "a background under all");
}

/// What is written, line after line.
fn words(svg: &str) -> String {
    let texts = svg.split("<text ").skip(1).filter_map(|part| part.split_once('>')?.1.split('<').next());
    texts.collect::<Vec<_>>().join(" ")
}

const DRAWN: [(&str, usize, &str, &str); 7] = [
    ("frontier", 1, "input tokens a month", "output tokens a month"),
    ("demand", 2, "hour", "tokens/s"),
    ("time", 1, "month", "paid in total"),
    ("memory", 1, "", ""),
    ("ranking", 1, "TPOT at full load, ms", "a month"),
    ("uncertainty", 2, "saving of self-hosting a month", ""),
    ("sharing", 1, "", ""),
];

#[test]
fn every_drawn_view_has_its_pictures_as_files() {
    for width in [328.0, 720.0] {
        for (name, count, across, up) in DRAWN {
            let view = view(name, "1;t=100B;gpu=h200-sxm", width);
            let at: Vec<usize> =
                (0..view.blocks.len()).filter(|at| matches!(view.blocks[*at], Block::Picture(..))).collect();
            assert_eq!(at.len(), count, "{name}");
            for at in at {
                let (Block::Picture(label, _), [light, dark, table, ..]) =
                    (&view.blocks[at], &view.blocks[at + 1..])
                else {
                    panic!("{name}: a picture stands alone")
                };
                assert!(label.len() > 30, "{name}: what a picture shows is said");
                let mut files = Vec::new();
                for save in [light, dark] {
                    let Block::Save(button, file, svg) = save else { panic!("{name}: {save:?}") };
                    assert!(
                        button.contains("SVG")
                            && file.starts_with("llm-breakeven-")
                            && file.ends_with(".svg")
                    );
                    stands_alone(svg);
                    let said = words(svg);
                    assert!(said.contains(across) && said.contains(up), "{name} names its axes: {said}");
                    assert!(
                        said.contains("LLM Breakeven, 20") && said.contains("100B tokens a month"),
                        "{said}"
                    );
                    assert!(svg.contains(&format!("<a href=\"{HOME}#1;")), "{name} links to the scenario");
                    files.push(svg);
                }
                assert_ne!(files[0], files[1]);
                assert!(files[0].contains("#fbfaf7") && files[1].contains("#141413"), "{name}");
                // every value is in a table below
                let table = if matches!(table, Block::Heading(_)) { &view.blocks[at + 4] } else { table };
                assert!(matches!(table, Block::Table(table) if !table.rows.is_empty()), "{name}: {table:?}");
            }
        }
    }
    // nothing else draws
    for (name, _) in VIEWS {
        let drawn = view(name, "", 720.0).blocks.iter().any(|block| matches!(block, Block::Picture(..)));
        assert!(!drawn || DRAWN.iter().any(|(one, ..)| one == name) || *name == "fine-tuning", "{name}");
    }
}

#[test]
fn the_cost_chart_is_a_file_too() {
    let view = view("share", "1;t=100B;gpu=h200-sxm", 720.0);
    let files: Vec<&str> = view
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Save(_, name, text) if name.starts_with("llm-breakeven-cost") => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(files.len(), 2);
    for svg in files {
        stands_alone(svg);
        for words in
            ["cost a month", "tokens a month", "range of the tokens/s", "self-hosting cheaper", "API"]
        {
            assert!(svg.contains(words), "{words}");
        }
    }
}

#[test]
fn any_text_stays_inside_the_sheet() {
    let marks = vec![Mark::Text(Role::Label, (0.0, 20.0), Anchor::Start, "a < b & \"c\"".into())];
    let scene = Scene { width: 300.0, height: 60.0, marks };
    let long = "word ".repeat(60) + &"x".repeat(300);
    let link = format!("https://example.org/#1;{}\"><script>", "y".repeat(1_400));
    let legend =
        [("rect", Role::Gpu, "one"), ("path", Role::Range, "another that is long"), ("rect", Role::Win, "x")];
    let sheet =
        Sheet { title: &long, across: "<across>", up: "&up", legend: &legend, source: &long, link: &link };
    for theme in [Theme::Light, Theme::Dark] {
        let svg = sheet.svg(&scene, theme);
        stands_alone(&svg);
        for part in svg.split("<text ").skip(1) {
            let size = part
                .split_once("font-size=\"")
                .map_or(12.0, |(_, rest)| rest.split('"').next().unwrap().parse::<f64>().unwrap());
            let words = part.split_once('>').unwrap().1.split('<').next().unwrap();
            assert!(text_width(words, size) <= 360.0, "{words}");
        }
        assert_eq!(svg.matches('…').count(), 1, "a long link is cut, and whole behind it");
    }
}
