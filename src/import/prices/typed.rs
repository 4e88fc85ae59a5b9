//! Single prices that someone typed, as rows like those of a file, with the source "typed" and the day.

use super::names::{OpenModels, row};
use super::own::per_gpu_issue;
use super::{ImportProblem, Issue, MAX_USD_PER_MTOK, MIN_USD_PER_MTOK};
use crate::catalogue::{
    ApiPrice, Basis, Catalogue, Commitment, Offer, Overlay, Provenance, Text, did_you_mean,
};
use crate::units::number::rounded;
use crate::units::parse::{ParseError, Unit, quantity};
use crate::units::{Date, UsdPerHour, UsdPerMTok};

/// Source of typed rows.
pub const TYPED: &str = "typed";

/// An API price as it was typed; prices in any unit that prices per million tokens understand.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypedApiPrice<'a> {
    /// Who sells it.
    pub provider: &'a str,
    /// The model's name there, or the id of an open model.
    pub model: &'a str,
    /// Price of input.
    pub input: &'a str,
    /// Price of output.
    pub output: &'a str,
    /// Price of cached input; empty when it costs as much as other input.
    pub cached: &'a str,
}

/// A GPU's price as it was typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypedOffer<'a> {
    /// Who sells it.
    pub provider: &'a str,
    /// Id of the GPU.
    pub gpu: &'a str,
    /// Price of one GPU for an hour, or per month.
    pub price: &'a str,
    /// GPUs that are sold together; empty for single ones.
    pub gpus: &'a str,
    /// Key of the commitment; empty for none.
    pub commitment: &'a str,
}

/// A typed text must not fill the page.
const MOST_LETTERS: usize = 80;

fn problem(row: &str, field: &str, issue: Issue) -> ImportProblem {
    ImportProblem { line: None, row: row.to_owned(), field: field.to_owned(), issue }
}

/// A name that is there and short.
fn named<'a>(field: &str, text: &'a str) -> Result<&'a str, ImportProblem> {
    match text.trim() {
        "" => Err(problem("typed price", field, Issue::Missing)),
        name if name.len() > MOST_LETTERS => {
            Err(problem("typed price", field, Issue::NotANumber(name.to_owned())))
        }
        name => Ok(name),
    }
}

/// A price per million tokens within its limits; `None` when nothing is typed.
fn price(row: &str, field: &str, text: &str) -> Result<Option<UsdPerMTok>, ImportProblem> {
    let number = match quantity(text, Unit::UsdPerMTok, 730.0) {
        Err(ParseError::Empty) => return Ok(None),
        Err(_) => return Err(problem(row, field, Issue::NotANumber(text.trim().to_owned()))),
        Ok(number) => number,
    };
    match number {
        n if !n.is_finite() => Err(problem(row, field, Issue::NotANumber(text.trim().to_owned()))),
        n if n < 0.0 => Err(problem(row, field, Issue::Negative(n))),
        n if n > MAX_USD_PER_MTOK => Err(problem(row, field, Issue::Absurd(n))),
        n if n > 0.0 && n < MIN_USD_PER_MTOK => Err(problem(row, field, Issue::PerToken(n))),
        n => Ok(Some(UsdPerMTok::new(n))),
    }
}

/// The row of a typed API price.
///
/// ```
/// use llm_breakeven::{catalogue::Catalogue, import::prices::{TypedApiPrice, typed_api_price}, units::Date};
/// let typed = TypedApiPrice { provider: "me", model: "llama-3.3-70b", input: "$0.20", output: "0.00000060/token", cached: "" };
/// let overlay = typed_api_price(&typed, Date::EPOCH, Catalogue::builtin()).unwrap();
/// let row = &overlay.api_prices[0];
/// assert_eq!((row.output.value(), row.open_model.as_deref()), (0.6, Some("llama-3.3-70b")));
/// ```
///
/// # Errors
/// The field that is missing, no number, negative, or absurd.
pub fn api_price(
    typed: &TypedApiPrice,
    today: Date,
    catalogue: &Catalogue,
) -> Result<Overlay, ImportProblem> {
    let (provider, model) = (named("provider", typed.provider)?, named("model", typed.model)?);
    let place = [provider, "/", model].concat();
    let needed = |field: &str, text: &str| {
        price(&place, field, text)?.ok_or_else(|| problem(&place, field, Issue::Missing))
    };
    let (input, output) = (needed("input", typed.input)?, needed("output", typed.output)?);
    let provenance = Provenance { source: Text::Borrowed(TYPED), as_of: today };
    let mut row: ApiPrice = row(provider, model, input.value(), output.value(), &provenance);
    row.cache_read = price(&place, "cached", typed.cached)?;
    row.open_model = OpenModels::of(catalogue).find(model).map(Into::into);
    Ok(Overlay { api_prices: vec![row], offers: Vec::new() })
}

/// The row of a typed GPU price.
///
/// # Errors
/// The field that is missing, no number, negative, absurd, or names an unknown GPU.
pub fn offer(typed: &TypedOffer, today: Date, catalogue: &Catalogue) -> Result<Overlay, ImportProblem> {
    let provider = named("provider", typed.provider)?;
    let gpu = named("gpu", typed.gpu)?;
    if catalogue.gpu(gpu).is_none() {
        let like = did_you_mean(gpu, catalogue.gpus.iter().map(|gpu| &*gpu.id)).map(str::to_owned);
        return Err(problem(provider, "gpu", Issue::UnknownGpu(gpu.to_owned(), like)));
    }
    let number = |field: &str, text: &str, unit: Unit| match quantity(text, unit, 730.0) {
        Ok(number) => Ok(Some(number)),
        Err(ParseError::Empty) => Ok(None),
        Err(_) => Err(problem(provider, field, Issue::NotANumber(text.trim().to_owned()))),
    };
    let gpus = number("GPUs per instance", typed.gpus, Unit::Count)?.unwrap_or(1.0);
    if !(1.0..=64.0).contains(&gpus) || gpus.fract() != 0.0 {
        let given = typed.gpus.trim().to_owned();
        return Err(problem(provider, "GPUs per instance", Issue::NotANumber(given)));
    }
    let price = number("price", typed.price, Unit::UsdPerHour)?;
    let price = price.ok_or_else(|| problem(provider, "price", Issue::Missing))? * gpus;
    if let Some(issue) = per_gpu_issue(price, gpus as u32) {
        return Err(problem(provider, "price", issue));
    }
    let offer = Offer {
        id: Text::default(),
        provider: provider.to_owned().into(),
        // sizes of one provider are offers of their own
        instance: (gpus > 1.0).then(|| format!("{gpus}x {gpu}").into()),
        gpu: gpu.to_owned().into(),
        gpus_per_instance: gpus as u32,
        region: None,
        commitment: Commitment::from_key(typed.commitment).unwrap_or_default(),
        basis: Basis::List,
        price_per_instance: UsdPerHour::new(rounded(price, 15)),
        note: None,
        provenance: Provenance { source: Text::Borrowed(TYPED), as_of: today },
    };
    Ok(Overlay { api_prices: Vec::new(), offers: vec![offer.with_id()] })
}
