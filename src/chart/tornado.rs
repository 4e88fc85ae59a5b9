//! What each uncertain input does alone: bars around the likely answer, the widest on top.

use super::names::TEXT;
use super::scene::{Anchor, Mark, Role, Scene, text_width};

/// Height of a bar with the room around it.
const ROW: f64 = 28.0;
/// Room for the heads above the bars.
const TOP: f64 = 26.0;

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The input.
    pub name: String,
    /// Its low and high, as text.
    pub ends: [String; 2],
    /// The answer there; `None` where there is none.
    pub values: [Option<f64>; 2],
}

/// The bars, the likely answer, and the names of both directions.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado {
    /// From top to bottom.
    pub bars: Vec<Bar>,
    /// Where all bars meet.
    pub likely: f64,
    /// Name of the likely answer.
    pub name: String,
}

impl Tornado {
    /// Draws at `width` CSS pixels, as high as the bars need.
    #[must_use]
    pub fn draw(&self, width: f64) -> Scene {
        let height = TOP + ROW * self.bars.len() as f64 + 22.0;
        let mut scene = Scene { width, height, marks: Vec::new() };
        let names = self.bars.iter().map(|bar| text_width(&bar.name, TEXT)).fold(40.0, f64::max);
        let left = (names + 12.0).min(width * 0.38);
        let ends = self.bars.iter().flat_map(|bar| &bar.ends).map(|end| text_width(end, TEXT));
        let beside = ends.fold(20.0, f64::max) + 8.0;
        let values = || self.bars.iter().flat_map(|bar| bar.values).flatten().chain([self.likely, 0.0]);
        let (min, max) = values().fold((f64::MAX, f64::MIN), |(min, max), v| (min.min(v), max.max(v)));
        let span = if max > min { max - min } else { 1.0 };
        let room = (width - left - 2.0 * beside).max(40.0);
        let x = |value: f64| left + beside + room * (value - min) / span;
        let bottom = height - 22.0;
        scene.marks.push(Mark::Path(Role::Axis, vec![(x(0.0), TOP), (x(0.0), bottom)]));
        let anchor = |x: f64| match x {
            x if x < left + 60.0 => Anchor::Start,
            x if x > width - 60.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        let text = |role, x: f64, y, text: &str| Mark::Text(role, (x, y), anchor(x), text.to_owned());
        scene.marks.push(text(Role::Tick, x(0.0), bottom + 16.0, "same cost"));
        for (row, bar) in self.bars.iter().enumerate() {
            let y = TOP + ROW * row as f64 + 4.0;
            let line = y + ROW / 2.0;
            scene.marks.push(Mark::Text(Role::Label, (left - 8.0, line), Anchor::End, bar.name.clone()));
            for (value, end) in bar.values.iter().zip(&bar.ends) {
                let Some(value) = value else { continue };
                let (from, to) = (x(value.min(self.likely)), x(value.max(self.likely)));
                let gains = *value >= self.likely;
                let role = if gains { Role::Gpu } else { Role::Api };
                scene.marks.push(Mark::Rect(role, [from, y, to - from, ROW - 8.0]));
                let (at, anchor) = if gains { (to + 4.0, Anchor::Start) } else { (from - 4.0, Anchor::End) };
                // both ends on one side: the nearer one's text would lie on the other's bar
                let other = bar.values.iter().flatten().any(|v| {
                    v != value
                        && (*v >= self.likely) == gains
                        && (v - self.likely).abs() > (value - self.likely).abs()
                });
                if !other {
                    scene.marks.push(Mark::Text(Role::Tick, (at, line), anchor, end.clone()));
                }
            }
        }
        let at = x(self.likely);
        scene.marks.push(Mark::Path(Role::You, vec![(at, TOP - 6.0), (at, bottom)]));
        scene.marks.push(text(Role::Label, at, 14.0, &self.name));
        scene
    }
}
