//! `okpay fees batch`: a CSV file in, the same rows with their fees out.

use super::chunk::{Chunk, Figures, Row};
use super::columns::{ADDED, Columns, Defaults};
use super::order::Order;
use super::schedule::ScheduleArguments;
use super::sink::Sink;
use crate::{ambient, input};
use anyhow::{Context, Error, Result};
use clap::Args;
use csv::StringRecord;
use indicatif::{ProgressBar, ProgressStyle};
use okpay::Timestamp;
use okpay::fees::FeeSchedule;
use serde_json::{Map, Value};
use std::io::{BufReader, BufWriter, Read, Write, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The fee on every row of a CSV file
///
/// The first line names the columns. Read are amount (a decimal), currency, operation, method, coupon, bearer, at, monthly_volume, and
/// fact.NAME for every fact, such as fact.brand; where a column is not there or a cell is empty, the argument of the same name holds. All
/// columns come out again as they were, followed by gross, fee, net and rule. Nothing is written unless every row could be computed.
#[derive(Args)]
#[command(after_help = "\
Example:
  printf 'reference,amount\\nA-1,19.99\\nA-2,250\\n' | okpay fees batch - --currency EUR --method bank_transfer
  okpay fees batch orders.csv --output orders-with-fees.csv")]
pub(super) struct Arguments {
    /// The file, or - for standard input
    file: PathBuf,
    /// Where the rows go, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What stands between two cells
    #[arg(long, default_value_t = ',', value_name = "CHARACTER")]
    delimiter: char,
    /// How, where the file does not say it
    #[arg(long)]
    method: Option<String>,
    /// The currency, where the file does not say it
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// What is done, where the file does not say it
    #[arg(long, default_value = super::PAYMENT)]
    operation: String,
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    schedule: ScheduleArguments,
    /// Write a line of JSON per row instead of CSV
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let delimiter = u8::try_from(arguments.delimiter).context("--delimiter: use an ASCII character")?;
    let (schedule, now) = (arguments.schedule.load()?, ambient::now());
    let (source, progress) = open(&arguments.file)?;
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(source);
    let rows = write_rows(arguments, &mut reader, &schedule, now);
    progress.finish_and_clear();
    let (rows, sink) = rows.with_context(|| name(&arguments.file))?;
    sink.finish()?;
    if let Some(path) = &arguments.output {
        eprintln!("{}: {rows} rows", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn write_rows<R: Read>(arguments: &Arguments, reader: &mut csv::Reader<R>, schedule: &FeeSchedule, now: Timestamp) -> Result<(u64, Sink)> {
    let columns = Columns::read(reader.headers().map_err(without_prefix)?)?;
    let mut writer = Writer::new(arguments, columns.names())?;
    let defaults = Defaults {
        operation: &arguments.operation,
        method: arguments.method.as_deref(),
        currency: arguments.currency.as_deref(),
        order: &arguments.order,
    };
    let (mut rows, mut chunk) = (0, Chunk::default());
    for record in reader.records() {
        let record = record.map_err(without_prefix)?;
        let line = record.position().map_or(0, csv::Position::line);
        let request = columns.request(&record, &defaults).with_context(|| format!("line {line}"));
        // A row that cannot be read must not hide that an earlier one cannot be computed.
        if request.is_err() || chunk.is_full() {
            rows += writer.chunk(std::mem::take(&mut chunk), schedule, now, &columns)?;
        }
        chunk.rows.push(Row { record, line, request: request? });
    }
    rows += writer.chunk(chunk, schedule, now, &columns)?;
    Ok((rows, writer.finish()?))
}

fn open(path: &Path) -> Result<(Box<dyn Read>, ProgressBar)> {
    if path == Path::new("-") {
        return Ok((Box::new(stdin().lock()), ProgressBar::hidden()));
    }
    let file = input::open(path)?;
    // Drawn on standard error, and only if that is a terminal.
    let progress = ProgressBar::new(file.metadata().map(|metadata| metadata.len()).unwrap_or_default());
    progress.set_style(ProgressStyle::with_template("{wide_bar} {percent}% {eta}")?);
    Ok((Box::new(BufReader::new(progress.wrap_read(file))), progress))
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// The reader's own words, which name the line; without the name of the library's error.
fn without_prefix(error: csv::Error) -> Error {
    let text = error.to_string();
    Error::msg(text.trim_start_matches("CSV error: ").trim_start_matches("CSV parse error: ").to_owned())
}

/// Rows as CSV or as lines of JSON.
enum Writer {
    Csv(Box<csv::Writer<Sink>>),
    Json { sink: BufWriter<Sink>, names: StringRecord },
}

impl Writer {
    fn new(arguments: &Arguments, names: &StringRecord) -> Result<Self> {
        let sink = Sink::new(arguments.output.as_deref())?;
        if arguments.json {
            return Ok(Self::Json { sink: BufWriter::new(sink), names: names.clone() });
        }
        let delimiter = u8::try_from(arguments.delimiter)?;
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(sink);
        writer.write_record(names.iter().chain(ADDED))?;
        Ok(Self::Csv(Box::new(writer)))
    }

    /// Computes and writes a chunk, and says how many rows it had.
    fn chunk(&mut self, chunk: Chunk, schedule: &FeeSchedule, now: Timestamp, columns: &Columns) -> Result<u64> {
        let figures = chunk.figures(schedule, now, columns)?;
        let count = figures.len() as u64;
        for (row, figures) in chunk.rows.iter().zip(&figures) {
            self.row(&row.record, figures)?;
        }
        Ok(count)
    }

    fn row(&mut self, record: &StringRecord, figures: &Figures) -> Result<()> {
        let figures_of = [figures.gross, figures.fee, figures.net];
        match self {
            Self::Csv(writer) => {
                let amounts = figures_of.map(|money| money.amount().to_string());
                writer.write_record(record.iter().chain(amounts.iter().map(String::as_str)).chain([figures.rule.as_str()]))?;
            }
            Self::Json { sink, names } => {
                let mut object = names.iter().zip(record).map(|(name, cell)| (name.to_owned(), cell.into())).collect::<Map<_, _>>();
                let added = figures_of.map(serde_json::to_value).into_iter().chain([Ok(figures.rule.as_str().into())]);
                for (name, value) in ADDED.into_iter().zip(added) {
                    object.insert(name.to_owned(), value?);
                }
                writeln!(sink, "{}", Value::Object(object))?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Sink> {
        match self {
            Self::Csv(writer) => writer.into_inner().map_err(|error| Error::msg(error.to_string())),
            Self::Json { sink, .. } => sink.into_inner().map_err(|error| Error::msg(error.to_string())),
        }
    }
}
