//! A picture as a file of its own: an SVG document with title, names of the axes, legend, source and link, in its own colours.
//!
//! It needs no style sheet, font, script or network, so that browsers, editors and documents show the same.
//!
//! ```
//! use llm_breakeven::chart::{scene::Scene, sheet::{Sheet, Theme}};
//! let scene = Scene { width: 400.0, height: 200.0, marks: Vec::new() };
//! let sheet = Sheet { title: "Cost & volume", source: "LLM Breakeven", link: "https://example.org/#1;t=5B", ..Sheet::default() };
//! let svg = sheet.svg(&scene, Theme::Dark);
//! assert!(svg.starts_with("<svg xmlns=") && svg.contains("<title>Cost &amp; volume</title>"));
//! ```

use super::names::TEXT;
use super::scene::{Role, Scene, text_width};
use super::svg::{drawn, escaped, short};

/// Room left and right, and above and below.
const PAD: f64 = 16.0;
/// Type sizes: title and source; axes and legend are as in the picture.
const TITLE: f64 = 15.0;
const FINE: f64 = 11.0;
/// How much wider than the average font the widest usual one is, plain and bold: whoever opens the file has their own.
const WIDE: f64 = 1.15;
const WIDE_BOLD: f64 = 1.4;
/// Lines of a link that are written out; the whole is behind them.
const MOST_LINES: usize = 3;

/// What stands around a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sheet<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What the horizontal axis counts; empty where the picture says it.
    pub across: &'a str,
    /// What the vertical axis counts.
    pub up: &'a str,
    /// What the picture does not name itself: kind of mark, role and words.
    pub legend: &'a [(&'a str, Role, &'a str)],
    /// What it was made from, and when.
    pub source: &'a str,
    /// Where the scenario opens; empty for nowhere.
    pub link: &'a str,
}

/// Its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// Light on dark.
    Dark,
}

/// The colours of a theme, those of the page.
struct Colours {
    paper: &'static str,
    ink: &'static str,
    soft: &'static str,
    hair: &'static str,
    api: &'static str,
    gpu: &'static str,
    mix: &'static str,
}

impl Theme {
    fn colours(self) -> Colours {
        match self {
            Self::Light => Colours {
                paper: "#fbfaf7",
                ink: "#1d1c1a",
                soft: "#5f5b54",
                hair: "#e2ded5",
                api: "#a8400b",
                gpu: "#0b6660",
                mix: "#5b4a9c",
            },
            Self::Dark => Colours {
                paper: "#141413",
                ink: "#edeae3",
                soft: "#a8a399",
                hair: "#35322d",
                api: "#f0914f",
                gpu: "#4fc3bb",
                mix: "#b3a4ee",
            },
        }
    }
}

impl Colours {
    /// How a mark looks, as attributes.
    fn look(&self, tag: &str, role: Role) -> String {
        let fill = |colour: &str, opacity: &str| format!("fill=\"{colour}\" fill-opacity=\"{opacity}\"");
        let stroke = |colour: &str, rest: &str| format!("fill=\"none\" stroke=\"{colour}\"{rest}");
        let bold = |colour: &str| format!("fill=\"{colour}\" font-weight=\"600\"");
        match (tag, role) {
            ("path", Role::Grid) => stroke(self.hair, ""),
            ("path", Role::Api) => stroke(self.api, " stroke-width=\"2.6\" stroke-linejoin=\"round\""),
            ("path", Role::Gpu) => stroke(self.gpu, " stroke-width=\"2.6\" stroke-linejoin=\"round\""),
            ("path", Role::Mix) => stroke(self.mix, " stroke-width=\"2\" stroke-dasharray=\"7 4\""),
            ("path", Role::Range) => fill(self.gpu, "0.16"),
            ("path", Role::You | Role::Cross) => stroke(self.ink, ""),
            ("path", _) => stroke(self.soft, ""),
            ("circle", Role::Api) => fill(self.api, "1"),
            ("circle", Role::Gpu) => fill(self.gpu, "1"),
            ("circle", Role::Range) => fill(self.soft, "0.55"),
            ("circle", _) => {
                format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"", self.paper, self.ink)
            }
            ("rect", Role::Win) => fill(self.gpu, "0.08"),
            ("rect", Role::You) => format!("fill=\"{}\" rx=\"11\"", self.ink),
            ("rect", Role::Reserved) => fill(self.gpu, "1"),
            ("rect", Role::OnDemand) => fill(self.gpu, "0.55"),
            ("rect", Role::Spot) => fill(self.gpu, "0.28"),
            ("rect", Role::Api) => fill(self.api, "0.7"),
            ("rect", Role::Gpu) => fill(self.gpu, "0.75"),
            ("rect", _) => fill(self.soft, "0.22"),
            (_, Role::Api) => bold(self.api),
            (_, Role::Gpu) => bold(self.gpu),
            (_, Role::Mix) => bold(self.mix),
            (_, Role::Cross) => bold(self.ink),
            (_, Role::YouLabel) => bold(self.paper),
            (_, Role::Label) => fill(self.ink, "1"),
            _ => fill(self.soft, "1"),
        }
    }
}

/// A text cut into lines of a width; a word that is longer than a line is cut where it ends.
fn wrapped(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut add = |word: &str, gap: &str| {
        let Some(line) = lines.last_mut() else { return };
        if !line.is_empty() && text_width(&[line, gap, word].concat(), size) <= width {
            line.push_str(gap);
            line.push_str(word);
        } else if line.is_empty() {
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    };
    for word in text.split_whitespace() {
        if text_width(word, size) <= width {
            add(word, " ");
            continue;
        }
        let mut part = String::new();
        for c in word.chars() {
            part.push(c);
            if text_width(&part, size) > width - size {
                add(&std::mem::take(&mut part), " ");
            }
        }
        add(&part, "");
    }
    lines
}

/// What is written, from top to bottom.
struct Writer<'a> {
    svg: String,
    y: f64,
    colours: &'a Colours,
}

impl Writer<'_> {
    fn line(&mut self, text: &str, size: f64, colour: &str, rest: &str) {
        self.y += size * 1.3;
        self.svg += &format!(
            "<text x=\"{PAD}\" y=\"{}\" font-size=\"{size}\" fill=\"{colour}\"{rest}>{}</text>\n",
            short(self.y),
            escaped(text)
        );
    }

    /// Swatches with their words, in rows.
    fn legend(&mut self, legend: &[(&str, Role, &str)], width: f64) {
        let mut x = PAD;
        for (at, (tag, role, words)) in legend.iter().enumerate() {
            let wide = 18.0 + text_width(words, TEXT * WIDE) + 18.0;
            if at == 0 || x + wide > width - PAD {
                (x, self.y) = (PAD, self.y + 20.0);
            }
            let look = self.colours.look(tag, *role);
            let (y, words) = (self.y, escaped(words));
            self.svg += &format!(
                "<rect {look} stroke=\"{}\" x=\"{}\" y=\"{}\" width=\"12\" height=\"12\"/>\n\
                 <text x=\"{}\" y=\"{}\" fill=\"{}\">{words}</text>\n",
                self.colours.hair,
                short(x),
                short(y - 10.0),
                short(x + 18.0),
                short(y),
                self.colours.ink,
            );
            x += wide;
        }
    }
}

impl Sheet<'_> {
    /// The whole document.
    #[must_use]
    pub fn svg(&self, scene: &Scene, theme: Theme) -> String {
        let colours = theme.colours();
        let width = (scene.width + 2.0 * PAD).max(360.0);
        let room = width - 2.0 * PAD;
        let mut out = Writer { svg: String::new(), y: PAD * 0.6, colours: &colours };
        for line in wrapped(self.title, TITLE * WIDE_BOLD, room) {
            out.line(&line, TITLE, colours.ink, " font-weight=\"600\"");
        }
        out.y += 6.0;
        if !self.up.is_empty() {
            out.line(self.up, TEXT, colours.soft, "");
        }
        out.y += 8.0;
        let marks = drawn(scene, &|tag, role| colours.look(tag, role));
        out.svg += &format!("<g transform=\"translate({PAD},{})\">\n{marks}</g>\n", short(out.y));
        out.y += scene.height;
        if !self.across.is_empty() {
            out.y += TEXT * 1.3;
            let (x, y, soft) = (short(width - PAD), short(out.y), colours.soft);
            let words = escaped(self.across);
            out.svg +=
                &format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\" fill=\"{soft}\">{words}</text>\n");
        }
        out.legend(self.legend, width);
        out.y += 8.0;
        for line in wrapped(self.source, FINE * WIDE, room) {
            out.line(&line, FINE, colours.soft, "");
        }
        self.link(&mut out, room);
        self.document(&out, width)
    }

    fn link(&self, out: &mut Writer, room: f64) {
        // a file on a disk leads nobody anywhere
        if !self.link.starts_with("http") {
            return;
        }
        let mut lines = wrapped(self.link, FINE * WIDE, room);
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.iter_mut().skip(MOST_LINES - 1).for_each(|line| line.push('…'));
        }
        out.svg += &format!("<a href=\"{}\">\n", escaped(self.link));
        for line in lines {
            out.line(&line, FINE, out.colours.soft, " text-decoration=\"underline\"");
        }
        out.svg += "</a>\n";
    }

    fn document(&self, out: &Writer, width: f64) -> String {
        let (width, height) = (short(width), short(out.y + PAD));
        let (title, paper) = (escaped(self.title), out.colours.paper);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>{title}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{paper}\"/>\n{}</svg>\n",
            out.svg
        )
    }
}
