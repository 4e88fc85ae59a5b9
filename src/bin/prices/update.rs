//! Rows of the tables against rows of imported lists.

use std::collections::{BTreeMap, BTreeSet};

use llm_breakeven::catalogue::{
    ApiPrice, Basis, Commitment, Match, Offer, OpenWeights, PriceTier, PriceWindow, ProviderKind,
    ServicePrices,
};
use llm_breakeven::import::prices::Import;
use llm_breakeven::units::{Date, UsdPerMTok};
use toml::{Table, Value};

use crate::rows::cell;
use crate::summary::Summary;
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

/// A difference of more than this is noted.
const DISAGREEMENT: f64 = 0.05;

/// Fields of an API row that an update replaces.
const API_FIELDS: [&str; 13] = [
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
    "services",
    "next",
    "context",
];

/// Fields that another list may fill where the row's own is silent.
const GAPS: [&str; 4] = ["batch_input", "batch_output", "batch_cache_read", "services"];

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
        if !by_hand {
            fill_gaps(row, id, &others, summary);
        }
        note_disagreement(row, id, &others, summary);
    } else {
        compare_offers(row, id, &others, summary);
    }
}

/// Batch and service prices of which the row's own list says nothing, from the first other list that has the same
/// input and output prices.
fn fill_gaps(row: &mut Table, id: &str, others: &[(&Source, &Table)], summary: &mut Summary) {
    let same = |fresh: &Table| {
        ["input", "output"]
            .into_iter()
            .all(|field| cell(row, field).parse::<f64>() == cell(fresh, field).parse())
    };
    let Some((source, fresh)) = others.iter().find(|(_, fresh)| same(fresh)) else { return };
    for group in [&GAPS[..3], &GAPS[3..]] {
        if group.iter().any(|field| row.contains_key(*field)) {
            continue;
        }
        for field in group {
            if let Some(value) = fresh.get(*field) {
                row.insert((*field).to_owned(), value.clone());
                let told =
                    format!("{id}: {field} none → {} ({})", cell(row, field), source.import.format.key());
                summary.changed.push(told);
            }
        }
    }
}

/// Tells of offers of which another list has another price by more than 5 %.
fn compare_offers(row: &Table, id: &str, others: &[(&Source, &Table)], summary: &mut Summary) {
    let number = |row: &Table| cell(row, "usd").parse::<f64>().ok();
    for (source, fresh) in others {
        let (Some(ours), Some(theirs)) = (number(row), number(fresh)) else { continue };
        let apart = (ours - theirs).abs() / ours.max(theirs).max(f64::MIN_POSITIVE);
        if apart > DISAGREEMENT {
            let list = source.import.format.key();
            summary
                .disagreeing
                .push(format!("{id}: usd {ours} here, {theirs} {list} ({:.0} %)", apart * 100.0));
        }
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
        let of_others = *field == "context" || GAPS.contains(field);
        if old == new || (new.is_empty() && of_others) {
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

/// Notes the list that differs most, if by more than 5 %. A noted one stays a candidate until its list is given again.
fn note_disagreement(row: &mut Table, id: &str, others: &[(&Source, &Table)], summary: &mut Summary) {
    let number = |row: &Table, field: &str| cell(row, field).parse::<f64>().ok();
    let mut worst: Option<(f64, String)> = None;
    let mut compare = |field: &str, theirs: f64, list: &str| {
        let ours = number(row, field)?;
        let apart = (ours - theirs).abs() / ours.max(theirs).max(f64::MIN_POSITIVE);
        if apart > DISAGREEMENT && worst.as_ref().is_none_or(|(most, _)| apart > *most) {
            worst = Some((apart, format!("{field} {theirs} {list}")));
        }
        Some(())
    };
    for (source, fresh) in others {
        for field in COMPARED {
            number(fresh, field).and_then(|theirs| compare(field, theirs, source.import.format.key()));
        }
    }
    let noted = cell(row, "disagreement");
    if let [field, theirs, list] = noted.split(' ').collect::<Vec<_>>()[..]
        && !others.iter().any(|(source, _)| source.import.format.key() == list)
    {
        theirs.parse().ok().and_then(|theirs| compare(field, theirs, list));
    }
    match worst {
        None => drop(row.remove("disagreement")),
        Some((apart, text)) if text != noted => {
            let ours = cell(row, text.split(' ').next().unwrap_or_default());
            summary.disagreeing.push(format!("{id}: {ours} here, {text} ({:.0} %)", apart * 100.0));
            row.insert("disagreement".to_owned(), Value::String(text));
        }
        Some((apart, text)) => {
            summary.still_disagreeing.push(format!("{id}: {text} ({:.0} %)", apart * 100.0));
        }
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
    put(&mut row, "services", list(price_row.services.iter().map(service).collect()));
    let next = price_row.next.map(|next| {
        let mut item = Table::new();
        put(&mut item, "from", text(&next.from.to_string()));
        put(&mut item, "input", price(Some(next.input)));
        put(&mut item, "output", price(Some(next.output)));
        Value::Table(item)
    });
    put(&mut row, "next", list(next.into_iter().collect()));
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

fn service(service: &ServicePrices) -> Value {
    let mut item = Table::new();
    put(&mut item, "tier", text(service.tier.key()));
    put(&mut item, "input", price(service.input));
    put(&mut item, "output", price(service.output));
    put(&mut item, "cache_read", price(service.cache_read));
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
