//! A picture as a list of marks with a role each: what plotters draws, before anyone decides on pixels or colours.
//!
//! Plotters' own text measuring needs a browser's document and breaks strict content security policies, so this
//! backend measures with fixed font metrics. Colours are roles: the red channel of a plotters colour carries the
//! role's number, and the page's style sheet gives it a colour in light, dark and print.

use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, text_anchor,
};

/// Plotters counts in whole pixels; ten of its pixels are one of ours.
pub const SUBPIXELS: f64 = 10.0;

/// What a mark stands for; also its CSS class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// Grid lines.
    Grid,
    /// The axis line at the bottom.
    Axis,
    /// Numbers on the axes.
    Tick,
    /// The pay-per-token API.
    Api,
    /// Self-hosting.
    Gpu,
    /// Volumes at which self-hosting is cheaper.
    Win,
    /// Breakeven points.
    Cross,
    /// The scenario's own volume.
    You,
    /// Text on the handle of the scenario's volume.
    YouLabel,
    /// Reserved or bought capacity.
    Reserved,
    /// On-demand capacity.
    OnDemand,
    /// Spot capacity.
    Spot,
    /// A range of what may be.
    Range,
    /// Names inside a picture.
    Label,
    /// The cheapest mix of GPUs and API.
    Mix,
}

impl Role {
    const ALL: [Self; 15] = [
        Self::Grid,
        Self::Axis,
        Self::Tick,
        Self::Api,
        Self::Gpu,
        Self::Win,
        Self::Cross,
        Self::You,
        Self::YouLabel,
        Self::Reserved,
        Self::OnDemand,
        Self::Spot,
        Self::Range,
        Self::Label,
        Self::Mix,
    ];

    /// The CSS class of the role.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Axis => "axis",
            Self::Tick => "tick",
            Self::Api => "api",
            Self::Gpu => "gpu",
            Self::Win => "win",
            Self::Cross => "cross",
            Self::You => "you",
            Self::YouLabel => "you-label",
            Self::Reserved => "reserved",
            Self::OnDemand => "on-demand",
            Self::Spot => "spot",
            Self::Range => "range",
            Self::Label => "label",
            Self::Mix => "mix",
        }
    }

    /// The role of a CSS class.
    #[must_use]
    pub fn of_class(class: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.class() == class)
    }

    /// The role as a plotters colour.
    #[must_use]
    pub fn color(self) -> plotters::style::RGBColor {
        plotters::style::RGBColor(self as u8, 0, 0)
    }

    fn of(color: BackendColor) -> Self {
        Self::ALL.get(usize::from(color.rgb.0)).copied().unwrap_or(Self::Grid)
    }
}

/// Where a text's position is on the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Left end.
    Start,
    /// Middle.
    Middle,
    /// Right end.
    End,
}

impl Anchor {
    /// As SVG's `text-anchor`.
    #[must_use]
    pub fn svg(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// One thing drawn; positions in CSS pixels from the top left.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// An open line through points.
    Path(Role, Vec<(f64, f64)>),
    /// A filled rectangle: x, y, width, height.
    Rect(Role, [f64; 4]),
    /// A circle: x, y, radius.
    Circle(Role, [f64; 3]),
    /// A line of text at its baseline.
    Text(Role, (f64, f64), Anchor, String),
}

/// Marks in drawing order on a canvas of `width` by `height`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Later marks lie on earlier ones.
    pub marks: Vec<Mark>,
}

/// Width of a text in the sans-serif of the page at `size` pixels: an average that errs on the wide side.
#[must_use]
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ' ' | '\'' | '|' | '/' => 0.32,
            'm' | 'w' | 'M' | 'W' | '%' => 0.88,
            c if c.is_uppercase() => 0.68,
            _ => 0.56,
        })
        .sum::<f64>()
        * size
}

/// Lets plotters draw into a scene.
pub struct SceneBackend<'a>(pub &'a mut Scene);

fn point((x, y): BackendCoord) -> (f64, f64) {
    (f64::from(x) / SUBPIXELS, f64::from(y) / SUBPIXELS)
}

type Outcome<E> = Result<(), DrawingErrorKind<E>>;

impl DrawingBackend for SceneBackend<'_> {
    type ErrorType = std::convert::Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.0.width * SUBPIXELS) as u32, (self.0.height * SUBPIXELS) as u32)
    }

    fn ensure_prepared(&mut self) -> Outcome<Self::ErrorType> {
        Ok(())
    }

    fn present(&mut self) -> Outcome<Self::ErrorType> {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Outcome<Self::ErrorType> {
        let (x, y) = point(at);
        self.0.marks.push(Mark::Rect(Role::of(color), [x, y, 1.0 / SUBPIXELS, 1.0 / SUBPIXELS]));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Outcome<Self::ErrorType> {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome<Self::ErrorType> {
        if style.color().alpha > 0.0 {
            let points = path.into_iter().map(point).collect();
            self.0.marks.push(Mark::Path(Role::of(style.color()), points));
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Outcome<Self::ErrorType> {
        let ((x, y), (right, bottom)) = (point(upper_left), point(bottom_right));
        self.0.marks.push(Mark::Rect(Role::of(style.color()), [x, y, right - x, bottom - y]));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Outcome<Self::ErrorType> {
        let (x, y) = point(center);
        self.0.marks.push(Mark::Circle(Role::of(style.color()), [x, y, f64::from(radius) / SUBPIXELS]));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        at: BackendCoord,
    ) -> Outcome<Self::ErrorType> {
        let (x, y) = point(at);
        let size = style.size() / SUBPIXELS;
        let anchor = match style.anchor().h_pos {
            text_anchor::HPos::Left => Anchor::Start,
            text_anchor::HPos::Center => Anchor::Middle,
            text_anchor::HPos::Right => Anchor::End,
        };
        // to the baseline, which lies about three quarters of the size below the top of a line
        let below = match style.anchor().v_pos {
            text_anchor::VPos::Top => 0.78,
            text_anchor::VPos::Center => 0.34,
            text_anchor::VPos::Bottom => -0.2,
        };
        self.0.marks.push(Mark::Text(
            Role::of(style.color()),
            (x, y + below * size),
            anchor,
            text.to_owned(),
        ));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        Ok((text_width(text, style.size()) as u32, style.size() as u32))
    }
}
