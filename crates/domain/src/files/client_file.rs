use super::{ClientFileId, FolderId};
use crate::value::Entity;

/// A file that users keep for a client, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ClientFile {
    /// What it is called; others in the folder may be called the same.
    pub name: String,
    /// The folder that it is in; none for the top.
    pub folder: Option<FolderId>,
    /// Its place in lists, the lowest first.
    pub priority: i64,
}

impl Entity for ClientFile {
    type Id = ClientFileId;
    const RESOURCE: &'static str = "client_file";
}

/// The most characters of a name.
const MAX_CHARS: usize = 255;

/// What a file is called that was sent under this name: the last part of a path, without what no name has. It is never
/// a part of a path of ours.
#[must_use]
pub fn shown_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let name: String = last.chars().filter(|letter| !is_unseen(*letter)).take(MAX_CHARS).collect();
    let name = name.trim();
    if name.is_empty() || name.chars().all(|letter| letter == '.') { "file".to_owned() } else { name.to_owned() }
}

/// Control characters, and those that change the direction of writing: they would show a name as another one.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_not_endless() {
        for (sent, shown) in [
            ("passport.pdf", "passport.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\scan.png", "scan.png"),
            ("a\0b\n.pdf", "ab.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("..", "file"),
            ("", "file"),
            ("folder/", "folder"),
            ("🦊 photo.png", "🦊 photo.png"),
        ] {
            assert_eq!(shown_name(sent), shown, "{sent:?}");
        }
        assert_eq!(shown_name(&"é".repeat(300)).chars().count(), 255);
    }
}
