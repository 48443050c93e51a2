//! Mass mail. The service has no sender, so that nothing of it calls somebody outside.

use domain::identity::Scope;
use domain::mailing::{DeliveryOptions, DeliveryPlatform, DeliveryService, EmailTemplate, Recipients};
use storage::identity::users;
use storage::mailing::sent_emails::{self, NewSentEmail};
use storage::mailing::{delivery_services, templates};
use storage::{Direction, Error, Paging, Tx};

/// Loads it.
pub fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let options = DeliveryOptions {
        api_key: "demonstration".into(),
        api_url: Some("http://localhost:2526".into()),
        from_email: None,
        from_name: Some("Broker".into()),
    };
    let service = DeliveryService {
        caption: "Newsletter".into(),
        platform: DeliveryPlatform::SendGrid,
        is_enabled: true,
        options,
    };
    let service = delivery_services::insert(tx, &service)?;
    let template = EmailTemplate {
        name: "Welcome".into(),
        subject: "Good to have you, {firstName}".into(),
        body: "<p>Dear {name},</p><p>thank you for your trust.</p>".into(),
        locale: None,
    };
    let template = templates::insert(tx, &template)?;
    let first = Paging { sort: storage::ById::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = users::list(tx.conn, &users::Filter::default(), &first)?;
    let Some(user) = page.data.first().map(|user| user.id) else { return Ok(()) };
    let address = "ann@example.com".parse().map_err(|_| Error::Broken("the recipient is not an address".into()))?;
    let recipients = Recipients::Addresses(vec![address].into());
    let (subject, body) = (None, None);
    let email = NewSentEmail { service: service.id, template: Some(template.id), subject, body, recipients };
    sent_emails::insert(tx, &Scope::System, user, &email, |_| Vec::new()).map(drop)
}
