use std::cell::{Cell, RefCell};

use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use serde_json::{Value, json};

use super::{Kind, Text, fault};
use crate::{Fault, RequestFault};

/// HTML that is shown as it is: without scripts, event attributes and other content that browsers carry out.
#[derive(Clone, Copy, Debug)]
pub struct Html {
    /// The most characters.
    pub max: usize,
}

impl Kind for Html {
    type Out = String;

    fn schema(&self) -> Value {
        let mut schema = Text { min: 0, max: self.max }.schema();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("contentMediaType".to_owned(), json!("text/html"));
        }
        schema
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let text = Text { min: 0, max: self.max }.parse(value, at, faults)?;
        if is_passive(&text) { Some(text) } else { fault(at, RequestFault::UnsafeHtml, faults) }
    }
}

/// Elements that run something, load something that does, or change what the page around them does.
/// What browsers run or load, and what changes the page around the text.
const ACTIVE_ELEMENTS: [&str; 16] = [
    "applet",
    "base",
    "embed",
    "fencedframe",
    "form",
    "frame",
    "frameset",
    "iframe",
    "link",
    "math",
    "object",
    "plaintext",
    "portal",
    "script",
    "svg",
    "xml",
];

/// Addresses that are scripts, or documents with scripts.
const ACTIVE_SCHEMES: [&str; 3] = ["javascript:", "vbscript:", "data:"];

/// Attributes that are read by people and never as addresses.
const TEXTS: [&str; 3] = ["alt", "aria-label", "title"];

/// Pictures within an address.
const PICTURE: &str = "data:image/";
/// A picture that can have scripts.
const DRAWING: &str = "data:image/svg";

/// How deep what looks like HTML may stand within comments and attributes.
const MAX_DEPTH: usize = 8;

/// A tag behind the text: where it is not read as one, the text leaves something open that swallows what follows.
const END: &str = "x-end-of-html";

/// Whether browsers carry out nothing of it, wherever in a page it is put.
///
/// What a tree of elements would leave out or move counts too, since the text is stored and not the tree: a `<body>` in
/// the body of a page gives it its attributes, and what stands within a comment or an attribute comes to life behind a
/// `</textarea>`. So every tag counts that can be read as one from anywhere.
fn is_passive(text: &str) -> bool {
    let mut waiting = vec![(text.to_owned(), 0)];
    while let Some((text, depth)) = waiting.pop() {
        let reader = Reader::default();
        if depth > MAX_DEPTH || text.to_ascii_lowercase().contains(END) {
            return false;
        }
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(format!("{text}<{END}>")));
        let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        let Reader { is_active, has_ended, hidden } = tokenizer.sink;
        if is_active.get() || !has_ended.get() {
            return false;
        }
        let hidden = hidden.into_inner().into_iter().filter(|text| text.contains('<'));
        waiting.extend(hidden.map(|text| (text, depth + 1)));
    }
    true
}

/// What the tags of a text say.
#[derive(Default)]
struct Reader {
    is_active: Cell<bool>,
    has_ended: Cell<bool>,
    /// Comments and values of attributes.
    hidden: RefCell<Vec<String>>,
}

impl Reader {
    fn read_tag(&self, tag: &Tag) {
        if &*tag.name == END {
            self.has_ended.set(true);
            return;
        }
        let is_active_element = tag.kind == TagKind::StartTag && ACTIVE_ELEMENTS.contains(&&*tag.name);
        // Of an attribute that is sent twice the second one is not told.
        if is_active_element || tag.had_duplicate_attributes || tag.attrs.iter().any(is_active_attribute) {
            self.is_active.set(true);
        }
        self.hidden.borrow_mut().extend(tag.attrs.iter().map(|attribute| attribute.value.to_string()));
    }
}

fn is_active_attribute(attribute: &Attribute) -> bool {
    let name = str::to_ascii_lowercase(&attribute.name.local);
    // Browsers pass over blanks and control characters in the scheme.
    let value: String = attribute.value.chars().filter(|letter| *letter > ' ').collect();
    let value = value.to_ascii_lowercase();
    let is_picture = value.starts_with(PICTURE) && !value.starts_with(DRAWING);
    let has_active_scheme = ACTIVE_SCHEMES.iter().any(|scheme| value.starts_with(scheme));
    let is_active_address = has_active_scheme && !is_picture && !TEXTS.contains(&name.as_str());
    let leads_away = name == "http-equiv" && value == "refresh";
    name.starts_with("on") || name == "srcdoc" || is_active_address || leads_away
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.read_tag(&tag),
            Token::CommentToken(comment) => self.hidden.borrow_mut().push(format!("{comment}-->")),
            Token::DoctypeToken(doctype) => {
                let texts = [doctype.name, doctype.public_id, doctype.system_id].into_iter().flatten();
                self.hidden.borrow_mut().extend(texts.map(|text| text.to_string()));
            }
            Token::CharacterTokens(_) | Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mails_are_made_of_is_taken() {
        for text in [
            "",
            "plain, 1 < 2 & 3 > 2, a <3",
            "<p>Yours, <b>Acme</b><br/>&copy; 2026</p>",
            "<a href=\"https://example.com/?a=1&b=2\" title='it is \"so\"' target=_blank>home</a>",
            "<a href=mailto:help@example.com>help</a>",
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"a > b\" width=10>",
            "<style>p > a { color: red }</style><p style=\"color: red\" class=on>x</p>",
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"http://www.w3.org/TR/xhtml1.dtd\"><html><head>\
             <meta charset=utf-8><meta http-equiv=Content-Type content=text/html><title>x</title></head><body>x</body></html>",
            "<!--[if mso]><table><tr><td width=\"600\"><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]-->",
            "<!--[if !mso]><!--><p>x</p><!--<![endif]-->",
            "<table><tr><td>one</table></div><p>unclosed <b>elements",
            "<img src=a.png alt='Data: 2026' title='JavaScript: the good parts'>",
            "<p>{{ support_email }}</p><x-card first second=2></x-card>",
        ] {
            assert!(is_passive(text), "{text}");
        }
    }

    #[test]
    fn what_browsers_carry_out_is_refused() {
        for text in [
            "<script>alert(1)</script>",
            "<SCRIPT src=//x>",
            "<script/x>",
            "a<script\n>",
            "<img src=x onerror=alert(1)>",
            "<img src=x OnError = alert(1)>",
            "<img/src='x'/onerror=alert(1)>",
            "<p title=\"a\"onclick=\"x\">",
            "<anything onclick=x>",
            "<body onload=x>",
            "<tr onclick=x>",
            "</p onclick=x>",
            "<a href=javascript:alert(1)>",
            "<a href=\" java\tscript&colon;alert(1)\">",
            "<a href='&#106;avascript:alert(1)'>",
            "<a href=vbscript:x>",
            "<a href=data:text/html,x>",
            "<img src=data:image/svg+xml,x>",
            "<button formaction=javascript:x>",
            "<iframe src=x>",
            "<p srcdoc=x>",
            "<object data=x>",
            "<embed src=x>",
            "<form action=x>",
            "<base href=x>",
            "<svg><a>x</a></svg>",
            "<math></math>",
            "<meta http-equiv=Refresh content='0; url=x'>",
        ] {
            assert!(!is_passive(text), "{text}");
        }
    }

    #[test]
    fn what_comes_to_life_elsewhere_is_refused() {
        for text in [
            "<textarea><p title=\"</textarea><img src=x onerror=x>\">",
            "<title><!-- </title><img src=x onerror=x> -->",
            "<style><!-- </style><script> --></style>",
            "<noscript><p title='</noscript><img src=x onerror=x>'>",
            "<xmp></p title='</xmp><script>'>",
            "<p title=1 title='</textarea><script>'>",
            "<!DOCTYPE html SYSTEM '<script>'>",
            "<p title='<!-- <b id=\"<script>\"> -->'>",
        ] {
            assert!(!is_passive(text), "{text}");
        }
    }

    #[test]
    fn what_swallows_the_text_behind_it_is_refused() {
        for text in [
            "<img src=x onerror=x ",
            "<img src=\"x",
            "<img src='x",
            "<p",
            "</p",
            "<!-- x",
            "<!DOCTYPE",
            "<p title='</textarea><img alt=\"'>",
            "<x-end-of-html><img alt='",
            "<X-END-OF-HTML><img alt='",
        ] {
            assert!(!is_passive(text), "{text}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let comments = "<!-- <!".repeat(5_000);
        assert!(!is_passive(&format!("{comments}-->")));
        assert!(!is_passive(&"<a b=".repeat(2_000)));
        assert!(is_passive(&format!("{}x", "<b>".repeat(3_000))));
    }
}
