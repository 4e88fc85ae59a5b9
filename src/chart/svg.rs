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

/// A whole SVG document that needs no style sheet: for pages without script, and for files. Its colours are the page's
/// light ones.
#[must_use]
pub fn standalone(scene: &Scene, title: &str) -> String {
    let (width, height) = (short(scene.width), short(scene.height));
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    let mut marks = marks(scene);
    for (tag, class, look) in LOOKS {
        marks = marks.replace(&format!("<{tag} class=\"{class}\""), &format!("<{tag} {look}"));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>{title}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fbfaf7\"/>\n{marks}</svg>\n"
    )
}

/// How the marks of the cost chart look, as attributes in place of a class; marks of other charts keep theirs.
const LOOKS: [(&str, &str, &str); 18] = [
    ("path", "grid", "fill=\"none\" stroke=\"#e2ded5\""),
    ("path", "axis", "fill=\"none\" stroke=\"#5f5b54\""),
    ("text", "tick", "fill=\"#5f5b54\""),
    ("rect", "win", "fill=\"#0b6e69\" fill-opacity=\"0.08\""),
    ("path", "range", "fill=\"#0b6660\" fill-opacity=\"0.16\""),
    ("path", "mix", "fill=\"none\" stroke=\"#5b4a9c\" stroke-width=\"2\" stroke-dasharray=\"7 4\""),
    ("text", "mix", "fill=\"#5b4a9c\" font-weight=\"600\""),
    ("path", "api", "fill=\"none\" stroke=\"#a8400b\" stroke-width=\"2.6\""),
    ("text", "api", "fill=\"#a8400b\" font-weight=\"600\""),
    ("circle", "api", "fill=\"#a8400b\""),
    ("path", "gpu", "fill=\"none\" stroke=\"#0b6660\" stroke-width=\"2.6\""),
    ("text", "gpu", "fill=\"#0b6660\" font-weight=\"600\""),
    ("circle", "gpu", "fill=\"#0b6660\""),
    ("circle", "cross", "fill=\"#fbfaf7\" stroke=\"#1d1c1a\" stroke-width=\"2\""),
    ("text", "cross", "fill=\"#1d1c1a\" font-weight=\"600\""),
    ("path", "you", "fill=\"none\" stroke=\"#1d1c1a\""),
    ("rect", "you", "fill=\"#1d1c1a\" rx=\"11\""),
    ("text", "you-label", "fill=\"#fbfaf7\" font-weight=\"600\""),
];

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
