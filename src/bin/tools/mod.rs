//! What the native tools share: measured points, the tables that name their models and GPUs, and error measures.

pub mod fit;
pub mod naive;
pub mod points;
pub mod ratios;
pub mod stated;
pub mod tables;
pub mod unseen;

use fit::Measured;
use points::Point;
use tables::Tables;

/// Reads a points file and its tables.
///
/// The tables are `point_tables.json` beside the points unless `--tables FILE` names others; what neither names is looked
/// for in the catalogue.
pub fn read(arguments: &[String]) -> Result<(Vec<Point>, Tables), String> {
    let mut files = arguments.iter();
    let (mut points, mut tables) = (None, None);
    while let Some(argument) = files.next() {
        match argument.as_str() {
            "--tables" => tables = files.next().map(std::path::PathBuf::from),
            file => points = Some(std::path::PathBuf::from(file)),
        }
    }
    let points = points.ok_or("which points file? (a CSV with the columns of docs/measurements.md)")?;
    let beside = points.with_file_name("point_tables.json");
    let tables = match tables.or_else(|| beside.is_file().then_some(beside)) {
        Some(path) => {
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Tables::parse(&text)?
        }
        None => Tables::parse("{}")?, // names are then those of the catalogue
    };
    Ok((read_points(&points)?, tables))
}

/// The points that are to be compared.
fn read_points(path: &std::path::Path) -> Result<Vec<Point>, String> {
    read_all(path).map(|(used, _)| used)
}

/// The points that are to be compared, and those that are kept for reference. A row may be shorter than the head, and
/// hold anything.
pub fn read_all(path: &std::path::Path) -> Result<(Vec<Point>, Vec<Point>), String> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(path)
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let cell = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().trim_start_matches('\u{feff}').to_owned();
    let columns: Vec<String> =
        reader.byte_headers().map_err(|error| error.to_string())?.iter().map(cell).collect();
    for needed in ["model", "gpu", "engine", "isl", "osl"] {
        if !columns.iter().any(|column| column == needed) {
            return Err(format!("column {needed} is missing"));
        }
    }
    let mut points = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(|error| error.to_string())?;
        points.push(Point(columns.iter().cloned().zip(record.iter().map(cell)).collect()));
    }
    Ok(points.into_iter().partition(Point::is_used))
}

/// The points that can be stated, ready for it.
pub fn measured<'a>(points: impl Iterator<Item = &'a Point>, tables: &Tables) -> Vec<Measured> {
    let ready = |point: &Point| {
        let case = point.case(tables).ok()?;
        let class = point.class(tables.family(point.text("gpu")));
        Some((point.clone(), class, case))
    };
    points.filter_map(ready).collect()
}
