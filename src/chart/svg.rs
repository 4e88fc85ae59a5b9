//! A scene as SVG text: for downloads, tests and everything without a document.

use super::scene::{Mark, Scene};
use std::fmt::Write;

/// Points as SVG path data, to a tenth of a pixel.
///
/// ```
/// assert_eq!(llm_breakeven::chart::svg::path(&[(0.0, 1.25), (10.0, 2.0)]), "M0,1.3L10,2");
/// ```
#[must_use]
pub fn path(points: &[(f64, f64)]) -> String {
    let mut text = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let letter = if index == 0 { 'M' } else { 'L' };
        // writing to a string cannot fail
        let _ = write!(text, "{letter}{},{}", short(*x), short(*y));
    }
    text
}

/// A coordinate to a tenth of a pixel without trailing zero.
#[must_use]
pub fn short(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// A whole SVG document with classes but without style.
#[must_use]
pub fn document(scene: &Scene) -> String {
    let (width, height) = (short(scene.width), short(scene.height));
    let marks = marks(scene);
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\">\n{marks}</svg>\n")
}

/// The elements inside, a line each.
#[must_use]
pub fn marks(scene: &Scene) -> String {
    let mut svg = String::new();
    for mark in &scene.marks {
        let line = match mark {
            Mark::Path(role, points) => format!("<path class=\"{}\" d=\"{}\"/>", role.class(), path(points)),
            Mark::Rect(role, [x, y, width, height]) => {
                let [x, y, width, height] = [x, y, width, height].map(|value| short(*value));
                format!(
                    "<rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>",
                    role.class()
                )
            }
            Mark::Circle(role, [x, y, r]) => {
                let [x, y, r] = [x, y, r].map(|value| short(*value));
                format!("<circle class=\"{}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>", role.class())
            }
            Mark::Text(role, (x, y), anchor, text) => format!(
                "<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>",
                role.class(),
                short(*x),
                short(*y),
                anchor.svg(),
                text.replace('&', "&amp;").replace('<', "&lt;")
            ),
        };
        svg += &line;
        svg.push('\n');
    }
    svg
}
