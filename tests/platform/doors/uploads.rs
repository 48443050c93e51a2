//! Files that a body brings.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use api::AppContext;
use domain::clients::{Phone, PhoneId};
use domain::identity::Scope;
use http::request::Body;
use http::routes::{FileField, Resource, Upload, Writing};
use http::{Fault, FilePart, Problem, RequestFault, Routes, Service, Settings, Sink};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use storage::clients::phones;

use super::{described, serve, with_client};
use crate::harness::form::{BOUNDARY, Form};
use crate::harness::{Client, unique};
use crate::platform::second_interface::{Front, Right};

const PHOTOS: &str = "/api/v2/own/photos";
const EITHER: &str = "/api/v2/own/either";
const MAX_PHOTO_BYTES: u64 = 200_000;

/// What is stored, by the names of the files.
static STORED: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());

struct InMemory(String);

impl Sink for InMemory {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        assert!(bytes.len() <= 64 * 1024, "a file arrives in chunks");
        if bytes.starts_with(b"MZ") {
            return Err(Problem::bad_request(vec![Fault::sent("photo", RequestFault::InvalidValue)]));
        }
        STORED.lock().unwrap().entry(self.0.clone()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self) -> Result<String, Problem> {
        Ok(self.0.clone())
    }

    fn remove(&mut self) {
        STORED.lock().unwrap().remove(&self.0);
    }
}

fn stored(name: &str) -> Option<Vec<u8>> {
    STORED.lock().unwrap().get(name).cloned()
}

/// Holds that nothing stays of a file; it is removed beside the answer.
#[track_caller]
fn is_removed(name: &str) {
    let begun = Instant::now();
    while stored(name).is_some() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{name} is still stored");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn open(_: &Arc<AppContext>, _: &http::Call<Front>, part: &FilePart<'_>) -> Result<Box<dyn Sink>, Problem> {
    if part.name == "x.exe" {
        return Err(Problem::bad_request(vec![Fault::sent(part.field, RequestFault::UnknownValue)]));
    }
    Ok(Box::new(InMemory(part.name.to_owned())))
}

#[derive(Serialize, JsonSchema)]
struct Photo {
    #[serde(skip)]
    id: PhoneId,
    telefono: String,
    lengths: Vec<u64>,
}

impl Resource<Front> for Photo {
    const NAME: &'static str = "photo";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

fn create(writing: &mut Writing<'_, '_, Front>, (): (), body: &Body<'_, Front, Phone>) -> Result<Photo, Problem> {
    let (phone, client) = (body.create()?, writing.caller.client);
    let stored = phones::insert(writing.tx, &Scope::Client(client), client, &phone)?;
    let lengths = writing.call.files().iter().map(|file| file.length).collect();
    assert!(writing.call.files().iter().all(|file| file.key == file.name && file.media_type == "image/png"));
    Ok(Photo { id: stored.id, telefono: stored.data.number.to_string(), lengths })
}

const FILES: &[FileField] = &[
    FileField { name: "photo", is_required: true, max_count: 1, max_bytes: MAX_PHOTO_BYTES },
    FileField { name: "extra", is_required: false, max_count: 2, max_bytes: 1_000 },
];

fn of_settings(context: &Arc<AppContext>, settings: Settings) -> std::io::Result<Service> {
    let upload = Upload { files: FILES, max_bytes: 2 * MAX_PHOTO_BYTES, takes_json: false, open };
    let mut routes = Routes::<Front>::default();
    routes.post("my.photos.create", PHOTOS, Right::Change).uploads(upload).created(create);
    let either = Upload { files: &FILES[1..], takes_json: true, ..upload };
    routes.post("my.either.create", EITHER, Right::Change).uploads(either).created(create);
    serve(context, settings, routes.into_vec())
}

fn service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    of_settings(context, Settings::default())
}

fn impatient_service(context: &Arc<AppContext>) -> std::io::Result<Service> {
    of_settings(context, Settings { body_timeout: Duration::from_millis(300), ..Settings::default() })
}

fn phone(number: u32) -> Form {
    Form::default().text("telefono", &format!("+1202555{number:04}"))
}

fn name() -> String {
    format!("photo-{}.png", unique())
}

#[test]
fn a_file_goes_to_its_sink_and_the_other_parts_are_fields() {
    with_client(service, |app, client| {
        let content: Vec<u8> = (0..MAX_PHOTO_BYTES).map(|place| u8::try_from(place % 251).unwrap()).collect();
        let (photo, extra) = (name(), name());
        let form = phone(1).file("photo", &photo, &content).file("extra", &extra, b"--a-boundar\r\n--");
        let answer = form.send(client, PHOTOS).expect(201);
        assert_eq!(answer, json!({"telefono": "+12025550001", "lengths": [200_000, 15]}));
        assert_eq!((stored(&photo) == Some(content), stored(&extra).unwrap().len()), (true, 15));
        // What no operation knows is passed over, and so is a field in which no file was chosen.
        let (photo, unknown) = (name(), name());
        let form = phone(2).file("photo", &photo, b"x").file("unknown", &unknown, b"y").file("extra", "", b"");
        form.text("more", "z").send(client, PHOTOS).expect(201);
        assert_eq!((stored(&photo), stored(&unknown)), (Some(b"x".to_vec()), None));

        let photo = name();
        phone(3).file("photo", &photo, b"x").send(&app.client, PHOTOS).refused(401, "tokenInvalid");
        assert_eq!(stored(&photo), None);
    });
}

#[test]
fn every_fault_of_a_form_is_told_at_once() {
    with_client(service, |_, client| {
        let faults = |form: Form, expected: &[(&str, &str)]| form.send(client, PHOTOS).expect_faults(400, expected);
        faults(Form::default(), &[("photo", "required"), ("telefono", "required")]);
        faults(phone(1).text("photo", "x"), &[("photo", "notFile")]);
        faults(phone(1).file("photo", "empty.png", b""), &[("photo", "empty")]);
        faults(phone(1).file("photo", "", b""), &[("photo", "required")]);
        let photo = name();
        let refused = phone(1).file("photo", &photo, b"x").text("telefono", "again").file("photo", "second.png", b"y");
        faults(refused, &[("photo", "tooManyEntries"), ("telefono", "notString")]);
        is_removed(&photo);
        faults(phone(1).part("name=\"telefono\"", &[0xff]).file("photo", &photo, b"x"), &[("telefono", "notString")]);
        faults(phone(1).file("photo", &photo, b"MZ"), &[("photo", "invalidValue")]);
        faults(phone(1).file("photo", "x.exe", b"x"), &[("photo", "unknownValue")]);
        assert_eq!((stored(&photo), stored("second.png"), stored("x.exe")), (None, None, None));
    });
}

#[test]
fn files_of_a_refused_call_are_removed() {
    with_client(service, |_, client| {
        let (first, second) = (name(), name());
        phone(1).file("photo", &first, b"x").send(client, PHOTOS).expect(201);
        phone(1).file("photo", &second, b"x").send(client, PHOTOS).refused(409, "taken");
        is_removed(&second);
        assert!(stored(&first).is_some());
    });
}

#[test]
fn a_file_is_held_to_its_limit_and_a_body_to_its_own() {
    with_client(service, |_, client| {
        let photo = name();
        let large = vec![b'x'; usize::try_from(MAX_PHOTO_BYTES).unwrap() + 1];
        let refused = phone(1).file("photo", &photo, &large).send(client, PHOTOS).expect(413);
        assert_eq!(refused["error"]["reason"], json!("fileTooLarge"));
        let fault = json!([{"field": "photo", "code": "tooManyBytes", "issue": "no puede superar los 200000 bytes"}]);
        assert_eq!(refused["error"]["details"], fault);
        is_removed(&photo);
        let whole = phone(1).file("photo", &photo, &large[1..]).file("unknown", "x", &vec![b'x'; 300_000]);
        let refused = whole.send(client, PHOTOS).refused(413, "bodyTooLarge");
        assert!(refused["error"]["message"].as_str().unwrap().contains("400000 bytes"), "{refused}");
        is_removed(&photo);
        let parts = (0..300).fold(phone(1), |form, number| form.text(&number.to_string(), "x"));
        parts.send(client, PHOTOS).refused(400, "tooManyParts");
    });
}

#[test]
fn rubbish_is_refused_and_leaves_nothing() {
    with_client(service, |_, client| {
        let photo = name();
        let form = phone(1).file("photo", &photo, b"x");
        for (media_type, body, code) in [
            ("multipart/form-data", form.clone().ended(), "notMultipart"),
            ("multipart/form-data; boundary=other", form.clone().ended(), "bodyIncomplete"),
            ("multipart/form-data; boundary=a-boundary", form.clone().unended(), "bodyIncomplete"),
            ("multipart/form-data; boundary=a-boundary", Vec::new(), "bodyIncomplete"),
            ("multipart/form-data; boundary=a-boundary", b"\0\xff\r\n".to_vec(), "bodyIncomplete"),
            (
                "multipart/form-data; boundary=a-boundary",
                b"--a-boundary\r\nX: y\r\n\r\nz\r\n--a-boundary--".to_vec(),
                "notMultipart",
            ),
        ] {
            let answer = client.with("Content-Type", media_type).call("POST", PHOTOS, Some(&body));
            let refused = answer.expect(400);
            let told = [&refused["error"]["reason"], &refused["error"]["details"][0]["code"]];
            assert!(told.contains(&&json!(code)), "{media_type} {refused}");
            is_removed(&photo);
        }
        for media_type in ["application/json", "multipart/mixed; boundary=a-boundary", ""] {
            let answer = client.with("Content-Type", media_type).call("POST", PHOTOS, Some(b"{}"));
            answer.refused(415, "unsupportedMediaType");
        }
    });
}

/// Sends a head that announces more than follows, and gives what is answered.
fn send_half(client: &Client, form: Form, closes: bool) -> String {
    let mut stream = TcpStream::connect(client.base.trim_start_matches("http://")).unwrap();
    let token = client.token.as_deref().unwrap();
    let head = format!(
        "POST {PHOTOS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 10000\r\n\
         Connection: close\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), &form.unended()].concat()).unwrap();
    if closes {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
    }
    let mut answer = String::new();
    drop(stream.read_to_string(&mut answer));
    answer
}

#[test]
fn a_form_that_breaks_off_leaves_nothing() {
    with_client(service, |app, client| {
        let photo = name();
        let answer = send_half(client, phone(1).file("photo", &photo, b"x"), true);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
        is_removed(&photo);
        assert_eq!(app.admin().total("/api/v2/phones"), 0);
    });
}

#[test]
fn a_form_that_does_not_arrive_is_given_up() {
    with_client(impatient_service, |_, client| {
        let photo = name();
        let answer = send_half(client, phone(1).file("photo", &photo, b"x"), false);
        assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("bodyTimeout"), "{answer}");
        is_removed(&photo);
    });
}

#[test]
fn a_repeated_upload_gets_the_first_answer_and_its_file_goes() {
    with_client(service, |app, client| {
        let keyed = client.with("Idempotency-Key", "one");
        let (first, other) = (name(), name());
        let form = |content: &[u8]| phone(1).file("photo", &first, content);
        let answer = form(b"x").send(&keyed, PHOTOS).expect(201);
        // The boundary is not a part of what was sent.
        let body = String::from_utf8(form(b"x").ended()).unwrap().replace(BOUNDARY, "other");
        let again = keyed.with("Content-Type", "multipart/form-data; boundary=other");
        let again = again.call("POST", PHOTOS, Some(body.as_bytes()));
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        assert_eq!(again.expect(201), answer);
        is_removed(&first);
        form(b"y").send(&keyed, PHOTOS).refused(422, "idempotencyKeyReused");
        phone(1).file("photo", &other, b"x").send(&keyed, PHOTOS).refused(422, "idempotencyKeyReused");
        is_removed(&other);
        assert_eq!(app.admin().total("/api/v2/phones"), 1);
    });
}

#[test]
fn an_operation_may_take_json_as_well() {
    with_client(service, |app, client| {
        let extra = name();
        client.post(EITHER, &json!({"telefono": "+12025550001"})).expect(201);
        phone(2).file("extra", &extra, b"x").send(client, EITHER).expect(201);
        assert!(stored(&extra).is_some());
        client.post(EITHER, &json!({})).expect_faults(400, &[("telefono", "required")]);

        let content = |path: &str| described(app, "post", path)["requestBody"]["content"].clone();
        let schema = &content(PHOTOS)["multipart/form-data"]["schema"];
        assert_eq!(content(PHOTOS).as_object().map(serde_json::Map::len), Some(1));
        assert_eq!(schema["properties"]["photo"]["format"], json!("binary"));
        assert_eq!(schema["properties"]["extra"]["items"]["format"], json!("binary"));
        assert_eq!(schema["required"], json!(["telefono", "photo"]));
        let either = content(EITHER);
        assert!(either["multipart/form-data"]["schema"]["properties"]["extra"].is_object());
        let plain = &either["application/json"]["schema"];
        let name = plain["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap();
        let plain = &app.client.unrecorded().get("/openapi.json").expect(200)["components"]["schemas"][name];
        assert_eq!(plain["properties"]["extra"]["maxItems"], json!(0), "{plain}");
        client.post(EITHER, &json!({"telefono": "+12025550003", "extra": []})).expect(201);
        let named = json!({"telefono": "+12025550004", "extra": ["a.pdf"]});
        client.post(EITHER, &named).expect_faults(400, &[("extra", "notFile")]);
        let responses = &described(app, "post", PHOTOS)["responses"];
        assert!(responses["413"].is_object() && responses["415"].is_object(), "{responses}");
        assert!(described(app, "post", EITHER)["responses"]["415"].is_null());
    });
}
