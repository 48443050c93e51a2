use std::io::{self, Read, Write};

use domain::files::FileKey;

use super::{FileStore, FileWriter};
use crate::metrics::{CallKind, OutboundMetrics};

/// A storage outside, whose calls are counted.
pub(super) struct MeasuredStore {
    pub store: Box<dyn FileStore>,
    pub metrics: OutboundMetrics,
}

impl FileStore for MeasuredStore {
    fn create(&self, key: &FileKey) -> io::Result<Box<dyn FileWriter>> {
        let writer = self.store.create(key)?;
        Ok(Box::new(MeasuredWriter { writer, metrics: self.metrics.clone() }))
    }

    fn open(&self, key: &FileKey, from: u64) -> io::Result<Box<dyn Read + Send>> {
        self.metrics.measured(CallKind::FileStorage, || self.store.open(key, from))
    }

    fn delete(&self, key: &FileKey) -> io::Result<()> {
        self.metrics.measured(CallKind::FileStorage, || self.store.delete(key))
    }

    fn check(&self) -> Result<(), String> {
        self.metrics.measured(CallKind::FileStorage, || self.store.check())
    }
}

/// What it writes goes out at its end.
struct MeasuredWriter {
    writer: Box<dyn FileWriter>,
    metrics: OutboundMetrics,
}

impl Write for MeasuredWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl FileWriter for MeasuredWriter {
    fn finish(self: Box<Self>) -> io::Result<()> {
        let Self { writer, metrics } = *self;
        metrics.measured(CallKind::FileStorage, || writer.finish())
    }
}
