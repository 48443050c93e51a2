//! Files that are sent while they are read, whole or in part.

use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use api::AppContext;
use http::routes::Reading;
use http::{Disposition, Download, EntityTag, Problem, Routes, Service, Settings, Source};

use super::{described, serve, with_client};
use crate::harness::raw::{Raw, fetch};
use crate::harness::{Client, scratch};
use crate::platform::second_interface::{Front, Right};

const LENGTH: usize = 300_000;
const PATH: &str = "/api/v2/own/files/1";

fn content() -> Vec<u8> {
    let mut content: Vec<u8> = (0..LENGTH).map(|place| u8::try_from(place * 7 % 251).unwrap()).collect();
    // It ends as an answer would with which the library itself refuses a call.
    let tail = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
    content.splice(LENGTH - tail.len().., tail.iter().copied());
    content
}

/// A file on disk.
struct OnDisk(PathBuf);

impl Source for OnDisk {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = std::fs::File::open(&self.0)?;
        file.seek(SeekFrom::Start(from))?;
        Ok(Box::new(file))
    }
}

fn find(_: &mut Reading<'_, Front>, (id,): (u8,)) -> Result<Download, Problem> {
    let path = scratch().join(format!("download-{}", if id == 3 { "missing" } else { "1" }));
    let empty = scratch().join("download-empty");
    let download = Download {
        media_type: "application/pdf".into(),
        name: "Отчёт \"1\"/2.pdf".into(),
        disposition: Disposition::Attachment,
        length: Some(u64::try_from(LENGTH).unwrap()),
        tag: Some(EntityTag::of(&[b"the content of file 1"])),
        source: Box::new(OnDisk(path)),
    };
    match id {
        1 | 3 => Ok(download),
        // Its length is not known.
        2 => Ok(Download {
            length: None,
            tag: None,
            disposition: Disposition::Inline,
            name: "a b.png".into(),
            ..download
        }),
        // It is shorter than was told.
        4 => Ok(Download { length: download.length.map(|length| length + 1), ..download }),
        5 => Ok(Download { length: Some(0), source: Box::new(OnDisk(empty)), ..download }),
        _ => Err(Problem::not_found()),
    }
}

fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    std::fs::write(scratch().join("download-1"), content())?;
    std::fs::write(scratch().join("download-empty"), "")?;
    let mut routes = Routes::<Front>::default();
    routes.get("my.file", "/api/v2/own/files/{id}", Right::Look).download("application/pdf", find);
    serve(context, Settings::default(), routes.into_vec())
}

#[track_caller]
fn get(client: &Client, path: &str, headers: &[(&str, &str)]) -> Raw {
    fetch(client, "GET", path, headers).unwrap()
}

#[test]
fn a_file_is_sent_whole_with_its_name_and_type() {
    with_client(service, |app, client| {
        let whole = get(client, PATH, &[]);
        assert_eq!((whole.status, whole.body == content()), (200, true));
        assert_eq!(whole.header("Content-Type"), Some("application/pdf"));
        assert_eq!(whole.header("Content-Length"), Some("300000"));
        assert_eq!(whole.header("Accept-Ranges"), Some("bytes"));
        assert_eq!(whole.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(whole.header("Content-Security-Policy"), Some("default-src 'none'; sandbox"));
        let disposition = "attachment; filename=\"_____ _1__2.pdf\"; \
            filename*=UTF-8''%D0%9E%D1%82%D1%87%D1%91%D1%82%20_1__2.pdf";
        assert_eq!(whole.header("Content-Disposition"), Some(disposition));

        let head = fetch(client, "HEAD", PATH, &[("Range", "bytes=0-4")]).unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0));
        for name in ["Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Content-Disposition"] {
            assert_eq!(head.header(name), whole.header(name), "{name}");
        }
        let unknown = get(client, "/api/v2/own/files/2", &[("Range", "bytes=0-4")]);
        assert_eq!((unknown.status, unknown.body == content()), (200, true));
        assert_eq!((unknown.header("Content-Length"), unknown.header("Accept-Ranges")), (None, Some("none")));
        assert_eq!(unknown.header("Content-Disposition"), Some("inline; filename=\"a b.png\""));
        let empty = get(client, "/api/v2/own/files/5", &[]);
        assert_eq!((empty.status, empty.header("Content-Length"), empty.body.len()), (200, Some("0"), 0));

        assert_eq!(get(client, "/api/v2/own/files/9", &[]).status, 404);
        assert_eq!(get(&app.client, PATH, &[]).status, 401);
    });
}

#[test]
fn a_part_of_a_file_is_sent() {
    with_client(service, |_, client| {
        let all = content();
        let tag = get(client, PATH, &[]).header("ETag").expect("a tag").to_owned();
        let last = LENGTH - 1;
        for (range, from, to) in [
            ("bytes=0-0", 0, 0),
            ("bytes=10-99999", 10, 99_999),
            ("bytes=100000-", 100_000, last),
            ("bytes=-5", LENGTH - 5, last),
            ("bytes=299999-400000", last, last),
            ("bytes=-400000", 0, last),
        ] {
            for condition in [None, Some(("If-Range", tag.as_str()))] {
                let headers: Vec<_> = [("Range", range)].into_iter().chain(condition).collect();
                let part = get(client, PATH, &headers);
                assert_eq!((part.status, part.body == all[from..=to]), (206, true), "{range}");
                assert_eq!(part.header("Content-Range"), Some(format!("bytes {from}-{to}/{LENGTH}").as_str()));
                assert_eq!(part.header("Content-Length"), Some((to - from + 1).to_string().as_str()));
                assert_eq!(part.header("ETag"), Some(tag.as_str()));
            }
        }
        // What cannot be read as one range, or is of another form of the file, counts as not sent.
        for range in ["bytes=0-4,10-14", "bytes=4-0", "bytes=x", "lines=0-4", "", "bytes=-", "0-4"] {
            assert_eq!(get(client, PATH, &[("Range", range)]).status, 200, "{range}");
        }
        let weak = format!("W/{tag}");
        for stale in ["\"stale\"", &weak, "Sat, 29 Oct 1994 19:43:31 GMT"] {
            let whole = get(client, PATH, &[("Range", "bytes=0-4"), ("If-Range", stale)]);
            assert_eq!((whole.status, whole.body.len()), (200, LENGTH), "{stale}");
        }
        // Two forms are told apart before a part is looked for.
        let known = get(client, PATH, &[("Range", "bytes=0-4"), ("If-None-Match", &tag)]);
        assert_eq!((known.status, known.body.len(), known.header("ETag")), (304, 0, Some(tag.as_str())));
    });
}

#[test]
fn a_part_beyond_the_end_is_refused() {
    with_client(service, |app, client| {
        for (path, range, length) in [
            (PATH, "bytes=300000-", LENGTH),
            (PATH, "bytes=400000-500000", LENGTH),
            (PATH, "bytes=-0", LENGTH),
            ("/api/v2/own/files/5", "bytes=0-", 0),
        ] {
            let refused = client.with("Range", range).get(path);
            assert_eq!(refused.header("Content-Range"), Some(format!("bytes */{length}").as_str()), "{range}");
            assert_eq!(refused.header("Content-Type"), Some("application/json"));
            refused.refused(416, "rangeNotSatisfiable");
        }
        let operation = described(app, "get", "/api/v2/own/files/{id}");
        let pdf = &operation["responses"]["206"]["content"]["application/pdf"]["schema"]["format"];
        assert_eq!((pdf.as_str(), operation["responses"]["416"].is_object()), (Some("binary"), true));
        assert!(operation["responses"]["304"].is_object());
    });
}

#[test]
fn a_file_that_cannot_be_read_is_not_sent_as_if_it_were_whole() {
    with_client(service, |_, client| {
        client.unrecorded().get("/api/v2/own/files/3").refused(503, "unavailable");
        assert!(fetch(client, "GET", "/api/v2/own/files/4", &[]).is_err());
        assert_eq!(get(client, PATH, &[]).status, 200);
    });
}
