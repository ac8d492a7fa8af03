//! A text that a pattern matches, as near to another as it comes.

/// Longest text that is made.
const MAX: usize = 200;

/// A text that a pattern probably matches and that keeps what it can of another. What it made is tried before it is used, so a pattern that is
/// only half understood costs nothing.
pub(super) fn near(pattern: &str, own: &str) -> Option<String> {
    let mut maker = Maker { pattern: pattern.chars().collect(), at: 0, own: own.chars().collect(), out: Vec::new() };
    maker.sequence()?;
    (maker.at == maker.pattern.len() && !maker.out.is_empty() && maker.out.len() < MAX).then(|| maker.out.into_iter().collect())
}

struct Maker {
    pattern: Vec<char>,
    at: usize,
    own: Vec<char>,
    out: Vec<char>,
}

impl Maker {
    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    /// Atoms one after the other; of several alternatives the first.
    fn sequence(&mut self) -> Option<()> {
        while let Some(c) = self.peek() {
            match c {
                ')' => return Some(()),
                '|' => {
                    self.skip_alternatives();
                    return Some(());
                }
                '^' | '$' => self.at += 1,
                _ => self.repeated()?,
            }
        }
        Some(())
    }

    fn skip_alternatives(&mut self) {
        let mut depth = 0;
        while let Some(c) = self.peek() {
            match c {
                '\\' => self.at += 1,
                '(' => depth += 1,
                ')' if depth == 0 => return,
                ')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.at.min(self.pattern.len());
    }

    fn repeated(&mut self) -> Option<()> {
        let begin = self.at;
        let made = self.out.len();
        self.atom()?;
        let end = self.at;
        let (low, high) = self.bounds()?;
        let after = self.at;
        self.out.truncate(made);
        let is_any = self.pattern[begin] == '.';
        let wanted = if is_any { low.max(self.own.len().saturating_sub(made).min(high)) } else { low };
        for _ in 0..wanted {
            if self.out.len() > MAX {
                return None;
            }
            self.at = begin;
            self.atom()?;
        }
        debug_assert!(wanted == 0 || self.at == end);
        self.at = after;
        Some(())
    }

    fn bounds(&mut self) -> Option<(usize, usize)> {
        let found = match self.peek() {
            Some('*') => (0, MAX),
            Some('+') => (1, MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let close = (self.at..self.pattern.len()).find(|i| self.pattern[*i] == '}')?;
                let inside: String = self.pattern[self.at + 1..close].iter().collect();
                self.at = close;
                let (low, high) = inside.split_once(',').unwrap_or((&inside, &inside));
                (low.parse().ok()?, high.parse().unwrap_or(MAX))
            }
            _ => return Some((1, 1)),
        };
        self.at += 1;
        if self.peek() == Some('?') {
            self.at += 1;
        }
        Some(found)
    }

    fn atom(&mut self) -> Option<()> {
        let own = self.own.get(self.out.len()).copied();
        let c = self.peek()?;
        self.at += 1;
        match c {
            '(' => {
                if self.peek() == Some('?') {
                    self.at = (self.at..self.pattern.len()).find(|i| matches!(self.pattern[*i], ':' | ')'))? + 1;
                }
                self.sequence()?;
                if self.peek() != Some(')') {
                    return None;
                }
                self.at += 1;
            }
            '[' => self.class(own)?,
            '.' => self.out.push(own.unwrap_or('0')),
            '\\' => {
                let c = self.peek()?;
                self.at += 1;
                match c {
                    'd' => self.out.push(own.filter(char::is_ascii_digit).unwrap_or('0')),
                    'w' => self.out.push(own.filter(|c| c.is_alphanumeric()).unwrap_or('0')),
                    's' => self.out.push(' '),
                    'b' | 'B' => {}
                    c if c.is_alphanumeric() => return None,
                    c => self.out.push(c),
                }
            }
            c => self.out.push(c),
        }
        Some(())
    }

    /// One of a class: what the other text has there, else the first; a class of what is not wanted takes a character that no class names.
    fn class(&mut self, own: Option<char>) -> Option<()> {
        let mut ranges: Vec<(char, char)> = Vec::new();
        let is_opposite = self.peek() == Some('^');
        self.at += usize::from(is_opposite);
        loop {
            let mut c = self.peek()?;
            self.at += 1;
            if c == ']' && !ranges.is_empty() {
                break;
            }
            if c == '\\' {
                c = self.peek()?;
                self.at += 1;
                if c == 'd' {
                    ranges.push(('0', '9'));
                    continue;
                }
                if c.is_alphanumeric() {
                    return None;
                }
            }
            if self.peek() == Some('-') && self.pattern.get(self.at + 1).is_some_and(|n| *n != ']') {
                let high = self.pattern[self.at + 1];
                self.at += 2;
                ranges.push((c, high));
            } else {
                ranges.push((c, c));
            }
        }
        let fits = |c: &char| ranges.iter().any(|(low, high)| (low..=high).contains(&c)) != is_opposite;
        let chosen =
            own.filter(fits).or_else(|| ranges.first().map(|r| r.0).filter(fits)).or_else(|| ['0', 'a', '文', ' '].into_iter().find(fits));
        self.out.push(chosen?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_pattern_is_met_and_the_rest_kept() {
        let met = |pattern: &str, own: &str| {
            let text = near(pattern, own).expect("the pattern is understood");
            assert!(regex_lite::Regex::new(&format!("^(?:{pattern})$")).expect("a pattern").is_match(&text), "{pattern} {text}");
            text
        };
        assert_eq!(met("[ ]*9[139].*", "12330106MA0EXAMP12"), "91330106MA0EXAMP12");
        assert_eq!(met("[0-9]{15}", "33010612"), "330106120000000");
        assert_eq!(met("(京|沪)ICP备[0-9]{8}号(-[0-9]+)?", ""), "京ICP备00000000号");
        assert_eq!(met(r"\d{3}-[^0-9]x?", "12a4"), "120-a");
        assert_eq!(near(r"\p{Han}+", "x"), None);
        assert_eq!(near("", "x"), None);
        assert_eq!(near("(a", "x"), None);
        assert_eq!(near("a{99999}", "x"), None);
    }
}
