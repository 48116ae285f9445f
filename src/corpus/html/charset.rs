//! The encoding that a page declares. Pages lie: the decoder believes it only
//! where the bytes do not contradict.

use encoding_rs::{BIG5, Encoding, GB18030, GBK};

/// How much of a page is searched for a declaration, in bytes.
const HEAD: usize = 4096;

/// Finds the Chinese encoding that a page declares in `<meta charset>`,
/// `<meta http-equiv>` or its XML declaration.
pub(in crate::corpus) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(HEAD)].to_ascii_lowercase();
    let mut rest = head.as_slice();
    while let Some(at) = position(rest, b"charset=").or_else(|| position(rest, b"encoding=")) {
        rest = &rest[at..];
        let start = position(rest, b"=")? + 1;
        let label: Vec<u8> = rest[start..]
            .iter()
            .copied()
            .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .take(20)
            .collect();
        rest = &rest[start..];
        match Encoding::for_label(&label) {
            Some(e) if e == GBK || e == GB18030 => return Some(GB18030),
            Some(e) if e == BIG5 => return Some(BIG5),
            _ => {}
        }
    }
    None
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|w| w == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_found_in_all_its_shapes() {
        for (page, encoding) in [
            ("<meta charset=\"gb2312\">", Some(GB18030)),
            (
                "<META http-equiv=Content-Type content='text/html; charset=GBK'>",
                Some(GB18030),
            ),
            ("<?xml version='1.0' encoding='big5'?>", Some(BIG5)),
            ("<meta charset=utf-8>", None),
            (
                "<script src=a.js charset=utf-8></script><meta charset=gbk>",
                Some(GB18030),
            ),
            ("<p>正文</p>", None),
            ("<meta charset=", None),
        ] {
            assert_eq!(declared_encoding(page.as_bytes()), encoding, "{page}");
        }
    }
}
