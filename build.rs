//! Tells cargo that the application's files are part of the program: it is built again when
//! `npm run build` has made others. Runs nothing else.

#[allow(clippy::print_stdout, reason = "cargo reads it")]
fn main() {
    // An address that does not exist would make cargo build again each time.
    let _ = std::fs::create_dir_all("client/dist");
    println!("cargo:rerun-if-changed=client/dist");
}
