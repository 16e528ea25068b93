//! Silero VAD v6 at 8 kHz. Used by `vad`. The model is shared; each stream has its own state. Source of shapes: the
//! model's own wrapper (MIT): input [1, 32 of context + 256 new], state [2, 1, 128], sample rate as a number.

use std::path::Path;
use std::sync::Arc;

use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView, Tensor};

use super::FRAME;
use crate::network::Network;
use crate::sound::TELEPHONE_RATE;

const CONTEXT: usize = 32;
const STATE: [usize; 3] = [2, 1, 128];

/// The loaded model.
pub(super) struct Silero {
    network: Network,
}

impl Silero {
    pub(super) fn load(path: &Path) -> Result<Silero, String> {
        Ok(Silero {
            network: Network::load(path)?,
        })
    }
}

/// One stream's state.
pub(super) struct SileroJudge {
    model: Arc<Silero>,
    /// The end of the frame before, then the new frame.
    window: Vec<f32>,
    state: NdTensor<f32, 3>,
}

impl SileroJudge {
    pub(super) fn new(model: Arc<Silero>) -> Self {
        SileroJudge {
            model,
            window: vec![0.0; CONTEXT + FRAME],
            state: NdTensor::zeros(STATE),
        }
    }

    /// The probability that these 256 samples are speech.
    pub(super) fn probability(&mut self, frame: &[f32]) -> Result<f32, String> {
        self.window.copy_within(FRAME.., 0);
        self.window[CONTEXT..].copy_from_slice(frame);
        let input = NdTensorView::from_data([1, CONTEXT + FRAME], self.window.as_slice());
        let rate = Tensor::from(TELEPHONE_RATE as i32);
        let inputs = [
            ("input", input.into()),
            ("state", self.state.view().into()),
            ("sr", rate.view().into()),
        ];
        let [output, state] = self.model.network.run(inputs, ["output", "stateN"])?;
        self.state = state.try_into().map_err(|_| "the state has another shape")?;
        let output: Tensor<f32> = output
            .try_into()
            .map_err(|_| "the probability has another type")?;
        output
            .iter()
            .next()
            .copied()
            .ok_or_else(|| "no probability".to_owned())
    }
}
