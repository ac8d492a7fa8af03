//! What the bytes of a file say: its type, its pixels, whether it can be opened.

use imagesize::ImageType;

/// What was read of a file on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its size in bytes.
    pub n_bytes: u64,
    /// Its first bytes; all of them where `tail` is absent.
    pub head: Vec<u8>,
    /// Its last bytes, where it was too large to be read whole.
    pub tail: Option<Vec<u8>>,
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Picture(&'static str),
    Pdf,
    Unknown,
}

/// Why a file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    Empty,
    OtherType,
    NoEnd,
    Header,
}

/// The type of a file as names spell it, with one spelling for each.
pub(super) fn spelling(format: &str) -> String {
    match format.to_ascii_lowercase().as_str() {
        "jpeg" => "jpg".to_owned(),
        "heif" => "heic".to_owned(),
        "tif" => "tiff".to_owned(),
        other => other.to_owned(),
    }
}

/// Types that are known by their content.
pub(super) const KNOWN: [&str; 8] = ["jpg", "png", "gif", "bmp", "webp", "heic", "tiff", "pdf"];

impl Content {
    /// A file that was read whole.
    pub fn whole(bytes: Vec<u8>) -> Self {
        Content { n_bytes: bytes.len() as u64, head: bytes, tail: None }
    }

    /// The size in KB, begun ones counted.
    pub(super) fn kb(&self) -> i64 {
        i64::try_from(self.n_bytes.div_ceil(1024)).unwrap_or(i64::MAX)
    }

    pub(super) fn kind(&self) -> Kind {
        match imagesize::image_type(&self.head) {
            Ok(ImageType::Jpeg) => Kind::Picture("jpg"),
            Ok(ImageType::Png) => Kind::Picture("png"),
            Ok(ImageType::Gif) => Kind::Picture("gif"),
            Ok(ImageType::Bmp) => Kind::Picture("bmp"),
            Ok(ImageType::Webp) => Kind::Picture("webp"),
            Ok(ImageType::Heif(_)) => Kind::Picture("heic"),
            Ok(ImageType::Tiff) => Kind::Picture("tiff"),
            _ if self.head.windows(5).take(1024).any(|w| w == b"%PDF-") => Kind::Pdf,
            _ => Kind::Unknown,
        }
    }

    /// Whether the end of the file is there, as far as that can be told: phones append data behind the last marker of a JPEG, so the end of a
    /// picture may lie in a part that was not read.
    pub(super) fn has_end(&self, kind: Kind) -> bool {
        let last = self.tail.as_ref().unwrap_or(&self.head);
        match kind {
            Kind::Picture("jpg") => self.tail.is_some() || last.windows(2).rev().any(|w| w == [0xFF, 0xD9]),
            Kind::Picture("png") => self.tail.is_some() || last.windows(4).rev().any(|w| w == b"IEND"),
            Kind::Pdf => last[last.len().saturating_sub(1024)..].windows(5).any(|w| w == b"%%EOF"),
            _ => true,
        }
    }

    /// Width and height of a picture; `None` where its header may lie behind what was read.
    pub(super) fn pixels(&self) -> Result<Option<(i64, i64)>, Damage> {
        match imagesize::blob_size(&self.head) {
            Ok(size) if size.width > 0 && size.height > 0 => {
                let pixels = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
                Ok(Some((pixels(size.width), pixels(size.height))))
            }
            Err(_) if self.tail.is_some() => Ok(None),
            _ => Err(Damage::Header),
        }
    }
}
