//! Mass mails: what was sent, over what, and how far it is.

use domain::identity::{Permission, UserId};
use domain::mailing::{
    ClientFilter, DeliveryServiceId, EmailTemplateId, MailingFault, Recipients, SentEmail, SentEmailId, SentEmailStatus,
};
use domain::value::{CommonFault, Email, Entity as _, FaultCode as _, Timestamp};
use http::request::{
    Choice, Fields, FilterSet, Filters, Id, Input, Kind, ListOf, ListQuery, Object, Parsed, SetOf, Text,
};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::mailing::sent_emails::{self, Filter, NewSentEmail};
use storage::{ByTime, Page};

use super::BODY;
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem, RequestFault};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const EMAILS: &str = "/api/v2/mail/subscriptions/messages";
    const EMAIL: &str = "/api/v2/mail/subscriptions/messages/{messageId}";
    routes
        .get("emails.list-messages", EMAILS, P::SentEmailsRead)
        .summary("List mass mails.")
        .describe("What was sent to many clients, or is being sent, the newest first.")
        .list(list);
    routes
        .get("emails.get-message", EMAIL, P::SentEmailsRead)
        .summary("Read a mass mail.")
        .describe("How far it is, and why the service did not take it for some recipients.")
        .record(get);
    routes
        .post("emails.send-message", EMAILS, P::SentEmailsCreate)
        .summary("Send a mail to many clients.")
        .describe(
            "Recipients are told in one way: `clientIds`, `emails` or `filter`. Clients whom the sender does not see are \
             left out, and so are removed ones; banned ones get mail only if they are named or asked for. The answer \
             comes at once, and the mail is sent in the background. Disabling the service stops it.",
        )
        .example(json!({
            "providerId": 1, "subject": "News for {firstName}", "body": "<p>Dear {name}, we have moved.</p>",
            "emails": ["ann@example.com"],
        }))
        .created(send);
    routes
        .delete("emails.delete-message", EMAIL, P::SentEmailsDelete)
        .summary("Delete the record of a mass mail.")
        .describe("One that is queued or being sent stays (409).")
        .deleted(delete);
}

/// A mass mail.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SentEmail")]
#[serde(rename_all = "camelCase")]
struct EmailAnswer {
    id: SentEmailId,
    /// The service that carries it; null once that is removed.
    provider_id: Option<DeliveryServiceId>,
    /// The template that its text came from; null for a text of its own, or once the template is deleted.
    template_id: Option<EmailTemplateId>,
    /// The subject that it is sent with: key-value pairs are in it, and the placeholders of recipients stand.
    subject: String,
    /// The text that it is sent with, in HTML.
    body: String,
    /// How far it is.
    status: SentEmailStatus,
    /// How many it is for.
    recipients_count: i64,
    /// For how many the service took it.
    sent_count: i64,
    /// For how many it did not.
    failed_count: i64,
    /// Why, at the last failure.
    reason: Option<String>,
    /// The user who sent it.
    user_id: UserId,
    create_time: Timestamp,
    /// When the first part was handed over.
    send_time: Option<Timestamp>,
}

impl Resource<Back> for EmailAnswer {
    const NAME: &'static str = SentEmail::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<SentEmail> for EmailAnswer {
    fn from(email: SentEmail) -> Self {
        Self {
            id: email.id,
            provider_id: email.service,
            template_id: email.template,
            subject: email.subject,
            body: email.body,
            status: email.status,
            recipients_count: email.recipients,
            sent_count: email.sent,
            failed_count: email.failed,
            reason: email.reason,
            user_id: email.user,
            create_time: email.create_time,
            send_time: email.send_time,
        }
    }
}

/// What is sent of a mail.
struct SentBody(NewSentEmail);

fn filter_schema() -> Value {
    json!({
        "title": "EmailRecipientsFilter",
        "type": "object",
        "properties": {
            "clientTypeId": Id::<i64>::of().described("Clients of this type."),
            "verificationLevelId": Id::<i64>::of().described("Clients on this verification level."),
            "countryId": Id::<i64>::of().described("Clients from this country."),
            "status": Choice::<domain::mailing::ChosenStatus>::of()
                .described("Clients of this status; without it all but banned ones."),
            "tagIds": SetOf(Id::<i64>::of()).described("Clients with one of these tags; at least one is sent."),
        },
    })
}

fn read_filter(object: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<ClientFilter> {
    let client_type = part(object, "clientTypeId", &Id::of(), at, faults);
    let verification_level = part(object, "verificationLevelId", &Id::of(), at, faults);
    let country = part(object, "countryId", &Id::of(), at, faults);
    let status = part(object, "status", &Choice::of(), at, faults);
    let tags = part(object, "tagIds", &SetOf(Id::of()), at, faults);
    // No tag at all would be every client to some, and no client to others.
    if tags.as_ref().is_some_and(|tags| tags.as_ref().is_some_and(|tags| tags.is_empty())) {
        faults.push(Fault::sent(format!("{at}.tagIds"), CommonFault::Empty));
    }
    let known = ["clientTypeId", "verificationLevelId", "countryId", "status", "tagIds"];
    // A filter that is misspelled would write to everybody.
    let unknown = object.keys().filter(|name| !known.contains(&name.as_str()));
    faults.extend(unknown.map(|name| Fault::sent(format!("{at}.{name}"), RequestFault::UnknownFilter)));
    Some(ClientFilter {
        client_type: client_type?,
        verification_level: verification_level?,
        country: country?,
        status: status?,
        tags: tags?,
    })
}

fn part<K: Kind>(
    object: &Map<String, Value>,
    name: &str,
    kind: &K,
    at: &str,
    faults: &mut Vec<Fault>,
) -> Option<Option<K::Out>> {
    let at = format!("{at}.{name}");
    match object.get(name) {
        None => Some(None),
        Some(Value::Null) => {
            faults.push(Fault::sent(at, RequestFault::Null));
            None
        }
        Some(value) => kind.parse(value, &at, faults).map(Some),
    }
}

impl Input<Back> for SentBody {
    type Current = ();

    fn read(fields: &mut Fields<'_, ()>) -> Option<Self> {
        const FILTER: Object<ClientFilter> = Object { schema: filter_schema, read: read_filter };
        let service = fields.needed("providerId", &Id::of());
        let template = fields
            .about("Gives subject and body where these are left out.")
            .optional("templateId", &Id::<EmailTemplateId>::of());
        let subject = fields
            .about("Its subject, with placeholders; required without `templateId`.")
            .optional("subject", &Text::NAME);
        let body =
            fields.about("Its text, in HTML with placeholders; required without `templateId`.").optional("body", &BODY);
        for name in ["subject", "body"] {
            if !fields.has(name) && !fields.has("templateId") {
                fields.fault::<()>(name, MailingFault::TextRequired);
            }
        }
        let clients = fields.about("These clients. At most 1,000.").optional("clientIds", &SetOf(Id::of()));
        let emails = fields
            .about("These addresses, of clients or of others. At most 1,000.")
            .optional("emails", &ListOf(Parsed::<Email>::with_format("email")));
        let filter = fields.about("The clients that match, as they are now.").optional("filter", &FILTER);
        let ways = ["clientIds", "emails", "filter"].into_iter().filter(|name| fields.has(name)).count();
        fields.check((ways != 1).then(|| MailingFault::OneWayOfRecipients.fault()));
        let recipients = match (clients?, emails?, filter?) {
            (Some(clients), None, None) => Recipients::Clients(clients),
            (None, Some(emails), None) => Recipients::Addresses(emails),
            (None, None, Some(filter)) => Recipients::Filter(filter),
            _ => return None,
        };
        let (service, template, subject, body) = (service?, template?, subject?, body?);
        Some(Self(NewSentEmail { service, template, subject, body, recipients }))
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            subject: filters.text("subject"),
            status: filters.choice("status"),
            service: filters.id("providerId"),
            template: filters.id("templateId"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<EmailAnswer>, Problem> {
    Ok(sent_emails::list(reading.conn, &query.filter, &query.paging)?.map(EmailAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SentEmailId,)) -> Result<EmailAnswer, Problem> {
    Ok(sent_emails::get(reading.conn, id)?.into())
}

fn send(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, SentBody>) -> Result<EmailAnswer, Problem> {
    let SentBody(new) = body.create()?;
    let (scope, user) = (&writing.caller.rights.scope, writing.caller.user);
    let fingerprint = |email: &Email| writing.context.email_fingerprint(email);
    Ok(sent_emails::insert(writing.tx, scope, user, &new, fingerprint)?.into())
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (SentEmailId,)) -> Result<EmailAnswer, Problem> {
    Ok(sent_emails::delete(writing.tx, id)?.into())
}
