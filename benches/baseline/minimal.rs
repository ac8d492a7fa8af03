//! The least a program can do: read a file, parse it, print one line. The start-up of `check` is compared with it.

fn main() {
    let path = std::env::args().nth(1).expect("a manifest is named");
    let text = std::fs::read_to_string(&path).expect("the manifest is readable");
    let table = toml::de::DeTable::parse(&text).expect("the manifest is TOML");
    println!("{path}: {} tables", table.get_ref().len());
}
