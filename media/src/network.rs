//! An ONNX model on one thread: the only place that knows the runtime. Used by `vad` and `speak`. It knows no shapes.

use std::path::Path;
use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value, ValueOrView};

/// A loaded model. Running it is `&self`; calls beyond one at a time wait for its thread.
pub(crate) struct Network {
    model: Model,
    /// One thread of its own. Without it the runtime takes a pool as wide as the machine, which on a busy machine is
    /// slower, and makes a new one at each call.
    pool: Arc<ThreadPool>,
}

impl Network {
    /// Reads the file. The error is in words.
    pub(crate) fn load(path: &Path) -> Result<Network, String> {
        let model = ModelOptions::with_all_ops()
            .load_file(path)
            .map_err(|e| format!("{} can't be loaded: {e}", path.display()))?;
        Ok(Network {
            model,
            pool: Arc::new(ThreadPool::with_num_threads(1)),
        })
    }

    /// Runs with inputs by name, and returns the outputs of these names.
    pub(crate) fn run<const I: usize, const O: usize>(
        &self,
        inputs: [(&str, ValueOrView<'_>); I],
        outputs: [&str; O],
    ) -> Result<[Value; O], String> {
        let node = |name: &str| self.model.node_id(name).map_err(|e| format!("{name}: {e}"));
        let mut given = Vec::with_capacity(I);
        for (name, value) in inputs {
            given.push((node(name)?, value));
        }
        let wanted = outputs
            .iter()
            .map(|name| node(name))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RunOptions::default().with_thread_pool(Some(self.pool.clone()));
        let values = self
            .model
            .run(given, &wanted, Some(options))
            .map_err(|e| e.to_string())?;
        values
            .try_into()
            .map_err(|_| "the model gave another number of outputs".to_owned())
    }
}
