use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use storage::DatabaseUrl;

/// A proxy before PostgreSQL that goes on acknowledging while it throws away what it is sent: the
/// worst kind of network, since no kernel notices it.
pub struct Proxy {
    pub url: DatabaseUrl,
    directions: Arc<Directions>,
}

#[derive(Default)]
struct Directions {
    swallows_requests: AtomicBool,
    swallows_replies: AtomicBool,
}

impl Proxy {
    /// Before the database of this URL, which names the folder of the server's socket.
    pub fn before(url: &DatabaseUrl) -> Self {
        let DatabaseUrl::Postgres(url) = url else { panic!("a URL of PostgreSQL") };
        let (place, query) = url.split_once('?').expect("a URL with the server's socket");
        let folder = query.split('&').find_map(|pair| pair.strip_prefix("host=")).expect("the server's socket");
        let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
        let name = place.rsplit('/').next().expect("the database's name");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let url = format!("postgres://postgres@{address}/{name}").parse().expect("a URL");
        let directions = Arc::new(Directions::default());
        let shared = Arc::clone(&directions);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = UnixStream::connect(&socket).expect("PostgreSQL");
                let (from, to) = (client.try_clone().expect("a stream"), server.try_clone().expect("a stream"));
                let directions = Arc::clone(&shared);
                std::thread::spawn(move || {
                    forward(from, &to, &directions.swallows_requests);
                    drop(to.shutdown(std::net::Shutdown::Both));
                });
                let directions = Arc::clone(&shared);
                std::thread::spawn(move || {
                    forward(server, &client, &directions.swallows_replies);
                    drop(TcpStream::shutdown(&client, std::net::Shutdown::Both));
                });
            }
        });
        Self { url, directions }
    }

    /// Nothing arrives any more, in either direction.
    pub fn swallow_all(&self) {
        self.directions.swallows_requests.store(true, Ordering::SeqCst);
        self.swallow_replies();
    }

    /// What is asked arrives, what is answered does not.
    pub fn swallow_replies(&self) {
        self.directions.swallows_replies.store(true, Ordering::SeqCst);
    }

    /// All arrives again; what was swallowed is lost.
    pub fn heal(&self) {
        self.directions.swallows_requests.store(false, Ordering::SeqCst);
        self.directions.swallows_replies.store(false, Ordering::SeqCst);
    }
}

fn forward<W>(mut from: impl Read, to: &W, swallows: &AtomicBool)
where
    for<'a> &'a W: Write,
{
    let mut to = to;
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length) = from.read(&mut buffer) {
        let is_sent = swallows.load(Ordering::SeqCst) || to.write_all(&buffer[..length]).is_ok();
        if length == 0 || !is_sent {
            return;
        }
    }
}
