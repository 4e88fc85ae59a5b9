//! Monthly cost over monthly volume: the API's line, self-hosting's steps with the range of their speed, the cheapest mix
//! of both, where they cross, and where you are.
//!
//! Both axes are logarithmic, because workloads and bills span decades. The domain is rounded outward to 1-2-5
//! numbers, so that small changes of the scenario do not move the axes.

use super::names::{Names, TEXT};
use super::scene::{Anchor, Mark, Role, SUBPIXELS, Scene, SceneBackend, text_width};
use crate::engine::breakeven::{Breakeven, StepCost};
use crate::engine::portfolio::Mix;
use crate::engine::provenance::Band;
use crate::units::{Tokens, UsdPerMTok, format, number, ticks};
use plotters::chart::ChartContext;
use plotters::coord::combinators::{BindKeyPoints, IntoLogRange, LogCoord, WithKeyPoints};

use plotters::prelude::{Cartesian2d, ChartBuilder, IntoDrawingArea, LineSeries};
use plotters::style::{Color, IntoFont, TRANSPARENT, TextStyle};

/// Room for the scenario's handle above the plot.
const TOP: f64 = 30.0;
/// Most breakeven points that are marked; the table lists all.
const MOST_CROSSINGS: usize = 4;

/// Points of the mix's curve: one for each so many pixels.
const MIX_PIXELS: f64 = 12.0;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct CostChart {
    /// Blended API price.
    pub api: UsdPerMTok,
    /// Self-hosted cost; `None` when there is no feasible plan.
    pub steps: Option<StepCost>,
    /// How far the replica's tokens/s may be off, eight times of ten.
    pub band: Option<Band>,
    /// The cheapest mix of GPUs and API.
    pub mix: Option<Mix>,
    /// The scenario's volume.
    pub volume: Tokens,
}

/// The volumes and costs that the axes show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// Tokens a month, from and to.
    pub volume: (f64, f64),
    /// Dollars a month, from and to.
    pub cost: (f64, f64),
}

/// A scene, and what is needed to find values from positions in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The marks.
    pub scene: Scene,
    /// What the axes show.
    pub domain: Domain,
    /// Left and right end of the plot in pixels.
    pub plot_x: (f64, f64),
}

impl Picture {
    /// The volume at a horizontal position, to three significant digits, inside the domain.
    #[must_use]
    pub fn volume_at(&self, x: f64) -> Tokens {
        let (left, right) = self.plot_x;
        let (min, max) = self.domain.volume;
        let share = ((x - left) / (right - left)).clamp(0.0, 1.0);
        let exact = min * (max / min).powf(share);
        Tokens::new(number::rounded(exact, 3))
    }
}

type Plot<'a, 'b> = ChartContext<
    'a,
    SceneBackend<'b>,
    Cartesian2d<WithKeyPoints<LogCoord<f64>>, WithKeyPoints<LogCoord<f64>>>,
>;

impl CostChart {
    fn breakeven(&self) -> Option<Breakeven> {
        self.steps.map(|steps| Breakeven::new(self.api, steps))
    }

    /// The domain that shows the scenario, the first and the durable breakeven with room around them.
    #[must_use]
    pub fn domain(&self) -> Domain {
        self.domain_of(self.breakeven().as_ref())
    }

    fn domain_of(&self, breakeven: Option<&Breakeven>) -> Domain {
        let turns = breakeven.map_or([None; 2], |breakeven| [breakeven.first(), breakeven.durable()]);
        let points: Vec<f64> = turns
            .into_iter()
            .flatten()
            .chain([self.volume])
            .map(Tokens::value)
            .filter(|value| *value > 0.0 && *value < 1e18)
            .collect();
        let (low, high) =
            points.iter().fold((f64::MAX, 0.0f64), |(low, high), value| (low.min(*value), high.max(*value)));
        let volume = (ticks::round_out(low / 4.0, false), ticks::round_out(high * 3.0, true));
        let api = [volume.0, volume.1].map(|v| (Tokens::new(v) * self.api).value());
        let gpu = self.steps.map(|steps| [volume.0, volume.1].map(|v| steps.at(Tokens::new(v)).value()));
        let costs = api.into_iter().chain(gpu.into_iter().flatten()).filter(|cost| *cost > 0.0);
        let (low, high) = costs.fold((f64::MAX, 0.0f64), |(low, high), cost| (low.min(cost), high.max(cost)));
        // nothing costs anything: any axis will do
        let (low, high) = if high == 0.0 { (1.0, 10.0) } else { (low, high) };
        Domain { volume, cost: (low / 1.3, high * 1.6) }
    }

    /// Draws at `width` by `height` CSS pixels; `domain` keeps the axes still while the handle is dragged.
    #[must_use]
    pub fn draw(&self, width: f64, height: f64, domain: Option<Domain>) -> Picture {
        let breakeven = self.breakeven();
        let domain = domain.unwrap_or_else(|| self.domain_of(breakeven.as_ref()));
        let mut scene = Scene { width, height, marks: Vec::new() };
        let mut plot_x = (0.0, width);
        // drawing into a list of marks cannot fail: its error type has no values
        let _ = self.draw_into(&mut scene, breakeven.as_ref(), domain, &mut plot_x);
        Picture { scene, domain, plot_x }
    }

    fn draw_into(
        &self,
        scene: &mut Scene,
        breakeven: Option<&Breakeven>,
        domain: Domain,
        plot_x: &mut (f64, f64),
    ) -> Result<(), Box<dyn std::error::Error>> {
        let narrow = scene.width < 480.0;
        let (width, height) = (scene.width, scene.height);
        let positions = {
            let area = SceneBackend(scene).into_drawing_area();
            let (left, right) = (if narrow { 46.0 } else { 58.0 }, if narrow { 10.0 } else { 18.0 });
            let mut plot = ChartBuilder::on(&area)
                .margin_top((TOP * SUBPIXELS) as i32)
                .margin_right((right * SUBPIXELS) as i32)
                .set_label_area_size(plotters::prelude::LabelAreaPosition::Left, (left * SUBPIXELS) as i32)
                .set_label_area_size(plotters::prelude::LabelAreaPosition::Bottom, (26.0 * SUBPIXELS) as i32)
                .build_cartesian_2d(
                    (domain.volume.0..domain.volume.1).log_scale().with_key_points(ticks::logarithmic(
                        domain.volume.0,
                        domain.volume.1,
                        if narrow { 5 } else { 10 },
                    )),
                    (domain.cost.0..domain.cost.1).log_scale().with_key_points(ticks::logarithmic(
                        domain.cost.0,
                        domain.cost.1,
                        6,
                    )),
                )?;
            self.shade(&mut plot, breakeven, domain)?;
            mesh(&mut plot)?;
            self.series(&mut plot, domain, width)?;
            Positions::of(&plot, domain)
        };
        *plot_x = (positions.left, positions.right);
        self.label(scene, &positions, narrow);
        self.crossings(scene, breakeven, &positions, narrow);
        self.handle(scene, &positions, height);
        Ok(())
    }

    /// Volumes at which self-hosting is cheaper, as a tint over the whole height.
    fn shade(
        &self,
        plot: &mut Plot,
        breakeven: Option<&Breakeven>,
        domain: Domain,
    ) -> Result<(), Box<dyn std::error::Error>> {
        use plotters::prelude::Rectangle;
        let (min, max) = domain.volume;
        let Some(breakeven) = breakeven else { return Ok(()) };
        let shown = breakeven.winning().take(200).take_while(|interval| interval.from.value() < max);
        let spans = shown.map(|interval| {
            (interval.from.value().max(min), interval.to.map_or(max, Tokens::value).min(max))
        });
        plot.draw_series(spans.filter(|(from, to)| from < to).map(|(from, to)| {
            Rectangle::new([(from, domain.cost.1), (to, domain.cost.0)], Role::Win.color().filled())
        }))?;
        Ok(())
    }

    fn series(&self, plot: &mut Plot, domain: Domain, width: f64) -> Result<(), Box<dyn std::error::Error>> {
        if let (Some(steps), Some(band)) = (self.steps, self.band) {
            // there at the high speed, back at the low one
            let mut around = stairs(&steps.faster(band.high), domain, width);
            around.extend(stairs(&steps.faster(band.low), domain, width).into_iter().rev());
            plot.draw_series(LineSeries::new(around, Role::Range.color().stroke_width(10)))?;
        }
        if let Some(mix) = &self.mix {
            plot.draw_series(LineSeries::new(curve(mix, domain, width), Role::Mix.color().stroke_width(20)))?;
        }
        if let Some(steps) = self.steps {
            plot.draw_series(LineSeries::new(
                stairs(&steps, domain, width),
                Role::Gpu.color().stroke_width(26),
            ))?;
        }
        let line = [domain.volume.0, domain.volume.1].map(|v| (v, (Tokens::new(v) * self.api).value()));
        if line[0].1 > 0.0 {
            plot.draw_series(LineSeries::new(line, Role::Api.color().stroke_width(26)))?;
        }
        Ok(())
    }

    /// Names beside the lines: no legend to look up.
    fn label(&self, scene: &mut Scene, at: &Positions, narrow: bool) {
        let text = |scene: &mut Scene, role, (x, y), anchor, text: String| {
            scene.marks.push(Mark::Text(role, (x, y), anchor, text));
        };
        // over the left end of its line, as high as the steps are where the name ends
        let steps = self.steps.map(|steps| {
            let name = if narrow { "Self-hosted" } else { "Self-hosted, whole instances" };
            let ends =
                [at.left, at.left + 6.0 + text_width(name, TEXT)].map(|x| Tokens::new(at.volume_of(x)));
            (name, at.y(ends.map(|volume| steps.at(volume).value()).into_iter().fold(0.0, f64::max)) - 9.0)
        });
        let api_name =
            if narrow { "API".into() } else { format!("API, {}/MTok", format::usd(self.api.value())) };
        if self.api.value() > 0.0 {
            // under the line, a fifth of the way, where self-hosting lies above it, and clear of the handle
            let you = at.x(self.volume.value());
            let wide = text_width(&api_name, TEXT) + 16.0;
            let places = [0.2, 0.4, 0.05, 0.6, 0.75].map(|share| at.left + (at.right - at.left) * share);
            let own = |x: f64| at.y((Tokens::new(at.volume_of(x)) * self.api).value()) + 16.0;
            let free = |x: &f64| {
                let apart = steps.is_none_or(|(_, y)| *x > at.left + 210.0 || (own(*x) - y).abs() > 18.0);
                apart && (you < *x || you > x + wide)
            };
            let clear = places.into_iter().find(free).unwrap_or(places[0]);
            let v = at.volume_of(clear);
            let y = at.y((Tokens::new(v) * self.api).value());
            text(scene, Role::Api, (at.x(v) + 8.0, (y + 16.0).min(at.bottom - 6.0)), Anchor::Start, api_name);
        }
        if let Some((name, y)) = steps {
            text(scene, Role::Gpu, (at.left + 6.0, y), Anchor::Start, name.into());
        }
        // under its right end, as low as the curve is where the name begins
        const MIX: &str = "Cheapest mix";
        let start = at.right - 6.0 - text_width(MIX, TEXT);
        let [low, end] = [at.volume_of(start), at.domain.volume.1].map(Tokens::new);
        if let Some(mix) = self.mix.as_ref().filter(|mix| mix.at(end) < end * self.api * 0.97) {
            let y = (at.y(mix.at(low).min(mix.at(end)).value()) + 18.0).min(at.bottom - 6.0);
            text(scene, Role::Mix, (at.right - 6.0, y), Anchor::End, MIX.into());
        }
    }

    fn crossings(&self, scene: &mut Scene, breakeven: Option<&Breakeven>, at: &Positions, narrow: bool) {
        let Some(breakeven) = breakeven else { return };
        let (min, max) = at.domain.volume;
        let mut names = Names::in_scene(scene);
        let all = breakeven.winning().take(200).filter(|i| i.from.value() > min && i.from.value() < max);
        for interval in all.take(MOST_CROSSINGS) {
            let from = interval.from;
            let (x, y) = (at.x(from.value()), at.y((from * self.api).value()));
            scene.marks.push(Mark::Circle(Role::Cross, [x, y, 5.0]));
            let name = format::compact(from.value());
            let label = match (interval.to, narrow) {
                (None, false) => format!("{name}, cheaper for good"),
                _ => name,
            };
            // above and to the left, where neither line nor the mix below both runs, and over what stands there
            let end = (x - 8.0).max(at.left + 4.0 + text_width(&label, TEXT));
            let places = [10.0, 26.0, 42.0].map(|up| (end, y - up));
            if let Some(place) = names.place(&label, Anchor::End, &places) {
                scene.marks.push(Mark::Text(Role::Cross, place, Anchor::End, label));
            }
        }
    }

    /// A vertical line at the scenario's volume with a handle on top and a dot on each curve.
    fn handle(&self, scene: &mut Scene, at: &Positions, height: f64) {
        let x = at.x(self.volume.value()).clamp(at.left, at.right);
        let label = format!("you {}", format::compact(self.volume.value()));
        let half = text_width(&label, TEXT) / 2.0 + 12.0;
        let center = x.clamp(half + 1.0, (scene.width - half - 1.0).max(half + 1.0));
        scene.marks.push(Mark::Path(Role::You, vec![(x, TOP - 6.0), (x, at.bottom.min(height))]));
        scene.marks.push(Mark::Rect(Role::You, [center - half, 2.0, half * 2.0, 22.0]));
        scene.marks.push(Mark::Text(Role::YouLabel, (center, 17.0), Anchor::Middle, label));
        let costs = [
            (Role::Api, Some((self.volume * self.api).value())),
            (Role::Gpu, self.steps.map(|steps| steps.at(self.volume).value())),
        ];
        for (role, cost) in costs {
            if let Some(cost) = cost.filter(|cost| *cost >= at.domain.cost.0 && *cost <= at.domain.cost.1) {
                scene.marks.push(Mark::Circle(role, [x, at.y(cost), 4.5]));
            }
        }
    }
}

/// Grid and numbers, without plotters' light lines.
fn mesh(plot: &mut Plot) -> Result<(), Box<dyn std::error::Error>> {
    let ink = Role::Tick.color();
    let font = TextStyle::from(("sans-serif", TEXT * SUBPIXELS).into_font()).color(&ink);
    plot.configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(Role::Grid.color())
        .axis_style(Role::Axis.color())
        .set_all_tick_mark_size((5.0 * SUBPIXELS) as i32)
        .label_style(font)
        .x_label_formatter(&|volume| format::compact(*volume))
        .y_label_formatter(&|cost| format::usd_tick(*cost))
        .draw()?;
    Ok(())
}

/// The cost of a mix at volumes a few pixels apart.
fn curve(mix: &Mix, domain: Domain, width: f64) -> Vec<(f64, f64)> {
    let (min, max) = domain.volume;
    let count = (width / MIX_PIXELS).ceil().max(2.0);
    let volume = |at: u32| min * (max / min).powf(f64::from(at) / count);
    let cost = |volume: f64| mix.at(Tokens::new(volume)).value().clamp(domain.cost.0, domain.cost.1);
    (0..=count as u32).map(volume).map(|volume| (volume, cost(volume))).collect()
}

/// The corners of the step curve inside the domain; one point a pixel where steps are narrower than that.
fn stairs(steps: &StepCost, domain: Domain, width: f64) -> Vec<(f64, f64)> {
    let (min, max) = domain.volume;
    let cost = |volume: f64| steps.at(Tokens::new(volume)).value().clamp(domain.cost.0, domain.cost.1);
    let mut points = vec![(min, cost(min))];
    let ratio = (max / min).powf(1.0 / width.max(1.0));
    let mut volume = min;
    loop {
        let edge = steps.next(Tokens::new(volume)).value();
        if edge >= max {
            break;
        }
        if edge < volume * ratio {
            // many steps in one pixel
            volume *= ratio;
            points.push((volume.min(max), cost(volume.min(max))));
            if volume >= max {
                return points;
            }
        } else {
            points.push((edge, cost(edge)));
            // just above the edge the next purchase is due
            let above = edge * (1.0 + 1e-9);
            points.push((edge, cost(above)));
            volume = above;
        }
    }
    points.push((max, cost(max)));
    points
}

/// Pixel positions of values, taken over from plotters' coordinate system once.
struct Positions {
    domain: Domain,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Positions {
    fn of(plot: &Plot, domain: Domain) -> Self {
        let corner = |volume, cost| {
            let (x, y) = plot.backend_coord(&(volume, cost));
            (f64::from(x) / SUBPIXELS, f64::from(y) / SUBPIXELS)
        };
        let (left, bottom) = corner(domain.volume.0, domain.cost.0);
        let (right, top) = corner(domain.volume.1, domain.cost.1);
        Self { domain, left, right, top, bottom }
    }

    fn x(&self, volume: f64) -> f64 {
        let (min, max) = self.domain.volume;
        self.left + (self.right - self.left) * (volume / min).ln() / (max / min).ln()
    }

    fn y(&self, cost: f64) -> f64 {
        let (min, max) = self.domain.cost;
        self.bottom + (self.top - self.bottom) * (cost.max(min) / min).ln() / (max / min).ln()
    }

    fn volume_of(&self, x: f64) -> f64 {
        let (min, max) = self.domain.volume;
        min * (max / min).powf((x - self.left) / (self.right - self.left))
    }
}
