//! Two servers on one PostgreSQL: what a menu item or a step of a wizard names is not deleted beside.

use serde_json::json;

use crate::platform::races::{ROUNDS, delete, patch, post, with_servers};

#[test]
fn a_level_is_not_deleted_beside_a_menu_item_that_gets_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let level = json!({"index": 10 + round, "name": format!("level {round}")});
            let level = admin.create("/api/v2/verifications/levels", &level);
            let name = patch("/api/v2/menus/2", json!({"verificationLevels": [level]}));
            let statuses = servers.race(round, &[name], &delete(&format!("/api/v2/verifications/levels/{level}")));
            assert!(matches!((&statuses.0[..], statuses.1), ([200], 409) | ([422], 204)), "{statuses:?}");
            admin.patch("/api/v2/menus/2", &json!({"verificationLevels": []})).expect(200);
        }
    });
}

#[test]
fn a_client_type_is_not_deleted_beside_a_menu_item_and_a_wizard_that_get_it() {
    with_servers(|servers, admin| {
        for round in 0..ROUNDS {
            let kind = json!({"name": format!("type {round}"), "group": "individual"});
            let kind = admin.create("/api/v2/clients/types", &kind);
            let names = [
                patch("/api/v2/menus/2", json!({"clientTypes": [kind]})),
                post(
                    "/api/v2/wizards",
                    json!({
                        "name": format!("{round}"), "type": "signIn",
                        "steps": [{"step": "captcha", "clientTypes": [kind]}],
                    }),
                ),
            ];
            let statuses = servers.race(round, &names, &delete(&format!("/api/v2/clients/types/{kind}")));
            let is_named = |statuses: &[u16]| statuses.contains(&200) || statuses.contains(&201);
            let is_right = match statuses.1 {
                409 => is_named(&statuses.0),
                204 => statuses.0 == [422, 422],
                _ => false,
            };
            assert!(is_right, "{statuses:?}");
            admin.patch("/api/v2/menus/2", &json!({"clientTypes": []})).expect(200);
        }
    });
}
