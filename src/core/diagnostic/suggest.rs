//! "Did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `name`: at most a third of its characters differ (at least one may), and never the whole word.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let limit = (length / 3).max(1).min(length.saturating_sub(1));
    candidates
        .into_iter()
        // The distance is at least the difference of the lengths: a huge value is near to nothing, and is not compared.
        .filter(|c| *c != name && length < 2 * c.chars().count())
        .map(|c| (strsim::osa_distance(&name.to_lowercase(), &c.to_lowercase()), c))
        .filter(|(d, c)| *d <= limit && *d < c.chars().count().max(1))
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(b.1)))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_much_longer_than_a_name_is_not_near_to_it() {
        assert_eq!(nearest("websit", ["website", "app"]), Some("website"));
        assert_eq!(nearest("websites-", ["website"]), Some("website"));
        // As long as a manifest may be: it is passed by, not compared.
        assert_eq!(nearest(&"website".repeat(4_000_000), ["website", "app"]), None);
    }
}
