//! The lines of the log: as text or as JSON, one for each event, with the call or the job that it belongs to.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::net::IpAddr;

use clap::ValueEnum;
use env_logger::fmt::Formatter;
use env_logger::{Builder, Env};
use log::Record;
use logging::{LogCaller, LogContext};
use serde::Serialize;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info,actix_server=warn";

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For machines: one JSON object per line
    Json,
}

/// Starts the logger, which writes to standard error. A panic becomes a line of the log, too.
pub fn start(format: LogFormat) {
    let mut builder = Builder::from_env(Env::default().default_filter_or(DEFAULT_FILTER));
    match format {
        LogFormat::Text => builder.format(text_line),
        LogFormat::Json => builder.format(json_line),
    };
    builder.init();
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        match backtrace.status() {
            BacktraceStatus::Captured => log::error!(target: "panic", "{panic}\n{backtrace}"),
            _ => log::error!(target: "panic", "{panic}"),
        }
    }));
}

fn text_line(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let style = out.default_level_style(record.level());
    let (time, level) = (out.timestamp(), record.level());
    write!(out, "[{time} {style}{level:<5}{style:#} {}", record.target())?;
    let context = LogContext::current();
    if let Some(request_id) = context.request_id() {
        write!(out, " request={request_id}")?;
    }
    if let Some(address) = context.address() {
        write!(out, " address={address}")?;
    }
    match context.caller() {
        Some(LogCaller::User(id)) => write!(out, " user={id}")?,
        Some(LogCaller::ApiKey(id)) => write!(out, " apiKey={id}")?,
        Some(LogCaller::Client(id)) => write!(out, " client={id}")?,
        Some(LogCaller::Platform(id)) => write!(out, " platform={id}")?,
        None => {}
    }
    if let Some(job) = context.job() {
        write!(out, " job={job:?}")?;
    }
    if let Some(trace) = context.trace_id() {
        write!(out, " trace={trace}")?;
    }
    // A message of several lines stays one event.
    let message = record.args().to_string();
    writeln!(out, "] {}", message.replace('\r', "\\r").replace('\n', "\\n"))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    level: &'static str,
    target: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    #[serde(flatten)]
    caller: Option<Caller>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    message: String,
}

/// Who calls, as a field of its own for each kind: `"user": 3`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Caller {
    User(i64),
    ApiKey(i64),
    Client(i64),
    Platform(i64),
}

impl From<LogCaller> for Caller {
    fn from(caller: LogCaller) -> Self {
        match caller {
            LogCaller::User(id) => Self::User(id),
            LogCaller::ApiKey(id) => Self::ApiKey(id),
            LogCaller::Client(id) => Self::Client(id),
            LogCaller::Platform(id) => Self::Platform(id),
        }
    }
}

fn json_line(out: &mut Formatter, record: &Record<'_>) -> io::Result<()> {
    let context = LogContext::current();
    let line = Line {
        time: out.timestamp_micros().to_string(),
        level: record.level().as_str(),
        target: record.target(),
        request_id: context.request_id(),
        address: context.address(),
        caller: context.caller().map(Into::into),
        job: context.job(),
        trace_id: context.trace_id(),
        message: record.args().to_string(),
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}
