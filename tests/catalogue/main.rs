//! The compiled facts: complete, sourced, linkable, and the same as the TOML rows that they were packed from.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../src/catalogue/columns.rs"]
#[allow(dead_code)]
mod columns;
mod facts;
mod identity;
#[path = "../../src/catalogue/build/rows.rs"]
mod rows;

use std::collections::BTreeSet;

use llm_breakeven::catalogue::{Basis, Catalogue, Commitment, Provenance};
use llm_breakeven::units::Date;

fn catalogue() -> Catalogue {
    Catalogue::decode(Catalogue::packed()).unwrap()
}

#[test]
fn has_what_was_promised() {
    let catalogue = catalogue();
    let distinct = |items: Vec<&str>| items.into_iter().collect::<BTreeSet<_>>().len();
    assert!(catalogue.gpus.len() >= 35, "{} accelerators", catalogue.gpus.len());
    assert!(catalogue.offers.len() >= 400, "{} offers", catalogue.offers.len());
    let sellers = distinct(catalogue.offers.iter().map(|row| &*row.provider).collect());
    assert!(sellers >= 12, "{sellers} GPU providers");
    assert!(catalogue.models.len() >= 110, "{} models", catalogue.models.len());
    assert!(catalogue.api_prices.len() >= 400, "{} API prices", catalogue.api_prices.len());
    let hosts = distinct(catalogue.api_prices.iter().map(|row| &*row.provider).collect());
    assert!(hosts >= 25, "{hosts} API providers");
    println!(
        "{} accelerators, {} offers of {sellers} providers, {} API prices of {hosts} providers, {} models, data of {}",
        catalogue.gpus.len(),
        catalogue.offers.len(),
        catalogue.api_prices.len(),
        catalogue.models.len(),
        catalogue.newest()
    );
}

/// The table of the documentation is that of the data.
#[test]
fn the_documentation_counts_right() {
    let catalogue = catalogue();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/catalogue.md");
    let text = std::fs::read_to_string(path).unwrap().replace(',', "");
    let hosts = catalogue.api_prices.iter().map(|row| &*row.provider).filter(|host| *host != "article");
    let hosts = hosts.collect::<BTreeSet<_>>().len();
    for stated in [
        format!("| {} accelerators |", catalogue.gpus.len()),
        format!("| {} GPU offers of", catalogue.offers.len()),
        format!("| {} API prices of {hosts} providers |", catalogue.api_prices.len()),
        format!("| {} open models |", catalogue.models.len()),
    ] {
        assert!(text.contains(&stated), "{stated}");
    }
}

#[test]
fn every_row_has_a_source_and_a_day() {
    let catalogue = catalogue();
    let day = |text| Date::parse(text).unwrap();
    let of_models = catalogue
        .models
        .iter()
        .map(|row| Provenance { source: row.source.clone(), as_of: row.as_of })
        .collect::<Vec<_>>();
    let all = (catalogue.gpus.iter().map(|row| &row.provenance))
        .chain(catalogue.offers.iter().map(|row| &row.provenance))
        .chain(catalogue.api_prices.iter().map(|row| &row.provenance))
        .chain(&of_models);
    for provenance in all {
        assert!(!provenance.source.trim().is_empty());
        assert!(
            provenance.as_of >= day("2023-01-01") && provenance.as_of <= catalogue.newest(),
            "{provenance:?}"
        );
    }
}

#[test]
fn ids_are_unique_and_safe_in_links() {
    let catalogue = catalogue();
    let lists: [Vec<&str>; 4] = [
        catalogue.gpus.iter().map(|row| &*row.id).collect(),
        catalogue.offers.iter().map(|row| &*row.id).collect(),
        catalogue.api_prices.iter().map(|row| &*row.id).collect(),
        catalogue.models.iter().map(|row| &*row.id).collect(),
    ];
    for ids in lists {
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(
            distinct.len(),
            ids.len(),
            "{:?}",
            ids.iter().zip(ids.iter().skip(1)).find(|(a, b)| a == b)
        );
        for id in ids {
            let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            assert!(!id.is_empty() && id.bytes().all(safe), "{id}");
        }
    }
}

#[test]
fn prices_and_figures_are_plausible() {
    let catalogue = catalogue();
    for gpu in &catalogue.gpus {
        assert!((1e10..1e12).contains(&gpu.memory.value()), "{}", gpu.id);
        assert!((1e11..2e13).contains(&gpu.bandwidth.value()), "{}", gpu.id);
        assert!(gpu.memory.value() <= gpu.nominal_gb * 1.0738e9, "{}: more memory than on the box", gpu.id);
        let rates = [gpu.dense.fp16, gpu.dense.fp8, gpu.dense.int8, gpu.dense.fp4];
        assert!(rates.into_iter().flatten().all(|rate| (1e13..2e16).contains(&rate.value())), "{}", gpu.id);
    }
    for offer in &catalogue.offers {
        assert!(catalogue.gpu(&offer.gpu).is_some(), "{}", offer.id);
        assert!((0.05..50.0).contains(&offer.price_per_gpu().value()), "{}", offer.id);
    }
    for price in &catalogue.api_prices {
        assert!(price.input.value() <= 1000.0 && price.output.value() <= 1000.0, "{}", price.id);
        assert!(price.open_model.as_ref().is_none_or(|id| catalogue.model(id).is_some()), "{}", price.id);
        assert!(price.tiers.is_sorted_by_key(|tier| tier.above), "{}", price.id);
    }
}

#[test]
fn the_article_rows_stay_and_say_what_is_asked_today() {
    let catalogue = catalogue();
    let article: Vec<_> = catalogue.offers.iter().filter(|row| row.basis == Basis::Article).collect();
    assert_eq!(article.len(), 32);
    let price = |provider: &str, gpu: &str, commitment: Commitment| {
        let fits = |row: &&&_| {
            let row: &llm_breakeven::catalogue::Offer = row;
            row.provider == provider && row.gpu == gpu && row.commitment == commitment
        };
        article.iter().find(fits).unwrap().price_per_gpu().value()
    };
    assert_eq!(price("aws", "h100-sxm", Commitment::OnDemand), 8.17);
    assert_eq!(price("aws", "h100-sxm", Commitment::Reserved1y), 5.20);
    assert_eq!(price("aws", "h100-sxm", Commitment::Reserved3y), 3.50);
    assert_eq!(price("coreweave", "l40s", Commitment::OnDemand), 1.14);
    let lambda = article.iter().find(|row| row.provider == "lambda" && row.gpu == "a100-sxm-80gb").unwrap();
    let today = catalogue.today_instead(lambda).unwrap();
    assert_eq!((today.provider.as_ref(), today.price_per_gpu().value()), ("lambda", 2.79));
    let coreweave = article.iter().find(|row| row.provider == "coreweave").unwrap();
    assert_eq!(catalogue.today_instead(coreweave), None);
    let example = catalogue.api_prices.iter().find(|row| row.provider == "article").unwrap();
    assert_eq!((example.input.value(), example.output.value()), (0.6, 2.4));
}

#[test]
fn most_offers_can_be_rented_as_they_stand() {
    let catalogue = catalogue();
    let offers = || catalogue.offers.iter().filter(|row| row.can_be_rented());
    assert!(offers().count() >= 250, "{}", offers().count());
    assert!(
        offers().all(|row| row.basis != Basis::Article && (row.instance.is_some() || row.provider != "aws"))
    );
}

#[test]
fn llama_70b_is_hosted_by_many() {
    let catalogue = catalogue();
    assert!(catalogue.api_prices_of("llama-3.3-70b").count() >= 15);
    assert_eq!(catalogue.model("llama-3-70b").unwrap().parameters.total, Some(70_553_706_496));
}

#[test]
fn the_packed_tables_stay_small_and_decode_fast() {
    let packed = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.txt"));
    let mut brotli = Vec::new();
    let options = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut packed.as_slice(), &mut brotli, &options).unwrap();
    let started = std::time::Instant::now();
    let decoded = catalogue();
    let time = started.elapsed();
    println!("{} bytes packed, {} as brotli, decoded in {time:?}", packed.len(), brotli.len());
    assert!(brotli.len() <= 40_000, "{} bytes", brotli.len());
    // An optimised build takes well under 3 ms; this bound only catches a change of order.
    assert!(time.as_millis() < 100, "{time:?}");
    assert_eq!(&decoded, Catalogue::builtin());
}
