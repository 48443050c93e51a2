//! Mass mails: what was sent, over what, and how far it is.

use diesel::prelude::*;
use domain::identity::{Scope, UserId};
use domain::mailing::{
    DeliveryServiceId, EmailTemplateId, MailingFault, Recipients, SentEmail, SentEmailId, SentEmailStatus,
    unknown_placeholders, with_pairs,
};
use domain::value::{CommonFault, Email, Fault, FaultCode as _, Field, Refusal, Timestamp, folded};

use super::sending::SendMassMail;
use super::{delivery_services, recipients, templates};
use crate::connection::MultiBackend;
use crate::messaging::placeholders;
use crate::paging::ordered;
use crate::platform::queue;
use crate::schema::sent_emails::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the subject.
    pub subject: Option<String>,
    /// So far.
    pub status: Option<SentEmailStatus>,
    /// Over this service.
    pub service: Option<DeliveryServiceId>,
    /// From this template.
    pub template: Option<EmailTemplateId>,
}

/// A mail that is to be sent.
#[derive(Clone, Debug)]
pub struct NewSentEmail {
    /// The service that carries it.
    pub service: DeliveryServiceId,
    /// Where its text comes from, where it has none of its own.
    pub template: Option<EmailTemplateId>,
    /// Its own subject.
    pub subject: Option<String>,
    /// Its own text.
    pub body: Option<String>,
    /// Whom it is for.
    pub recipients: Recipients,
}

type Columns = (
    SentEmailId,
    (Option<DeliveryServiceId>, Option<EmailTemplateId>),
    (String, String),
    (SentEmailStatus, i64, i64, i64, Option<String>),
    UserId,
    (Timestamp, Option<Timestamp>),
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        (table::service_id, table::template_id),
        (table::subject, table::body),
        (table::status, table::recipients, table::sent, table::failed, table::reason),
        table::user_id,
        (table::create_time, table::send_time),
    )
}

fn stored(row: Columns) -> SentEmail {
    let (id, (service, template), (subject, body), progress, user, (create_time, send_time)) = row;
    let (status, recipients, sent, failed, reason) = progress;
    SentEmail {
        id,
        service,
        template,
        subject,
        body,
        status,
        recipients,
        sent,
        failed,
        reason,
        user,
        create_time,
        send_time,
    }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(subject) = &filter.subject {
        query = query.filter(table::subject_key.like(part_of(subject)).escape('\\'));
    }
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(service) = filter.service {
        query = query.filter(table::service_id.eq(service));
    }
    if let Some(template) = filter.template {
        query = query.filter(table::template_id.eq(template));
    }
    query
}

/// Mails, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<SentEmail>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        ByTime::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect() })
}

/// One mail.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: SentEmailId) -> Result<SentEmail, Error> {
    Ok(stored(table::table.find(id).select(columns()).first(conn)?))
}

/// A mail, if there is one of this id.
pub(super) fn find(conn: &mut DbConnection, id: SentEmailId) -> Result<Option<SentEmail>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn).optional()?.map(stored))
}

/// Locks a mail until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: SentEmailId) -> Result<SentEmail, Error> {
    tx.lock("sent_emails", id)?;
    get(tx.conn, id)
}

/// What is wrong with the service of a mail.
fn service_fault(conn: &mut DbConnection, id: DeliveryServiceId) -> Result<Option<Fault>, Error> {
    let fault = match delivery_services::find(conn, id)? {
        None => CommonFault::Unknown,
        Some(service) if !service.data.is_enabled => CommonFault::Disabled,
        Some(_) => return Ok(None),
    };
    Ok(Some(fault.at(Field::DeliveryService)))
}

/// The subject and the text of a mail: its own, else those of its template.
fn text_of(conn: &mut DbConnection, new: &NewSentEmail) -> Result<Result<(String, String), Fault>, Error> {
    let template = new.template.map(|id| templates::find(conn, id)).transpose()?;
    let (subject, body) = match template {
        Some(None) => return Ok(Err(CommonFault::Unknown.at(Field::EmailTemplate))),
        Some(Some(template)) => (Some(template.data.subject), Some(template.data.body)),
        None => (None, None),
    };
    let subject = new.subject.clone().or(subject).unwrap_or_default();
    let body = new.body.clone().or(body).unwrap_or_default();
    Ok(Ok((subject, body)))
}

/// Writes a mail with its recipients, and asks for it to be sent. The values of key-value pairs are put in now, so that
/// all recipients get the same.
///
/// # Errors
/// A refusal where the service, the template or what a filter names does not exist, where the service is disabled, where
/// a placeholder stands for nothing, where the sender does not see whose an address is, or where nobody is left.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    user: UserId,
    new: &NewSentEmail,
    fingerprint: impl Fn(&Email) -> Vec<u8>,
) -> Result<SentEmail, Error> {
    let mut faults: Vec<Fault> = service_fault(tx.conn, new.service)?.into_iter().collect();
    let (mut subject, mut body) = (String::new(), String::new());
    match text_of(tx.conn, new)? {
        Ok(text) => (subject, body) = text,
        Err(fault) => faults.push(fault),
    }
    let pairs = templates::hold_pairs(tx, &subject, &body)?;
    faults.extend(unknown_placeholders(&subject, &body, |key| pairs.iter().any(|pair| pair == key)));
    let (chosen, unseen) = recipients::chosen(tx.conn, scope, &new.recipients, fingerprint)?;
    if unseen.is_empty() && !recipients::is_anybody(tx.conn, scope, &new.recipients, &chosen)? {
        faults.push(MailingFault::NoRecipients.fault());
    }
    faults.extend(unseen);
    Refusal::unless_empty(faults)?;
    let standing = placeholders::standing(tx.conn)?;
    let (subject, body) = with_pairs(&subject, &body, |key| standing.get(key).cloned());
    let values = (
        table::service_id.eq(Some(new.service)),
        table::template_id.eq(new.template),
        table::subject.eq(&subject),
        table::subject_key.eq(folded(&subject)),
        table::body.eq(&body),
        table::status.eq(SentEmailStatus::Queued),
        table::recipients.eq(0),
        table::sent.eq(0),
        table::failed.eq(0),
        table::user_id.eq(user),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    // Deleted since they were looked up.
    let id = id.map_err(|error| Error::from(error).or_referenced(|| Refusal::unknown(Field::DeliveryService)))?;
    let count = recipients::write(tx, scope, &new.recipients, &chosen, id)?;
    diesel::update(table::table.find(id)).set(table::recipients.eq(count)).execute(tx.conn)?;
    queue::put(tx, &SendMassMail(id))?;
    get(tx.conn, id)
}

/// Deletes the record of a mail, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where it is still being sent.
pub fn delete(tx: &mut Tx<'_>, id: SentEmailId) -> Result<SentEmail, Error> {
    let email = lock(tx, id)?;
    email.status.check_deletable()?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(email)
}
