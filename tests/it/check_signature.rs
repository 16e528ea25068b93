//! `agentlocator check-signature`: JSON lines in, a verdict a line out.

use std::io::Write;
use std::process::{Command, Stdio};

fn check(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_agentlocator"))
        .arg("check-signature")
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// The worked example of Twilio's security page.
fn documented(signature: &str) -> String {
    serde_json::json!({
        "url": "https://example.com/myapp.php?foo=1&bar=2",
        "raw_body": "CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212",
        "content_type": "application/x-www-form-urlencoded",
        "auth_token": "12345",
        "signature": signature,
    })
    .to_string()
}

#[test]
fn the_documented_example_is_true_and_a_changed_one_false() {
    let lines = [
        documented("L/OH5YylLD5NRKLltdqwSvS0BnU="),
        documented("L/OH5YylLD5NRKLltdqwSvS0BnV="),
    ]
    .join("\n");
    assert_eq!(check(&[], &lines), (Some(0), "true\nfalse\n".into()));
}

#[test]
fn explain_tells_what_was_tried_and_never_the_token() {
    let (status, said) = check(&["--explain"], &documented("wrong"));
    assert_eq!(status, Some(0));
    assert!(said.starts_with("false\n"));
    let (_, said) = check(&["--explain"], &documented("L/OH5YylLD5NRKLltdqwSvS0BnU="));
    assert!(
        said.contains("matches") && said.contains("https://example.com"),
        "{said}"
    );
    let token = "\"12345\"";
    assert!(!said.contains(token), "{said}");
}

#[test]
fn a_line_that_is_no_json_is_false_and_said_so() {
    let (status, said) = check(&[], "nonsense\n");
    assert_eq!((status, said.as_str()), (Some(1), "false\n"));
}
