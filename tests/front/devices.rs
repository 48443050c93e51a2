//! What the client signed in from.

use serde_json::json;

use crate::harness::on_both;

#[test]
fn a_client_sees_their_own_devices_and_removes_one_with_its_sessions() {
    on_both(|app| {
        let admin = app.admin();
        let [ann, bob] = ["ann@example.com", "bob@example.com"].map(|email| admin.new_client(email, &json!({})));
        let (as_ann, as_bob) = (app.as_client(ann), app.as_client(bob));
        let listed = as_ann.get("/api/v2/my/devices").expect(200);
        assert_eq!(listed["total"], json!(1));
        let path = format!("/api/v2/my/devices/{}", listed["data"][0]["id"]);
        assert_eq!(as_ann.get(&path).expect(200), listed["data"][0]);
        as_bob.get(&path).refused(404, "notFound");
        as_bob.delete(&path).refused(404, "notFound");
        as_ann.delete(&path).expect(204);
        as_ann.get("/api/v2/my/devices").refused(401, "tokenInvalid");
        assert_eq!(as_bob.total("/api/v2/my/devices"), 1);
    });
}
