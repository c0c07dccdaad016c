//! stand-in
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
fn main() {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("read") {
        for path in args {
            let t = std::time::Instant::now();
            let bytes = std::fs::read(path).unwrap();
            for page in coldvault::scan::decode_bytes(&bytes) {
                for text in page.codes {
                    println!("{}", *text);
                }
                if let Some(p) = page.problem {
                    eprintln!("page {}: {p}", page.number);
                }
            }
            eprintln!("{:?}", t.elapsed());
        }
    }
}
