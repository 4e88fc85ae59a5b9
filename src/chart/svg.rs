//! A scene as SVG text, for tests and everything without a document. Files for readers are [sheets](super::sheet).

use super::scene::{Mark, Role, Scene};
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

/// The elements inside, a line each, with classes.
#[must_use]
pub fn marks(scene: &Scene) -> String {
    drawn(scene, &|_, role| format!("class=\"{}\"", role.class()))
}

/// Text as it stands in a document and in an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The elements inside, each with what `look` says of its tag and role.
pub(super) fn drawn(scene: &Scene, look: &dyn Fn(&str, Role) -> String) -> String {
    let mut svg = String::new();
    for mark in &scene.marks {
        let line = match mark {
            Mark::Path(role, points) => format!("<path {} d=\"{}\"/>", look("path", *role), path(points)),
            Mark::Rect(role, [x, y, width, height]) => {
                let [x, y, width, height] = [x, y, width, height].map(|value| short(*value));
                let look = look("rect", *role);
                format!("<rect {look} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>")
            }
            Mark::Circle(role, [x, y, r]) => {
                let [x, y, r] = [x, y, r].map(|value| short(*value));
                format!("<circle {} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>", look("circle", *role))
            }
            Mark::Text(role, (x, y), anchor, text) => format!(
                "<text {} x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>",
                look("text", *role),
                short(*x),
                short(*y),
                anchor.svg(),
                escaped(text)
            ),
        };
        svg += &line;
        svg.push('\n');
    }
    svg
}
