//! Who hears of what happens. Nothing of it is enabled that would call somebody outside.

use domain::messaging::{
    Channel, ChannelTemplates, Conditions, Encryption, EventName, EventNotification, Listener, ListenerEvent,
    NotificationScope, NotificationType, SmtpProvider, Workflow,
};
use storage::identity::users;
use storage::messaging::{deliveries, event_notifications, listeners, notification_types, smtp_providers};
use storage::{Direction, Error, Paging, Tx};

/// Loads it.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let news = NotificationType { name: "weeklyNews".into(), caption: "News of the week".into(), is_enabled: true };
    notification_types::insert(tx, &news)?;
    let sender = "office@example.com".parse().map_err(|_| Error::Broken("the sender is not an address".into()))?;
    let smtp = SmtpProvider {
        caption: "Office".into(),
        host: "localhost".into(),
        port: 2525,
        username: None,
        password: None,
        encryption: Some(Encryption::Tls),
        send_from: sender,
        send_from_name: Some("Broker".into()),
        is_enabled: false,
    };
    smtp_providers::insert(tx, &smtp)?;
    let listener = Listener {
        description: Some("Tells the CRM of new accounts".into()),
        event: ListenerEvent::AccountCreated,
        conditions: Conditions::default(),
        workflow: Workflow::Webhook { url: "https://crm.example.com/accounts".into() },
        is_enabled: false,
    };
    let listener = listeners::insert(tx, &listener, None)?;
    deliveries::put_test(tx, listener.id)?;
    notify_first_user(tx)
}

fn notify_first_user(tx: &mut Tx<'_>) -> Result<(), Error> {
    let first = Paging { sort: storage::ById::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = users::list(tx.conn, &users::Filter::default(), &first)?;
    let Some(user) = page.data.first() else { return Ok(()) };
    let notification = EventNotification {
        event: EventName::DocumentRequest,
        description: Some("For the compliance desk".into()),
        user: user.id,
        channels: [Channel::Email].into_iter().collect(),
        templates: ChannelTemplates::default(),
        is_enabled: true,
    };
    event_notifications::insert(tx, NotificationScope::All, &notification).map(drop)
}
