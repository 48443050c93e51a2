//! A service that speaks S3, in a thread of its own, over a folder.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use outbound::files::{StorageKeys, StorageSetting};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;

const BUCKET: &str = "files";

pub struct S3 {
    address: SocketAddr,
    folder: TempDir,
    refuses: Arc<AtomicBool>,
    // The service ends when this is dropped.
    _running: tokio::sync::oneshot::Sender<()>,
}

impl S3 {
    /// With an empty bucket.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a file system"));
        service.set_auth(SimpleAuth::from_single("access", "s3cret"));
        let service = service.build();
        let (told, address) = mpsc::channel();
        let refuses = Arc::<AtomicBool>::default();
        let is_refused = Arc::clone(&refuses);
        let (running, ended) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                told.send(listener.local_addr().expect("an address")).expect("the test waits");
                tokio::select! {
                    () = serve(listener, service, is_refused) => (),
                    _ = ended => (),
                }
            });
        });
        Self { address: address.recv().expect("it started"), folder, refuses, _running: running }
    }

    /// The storage as an installation is set up with it.
    pub fn setting(&self) -> StorageSetting {
        format!("s3://{BUCKET}?endpoint={}&region=eu-1", self.endpoint()).parse().expect("a storage")
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks off all connections from now on, or takes them again.
    pub fn refuse(&self, is_refused: bool) {
        self.refuses.store(is_refused, Ordering::SeqCst);
    }

    /// How many files are in the bucket.
    pub fn count(&self) -> usize {
        let folder: PathBuf = self.folder.path().join(BUCKET);
        let names = std::fs::read_dir(folder).expect("the bucket").flatten();
        names.filter(|entry| entry.file_name().len() == 40).count()
    }
}

/// The keys that it takes.
pub fn keys() -> StorageKeys {
    StorageKeys { access_key: "access".into(), secret_key: "s3cret".into() }
}

async fn serve(listener: TcpListener, service: S3Service, is_refused: Arc<AtomicBool>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        if is_refused.load(Ordering::SeqCst) {
            continue;
        }
        let service = service.clone();
        tokio::spawn(async move {
            // A connection for each call, so that refusing one refuses the call. What a caller breaks off is theirs.
            let _ = http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
