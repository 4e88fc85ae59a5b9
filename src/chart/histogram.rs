//! How many draws save what: bars on a common axis, coloured by who is cheaper.

use super::names::Names;
use super::scene::{Anchor, Mark, Role, Scene};

/// Room above the bars.
const TOP: f64 = 40.0;
/// Room for two rows of words below.
const BOTTOM: f64 = 38.0;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its ends on the axis.
    pub span: (f64, f64),
    /// Its height, in any unit.
    pub height: f64,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// From left to right, without gaps.
    pub bars: Vec<Bar>,
    /// Words at places on the axis, such as percentiles.
    pub marked: Vec<(f64, String)>,
    /// Written above the bars below and above zero.
    pub sides: [String; 2],
}

impl Histogram {
    /// Draws at `width` by `height` CSS pixels.
    #[must_use]
    pub fn draw(&self, width: f64, height: f64) -> Scene {
        let mut scene = Scene { width, height, marks: Vec::new() };
        let (Some(first), Some(last)) = (self.bars.first(), self.bars.last()) else { return scene };
        let (low, high) = (first.span.0, last.span.1.max(first.span.0 + f64::MIN_POSITIVE));
        let (left, right, bottom) = (8.0, width - 8.0, height - BOTTOM);
        let x = |value: f64| left + (right - left) * ((value - low) / (high - low)).clamp(0.0, 1.0);
        let most = self.bars.iter().map(|bar| bar.height).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        for bar in self.bars.iter().filter(|bar| bar.height > 0.0) {
            let role = if bar.span.0 + bar.span.1 > 0.0 { Role::Gpu } else { Role::Api };
            let (from, to) = (x(bar.span.0), x(bar.span.1));
            let high = (bottom - TOP) * bar.height / most;
            scene.marks.push(Mark::Rect(role, [from, bottom - high, (to - from - 1.0).max(0.5), high]));
        }
        scene.marks.push(Mark::Path(Role::Axis, vec![(left, bottom), (right, bottom)]));
        if low < 0.0 && high > 0.0 {
            scene.marks.push(Mark::Path(Role::You, vec![(x(0.0), TOP - 12.0), (x(0.0), bottom)]));
        }
        let mut names = Names::default();
        let [below, above] = &self.sides;
        let sides = [
            (low < 0.0, Role::Api, left, Anchor::Start, below),
            (high > 0.0, Role::Gpu, right, Anchor::End, above),
        ];
        for (_, role, x, anchor, words) in sides.into_iter().filter(|(shown, ..)| *shown) {
            let place = names.place(words, anchor, &[(x, 14.0), (x, 29.0)]);
            scene.marks.extend(place.map(|at| Mark::Text(role, at, anchor, words.clone())));
        }
        for (at, words) in &self.marked {
            let at = x(*at);
            scene.marks.push(Mark::Path(Role::Tick, vec![(at, bottom), (at, bottom + 5.0)]));
            let anchor = match at {
                at if at < 75.0 => Anchor::Start,
                at if at > width - 75.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            // words without room stand in the table alone
            let place = names.place(words, anchor, &[(at, bottom + 18.0), (at, bottom + 33.0)]);
            scene.marks.extend(place.map(|at| Mark::Text(Role::Tick, at, anchor, words.clone())));
        }
        scene
    }
}
