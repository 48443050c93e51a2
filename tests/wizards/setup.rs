//! Wizards as users set them up.

use domain::wizards::{WizardType, delivered};
use serde_json::{Value, json};

use super::WIZARDS;
use crate::harness::{Client, on_both, with};

fn registration(fields: &Value) -> Value {
    with(json!({"name": "Short", "type": "registration"}), fields)
}

fn steps(wizard: &Value) -> Vec<&str> {
    wizard["steps"].as_array().unwrap().iter().map(|setup| setup["step"].as_str().unwrap()).collect()
}

fn path(id: i64) -> String {
    format!("{WIZARDS}/{id}")
}

/// The ids of the defaults of registration.
fn defaults(admin: &Client) -> Vec<i64> {
    let page = admin.get(&format!("{WIZARDS}?filter[type]=registration")).expect(200);
    let wizards = page["data"].as_array().unwrap().iter().filter(|wizard| wizard["isDefault"] == true);
    wizards.map(|wizard| wizard["id"].as_i64().unwrap()).collect()
}

/// What the steps of a registration are refused for.
fn refused_steps(admin: &Client, steps: &Value, faults: &[(&str, &str)]) {
    admin.post(WIZARDS, &registration(&json!({"steps": steps}))).expect_faults(400, faults);
}

#[test]
fn an_enabled_default_of_each_type_is_delivered_under_a_fixed_uuid() {
    const UUIDS: [&str; 12] = [
        "4ba71ab7-ac05-44a5-acc6-be1805fdf179",
        "0b8e90e9-f646-4d5f-9ae8-5d0928398f9f",
        "c4e08e67-b822-463b-8e69-80ee651011cb",
        "a02bff2f-31bf-46af-a8b5-8ab4d47a9a78",
        "25318bf2-7b88-4975-9414-f6b506d002db",
        "87a152f4-60ca-46fe-bd3d-b70b0d99ed20",
        "e7fb3f46-c937-4388-967d-d69a83f614dc",
        "9d461576-6cd4-4f91-bda5-36a3a434d6f9",
        "9eb22b5a-9059-486a-9d97-fce60131d9b6",
        "3ddab6b5-edb6-4e2f-8d8e-b596c8965f78",
        "3ce1b347-0187-4c05-b0cc-76289bd7f38b",
        "0e8a1ab6-642c-4eb6-b450-d4a77def588b",
    ];
    on_both(|app| {
        let admin = app.admin();
        assert_eq!(admin.total(WIZARDS), 12);
        for (kind, uuid) in WizardType::ALL.iter().zip(UUIDS) {
            let page = admin.get(&format!("{WIZARDS}?filter[type]={kind}")).expect(200);
            assert_eq!(page["total"], 1, "{kind}");
            let wizard = &page["data"][0];
            assert_eq!((&wizard["isEnabled"], &wizard["isDefault"]), (&json!(true), &json!(true)), "{kind}");
            assert_eq!(wizard["uuid"], uuid, "{kind}");
            let expected: Vec<&str> = delivered(*kind).iter().map(|setup| setup.step.as_str()).collect();
            assert_eq!(steps(wizard), expected, "{kind}");
        }
    });
}

#[test]
fn a_wizard_is_made_changed_and_deleted() {
    on_both(|app| {
        let admin = app.admin();
        let named = json!({"steps": [{"step": "phone_form"}, {"step": "captcha"}]});
        let made = admin.post(WIZARDS, &registration(&named)).expect(201);
        assert_eq!(steps(&made), ["main_form", "captcha", "phone_form", "client_registration"]);
        let is_required: Vec<&Value> =
            made["steps"].as_array().unwrap().iter().map(|setup| &setup["isRequired"]).collect();
        assert_eq!(is_required, [true, false, false, true]);
        assert_eq!((&made["isEnabled"], &made["isDefault"]), (&json!(true), &json!(false)));
        let path = path(made["id"].as_i64().unwrap());
        assert_eq!(admin.patch(&path, &json!({})).expect(200), made);
        app.advance(60);
        let changed = admin.put(&path, &json!({"isEnabled": false})).expect(200);
        assert_eq!(steps(&changed), steps(&made), "what is not sent stays");
        let changed = admin.patch(&path, &json!({"name": "Shorter", "steps": []})).expect(200);
        assert_eq!(steps(&changed), ["main_form", "client_registration"]);
        assert_eq!(changed["uuid"], made["uuid"]);
        assert_ne!(changed["updateTime"], changed["createTime"]);
        let ignored = admin.patch(&path, &json!({"type": "signIn", "uuid": "x"})).expect(200);
        assert_eq!(ignored, changed);
        assert_eq!(admin.put(&path, &changed).expect(200), changed, "what was read can be sent back");
        admin.delete(&path).expect(204);
        admin.get(&path).expect(404);
        admin.patch(&path, &json!({})).expect(404);
        admin.delete(&path).expect(404);
    });
}

#[test]
fn names_are_unique_within_a_type_whatever_their_case() {
    on_both(|app| {
        let admin = app.admin();
        let first = admin.create(WIZARDS, &registration(&json!({})));
        let taken = [("name", "taken")];
        admin.post(WIZARDS, &registration(&json!({"name": "SHORT"}))).expect_faults(409, &taken);
        let second = admin.create(WIZARDS, &registration(&json!({"name": "Long"})));
        assert_eq!(second, first + 1, "what is refused leaves no gap");
        admin.patch(&path(second), &json!({"name": "short"})).expect_faults(409, &taken);
        admin.patch(&path(second), &json!({"name": "LONG"})).expect(200);
        admin.create(WIZARDS, &registration(&json!({"type": "signIn"})));
        let both = json!({"name": "short", "isDefault": true, "isEnabled": false});
        let expected = [("isEnabled", "defaultWizardDisabled"), ("name", "taken")];
        admin.patch(&path(second), &both).expect_faults(409, &expected);
    });
}

#[test]
fn the_mark_of_the_default_moves_and_never_goes() {
    on_both(|app| {
        let admin = app.admin();
        let disabled = [("isEnabled", "defaultWizardDisabled")];
        let body = registration(&json!({"isDefault": true, "isEnabled": false}));
        admin.post(WIZARDS, &body).expect_faults(409, &disabled);
        assert_eq!(defaults(&admin), [1]);
        let second = admin.create(WIZARDS, &registration(&json!({"isDefault": true})));
        assert_eq!(defaults(&admin), [second]);
        admin.patch(&path(second), &json!({"isEnabled": false})).expect_faults(409, &disabled);
        let missing = [("isDefault", "defaultWizardMissing")];
        admin.patch(&path(second), &json!({"isDefault": false})).expect_faults(409, &missing);
        let both = json!({"isDefault": false, "isEnabled": false});
        admin.patch(&path(second), &both).expect_faults(409, &missing);
        admin.delete(&path(second)).refused(409, "defaultWizardMissing");
        admin.patch(&path(1), &json!({"isDefault": true})).expect(200);
        assert_eq!(defaults(&admin), [1]);
        admin.patch(&path(second), &json!({"isEnabled": false})).expect(200);
        admin.patch(&path(second), &json!({"isDefault": true})).expect_faults(409, &disabled);
        admin.patch(&path(second), &json!({"isDefault": true, "isEnabled": true})).expect(200);
        admin.delete(&path(1)).expect(204);
        assert_eq!(defaults(&admin), [second]);
        assert_eq!(admin.get(&path(2)).expect(200)["isDefault"], json!(true), "other types have their own");
    });
}

#[test]
fn steps_are_those_of_the_type() {
    on_both(|app| {
        let admin = app.admin();
        refused_steps(&admin, &json!([{"step": "dance"}]), &[("steps.0.step", "notOneOf")]);
        refused_steps(&admin, &json!([{}]), &[("steps.0.step", "required")]);
        refused_steps(&admin, &json!(["captcha"]), &[("steps.0", "notObject")]);
        refused_steps(&admin, &json!({"step": "captcha"}), &[("steps", "notArray")]);
        let several = json!([{"step": "captcha"}, {"step": "two_factor"}, {"step": "captcha"}]);
        let expected = [("steps.1.step", "stepNotOfType"), ("steps.2.step", "repeatedStep")];
        refused_steps(&admin, &several, &expected);
        let change = json!({"steps": [{"step": "main_form"}]});
        admin.patch(&path(12), &change).expect_faults(400, &[("steps.0.step", "stepNotOfType")]);
        let restricted = json!([{"step": "main_form", "countries": ["CY"]}]);
        refused_steps(&admin, &restricted, &[("steps.0", "requiredStepRestricted")]);
        let missing = [("name", "required"), ("type", "required")];
        admin.post(WIZARDS, &json!({})).expect_faults(400, &missing);
    });
}

#[test]
fn fields_of_ones_own_stand_in_forms_and_fit_their_types() {
    on_both(|app| {
        let admin = app.admin();
        let of_form = |fields: Value| json!([{"step": "main_form", "fields": fields}]);
        let field = |fields: &Value| with(json!({"name": "own", "type": "text", "caption": "Own"}), fields);
        let at = |fields: Value, faults: &[(&str, &str)]| {
            let faults: Vec<(String, &str)> =
                faults.iter().map(|(place, code)| (format!("steps.0.fields.{place}"), *code)).collect();
            let faults: Vec<(&str, &str)> = faults.iter().map(|(place, code)| (place.as_str(), *code)).collect();
            refused_steps(&admin, &of_form(fields), &faults);
        };
        for name in ["", "1st", "two words", &"a".repeat(65)] {
            at(json!([field(&json!({"name": name}))]), &[("0.name", "notFieldName")]);
        }
        at(json!([field(&json!({"name": "Email"}))]), &[("0.name", "reservedFieldName")]);
        at(json!([field(&json!({})), field(&json!({"name": "OWN"}))]), &[("1.name", "repeatedFieldName")]);
        at(json!([field(&json!({"type": "select"}))]), &[("0.options", "choiceWithoutOptions")]);
        at(json!([field(&json!({"options": ["a"]}))]), &[("0.options", "optionsOfOtherField")]);
        let twice = field(&json!({"type": "select", "options": ["a", "b", "a"]}));
        at(json!([twice]), &[("0.options.2", "repeatedOption")]);
        let wrong = json!([{"name": 1, "type": "number", "isRequired": "maybe", "options": [""]}]);
        let expected = [
            ("0.caption", "required"),
            ("0.isRequired", "notBoolean"),
            ("0.name", "notString"),
            ("0.options.0", "empty"),
            ("0.type", "notOneOf"),
        ];
        at(wrong, &expected);
        let many: Vec<Value> = (0..51).map(|number| field(&json!({"name": format!("own{number}")}))).collect();
        refused_steps(&admin, &of_form(json!(many)), &[("steps.0.fields", "tooManyEntries")]);
        let options: Vec<String> = (0..201).map(|number| number.to_string()).collect();
        at(json!([field(&json!({"type": "select", "options": options}))]), &[("0.options", "tooManyEntries")]);
        let of_captcha = json!([{"step": "captcha", "fields": [field(&json!({}))]}]);
        refused_steps(&admin, &of_captcha, &[("steps.0.fields", "stepWithoutFields")]);
        let withdrawal = json!({
            "steps": [{"step": "form", "fields": [field(&json!({"name": "email"}))]}],
        });
        let changed = admin.patch(&path(12), &withdrawal).expect(200);
        assert_eq!(steps(&changed), ["form", "apply"], "reserved names are those of the type");
    });
}

#[test]
fn the_countries_and_client_types_of_steps_exist() {
    on_both(|app| {
        let admin = app.admin();
        for code in ["CYP", "1", "C1"] {
            let steps = json!([{"step": "captcha", "countries": [code]}]);
            refused_steps(&admin, &steps, &[("steps.0.countries.0", "notCountryCode")]);
        }
        let steps = json!([
            {"step": "captcha", "countries": ["XX", "CY"], "clientTypes": [99, 1, 98]},
            {"step": "main_form"},
            {"step": "phone_form", "countries": ["ZZ"]},
        ]);
        let expected = [
            ("steps.0.clientTypes.0", "unknown"),
            ("steps.0.clientTypes.2", "unknown"),
            ("steps.0.countries.0", "unknown"),
            ("steps.2.countries.0", "unknown"),
        ];
        admin.post(WIZARDS, &registration(&json!({"steps": steps}))).expect_faults(422, &expected);
        admin.patch(&path(1), &json!({"steps": steps})).expect_faults(422, &expected);
        let steps = json!([{"step": "captcha", "countries": ["gb", "CY", "GB"], "clientTypes": ["2", 1, 2]}]);
        let made = admin.post(WIZARDS, &registration(&json!({"steps": steps}))).expect(201);
        assert_eq!(made["steps"][1]["countries"], json!(["CY", "GB"]));
        assert_eq!(made["steps"][1]["clientTypes"], json!([1, 2]));
    });
}

#[test]
fn a_client_type_stays_while_a_step_is_for_it() {
    on_both(|app| {
        let admin = app.admin();
        let kind = admin.create("/api/v2/clients/types", &json!({"name": "Pro", "group": "individual"}));
        let steps = json!({"steps": [{"step": "captcha", "clientTypes": [kind]}]});
        let wizard = admin.create(WIZARDS, &registration(&steps));
        let kind = format!("/api/v2/clients/types/{kind}");
        admin.delete(&kind).refused(409, "inUse");
        admin.patch(&path(wizard), &json!({"steps": [{"step": "captcha"}]})).expect(200);
        admin.delete(&kind).expect(204);
    });
}

#[test]
fn wizards_are_found_by_type_and_sorted_by_type_and_name() {
    on_both(|app| {
        let admin = app.admin();
        for (name, kind) in [("b", "signIn"), ("C", "signIn"), ("a", "withdrawal")] {
            admin.create(WIZARDS, &json!({"name": name, "type": kind, "isEnabled": false}));
        }
        let names = |query: &str| -> Vec<String> {
            let page = admin.get(&format!("{WIZARDS}?filter[isEnabled]=false&{query}")).expect(200);
            page["data"].as_array().unwrap().iter().map(|wizard| wizard["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(""), ["b", "C", "a"]);
        assert_eq!(names("sort_order=desc"), ["a", "C", "b"]);
        assert_eq!(names("sort_by=name"), ["a", "b", "C"]);
        assert_eq!(names("sort_by=name&sort_order=desc"), ["C", "b", "a"]);
        assert_eq!(names("filter[type]=signIn"), ["b", "C"]);
        assert_eq!(names("filter[type]=dance"), Vec::<String>::new());
        admin.get(&format!("{WIZARDS}?filter[name]=a")).expect_faults(400, &[("filter[name]", "unknownFilter")]);
    });
}

#[test]
fn everything_that_is_wrong_with_a_wizard_is_told_at_once() {
    on_both(|app| {
        let admin = app.admin();
        let fields = json!([
            {"name": "1st", "type": "select", "caption": ""},
            {"name": "email", "type": "text", "caption": "E-mail", "options": ["x"]},
            {"name": "size", "type": "select", "caption": "Size", "options": ["S", 5, "S"]},
            {"name": "Size", "type": "colour", "caption": "Size"},
        ]);
        let steps = json!([
            {"step": "main_form", "fields": fields, "countries": ["XYZ"]},
            {"step": "apply"},
            {"step": "captcha", "fields": [{}]},
            {"step": "captcha"},
            5,
        ]);
        let expected = [
            ("name", "required"),
            ("steps.0", "requiredStepRestricted"),
            ("steps.0.countries.0", "notCountryCode"),
            ("steps.0.fields.0.caption", "empty"),
            ("steps.0.fields.0.name", "notFieldName"),
            ("steps.0.fields.0.options", "choiceWithoutOptions"),
            ("steps.0.fields.1.name", "reservedFieldName"),
            ("steps.0.fields.1.options", "optionsOfOtherField"),
            ("steps.0.fields.2.options.1", "notString"),
            ("steps.0.fields.2.options.2", "repeatedOption"),
            ("steps.0.fields.3.name", "repeatedFieldName"),
            ("steps.0.fields.3.type", "notOneOf"),
            ("steps.1.step", "stepNotOfType"),
            ("steps.2.fields", "stepWithoutFields"),
            ("steps.2.fields.0.caption", "required"),
            ("steps.2.fields.0.name", "required"),
            ("steps.2.fields.0.type", "required"),
            ("steps.3.step", "repeatedStep"),
            ("steps.4", "notObject"),
        ];
        admin.post(WIZARDS, &json!({"type": "registration", "steps": steps})).expect_faults(400, &expected);
        let untyped = json!({"name": "x", "type": "none", "steps": [{"step": "captcha"}, {"step": "captcha"}]});
        admin.post(WIZARDS, &untyped).expect_faults(400, &[("steps.1.step", "repeatedStep"), ("type", "notOneOf")]);
    });
}
