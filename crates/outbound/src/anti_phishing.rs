//! The line by which clients see that a mail is from the broker: it shows the code that they have set.

use domain::messaging::escaped;
use storage::credentials::anti_phishing::ReaderCode;

use crate::mail::MailBody;
use crate::secrets::SecretKey;

/// The line for a reader; none where their code was sealed with another secret of the installation.
pub(crate) fn line(secret: &SecretKey, reader: &ReaderCode) -> Option<String> {
    let code = secret.open(&reader.sealed).and_then(|code| String::from_utf8(code).ok());
    let Some(code) = code else {
        log::warn!("an anti-phishing code does not open with this secret");
        return None;
    };
    Some(match reader.locale.language() {
        "es" => format!("Su código antiphishing: {code}"),
        _ => format!("Your anti-phishing code: {code}"),
    })
}

/// A mail with the line at its end.
pub(crate) fn with_line(body: MailBody, line: &str) -> MailBody {
    match body {
        MailBody::Text(text) => MailBody::Text(format!("{}\n\n{line}\n", text.trim_end())),
        MailBody::Html(html) => MailBody::Html(html_with(&html, &paragraph(line))),
    }
}

/// The line as HTML.
pub(crate) fn paragraph(line: &str) -> String {
    format!("<p>{}</p>", escaped(line))
}

/// HTML with a paragraph at the end of its body.
pub(crate) fn html_with(html: &str, paragraph: &str) -> String {
    let end = html.to_ascii_lowercase().rfind("</body>").unwrap_or(html.len());
    let (before, after) = html.split_at(end);
    format!("{before}{paragraph}\n{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_stands_at_the_end_of_the_body() {
        let html = |html: &str| with_line(MailBody::Html(html.to_owned()), "Your code: <1>");
        let expected = "<html><BODY><p>Hello</p><p>Your code: &lt;1&gt;</p>\n</BODY></html>";
        assert_eq!(html("<html><BODY><p>Hello</p></BODY></html>"), MailBody::Html(expected.into()));
        assert_eq!(html("<p>Hello</p>"), MailBody::Html("<p>Hello</p><p>Your code: &lt;1&gt;</p>\n".into()));
        let text = with_line(MailBody::Text("Hello\n".into()), "Your code: 1");
        assert_eq!(text, MailBody::Text("Hello\n\nYour code: 1\n".into()));
    }
}
