//! Imports as they are answered.

use super::{IMPORTS, form};
use crate::harness::{Bodies, on_both};

#[test]
fn bodies_are_as_they_were_reviewed() {
    on_both(|app| {
        let admin = app.admin();
        let mut bodies = Bodies::of(&admin);
        let file = "email,lastName,firstName\nann@example.com,Doe,\n";
        let form = form("users", file).text("description", "Clients of 2019").text("delimiter", "comma");
        bodies.upload(IMPORTS, form.text("dryRun", "true"));
        app.run_jobs();
        bodies.read(&format!("{IMPORTS}/1"));
        bodies.first_of(IMPORTS);
        insta::with_settings!({prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("bodies", bodies.into_text());
        });
    });
}
