//! Mail: sign-in by a mailed code, over a real SMTP server.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::json;

use crate::harness::{ADMIN_PASSWORD, Setup, TestApp, on_both_with};

/// An SMTP server (RFC 5321) that hands over what it is sent.
pub fn smtp_server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || drop(converse(stream, &sender)));
        }
    });
    (url, receiver)
}

fn converse(mut stream: TcpStream, sender: &Sender<String>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 test\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match command.as_str() {
            "EHLO" | "HELO" => b"250 test\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let mut mail = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                // Quoted-printable text (RFC 2045) breaks long lines.
                let _ = sender.send(mail.replace("=\n", ""));
                b"250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer)?;
    }
    Ok(())
}

pub fn next(mails: &Receiver<String>) -> String {
    mails.recv_timeout(Duration::from_secs(20)).expect("a mail")
}

/// Every event was passed on.
pub(super) fn wait_until_told(app: &TestApp) {
    while app.database.read(storage::messaging::events::is_waiting).unwrap() {
        std::thread::yield_now();
    }
}

fn code_in(mail: &str) -> String {
    let start = mail.find("sign in is ").expect("a code") + "sign in is ".len();
    mail[start..start + 6].to_owned()
}

#[test]
fn a_mailed_code_is_the_second_factor_of_new_users() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
        assert_eq!(app.admin().post("/api/v2/users", &user).expect(201)["tfa"], json!(true));
        let answer = app.sign_in("ann@example.com", ADMIN_PASSWORD);
        assert_eq!(answer["2faRequired"], json!(true));
        assert_eq!(answer["2faDetails"]["provider"], json!("email"));
        assert_eq!(answer["2faDetails"]["expiresAt"], json!("2026-01-01T00:10:00+00:00"));
        let mail = next(&mails);
        assert!(mail.contains("To: ann@example.com"), "{mail}");
        let token = &answer["2faDetails"]["token"];
        app.client.post("/api/v2/2fa/confirm", &json!({"token": token, "code": "x"})).expect(401);
        let confirm = json!({"token": token, "code": code_in(&mail)});
        let pair = app.client.post("/api/v2/2fa/confirm", &confirm).expect(200);
        let client = app.client.with_token_of(&pair);
        client.get("/api/v2/products").refused(403, "permissionMissing");
        app.client.post("/api/v2/2fa/confirm", &confirm).expect(401);
    });
}

#[test]
fn a_mailed_code_ends_after_ten_minutes() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
        app.admin().post("/api/v2/users", &user).expect(201);
        let answer = app.sign_in("ann@example.com", ADMIN_PASSWORD);
        let code = code_in(&next(&mails));
        app.advance(600);
        let confirm = json!({"token": answer["2faDetails"]["token"], "code": code});
        app.client.post("/api/v2/2fa/confirm", &confirm).expect(401);
    });
}

#[test]
fn a_new_user_is_told_of_their_access() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": "Another123", "sendNotify": "1"});
        app.admin().post("/api/v2/users", &user).expect(201);
        assert!(next(&mails).contains("Another123"));
    });
}

#[test]
fn a_client_is_told_of_their_account_unless_the_product_says_no() {
    let (url, mails) = smtp_server();
    on_both_with(&Setup { smtp_url: Some(url), ..Setup::default() }, |app| {
        let admin = app.admin();
        let product = app.open_product(&admin, "trade", &[840]);
        let client = admin.new_client("a@example.com", &json!({}));
        assert!(next(&mails).contains("you are registered"));
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"sendMailSetting": "dontSend"})).expect(200);
        admin.new_account(client, product, 840);
        wait_until_told(app);
        admin.patch(&format!("/api/v2/products/{product}"), &json!({"sendMailSetting": "send"})).expect(200);
        let account = admin.new_account(client, product, 840);
        let number = admin.account_number(account);
        let mail = next(&mails);
        assert!(mail.contains(number.as_str().unwrap()), "the first that was sent is of the second account: {mail}");
    });
}

#[test]
fn a_mail_waits_until_its_server_is_there() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    on_both_with(&Setup { smtp_url: Some(format!("smtp://{gone}")), ..Setup::default() }, |app| {
        let user = json!({"name": "Ann", "email": "ann@example.com", "password": ADMIN_PASSWORD});
        app.admin().post("/api/v2/users", &user).expect(201);
        let answer = app.sign_in("ann@example.com", ADMIN_PASSWORD);
        assert_eq!(answer["2faRequired"], json!(true));
        app.client.get("/readyz").expect(200);
    });
}
