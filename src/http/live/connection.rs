//! The TCP connection under a page, known by its number and the kernel's cookie for it, so that it can be ended while
//! whoever owns it is stuck: a page that reads nothing stops its own socket's code from running.

use std::any::Any;
use std::os::fd::{AsRawFd, RawFd};

/// A connection that can be ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wire {
    number: RawFd,
    cookie: u64,
}

impl Wire {
    /// Of what the server accepted; `None` for anything but TCP.
    pub fn of(io: &dyn Any) -> Option<Self> {
        let number = io.downcast_ref::<tokio::net::TcpStream>()?.as_raw_fd();
        Some(Self {
            number,
            cookie: cookie(number)?,
        })
    }

    /// Ends it in both directions; its owner finds it ended. Nothing happens when it is gone already: the number may be
    /// another connection's by then, but the cookie (see `SO_COOKIE` in socket(7)) is given once.
    pub fn shut(self) {
        if cookie(self.number) == Some(self.cookie) {
            // SAFETY: shutdown(2) takes no pointer; on a number that is no socket it fails.
            unsafe { libc::shutdown(self.number, libc::SHUT_RDWR) };
        }
    }
}

#[cfg(target_os = "linux")]
fn cookie(number: RawFd) -> Option<u64> {
    let mut cookie: u64 = 0;
    let mut length = libc::socklen_t::try_from(size_of::<u64>()).ok()?;
    // SAFETY: both pointers are to locals that live through the call, and `length` is the size of the one written to.
    let failed = unsafe {
        libc::getsockopt(
            number,
            libc::SOL_SOCKET,
            libc::SO_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut length,
        )
    };
    (failed == 0).then_some(cookie)
}

/// Elsewhere there is no such cookie: the connection ends by its own time limits.
#[cfg(not(target_os = "linux"))]
fn cookie(_: RawFd) -> Option<u64> {
    None
}
