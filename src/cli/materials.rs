//! Documents that a manifest names: where one is on the disk, its type, size and pixels are taken from it.

use crate::diagnostic::{Bilingual, Code, Diagnostic, Severity, say};
use crate::driver::Checked;
use crate::eval::Verdict;
use crate::manifest::Document;
use crate::source::Span;
use crate::value::{FILE_FIELDS, FieldType, RecordId, Schema, Value};
use std::path::Path;

/// Largest document whose content is looked at, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What looking at the documents of one manifest brought.
pub(super) struct Found {
    diagnostics: Vec<Diagnostic>,
    /// The next step, where a document keeps the filing from being submitted, and the verdict that follows.
    holds: Option<(Verdict, Bilingual)>,
}

impl Found {
    /// Adds the messages to those of the rules, and corrects a verdict that knew nothing of them.
    pub(super) fn add_to(self, checked: &mut Checked) {
        if let (Some(report), Some((verdict, next_step))) = (&mut checked.report, self.holds) {
            let is_better = match report.verdict {
                Verdict::Ready => true,
                Verdict::Incomplete => verdict == Verdict::Rejected,
                Verdict::Rejected | Verdict::NotRequired => false,
            };
            if is_better {
                report.verdict = verdict;
                report.next_step = next_step;
            }
        }
        let at = |s: Severity| checked.diagnostics.iter().take_while(|d| d.severity <= s).count();
        let (errors, warnings) = (at(Severity::Error), at(Severity::Warning));
        for d in self.diagnostics.into_iter().rev() {
            let position = match d.severity {
                Severity::Error => errors,
                Severity::Warning => warnings,
                Severity::Note => checked.diagnostics.len(),
            };
            let position = position.min(checked.diagnostics.len());
            checked.diagnostics.insert(position, d);
        }
    }
}

/// Looks at every document that names a file; relative paths begin at `folder`.
pub(super) fn look(schema: &Schema, document: &mut Document, folder: &Path, require_files: bool) -> Found {
    let mut slots = Vec::new();
    if let Some(root) = schema.root {
        slots_of(schema, document, root, 0, &mut slots);
    }
    let mut found = Found { diagnostics: Vec::new(), holds: None };
    let mut absent: Vec<(Span, String)> = Vec::new();
    for slot in slots {
        let at = slot + 1 + index_of("path");
        let Some(Value::Text(text)) = document.slots.get(at as usize).copied() else { continue };
        let (name, span) = (document.str(text).to_owned(), document.span(at).value);
        if name.contains("://") {
            continue;
        }
        match read(&folder.join(&name)) {
            Ok(file) => file_at(document, slot, &name, span, &file, &mut found),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => absent.push((span, name)),
            Err(error) => {
                let d = say!("`{name}` cannot be read: {error}", "无法读取 `{name}`：{error}");
                damaged(&mut found, Diagnostic::new(Code::MaterialDamaged, d).primary(span, Bilingual::default()).arg("path", name));
            }
        }
    }
    if require_files {
        for (span, name) in absent {
            let d = Diagnostic::new(Code::MaterialMissing, say!("`{name}` is not on this disk", "本机没有 `{name}`"))
                .primary(span, say!("named here", "此处指明"))
                .help(say!("put the file beside the manifest, or name the place where it is", "将文件放在清单旁，或改为其所在路径"));
            found.diagnostics.push(d.arg("path", name));
            found.holds.get_or_insert((Verdict::Incomplete, say!("supply the documents that are missing", "补齐缺失的文件")));
        }
    } else if let Some((first, _)) = absent.first() {
        let n = absent.len();
        let message = match n {
            1 => say!(
                "a document that is named is not on this disk: what the manifest says of it counts",
                "所列文件不在本机，以清单所述为准"
            ),
            _ => say!(
                "{n} documents that are named are not on this disk: what the manifest says of them counts",
                "所列 {n} 个文件不在本机，以清单所述为准"
            ),
        };
        let mut d = Diagnostic::new(Code::MaterialAbsent, message).primary(*first, Bilingual::default());
        for (span, _) in &absent[1..] {
            d = d.secondary(*span, Bilingual::default());
        }
        found.diagnostics.push(d.help(say!("`--require-files` makes this an error", "加 `--require-files` 则视为错误")));
    }
    found
}

fn index_of(field: &str) -> u32 {
    FILE_FIELDS.iter().position(|f| f.0 == field).map_or(0, |i| i as u32)
}

/// The slots of all documents inside a record whose fields begin at `base`.
fn slots_of(schema: &Schema, document: &Document, record: RecordId, base: u32, out: &mut Vec<u32>) {
    for field in &schema.record(record).fields {
        let slot = base + field.slot;
        let value = document.slots.get(slot as usize).copied();
        match (&field.ty, value) {
            (FieldType::File, Some(Value::Present)) => out.push(slot),
            (FieldType::Record(inner), Some(Value::Present)) => slots_of(schema, document, *inner, slot + 1, out),
            (FieldType::List { item, .. }, Some(Value::Rows { start, length })) => match **item {
                FieldType::Record(inner) => {
                    let stride = schema.record(inner).n_slots;
                    (0..length).for_each(|i| slots_of(schema, document, inner, start + i * stride, out));
                }
                FieldType::File => out.extend((0..length).map(|i| start + i * FieldType::File.n_slots(&schema.records))),
                _ => {}
            },
            _ => {}
        }
    }
}

/// A document on the disk; `bytes` are absent where it is too large to be looked into.
struct OnDisk {
    n_bytes: u64,
    bytes: Option<Vec<u8>>,
}

fn read(path: &Path) -> std::io::Result<OnDisk> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() {
        return Err(std::io::Error::other("no file / 不是文件"));
    }
    let bytes = if meta.len() <= MAX_BYTES { Some(std::fs::read(path)?) } else { None };
    Ok(OnDisk { n_bytes: meta.len(), bytes })
}

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Picture(&'static str),
    Pdf,
    Unknown,
}

fn kind_of(bytes: &[u8]) -> Kind {
    use imagesize::ImageType;
    match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => Kind::Picture("jpg"),
        Ok(ImageType::Png) => Kind::Picture("png"),
        Ok(ImageType::Gif) => Kind::Picture("gif"),
        Ok(ImageType::Bmp) => Kind::Picture("bmp"),
        Ok(ImageType::Webp) => Kind::Picture("webp"),
        Ok(ImageType::Heif(_)) => Kind::Picture("heic"),
        Ok(ImageType::Tiff) => Kind::Picture("tiff"),
        _ if bytes.windows(5).take(1024).any(|w| w == b"%PDF-") => Kind::Pdf,
        _ => Kind::Unknown,
    }
}

/// Whether the end of the file is there; phones append data behind the last marker of a JPEG.
fn is_whole(kind: Kind, bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    match kind {
        Kind::Picture("jpg") => bytes.windows(2).rev().any(|w| w == [0xFF, 0xD9]),
        Kind::Picture("png") => bytes.windows(4).rev().any(|w| w == b"IEND"),
        Kind::Pdf => tail.windows(5).any(|w| w == b"%%EOF"),
        _ => true,
    }
}

/// The form a name or a manifest gives, with one spelling for each.
fn spelling(format: &str) -> String {
    match format.to_ascii_lowercase().as_str() {
        "jpeg" => "jpg".to_owned(),
        "heif" => "heic".to_owned(),
        "tif" => "tiff".to_owned(),
        other => other.to_owned(),
    }
}

fn damaged(found: &mut Found, diagnostic: Diagnostic) {
    found.diagnostics.push(diagnostic);
    found.holds = Some((Verdict::Rejected, say!("replace the document that cannot be opened", "更换无法打开的文件")));
}

fn file_at(document: &mut Document, slot: u32, name: &str, span: Span, file: &OnDisk, found: &mut Found) {
    let kb = i64::try_from(file.n_bytes.div_ceil(1024)).unwrap_or(i64::MAX);
    differs(document, slot, "kb", Value::Int(kb), name, |said| match said {
        Value::Int(n) if n == kb => None,
        Value::Int(n) => Some(say!("`{name}` has {kb} KB, the manifest says {n}", "`{name}` 为 {kb} KB，清单写为 {n} KB")),
        _ => None,
    })
    .into_iter()
    .for_each(|d| found.diagnostics.push(d));
    let Some(bytes) = &file.bytes else { return };
    let fault = |en: &str, zh: &str| {
        Diagnostic::new(Code::MaterialDamaged, say!("`{name}` cannot be opened: {en}", "`{name}` 无法打开：{zh}"))
            .primary(span, Bilingual::default())
            .help(say!("save or scan it again", "重新保存或扫描"))
            .arg("path", name)
    };
    if bytes.is_empty() {
        return damaged(found, fault("it is empty", "文件为空"));
    }
    let named = Path::new(name).extension().map(|e| spelling(&e.to_string_lossy()));
    let kind = kind_of(bytes);
    let format = match kind {
        Kind::Picture(format) => format,
        Kind::Pdf => "pdf",
        // A name that promises a picture or a PDF is all there is to go by; other types are left to the rules.
        Kind::Unknown => {
            if named.as_deref().is_some_and(|n| ["jpg", "png", "gif", "bmp", "webp", "heic", "tiff", "pdf"].contains(&n)) {
                damaged(found, fault("its content is of no such type", "内容不是该类型"));
            }
            return;
        }
    };
    if !is_whole(kind, bytes) {
        damaged(found, fault("its end is missing", "文件不完整"));
    }
    if let Kind::Picture(_) = kind {
        match imagesize::blob_size(bytes) {
            Ok(size) if size.width > 0 && size.height > 0 => {
                for (field, pixels) in [("width_px", size.width), ("height_px", size.height)] {
                    put(document, slot, field, Value::Int(i64::try_from(pixels).unwrap_or(i64::MAX)));
                }
            }
            _ => damaged(found, fault("its header cannot be read", "文件头无法读取")),
        }
    }
    let is_named_otherwise = named.as_deref().is_some_and(|n| n != format);
    if is_named_otherwise {
        let ending = named.unwrap_or_default();
        let d = say!("`{name}` is a {format} file, its name ends in {ending}", "`{name}` 是 {format} 文件，扩展名为 {ending}");
        found.diagnostics.push(Diagnostic::new(Code::MaterialDiffers, d).primary(span, Bilingual::default()).arg("path", name));
    }
    let said = document.slots[(slot + 1 + index_of("format")) as usize];
    let said = if let Value::Text(t) = said { Some(document.str(t).to_owned()) } else { None };
    let text = document.intern(format);
    differs(document, slot, "format", Value::Text(text), name, |_| match &said {
        Some(said) if spelling(said) != format => {
            Some(say!("`{name}` is a {format} file, the manifest says {said}", "`{name}` 是 {format} 文件，清单写为 {said}"))
        }
        _ => None,
    })
    .into_iter()
    .for_each(|d| found.diagnostics.push(d));
}

/// A property that the file gives is found where the manifest states it, else where the file is named.
fn put(document: &mut Document, slot: u32, field: &str, value: Value) {
    let (at, path) = ((slot + 1 + index_of(field)) as usize, document.span(slot + 1 + index_of("path")));
    document.slots[at] = value;
    if document.spans[at].value.is_empty() {
        document.spans[at] = path;
    }
}

/// Puts in what the file says; where the manifest says something else, a warning at that place.
fn differs(
    document: &mut Document,
    slot: u32,
    field: &str,
    value: Value,
    name: &str,
    message: impl Fn(Value) -> Option<Bilingual>,
) -> Option<Diagnostic> {
    let at = slot + 1 + index_of(field);
    let message = message(document.slots[at as usize]);
    put(document, slot, field, value);
    let message = message?;
    Some(Diagnostic::new(Code::MaterialDiffers, message).primary(document.span(at).value, Bilingual::default()).arg("path", name))
}
