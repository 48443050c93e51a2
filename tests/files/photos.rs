//! The photos of clients, and requests to show another.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use serde_json::json;

use super::{PDF, PROGRAM, read, stored as count};
use crate::harness::form::Form;
use crate::harness::raw::{Raw, fetch};
use crate::harness::records::id_of;
use crate::harness::{Answer, Client, TestApp, on_both};

pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn path(client: i64) -> String {
    format!("/api/v2/clients/{client}/photo")
}

fn upload(caller: &Client, client: i64, content: &[u8]) -> Answer {
    Form::default().file("photo", "me.png", content).send(caller, &path(client))
}

#[track_caller]
fn photo(caller: &Client, client: i64, query: &str) -> Raw {
    fetch(caller, "GET", &format!("{}{query}", path(client)), &[]).unwrap()
}

fn size_of(photo: &Raw) -> (u32, u32) {
    assert_eq!(photo.status, 200, "{}", String::from_utf8_lossy(&photo.body));
    let picture = image::load_from_memory(&photo.body).unwrap();
    (picture.width(), picture.height())
}

#[test]
fn a_photo_is_answered_in_its_format_and_in_the_size_that_is_asked_for() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        assert_eq!(photo(&admin, client, "").status, 404);
        for (format, media_type) in
            [(ImageFormat::Png, "image/png"), (ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Gif, "image/gif")]
        {
            upload(&admin, client, &picture(800, 400, format)).expect(204);
            let shown = photo(&admin, client, "");
            assert_eq!((shown.status, shown.header("Content-Type")), (200, Some(media_type)));
            assert_eq!(size_of(&shown), (200, 100));
            assert_eq!(size_of(&photo(&admin, client, "?size=16")), (16, 8));
            assert_eq!(size_of(&photo(&admin, client, "?size=1024")), (800, 400), "never enlarged");
        }
        for size in ["15", "1025", "x", "-1"] {
            assert_eq!(photo(&admin, client, &format!("?size={size}")).status, 400, "{size}");
        }
        app.sweep_files();
        assert_eq!(count(app), 1, "the earlier ones are gone");
        admin.delete(&path(client)).expect(204);
        admin.delete(&path(client)).expect(404);
        assert_eq!(photo(&admin, client, "").status, 404);
        app.sweep_files();
        assert_eq!(count(app), 0);
    });
}

#[test]
fn what_is_no_photo_is_refused() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let whole = picture(100, 100, ImageFormat::Png);
        let faults =
            |content: &[u8], code: &str| drop(upload(&admin, client, content).expect_faults(400, &[("photo", code)]));
        faults(PDF, "unsupportedFile");
        faults(PROGRAM, "executableFile");
        faults(&whole[..whole.len() / 2], "brokenPicture");
        faults(&picture(8001, 1, ImageFormat::Png), "pictureTooLarge");
        faults(b"", "empty");
        Form::default().send(&admin, &path(client)).has_faults(&[("photo", "required")]);
        let mut large = whole;
        large.resize(5 * 1024 * 1024 + 1, 0);
        upload(&admin, client, &large).expect(413);
        upload(&admin, 99, &picture(10, 10, ImageFormat::Png)).expect(404);
        assert_eq!(photo(&admin, client, "").status, 404);
    });
}

/// The request of a client to be shown with another photo.
fn ask_for_photo(app: &TestApp, admin: &Client, client: i64) -> i64 {
    admin.patch("/api/v2/settings", &json!({"pictureNeedsRequest": true})).expect(200);
    let photo = Form::default().file("photo", "me.png", &picture(300, 300, ImageFormat::Png));
    photo.send(&app.as_client(client), "/api/v2/my/photo").expect(204);
    // The path of the photo is random.
    let asked = admin.unrecorded().get("/api/v2/applications?filter[type]=avatar").expect(200);
    id_of(&asked["data"][0])
}

#[test]
fn a_photo_that_waits_is_seen_by_those_who_decide_and_shown_once_it_is_approved() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        upload(&admin, client, &picture(10, 10, ImageFormat::Gif)).expect(204);
        let request = format!("/api/v2/applications/{}", ask_for_photo(app, &admin, client));
        // The path of the photo is random.
        let told = admin.unrecorded().get(&request).expect(200);
        assert_eq!(told["type"], json!("avatar"));
        let file = json!(told["interact"][0].as_str().unwrap().strip_prefix("file: ").unwrap());
        assert_eq!(read(&admin, &file).header("Content-Type"), Some("image/png"));
        assert_eq!(read(&app.user_with("one", &["requests.read", "avatarRequests.read"]), &file).status, 200);
        assert_eq!(read(&app.user_with("two", &["profilePhotos.read"]), &file).status, 404);
        assert_eq!(photo(&admin, client, "").header("Content-Type"), Some("image/gif"));
        admin.unrecorded().post(&format!("{request}/approve"), &json!({})).expect(200);
        assert_eq!(size_of(&photo(&admin, client, "")), (200, 200));
        app.sweep_files();
        assert_eq!(count(app), 1);
    });
}

#[test]
fn a_photo_that_is_rejected_goes() {
    on_both(|app| {
        let admin = app.admin();
        let client = admin.new_client("a@example.com", &json!({}));
        let request = format!("/api/v2/applications/{}", ask_for_photo(app, &admin, client));
        admin.post(&format!("{request}/reject"), &json!({"resolutionId": 1})).expect(200);
        assert_eq!(photo(&admin, client, "").status, 404);
        app.sweep_files();
        assert_eq!(count(app), 0);
    });
}
