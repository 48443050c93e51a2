//! `demo`: demonstration data.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use storage::{Database, Error, Options};

use super::shared::{counting, database_url, migrate, open, progress};
use crate::arguments::{Demo, Shared};
use crate::fault::Fault;
use crate::files::Claim;

/// How many clients are added in one transaction, and how many of those run at once.
const CLIENTS_A_CHUNK: usize = 500;
const LOADERS: usize = 2;

/// Loads the demonstration products, if there is no platform yet; answers whether it did.
pub(super) fn load_demo(database: &Database) -> Result<bool, Fault> {
    let bar = progress("loading the demonstration data");
    let shown = bar.clone();
    let loaded =
        database.write_patiently(move |tx| ::demo::load(tx, &|part| shown.set_message(format!("loading {part}"))));
    bar.finish_and_clear();
    let loaded = loaded?;
    if loaded {
        log::info!("the demonstration data was loaded");
    }
    Ok(loaded)
}

/// Adds clients in chunks, each its own transaction: what was added stays when the command ends.
pub(super) fn populate(shared: &Shared, demo: &Demo) -> Result<(), Fault> {
    let url = database_url(shared)?;
    let mut claim = Claim::of_command(&url)?;
    let database = open(&url, Options { readers: 1, writers: LOADERS })?;
    migrate(&database)?;
    load_demo(&database)?;
    claim.keep();
    let bar = counting("clients", demo.clients.into());
    let clients = usize::try_from(demo.clients).unwrap_or(usize::MAX);
    let each = usize::from(demo.transactions);
    let reserved = Mutex::new(database.write_patiently(move |tx| ::demo::Reserved::of(tx, clients, each))?);
    let transactions = AtomicUsize::new(0);
    let begun = Instant::now();
    let load = || -> Result<(), Error> {
        loop {
            let chunk = reserved.lock().unwrap_or_else(PoisonError::into_inner).chunk(CLIENTS_A_CHUNK);
            let Some(chunk) = chunk.map(Arc::new) else { return Ok(()) };
            let loaded = Arc::clone(&chunk);
            let added = database.write_patiently(move |tx| ::demo::load_reserved(tx, &loaded))?;
            transactions.fetch_add(added, Ordering::SeqCst);
            bar.inc(chunk.clients().try_into().unwrap_or(u64::MAX));
        }
    };
    let outcome: Result<(), Error> = std::thread::scope(|scope| {
        let loaders: Vec<_> = (0..LOADERS).map(|_| scope.spawn(load)).collect();
        let broken = |_| Err(Error::Broken("a loader panicked".into()));
        loaders.into_iter().try_for_each(|loader| loader.join().unwrap_or_else(broken))
    });
    bar.finish_and_clear();
    outcome?;
    database.optimize()?;
    let seconds = begun.elapsed().as_secs_f32();
    println!("{} clients, {} transactions in {seconds:.1} s", demo.clients, transactions.load(Ordering::SeqCst));
    Ok(())
}
