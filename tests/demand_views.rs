//! The week, the load-duration stack and the mix as views: pictures inside their frame, tables that add up.

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::chart::scene::{Mark, Role, Scene};
use llm_breakeven::engine;
use llm_breakeven::engine::demand::Profile;
use llm_breakeven::engine::portfolio;
use llm_breakeven::scenario::link;
use llm_breakeven::words::table::Table;
use llm_breakeven::words::view::{Answers, Block, ControlKind, View};
use llm_breakeven::words::views::Maker;

const LINKS: [&str; 8] = [
    "",
    "1;t=500B;day=business",
    "1;t=500B;day=burst;fleet=scheduled",
    "1;t=2T;day=diurnal;fleet=auto;peak=1.5",
    "1;t=20B;day=own;wt=00000000000000000000000z;fleet=zero",
    "1;t=500B;hw=buy;day=diurnal",
    "1;t=1k",
    "1;t=1e16;day=diurnal;rsv=80;spot=80",
];

fn view(name: &str, text: &str, width: f64) -> View {
    let catalogue = Catalogue::builtin();
    let scenario = link::decode(text, catalogue).scenario;
    Maker::default().show(name, &scenario, &Answers::default(), catalogue.newest(), width)
}

fn tables(view: &View) -> Vec<&Table> {
    let blocks = view.blocks.iter();
    blocks.filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None }).collect()
}

fn scenes(view: &View) -> Vec<&Scene> {
    let blocks = view.blocks.iter();
    blocks.filter_map(|block| if let Block::Picture(_, scene) = block { Some(scene) } else { None }).collect()
}

#[test]
fn pictures_stay_inside_and_every_picture_has_a_table() {
    for text in LINKS {
        for width in [320.0, 760.0] {
            let view = view("demand", text, width);
            assert_eq!(View::decode(&view.encode()).blocks.len(), view.blocks.len());
            assert_eq!((scenes(&view).len(), tables(&view).len()), (2, 2), "{text}");
            for scene in scenes(&view) {
                assert!(scene.marks.len() < 1_000, "{text}: {} marks", scene.marks.len());
                assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Path(Role::You, _))), "{text}");
                for mark in &scene.marks {
                    inside(mark, scene, text);
                }
            }
        }
    }
}

fn inside(mark: &Mark, scene: &Scene, text: &str) {
    let check = |x: f64, y: f64| {
        let fits = (-0.5..=scene.width + 0.5).contains(&x) && (-0.5..=scene.height + 0.5).contains(&y);
        assert!(fits, "{text}: {mark:?} at width {}", scene.width);
    };
    match mark {
        Mark::Path(_, points) => points.iter().for_each(|(x, y)| check(*x, *y)),
        Mark::Rect(_, [x, y, w, h]) => {
            assert!(*w > 0.0 && *h >= 0.0, "{text}: {mark:?}");
            check(*x, *y);
            check(x + w, y + h);
        }
        Mark::Circle(_, [x, y, _]) | Mark::Text(_, (x, y), ..) => check(*x, *y),
    }
}

#[test]
fn the_stack_shows_the_sources_of_the_mix() {
    for text in LINKS {
        let catalogue = Catalogue::builtin();
        let scenario = link::decode(text, catalogue).scenario;
        let report = engine::evaluate(&scenario, catalogue).unwrap();
        let mix = portfolio::hybrid(&scenario, catalogue, &report, text.contains("spot")).unwrap();
        let view = view("demand", text, 760.0);
        let roles = [Role::Reserved, Role::OnDemand, Role::Spot, Role::Api];
        for (part, role) in mix.stack.parts().iter().zip(roles) {
            let drawn =
                scenes(&view)[0].marks.iter().any(|mark| matches!(mark, Mark::Rect(r, _) if *r == role));
            assert_eq!(drawn, part.units > 0.0, "{text}: {role:?}");
        }
    }
}

#[test]
fn the_hours_of_the_load_table_are_the_month() {
    let view = view("demand", "1;day=business", 760.0);
    let table = tables(&view)[1];
    let hours: f64 =
        table.rows.iter().map(|row| row.cells[0].text.replace(',', "").parse::<f64>().unwrap()).sum();
    assert!((hours - 730.0).abs() <= 1.0);
    // forty of 168 hours are busy
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.rows[0].cells[0].text, "174");
    // five working days in three stretches, and two quiet days
    let week = tables(&view)[0];
    assert_eq!(week.rows.len(), 5 * 3 + 2);
    assert_eq!(week.rows[1].cells[0].text, "Mon 09–17");
}

#[test]
fn the_mix_names_what_it_saves_and_its_sums() {
    for text in LINKS {
        let view = view("hybrid", text, 760.0);
        let Some(Block::Text(summary)) = view.blocks.get(1) else { panic!("{text}") };
        assert!(summary.ends_with('.') && summary.contains('$'), "{summary}");
        let split = tables(&view)[0];
        let sums: Vec<&str> = split.rows.iter().rev().take(3).map(|row| row.cells[0].text.as_str()).collect();
        assert_eq!(sums, ["Your fleet alone", "API alone", "The mix"], "{text}");
        assert!(!tables(&view)[1].rows.is_empty());
        for table in tables(&view) {
            assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()), "{text}");
            let cells = table.rows.iter().flat_map(|row| &row.cells);
            assert!(
                cells.into_iter().all(|cell| !cell.text.contains("NaN") && !cell.text.contains("inf")),
                "{text}"
            );
        }
    }
}

#[test]
fn hours_are_there_to_draw_on() {
    let catalogue = Catalogue::builtin();
    let drawn = |text: &str, days: &str| {
        let scenario = link::decode(text, catalogue).scenario;
        let mut answers = Answers::default();
        answers.set("days", days.into());
        let view = Maker::default().show("demand", &scenario, &answers, catalogue.newest(), 760.0);
        assert_eq!(View::decode(&view.encode()).encode(), view.encode());
        let control = view.blocks.iter().find_map(|block| match block {
            Block::Control(one) if matches!(one.kind, ControlKind::Hours(_)) => Some(one.clone()),
            _ => None,
        });
        let control = control.expect("hours");
        let ControlKind::Hours(days) = control.kind else { unreachable!() };
        (days, control.value)
    };
    assert_eq!(drawn("1;day=flat", ""), ("0123456".into(), "k".repeat(24)));
    // days that differ are not drawn over at once, unless that is asked
    let office = ["2".repeat(9), "k".repeat(8), "2".repeat(7)].concat();
    assert_eq!(drawn("1;day=business", "").0, "01234");
    assert_eq!(drawn("1;day=business", "").1, office);
    assert_eq!(drawn("1;day=business", "6"), ("6".into(), "2".repeat(24)));
    assert_eq!(drawn("1;day=business", "nonsense").0, "01234");
    // own weights are shown as they are
    assert_eq!(drawn("1;day=own;wt=000000000000000000000003", "").1, "000000000000000000000003");
}

#[test]
fn what_is_drawn_is_the_profile() {
    let drawn = Profile::business().to_draw().drawn((0..7).map(|day| day * 24 + 3), 35).unwrap();
    for hour in 0..168 {
        let before = Profile::business().to_draw().weights()[hour];
        assert_eq!(drawn.weights()[hour], if hour % 24 == 3 { 35 } else { before });
    }
    assert_eq!(Profile::parse(&drawn.text()), Ok(drawn));
    let mut one = Profile::parse("000000000000000000000003").unwrap();
    // the last load cannot be taken away
    assert_eq!(one.drawn((0..7).map(|day| day * 24 + 23), 0), None);
    one = one.drawn([0].into_iter(), 99).unwrap();
    assert_eq!((one.weights()[0], one.text().len()), (35, 168));
}

#[test]
fn contradictions_are_said_above_the_week() {
    let view = view("demand", "1;rsv=80;spot=80", 760.0);
    assert!(matches!(&view.blocks[0], Block::Alert(text) if text.contains("more than all")));
}

#[test]
fn without_a_plan_both_views_say_so() {
    for name in ["demand", "hybrid"] {
        let view = view(name, "1;m=llama-3-70b;gpu=l40s;g=1;w=int8", 760.0);
        assert!(
            view.blocks
                .iter()
                .any(|block| matches!(block, Block::Text(text) if text.starts_with("Without a plan")))
        );
    }
}
