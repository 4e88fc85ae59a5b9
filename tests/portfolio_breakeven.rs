//! The breakeven of the mix with the API: against an exhaustive search over every stretch between two begun purchases, and
//! its laws.

mod support;

use llm_breakeven::catalogue::Catalogue;
use llm_breakeven::engine;
use llm_breakeven::engine::breakeven::Interval;
use llm_breakeven::engine::demand::Profile;
use llm_breakeven::engine::portfolio::{Mix, hybrid};
use llm_breakeven::scenario::link;
use llm_breakeven::units::{Tokens, UsdPerMTok};
use support::random::Dice;

const SEED: u64 = 42;
/// Scenarios whose every window is found by search too.
const CASES: u32 = 10_000;
/// Stretches that are searched in a scenario, at most.
const MOST: usize = 400;

/// A scenario of random prices, demand and people.
struct Case {
    text: String,
    mix: Mix,
    api: UsdPerMTok,
    /// Weights of its hours.
    weights: Vec<f64>,
    /// The volume at which an hour of weight 1 needs one purchase.
    unit: f64,
}

impl Case {
    fn random(random: &mut Dice) -> Self {
        // few weights make many levels alike, many make many steps
        let kinds = random.evenly(1.0, 4.99) as usize;
        let letters: Vec<u32> = (0..kinds).map(|_| random.evenly(0.0, 35.99) as u32).collect();
        let run = random.evenly(1.0, 6.0) as usize;
        let mut day = String::new();
        while day.len() < 24 {
            let letter = letters[random.evenly(0.0, kinds as f64 - 0.01) as usize];
            (0..run).for_each(|_| day.push(char::from_digit(letter, 36).unwrap()));
        }
        day.truncate(24);
        if day.bytes().all(|c| c == b'0') {
            day = "1".repeat(24);
        }
        let people = if random.roll() < 0.3 { 0.0 } else { random.evenly(0.0, 1.0).powi(2) };
        Self::of(&format!(
            "1;pi={:.3};po={:.3};tps={:.0};pg={:.2};g=2;fte={people:.2};lag={:.0};ro={:.0};so={:.0};day=own;wt={day};spot={}",
            random.evenly(0.2, 3.0),
            random.evenly(0.2, 3.0),
            random.evenly(500.0, 8_000.0),
            random.evenly(0.5, 6.0),
            random.evenly(0.0, 90.0),
            // without a discount the base is on demand too, and its bill rises with every further hour
            if random.roll() < 0.5 { 0.0 } else { random.evenly(0.0, 70.0) },
            random.evenly(0.0, 80.0),
            if random.roll() < 0.5 { "50" } else { "0" },
        ))
    }

    fn of(text: &str) -> Self {
        let catalogue = Catalogue::builtin();
        let scenario = link::decode(text, catalogue).scenario;
        let report = engine::evaluate(&scenario, catalogue).unwrap();
        let mix = Mix::new(&scenario, catalogue, &report, text.contains("spot=50")).unwrap();
        let (profile, _) = Profile::of_scenario(&scenario);
        let mut weights: Vec<u8> = profile.weights().iter().copied().filter(|weight| *weight > 0).collect();
        weights.sort_unstable();
        weights.dedup();
        let step = report.plan.as_ref().unwrap().hardware_only.step().value();
        Self {
            text: text.to_owned(),
            mix,
            api: report.api.blended,
            weights: weights.into_iter().map(f64::from).collect(),
            unit: step * f64::from(profile.top()),
        }
    }

    fn wins(&self, volume: f64) -> bool {
        let volume = Tokens::new(volume);
        self.mix.at(volume).value() < (volume * self.api).value() * (1.0 - 1e-11)
    }

    /// Volumes at which some hour needs one more purchase, the smallest of them, without those that are the same.
    fn edges(&self) -> Vec<f64> {
        let of = |weight: &f64| {
            let weight = *weight;
            (1..=MOST).map(move |count| self.unit * count as f64 / weight)
        };
        let mut edges: Vec<f64> = self.weights.iter().flat_map(of).collect();
        edges.sort_unstable_by(f64::total_cmp);
        edges.dedup_by(|a, b| *a / *b - 1.0 < 1e-9);
        edges.truncate(MOST);
        edges
    }

    /// Every window up to the last edge, as someone finds them who looks at each stretch; and whether the gain falls inside one.
    fn searched(&self, edges: &[f64]) -> (Vec<Interval>, bool) {
        let (mut found, mut open, mut start, mut fell) = (Vec::new(), None, 0.0, false);
        for end in edges {
            // just above the edge, as far as the bill tells it from the edge
            let above = start + (start + self.unit) * 3e-9;
            let (low, middle, high) = (self.wins(above), self.wins((start + end) / 2.0), self.wins(*end));
            fell |= low && !middle || middle && !high;
            if !low && let Some(from) = open.take() {
                found.push(Interval { from: Tokens::new(from), to: Some(Tokens::new(start)) });
            }
            if high && open.is_none() {
                open = Some(if low { start } else { self.turn(start, *end) });
            }
            start = *end;
        }
        found.extend(open.map(|from| Interval { from: Tokens::new(from), to: None }));
        (found, fell)
    }

    fn turn(&self, mut from: f64, mut to: f64) -> f64 {
        for _ in 0..60 {
            let middle = (from + to) / 2.0;
            if self.wins(middle) { to = middle } else { from = middle }
        }
        to
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn equals_an_exhaustive_search() {
    let mut random = Dice(SEED);
    let (mut complete, mut never, mut far, mut gaps, mut windows) = (0, 0, 0, 0, 0);
    while complete < CASES {
        let case = Case::random(&mut random);
        let crossings = case.mix.breakeven();
        let edges = case.edges();
        // to a third beyond the last turn, as far as the edges go
        let last = *edges.last().unwrap();
        let needed = crossings.durable().map_or(last, |durable| durable.value() * 1.3);
        let enough = edges.iter().position(|edge| *edge > needed).map_or(edges.len(), |at| at + 1);
        let (expected, fell) = case.searched(&edges[..enough]);
        let end = edges[enough - 1];
        let found: Vec<Interval> = crossings
            .winning()
            .take_while(|window| window.from.value() < end * (1.0 - 1e-6))
            .map(|window| Interval { to: window.to.filter(|to| to.value() < end), ..window })
            .collect();
        let text = format!("{} {found:?} {expected:?} up to {end}", case.text);
        assert!(!fell, "the gain falls inside a stretch: {text}");
        assert_eq!(found.len(), expected.len(), "{text}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!(close(found.from.value(), expected.from.value()), "{text}");
            assert_eq!(found.to.is_some(), expected.to.is_some(), "{text}");
            if let (Some(found), Some(expected)) = (found.to, expected.to) {
                assert!(close(found.value(), expected.value()), "{text}");
            }
        }
        // whoever wins somewhere wins for good; nobody else does anywhere
        assert_eq!(crossings.never(), crossings.durable().is_none(), "{text}");
        assert_eq!(crossings.never(), case.mix.at_full_load().value() >= case.api.value(), "{text}");
        assert_eq!(crossings.first(), crossings.winning().next().map(|window| window.from), "{text}");
        if crossings.never() {
            never += 1;
            complete += 1;
        } else if needed < end {
            complete += 1;
            gaps += u32::from(found.len() > 1);
            windows = windows.max(found.len());
            assert_eq!(crossings.count(), found.len() as f64, "{text}");
        } else {
            far += 1;
        }
    }
    println!(
        "{complete} scenarios searched whole, seed {SEED}: {never} never win, {gaps} win, lose and win again (up to {windows} windows); \
         {far} more up to {MOST} stretches"
    );
    assert!(never > CASES / 50 && gaps > CASES / 100, "{never} {gaps}");
}

#[test]
fn reserved_purchases_alone_win_once_and_for_good() {
    let mut random = Dice(SEED + 1);
    let (mut won, mut never) = (0, 0);
    for _ in 0..2_000 {
        let case = Case::random(&mut random);
        // what is bought is paid always
        let text = case.text.replace(";day=own", &format!(";buy={:.0};day=own", random.evenly(2e3, 9e4)));
        let case = Case::of(&text.replace("1;", "1;hw=buy;"));
        let crossings = case.mix.breakeven();
        if crossings.never() {
            never += 1;
            continue;
        }
        won += 1;
        assert_eq!(crossings.count(), 1.0, "{}", case.text);
        assert_eq!(crossings.first(), crossings.durable(), "{}", case.text);
    }
    println!("{won} win once, {never} never; seed {}", SEED + 1);
    assert!(won > 200 && never > 20);
}

#[test]
fn far_windows_are_windows() {
    // people cost so much that the first win lies thousands of purchases up
    let mut random = Dice(SEED + 2);
    let mut won = 0;
    for _ in 0..1_000 {
        let case = Case::random(&mut random);
        let case = Case::of(&format!("{};fte=40", case.text.replace(";fte=", ";x=")));
        let crossings = case.mix.breakeven();
        let Some(first) = crossings.first() else { continue };
        won += 1;
        assert!(!case.wins(first.value() * (1.0 - 1e-6)), "{}", case.text);
        for window in crossings.winning().take(20) {
            let end = window.to.map_or(window.from.value() * 2.0, Tokens::value);
            assert!(case.wins(window.from.value() + (end - window.from.value()) * 0.5), "{}", case.text);
            if let Some(to) = window.to {
                assert!(!case.wins(to.value() * (1.0 + 1e-8)), "{} {window:?}", case.text);
            }
        }
    }
    println!("{won} far wins, seed {}", SEED + 2);
    assert!(won > 500);
}

#[test]
fn the_mix_of_a_scenario_has_its_breakeven() {
    let catalogue = Catalogue::builtin();
    let scenario = link::decode("1;t=20B;day=diurnal;gpu=h200-sxm;fte=0", catalogue).scenario;
    let report = engine::evaluate(&scenario, catalogue).unwrap();
    let mix = hybrid(&scenario, catalogue, &report, false).unwrap();
    let own = report.plan.as_ref().unwrap().breakeven.first().unwrap();
    assert!(mix.breakeven.first().unwrap() <= own);
    assert!(!mix.breakeven.never());
    // without a plan there is no mix
    let scenario = link::decode("1;gpu=t4;g=1", catalogue).scenario;
    let report = engine::evaluate(&scenario, catalogue).unwrap();
    assert!(report.plan.is_err() && hybrid(&scenario, catalogue, &report, false).is_none());
}
