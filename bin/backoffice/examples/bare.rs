//! A bare actix handler that answers one JSON text: what the server's speed is held against.
//!
//! `cargo run --release --example bare -- 127.0.0.1:8081 answer.json`

use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(file)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: bare ADDRESS FILE");
        std::process::exit(2);
    };
    let answer = Data::new(Bytes::from(std::fs::read(file)?));
    HttpServer::new(move || {
        App::new().app_data(answer.clone()).default_service(web::to(|answer: Data<Bytes>, _body: Bytes| async move {
            HttpResponse::Ok().content_type("application/json").body((**answer).clone())
        }))
    })
    .workers(std::thread::available_parallelism().map_or(1, Into::into))
    .bind(address)?
    .run()
    .await
}
