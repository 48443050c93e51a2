//! The types of mail that are there from the start, with their texts.

use std::collections::HashSet;

use diesel::prelude::*;
use domain::messaging::{DeliveredType, NotificationTemplate, NotificationType};

use super::{notification_templates, notification_types};
use crate::schema::notification_types as table;
use crate::{Error, Tx};

const LAYOUT: &str = include_str!("../../data/mails/layout.html");
const LANGUAGES: [(&str, &str); 2] =
    [("en_US", include_str!("../../data/mails/en_US.txt")), ("es_ES", include_str!("../../data/mails/es_ES.txt"))];

/// A mail as the data have it: a block that begins with `== NAME`, a line for the caption, one for the subject, and a
/// paragraph in each further one.
struct Delivered<'a> {
    name: &'a str,
    caption: &'a str,
    subject: &'a str,
    template: String,
}

fn parse(mails: &str) -> Result<Vec<Delivered<'_>>, Error> {
    let blocks = mails.split("== ").map(str::trim).filter(|block| !block.is_empty());
    let mail = |block| {
        let mut lines = str::lines(block);
        let mut next = || lines.next().ok_or_else(|| Error::Broken(format!("a mail is cut off: {block}")));
        let (name, caption, subject) = (next()?, next()?, next()?);
        let paragraphs = lines.fold(String::new(), |text, line| text + "<p>" + line + "</p>\n");
        Ok(Delivered { name, caption, subject, template: LAYOUT.replace("PARAGRAPHS", &paragraphs) })
    };
    blocks.map(mail).collect()
}

/// Adds the types that are not there yet with their texts. They are never deleted, so what users changed stays.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<(), Error> {
    let mut languages = Vec::new();
    for (locale, mails) in LANGUAGES {
        let locale = locale.parse().map_err(|_| Error::Broken(format!("{locale} is not a locale")))?;
        languages.push((locale, parse(mails)?));
    }
    let known: HashSet<String> = table::table.select(table::name).load(tx.conn)?.into_iter().collect();
    let Some((_, mails)) = languages.first() else { return Ok(()) };
    for mail in mails.iter().filter(|mail| !known.contains(mail.name)) {
        // A mail at every sign-in is for brokers who ask for it.
        let is_enabled = mail.name != DeliveredType::OnLogin.as_str();
        let kind = NotificationType { name: mail.name.into(), caption: mail.caption.into(), is_enabled };
        let kind = notification_types::insert(tx, &kind)?;
        for (locale, mails) in &languages {
            for Delivered { subject, template, .. } in mails.iter().filter(|other| other.name == mail.name) {
                let template = NotificationTemplate {
                    type_id: kind.id,
                    locale: Clone::clone(locale),
                    subject: (*subject).to_owned(),
                    template: template.clone(),
                    is_enabled: true,
                };
                notification_templates::insert(tx, &template)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::messaging::{EventName, type_of_event};

    #[test]
    fn every_type_has_its_text_in_every_language() {
        let events = EventName::ALL.iter().map(|event| type_of_event(*event));
        let mut names: Vec<&str> = DeliveredType::ALL.iter().map(|kind| kind.as_str()).chain(events).collect();
        names.sort_unstable();
        names.dedup();
        for (locale, mails) in LANGUAGES {
            let mails = parse(mails).unwrap();
            let mut written: Vec<&str> = mails.iter().map(|mail| mail.name).collect();
            written.sort_unstable();
            assert_eq!(written, names, "{locale}");
        }
    }

    #[test]
    fn every_text_renders() {
        for (locale, mails) in LANGUAGES {
            for mail in parse(mails).unwrap() {
                let template = NotificationTemplate {
                    type_id: 1.into(),
                    locale: locale.parse().unwrap(),
                    subject: mail.subject.into(),
                    template: mail.template,
                    is_enabled: true,
                };
                assert_eq!(template.faults(|_| false), [], "{locale} {}", mail.name);
            }
        }
    }
}
