// Rust calls its C library through the GOT, without a PLT, by default.
use std::collections::HashMap;
use std::io::Write;

fn main() {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in "the cat the dog the end".split(' ') {
        *counts.entry(word.to_string()).or_insert(0) += 1;
    }
    let mut words: Vec<_> = counts.into_iter().collect();
    words.sort();
    let mut out = std::io::stdout();
    for (word, n) in &words {
        writeln!(out, "{} {}", word, n).unwrap();
    }
    if std::env::args().count() > 1 {
        let caught = std::panic::catch_unwind(|| panic!("on purpose"));
        assert!(caught.is_err());
    }
    std::process::exit(words.len() as i32);
}
