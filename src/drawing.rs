//! Papers are drawn here, on threads of their own, two at a time and few waiting, so that drawing can't take the processor from
//! calls. The same paper gives the same bytes, so what was lost is drawn again.

use documents::{DrawError, Pdf};
use domain::document::{Certificate, Paper};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Papers drawn at the same time, and how many may wait.
const AT_ONCE: usize = 2;
const WAITING: usize = 128;

/// Why there is no picture of a paper.
#[derive(Debug, thiserror::Error)]
pub enum DrawingError {
    /// Too many wait already: later.
    #[error("too many papers wait to be drawn")]
    Busy,
    /// It can't be drawn, now or later.
    #[error(transparent)]
    Refused(#[from] DrawError),
}

/// Draws. Cheap to clone.
#[derive(Clone)]
pub struct Drawing {
    room: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Drawing {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(AtomicUsize::new(0)),
        }
    }
}

impl Drawing {
    /// Draws a paper, with a certificate as it was signed.
    ///
    /// # Errors
    /// When too many wait, or the paper can't be drawn.
    pub async fn draw(&self, paper: Paper, signed: Option<Certificate>) -> Result<Pdf, DrawingError> {
        let place = Place::take(&self.waiting).ok_or(DrawingError::Busy)?;
        let room = self.room.clone().acquire_owned().await;
        let room = room.map_err(|_| DrawingError::Busy)?;
        // Both go with the work: a browser that hangs up frees its place, but no thread before it is done.
        let work = move || {
            let _held = (place, room);
            match signed {
                Some(certificate) => documents::draw_signed(&paper, &certificate),
                None => documents::draw(&paper),
            }
        };
        let drawn = tokio::task::spawn_blocking(work).await;
        metrics::counter!("papers_drawn_total").increment(1);
        Ok(drawn.map_err(|_| DrawingError::Busy)??)
    }
}

/// A place among those who draw or wait, until it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>) -> Option<Self> {
        let before = taken.fetch_add(1, Ordering::AcqRel);
        let place = Self(taken.clone());
        metrics::gauge!("papers_waiting").set((before + 1) as f64);
        (before < WAITING + AT_ONCE).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let before = self.0.fetch_sub(1, Ordering::AcqRel);
        metrics::gauge!("papers_waiting").set(before.saturating_sub(1) as f64);
    }
}
