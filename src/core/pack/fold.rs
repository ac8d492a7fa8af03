//! Bytes that are seldom read, folded up so that the program stays small: the texts of rules, and the program they make.

/// Folds bytes up.
pub fn fold(bytes: &[u8]) -> Vec<u8> {
    lz4_flex::compress_prepend_size(bytes)
}

/// What was folded up; `None` for bytes that `fold` did not make.
pub fn unfold(folded: &[u8]) -> Option<Vec<u8>> {
    lz4_flex::decompress_size_prepended(folded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_comes_back() {
        for text in ["", "a", &"网站备案 requirement ".repeat(1000)] {
            assert_eq!(unfold(&fold(text.as_bytes())).as_deref(), Some(text.as_bytes()));
        }
        let folded = fold("网站备案".repeat(1000).as_bytes());
        assert!(folded.len() < 1000, "{}", folded.len());
        assert_eq!(unfold(&folded[..folded.len() - 1]), None);
        assert_eq!(unfold(b""), None);
    }
}
