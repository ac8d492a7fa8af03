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

/// Standard output and error of a command on a manifest, and the exit code.
fn run(folder: &Path, command: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_filingc"));
    program.arg(command).args(arguments).args(["--lang", "en", "--isolated"]).current_dir(folder).env("NO_COLOR", "1");
    let output = program.env("SOURCE_DATE_EPOCH", "1795392000").output().expect("the program runs");
    (String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr), output.status.code())
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
    assert!(text.contains("96:12: error[cn/app-icon] the icon has 118 KB, at most 100 are accepted"), "{text}");
    assert_eq!(code, Some(1));
}

#[test]
fn what_is_said_of_a_file_is_compared_with_it() {
    let icon = "{ path = \"icon.png\", kb = 80, format = \"jpg\" }";
    let at = folder("differs", "c10-website-and-app.toml", &with_icon(icon), &[("icon.png", png(400, 300))]);
    let (text, _) = check(&at, &[]);
    assert!(text.contains("96:38: warning[F5023] `icon.png` has 118 KB, the manifest says 80"), "{text}");
    assert!(text.contains("96:51: warning[F5023] `icon.png` is a png file, the manifest says jpg"), "{text}");
    assert!(text.contains("96:38: error[cn/app-icon]"), "{text}");
}

#[test]
fn the_name_of_a_file_is_compared_with_it() {
    let at = folder("name", "c10-website-and-app.toml", &with_icon("\"icon.png\""), &[("icon.png", jpeg())]);
    let (text, code) = check(&at, &[]);
    assert!(text.contains("96:12: warning[F5023] `icon.png` is a jpg file, its name ends in png"), "{text}");
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
        assert!(text.contains(&format!("96:12: error[F5022] `{file}` cannot be opened: {why}")), "{name}: {text}");
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
    assert!(text.contains("96:21: note[F5020] a document that is named is not on this disk"), "{text}");
    assert!(text.contains("verdict: ready"), "{text}");
    assert_eq!(code, Some(0));
    let (text, code) = check(&at, &["--require-files"]);
    assert!(text.contains("96:21: error[F5021] `scans/icon.png` is not on this disk"), "{text}");
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
    assert!(text.contains("97:32: error[F5022] `b.png` cannot be opened"), "{text}");
    assert!(text.contains("97:41: error[F5021] `c.png` is not on this disk"), "{text}");
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

/// A JPEG of so many bytes.
fn padded(n_bytes: usize) -> Vec<u8> {
    let mut bytes = jpeg();
    bytes.resize(n_bytes, 0);
    bytes
}

const CERTIFICATE: &str = "entity_certificate = \"licence.jpg\"\nentity_principal_id = { format = \"jpg\", kb = 700 }\n\
                           service_principal_id = { format = \"jpg\", kb = 700 }\nservice_authorization_letter = { format = \"jpg\", kb = 600 }";

#[test]
fn every_command_looks_at_the_documents() {
    let at = folder("every-command", "c01-company-complete.toml", CERTIFICATE, &[("licence.jpg", padded(4_300_000))]);
    let (text, code) = run(&at, "check", &["filing.toml"]);
    assert!(text.contains("error[cn/mat-format]") && text.contains("verdict: rejected") && code == Some(1), "{text}");
    let (text, _) = run(&at, "plan", &["filing.toml", "--output-format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&text).expect("a plan is JSON");
    assert_eq!(plan["plans"][0]["verdict"], "rejected", "{text}");
    assert!(text.contains("cn/mat-format"), "{text}");
    let (text, code) = run(&at, "graph", &["filing.toml", "--outcome", "violated", "--output-format", "json"]);
    assert!(text.contains("cn/mat-format") && code == Some(0), "{text}");
}

#[test]
fn a_case_sees_what_check_sees() {
    let at = folder("case", "c10-website-and-app.toml", "photo = \"photo.png\"", &[("photo.png", png(99, 200))]);
    std::fs::create_dir_all(at.join("rules")).expect("the folder is made");
    let vocabulary = "manifest { filing: filing_record \"f\" zh \"备\" materials: materials_record \"d\" zh \"三\" }\n\
                      record filing_record { submitted_on: date? \"s\" zh \"日\" }\n\
                      record materials_record { photo: file? \"e\" zh \"四\" }\n";
    let rules = "region cn \"a\" zh \"一\" { authority \"b\" zh \"二\" }\nsource s \"c\" { read 2026-11-23 }\n\
                 requirement wide \"wide\" zh \"宽\" { source s\n require materials.photo.width_px >= 100\n\
                 report at materials.photo.width_px \"{materials.photo.width_px}\" zh \"像素\" }\n\
                 case \"a narrow photo\" { manifest \"../filing.toml\" on 2026-11-23 expect violated wide }\n";
    std::fs::write(at.join("rules/vocabulary.filing"), vocabulary).expect("the rules are written");
    std::fs::write(at.join("rules/base.filing"), rules).expect("the rules are written");
    let manifest = "[filing]\nsubmitted_on = 2026-11-23\n[materials]\nphoto = \"photo.png\"\n";
    std::fs::write(at.join("filing.toml"), manifest).expect("the manifest is written");
    std::fs::create_dir_all(at.join("rules/narrow")).expect("the folder is made");
    std::fs::write(at.join("rules/narrow/manifest.toml"), manifest).expect("the manifest is written");
    std::fs::copy(at.join("photo.png"), at.join("rules/narrow/photo.png")).expect("the file is copied");
    let (text, code) = run(&at, "test", &["--rules", "rules", "--update"]);
    let expected = std::fs::read_to_string(at.join("rules/narrow/expected.txt")).expect("it is written");
    assert!(expected.starts_with("verdict: rejected") && expected.contains("error[cn/wide] 99"), "{expected}{text}");
    assert_eq!(code, Some(0), "{text}");
    let (text, code) = run(&at, "test", &["--rules", "rules"]);
    assert!(text.contains("2 passed, 0 failed") && code == Some(0), "{text}");
    let narrower = rules.replace(">= 100", ">= 90").replace("case \"a", "case \"no");
    std::fs::write(at.join("narrower.filing"), vocabulary.to_owned() + &narrower).expect("the rules are written");
    let (text, code) = run(&at, "diff", &["rules", "narrower.filing", "filing.toml"]);
    assert!(text.contains("rejected → ready") && code == Some(1), "{text}");
}

#[test]
fn a_manifest_opens_nothing_outside_of_its_folder() {
    let at = folder("outside", "c10-website-and-app.toml", "", &[]);
    let outside = folder("outside-too", "c10-website-and-app.toml", "", &[("icon.png", png(400, 300))]);
    let there = outside.join("icon.png").display().to_string();
    let not_there = outside.join("icon-2.png").display().to_string();
    for (path, why) in [
        ("../outside-too/icon.png", "its path leads out of the folder of the manifest"),
        ("../outside-too/icon-2.png", "its path leads out of the folder of the manifest"),
        ("../outside/filing.toml", "its path leads out of the folder of the manifest"),
        ("a/../../outside-too/icon.png", "its path leads out of the folder of the manifest"),
        (&there, "its path does not begin in the folder of the manifest"),
        (&not_there, "its path does not begin in the folder of the manifest"),
        ("C:\\icon.png", "its path does not begin in the folder of the manifest"),
        ("\\\\server\\scans\\icon.png", "its path leads to another machine"),
        ("//server/scans/icon.png", "its path leads to another machine"),
    ] {
        let text = with_icon(&format!("{{ path = '{path}', kb = 80, format = \"png\" }}"));
        let example = std::fs::read_to_string(root().join("examples/c10-website-and-app.toml")).expect("the example is readable");
        let before = example.split("[materials]").next().unwrap_or_default();
        std::fs::write(at.join("filing.toml"), format!("{before}[materials]\n{text}\n")).expect("the manifest is written");
        let (text, code) = check(&at, &[]);
        assert!(text.contains(&format!("warning[F5024] `{path}` is not looked at: {why}")), "{path}: {text}");
        assert!(text.contains("verdict: ready") && code == Some(0), "what the manifest says counts: {text}");
        let (text, code) = check(&at, &["--require-files"]);
        assert!(text.contains(&format!("error[F5024] `{path}`")) && text.contains("verdict: incomplete"), "{path}: {text}");
        assert_eq!(code, Some(1));
        let is_here = path == there || path == "../outside-too/icon.png" || path == "a/../../outside-too/icon.png";
        let (text, _) = check(&at, &["--allow-outside", &at.display().to_string(), "--allow-outside", &outside.display().to_string()]);
        assert_eq!(text.contains("has 118 KB, the manifest says 80"), is_here, "{path}: {text}");
        let is_stranger = path.starts_with('\\') || path.starts_with("//") || path.starts_with("C:");
        assert_eq!(text.contains("F5024"), is_stranger, "{path}: {text}");
    }
    let (text, code) = run(&at, "check", &["filing.toml", "--allow-outside", "no-such-folder"]);
    assert!(text.contains("error[F5013]: `no-such-folder` cannot be read: no such file") && code == Some(2), "{text}");
    let (text, code) = run(&at, "plan", &["filing.toml", "--allow-outside", "filing.toml"]);
    assert!(text.contains("error[F5013]: `filing.toml` cannot be read: it is a file, not a folder") && code == Some(2), "{text}");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_a_manifest_out_of_its_folder() {
    use std::os::unix::fs::symlink;
    let outside = folder("links-outside", "c10-website-and-app.toml", "", &[("icon.png", png(400, 300))]);
    let icon = |path: &str| with_icon(&format!("{{ path = \"{path}\", kb = 80, format = \"png\" }}"));
    let mut seen = Vec::new();
    for target in ["../links-outside/icon.png", "../links-outside/icon-2.png", "/etc/passwd", "/etc/no-such-file"] {
        let at = folder("links", "c10-website-and-app.toml", &icon("icon.png"), &[]);
        symlink(target, at.join("icon.png")).expect("the link is made");
        let (text, code) = check(&at, &[]);
        let why = "a link on its path leads out of the folder of the manifest";
        assert!(text.contains(&format!("warning[F5024] `icon.png` is not looked at: {why}")) && code == Some(0), "{target}: {text}");
        seen.push(text);
        let (text, _) = check(&at, &["--allow-outside", &outside.display().to_string()]);
        assert_eq!(text.contains("has 118 KB"), target == "../links-outside/icon.png", "{target}: {text}");
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "nothing tells whether a file exists: {seen:?}");
    let at = folder("links", "c10-website-and-app.toml", &icon("scans/inner/icon.png"), &[]);
    std::fs::create_dir_all(at.join("real/inner")).expect("the folder is made");
    std::fs::write(at.join("real/icon.png"), png(400, 300)).expect("the file is written");
    symlink("real", at.join("scans")).expect("the link is made");
    symlink("../../../links/real/icon.png", at.join("real/inner/icon.png")).expect("the link is made");
    let (text, _) = check(&at, &[]);
    assert!(text.contains("has 118 KB, the manifest says 80"), "links inside are followed: {text}");
    symlink("circle.png", at.join("circle.png")).expect("the link is made");
    let manifest = std::fs::read_to_string(at.join("filing.toml")).expect("it is readable");
    std::fs::write(at.join("filing.toml"), manifest.replace("scans/inner/icon.png", "circle.png")).expect("it is written");
    let (text, code) = check(&at, &[]);
    assert!(text.contains("error[F5022] `circle.png` cannot be read: its links lead in a circle") && code == Some(1), "{text}");
}

#[cfg(unix)]
#[test]
fn only_files_are_opened() {
    let at = folder("special", "c10-website-and-app.toml", &with_icon("{ path = \"icon.png\", kb = 80, format = \"png\" }"), &[]);
    let made = Command::new("mkfifo").arg(at.join("icon.png")).status().expect("mkfifo runs");
    assert!(made.success());
    let (text, code) = check(&at, &[]);
    assert!(text.contains("error[F5022] `icon.png` cannot be read: it is a pipe, not a file") && code == Some(1), "{text}");
    std::fs::remove_file(at.join("icon.png")).expect("the pipe is removed");
    std::fs::create_dir(at.join("icon.png")).expect("the folder is made");
    let (text, code) = check(&at, &[]);
    assert!(text.contains("error[F5022] `icon.png` cannot be read: it is a folder") && code == Some(1), "{text}");
    // Both call themselves regular and empty; the first waits for what the kernel has still to say.
    for path in ["/proc/kmsg", "/proc/self/environ"].into_iter().filter(|p| Path::new(p).exists()) {
        let at = folder("kernel", "c10-website-and-app.toml", &with_icon(&format!("{{ path = \"{path}\", kb = 80 }}")), &[]);
        let (text, _) = check(&at, &[]);
        assert!(text.contains(&format!("warning[F5024] `{path}`")), "{text}");
        let (text, code) = check(&at, &["--allow-outside", "/proc"]);
        assert!(text.contains(&format!("error[F5022] `{path}` cannot be opened: it is empty")) && code == Some(1), "{text}");
    }
}

#[test]
fn a_huge_document_is_not_read_whole() {
    let icon = "{ path = \"icon.png\", kb = 80, format = \"jpg\" }";
    let at = folder("huge", "c10-website-and-app.toml", &with_icon(icon), &[("icon.png", png(64, 64))]);
    let file = std::fs::OpenOptions::new().write(true).open(at.join("icon.png")).expect("it opens");
    // Most of it is a hole: a reader that takes all of it would need as much memory.
    file.set_len(200 * 1024 * 1024 * 1024).expect("it grows");
    let (text, code) = check(&at, &[]);
    assert!(text.contains("`icon.png` has 209715200 KB, the manifest says 80"), "{text}");
    assert!(text.contains("`icon.png` is a png file, the manifest says jpg"), "{text}");
    assert!(text.contains("error[cn/app-icon]") && !text.contains("F5022") && code == Some(1), "{text}");
    std::fs::remove_file(at.join("icon.png")).expect("it is removed");
}

#[test]
fn what_a_file_holds_is_told_without_a_disk() {
    use filingc::manifest::files::{Content, Seen};
    use filingc::{Diagnostics, SourceKind, SourceMap};
    let (book, _) = crate::support::bundled_book();
    let mut sources = SourceMap::default();
    let id = sources.add("m.toml", "[materials]\napp_icon = { path = \"icon.jpg\", kb = 1 }\n", SourceKind::Manifest);
    let (mut problems, today) = (Diagnostics::new(), jiff::civil::date(2026, 11, 23));
    let schema = &book.index.schema;
    let mut document = filingc::manifest::read(&sources, id, filingc::manifest::Format::Toml, schema, today, &mut problems);
    let named = filingc::manifest::files::named(schema, &document);
    assert_eq!(named.iter().map(|n| n.path.as_str()).collect::<Vec<_>>(), ["icon.jpg"]);
    let seen = named.into_iter().map(|n| (n, Seen::File(Content::whole(png(64, 64))))).collect();
    filingc::manifest::files::put(&mut document, seen, false);
    let messages: Vec<&str> = document.files.diagnostics.iter().map(|d| d.message.en.as_str()).collect();
    assert_eq!(messages, ["`icon.jpg` has 5 KB, the manifest says 1", "`icon.jpg` is a png file, its name ends in jpg"]);
}
