//! Large answers are compressed for callers who take that, and each form has a tag of its own.

use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::harness::raw::{Raw, fetch};
use crate::harness::{Client, on_both};

const COUNTRIES: &str = "/api/v2/countries?limit=1000";

fn get(client: &Client, path: &str, headers: &[(&str, &str)]) -> Raw {
    fetch(client, "GET", path, headers).expect("an answer")
}

fn unpacked(answer: &Raw) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(answer.body.as_slice()).read_to_end(&mut bytes).expect("gzip");
    bytes
}

#[test]
fn a_large_answer_is_compressed_for_those_who_take_that() {
    on_both(|app| {
        let admin = app.admin();
        for path in [COUNTRIES, "/openapi.json", "/docs/swagger-ui.js"] {
            let plain = get(&admin, path, &[]);
            assert_eq!((plain.status, plain.header("Content-Encoding")), (200, None), "{path}");
            assert!(plain.header("Vary").is_some_and(|vary| vary.contains("Accept-Encoding")), "{path}");
            let packed = get(&admin, path, &[("Accept-Encoding", "br, gzip")]);
            assert_eq!(packed.header("Content-Encoding"), Some("gzip"), "{path}");
            assert!(packed.body.len() * 2 < plain.body.len(), "{path}: {}", packed.body.len());
            assert_eq!(unpacked(&packed), plain.body, "{path}");
        }
        for (path, encoding) in
            [("/api/v2/countries?limit=1", "gzip"), (COUNTRIES, "gzip;q=0"), ("/api/v2/countries?format=csv", "gzip")]
        {
            let answer = get(&admin, path, &[("Accept-Encoding", encoding)]);
            assert_eq!((answer.status, answer.header("Content-Encoding")), (200, None), "{path}");
        }
    });
}

#[test]
fn a_caller_who_has_the_compressed_form_is_told_so() {
    on_both(|app| {
        let client = &app.client;
        let gzip = ("Accept-Encoding", "gzip");
        let plain = get(client, "/openapi.json", &[]);
        let packed = get(client, "/openapi.json", &[gzip]);
        let (tag, packed_tag) = (plain.header("ETag").expect("a tag"), packed.header("ETag").expect("a tag"));
        assert_ne!(tag, packed_tag);
        for known in [tag, packed_tag] {
            let again = get(client, "/openapi.json", &[gzip, ("If-None-Match", known)]);
            assert_eq!((again.status, again.header("ETag")), (304, Some(known)));
        }
    });
}
