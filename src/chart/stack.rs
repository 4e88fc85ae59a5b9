//! Demand as a stack of who serves it: bars side by side, as over a week or by falling load.

use super::names::TEXT;
use super::scene::{Anchor, Mark, Role, Scene, text_width};
use crate::units::format;

/// Room for the names of the parts.
const TOP: f64 = 28.0;
/// Room for the numbers below.
const BOTTOM: f64 = 24.0;

/// The parts of a bar, from bottom to top, with their names.
pub const PARTS: [(Role, &str); 4] =
    [(Role::Reserved, "reserved"), (Role::OnDemand, "on demand"), (Role::Spot, "spot"), (Role::Api, "API")];

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its part of the width, in any unit.
    pub width: f64,
    /// Its parts from bottom to top, tokens/s.
    pub parts: [f64; 4],
    /// What the scenario's own fleet could serve meanwhile, tokens/s.
    pub capacity: f64,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct StackChart {
    /// From left to right.
    pub bars: Vec<Bar>,
    /// Words under the chart: position from 0 to 1.
    pub below: Vec<(f64, String)>,
}

impl StackChart {
    /// Draws at `width` by `height` CSS pixels.
    #[must_use]
    pub fn draw(&self, width: f64, height: f64) -> Scene {
        let mut scene = Scene { width, height, marks: Vec::new() };
        let total = |bar: &Bar| bar.parts.iter().sum::<f64>();
        let most = self.bars.iter().map(|bar| total(bar).max(bar.capacity)).fold(0.0, f64::max);
        let step = nice(most / 4.0);
        let top = (most / step).ceil().max(1.0) * step;
        let plot = Plot {
            left: 52.0,
            right: (width - 8.0).max(60.0),
            top: TOP,
            bottom: (height - BOTTOM).max(TOP + 10.0),
            most: top,
            all: self.bars.iter().map(|bar| bar.width).sum::<f64>().max(f64::MIN_POSITIVE),
        };
        plot.grid(&mut scene, step);
        self.stack(&mut scene, &plot);
        self.line(&mut scene, &plot);
        for (at, words) in &self.below {
            // the last one does not leave the picture
            let half = text_width(words, TEXT) / 2.0;
            let x = (plot.left + (plot.right - plot.left) * at).min(width - half - 4.0);
            scene.marks.push(Mark::Text(Role::Tick, (x, plot.bottom + 17.0), Anchor::Middle, words.clone()));
        }
        self.names(&mut scene, &plot);
        scene
    }

    fn stack(&self, scene: &mut Scene, plot: &Plot) {
        for (part, (role, _)) in PARTS.iter().enumerate() {
            let mut from = 0.0;
            let mut at = 0.0;
            let mut bars = self.bars.iter().peekable();
            while let Some(bar) = bars.next() {
                at += bar.width;
                let low: f64 = bar.parts[..part].iter().sum();
                let high = low + bar.parts[part];
                // bars that are alike are one rectangle
                if bars.peek().is_some_and(|next| next.parts[..=part] == bar.parts[..=part]) {
                    continue;
                }
                if high > low {
                    let (x, y) = (plot.x(from), plot.y(high));
                    scene.marks.push(Mark::Rect(*role, [x, y, plot.x(at) - x, plot.y(low) - y]));
                }
                from = at;
            }
        }
    }

    fn line(&self, scene: &mut Scene, plot: &Plot) {
        let mut points: Vec<(f64, f64)> = Vec::new();
        let mut at = 0.0;
        for bar in &self.bars {
            let y = plot.y(bar.capacity);
            if points.last().is_none_or(|last| last.1 != y) {
                points.push((plot.x(at), y));
            } else {
                points.pop();
            }
            at += bar.width;
            points.push((plot.x(at), y));
        }
        scene.marks.push(Mark::Path(Role::You, points));
    }

    /// The parts that are there, by name, with their colour.
    fn names(&self, scene: &mut Scene, plot: &Plot) {
        let there = |part: usize| self.bars.iter().any(|bar| bar.parts[part] > 0.0);
        let shown = PARTS.iter().enumerate().filter(|(part, _)| there(*part));
        let mut shown: Vec<_> = shown.map(|(_, (role, words))| (*role, *words)).collect();
        shown.push((Role::You, "your fleet"));
        // on a phone they begin further left, and then nearer together
        let words: f64 = shown.iter().map(|(_, words)| text_width(words, TEXT)).sum();
        let room = ((scene.width - words) / shown.len() as f64).min(26.0);
        let mut x = plot.left.min(scene.width - words - room * shown.len() as f64).max(0.0);
        for (role, words) in shown {
            scene.marks.push(match role {
                Role::You => Mark::Path(role, vec![(x, 11.0), (x + 10.0, 11.0)]),
                _ => Mark::Rect(role, [x, 6.0, 10.0, 10.0]),
            });
            scene.marks.push(Mark::Text(Role::Label, (x + 14.0, 15.0), Anchor::Start, words.into()));
            x += text_width(words, TEXT) + room;
        }
    }
}

struct Plot {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    most: f64,
    all: f64,
}

impl Plot {
    /// On whole pixels, so that no seam shows between neighbours.
    fn x(&self, at: f64) -> f64 {
        (self.left + (self.right - self.left) * at / self.all).round()
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * (value / self.most).clamp(0.0, 1.0)
    }

    fn grid(&self, scene: &mut Scene, step: f64) {
        let mut value = 0.0;
        while value <= self.most * (1.0 + 1e-9) {
            let y = self.y(value);
            let role = if value == 0.0 { Role::Axis } else { Role::Grid };
            scene.marks.push(Mark::Path(role, vec![(self.left, y), (self.right, y)]));
            let words = format::compact(value);
            scene.marks.push(Mark::Text(Role::Tick, (self.left - 6.0, y + 4.0), Anchor::End, words));
            value += step;
        }
    }
}

/// The 1-2-5 number at or above a positive number; 1 for anything else.
fn nice(value: f64) -> f64 {
    if !(value > 0.0 && value.is_finite()) {
        return 1.0;
    }
    let decade = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|step| step * decade)
        .find(|step| *step >= value * (1.0 - 1e-9))
        .unwrap_or(decade * 10.0)
}
