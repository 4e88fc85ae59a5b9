//! Rows of the tables against rows of imported lists.

use std::collections::{BTreeMap, BTreeSet};

use llm_breakeven::catalogue::{
    ApiPrice, Basis, Commitment, Match, Offer, OpenWeights, PriceTier, PriceWindow, ProviderKind,
};
use llm_breakeven::import::prices::Import;
use llm_breakeven::units::{Date, UsdPerMTok};
use toml::{Table, Value};

use crate::rows::cell;
use crate::tables::Data;

/// An imported list.
pub struct Source {
    /// Its name, such as `litellm 1.109.1`.
    pub name: String,
    /// Its day.
    pub date: Date,
    /// What it holds.
    pub import: Import,
}

/// What happened.
#[derive(Default)]
pub struct Summary {
    changed: Vec<String>,
    disagreeing: Vec<String>,
    added: Vec<String>,
    gone: Vec<String>,
    new: BTreeMap<String, usize>,
    confirmed: usize,
    kept_by_hand: usize,
    untouched: usize,
}

/// A difference of more than this is noted.
const DISAGREEMENT: f64 = 0.05;

/// Fields of an API row that an update replaces.
const API_FIELDS: [&str; 11] = [
    "input",
    "output",
    "cache_read",
    "cache_write",
    "cache_write_1h",
    "batch_input",
    "batch_output",
    "batch_cache_read",
    "tiers",
    "windows",
    "context",
];

/// Fields in which lists are compared.
const COMPARED: [&str; 3] = ["input", "output", "cache_read"];

/// Updates the rows of one table.
pub fn table(kind: Data, rows: &mut Vec<Table>, sources: &[Source], add: bool, summary: &mut Summary) {
    let imported: Vec<BTreeMap<String, Table>> =
        sources.iter().map(|source| tables_of(kind, source)).collect();
    let mut known = BTreeSet::new();
    for row in rows.iter_mut() {
        let id = id_of(kind, row);
        known.insert(id.clone());
        update(kind, row, &id, sources, &imported, summary);
    }
    let providers: BTreeSet<String> = rows.iter().map(|row| cell(row, "provider")).collect();
    for fresh in imported {
        for (id, row) in fresh {
            let provider = cell(&row, "provider");
            if !providers.contains(&provider) || !known.insert(id.clone()) {
                continue;
            }
            *summary.new.entry(provider).or_default() += 1;
            if add {
                summary.added.push(id);
                rows.push(row);
            }
        }
    }
    rows.sort_by_key(|row| cell(row, "provider"));
}

fn update(
    kind: Data,
    row: &mut Table,
    id: &str,
    sources: &[Source],
    imported: &[BTreeMap<String, Table>],
    summary: &mut Summary,
) {
    let family = family(row);
    let by_hand = row.contains_key("hand");
    let mut own = None;
    let mut others = Vec::new();
    let mut family_given = false;
    for (source, rows) in sources.iter().zip(imported) {
        let of_family = source.import.format.key() == family;
        family_given |= of_family && !rows.is_empty();
        match rows.get(id) {
            Some(fresh) if of_family => own = Some((source, fresh)),
            Some(fresh) => others.push((source, fresh)),
            None => {}
        }
    }
    match own {
        _ if by_hand => summary.kept_by_hand += 1,
        Some((source, fresh)) => replace(kind, row, id, source, fresh, summary),
        None if family_given => summary.gone.push(id.to_owned()),
        None => summary.untouched += 1,
    }
    if kind == Data::ApiPrices {
        note_disagreement(row, id, &others, summary);
    }
}

/// The list that a row came from: the first word of its source.
fn family(row: &Table) -> String {
    cell(row, "source").split(' ').next().unwrap_or_default().to_owned()
}

fn replace(kind: Data, row: &mut Table, id: &str, source: &Source, fresh: &Table, summary: &mut Summary) {
    let fields: &[&str] = if kind == Data::ApiPrices { &API_FIELDS } else { &["usd"] };
    let mut changes = Vec::new();
    for field in fields {
        let (old, new) = (cell(row, field), cell(fresh, field));
        // what a list leaves out may come from another one and stays
        if old == new || (new.is_empty() && (*field == "context" || field.starts_with("batch"))) {
            continue;
        }
        let shown = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        changes.push(format!("{field} {} → {}", shown(&old), shown(&new)));
        match fresh.get(*field) {
            Some(value) => row.insert((*field).to_owned(), value.clone()),
            None => row.remove(*field),
        };
    }
    row.insert("as_of".to_owned(), Value::String(source.date.to_string()));
    row.insert("source".to_owned(), Value::String(source.name.clone()));
    if changes.is_empty() {
        summary.confirmed += 1;
    } else {
        summary.changed.push(format!("{id}: {}", changes.join(", ")));
    }
}

/// Notes the list that differs most, if by more than 5 %; forgets a noted one that was given and agrees now.
fn note_disagreement(row: &mut Table, id: &str, others: &[(&Source, &Table)], summary: &mut Summary) {
    let number = |row: &Table, field: &str| cell(row, field).parse::<f64>().ok();
    let mut worst: Option<(f64, String)> = None;
    for (source, fresh) in others {
        for field in COMPARED {
            let (Some(ours), Some(theirs)) = (number(row, field), number(fresh, field)) else { continue };
            let largest = ours.max(theirs);
            let apart = if largest > 0.0 { (ours - theirs).abs() / largest } else { 0.0 };
            if apart > DISAGREEMENT && worst.as_ref().is_none_or(|(most, _)| apart > *most) {
                worst = Some((apart, format!("{field} {theirs} {}", source.import.format.key())));
            }
        }
    }
    let noted = cell(row, "disagreement");
    let noted_list = noted.rsplit(' ').next().unwrap_or_default();
    match worst {
        Some((apart, text)) => {
            let field = text.split(' ').next().unwrap_or_default();
            summary.disagreeing.push(format!(
                "{id}: {} here, {text} ({:.0} %)",
                cell(row, field),
                apart * 100.0
            ));
            row.insert("disagreement".to_owned(), Value::String(text));
        }
        None if others.iter().any(|(source, _)| source.import.format.key() == noted_list) => {
            row.remove("disagreement");
        }
        None => {}
    }
}

/// The id of a row.
pub fn id_of(kind: Data, row: &Table) -> String {
    let text = |field: &str| cell(row, field);
    if kind == Data::ApiPrices {
        return ApiPrice::id_of(&text("provider"), &text("model"));
    }
    let basis = Basis::from_key(&text("basis")).unwrap_or_default();
    let commitment = Commitment::from_key(&text("commitment")).unwrap_or_default();
    let (instance, region, gpu) = (text("instance"), text("region"), text("gpu"));
    let named = match (basis, instance.is_empty()) {
        (Basis::Article, false) => format!("{gpu}.{instance}"),
        (_, false) => instance,
        (_, true) => gpu,
    };
    Offer::id_of(
        &text("provider"),
        &named,
        Some(&*region).filter(|region| !region.is_empty()),
        basis,
        commitment,
    )
}

fn tables_of(kind: Data, source: &Source) -> BTreeMap<String, Table> {
    match kind {
        Data::ApiPrices => {
            source.import.api_prices.iter().map(|row| (row.id.to_string(), api_table(row, source))).collect()
        }
        Data::Offers => {
            source.import.offers.iter().map(|row| (row.id.to_string(), offer_table(row, source))).collect()
        }
    }
}

fn number(value: f64) -> Value {
    // whole numbers are written without a point
    if value.fract() == 0.0 && value.abs() < 1e15 {
        Value::Integer(value as i64)
    } else {
        Value::Float(value)
    }
}

fn put(row: &mut Table, field: &str, value: Option<Value>) {
    if let Some(value) = value {
        row.insert(field.to_owned(), value);
    }
}

fn text(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| Value::String(value.to_owned()))
}

fn price(value: Option<UsdPerMTok>) -> Option<Value> {
    value.map(|price| number(price.value()))
}

fn provenance(row: &mut Table, source: &Source) {
    put(row, "source", text(&source.name));
    put(row, "as_of", text(&source.date.to_string()));
}

fn api_table(price_row: &ApiPrice, source: &Source) -> Table {
    let mut row = Table::new();
    let kind = match price_row.kind {
        ProviderKind::FirstParty => "first-party",
        ProviderKind::Host => "host",
        ProviderKind::Cloud => "cloud",
        ProviderKind::Aggregator => "aggregator",
        ProviderKind::Reference => "reference",
    };
    provenance(&mut row, source);
    put(&mut row, "provider", text(&price_row.provider));
    put(&mut row, "kind", text(kind));
    put(&mut row, "model", text(&price_row.model_name));
    put(&mut row, "name", price_row.display_name.as_deref().and_then(text));
    put(&mut row, "open_model", price_row.open_model.as_deref().and_then(text));
    if price_row.open_model.is_none() && price_row.open_weights != OpenWeights::Unknown {
        put(&mut row, "open", Some(Value::Boolean(price_row.open_weights == OpenWeights::Yes)));
    }
    if price_row.model_match == Match::Architecture {
        put(&mut row, "match", text("architecture"));
    }
    for (field, value) in [
        ("input", Some(price_row.input)),
        ("output", Some(price_row.output)),
        ("cache_read", price_row.cache_read),
        ("cache_write", price_row.cache_write),
        ("cache_write_1h", price_row.cache_write_1h),
        ("batch_input", price_row.batch_input),
        ("batch_output", price_row.batch_output),
        ("batch_cache_read", price_row.batch_cache_read),
    ] {
        put(&mut row, field, price(value));
    }
    let list = |items: Vec<Value>| (!items.is_empty()).then_some(Value::Array(items));
    put(&mut row, "tiers", list(price_row.tiers.iter().map(tier).collect()));
    put(&mut row, "windows", list(price_row.windows.iter().map(window).collect()));
    put(&mut row, "context", price_row.context_window.map(|tokens| Value::Integer(tokens.into())));
    row
}

fn tier(tier: &PriceTier) -> Value {
    let mut item = Table::new();
    put(&mut item, "above", Some(Value::Integer(tier.above.into())));
    put(&mut item, "input", price(tier.input));
    put(&mut item, "output", price(tier.output));
    put(&mut item, "cache_read", price(tier.cache_read));
    put(&mut item, "cache_write", price(tier.cache_write));
    Value::Table(item)
}

fn window(window: &PriceWindow) -> Value {
    let time = |minute: u16| text(&format!("{:02}:{:02}", minute / 60, minute % 60));
    let mut item = Table::new();
    put(&mut item, "start", time(window.start));
    put(&mut item, "end", time(window.end));
    put(&mut item, "input", price(window.input));
    put(&mut item, "output", price(window.output));
    put(&mut item, "cache_read", price(window.cache_read));
    Value::Table(item)
}

fn offer_table(offer: &Offer, source: &Source) -> Table {
    let mut row = Table::new();
    provenance(&mut row, source);
    put(&mut row, "provider", text(&offer.provider));
    put(&mut row, "commitment", text(offer.commitment.key()));
    put(&mut row, "instance", offer.instance.as_deref().and_then(text));
    put(&mut row, "gpu", text(&offer.gpu));
    if offer.gpus_per_instance > 1 {
        put(&mut row, "count", Some(Value::Integer(offer.gpus_per_instance.into())));
    }
    put(&mut row, "region", offer.region.as_deref().and_then(text));
    put(&mut row, "usd", Some(number(offer.price_per_instance.value())));
    row
}

impl Summary {
    /// Whether a row's own list was given and has it no longer.
    pub fn is_gone(&self, id: &str) -> bool {
        self.gone.iter().any(|gone| gone == id)
    }

    /// Prints it; long lists are cut.
    pub fn print(&self, dry_run: bool) {
        let list = |title: &str, lines: &[String]| {
            println!("{title}: {}", lines.len());
            lines.iter().take(60).for_each(|line| println!("  {line}"));
            if lines.len() > 60 {
                println!("  … and {} more", lines.len() - 60);
            }
        };
        list("changed", &self.changed);
        list("sources disagree by more than 5 %", &self.disagreeing);
        list("no longer in their list", &self.gone);
        list("added", &self.added);
        println!("confirmed: {}", self.confirmed);
        println!("kept as set by hand: {}", self.kept_by_hand);
        println!("of other lists, untouched: {}", self.untouched);
        let new: usize = self.new.values().sum();
        println!("in the lists and not in the catalogue, of its providers: {new}");
        for (provider, count) in &self.new {
            print!("  {provider} {count}");
        }
        println!();
        if dry_run {
            println!("nothing was written");
        }
    }
}
