//! Domain scalars: values whose form can be checked without asking anybody.
//!
//! In: a text as it was written and the day of the check. Out: the value in normal form with what is suspicious about it, or the fault.
//! INVARIANT: ranges lie on character boundaries of the text that was given; candidates are fine in every part; no text makes a check panic.
//! What depends on lists that grow old (counties, new number ranges) is suspicious and never wrong.

mod amount;
mod division;
mod domain;
mod fault;
mod icp;
mod identity;
mod net;
mod organisation;
mod phone;
mod security;
mod slip;
mod text;
mod travel;

#[cfg(test)]
mod tests;

use jiff::civil::{Date, date};

pub use domain::{label, registrable, suffix, top_level};
pub use fault::{Accepted, Fault, FaultKind};
pub use identity::{birth_date, looks_like_identity, sex};
pub use net::is_public_ip;

use crate::diagnostic::Bilingual;
use fault::Inspection;
use text::{Clean, Cleaned};

macro_rules! scalars {
    ($($scalar:ident $name:literal $en:literal $zh:literal $format:path, $shape:literal [$($id:literal)*] $example:literal;)*) => {
        /// A type of the language whose values have a form of their own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[allow(missing_docs)] // the title of each scalar is its documentation
        pub enum Scalar { $($scalar,)* }

        impl Scalar {
            /// All of them, in the order the reference lists them.
            pub const ALL: &[Scalar] = &[$(Scalar::$scalar,)*];

            /// The name of the type in the language.
            pub fn name(self) -> &'static str {
                match self { $(Scalar::$scalar => $name,)* }
            }

            /// What a value is called in messages.
            pub fn title(self) -> Bilingual {
                match self { $(Scalar::$scalar => Bilingual::new($en, $zh),)* }
            }

            /// A regular expression (ECMA-262) that finds something in every text the format reads, also in one to be brought into normal form.
            pub fn shape(self) -> &'static str {
                match self { $(Scalar::$scalar => $shape,)* }
            }

            /// Ids of the formats (`FORMAT_IDS`) whose values are values of this type too.
            pub fn formats(self) -> &'static [&'static str] {
                match self { $(Scalar::$scalar => &[$($id),*],)* }
            }

            /// A value in normal form.
            pub fn example(self) -> &'static str {
                match self { $(Scalar::$scalar => $example,)* }
            }

            fn format(self) -> &'static Format {
                match self { $(Scalar::$scalar => &$format,)* }
            }
        }
    };
}

// Type, its name in rules, what a value is called in English and Chinese; its format; `shape`, `formats` and `example` as above.
// All that the program knows of a scalar stands here; tests hold the table of docs/language.md and the examples to it.
scalars! {
    DomainName "domain_name" "domain name" "域名" domain::DOMAIN, "[.。．｡]" ["domain"] "example.cn";
    ResidentId "resident_id" "resident identity number" "公民身份号码" identity::RESIDENT, "[0-9０-９]" ["resident-id"] "110201199912310014";
    CreditCode "credit_code" "unified social credit code" "统一社会信用代码" organisation::CREDIT_CODE, "[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]" ["uscc"] "91110000000000000E";
    Mobile "mobile" "mobile number" "手机号码" phone::MOBILE, "[0-9０-９]" ["mobile"] "13000000000";
    Landline "landline" "landline number" "固定电话号码" phone::LANDLINE, "[0-9０-９]" ["landline"] "010-80000000";
    IcpNumber "icp_number" "ICP filing number" "ICP 备案号" icp::ANY_NUMBER, "备|证|[1-3１-３]" ["icp-entity-number" "icp-licence-number" "icp-service-number"] "京ICP备05000000号";
    PsbNumber "psb_number" "public security filing number" "公安联网备案号" security::NUMBER, "公网安备" ["public-security-number"] "京公网安备 11010102000000号";
    Url "url" "web address" "网址" net::URL, "[.。:]" [] "https://example.cn/";
    IpAddress "ip_address" "IP address" "IP 地址" net::IP_ADDRESS, "[.。:：]" ["public-ip"] "8.8.8.8";
    Email "email" "e-mail address" "电子邮箱" net::EMAIL, "[@＠]" ["email"] "filing@example.com";
}

impl Scalar {
    /// Whether its values always belong to a person and are shown masked.
    pub fn is_private(self) -> bool {
        matches!(self, Scalar::ResidentId | Scalar::Mobile)
    }

    /// The scalar of a type name.
    pub fn from_name(name: &str) -> Option<Self> {
        Scalar::ALL.iter().copied().find(|s| s.name() == name)
    }
}

/// One format: how it is cleaned and what is asked of the cleaned text.
struct Format {
    clean: Clean,
    inspect: fn(&str, &mut Inspection) -> Result<(), Fault>,
    // Characters to try when a check character fails; empty where there is none.
    slips: &'static [u8],
}

impl Format {
    fn check(&self, text: &str, today: Date) -> Result<Accepted, Fault> {
        let cleaned = self.clean.read(text);
        let mut inspection = Inspection::thorough(today);
        match (self.inspect)(&cleaned.text, &mut inspection) {
            Err(fault) => Err(self.finish(fault, &cleaned, today)),
            Ok(()) => {
                let suspicious = inspection.suspicious.into_iter().map(|f| self.finish(f, &cleaned, today)).collect();
                let value = inspection.rewritten.unwrap_or_else(|| cleaned.text.into_owned());
                Ok(Accepted { changed: value != text, value, suspicious })
            }
        }
    }

    /// Whether a text is in normal form and nothing is odd about it.
    fn is_fine(&self, text: &str, today: Date) -> bool {
        self.clean.is_clean(text) && (self.inspect)(text, &mut Inspection::quick(today)).is_ok()
    }

    fn finish(&self, fault: Fault, cleaned: &Cleaned<'_>, today: Date) -> Fault {
        let mut candidates = fault.candidates;
        candidates.retain(|c| self.is_fine(c, today));
        candidates.dedup();
        let is_slip = matches!(fault.kind, FaultKind::Alphabet | FaultKind::Check | FaultKind::Date | FaultKind::Division);
        if candidates.is_empty() && is_slip && !self.slips.is_empty() {
            candidates = slip::candidates(self, &cleaned.text, today);
        }
        candidates.truncate(slip::MOST);
        Fault { range: cleaned.origin(fault.range), candidates, ..fault }
    }
}

/// Checks a text and brings it into normal form.
///
/// **Errors**: the first fault that shows that the text cannot be a value of this kind.
pub fn check(scalar: Scalar, text: &str, today: Date) -> Result<Accepted, Fault> {
    scalar.format().check(text, today)
}

/// Whether a text is already in normal form and fine, decided without allocating. `false` decides nothing: ask `check`.
///
/// Values that name a day or year after 2020 are left to `check`, so that the answer holds on every later day.
pub fn is_normal(scalar: Scalar, text: &str) -> bool {
    scalar.format().is_fine(text, date(2020, 12, 31))
}

macro_rules! formats {
    ($($id:literal $format:path,)*) => {
        /// Names of the formats that `check_format` knows.
        pub const FORMAT_IDS: &[&str] = &[$($id),*];

        fn format_by_id(id: &str) -> Option<&'static Format> {
            match id {
                $($id => Some(&$format),)*
                _ => None,
            }
        }
    };
}

formats! {
    "business-registration-number" organisation::REGISTRATION_NUMBER,
    "date" amount::DATE,
    "division-code" division::CODE,
    "domain" domain::DOMAIN,
    "email" net::EMAIL,
    "foreigner-permanent-id-2017" identity::FOREIGNER_2017,
    "foreigner-permanent-id-2023" identity::FOREIGNER_2023,
    "hmt-residence-permit" identity::RESIDENCE_PERMIT,
    "home-return-permit" travel::HOME_RETURN,
    "icp-entity-number" icp::ENTITY_NUMBER,
    "icp-licence-number" icp::LICENCE_NUMBER,
    "icp-service-number" icp::SERVICE_NUMBER,
    "landline" phone::LANDLINE,
    "mobile" phone::MOBILE,
    "org-code" organisation::ORGANISATION_CODE,
    "passport-prc" travel::PASSPORT,
    "postal-code" division::POSTAL_CODE,
    "public-ip" net::PUBLIC_IP,
    "public-security-number" security::NUMBER,
    "registered-capital" amount::CAPITAL,
    "resident-id" identity::RESIDENT,
    "taiwan-permit" travel::TAIWAN,
    "uscc" organisation::CREDIT_CODE,
}

/// Checks a text against a format by its id; `None` for an id that is not one of `FORMAT_IDS`.
///
/// **Errors**: as `check`.
pub fn check_format(id: &str, text: &str, today: Date) -> Option<Result<Accepted, Fault>> {
    Some(format_by_id(id)?.check(text, today))
}
