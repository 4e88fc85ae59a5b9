//! The views of months, uncertainty, guide and formulas: what they say follows the scenario, and pictures stay inside.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::chart::scene::{Mark, Role, Scene};
use llm_breakeven::engine::uncertainty::range::parse;
use llm_breakeven::scenario::link::Notice;
use llm_breakeven::scenario::{FieldId, Scenario, link};
use llm_breakeven::words::errors;
use llm_breakeven::words::view::{Answers, Block, View};
use llm_breakeven::words::views::Maker;
use llm_breakeven::words::views::uncertainty::refused;

/// Prices, speed and people are given, so that a new row of the catalogue changes nothing here.
const GIVEN: &str = "1;pi=1;po=3;t=20B;g=2;tps=6000;offer=lambda~h100-sxm~cheapest~on-demand;pg=2.5";

fn at(name: &str, more: &str, width: f64) -> View {
    let decoded = link::decode(&format!("{GIVEN};{more}"), Catalogue::builtin());
    let scenario: Scenario = decoded.scenario;
    Maker::default().show(name, &scenario, &Answers::default(), Catalogue::builtin().newest(), width)
}

fn texts(view: &View) -> String {
    let said = view.blocks.iter().filter_map(|block| match block {
        Block::Text(text) | Block::Alert(text) | Block::Heading(text) => Some(text.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join("\n")
}

fn scenes(view: &View) -> Vec<&Scene> {
    let all = view.blocks.iter().filter_map(|block| match block {
        Block::Picture(_, scene) => Some(scene),
        _ => None,
    });
    all.collect()
}

fn alerts(view: &View) -> usize {
    view.blocks.iter().filter(|block| matches!(block, Block::Alert(_))).count()
}

#[test]
fn months_say_what_is_saved_and_when() {
    let said = texts(&at("time", "hz=12;dr=0", 720.0));
    assert!(said.contains("Over 12 months self-hosting saves"), "{said}");
    assert!(said.contains("paid back in the first month"), "{said}");
    let costly = texts(&at("time", "hz=12;mig=60000", 720.0));
    assert!(costly.contains("paid back at the end of month"), "{costly}");
    let never = texts(&at("time", "hz=6;mig=9000000", 720.0));
    assert!(never.contains("not paid back within these months"), "{never}");
    let shrinking = texts(&at("time", "hz=24;gr=-30", 720.0));
    assert!(shrinking.contains("The cheaper side of the month changes: the API from month"), "{shrinking}");
    let reserved = texts(&at("time", "hz=6;rsv=60;ro=40", 720.0));
    assert!(reserved.contains("of commitments are still to be paid"), "{reserved}");
    assert!(reserved.contains("committed for 12 months, 40% under"), "{reserved}");
}

#[test]
fn sureness_is_counted_and_drawn() {
    let view = at("uncertainty", "u=t~0.5~2,fte~0.5~2", 720.0);
    let said = texts(&view);
    assert!(said.contains("of 10,000 draws"), "{said}");
    let [spread, tornado] = scenes(&view)[..] else { panic!("a histogram and a tornado") };
    let bars = |scene: &Scene| scene.marks.iter().filter(|mark| matches!(mark, Mark::Rect(..))).count();
    assert_eq!(bars(tornado), 4);
    // each bar of the histogram stands in the table under it, and the bars of both colours are all draws
    assert!((10..=26).contains(&bars(spread)), "{}", bars(spread));
    let side =
        |wanted| spread.marks.iter().any(|mark| matches!(mark, Mark::Rect(role, _) if *role == wanted));
    assert!(side(Role::Gpu) && !side(Role::Api), "self-hosting always saves here");
    let even = at("uncertainty", "u=t~0.1~2,fte~0.5~2", 720.0);
    let [spread, _] = scenes(&even)[..] else { panic!() };
    let side =
        |wanted| spread.marks.iter().any(|mark| matches!(mark, Mark::Rect(role, _) if *role == wanted));
    assert!(side(Role::Gpu) && side(Role::Api), "here it can go either way");
    // the same link, the same view
    assert_eq!(view, at("uncertainty", "u=t~0.5~2,fte~0.5~2", 720.0));
    assert_ne!(view, at("uncertainty", "u=t~0.5~2,fte~0.5~2;seed=9", 720.0));
    // with standard ranges they can be taken over to change them
    let standard = at("uncertainty", "", 720.0);
    let taken = standard.blocks.iter().find_map(|block| match block {
        Block::Take(_, sets) => Some(sets[0].1.clone()),
        _ => None,
    });
    assert!(parse(&taken.unwrap()).is_ok());
}

#[test]
fn a_long_study_tells_how_far_it_is() {
    let told = std::cell::RefCell::new(Vec::new());
    let decoded = link::decode(GIVEN, Catalogue::builtin());
    let (answers, today) = (Answers::default(), Catalogue::builtin().newest());
    let progress = |share: f64| told.borrow_mut().push(share);
    Maker::default().show_with_progress("uncertainty", &decoded.scenario, &answers, today, 720.0, &progress);
    let told = told.into_inner();
    assert!(told.len() >= 5 && told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
    assert_eq!(told.last(), Some(&1.0));
}

#[test]
fn months_have_dates() {
    let scenario = link::decode(&format!("{GIVEN};hz=14;gr=-15"), Catalogue::builtin()).scenario;
    let today = llm_breakeven::units::Date::parse("2027-01-31").unwrap();
    let view = Maker::default().show("time", &scenario, &Answers::default(), today, 720.0);
    let said = texts(&view);
    assert!(said.contains("the API from month") && said.contains(" 2027) on"), "{said}");
    let months = view.blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.columns[0].label == "Month" => Some(table),
        _ => None,
    });
    let months = months.unwrap();
    let small: Vec<&str> = months.rows.iter().map(|row| row.cells[0].small.as_str()).collect();
    assert_eq!((small[0], small[1], small[11], small[13]), ("Jan 2027", "Feb 2027", "Dec 2027", "Feb 2028"));
}

#[test]
fn one_figure_can_be_opened_alone() {
    let scenario = link::decode(GIVEN, Catalogue::builtin()).scenario;
    let open = |figure: &str| {
        let mut answers = Answers::default();
        answers.set("figure", figure.into());
        Maker::default().show("explain", &scenario, &answers, Catalogue::builtin().newest(), 720.0)
    };
    let heads = |view: &View| view.blocks.iter().filter(|block| matches!(block, Block::Heading(_))).count();
    for figure in llm_breakeven::report::explain::Figure::ALL {
        assert_eq!(heads(&open(figure.key())), 1, "{figure:?}");
    }
    assert!(heads(&open("")) > 10 && heads(&open("nonsense")) > 10);
    // an input that is a figure opens that one
    let bill = open("apiBill");
    let opens =
        bill.table().unwrap().rows.iter().map(|row| row.cells[2].opens.to_string()).collect::<Vec<_>>();
    assert_eq!(opens, ["", "blendedPrice"]);
    assert_eq!(View::decode(&bill.encode()), bill);
}

#[test]
fn the_frontier_passes_through_the_breakeven() {
    let view = at("frontier", "in=70", 720.0);
    let said = texts(&view);
    assert!(said.contains("$1.00/MTok of input and $3.00/MTok of output"), "{said}");
    assert_eq!(scenes(&view).len(), 1);
    let table = view.table().unwrap();
    assert_eq!(table.rows.len(), 13);
    // at every point that a click takes, and a little above it, self-hosting is cheaper
    let mut taken = 0;
    for cell in table.rows.iter().map(|row| &row.cells[2]).filter(|cell| !cell.sets.is_empty()) {
        let mut scenario = link::decode(GIVEN, Catalogue::builtin()).scenario;
        for (field, text) in &cell.sets {
            scenario.set_text(*field, text, Catalogue::builtin()).unwrap();
        }
        let report = llm_breakeven::engine::evaluate(&scenario, Catalogue::builtin()).unwrap();
        let plan = report.plan.as_ref().unwrap();
        let gain = |factor: f64| {
            let volume = report.volume * factor;
            (volume * report.api.blended - plan.full_cost.at(volume)) / report.api.bill
        };
        assert!(gain(1.0 + 1e-6) > -1e-6 && gain(1.0).abs() < 0.5, "{} {}", gain(1.0), cell.text);
        taken += 1;
    }
    assert!(taken > 3);
}

#[test]
fn a_range_that_is_none_says_what_to_write() {
    // what is no range at all is refused where it is typed or linked, and the standard ranges stand in
    let decoded = link::decode(&format!("{GIVEN};u=volum~0.5~2"), Catalogue::builtin());
    let [Notice::BadValue(error), Notice::NoChecksum, Notice::Used(7, 8)] = &decoded.notices[..] else {
        panic!("{:?}", decoded.notices)
    };
    assert_eq!((error.field, error.given.as_str()), (FieldId::Ranges, "volum~0.5~2"));
    assert!(errors::hint(error).contains("volume~0.5~2"), "{}", errors::hint(error));
    assert_eq!(alerts(&at("uncertainty", "u=volum~0.5~2", 720.0)), 0);
    // what is a range, but of nothing that can be drawn, is refused by the view
    let alert = at("uncertainty", "u=t~2~3", 720.0);
    assert_eq!(alerts(&alert), 1);
    assert!(texts(&alert).contains("Write"), "{}", texts(&alert));
    assert!(refused(&parse("volum~0.5~2").unwrap_err()).contains("Did you mean volume?"));
    for text in ["t", "xyzzy~1~1", "gpu~1~1", "t~2~3", "gr~1~2", "t~1~1,t~1~1"] {
        let said = refused(&parse(text).unwrap_err());
        let hint = ["Write", "Leave", "Keep", "Did you"].iter().any(|word| said.contains(word));
        assert!(hint, "{text}: {said}");
    }
}

#[test]
fn the_guide_says_who_decides_and_what_it_costs() {
    assert!(texts(&at("guide", "", 720.0)).contains("Host it yourself."));
    let forced = texts(&at("guide", "must=private", 720.0));
    assert!(forced.contains("Privacy decides that alone"), "{forced}");
    let dear = texts(&at("guide", "must=quality", 720.0));
    assert!(dear.contains("Use the API.") && dear.contains("a month more than the cheaper side"), "{dear}");
    let contradiction = at("guide", "must=quality*private", 720.0);
    assert_eq!(alerts(&contradiction), 1);
    let tables = contradiction.table().unwrap();
    assert_eq!(tables.rows.len(), 8);
}

#[test]
fn formulas_name_their_sources() {
    let view = at("explain", "", 720.0);
    let text = view.encode();
    for part in ["= volume × blended price ÷ 1000000", "your input: API input price", "see Blended API price"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn pictures_stay_inside_and_show_both_sides() {
    for name in ["time", "uncertainty"] {
        for width in [300.0, 720.0, 1400.0] {
            for more in ["", "t=1k", "gr=20;hz=60", "fte=0;pi=0;po=0", "mig=1000000", "t=1e16"] {
                let view = at(name, more, width);
                for scene in scenes(&view) {
                    for (x, y) in scene.marks.iter().flat_map(positions) {
                        let inside = (-1.0..=scene.width + 1.0).contains(&x)
                            && (-1.0..=scene.height + 1.0).contains(&y);
                        assert!(inside, "{name} {width} {more}: {x} {y}");
                    }
                }
            }
        }
    }
    let view = at("time", "", 720.0);
    for role in [Role::Api, Role::Gpu] {
        let drawn = |mark: &Mark| matches!(mark, Mark::Path(r, _) if *r == role);
        assert!(scenes(&view)[0].marks.iter().any(drawn));
    }
}

fn positions(mark: &Mark) -> Vec<(f64, f64)> {
    match mark {
        Mark::Path(_, points) => points.clone(),
        Mark::Rect(_, [x, y, width, height]) => vec![(*x, *y), (x + width, y + height)],
        Mark::Circle(_, [x, y, _]) | Mark::Text(_, (x, y), ..) => vec![(*x, *y)],
    }
}

#[test]
fn without_a_plan_every_view_says_so() {
    for name in ["time", "uncertainty"] {
        let scenario = link::decode("1;gpu=t4;g=1", Catalogue::builtin()).scenario;
        let view =
            Maker::default().show(name, &scenario, &Answers::default(), Catalogue::builtin().newest(), 720.0);
        assert_eq!(alerts(&view), 1, "{name}");
    }
}
