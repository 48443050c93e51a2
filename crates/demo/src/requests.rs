//! What a few clients ask for, beside the money that they want to have moved, and folders for their files.

use std::net::{IpAddr, Ipv4Addr};

use domain::clients::ClientId;
use domain::files::Folder;
use domain::identity::{Scope, UserId};
use domain::requests::{Asked, Requester};
use domain::verification::Answer;
use storage::clients::profiles::{self, Filter};
use storage::files::folder_access::FolderSight;
use storage::files::{custom_folders, system_folders};
use storage::requests::asking;
use storage::verification::{attempts, levels, test_questions, tests};
use storage::{ById, ByTime, DbConnection, Direction, Error, Paging, Tx};

/// A tree of folders for all clients, and two folders of the first client.
pub fn folders(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    let contracts = system_folders::add(tx, user, None, "Contracts")?;
    system_folders::add(tx, user, Some(contracts.folder.id), "Signed")?;
    for name in ["Letters", "Old letters"] {
        let folder = Folder { name: name.into(), parent: None, client: Some(ClientId::new(1)) };
        custom_folders::add(tx, &Scope::System, &FolderSight::All, &folder)?;
    }
    Ok(())
}

/// Asks for it, in the name of the first clients.
pub fn ask(tx: &mut Tx<'_>) -> Result<(), Error> {
    let level = levels::named(tx.conn, "Verified")?;
    let asked = [
        Asked::Profile { first_name: "Maria".into(), last_name: "Lopez".into(), rest: None },
        Asked::Address {
            address: "12 Harbour Street".into(),
            city: "Lisbon".into(),
            country: 1.into(),
            postcode: Some("1100-148".into()),
            state: None,
        },
        Asked::Verification { level },
    ];
    let mut clients = first_clients(tx.conn)?.into_iter();
    for (asked, client) in asked.into_iter().zip(&mut clients) {
        asking::ask(tx, requester(client), &asked)?;
    }
    clients.next().map_or(Ok(()), |client| answer_test(tx, client))?;
    let first = profiles::get(tx.conn, &Scope::System, ClientId::new(1))?;
    super::accounts::load(tx, first.id)?;
    super::credentials::load(tx, first.id, first.data.email.as_str())
}

/// A client, who calls from an address that is set aside for documentation.
fn requester(client: ClientId) -> Requester {
    Requester { client, ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10)) }
}

fn first<S>(sort: S, limit: i64) -> Paging<S> {
    Paging { sort, direction: Direction::Ascending, limit, offset: 0, counts: false }
}

fn first_clients(conn: &mut DbConnection) -> Result<Vec<ClientId>, Error> {
    let page = profiles::list(conn, &Scope::System, &Filter::default(), &first(ByTime::CreateTime, 4))?;
    Ok(page.data.into_iter().map(|client| client.id).collect())
}

/// Answers the test of the demonstration wrong, so that a user has to decide.
fn answer_test(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let offered = tests::list(tx.conn, tests::Filter { is_visible: Some(true) }, &first(ByTime::CreateTime, 1))?;
    let Some(test) = offered.data.first() else { return Ok(()) };
    let questions = test_questions::list(tx.conn, test.id, &first(ById::Id, 1))?;
    let wrong = |question: &test_questions::StoredQuestion| Answer {
        question: question.id,
        text: None,
        options: question.options.iter().filter(|option| !option.data.is_correct).map(|option| option.id).collect(),
    };
    let answers: Vec<Answer> = questions.data.iter().map(wrong).collect();
    attempts::answer(tx, requester(client), test.id, &answers).map(drop)
}
