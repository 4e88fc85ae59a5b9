//! SkyPilot's `vms.csv` of a cloud: one line per instance type and zone, priced per instance-hour.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::csv::Records;
use super::names::{OpenModels, provider};
use super::{Format, Import, ImportError, Issue, MAX_USD_PER_GPU_HOUR, Sink, Skipped};
use crate::catalogue::{Basis, Catalogue, Commitment, Offer};
use crate::units::{Date, UsdPerHour, number};

/// Names of accelerators in these files (without case and punctuation), and here.
const GPUS: [(&str, &str); 42] = [
    ("a10", "a10"),
    ("a100", "a100-sxm-40gb"),
    ("a10040gb", "a100-sxm-40gb"),
    ("a10040gbsxm", "a100-sxm-40gb"),
    ("a10080gb", "a100-sxm-80gb"),
    ("a10080gbpcie", "a100-pcie-80gb"),
    ("a10080gbsxm", "a100-sxm-80gb"),
    ("a10g", "a10g"),
    ("a40", "a40"),
    ("b200", "b200"),
    ("b300", "b300"),
    ("gaudi2", "gaudi2"),
    ("gaudi3", "gaudi3"),
    ("gb200", "gb200"),
    ("gb300", "gb300"),
    ("h100", "h100-sxm"),
    ("h10080gbsxm", "h100-sxm"),
    ("h100mega", "h100-sxm"),
    ("h100nvl", "h100-nvl"),
    ("h100pcie", "h100-pcie"),
    ("h100sxm", "h100-sxm"),
    ("h200", "h200-sxm"),
    ("h200sxm", "h200-sxm"),
    ("inferentia2", "inferentia2"),
    ("l4", "l4"),
    ("l40", "l40"),
    ("l40s", "l40s"),
    ("mi300x", "mi300x"),
    ("rtx4090", "rtx-4090"),
    ("rtx5090", "rtx-5090"),
    ("rtx6000ada", "rtx-6000-ada"),
    ("rtxa6000", "rtx-a6000"),
    ("a6000", "rtx-a6000"),
    ("rtxpro6000", "rtx-pro-6000-blackwell"),
    ("rtxpro6000se", "rtx-pro-6000-blackwell"),
    ("t4", "t4"),
    ("trainium", "trainium1"),
    ("trainium2", "trainium2"),
    ("v100", "v100-sxm2-16gb"),
    ("v10016gb", "v100-sxm2-16gb"),
    ("v10032gb", "v100-sxm2-32gb"),
    ("mi325x", "mi325x"),
];

/// Columns that are read, by their header.
struct Columns {
    instance: usize,
    gpu: usize,
    count: usize,
    price: usize,
    spot: Option<usize>,
    region: Option<usize>,
    info: Option<usize>,
}

/// Reads the file; its cloud is told from its path or from its instance types.
pub(super) fn read(
    name: &str,
    text: &str,
    today: Date,
    catalogue: &Catalogue,
) -> Result<Import, ImportError> {
    let mut records = Records::new(text);
    let head = records.next().map(|(_, cells)| cells).unwrap_or_default();
    let columns = Columns::of(&head).ok_or(ImportError::UnknownFormat)?;
    let mut reader = Reader {
        sink: Sink::new(
            Format::SkyPilot,
            name.rsplit(['/', '\\']).next().unwrap_or(name),
            today,
            OpenModels::of(&Catalogue::default()),
        ),
        catalogue,
        cloud: cloud_of_path(name),
        at: BTreeMap::new(),
        unknown: BTreeSet::new(),
    };
    for (line, cells) in records {
        reader.record(line, &cells, &columns);
    }
    Ok(reader.sink.import)
}

impl Columns {
    fn of(head: &[Cow<str>]) -> Option<Self> {
        let column = |name: &str| head.iter().position(|cell| cell.eq_ignore_ascii_case(name));
        Some(Self {
            instance: column("InstanceType")?,
            gpu: column("AcceleratorName")?,
            count: column("AcceleratorCount")?,
            price: column("Price")?,
            spot: column("SpotPrice"),
            region: column("Region"),
            info: column("GpuInfo"),
        })
    }
}

struct Reader<'c> {
    sink: Sink,
    catalogue: &'c Catalogue,
    cloud: Option<String>,
    /// Place in `offers` of each id.
    at: BTreeMap<String, usize>,
    /// Accelerators that were already reported.
    unknown: BTreeSet<String>,
}

impl Reader<'_> {
    fn record(&mut self, line: u32, cells: &[Cow<str>], columns: &Columns) {
        let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
        let (instance, accelerator) = (cell(columns.instance), cell(columns.gpu));
        if accelerator.is_empty() {
            return self.sink.skip(Skipped::NoAccelerator);
        }
        if instance.is_empty() {
            return self.sink.skip(Skipped::AcceleratorOnly);
        }
        let hints = [instance, columns.info.map_or("", cell)];
        let Some(gpu) = self.gpu(line, accelerator, hints) else { return };
        let count = number::parse(cell(columns.count)).unwrap_or(f64::NAN);
        if !(count >= 1.0 && count.fract() == 0.0 && count < 1000.0) {
            let issue = Issue::NotANumber(cell(columns.count).to_owned());
            return self.sink.problem(Some(line), instance, "AcceleratorCount", issue);
        }
        let region = columns.region.map(cell).filter(|region| !region.is_empty());
        let cloud = self.cloud.clone().unwrap_or_else(|| cloud_of_instance(instance).to_owned());
        let prices = [
            (Some(columns.price), "Price", Commitment::OnDemand),
            (columns.spot, "SpotPrice", Commitment::Spot),
        ];
        for (column, field, commitment) in prices {
            let text = column.map(cell).unwrap_or_default();
            // a spot price that is empty or the price itself is none
            if text.is_empty() || (commitment == Commitment::Spot && text == cell(columns.price)) {
                continue;
            }
            let Some(price) = self.price(line, instance, field, text, count) else { continue };
            let offer = Offer {
                id: String::new().into(),
                provider: cloud.clone().into(),
                instance: Some(instance.to_owned().into()),
                gpu: gpu.clone().into(),
                gpus_per_instance: count as u32,
                region: region.map(|region| region.to_owned().into()),
                commitment,
                basis: Basis::List,
                price_per_instance: UsdPerHour::new(price),
                note: None,
                provenance: self.sink.provenance.clone(),
            };
            self.keep(offer.with_id());
        }
    }

    fn gpu(&mut self, line: u32, name: &str, hints: [&str; 2]) -> Option<String> {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
        let ours = GPUS.iter().find(|(theirs, _)| *theirs == plain).map(|(_, ours)| *ours);
        // the accelerator's name leaves the form factor open, the instance or its description may tell
        let pcie = hints.iter().any(|hint| hint.to_ascii_lowercase().contains("pcie"));
        let card = ours.filter(|_| pcie).and_then(|id| self.catalogue.gpu(&id.replace("-sxm", "-pcie")));
        if let Some(gpu) = card.or_else(|| self.catalogue.gpu(ours?)) {
            return Some(gpu.id.to_string());
        }
        // once per name: such files repeat it on hundreds of lines
        if self.unknown.insert(plain) {
            let gpus: Vec<&str> = self.catalogue.gpus.iter().map(|gpu| &*gpu.id).collect();
            self.sink.unknown_gpu(Some(line), name, "AcceleratorName", name, &gpus);
        }
        None
    }

    fn price(&mut self, line: u32, row: &str, field: &str, text: &str, count: f64) -> Option<f64> {
        let issue = match number::parse(text) {
            Some(price) if !price.is_finite() => Issue::NotANumber(text.to_owned()),
            Some(price) if price < 0.0 => Issue::Negative(price),
            Some(price) if price / count > MAX_USD_PER_GPU_HOUR => Issue::Absurd(price / count),
            Some(0.0) => {
                self.sink.skip(Skipped::NoPrice);
                return None;
            }
            Some(price) => return Some(price),
            None => Issue::NotANumber(text.to_owned()),
        };
        self.sink.problem(Some(line), row, field, issue);
        None
    }

    /// Zones of a region are one offer at its lowest price.
    fn keep(&mut self, offer: Offer) {
        let Some(at) = self.at.get(&*offer.id) else {
            self.at.insert(offer.id.to_string(), self.sink.import.offers.len());
            return self.sink.import.offers.push(offer);
        };
        self.sink.skip(Skipped::Zone);
        let kept = &mut self.sink.import.offers[*at];
        if offer.price_per_instance < kept.price_per_instance {
            *kept = offer;
        }
    }
}

/// `aws/vms.csv`, `vms-aws.csv`, `aws.csv`.
fn cloud_of_path(path: &str) -> Option<String> {
    let words = path.split(['/', '\\', '.', '-', '_', ' ']).filter(|word| !word.is_empty());
    let word = words.rev().find(|word| !["csv", "vms", "catalog", "catalogs", "data"].contains(word))?;
    let is_name =
        word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_version = word.starts_with('v') && word.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    (is_name && !is_version).then(|| provider(word).to_owned())
}

fn cloud_of_instance(instance: &str) -> &'static str {
    match instance {
        azure if azure.starts_with("Standard_") => "azure",
        gcp if ["a2-", "a3-", "a4-", "g2-", "g4-", "n1-"].iter().any(|family| gcp.starts_with(family)) => {
            "gcp"
        }
        lambda if lambda.starts_with("gpu_") => "lambda",
        aws if aws.contains('.') => "aws",
        _ => "own",
    }
}
