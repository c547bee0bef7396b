//! Rows: as a table for people, or as CSV.

use super::{Row, plain};
use comfy_table::Table;
use comfy_table::presets;
use std::io::Write;

/// The columns of all rows, in the order in which they are first met.
fn columns(rows: &[Row]) -> Vec<&str> {
    let mut columns = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    columns
}

/// The cells of a row, one a column; empty where it has none.
fn cells<'a>(row: &'a Row, columns: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let found = |name: &str| row.iter().find(|(column, _)| column == name).map(|(_, cell)| cell.as_str());
    columns.iter().map(move |name| found(name).unwrap_or_default())
}

pub(super) fn write_table(rows: &[Row], out: &mut impl Write) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns = columns(rows);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(columns.iter().map(|name| plain(name).to_uppercase()));
    for row in rows {
        table.add_row(cells(row, &columns).map(plain));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

pub(super) fn write_csv(rows: &[Row], out: &mut impl Write) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns = columns(rows);
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(&columns)?;
    for row in rows {
        writer.write_record(cells(row, &columns))?;
    }
    Ok(writer.flush()?)
}
