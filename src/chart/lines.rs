//! Lines on linear axes, named at their ends: amounts over months, output over input.

use super::names::{Names, TEXT};
use super::scene::{Anchor, Mark, Role, SUBPIXELS, Scene, SceneBackend};
use plotters::prelude::{ChartBuilder, IntoDrawingArea, LabelAreaPosition, LineSeries};
use plotters::style::{Color, IntoFont, TRANSPARENT, TextStyle};

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it stands for.
    pub role: Role,
    /// Its name, written at its end.
    pub name: String,
    /// Points by rising x.
    pub points: Vec<(f64, f64)>,
}

/// Lines over a common axis, and points that are marked with a text.
pub struct Lines<'a> {
    /// The lines.
    pub lines: Vec<Line>,
    /// Both coordinates and the text of marked points.
    pub marked: Vec<(f64, f64, String)>,
    /// What is written below the axis.
    pub x: &'a dyn Fn(f64) -> String,
    /// What is written beside it.
    pub y: &'a dyn Fn(f64) -> String,
}

impl Lines<'_> {
    /// Draws at `width` by `height` CSS pixels.
    #[must_use]
    pub fn draw(&self, width: f64, height: f64) -> Scene {
        let mut scene = Scene { width, height, marks: Vec::new() };
        // drawing into a list of marks cannot fail: its error type has no values
        let _ = self.draw_into(&mut scene);
        scene
    }

    fn draw_into(&self, scene: &mut Scene) -> Result<(), Box<dyn std::error::Error>> {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let most = points().fold(1.0f64, |most, (_, y)| most.max(*y));
        let last = points().fold(1.0f64, |last, (x, _)| last.max(*x));
        let narrow = scene.width < 480.0;
        let (ends, marks) = {
            let area = SceneBackend(scene).into_drawing_area();
            let left = if narrow { 46.0 } else { 58.0 };
            let mut plot = ChartBuilder::on(&area)
                .margin_top((16.0 * SUBPIXELS) as i32)
                .margin_right((32.0 * SUBPIXELS) as i32) // half of the last tick's words
                .set_label_area_size(LabelAreaPosition::Left, (left * SUBPIXELS) as i32)
                .set_label_area_size(LabelAreaPosition::Bottom, (26.0 * SUBPIXELS) as i32)
                .build_cartesian_2d(0.0..last, 0.0..most * 1.08)?;
            let ink = Role::Tick.color();
            let font = TextStyle::from(("sans-serif", TEXT * SUBPIXELS).into_font()).color(&ink);
            plot.configure_mesh()
                .light_line_style(TRANSPARENT)
                .bold_line_style(Role::Grid.color())
                .axis_style(Role::Axis.color())
                .set_all_tick_mark_size((5.0 * SUBPIXELS) as i32)
                .x_labels(if narrow { 4 } else { 9 })
                .y_labels(6)
                .label_style(font)
                .x_label_formatter(&|x| (self.x)(*x))
                .y_label_formatter(&|y| (self.y)(*y))
                .draw()?;
            for line in &self.lines {
                plot.draw_series(LineSeries::new(
                    line.points.iter().copied(),
                    line.role.color().stroke_width(26),
                ))?;
            }
            let at = |x: f64, y: f64| {
                let (x, y) = plot.backend_coord(&(x, y));
                (f64::from(x) / SUBPIXELS, f64::from(y) / SUBPIXELS)
            };
            let ends: Vec<(f64, f64)> =
                self.lines.iter().filter_map(|line| line.points.last()).map(|(x, y)| at(*x, *y)).collect();
            let marks: Vec<(f64, f64)> = self.marked.iter().map(|(x, y, _)| at(*x, *y)).collect();
            (ends, marks)
        };
        self.names(scene, &ends);
        for ((x, y), (.., text)) in marks.into_iter().zip(&self.marked) {
            scene.marks.push(Mark::Circle(Role::Cross, [x, y, 5.0]));
            let (anchor, dx) =
                if x > scene.width / 2.0 { (Anchor::End, -10.0) } else { (Anchor::Start, 10.0) };
            // below the lines, or above them where there is no room
            let y = if y + 20.0 > scene.height - 40.0 { y - 14.0 } else { y + 20.0 };
            scene.marks.push(Mark::Text(Role::Cross, (x + dx, y), anchor, text.clone()));
        }
        Ok(())
    }

    /// Names at the ends of the lines: above the highest one, below the others, or where there is room.
    fn names(&self, scene: &mut Scene, ends: &[(f64, f64)]) {
        let top = ends.iter().fold(f64::MAX, |top, (_, y)| top.min(*y));
        let mut names = Names::in_scene(scene);
        for (line, (x, y)) in self.lines.iter().zip(ends) {
            let first = if *y > top { 24.0 } else { -6.0 };
            let places = [first, -6.0, -22.0, 24.0]
                .map(|below| (x - 4.0, (y + below).clamp(12.0, scene.height - 32.0)));
            let place = names.place(&line.name, Anchor::End, &places).unwrap_or(places[0]);
            scene.marks.push(Mark::Text(line.role, place, Anchor::End, line.name.clone()));
        }
    }
}
