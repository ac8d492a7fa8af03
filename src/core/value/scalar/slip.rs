//! The likely slip behind a value that fails: one wrong character or two neighbours swapped.

use jiff::civil::Date;

use super::Format;

/// Most candidates that are worth offering; with more of them none stands out.
pub(super) const MOST: usize = 3;

/// All values one slip away that are fine in every part, unless there are more than `MOST`.
pub(super) fn candidates(format: &Format, text: &str, today: Date) -> Vec<String> {
    let mut found: Vec<String> = vec![];
    if !text.is_ascii() || text.len() > 32 {
        return found;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut try_bytes = |bytes: &[u8]| -> bool {
        if let Ok(value) = std::str::from_utf8(bytes)
            && !found.iter().any(|f| f == value)
            && format.is_fine(value, today)
        {
            found.push(value.to_owned());
        }
        found.len() <= MOST
    };
    for at in 0..bytes.len() {
        let was = bytes[at];
        for &other in format.slips {
            bytes[at] = other;
            if other != was && !try_bytes(&bytes) {
                return vec![];
            }
        }
        bytes[at] = was;
        if at + 1 < bytes.len() && was != bytes[at + 1] {
            bytes.swap(at, at + 1);
            if !try_bytes(&bytes) {
                return vec![];
            }
            bytes.swap(at, at + 1);
        }
    }
    found
}
