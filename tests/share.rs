//! What the Share view hands out: right for any host and path, and safe in any site.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::scenario::link;
use llm_breakeven::words::oembed;
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::Maker;

const SITES: [&str; 8] = ["html", "mdbook", "mkdocs", "docusaurus", "starlight", "sphinx", "frame", "static"];

fn view(home: &str, fragment: &str, answers: &[(&str, &str)]) -> View {
    let mut maker = Maker::default();
    maker.home = home.into();
    let scenario = link::decode(fragment, Catalogue::builtin()).scenario;
    let answers = Answers(answers.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect());
    maker.show("share", &scenario, &answers, Catalogue::builtin().newest(), 720.0)
}

fn texts(view: &View) -> Vec<&str> {
    let copies = view.blocks.iter().filter_map(|block| match block {
        Block::Copy(_, text) => Some(text.as_str()),
        _ => None,
    });
    copies.collect()
}

#[test]
fn addresses_are_right_for_any_host_and_path() {
    let fragment = link::encode(&link::decode("1;t=7B;gpu=h200-sxm", Catalogue::builtin()).scenario);
    for (home, folder) in [
        ("https://x.example/", "https://x.example"),
        ("https://x.example/a/b/", "https://x.example/a/b"),
        ("https://x.example/a/index.html", "https://x.example/a"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
    ] {
        for site in SITES {
            let view = view(home, &fragment, &[("site", site)]);
            let all = texts(&view);
            assert_eq!(all[0], format!("{home}#{fragment}"), "{site}");
            let code = all[3..].join("\n");
            match site {
                "frame" => assert!(code.contains(&format!("src=\"{folder}/?embed#{fragment}\"")), "{code}"),
                "static" => assert!(code.contains(&format!("]({home}#{fragment})")), "{code}"),
                _ => {
                    assert!(
                        code.contains(&format!("{folder}/embed.js\""))
                            || code.contains(&format!("- {folder}/embed.js")),
                        "{code}"
                    );
                    assert!(code.contains(&format!("<llm-breakeven scenario=\"{fragment}\">")), "{code}");
                    assert!(code.contains(&format!("<a href=\"{home}#{fragment}\">")), "{code}");
                    let inside =
                        code.split("<p>").nth(1).and_then(|rest| rest.split(" <a href").next()).unwrap();
                    assert!(inside.len() > 40 && !inside.contains(['<', '{', '}']), "{inside}");
                }
            }
            assert!(!code.contains("SCRIPT"), "{code}");
        }
    }
    let file = view("file:///home/me/llm-breakeven.html", "", &[]);
    assert_eq!(texts(&file).len(), 3, "there is no code for what lies in a file");
}

#[test]
fn options_are_in_the_code_as_they_were_chosen() {
    let all = [("colours", "dark"), ("card", "1"), ("readonly", "1")];
    let code = |site| {
        let answers: Vec<_> = [("site", site)].into_iter().chain(all).collect();
        (*texts(&view("https://x.example/", "", &answers)).last().unwrap()).to_owned()
    };
    assert!(code("html").contains("\" theme=\"dark\" card readonly>\n"));
    assert!(code("frame").contains("/?embed&amp;theme=dark&amp;card&amp;readonly#"));
    assert!(code("sphinx").starts_with(".. raw:: html\n\n   <llm-breakeven "));
    // answers that are none give the first site, in its colours
    let odd = view("https://x.example/", "", &[("site", "<script>"), ("colours", "\" onload=\"x")]);
    assert!(texts(&odd).last().unwrap().starts_with(
        "<script src=\"https://x.example/embed.js\" defer></script>\n<llm-breakeven scenario=\"1;"
    ));
}

#[test]
fn the_picture_stands_alone() {
    let view = view("https://x.example/", "1;t=20B", &[("site", "static")]);
    let saved = view.blocks.iter().find_map(|block| match block {
        Block::Save(_, name, text) => Some((name.as_str(), text.as_str())),
        _ => None,
    });
    let (name, svg) = saved.unwrap();
    assert_eq!(name, "llm-breakeven-cost.svg");
    assert!(
        svg.starts_with("<svg xmlns=") && svg.contains("<title>Stay on the API.")
            || svg.contains("<title>Host it")
    );
    assert!(!svg.contains("class=") && !svg.contains("style"), "it needs no style sheet");
    let colours = ["#a8400b", "#0b6660", "#fbfaf7"];
    assert!(colours.iter().all(|colour| svg.contains(colour)));
    let text = texts(&view)[3].to_owned();
    assert!(text.contains("![Monthly cost by monthly volume, API and self-hosted](llm-breakeven-cost.svg)"));
    assert!(
        text.contains("\n| Tokens a month | API | Self-hosted |") && text.contains("\n|--:|--:|"),
        "{text}"
    );
}

#[test]
fn the_default_scenario_is_shared_too() {
    let shared = view("https://x.example/", "", &[]);
    assert!(texts(&shared)[0].starts_with("https://x.example/#1;"));
    let sentence = texts(&shared)[1];
    assert!(sentence.contains("tokens a month"), "{sentence}");
    assert_eq!(View::decode(&shared.encode()), shared);
}

#[test]
fn oembed_says_what_it_can() {
    let plain: serde_json::Value = serde_json::from_str(&oembed::json(None)).unwrap();
    assert_eq!((plain["version"].as_str(), plain["type"].as_str()), (Some("1.0"), Some("link")));
    let rich: serde_json::Value =
        serde_json::from_str(&oembed::json(Some("https://x.example/llm/"))).unwrap();
    assert_eq!(rich["type"], "rich");
    // what the type asks for
    assert!(rich["width"].is_u64() && rich["height"].is_u64());
    assert!(rich["html"].as_str().unwrap().starts_with("<iframe src=\"https://x.example/llm/?embed\" "));
    assert_eq!(oembed::address("https://x.example/llm/"), Ok("https://x.example/llm/"));
    for wrong in [
        "",
        "x.example/",
        "https://x.example",
        "https://x.example/?a/",
        "https://x.example/\"/",
        "javascript:/",
    ] {
        assert!(oembed::address(wrong).is_err(), "{wrong}");
    }
}
