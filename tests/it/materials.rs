//! Documents on the disk: what the files themselves say goes before what is said of them.

use crate::support::root;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A grey PNG whose pixels are not compressed.
fn png(width: u32, height: u32) -> Vec<u8> {
    fn chunk(out: &mut Vec<u8>, name: &[u8], data: &[u8]) {
        out.extend((data.len() as u32).to_be_bytes());
        let start = out.len();
        out.extend_from_slice(name);
        out.extend_from_slice(data);
        let crc = !out[start..].iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
        });
        out.extend(crc.to_be_bytes());
    }
    let rows: Vec<u8> = (0..height).flat_map(|_| std::iter::once(0).chain((0..width).map(|x| x as u8))).collect();
    let mut packed = vec![0x78, 0x01];
    for (i, part) in rows.chunks(65_535).enumerate() {
        let is_last = (i + 1) * 65_535 >= rows.len();
        packed.push(u8::from(is_last));
        packed.extend((part.len() as u16).to_le_bytes());
        packed.extend((!(part.len() as u16)).to_le_bytes());
        packed.extend_from_slice(part);
    }
    let (a, b) = rows.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    packed.extend((b << 16 | a).to_be_bytes());
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &packed);
    chunk(&mut out, b"IEND", &[]);
    out
}

/// A grey JPEG of eight pixels by eight: one block, one code for each of its two numbers.
fn jpeg() -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 16];
    out.extend(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    out.extend([0xFF, 0xDB, 0, 67, 0]);
    out.extend([1; 64]);
    out.extend([0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    for table in [0x00, 0x10] {
        out.extend([0xFF, 0xC4, 0, 20, table, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
    out.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9]);
    out
}

/// A folder with these files beside an example whose `[materials]` is replaced.
fn folder(name: &str, example: &str, materials: &str, files: &[(&str, Vec<u8>)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("materials").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let text = std::fs::read_to_string(root().join("examples").join(example)).expect("the example is readable");
    let before = text.split("[materials]").next().unwrap_or_default();
    std::fs::write(folder.join("filing.toml"), format!("{before}[materials]\n{materials}\n")).expect("the manifest is written");
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).expect("the file is written");
    }
    folder
}

/// The findings, one line each, and the exit code. The program runs elsewhere: paths begin at the manifest.
fn check(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["check", "--on", "2026-11-23", "--output-format", "concise", "--lang", "en", "--isolated"])
        .arg(folder.join("filing.toml"))
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).replace(&format!("{}/", folder.display()), "");
    (text, output.status.code())
}

const IDS: &str = "entity_certificate = { format = \"jpg\", kb = 900 }\nentity_principal_id = { format = \"jpg\", kb = 700 }\n\
                   service_principal_id = { format = \"jpg\", kb = 700 }\n";

fn with_icon(icon: &str) -> String {
    format!("{IDS}app_icon = {icon}")
}

#[test]
fn a_small_picture_needs_no_words() {
    let at = folder("small", "c10-website-and-app.toml", &with_icon("\"icon.png\""), &[("icon.png", png(64, 64))]);
    let (text, code) = check(&at, &[]);
    assert!(text.contains("verdict: ready") && !text.contains("icon.png"), "{text}");
    assert_eq!(code, Some(0));
}

#[test]
fn the_size_of_the_file_counts() {
    let at = folder("large", "c10-website-and-app.toml", &with_icon("\"icon.png\""), &[("icon.png", png(400, 300))]);
    let (text, code) = check(&at, &[]);
    assert!(text.contains("95:12: error[cn/app-icon] the icon has 118 KB, at most 100 are accepted"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn what_is_said_of_a_file_is_compared_with_it() {
    let icon = "{ path = \"icon.png\", kb = 80, format = \"jpg\" }";
    let at = folder("differs", "c10-website-and-app.toml", &with_icon(icon), &[("icon.png", png(400, 300))]);
    let (text, _) = check(&at, &[]);
    assert!(text.contains("95:38: warning[F5023] `icon.png` has 118 KB, the manifest says 80"), "{text}");
    assert!(text.contains("95:51: warning[F5023] `icon.png` is a png file, the manifest says jpg"), "{text}");
    assert!(text.contains("95:38: error[cn/app-icon]"), "{text}");
}

#[test]
fn the_name_of_a_file_is_compared_with_it() {
    let at = folder("name", "c10-website-and-app.toml", &with_icon("\"icon.png\""), &[("icon.png", jpeg())]);
    let (text, code) = check(&at, &[]);
    assert!(text.contains("95:12: warning[F5023] `icon.png` is a jpg file, its name ends in png"), "{text}");
    assert_eq!(code, Some(0));
}

#[test]
fn a_picture_of_another_type_is_refused_by_its_content() {
    let materials = "entity_certificate = \"licence.jpg\"\nentity_principal_id = { format = \"jpg\", kb = 700 }\n\
                     service_principal_id = { format = \"jpg\", kb = 700 }\nservice_authorization_letter = { format = \"jpg\", kb = 600 }";
    let at = folder("gif", "c01-company-complete.toml", materials, &[("licence.jpg", b"GIF89a\x10\0\x10\0\0\0\0;".to_vec())]);
    let (text, code) = check(&at, &[]);
    assert!(text.contains("error[cn/mat-format]"), "{text}");
    assert!(text.contains("warning[F5023] `licence.jpg` is a gif file, its name ends in jpg"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_damaged_file_holds_the_filing_back() {
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 14].to_vec();
    for (name, file, bytes, why) in [
        ("empty", "icon.png", vec![], "it is empty"),
        ("text", "icon.png", b"<html>not found</html>".to_vec(), "its content is of no such type"),
        ("cut-png", "icon.png", cut(png(64, 64)), "its end is missing"),
        ("cut-jpeg", "icon.jpg", cut(jpeg()), "its end is missing"),
        ("header", "icon.png", png(64, 64)[..12].iter().copied().chain(*b"IEND").collect(), "its header cannot be read"),
    ] {
        let at = folder(name, "c10-website-and-app.toml", &with_icon(&format!("\"{file}\"")), &[(file, bytes)]);
        let (text, code) = check(&at, &[]);
        assert!(text.contains(&format!("95:12: error[F5022] `{file}` cannot be opened: {why}")), "{name}: {text}");
        assert!(text.contains("verdict: rejected") && text.contains("next: replace the document that cannot be opened"), "{name}: {text}");
        assert_eq!(code, Some(1), "{name}");
    }
}

#[test]
fn bytes_behind_the_end_of_a_picture_do_no_harm() {
    let mut picture = jpeg();
    picture.extend([0; 3000]);
    let at = folder("appended", "c10-website-and-app.toml", &with_icon("\"icon.jpg\""), &[("icon.jpg", picture)]);
    let (text, code) = check(&at, &[]);
    assert!(!text.contains("icon.jpg"), "{text}");
    assert_eq!(code, Some(0));
}

#[test]
fn an_absent_file_is_a_note_unless_it_is_required() {
    let icon = "{ path = \"scans/icon.png\", format = \"png\", kb = 80 }";
    let at = folder("absent", "c10-website-and-app.toml", &with_icon(icon), &[]);
    let (text, code) = check(&at, &[]);
    assert!(text.contains("95:21: note[F5020] a document that is named is not on this disk"), "{text}");
    assert!(text.contains("verdict: ready"), "{text}");
    assert_eq!(code, Some(0));
    let (text, code) = check(&at, &["--require-files"]);
    assert!(text.contains("95:21: error[F5021] `scans/icon.png` is not on this disk"), "{text}");
    assert!(text.contains("verdict: incomplete") && text.contains("next: supply the documents that are missing"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn the_configuration_may_require_files() {
    let at = folder("configured", "c10-website-and-app.toml", &with_icon("{ path = \"icon.png\", kb = 80 }"), &[]);
    std::fs::write(at.join("filingc.toml"), "require-files = true\n").expect("the configuration is written");
    let output = Command::new(env!("CARGO_BIN_EXE_filingc"))
        .args(["check", "filing.toml", "--output-format", "concise", "--on", "2026-11-23"])
        .current_dir(&at)
        .output()
        .expect("the program runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains("error[F5021]"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn addresses_and_lists_are_understood() {
    let materials =
        with_icon("{ path = \"https://files.example.cn/icon.png\", kb = 80 }\ndomain_certificate = [\"a.png\", \"b.png\", \"c.png\"]");
    let at = folder("list", "c10-website-and-app.toml", &materials, &[("a.png", png(8, 8)), ("b.png", vec![])]);
    let (text, _) = check(&at, &["--require-files"]);
    assert!(text.contains("96:32: error[F5022] `b.png` cannot be opened"), "{text}");
    assert!(text.contains("96:41: error[F5021] `c.png` is not on this disk"), "{text}");
    assert!(!text.contains("a.png") && !text.contains("files.example.cn"), "{text}");
}

#[test]
fn rules_may_ask_for_pixels() {
    let at = folder("pixels", "c10-website-and-app.toml", "photo = \"photo.png\"", &[("photo.png", png(99, 200))]);
    std::fs::create_dir_all(at.join("rules")).expect("the folder is made");
    let rules = "region cn \"a\" zh \"一\" { authority \"b\" zh \"二\" }\nsource s \"c\" { read 2026-11-23 }\n\
                 manifest { materials: materials_record \"d\" zh \"三\" }\n\
                 record materials_record { photo: file? \"e\" zh \"四\" }\n";
    let rule = "requirement wide \"wide\" zh \"宽\" { source s\n require materials.photo.width_px >= 100\n\
                 report at materials.photo.width_px \"{materials.photo.width_px} by {materials.photo.height_px}\" zh \"像素\" }\n";
    let (vocabulary, base) = rules.split_once("manifest").map(|(base, v)| (format!("manifest{v}"), base)).expect("two parts");
    std::fs::write(at.join("rules/vocabulary.filing"), vocabulary).expect("the rules are written");
    std::fs::write(at.join("rules/base.filing"), format!("{base}{rule}")).expect("the rules are written");
    std::fs::write(at.join("filing.toml"), "[materials]\nphoto = \"photo.png\"\n").expect("the manifest is written");
    let (text, _) = check(&at, &["--rules", &at.join("rules").display().to_string()]);
    assert!(text.contains("2:9: error[cn/wide] 99 by 200"), "{text}");
}
