use std::io;
use std::sync::Arc;

use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use actix_web::rt::task::spawn_blocking;

use crate::Tls;

/// SIGHUP, by which operators tell that files have changed. From the moment that it is listened to it ends nothing, and
/// one that comes before somebody acts on it is not lost.
pub struct Hangups(Signal);

impl Hangups {
    /// Listens, within an actix system.
    ///
    /// # Errors
    /// The system lets nobody listen.
    pub fn listen() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Reads the certificate again whenever the signal comes, for as long as the system runs. Without one there is nothing
    /// to be read.
    pub fn reload(mut self, tls: Option<Arc<Tls>>) {
        drop(actix_web::rt::spawn(async move {
            while self.0.recv().await.is_some() {
                let Some(tls) = tls.clone() else {
                    log::info!("SIGHUP: there is no certificate to be read");
                    continue;
                };
                match spawn_blocking(move || tls.reload()).await {
                    Ok(Ok(())) => log::info!("SIGHUP: new connections are shown the certificate as it is now"),
                    Ok(Err(error)) => log::error!("SIGHUP: the certificate stays the one before: {error}"),
                    Err(error) => log::error!("SIGHUP: the certificate was not read: {error}"),
                }
            }
        }));
    }
}
