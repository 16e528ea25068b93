//! WhatsApp as its providers play it: Twilio's Messages, Content API and media, Meta's Graph API, and a reference bridge, all at the
//! carrier's address; and the customers who write. What the engine sends is kept for whoever plays the phone; statuses come back as
//! a plan says, in order, doubled, or not at all. Tests, the demo and the benches use it. It never leaves loopback.

mod bridge;
mod control;
mod customer;
mod deliver;
mod flood;
mod meta;
mod sent;
mod twilio;

pub use control::{FileRequest, WriteRequest};
pub use customer::{Line, Person, Written, Wrote};
pub use deliver::Told;
pub use flood::{FloodPlan, FloodReport, What, flood};
pub use sent::{Fault, Sent, StatusPlan};

pub(crate) use control::router as control_router;
pub(crate) use sent::Desk;
pub(crate) use twilio::{list as list_of_twilio, send as send_through_twilio};

use std::sync::Arc;

use axum::Router;
use bytes::Bytes;

use crate::carrier::Inner;
use crate::route::Engine;

/// What the engine's channels are set up with: these accounts exist nowhere else.
pub const META_PHONE_NUMBER_ID: &str = "106540352242922";
/// The WhatsApp business account of that number.
pub const META_ACCOUNT_ID: &str = "102290129340398";
/// The token that Graph takes.
pub const META_TOKEN: &str = "EAAsimulatedtoken";
/// The secret that Meta signs with.
pub const META_APP_SECRET: &str = "simulated-app-secret";
/// Meta's number.
pub const META_NUMBER: &str = "+97239876543";
/// The secret that bridge and engine share.
pub const BRIDGE_SECRET: &str = "simulated-bridge-secret-of-32-characters";
/// The bridge's number.
pub const BRIDGE_NUMBER: &str = "+972521111111";

/// The WhatsApp side of a [`crate::Carrier`].
#[derive(Clone)]
pub struct WhatsApp {
    inner: Arc<Inner>,
}

impl WhatsApp {
    pub(crate) fn of(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Which engine is told of messages and statuses, and, for the bridge, the id of its channel there.
    pub fn connect(&self, engine: Engine, bridge_channel: Option<&str>) {
        let mut desk = self.inner.whatsapp();
        desk.engine = Some(engine);
        desk.bridge_channel = bridge_channel.map(str::to_owned);
    }

    /// `…/graph/v25.0`: what the engine takes for Meta's Graph API.
    pub fn graph(&self) -> String {
        format!("{}/graph/v25.0", self.inner.base)
    }

    /// The bridge's address.
    pub fn bridge(&self) -> String {
        format!("{}/bridge", self.inner.base)
    }

    /// Everything that the engine sent, the oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.inner.whatsapp().sent.clone()
    }

    /// The next messages meet these, one each; then all is well again.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner.whatsapp().faults.extend(faults);
    }

    /// What is told of messages that are sent from now on.
    pub fn statuses(&self, plan: StatusPlan) {
        self.inner.whatsapp().plan = plan;
    }

    /// From now on a text to who has not written for 24 hours is taken and fails, as the providers do it.
    pub fn enforce_window(&self, on: bool) {
        self.inner.whatsapp().enforce_window = on;
    }

    /// Keeps a file that a customer will send; gives its name for [`Wrote::Media`].
    pub fn keep_file(&self, bytes: Bytes, mime: &str) -> String {
        self.inner.whatsapp().keep_file(bytes, mime)
    }

    /// From now on the file is nowhere but behind a redirect to this address.
    pub fn redirect_file(&self, file: &str, to: &str) {
        if let Some(kept) = self.inner.whatsapp().files.get_mut(file) {
            kept.redirect = Some(to.to_owned());
        }
    }

    /// A customer writes: the engine's webhook is called, signed as the provider signs. The same one again is a second delivery.
    ///
    /// # Errors
    /// A sentence, when the engine can't be reached.
    pub async fn write(&self, written: &Written) -> Result<u16, String> {
        self.inner.whatsapp().heard_from(&written.from);
        deliver::written(&self.inner, std::slice::from_ref(written)).await
    }

    /// Several messages in one delivery, where the provider (Meta, the bridge) has that; Twilio gets one after the other.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_batch(&self, all: &[Written]) -> Result<u16, String> {
        deliver::written(&self.inner, all).await
    }

    /// The provider tells how far a message came.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn tell(&self, told: &Told) -> Result<u16, String> {
        deliver::told(&self.inner, told).await
    }

    /// The request that [`Self::write`] would make, for whoever sends it himself: path, headers and body.
    ///
    /// # Errors
    /// When no engine is connected.
    pub fn request(&self, written: &Written) -> Result<deliver::Request, String> {
        deliver::request_of(&self.inner, std::slice::from_ref(written))
    }
}

/// The routes of Graph, the Content API and the bridge.
pub(crate) fn router() -> Router<Arc<Inner>> {
    Router::new()
        .merge(meta::router())
        .merge(bridge::router())
        .merge(twilio::router())
}

#[cfg(test)]
mod tests;
