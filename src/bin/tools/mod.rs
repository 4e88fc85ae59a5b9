//! What the native tools share: measured points, the tables that name their models and GPUs, and error measures.

pub mod fit;
pub mod points;
pub mod ratios;
pub mod tables;

use fit::Measured;
use points::Point;
use tables::Tables;

/// Reads a points file and its tables.
///
/// The tables are `point_tables.json` beside the points unless `--tables FILE` names others.
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
    let tables = tables.unwrap_or_else(|| points.with_file_name("point_tables.json"));
    let text = std::fs::read_to_string(&tables).map_err(|error| format!("{}: {error}", tables.display()))?;
    Ok((read_points(&points)?, Tables::parse(&text)?))
}

fn read_points(path: &std::path::Path) -> Result<Vec<Point>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let columns = reader.headers().map_err(|error| error.to_string())?.clone();
    for needed in ["id", "model", "gpu", "wprec", "tp", "engine", "isl", "osl", "kind"] {
        if !columns.iter().any(|column| column == needed) {
            return Err(format!("column {needed} is missing"));
        }
    }
    let row = |record: csv::StringRecord| {
        Point(columns.iter().zip(record.iter()).map(|(c, v)| (c.to_owned(), v.trim().to_owned())).collect())
    };
    let rows: Result<Vec<Point>, csv::Error> = reader.records().map(|record| record.map(row)).collect();
    Ok(rows.map_err(|error| error.to_string())?.into_iter().filter(|p| p.text("use") != "0").collect())
}

/// The points whose model and GPU the tables know, ready to be stated.
pub fn measured(points: Vec<Point>, tables: &Tables) -> Vec<Measured> {
    let ready = |point: Point| {
        let case = point.case(tables)?;
        let class = point.class(tables.family(point.text("gpu")));
        Some((point, class, case))
    };
    points.into_iter().filter_map(ready).collect()
}
