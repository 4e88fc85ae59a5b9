//! Where names can stand in a picture without touching each other.

use super::scene::{Anchor, Mark, Scene, text_width};

/// Type size of all chart text, in CSS pixels.
pub const TEXT: f64 = 12.0;

/// The room that is taken, as left, top, right and bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names(Vec<[f64; 4]>);

impl Names {
    /// What the texts of a scene have taken.
    #[must_use]
    pub fn in_scene(scene: &Scene) -> Self {
        let texts = scene.marks.iter().filter_map(|mark| match mark {
            Mark::Text(_, at, anchor, text) => Some(room(text, *anchor, *at)),
            _ => None,
        });
        Self(texts.collect())
    }

    /// Takes a rectangle.
    pub fn keep_free(&mut self, room: [f64; 4]) {
        self.0.push(room);
    }

    /// The first of some places at which a text touches nothing, which then is taken.
    pub fn place(&mut self, text: &str, anchor: Anchor, places: &[(f64, f64)]) -> Option<(f64, f64)> {
        let free = |at: &&(f64, f64)| {
            let [left, top, right, bottom] = room(text, anchor, **at);
            !self.0.iter().any(|[l, t, r, b]| left < *r && *l < right && top < *b && *t < bottom)
        };
        let place = *places.iter().find(free)?;
        self.keep_free(room(text, anchor, place));
        Some(place)
    }
}

fn room(text: &str, anchor: Anchor, (x, y): (f64, f64)) -> [f64; 4] {
    let wide = text_width(text, TEXT);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - wide / 2.0,
        Anchor::End => x - wide,
    };
    // with a little air, for bold letters are wider
    [left - 4.0, y - 11.0, left + wide + 4.0, y + 3.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_name_takes_the_next_place_or_none() {
        let mut names = Names::default();
        let places = [(10.0, 20.0), (10.0, 36.0)];
        assert_eq!(names.place("H100", Anchor::Start, &places), Some((10.0, 20.0)));
        assert_eq!(names.place("H200", Anchor::Start, &places), Some((10.0, 36.0)));
        assert_eq!(names.place("B200", Anchor::Start, &places), None);
        assert_eq!(names.place("B200", Anchor::End, &[(0.0, 20.0)]), Some((0.0, 20.0)), "on the other side");
    }
}
