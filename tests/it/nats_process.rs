//! Debian's nats-server for one story, on an address of its own, which can be killed and started again where it was.

use crate::cluster;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A server. Dropped, it is killed.
pub struct NatsProcess {
    pub address: SocketAddr,
    folder: PathBuf,
    options: Vec<String>,
    child: Option<Child>,
}

impl NatsProcess {
    /// Running.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Running with these options.
    pub fn with(options: &[&str]) -> Self {
        let folder = cluster::folder("nats");
        // Another process may take a port between our asking for it and the server's listening.
        for _ in 0..5 {
            let mut server = Self {
                address: place(),
                folder: folder.clone(),
                options: options.iter().map(|option| (*option).to_owned()).collect(),
                child: None,
            };
            if server.spawn() {
                return server;
            }
        }
        let said = std::fs::read_to_string(folder.join("said")).unwrap_or_default();
        panic!("nats-server does not start (scripts/setup installs it):\n{said}");
    }

    /// Where engines find it.
    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again, where it was.
    pub fn start_again(&mut self) {
        assert!(self.spawn(), "nats-server does not come back at {}", self.address);
    }

    fn spawn(&mut self) -> bool {
        let program = ["/usr/sbin/nats-server", "/opt/homebrew/bin/nats-server"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .unwrap_or("nats-server");
        let said = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("said"))
            .expect("a file");
        let mut child = Command::new(program)
            .args(["--addr", &self.address.ip().to_string()])
            .args(["--port", &self.address.port().to_string()])
            .args(&self.options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .expect("nats-server (scripts/setup installs it)");
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return false;
            }
            if TcpStream::connect(self.address).is_ok() {
                self.child = Some(child);
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        let _ = child.wait();
        false
    }
}

impl Drop for NatsProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody takes while the server is down: on Linux the loopback has addresses enough for one each.
fn place() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let [.., next] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let own = Ipv4Addr::new(127, high.wrapping_add(middle) | 1, low, next.max(1));
    let listener = TcpListener::bind((own, 0)).or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let listener = listener.expect("a port");
    listener.local_addr().expect("an address")
}
