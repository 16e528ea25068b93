//! Debian's nginx with the files that production uses, on ports of the system's choice, with a
//! certificate made for the story; and a tiny upstream for what an engine would not do by itself.

use crate::cluster;
use crate::parties::TOKEN;
use crate::world::PUBLIC_HOST;
use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// An nginx of this story's own, run by nobody in particular. Dropped, it is told to stop.
pub struct Nginx {
    pub https: SocketAddr,
    pub http: SocketAddr,
    pub folder: PathBuf,
    pub client: reqwest::Client,
    child: Child,
}

/// Who runs it when the tests are run by root.
const NOBODY: u32 = 65_534;

impl Nginx {
    /// In front of these upstreams, each `host:port`.
    pub fn in_front_of(upstreams: &[&str]) -> Self {
        let folder = cluster::folder("nginx");
        certificate(&folder);
        // Another process may take a port between our asking for it and nginx's listening.
        for _ in 0..5 {
            let (https, http) = (free_port(), free_port());
            write_configuration(&folder, upstreams, https, http);
            if let Some(child) = spawn(&folder, https) {
                let client = client(&folder, https);
                return Self {
                    https,
                    http,
                    folder,
                    client,
                    child,
                };
            }
        }
        panic!(
            "nginx does not start (scripts/setup installs it):\n{}",
            said(&folder)
        );
    }

    /// A request by the name that the carrier uses, over TLS.
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{PUBLIC_HOST}{path}"))
    }

    /// The same, with a body to come.
    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("{PUBLIC_HOST}{path}"))
    }

    /// A form, signed as the carrier signs it for its own address.
    pub fn signed(&self, path: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let form: Vec<(String, String)> = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let signature = simulator::signature::form(TOKEN, &format!("{PUBLIC_HOST}{path}"), &form);
        self.post(path)
            .header("x-twilio-signature", signature)
            .form(&form)
    }

    /// Its access log.
    pub fn access_log(&self) -> String {
        std::fs::read_to_string(self.folder.join("access.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

fn said(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("said")).unwrap_or_default()
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// What the image's entry point does with the same templates: names that are set, and no other.
fn write_configuration(folder: &Path, upstreams: &[&str], https: SocketAddr, http: SocketAddr) {
    let path = |name: &str| folder.join(name).display().to_string();
    let names = BTreeMap::from([
        ("NGINX_RUN", folder.display().to_string()),
        ("NGINX_ACCESS_LOG", path("access.log")),
        ("NGINX_RESOLVER", "127.0.0.1".into()),
        (
            "NGINX_UPSTREAM",
            upstreams.join(" max_fails=3 fail_timeout=5s; server "),
        ),
        ("NGINX_UPSTREAM_OPTIONS", String::new()),
        ("NGINX_HTTP_PORT", http.to_string()),
        ("NGINX_HTTPS_PORT", https.to_string()),
        ("NGINX_ACME", path("acme")),
        (
            "NGINX_SERVER_NAME",
            PUBLIC_HOST.trim_start_matches("https://").into(),
        ),
        ("NGINX_CERTIFICATE", path("certificate.pem")),
        ("NGINX_CERTIFICATE_KEY", path("key.pem")),
    ]);
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("nginx/templates");
    for entry in std::fs::read_dir(templates).expect("the templates").flatten() {
        let mut text = std::fs::read_to_string(entry.path()).expect("a template");
        for (name, value) in &names {
            text = text.replace(&format!("${{{name}}}"), value);
        }
        assert!(
            !text.contains("${"),
            "a name that nobody sets in {:?}",
            entry.path()
        );
        let name = entry.file_name().to_string_lossy().replace(".template", "");
        std::fs::write(folder.join(name), text).expect("written");
    }
}

fn certificate(folder: &Path) {
    let host = PUBLIC_HOST.trim_start_matches("https://");
    let wanted = format!(
        "[req]\ndistinguished_name=name\nx509_extensions=more\nprompt=no\n[name]\nCN={host}\n\
         [more]\nsubjectAltName=DNS:{host}\nbasicConstraints=critical,CA:FALSE\n"
    );
    std::fs::write(folder.join("certificate.cnf"), wanted).expect("written");
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
            "-config",
            "certificate.cnf",
        ])
        .current_dir(folder)
        .output()
        .expect("openssl (scripts/setup installs it)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::create_dir_all(folder.join("acme/.well-known/acme-challenge")).expect("a folder");
    std::fs::write(folder.join("acme/.well-known/acme-challenge/proof"), "proven").expect("written");
}

fn spawn(folder: &Path, https: SocketAddr) -> Option<Child> {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let program = [
        "/usr/sbin/nginx",
        "/usr/local/sbin/nginx",
        "/opt/homebrew/bin/nginx",
    ]
    .into_iter()
    .find(|path| Path::new(path).exists())
    .unwrap_or("nginx");
    let output = std::fs::File::create(folder.join("said")).expect("a file");
    let mut command = Command::new(program);
    command
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .args(["-e", "stderr", "-g", "daemon off;"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output);
    if std::fs::metadata("/proc/self").is_ok_and(|we| we.uid() == 0) {
        give_away(folder);
        command.uid(NOBODY).gid(NOBODY);
    }
    let mut child = command.spawn().expect("nginx (scripts/setup installs it)");
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if TcpStream::connect(https).is_ok() {
            return Some(child);
        }
        if child.try_wait().is_ok_and(|ended| ended.is_some()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn give_away(folder: &Path) {
    let _ = std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY));
    for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
        let _ = std::os::unix::fs::chown(entry.path(), Some(NOBODY), Some(NOBODY));
    }
}

/// Knows where the host is and trusts the story's certificate, and no other.
fn client(folder: &Path, https: SocketAddr) -> reqwest::Client {
    let pem = std::fs::read(folder.join("certificate.pem")).expect("the certificate");
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .http1_only()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem).expect("a certificate")])
        .resolve(PUBLIC_HOST.trim_start_matches("https://"), https)
        .build()
        .expect("a client")
}

/// Takes requests, writes down what it got, and answers, echoes or dies by what the path says.
#[derive(Clone)]
pub struct Upstream {
    pub address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    /// Starts it; it ends with the test's runtime.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let upstream = Self {
            address: listener.local_addr().expect("an address").to_string(),
            heads: Arc::default(),
        };
        let started = upstream.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(started.clone().serve(stream));
            }
        });
        upstream
    }

    /// The heads of the requests that came, in lower case.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("the heads").clone()
    }

    async fn serve(self, mut stream: tokio::net::TcpStream) {
        let mut buffer = Vec::new();
        while let Some(head) = read_request(&mut stream, &mut buffer).await {
            self.heads.lock().expect("the heads").push(head.clone());
            let path = head.split(' ').nth(1).unwrap_or("").to_owned();
            if path.contains("die") {
                return;
            }
            if path.starts_with("/ws") || path.starts_with("/media") {
                let answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
                let _ = stream.write_all(answer.as_bytes()).await;
                let (mut reader, mut writer) = stream.split();
                let _ = tokio::io::copy(&mut reader, &mut writer).await;
                return;
            }
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
                          Strict-Transport-Security: max-age=1\r\n\r\n{}";
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// The head of the next request, its body read and thrown away.
async fn read_request(stream: &mut tokio::net::TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .and_then(|length| length.parse::<usize>().ok())
                .unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                buffer.drain(..end + 4 + length);
                return Some(head);
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
