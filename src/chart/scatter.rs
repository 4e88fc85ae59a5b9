//! Plans as points over two logarithmic axes, the front among them joined by a line: what being faster costs.

use super::names::{Names, TEXT};
use super::scene::{Anchor, Mark, Role, Scene, text_width};
use crate::units::{format, ticks};

/// Room below the axis.
const BELOW: f64 = 38.0;

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Position on the horizontal axis, positive.
    pub x: f64,
    /// Position on the vertical axis, positive.
    pub y: f64,
    /// Name, written beside it where there is room; empty for none.
    pub name: String,
    /// Whether it is on the front.
    pub front: bool,
    /// Whether it is the one in use.
    pub own: bool,
}

/// Points and the names of both axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// The points; those on the front in the order in which a line joins them.
    pub dots: Vec<Dot>,
    /// What the horizontal axis counts.
    pub across: &'static str,
    /// What the vertical axis counts, in dollars.
    pub up: &'static str,
}

/// Where values lie on the canvas.
struct Axes {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let part = |value: f64, (low, high): (f64, f64)| (value / low).ln() / (high / low).ln();
        let across = self.left + (self.right - self.left) * part(x, self.x);
        (across, self.bottom - (self.bottom - self.top) * part(y, self.y))
    }
}

impl Scatter {
    /// Draws at `width` by `height` CSS pixels; nothing when there are no points.
    #[must_use]
    pub fn draw(&self, width: f64, height: f64) -> Scene {
        let mut scene = Scene { width, height, marks: Vec::new() };
        if self.dots.is_empty() {
            return scene;
        }
        let range = |of: fn(&Dot) -> f64| {
            let values = self.dots.iter().map(of);
            let (low, high) = values.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
            (ticks::round_out(low.max(1e-9), false), ticks::round_out(high.max(2e-9), true).max(low * 2.0))
        };
        let axes = Axes {
            left: 58.0,
            right: width - 10.0,
            top: 26.0,
            bottom: height - BELOW,
            x: range(|dot| dot.x),
            y: range(|dot| dot.y),
        };
        self.grid(&mut scene, &axes);
        let mut line: Vec<(f64, f64)> = Vec::new();
        for dot in self.dots.iter().filter(|dot| dot.front) {
            let (x, y) = axes.at(dot.x, dot.y);
            // a step, for between two plans there is none
            line.extend(line.last().map(|(last, _)| (*last, y)));
            line.push((x, y));
        }
        if line.len() > 1 {
            scene.marks.push(Mark::Path(Role::Gpu, line));
        }
        // the front on top of the others, the own plan on top of all
        for front in [false, true] {
            for dot in self.dots.iter().filter(|dot| dot.front == front) {
                let (x, y) = axes.at(dot.x, dot.y);
                let (role, radius) = if front { (Role::Gpu, 4.5) } else { (Role::Range, 3.0) };
                scene.marks.push(Mark::Circle(role, [x, y, radius]));
            }
        }
        for dot in self.dots.iter().filter(|dot| dot.own) {
            let (x, y) = axes.at(dot.x, dot.y);
            scene.marks.push(Mark::Circle(Role::Cross, [x, y, 5.5]));
        }
        self.names(&mut scene, &axes);
        scene
    }

    fn grid(&self, scene: &mut Scene, axes: &Axes) {
        let text = |x, y, anchor, text: String| Mark::Text(Role::Tick, (x, y), anchor, text);
        for value in ticks::logarithmic(axes.y.0, axes.y.1, 6) {
            let (_, y) = axes.at(axes.x.0, value);
            scene.marks.push(Mark::Path(Role::Grid, vec![(axes.left, y), (axes.right, y)]));
            scene.marks.push(text(axes.left - 6.0, y + 4.0, Anchor::End, format::usd_tick(value)));
        }
        let most = if scene.width < 480.0 { 5 } else { 9 };
        for value in ticks::logarithmic(axes.x.0, axes.x.1, most) {
            let (x, _) = axes.at(value, axes.y.0);
            scene.marks.push(Mark::Path(Role::Grid, vec![(x, axes.top), (x, axes.bottom)]));
            scene.marks.push(text(x, axes.bottom + 16.0, Anchor::Middle, format::exact(value)));
        }
        scene.marks.push(Mark::Path(Role::Axis, vec![(axes.left, axes.bottom), (axes.right, axes.bottom)]));
        scene.marks.push(text(axes.right, axes.bottom + 32.0, Anchor::End, self.across.to_owned()));
        scene.marks.push(text(4.0, 14.0, Anchor::Start, self.up.to_owned()));
    }

    /// Names of the front and of the plan in use where they touch neither each other nor a point of the front.
    fn names(&self, scene: &mut Scene, axes: &Axes) {
        let mut names = Names::default();
        for dot in self.dots.iter().filter(|dot| dot.front || dot.own) {
            let (x, y) = axes.at(dot.x, dot.y);
            names.keep_free([x - 4.0, y - 4.0, x + 4.0, y + 4.0]);
        }
        for dot in self.dots.iter().filter(|dot| (dot.front || dot.own) && !dot.name.is_empty()) {
            let (x, y) = axes.at(dot.x, dot.y);
            let wide = text_width(&dot.name, TEXT);
            let (right, left) = (x + 9.0 + wide <= scene.width, x - 9.0 - wide >= axes.left);
            // over the line, which comes from the left and goes down; else under it
            let right = if right { &[(x + 9.0, y - 5.0)][..] } else { &[] };
            let left = if left { &[(x - 9.0, y + 15.0), (x - 9.0, y - 5.0)][..] } else { &[] };
            for (anchor, places) in [(Anchor::Start, right), (Anchor::End, left)] {
                if let Some(place) = names.place(&dot.name, anchor, places) {
                    scene.marks.push(Mark::Text(Role::Label, place, anchor, dot.name.clone()));
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_inside_and_names_do_not_touch() {
        let labels = |scene: &Scene| {
            scene.marks.iter().filter(|mark| matches!(mark, Mark::Text(Role::Label, ..))).count()
        };
        let dot = |x: f64, y: f64, front| Dot { x, y, name: "H100 SXM5".into(), front, own: false };
        let dots = vec![
            dot(40.0, 900.0, true),
            dot(41.0, 905.0, true),
            dot(8.0, 12_000.0, true),
            dot(90.0, 50_000.0, false),
        ];
        let scene = Scatter { dots, across: "TPOT, ms", up: "a month" }.draw(320.0, 260.0);
        let circles: Vec<[f64; 3]> = scene
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Circle(_, c) = mark { Some(*c) } else { None })
            .collect();
        assert_eq!(circles.len(), 4);
        assert!(
            circles.iter().all(|[x, y, r]| x - r >= 50.0 && x + r <= 320.0 && y - r >= 0.0 && y + r <= 260.0),
            "{circles:?}"
        );
        assert_eq!(labels(&scene), 3, "of two points in one place one is named on its other side");
        let crowd = vec![dot(40.0, 900.0, true); 9];
        let scene = Scatter { dots: crowd, across: "TPOT, ms", up: "a month" }.draw(320.0, 260.0);
        assert!(labels(&scene) <= 3, "nine in one place");
        assert!(Scatter { dots: Vec::new(), across: "", up: "" }.draw(320.0, 260.0).marks.is_empty());
    }
}
