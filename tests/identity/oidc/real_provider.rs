//! A provider that others have written, and that has the certificate of the `OpenID` Foundation. `tests/oidc_provider/run`
//! installs it and runs this.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use url::Url;

use super::{BEGIN, PROVIDERS, end_by};
use crate::harness::{on_both, repository};

const REDIRECT_URI: &str = "http://localhost:8080/signed-in";

fn scratch(file: &str) -> PathBuf {
    repository().join("target/oidc_provider").join(file)
}

/// The provider, until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it, and answers its issuer.
fn start() -> (Running, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut command = Command::new("node");
    command.arg(scratch("provider.mjs")).args([&port, REDIRECT_URI]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("node");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let issuer = lines.find_map(|line| line.strip_prefix("Serving on ").map(str::to_owned));
    // It says more, and ends where nobody reads it.
    std::thread::spawn(move || lines.for_each(drop));
    (Running(child), issuer.expect("it serves"))
}

#[test]
#[ignore = "needs what tests/oidc_provider/run installs"]
fn users_sign_in_with_oidc_provider() {
    let (_running, issuer) = start();
    on_both(|app| {
        let admin = app.admin().unrecorded();
        let group = admin.create("/api/v2/groups", &json!({"name": "Staff", "permissions": ["users.read"]}));
        let record = json!({
            "caption": "Office", "issuer": issuer, "clientId": "backoffice", "clientSecret": "a secret of the client",
            "scopes": ["email", "profile", "groups"], "redirectUris": [REDIRECT_URI], "emailDomains": ["example.com"],
            "groups": [{"value": "staff", "groupId": group}], "createsUsers": true, "isEnabled": true,
        });
        let id = admin.create(PROVIDERS, &record);
        assert_eq!(admin.get(&format!("{PROVIDERS}/{id}/status")).expect(200)["isConnected"], true);
        let nobody = app.client.unrecorded();
        let sign_in = |login: &str| {
            let begun = nobody.post(BEGIN, &json!({"providerId": id, "redirectUri": REDIRECT_URI})).expect(200);
            let mut browser = Command::new("node");
            browser.arg(scratch("browser.mjs")).args([begun["uri"].as_str().unwrap(), login]);
            let output = browser.output().expect("node");
            let led = String::from_utf8(output.stdout).unwrap();
            let led = Url::parse(led.trim()).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
            let part = |name: &str| led.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            end_by(&nobody, &begun, &json!({"state": part("state"), "code": part("code"), "iss": part("iss")}))
        };
        for _ in 0..2 {
            let ann = nobody.with_token_of(&sign_in("ann@example.com").expect(200));
            let users = ann.get("/api/v2/users?filter[email]=ann@example.com").expect(200);
            assert_eq!((&users["total"], &users["data"][0]["name"]), (&json!(1), &json!("ann")));
        }
        sign_in("ann@elsewhere.example").refused(403, "emailDomainNotAllowed");
    });
}
